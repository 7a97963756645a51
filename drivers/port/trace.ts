/**
 * The last 64 KB that went over a port, with monotonic times, in a ring that is always on and allocates nothing for a chunk.
 * A mask keeps private input out of it: the digits of a keypad and what a scanner reads never enter the ring.
 */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { Signal, type Undo } from '../signal.ts';

export type TraceDirection = 'in' | 'out';

/** `in`: from the device. `opened` and `lost` carry a text: the port's name, the reason. */
export type TraceKind = TraceDirection | 'opened' | 'lost';

export interface TraceRecord {
  /** `Clock.monotonicMs`. */
  readonly atMs: number;
  readonly kind: TraceKind;
  readonly bytes: Uint8Array;
  /** In place of bytes: what was left out (`key digit`), the port's name, why it was lost. */
  readonly text?: string;
}

/** What may not be kept of a chunk: the text that stands in its place, or `undefined` for a chunk that may be kept. */
export type TraceMask = (direction: TraceDirection, bytes: Uint8Array) => string | undefined;

/** What a chunk means, in words of its protocol; it may span chunks, so a describer remembers what is not whole yet. */
export type Describer = (direction: TraceDirection, bytes: Uint8Array, atMs: number) => readonly string[];

const capacityBytes = 64 * 1024;
/** Chunks kept at most, however small: a pad's reports have 8 bytes. */
const capacityRecords = 4096;
/** Of a longer chunk or text only so much is kept. */
const longestTextBytes = 512;

const kinds: readonly TraceKind[] = ['in', 'out', 'opened', 'lost'];
const textFlag = 0x80;
const encoder = new TextEncoder();

export class PortTrace {
  /** Each new record, while somebody follows; without followers nothing is made for them. */
  readonly recorded: Signal<TraceRecord>;
  /** `overwritten`: records that left the ring. `masked`: chunks whose bytes were left out. */
  readonly counters = { records: 0, overwritten: 0, masked: 0 };
  #clock: Clock;
  #bytes = new Uint8Array(capacityBytes);
  #times = new Float64Array(capacityRecords);
  #starts = new Uint32Array(capacityRecords);
  #lengths = new Uint32Array(capacityRecords);
  #kinds = new Uint8Array(capacityRecords);
  #first = 0;
  #count = 0;
  #writeAt = 0;
  #used = 0;
  #masks = new Set<TraceMask>();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.recorded = new Signal(log);
  }

  /** Several drivers may share a port: what one of them masks is masked. */
  mask(mask: TraceMask): Undo {
    this.#masks.add(mask);
    return () => this.#masks.delete(mask);
  }

  /** Gives the text that was kept in place of the bytes, if they were masked. */
  chunk(direction: TraceDirection, bytes: Uint8Array): string | undefined {
    const masked = this.#masks.size === 0 ? undefined : this.#maskedText(direction, bytes);
    if (masked === undefined) this.#keep(direction === 'in' ? 0 : 1, bytes);
    else {
      this.counters.masked += 1;
      this.#keep((direction === 'in' ? 0 : 1) | textFlag, encoder.encode(masked));
    }
    return masked;
  }

  /** The connection came or went. */
  state(kind: 'opened' | 'lost', text: string): void {
    this.#keep((kind === 'opened' ? 2 : 3) | textFlag, encoder.encode(text.slice(0, longestTextBytes)));
  }

  /** The oldest first. */
  records(): readonly TraceRecord[] {
    return Array.from({ length: this.#count }, (_, at) => this.#record((this.#first + at) % capacityRecords));
  }

  /** Every mask sees every chunk: they follow the stream to know whose bytes these are. */
  #maskedText(direction: TraceDirection, bytes: Uint8Array): string | undefined {
    let masked: string | undefined;
    for (const mask of this.#masks) masked = mask(direction, bytes) ?? masked;
    return masked;
  }

  #keep(kind: number, chunk: Uint8Array): void {
    const skipped = Math.max(0, chunk.length - capacityBytes);
    const length = chunk.length - skipped;
    while (this.#count > 0 && (this.#count === capacityRecords || this.#used + length > capacityBytes))
      this.#dropOldest();
    const at = (this.#first + this.#count) % capacityRecords;
    this.#times[at] = this.#clock.monotonicMs();
    this.#starts[at] = this.#writeAt;
    this.#lengths[at] = length;
    this.#kinds[at] = kind;
    const head = Math.min(length, capacityBytes - this.#writeAt);
    // Views are made only where the ring begins again, or for a chunk longer than it.
    const whole = skipped === 0 && head === length;
    this.#bytes.set(whole ? chunk : chunk.subarray(skipped, skipped + head), this.#writeAt);
    if (head < length) this.#bytes.set(chunk.subarray(skipped + head), 0);
    this.#writeAt = (this.#writeAt + length) % capacityBytes;
    this.#used += length;
    this.#count += 1;
    this.counters.records += 1;
    if (this.recorded.size > 0) this.recorded.emit(this.#record(at));
  }

  #dropOldest(): void {
    this.#used -= this.#lengths[this.#first] as number;
    this.#first = (this.#first + 1) % capacityRecords;
    this.#count -= 1;
    this.counters.overwritten += 1;
  }

  #record(at: number): TraceRecord {
    const start = this.#starts[at] as number;
    const length = this.#lengths[at] as number;
    const kind = this.#kinds[at] as number;
    const bytes = new Uint8Array(length);
    const head = Math.min(length, capacityBytes - start);
    bytes.set(this.#bytes.subarray(start, start + head));
    bytes.set(this.#bytes.subarray(0, length - head), head);
    const known = { atMs: this.#times[at] as number, kind: kinds[kind & ~textFlag] as TraceKind };
    return (kind & textFlag) === 0
      ? { ...known, bytes }
      : { ...known, bytes: new Uint8Array(), text: new TextDecoder().decode(bytes) };
  }
}
