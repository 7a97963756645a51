/**
 * The live feed: one stream a page, first the whole hall, then the parts that changed, at most ten times a second, with
 * the messages on the wire beside them. Bounded everywhere: a reader that does not keep up is dropped and counted, and
 * the page comes back for a fresh whole. Server-sent events (WHATWG HTML, section 9.2).
 */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { Bench, HallDesk, HallSnapshot, WireNote, WireTap } from './needs.ts';
import { machinePart, type Parts, publicRules, snapshotParts, snapshotPrefixes } from './parts.ts';
import { redactPayload } from './redact.ts';

/** Changes go out at most so often. */
export const flushEveryMs = 100;
/** A silent hall still says so: proxies and pages know that the stream lives. */
export const heartbeatMs = 5_000;
/** How often the feed looks whether the hub behind `desk()` came or went, while somebody watches. */
const deskLookMs = 500;
/** The last messages that a new page sees at once. */
export const wireHistory = 200;
/** At most so many messages a flush; the rest is counted, not sent. */
const wirePerFlush = 60;

/** Where a reader's bytes go. `write` gives false when its buffer is full. */
export interface LiveSink {
  write(text: string): boolean;
  close(): void;
}

export interface LiveFeedOptions {
  readonly desk: () => HallDesk | undefined;
  readonly bench?: Bench | undefined;
  readonly tap?: WireTap | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: HallRules;
}

interface Reader {
  readonly sink: LiveSink;
  readonly wire: boolean;
}

