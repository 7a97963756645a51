/**
 * The hub: keeps a hall's queue. Commands come in from nodes and pages, are decided and journaled by the command loop, and
 * what changed goes out as views. Start replays the journal under a new epoch; stop and crash leave the disk as it is.
 */
import type { WireRefusal } from '../../devices/contract/envelope.ts';
import type { Instant, LocalText } from '../../devices/contract/terms.ts';
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { withDefects } from '../../drivers/log.ts';
import { uuidFrom } from '../../drivers/random.ts';
import { Signal, type Undo } from '../../drivers/signal.ts';
import type { ClockDoubt } from '../queue/state.ts';
import { dueAt } from '../queue/timers.ts';
import type { StoredAnswer } from '../store/store.ts';
import { clockRemedy } from './clock-watch.ts';
import type { CommandLoop } from './command-loop.ts';
import { HubEpoch } from './hub-epoch.ts';
import { HubParts } from './hub-parts.ts';
import type { HubSettings } from './hub-settings.ts';
import { journalRules } from './journal-rules.ts';
import type { KioskPlace } from './kiosk-notices.ts';
import type { NodeRegistry } from './node-registry.ts';
import { hubActor } from './own-commands.ts';
import { purgeEveryMs } from './people-desk.ts';
import type { Person } from './person-asking.ts';
import { startState } from './start-state.ts';
import { Streams } from './streams.ts';

/** The fault `clock-doubtful`, with both times. */
export interface ClockFault extends ClockDoubt {
  /** The wall clock now. */
  readonly shows: Instant;
  /** The hall's own time now. */
  readonly hall: Instant;
  readonly remedy: string;
}

const tickAtMostMs = 30_000;

export class Hub {
  /** Something that pages show may have changed. */
  readonly changed: Signal;
  #context: Context;
  #settings: HubSettings;
  #parts: HubParts | undefined;
  #disconnect: Undo = () => undefined;
  #tick: Timer | undefined;
  #running = false;
  #failed = false;
  #defects = 0;

  constructor(context: Context, settings: HubSettings) {
    const log = withDefects(context.log, () => {
      this.#defects += 1;
    });
    this.changed = new Signal(log);
    this.#context = { ...context, log };
    this.#settings = settings;
  }

  get counters() {
    return this.#started().inbox.counters;
  }

  /** 0 = it has not started. */
  get epoch(): number {
    return this.#parts?.epoch.current ?? 0;
  }

  /** Its journal is replayed and it takes commands. */
  get leading(): boolean {
    return this.#running;
  }

  get nodes(): NodeRegistry {
    return this.#started().nodes;
  }

  get loop(): CommandLoop {
    return this.#started().loop;
  }

  get streams(): Streams {
    return this.#started().streams;
  }

  /** What visitors should know of faults: a kiosk that is out, and where to go instead. */
  notices(): LocalText[] {
    return this.#started().notices();
  }

  /** By the names that the hall's file gives them. */
  get kiosks(): readonly KioskPlace[] {
    return this.#settings.kiosks ?? [];
  }

