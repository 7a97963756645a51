/**
 * The hub: keeps a hall's queue. Commands come in from nodes and pages, are decided and journaled by the command loop, and
 * what changed goes out as views. Start replays the journal under a new epoch; stop and crash leave the disk as it is.
 */
import type { HallRules } from '../../devices/contract/hall.ts';
import { type HubState, hubHeartbeatMs } from '../../devices/contract/presence.ts';
import type { LocalText } from '../../devices/contract/terms.ts';
import { filters, parseTopic, topics } from '../../devices/contract/topics.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import { type Log, OnceLog } from '../../drivers/log.ts';
import { type Random, uuidFrom } from '../../drivers/random.ts';
import type { Bus, BusMessage } from '../bus/bus.ts';
import type { Actor, QueueCommand } from '../queue/commands.ts';
import { dueAt } from '../queue/timers.ts';
import type { HallStore, Retention, StoredAnswer } from '../store/store.ts';
import { Acknowledger } from './acknowledger.ts';
import { Beats } from './beats.ts';
import { CommandLoop, type Committed } from './command-loop.ts';
import { commandOf } from './command-of.ts';
import { parseEvt } from './evt-message.ts';
import { Housekeeping } from './housekeeping.ts';
import { JournalFeed } from './journal-feed.ts';
import { journalRules } from './journal-rules.ts';
import { type KioskPlace, kioskNotices } from './kiosk-notices.ts';
import { LoginCheck } from './login-check.ts';
import { NodeOrders } from './node-orders.ts';
import { NodeRegistry } from './node-registry.ts';
import { PeopleDesk, purgeEveryMs, type SecretsParts } from './people-desk.ts';
import type { Person } from './person-asking.ts';
import { Publisher } from './publisher.ts';
import { startState } from './start-state.ts';
import { Streams } from './streams.ts';

export interface HubParts {
  readonly hubId: string;
  readonly rules: HallRules;
  /** Named on the hall board when one is out. */
  readonly kiosks?: readonly KioskPlace[];
  readonly store: HallStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Texts and telephone numbers, outside the journal; absent = none are taken. */
  readonly secrets?: SecretsParts | undefined;
  /** Absent: answers for 30 days, the journal for ever. */
  readonly retention?: Retention;
  /** Fingerprint of the queue's code; absent: every start replays the whole journal. */
  readonly queueCode?: string;
  /** Told once when the hub cannot go on (its disk failed); the process then starts it anew. */
  readonly onFatal: (error: unknown) => void;
}

const hubActor: Actor = { kind: 'hub', id: 'hub' };
const tickAtMostMs = 30_000;