export class LiveFeed {
  readonly counts = { flushes: 0, droppedReaders: 0, wireDropped: 0, snapshotErrors: 0 };
  #options: LiveFeedOptions;
  #readers = new Set<Reader>();
  #parts: Parts = new Map();
  #encoded = new Map<string, string>();
  /** Told to nobody yet. */
  #changed = new Set<string>();
  #gone = new Set<string>();
  #dirty = { desk: true, bench: true, machines: new Set<string>() };
  #desk: HallDesk | undefined;
  #rules: HallRules | undefined;
  #leaveDesk: () => void = () => {};
  #leave: (() => void)[] = [];
  #timer: Timer | undefined;
  #lastFlushMs = Number.NEGATIVE_INFINITY;
  #beat: Timer | undefined;
  #look: Timer | undefined;
  #wireSeq = 0;
  #wireRing: (WireNote & { readonly seq: number })[] = [];
  #wireWaiting: (WireNote & { readonly seq: number })[] = [];
  #wireMissed = 0;
  #sentBytes = 0;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  start(): void {
    const { bench, tap } = this.#options;
    for (const machine of bench?.machines ?? []) {
      this.#dirty.machines.add(machine.id);
      this.#leave.push(machine.onChange(() => this.#mark(() => this.#dirty.machines.add(machine.id))));
    }
    if (bench !== undefined) this.#leave.push(bench.onChange(() => this.#mark(() => this.#touchDesk())));
    if (tap !== undefined) this.#leave.push(tap.onMessage((note) => this.#mark(() => this.#takeNote(note))));
    this.#followDesk();
  }

  close(): void {
    for (const leave of this.#leave.splice(0)) leave();
    this.#leaveDesk();
    for (const timer of [this.#timer, this.#beat, this.#look]) timer?.cancel();
    for (const reader of this.#readers) reader.sink.close();
    this.#readers.clear();
  }

  get readers(): number {
    return this.#readers.size;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** The whole hall as parts, fresh. */
  parts(): Parts {
    this.#rebuild();
    if (this.#changed.size + this.#gone.size > 0) this.#schedule();
    return this.#parts;
  }

  /** Something was switched by hand: looked at again, whether or not it says so itself. */
  touch(): void {
    this.#mark(() => this.#touchDesk());
  }

  /** The desk's last word, for metrics. */
  snapshot(): HallSnapshot | undefined {
    return this.#takeSnapshot();
  }

  /** Sends the whole at once, then changes until the returned function is called or the reader is dropped. */
  attach(sink: LiveSink, options: { readonly wire: boolean }): () => void {
    const reader = { sink, wire: options.wire };
    const parts = this.parts();
    this.#readers.add(reader);
    if (this.#readers.size === 1) this.#startTimers();
    const whole = {
      t: this.#options.clock.wallMs(),
      parts: Object.fromEntries(parts),
      wire: options.wire ? this.#wireRing : [],
    };
    this.#write(reader, frame('whole', JSON.stringify(whole)));
    return () => this.#detach(reader);
  }

  #detach(reader: Reader): void {
    if (!this.#readers.delete(reader)) return;
    if (this.#readers.size > 0) return;
    for (const timer of [this.#timer, this.#beat, this.#look]) timer?.cancel();
    this.#timer = undefined;
    this.#changed.clear();
    this.#gone.clear();
    this.#wireWaiting = [];
  }

  #startTimers(): void {
    const { clock } = this.#options;
    const beat = () => {
      this.#toAll(frame('beat', JSON.stringify({ t: clock.wallMs() })));
      if (this.#readers.size > 0) this.#beat = clock.after(heartbeatMs, beat);
    };
    const look = () => {
      const before = this.#desk;
      if (this.#options.desk() !== before) this.#mark(() => this.#touchDesk());
      if (this.#readers.size > 0) this.#look = clock.after(deskLookMs, look);
    };
    this.#beat = clock.after(heartbeatMs, beat);
    this.#look = clock.after(deskLookMs, look);
  }

  #mark(change: () => void): void {
    change();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#readers.size === 0 || this.#timer !== undefined) return;
    const { clock } = this.#options;
    const waitMs = Math.max(0, this.#lastFlushMs + flushEveryMs - clock.monotonicMs());
    this.#timer = clock.after(waitMs, () => this.#flush());
  }

  #touchDesk(): void {
    this.#dirty.bench = true;
    this.#dirty.desk = true;
    this.#followDesk();
  }

  /** A hub that was started again is another desk. */
  #followDesk(): void {
    const desk = this.#options.desk();
    if (desk === this.#desk) return;
    this.#leaveDesk();
    this.#desk = desk;
    this.#dirty.desk = true;
    this.#leaveDesk =
      desk?.onChange(() =>
        this.#mark(() => {
          this.#dirty.desk = true;
        }),
      ) ?? (() => {});
  }

  #takeNote(note: WireNote): void {
    this.#wireSeq += 1;
    const shown = { ...note, payload: redactPayload(note.payload), seq: this.#wireSeq };
    this.#wireRing.push(shown);
    if (this.#wireRing.length > wireHistory) this.#wireRing.shift();
    if (this.#readers.size === 0) return;
    if (this.#wireWaiting.length < wirePerFlush) this.#wireWaiting.push(shown);
    else {
      this.#wireMissed += 1;
      this.counts.wireDropped += 1;
    }
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#lastFlushMs = this.#options.clock.monotonicMs();
    this.#rebuild();
    const t = this.#options.clock.wallMs();
    if (this.#changed.size + this.#gone.size > 0) {
      // The parts are encoded already, for the comparison: put together by hand rather than encoded twice.
      const body = [...this.#changed].map((key) => `${JSON.stringify(key)}:${this.#encoded.get(key)}`).join(',');
      const gone = JSON.stringify([...this.#gone]);
      this.#changed.clear();
      this.#gone.clear();
      this.counts.flushes += 1;
      this.#toAll(frame('change', `{"t":${t},"parts":{${body}},"gone":${gone}}`));
    }
    const notes = this.#wireWaiting.splice(0);
    if (notes.length > 0) {
      const missed = this.#wireMissed;
      this.#wireMissed = 0;
      this.#toAll(frame('wire', JSON.stringify({ notes, missed })), (reader) => reader.wire);
    }
  }

  #rebuild(): void {
    const next: Parts = new Map();
    const gone: string[] = [];
    this.#followDesk();
    if (this.#dirty.desk) {
      this.#dirty.desk = false;
      const snapshot = this.#takeSnapshot();
      const rules = this.#desk?.rules ?? this.#options.rules;
      // A thousand matters: encoded again only when they are other rules.
      if (rules !== this.#rules) next.set('rules', publicRules(rules));
      this.#rules = rules;
      if (snapshot === undefined) next.set('hub', { state: 'away', epoch: 0 });
      else {
        const fresh = snapshotParts(snapshot);
        for (const [key, value] of fresh) next.set(key, value);
        // A hub that is away has nothing to say: what it said last stays, marked stale by `hub`.
        if (snapshot.hub.state === 'leading') {
          for (const key of this.#parts.keys()) if (isSnapshotKey(key) && !fresh.has(key)) gone.push(key);
        }
      }
    }
    const { bench } = this.#options;
    if (bench !== undefined && this.#dirty.bench) {
      this.#dirty.bench = false;
      const { running, speed } = bench.auto;
      next.set('bench', { ...bench.status(), auto: { running, speed } });
    }
    for (const machine of bench?.machines ?? []) {
      if (this.#dirty.machines.has(machine.id)) next.set(`machine/${machine.id}`, machinePart(machine));
    }
    this.#dirty.machines.clear();
    this.#keep(next, gone);
  }

  #keep(next: Parts, gone: readonly string[]): void {
    const watched = this.#readers.size > 0;
    for (const [key, value] of next) {
      const encoded = JSON.stringify(value);
      if (this.#encoded.get(key) === encoded) continue;
      this.#encoded.set(key, encoded);
      this.#parts.set(key, value);
      if (watched) this.#changed.add(key);
      this.#gone.delete(key);
    }
    for (const key of gone) {
      this.#encoded.delete(key);
      this.#parts.delete(key);
      this.#changed.delete(key);
      if (watched) this.#gone.add(key);
    }
  }

  #takeSnapshot(): HallSnapshot | undefined {
    try {
      return this.#options.desk()?.snapshot();
    } catch (err) {
      this.counts.snapshotErrors += 1;
      this.#options.log.debug({ err }, 'no snapshot of the hall: shown as a hub that is away');
      return undefined;
    }
  }

  #toAll(text: string, wanted: (reader: Reader) => boolean = () => true): void {
    for (const reader of this.#readers) if (wanted(reader)) this.#write(reader, text);
  }

  #write(reader: Reader, text: string): void {
    if (reader.sink.write(text)) {
      this.#sentBytes += text.length;
      return;
    }
    this.counts.droppedReaders += 1;
    this.#detach(reader);
    reader.sink.close();
  }
}

function isSnapshotKey(key: string): boolean {
  return snapshotPrefixes.some((prefix) => (prefix.endsWith('/') ? key.startsWith(prefix) : key === prefix));
}

function frame(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