  /** Everything countable, by name, for pages and metrics. */
  allCounters(): Readonly<Record<string, number>> {
    return { ...this.#parts?.counters(), defects: this.#defects };
  }

  /** Whole or not at all (F24): when it fails, what it had opened is closed. */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.crash();
      await this.#cut();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const parts = this.#parts;
    if (!this.#running || parts === undefined) return this.#cut();
    this.#running = false;
    this.#quiet();
    await parts.loop.stop();
    await parts.keeping.stop(parts.loop.state, parts.loop.lastSeq);
    this.#disconnect();
    await parts.presence.goodbye();
    await this.#settings.bus.close();
    await this.#settings.store.close();
    this.#settings.secrets?.store.close();
    this.#context.log.info({ journal: parts.loop.lastSeq }, 'the hub stopped');
  }

  /** As a power cut would: nothing is finished and nothing is sent. The bus and the store are the caller's to cut. */
  crash(): void {
    this.#running = false;
    this.#quiet();
    this.#disconnect();
    this.#parts?.keeping.crash();
    this.#parts?.loop.crash();
    this.#settings.secrets?.store.close();
  }

  /** A person at a page, `type` and `data` as in the contract's `people.ts`; the role is checked here, not at the page. */
  async submit(
    type: string,
    data: unknown,
    by: Person,
    commandId: string = uuidFrom(this.#context.random),
  ): Promise<StoredAnswer> {
    return this.#started().people.submit(type, data, by, commandId);
  }

  /** The text of a reference in the journal; `undefined` once it is erased. */
  privateText(reference: string): string | undefined {
    return this.#started().people.read(reference);
  }

  /** Why the wall clock is not believed (F22), and how it is mended. */
  get clockFault(): ClockFault | undefined {
    const doubt = this.#parts?.clock.doubt ?? undefined;
    if (doubt === undefined) return undefined;
    const { clock } = this.#context;
    return { ...doubt, shows: clock.wallMs(), hall: this.loop.now(), remedy: clockRemedy };
  }

  /** A technician takes over a replaced box (F10). */
  adopt(node: string): Promise<WireRefusal | undefined> {
    return this.#started().adoption.adopt(node);
  }

  #started(): HubParts {
    if (this.#parts === undefined) throw new Error('the hub has not started');
    return this.#parts;
  }

  async #start(): Promise<void> {
    const { store, bus, rules, queueCode, secrets } = this.#settings;
    const { clock, log } = this.#context;
    await store.open();
    secrets?.store.open();
    const epoch = new HubEpoch(this.#context, { store });
    await epoch.begin(0);
    const fromMs = clock.monotonicMs();
    const start = await startState(store, queueCode, log);
    const { lastSeq: events, snapshot } = start;
    const replayMs = Math.round(clock.monotonicMs() - fromMs);
    log.info(
      { events, snapshot, replayMs },
      `journal read: ${events} events, ${events - snapshot} replayed in ${replayMs} ms`,
    );
    epoch.delayLeases();
    const streams = new Streams();
    streams.load(await store.marks());
    const parts = new HubParts(this.#context, { ...this.#settings, epoch, streams, start });
    this.#parts = parts;
    this.#disconnect = this.#connect(parts);
    this.#running = true;
    parts.inbox.open();
    await parts.clock.start();
    const kept = journalRules(rules);
    const by = hubActor;
    await parts.own.run((at, id) => ({ type: 'ConfigureHall', id, at, happenedAt: at, by, rules: kept }));
    await parts.own.run((at, id) => ({ type: 'Tick', id, at, happenedAt: at, by }));
    bus.start({ up: () => this.#busUp(parts) }, parts.presence.will);
    parts.presence.start();
    parts.ratings.start(parts.loop.now());
    parts.beats.every(1_000, () => this.#everySecond(parts));
    const { balancing } = rules;
    if (balancing !== undefined && balancing.mode !== 'off')
      parts.beats.every(balancing.everyMs, () => void this.#bySelf(parts, 'Balance'));
    parts.backups?.start();
    parts.people.purge();
    parts.beats.every(purgeEveryMs, () => parts.people.purge());
    log.info({ epoch: epoch.current, journal: parts.loop.lastSeq }, `the hub leads under epoch ${epoch.current}`);
  }

  #connect(parts: HubParts): Undo {
    const { loop, inbox, publisher, restores, adoption } = parts;
    const changed = () => this.changed.emit();
    const undo = [
      parts.connect(),
      loop.committed.on(() => this.#scheduleTick(parts)),
      loop.committed.on(({ events }) => {
        if (events.length > 0) changed();
      }),
      inbox.changed.on(changed),
      publisher.changed.on(changed),
      adoption.adopted.on(changed),
      ...[loop, inbox, restores].map(({ failed }) => failed.on((error) => this.#fatal(error))),
    ];
    return () => {
      for (const each of undo) each();
    };
  }

  #busUp({ inbox, presence, publisher }: HubParts): void {
    inbox.subscribe().then(
      () => {
        presence.beat();
        publisher.republish();
        this.changed.emit();
      },
      // The bus connects again, and this runs again.
      (error) =>
        this.#context.log.info({ error: String(error) }, 'the connection to the broker broke while subscribing'),
    );
  }

  #everySecond({ ratings, loop, own, nodes, publisher, clock }: HubParts): void {
    clock.check().catch((error) => this.#fatal(error));
    for (const make of ratings.due({ state: loop.state, now: loop.now() })) void own.run(make);
    if (!nodes.watch()) return;
    this.changed.emit();
    publisher.soon();
  }

  #scheduleTick(parts: HubParts): void {
    this.#tick?.cancel();
    if (!this.#running) return;
    const now = parts.loop.now();
    const due = dueAt(parts.loop.state);
    const waitMs = Math.min(tickAtMostMs, Math.max(1, (due ?? now + tickAtMostMs) - now));
    this.#tick = this.#context.clock.after(waitMs, () => {
      void this.#bySelf(parts, 'Tick').then(() => this.#scheduleTick(parts));
    });
  }

  async #bySelf({ own, publisher }: HubParts, type: 'Tick' | 'Balance'): Promise<void> {
    await own.run((at, id) => ({ type, id, at, happenedAt: at, by: hubActor }));
    publisher.soon();
  }

  #quiet(): void {
    this.#parts?.quiet();
    this.#tick?.cancel();
  }

  /** Without a goodbye: the broker sends the will. */
  async #cut(): Promise<void> {
    await this.#settings.bus.abort();
    await this.#settings.store.close();
    this.#settings.secrets?.store.close();
  }

  #fatal(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const { log } = this.#context;
    this.crash();
    log.error({ error }, 'the hub ends: its journal cannot be written');
    this.#cut()
      .catch((failed) => log.defect(failed, 'what the hub had open could not be closed'))
      .finally(() => this.#settings.onFatal(error));
  }
}
