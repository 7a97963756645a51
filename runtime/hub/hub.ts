/**
 * The hub: keeps a hall's queue. Commands come in from nodes and pages, are decided and journaled by the command loop, and
 * what changed goes out as views. Start replays the journal under a new epoch; stop and crash leave the disk as it is.
 */
import type { WireRefusal } from '../../devices/contract/envelope.ts';
import type { LocalText } from '../../devices/contract/terms.ts';
import type { Timer } from '../../drivers/clock.ts';
import { uuidFrom } from '../../drivers/random.ts';
import type { Actor, QueueCommand } from '../queue/commands.ts';
import { dueAt } from '../queue/timers.ts';
import type { StoredAnswer } from '../store/store.ts';
import { Acknowledger } from './acknowledger.ts';
import { Backups } from './backups.ts';
import { Beats } from './beats.ts';
import { CommandLoop, type Committed } from './command-loop.ts';
import { Housekeeping } from './housekeeping.ts';
import { HubInbox } from './hub-inbox.ts';
import type { HubParts } from './hub-parts.ts';
import { HubPresence } from './hub-presence.ts';
import { JournalFeed } from './journal-feed.ts';
import { journalRules } from './journal-rules.ts';
import { kioskNotices } from './kiosk-notices.ts';
import { LoginCheck } from './login-check.ts';
import { NodeOrders } from './node-orders.ts';
import { NodeRegistry } from './node-registry.ts';
import { PeopleDesk, purgeEveryMs } from './people-desk.ts';
import type { Person } from './person-asking.ts';
import { Publisher } from './publisher.ts';
import { RatingWatch } from './rating-watch.ts';
import { RestoreWatch } from './restore-watch.ts';
import { startState } from './start-state.ts';
import { Streams } from './streams.ts';

const hubActor: Actor = { kind: 'hub', id: 'hub' };
const tickAtMostMs = 30_000;
/** A hub that has just begun hears first which blocks its kiosks hold, and then leases new ones (F11). */
const leaseAfterMs = 10_000;

