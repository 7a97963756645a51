/**
 * The single writer. Commands wait here, one group a turn of the event loop is decided in order and committed in one
 * transaction, and only what is on disk is answered. A command whose events cannot be stored is refused for the record:
 * the hall in memory is read again from the journal, and the rest of its group goes on one by one. A disk that fails is
 * fatal: the hub must start again from its journal.
 */

import type { EvtEnvelope, WireRefusal } from '../../devices/contract/envelope.ts';
import type { CommandId, Instant } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import type { Actor, QueueCommand } from '../queue/commands.ts';
import type { QueueEvent } from '../queue/events.ts';
import { evolve } from '../queue/evolve.ts';
import type { HallState } from '../queue/state.ts';
import { type Step, step } from '../queue/step.ts';
import { boxAnswerId } from '../store/hall-tables.ts';
import type { Applied, HallStore, StoredAnswer, StreamMark } from '../store/store.ts';
import { isUnstorable } from '../store/store-error.ts';
import { refusalOf } from './box-bounds.ts';
import type { BoxGate } from './box-gate.ts';
import { commandOf } from './command-of.ts';
import type { HubClock } from './hub-clock.ts';
import { cannotBeStored, refusedEvent, UndecidedError } from './refused-for-the-record.ts';
import type { Streams } from './streams.ts';

/** From a node's outbox. */
interface NodeItem {
  readonly kind: 'node';
  readonly envelope: EvtEnvelope;
  /** Refused before it got here (a wrong PIN): the refusal is its effect. */
  readonly refusal: WireRefusal | undefined;
  /** The refusal goes to the journal too. */
  readonly onRecord?: boolean;
}

/** From a page or from the hub itself. */
interface OwnItem {
  readonly kind: 'own';
  readonly id: CommandId;
  readonly by: Actor;
  readonly make: (at: Instant) => QueueCommand | WireRefusal;
  /** Kept for a repeat of the same request; the hub's own timers need no memory. */
  readonly remember: boolean;
  readonly done: (answer: StoredAnswer) => void;
}

export interface Committed {
  readonly events: readonly QueueEvent[];
  readonly firstSeq: number;
  /** Nodes to acknowledge, with the answers of this group. */
  readonly answers: ReadonlyMap<string, readonly { readonly seq: number; readonly answer: StoredAnswer }[]>;
}

export interface CommandLoopSettings {
  readonly store: HallStore;
  readonly hubClock: HubClock;
  readonly streams: Streams;
  readonly state: HallState;
  readonly lastSeq: number;
  /** The hall as the journal has it: after a group that could not be stored. */
  readonly reload: () => Promise<HallState>;
  /** Whether blocks of numbers are leased yet (F11). */
  readonly leases: { readonly mayLease: boolean };
  /** What a box may say and claim. */
  readonly gate: BoxGate;
  /** What the queue has to know before a command, if anything. */
  readonly before?: (command: QueueCommand, state: HallState) => QueueCommand | undefined;
}

/** The hall as it is now, and the hub's time. */
export interface LiveQueue {
  readonly state: HallState;
  now(): Instant;
}

const groupLimit = 500;
const waitingLimit = 20_000;