export class Hub {
  readonly counters = { badMessages: 0, foreignTopics: 0 };
  #parts: HubParts;
  #once: OnceLog;
  #nodes: NodeRegistry;
  #streams = new Streams();
  #logins: LoginCheck;
  #loop: CommandLoop | undefined;
  #publisher: Publisher | undefined;
  #acks: Acknowledger | undefined;
  #feed: JournalFeed | undefined;
  #orders: NodeOrders;
  #people: PeopleDesk;
  #keeping: Housekeeping | undefined;
  #epoch = 0;
  #beats: Beats;
  #tick: Timer | undefined;
  #listeners = new Set<() => void>();
  #running = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#once = new OnceLog(parts.log);
    this.#nodes = new NodeRegistry(parts.clock);
    this.#logins = new LoginCheck(parts.rules.clerks);
    const { bus, clock, rules } = parts;
    this.#beats = new Beats(clock);
    const now = () => this.loop.now();
    this.#orders = new NodeOrders({ hall: rules.hall, bus, clock, epoch: () => this.#epoch, now });
    this.#people = new PeopleDesk({
      state: () => this.loop.state,
      now,
      orders: this.#orders,
      secrets: parts.secrets,
      decide: (make, by, id) => this.#own(make, by, id, true),
    });
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
      ...this.#acks?.counters,
      ...this.#feed?.counters,
      ...this.#nodes.counters,
      ...this.#orders.counters,
      ...this.#people.counters,
      ...this.#keeping?.counters,
      journal: this.#loop?.lastSeq ?? 0,
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
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
    const loop = new CommandLoop({
      store,
      clock,
      streams: this.#streams,
      state,
      lastSeq,
      committed: (group) => this.#committed(group),
      repeated: (node, seq, answer) => this.#acks?.answer(node, [{ seq, answer }]),
      fatal: (error) => this.#fatal(error),
    });
    this.#loop = loop;
    this.#acks = new Acknowledger(bus, rules.hall, this.#epoch, this.#streams);
    this.#feed = new JournalFeed(bus, rules.hall);
    this.#publisher = new Publisher({
      bus,
      clock,
      epoch: this.#epoch,
      state: () => loop.state,
      rules: () => rules,
      notices: () => this.notices(),
      now: () => loop.now(),
    });
    this.#publisher.onChange(() => this.#changed());
    this.#running = true;
    const kept = journalRules(rules);
    await this.#own((at, id) => ({ type: 'ConfigureHall', id, at, happenedAt: at, by: hubActor, rules: kept }));
    await this.#own((at, id) => ({ type: 'Tick', id, at, happenedAt: at, by: hubActor }));
    bus.start({ up: () => this.#connected() }, () => ({
      topic: topics.hubState(rules.hall),
      payload: JSON.stringify(this.#state('lost')),
      retain: true,
    }));
    this.#beats.every(hubHeartbeatMs, () => this.#heartbeat());
    this.#beats.every(1_000, () => {
      if (!this.#nodes.watch()) return;
      this.#changed();
      this.#publisher?.soon();
    });
    this.#people.purge();
    this.#beats.every(purgeEveryMs, () => this.#people.purge());
    this.#parts.log.info({ epoch: this.#epoch, journal: lastSeq, snapshot }, 'the hub leads');
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#quiet();
    await this.#loop?.stop();
    await this.#keeping?.stop(this.loop.state, this.loop.lastSeq);
    if (this.#parts.bus.connected) {
      await this.#parts.bus
        .publish(topics.hubState(this.#parts.rules.hall), JSON.stringify(this.#state('disconnected')), {
          qos: 1,
          retain: true,
        })
        .catch(() => {});
    }
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
  async adopt(node: string): Promise<boolean> {
    const mark = this.#streams.adopt(node);
    if (mark === undefined) return false;
    await this.#parts.store.commit({ events: [], applied: [], answers: [], marks: [mark] });
    return true;
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
    const { bus, rules } = this.#parts;
    const hall = rules.hall;
    const take = (message: BusMessage) => this.#take(message);
    const subscriptions = [
      filters.everyNode(hall, 'evt'),
      filters.everyNode(hall, 'state'),
      filters.everyNode(hall, 'birth'),
      filters.everyNode(hall, 'res'),
      filters.everyDevice(hall),
    ].map((filter) => bus.subscribe(filter, take));
    Promise.all(subscriptions).then(
      () => {
        this.#heartbeat();
        this.#publisher?.republish();
        this.#changed();
      },
      // The connection broke while subscribing: the bus reconnects, and this runs again.
      () => {},
    );
  }

  #take({ topic, payload, retained }: BusMessage): void {
    if (!this.#running) return;
    const parsed = parseTopic(this.#parts.rules.hall, topic);
    if (parsed === undefined) {
      this.counters.foreignTopics += 1;
      return;
    }
    switch (parsed.kind) {
      case 'node-evt':
        if (!retained) this.#takeEvt(parsed.node, topic, payload);
        return;
      case 'node-state':
        return this.#heard(topic, parsed.node, this.#nodes.takeState(parsed.node, payload));
      case 'node-birth':
        this.#heard(topic, parsed.node, this.#nodes.takeBirth(parsed.node, payload));
        // The new box should not wait for the next beat to know that a hub is there.
        if (!retained) this.#heartbeat();
        return;
      case 'node-device':
        this.#heard(topic, parsed.node, this.#nodes.takeDevice(parsed.node, parsed.device, payload));
        return;
      case 'node-res': {
        const reason = retained ? undefined : this.#orders.take(parsed.node, payload);
        if (reason !== undefined) this.#bad(topic, reason);
        return;
      }
      default:
        return;
    }
  }

  #takeEvt(node: string, topic: string, payload: Uint8Array): void {
    const parsed = parseEvt(node, payload);
    if (!parsed.ok) return this.#bad(topic, parsed.reason);
    const { envelope } = parsed;
    const placed = this.#streams.place(envelope);
    if (placed.kind === 'refused') {
      this.#once.warn(
        `stream ${node} ${envelope.stream}`,
        { node },
        `node ${node} came back with another store: a technician has to adopt it`,
      );
      this.#acks?.refuseStream(node, envelope.stream, placed.error);
      return;
    }
    // Also one that seems to come too early: in the loop's turn it may be the next.
    const asking =
      envelope.type === 'ClerkLogin' && placed.kind !== 'repeat'
        ? commandOf({ id: envelope.id, type: envelope.type, data: envelope.data, at: 0, happenedAt: 0, by: hubActor })
        : undefined;
    if (asking?.ok !== true || asking.login === undefined) {
      this.loop.fromNode(envelope);
      return;
    }
    // Later events of this stream look like a gap until the PIN is checked, and come again by themselves.
    this.#logins.atBox(envelope.id, asking.login, this.#parts.clock.monotonicMs()).then(
      (refusal) => this.loop.fromNode(envelope, refusal),
      (error) => this.#fatal(error),
    );
  }

  #heard(topic: string, node: string, heard: ReturnType<NodeRegistry['takeState']>): void {
    if (!heard.ok) return this.#bad(topic, heard.reason);
    if (heard.wantsBirth) this.#parts.log.info({ node }, 'a node that has not said what it is: waiting for its birth');
    if (!heard.changed) return;
    this.#changed();
    this.#publisher?.soon();
  }

  #bad(topic: string, reason: string): void {
    this.counters.badMessages += 1;
    this.#once.warn(`${topic} ${reason}`, { topic, reason }, 'a message that cannot be used was dropped');
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
      this.#own((at, id) => ({ type: 'Tick', id, at, happenedAt: at, by: hubActor })).then(
        () => {
          this.#publisher?.soon();
          this.#scheduleTick();
        },
        () => {},
      );
    });
  }

  #heartbeat(): void {
    const { bus, rules } = this.#parts;
    if (!bus.connected) return;
    bus
      .publish(topics.hubState(rules.hall), JSON.stringify(this.#state('leading')), { qos: 0, retain: true })
      .catch(() => {});
  }

  #state(state: HubState['state']): HubState {
    const head = { v: 1 as const, state, hub: this.#parts.hubId, epoch: this.#epoch, time: this.loop.now() };
    return state === 'leading' ? { ...head, seal_key: this.#logins.sealKey } : head;
  }

  #quiet(): void {
    this.#orders.stop();
    this.#beats.stop();
    this.#tick?.cancel();
    this.#publisher?.stop();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #fatal(error: unknown): void {
    this.crash();
    this.#parts.log.error({ error: String(error) }, 'the hub stops: its journal cannot be written');
    this.#parts.onFatal(error);
  }
}