export class Hub {
  #parts: HubParts;
  #inbox: HubInbox;
  #nodes: NodeRegistry;
  #streams = new Streams();
  #logins: LoginCheck;
  #loop: CommandLoop | undefined;
  #publisher: Publisher | undefined;
  #acks: Acknowledger | undefined;
  #feed: JournalFeed | undefined;
  #presence: HubPresence;
  #orders: NodeOrders;
  #people: PeopleDesk;
  #keeping: Housekeeping | undefined;
  #epoch = 0;
  #restores: RestoreWatch;
  #ratings: RatingWatch;
  #backups: Backups | undefined;
  #leaseFromMs = 0;
  #beats: Beats;
  #tick: Timer | undefined;
  #listeners = new Set<() => void>();
  #running = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#nodes = new NodeRegistry(parts.clock);
    this.#logins = new LoginCheck(parts.rules.clerks);
    const { bus, clock, rules } = parts;
    this.#beats = new Beats(clock);
    const now = () => this.loop.now();
    this.#presence = new HubPresence({
      hubId: parts.hubId,
      hall: rules.hall,
      bus,
      clock,
      beats: this.#beats,
      epoch: () => this.#epoch,
      now,
      sealKey: () => this.#logins.sealKey,
    });
    this.#orders = new NodeOrders({ hall: rules.hall, bus, clock, epoch: () => this.#epoch, now });
    this.#people = new PeopleDesk({
      state: () => this.loop.state,
      now,
      orders: this.#orders,
      secrets: parts.secrets,
      adopt: (node) => this.adopt(node),
      decide: (make, by, id) => this.#own(make, by, id, true),
    });
    this.#restores = new RestoreWatch({
      epoch: () => this.#epoch,
      mark: (node) => this.#streams.mark(node),
      state: () => this.loop.state,
      log: parts.log,
      beginAbove: (floor) => this.#beginAbove(floor),
      note: (tickets, epoch) =>
        this.#own((at, id) => ({ type: 'NoteRestored', id, at, happenedAt: at, by: hubActor, tickets, epoch })),
      tellMark: (node, stream) => this.#acks?.known(node, stream),
      fatal: (error) => this.#fatal(error),
    });
    this.#ratings = new RatingWatch({
      pads: parts.pads ?? [],
      nodes: this.#nodes,
      clock,
      state: () => this.loop.state,
      now,
      tell: (make) => void this.#own(make),
      newId: () => this.#newId(),
    });
    if (parts.backup !== undefined) this.#backups = new Backups(parts.backup, parts.store, clock, parts.log);
    this.#inbox = new HubInbox({
      hall: rules.hall,
      bus,
      clock,
      log: parts.log,
      nodes: this.#nodes,
      streams: this.#streams,
      orders: this.#orders,
      logins: this.#logins,
      loop: () => this.loop,
      acks: () => this.#acks,
      changed: () => {
        this.#changed();
        this.#publisher?.soon();
      },
      deviceChanged: (device, retained) => {
        if (!retained) this.#publisher?.holds.boardSaid(device);
      },
      born: (birth) => this.#restores.born(birth),
      greet: () => this.#presence.greetSoon(),
      fatal: (error) => this.#fatal(error),
    });
  }

  get counters() {
    return this.#inbox.counters;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Its journal is replayed and it takes commands. */
  get leading(): boolean {
    return this.#running;
  }

  get nodes(): NodeRegistry {
    return this.#nodes;
  }

  get loop(): CommandLoop {
    if (this.#loop === undefined) throw new Error('the hub has not started');
    return this.#loop;
  }

  get streams(): Streams {
    return this.#streams;
  }

  /** What visitors should know of faults: a kiosk that is out, and where to go instead. */
  notices(): LocalText[] {
    return kioskNotices(this.#parts.kiosks ?? [], this.#nodes, this.#parts.rules);
  }

  /** Everything countable, by name, for pages and metrics. */
  allCounters(): Readonly<Record<string, number>> {
    return {
      ...this.counters,
      ...this.#loop?.counters,
      ...this.#publisher?.counters,
      ...this.#publisher?.holds.counters,
      ...this.#acks?.counters,
      ...this.#feed?.counters,
      ...this.#nodes.counters,
      ...this.#orders.counters,
      ...this.#people.counters,
      ...this.#keeping?.counters,
      ...this.#restores.counters,
      ...this.#ratings.counters,
      ...this.#backups?.counters,
      journal: this.#loop?.lastSeq ?? 0,
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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

  async #start(): Promise<void> {
    const { store, bus, clock, rules } = this.#parts;
    await store.open();
    this.#people.open();
    this.#epoch = await store.beginEpoch(0);
    const { state, lastSeq, snapshot } = await startState(store, this.#parts.queueCode, this.#parts.log);
    this.#streams.load(await store.marks());
    this.#keeping = new Housekeeping({
      store,
      clock,
      log: this.#parts.log,
      retention: this.#parts.retention,
      queueCode: this.#parts.queueCode,
      lastSnapshot: snapshot,
    });
    this.#leaseFromMs = clock.monotonicMs() + leaseAfterMs;
    const loop = new CommandLoop({
      store,
      clock,
      streams: this.#streams,
      state,
      lastSeq,
      mayLease: () => clock.monotonicMs() >= this.#leaseFromMs,
      before: (command) => this.#ratings.before(command),
      committed: (group) => this.#committed(group),
      repeated: (node, seq, answer) => this.#acks?.answer(node, [{ seq, answer }]),
      conflict: (node, stream) => this.#acks?.refuseStream(node, stream, 'stream-conflict'),
      fatal: (error) => this.#fatal(error),
    });
    this.#loop = loop;
    this.#acks = new Acknowledger(
      bus,
      rules.hall,
      () => this.#epoch,
      this.#streams,
      // One copy of the journal: what is on this disk is as durable as it gets.
      (mark) => this.#backups?.through(mark) ?? mark.upto,
    );
    this.#feed = new JournalFeed(bus, rules.hall);
    this.#publisher = new Publisher({
      bus,
      clock,
      epoch: () => this.#epoch,
      state: () => loop.state,
      rules: () => rules,
      notices: () => this.notices(),
      now: () => loop.now(),
    });
    this.#publisher.onChange(() => this.#changed());
    this.#running = true;
    this.#inbox.open();
    const kept = journalRules(rules);
    await this.#own((at, id) => ({ type: 'ConfigureHall', id, at, happenedAt: at, by: hubActor, rules: kept }));
    await this.#own((at, id) => ({ type: 'Tick', id, at, happenedAt: at, by: hubActor }));
    bus.start({ up: () => this.#connected() }, this.#presence.will);
    this.#presence.start();
    this.#ratings.start();
    this.#beats.every(1_000, () => {
      this.#ratings.look();
      if (!this.#nodes.watch()) return;
      this.#changed();
      this.#publisher?.soon();
    });
    const { balancing } = rules;
    if (balancing !== undefined && balancing.mode !== 'off')
      this.#beats.every(balancing.everyMs, () => void this.#bySelf('Balance'));
    this.#backups?.start();
    this.#people.purge();
    this.#beats.every(purgeEveryMs, () => this.#people.purge());
    this.#parts.log.info({ epoch: this.#epoch, journal: lastSeq, snapshot }, 'the hub leads');
  }

  async stop(): Promise<void> {
    if (!this.#running) return this.#cut();
    this.#running = false;
    this.#quiet();
    await this.#loop?.stop();
    await this.#keeping?.stop(this.loop.state, this.loop.lastSeq);
    await this.#presence.goodbye();
    await this.#parts.bus.close();
    await this.#parts.store.close();
    this.#people.close();
  }

  /** As a power cut would: nothing is finished and nobody is told. The bus and the store are the caller's to cut. */
  crash(): void {
    this.#running = false;
    this.#quiet();
    this.#keeping?.crash();
    this.#loop?.crash();
    this.#people.close();
  }

  /** A person at a page, `type` and `data` as in the contract's `people.ts`; roles are held to here, not at the page. */
  submit(type: string, data: unknown, by: Person, commandId: string = this.#newId()): Promise<StoredAnswer> {
    return this.#people.submit(type, data, by, commandId);
  }

  /** What was said, by the reference that the journal has; `undefined` once it is erased. */
  privateText(reference: string): string | undefined {
    return this.#people.read(reference);
  }

  /** A technician takes over a replaced box (F10). */
  async adopt(node: string): Promise<WireRefusal | undefined> {
    const bound = this.#streams.mark(node)?.stream;
    if (bound !== undefined && this.#nodes.hears(node, bound))
      return {
        code: 'box-alive',
        message: `the box known as ${node} is at work: switch it off, or give the new one another id`,
      };
    const marks = this.#streams.adopt(node);
    if (marks.length === 0) return { code: 'nobody-waits', message: `no new box waits to be taken as ${node}` };
    await this.#parts.store.commit({ events: [], applied: [], answers: [], marks });
    this.#parts.log.info({ node }, 'a technician took another box, or store, for this node');
    this.#changed();
    return undefined;
  }

  /** F11: this journal is a restored backup. Blocks that boxes hold are heard of again before any is leased. */
  async #beginAbove(floor: number): Promise<number> {
    const { store, clock } = this.#parts;
    this.#epoch = await store.beginEpoch(Math.max(floor, this.#epoch));
    this.#leaseFromMs = clock.monotonicMs() + leaseAfterMs;
    this.#presence.beat();
    this.#publisher?.newEpoch();
    return this.#epoch;
  }

  #own(
    make: (at: number, id: string) => QueueCommand,
    by: Actor = hubActor,
    id: string = this.#newId(),
    remember = false,
  ): Promise<StoredAnswer> {
    return new Promise((done) => {
      this.loop.fromHub({ id, by, remember, done, make: (at) => make(at, id) });
    });
  }

  #newId(): string {
    return uuidFrom(this.#parts.random);
  }

  #connected(): void {
    this.#inbox.subscribe().then(
      () => {
        this.#presence.beat();
        this.#publisher?.republish();
        this.#changed();
      },
      // The connection broke while subscribing: the bus reconnects, and this runs again.
      () => {},
    );
  }

  #committed(group: Committed): void {
    // A board shows first: whoever pressed the key looks at it.
    this.#publisher?.took(group.events);
    for (const [node, answers] of group.answers) this.#acks?.answer(node, answers);
    this.#feed?.tell(group.events, group.firstSeq);
    this.#keeping?.took(group.events, this.loop.state, this.loop.lastSeq);
    this.#scheduleTick();
    if (group.events.length > 0) this.#changed();
  }

  #scheduleTick(): void {
    this.#tick?.cancel();
    if (!this.#running) return;
    const now = this.loop.now();
    const due = dueAt(this.loop.state);
    const waitMs = Math.min(tickAtMostMs, Math.max(1, (due ?? now + tickAtMostMs) - now));
    this.#tick = this.#parts.clock.after(waitMs, () => {
      void this.#bySelf('Tick').then(() => this.#scheduleTick());
    });
  }

  async #bySelf(type: 'Tick' | 'Balance'): Promise<void> {
    await this.#own((at, id) => ({ type, id, at, happenedAt: at, by: hubActor }));
    this.#publisher?.soon();
  }

  #quiet(): void {
    this.#restores.stop();
    this.#backups?.stop();
    this.#inbox.close();
    this.#orders.stop();
    this.#beats.stop();
    this.#tick?.cancel();
    this.#publisher?.stop();
  }

  /** Without a goodbye: the broker sends the will. */
  async #cut(): Promise<void> {
    await this.#parts.bus.abort();
    await this.#parts.store.close();
    this.#people.close();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #fatal(error: unknown): void {
    this.crash();
    this.#parts.log.error({ error }, 'the hub ends: its journal cannot be written');
    this.#cut().then(
      () => this.#parts.onFatal(error),
      (failed) => {
        this.#parts.log.defect(failed, 'what the hub had open could not be closed');
        this.#parts.onFatal(error);
      },
    );
  }
}