export class CommandLoop implements LiveQueue {
  readonly counters = {
    commands: 0,
    refused: 0,
    repeats: 0,
    gaps: 0,
    conflicts: 0,
    lostEvents: 0,
    replayed: 0,
    groups: 0,
    dropped: 0,
    unstorable: 0,
  };
  /** A group is on disk. */
  readonly committed: Signal<Committed>;
  /** An event that was applied before came again: its answer is due again. */
  readonly repeated: Signal<{ readonly node: string; readonly seq: number; readonly answer: StoredAnswer }>;
  /** Same number in the stream, another event (F10): a card was copied. */
  readonly conflict: Signal<{ readonly node: string; readonly stream: string }>;
  /** The journal could not be written: nothing is taken any more. */
  readonly failed: Signal<unknown>;
  #clock: Clock;
  #log: Log;
  #settings: CommandLoopSettings;
  #state: HallState;
  #seq: number;
  #waiting: (NodeItem | OwnItem)[] = [];
  #running = false;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor({ clock, log }: Context, settings: CommandLoopSettings) {
    this.committed = new Signal(log);
    this.repeated = new Signal(log);
    this.conflict = new Signal(log);
    this.failed = new Signal(log);
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#state = settings.state;
    this.#seq = settings.lastSeq;
  }

  get state(): HallState {
    return this.#state;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /** Hub time. */
  now(): Instant {
    return this.#settings.hubClock.now();
  }

  fromNode(envelope: EvtEnvelope, refusal?: WireRefusal): void {
    this.#push({ kind: 'node', envelope, refusal });
  }

  fromHub(item: Omit<OwnItem, 'kind'>): void {
    if (!this.#push({ kind: 'own', ...item })) {
      item.done({
        id: item.id,
        ok: false,
        error: { code: 'busy', message: 'the hub has too much waiting: try again' },
      });
    }
  }

  /** Resolves when nothing waits any more; then takes nothing new. */
  async stop(): Promise<void> {
    if (this.#running || this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#stopped = true;
  }

  /** Takes nothing new and finishes nothing: as after a power cut. */
  crash(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  #push(item: NodeItem | OwnItem): boolean {
    if (this.#stopped || this.#waiting.length >= waitingLimit) {
      this.counters.dropped += 1;
      return false;
    }
    this.#waiting.push(item);
    if (!this.#running) {
      this.#running = true;
      this.#clock.atTurnEnd(() => {
        this.#run().catch((error) => {
          this.#stopped = true;
          this.failed.emit(error);
        });
      });
    }
    return true;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopped) {
      await this.#group(this.#waiting.splice(0, groupLimit));
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #group(items: readonly (NodeItem | OwnItem)[]): Promise<void> {
    if (!(await this.#try(items))) for (const item of items) await this.#alone(item);
  }

  /** What cannot be stored is refused; the hub's own `Tick`, without which nothing else can happen, is fatal. */
  async #alone(item: NodeItem | OwnItem): Promise<void> {
    if (this.#stopped || (await this.#try([item]))) return;
    this.counters.unstorable += 1;
    if (item.kind === 'node') await this.#commit([{ ...item, refusal: cannotBeStored, onRecord: true }]);
    else await this.#commit([{ ...item, make: () => cannotBeStored }]);
  }

  /** `false`: it could not be stored, and nothing happened, here or on disk. */
  async #try(items: readonly (NodeItem | OwnItem)[]): Promise<boolean> {
    const counters = { ...this.counters };
    const marks = items.flatMap((item) =>
      item.kind === 'node' ? [{ node: item.envelope.node, mark: this.#settings.streams.mark(item.envelope.node) }] : [],
    );
    try {
      await this.#commit(items);
      return true;
    } catch (error) {
      if (!(error instanceof UndecidedError || isUnstorable(error))) throw error;
      const types = items.map((item) =>
        item.kind === 'node' ? `${item.envelope.node} ${item.envelope.type}` : item.id,
      );
      this.#log.error({ error, items: types.slice(0, 10) }, 'the journal does not take these commands: one is refused');
      this.#state = await this.#settings.reload();
      for (const { node, mark } of marks) this.#settings.streams.restore(node, mark);
      Object.assign(this.counters, counters);
      return false;
    }
  }

  async #commit(items: readonly (NodeItem | OwnItem)[]): Promise<void> {
    const { store, streams } = this.#settings;
    const known = await Promise.all(
      items.map((item) =>
        item.kind === 'node'
          ? store.answerOfBox(item.envelope.node, item.envelope.id)
          : store.answerById(answerKey(item)),
      ),
    );
    if (this.#stopped) return;
    const events: QueueEvent[] = [];
    const applied: Applied[] = [];
    const ownAnswers: StoredAnswer[] = [];
    const marks = new Map<string, StreamMark>();
    const answers = new Map<string, { seq: number; answer: StoredAnswer }[]>();
    const finish: (() => void)[] = [];
    const givenHere = new Map<string, StoredAnswer>();
    for (const [index, item] of items.entries()) {
      const key = item.kind === 'node' ? boxAnswerId(item.envelope.node, item.envelope.id) : answerKey(item);
      const before = known[index] ?? givenHere.get(key);
      if (item.kind === 'own') {
        const answer = before === undefined ? this.#own(item, events) : { ...before, id: item.id };
        if (before === undefined && item.remember) ownAnswers.push({ ...answer, id: key });
        givenHere.set(key, answer);
        finish.push(() => item.done(answer));
        continue;
      }
      const { envelope } = item;
      const placed = streams.place(envelope);
      if (placed.kind === 'gap') {
        this.counters.gaps += 1;
        if (!answers.has(envelope.node)) answers.set(envelope.node, []);
      } else if (placed.kind === 'implausible') {
        const error = refusalOf(`event ${envelope.seq} after ${placed.mark.upto}: so many cannot be missing`);
        const at = this.now();
        events.push(this.#recorded(refusedEvent({ envelope, by: actorOf(envelope), at, happenedAt: at }, error)));
        const answer = { id: envelope.id, ok: false, error };
        answers.set(envelope.node, [...(answers.get(envelope.node) ?? []), { seq: envelope.seq, answer }]);
      } else if (placed.kind === 'repeat') {
        this.counters.repeats += 1;
        const { node, stream, seq, id } = envelope;
        const stored =
          before ??
          (await store.answerTo(node, stream, seq)) ??
          applied.find((one) => one.node === node && one.stream === stream && one.seq === seq)?.answer ??
          forgotten(id);
        if (stored.id !== id) {
          this.counters.conflicts += 1;
          finish.push(() => this.conflict.emit({ node, stream }));
        } else finish.push(() => this.repeated.emit({ node, seq, answer: stored }));
      } else if (placed.kind === 'next') {
        this.counters.lostEvents += placed.lost;
        // Never later than now, also after a clock that was ahead.
        const happenedAt = Math.min(this.now(), Math.max(placed.mark.happenedAt, envelope.hub_at ?? this.now()));
        const answer = before ?? this.#fromEnvelope(item, happenedAt, events);
        givenHere.set(key, answer);
        applied.push({ node: envelope.node, stream: envelope.stream, seq: envelope.seq, answer });
        marks.set(envelope.node, streams.advance(placed.mark, envelope.seq, happenedAt));
        const list = answers.get(envelope.node) ?? [];
        list.push({ seq: envelope.seq, answer });
        answers.set(envelope.node, list);
      }
    }
    const firstSeq = this.#seq + 1;
    if (events.length + applied.length + ownAnswers.length + marks.size > 0) {
      this.counters.groups += 1;
      this.#seq = await store.commit({ events, applied, answers: ownAnswers, marks: [...marks.values()] });
    }
    if (this.#stopped) return;
    this.committed.emit({ events, firstSeq, answers });
    for (const each of finish) each();
  }

  /** The hall in memory takes each event that goes to the journal: the time of the last one is part of it. */
  #recorded(event: QueueEvent): QueueEvent {
    evolve(this.#state, event);
    return event;
  }

  #fromEnvelope(item: NodeItem, happenedAt: Instant, events: QueueEvent[]): StoredAnswer {
    const { envelope, refusal } = item;
    const { id } = envelope;
    const by = actorOf(envelope);
    const record = (why: WireRefusal) =>
      events.push(this.#recorded(refusedEvent({ envelope, by, at: this.now(), happenedAt }, why)));
    if (refusal !== undefined) {
      if (item.onRecord === true) record(refusal);
      return { id, ok: false, error: refusal };
    }
    const { answered } = envelope;
    if (answered !== undefined) this.counters.replayed += 1;
    // Refused once, for ever: whoever asked was told so.
    if (answered?.ok === false)
      return { id, ok: false, error: answered.error ?? { code: 'refused', message: 'refused' } };
    const asking = commandOf({
      id,
      type: envelope.type,
      data: envelope.data,
      at: this.now(),
      happenedAt,
      by,
      mayLease: this.#settings.leases.mayLease,
      answered: answered?.result,
    });
    if (!asking.ok) return { id, ok: false, error: asking.error };
    const { gate, leases } = this.#settings;
    const taken = gate.take(envelope, asking.command, this.#state, !leases.mayLease);
    if (!taken.ok) {
      this.counters.refused += 1;
      record(taken.refusal);
      return { id, ok: false, error: taken.refusal };
    }
    if (taken.fault !== undefined) record(taken.fault);
    if (taken.first !== undefined) this.#apply(taken.first, events);
    return this.#apply(taken.command, events);
  }

  #own(item: OwnItem, events: QueueEvent[]): StoredAnswer {
    const made = item.make(this.now());
    return 'code' in made ? { id: item.id, ok: false, error: made } : this.#apply(made, events);
  }

  #apply(command: QueueCommand, events: QueueEvent[]): StoredAnswer {
    this.counters.commands += 1;
    const first = this.#settings.before?.(command, this.#state);
    if (first !== undefined) events.push(...this.#step(first).events);
    const { decision, events: happened } = this.#step(command);
    events.push(...happened);
    if (!decision.ok) {
      this.counters.refused += 1;
      const { code, message } = decision.refusal;
      this.#log.debug({ command: command.type, by: command.by.id, code }, `${command.type} refused: ${message}`);
      return { id: command.id, ok: false, error: decision.refusal };
    }
    return { id: command.id, ok: true, ...(decision.answer === undefined ? {} : { result: decision.answer }) };
  }

  #step(command: QueueCommand): Step {
    try {
      return step(this.#state, command);
    } catch (error) {
      throw new UndecidedError(command.type, error);
    }
  }
}

/** The hub's own commands are apart from those of people, who choose their ids: theirs have no "/". */
function answerKey({ id, by }: OwnItem): string {
  return by.kind === 'hub' ? `/hub/${id}` : id;
}

function actorOf({ node, device }: EvtEnvelope): Actor {
  return { kind: 'device', id: device === undefined ? node : `${node}/${device}` };
}

/** Its answer was let go with its day. A box that never got it must get some answer, or its outbox never moves again. */
function forgotten(id: CommandId): StoredAnswer {
  return {
    id,
    ok: false,
    error: { code: 'answer-forgotten', message: 'taken long ago; its answer is not kept any more' },
  };
}
