/**
 * A node's outbox at work: events are on disk before they travel, go out in order in a window of 20, are repeated until the
 * hub answers, and leave only with that answer (end to end; the broker is a wire).
 */
import type { Ack } from '../../devices/contract/envelope.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Bus } from '../bus/bus.ts';
import type { NodeStore, OutboxRow } from '../store/store.ts';

export interface OutboxSettings {
  readonly hall: string;
  readonly node: string;
  readonly stream: string;
  readonly lastSeq: number;
  /** Answered rows above a number that are kept for a hub restored from a backup (F11). */
  readonly keptAbove: (seq: number) => readonly OutboxRow[];
  readonly store: NodeStore;
  readonly bus: Bus;
  /**
   * The hub's answers to rows, in order: the owner applies them in one transaction that also removes the rows. `false`: the
   * disk did not take it, so the rows stay, are asked again, and the hub repeats its answers.
   */
  readonly answered: (
    answers: readonly { readonly row: OutboxRow; readonly answer: Ack['answers'][number] }[],
    durableThrough: number,
  ) => boolean;
  readonly streamRefused: (error: NonNullable<Ack['stream_error']>) => void;
}

interface Outgoing {
  readonly row: OutboxRow;
  readonly eagerMs: readonly number[];
  tries: number;
  dueMs: number;
}

const windowRows = 20;
const firstRepeatMs = 500;
const longestRepeatMs = 10_000;

export class Outbox {
  readonly counters = { sent: 0, repeated: 0, replayed: 0, acks: 0, foreignAcks: 0, publishFailed: 0 };
  #context: Context;
  #settings: OutboxSettings;
  /** Unanswered, oldest first; a Map keeps that order. */
  #rows = new Map<number, Outgoing>();
  /** Answered by a hub that has forgotten since: told again, before everything else. */
  #replays = new Map<number, Outgoing>();
  #replayedIn = 0;
  /** Nothing below is on this disk any more. */
  #floor = 1;
  #stream: string;
  #timer: Timer | undefined;
  #closed = false;
  /** The hub took no event of this stream when it last answered. */
  #refused = false;
  /** The hub's mark when it took none of what was sent above: something below is held up there, or was lost on the way. */
  #gapAbove: number | undefined;
  #lastSeq: number;

  constructor(context: Context, settings: OutboxSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#lastSeq = settings.lastSeq;
    this.#stream = settings.stream;
  }

  /** The newest event this store has numbered. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get length(): number {
    return this.#rows.size;
  }

  /** Everything up to here was answered. */
  get answeredThrough(): number {
    const oldest = this.#rows.keys().next().value;
    return oldest === undefined ? this.#lastSeq : oldest - 1;
  }

  load(): void {
    for (const row of this.#settings.store.unanswered()) this.#rows.set(row.seq, outgoing(row));
    this.#floor = this.#settings.keptAbove(0)[0]?.seq ?? this.answeredThrough + 1;
  }

  /** A new stream (F10): what was not answered goes under new numbers. */
  restart(stream: string, lastSeq: number): void {
    this.#stream = stream;
    this.#lastSeq = lastSeq;
    this.#rows.clear();
    this.#replays.clear();
    this.#gapAbove = undefined;
    this.load();
    this.#pump();
  }

  rows(): readonly OutboxRow[] {
    return [...this.#rows.values()].map(({ row }) => row);
  }

  /** Rows that a transaction has just written. */
  appended(rows: readonly OutboxRow[], eagerMs: ReadonlyMap<string, readonly number[]>): void {
    for (const row of rows) {
      this.#rows.set(row.seq, outgoing(row, eagerMs.get(row.id)));
      this.#lastSeq = row.seq;
    }
    this.#pump();
  }

  /** A new connection: everything in the window goes again. */
  connected(): void {
    for (const rows of [this.#replays, this.#rows]) for (const each of rows.values()) each.dueMs = 0;
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  takeAck(ack: Ack): void {
    const { node, answered, streamRefused } = this.#settings;
    if (ack.node !== node || ack.stream !== this.#stream) {
      this.counters.foreignAcks += 1;
      return;
    }
    this.counters.acks += 1;
    if (ack.stream_error !== undefined) {
      this.#refused = true;
      return streamRefused(ack.stream_error);
    }
    // Adopted: what waited goes now, not each row at the end of its longest pause.
    if (this.#refused) for (const each of this.#rows.values()) each.dueMs = 0;
    this.#refused = false;
    this.#followGap(ack);
    this.#floor = Math.max(this.#floor, ack.durable_through + 1);
    this.#forgotten(ack);
    const done = ack.answers.flatMap((answer) => {
      if (this.#replays.get(answer.seq)?.row.id === answer.id) this.#replays.delete(answer.seq);
      const open = this.#rows.get(answer.seq);
      // An answer under another id would be another's: same seq, other id is a cloned card (F10).
      return open !== undefined && open.row.id === answer.id ? [{ open, row: open.row, answer }] : [];
    });
    for (const { row } of done) this.#rows.delete(row.seq);
    if (done.length > 0 && !answered(done, ack.durable_through)) {
      const back = done.map(({ open }) => [open.row.seq, open] as const);
      this.#rows = new Map([...back, ...this.#rows].sort(([a], [b]) => a - b));
    }
    this.#pump();
  }

  /** What the hub refused beyond a gap goes again as soon as the gap has closed, not at the end of each row's own pause. */
  #followGap({ upto, answers }: Ack): void {
    const above = [...this.#rows.values()].filter(({ row, tries }) => row.seq > upto && tries > 0);
    if (answers.length === 0 && above.length > 0) this.#gapAbove ??= upto;
    if (this.#gapAbove === undefined || upto <= this.#gapAbove) return;
    this.#gapAbove = undefined;
    for (const each of above) each.dueMs = 0;
  }

  /** A hub of a new epoch that does not know what was answered: what is still kept is told again, once an epoch (F11). */
  #forgotten({ upto, epoch }: Ack): void {
    const { answeredThrough } = this;
    if (upto >= answeredThrough || epoch <= this.#replayedIn) return;
    this.#replayedIn = epoch;
    const rows = this.#settings.keptAbove(upto).filter(({ seq }) => seq <= answeredThrough);
    this.#floor = Math.max(this.#floor, rows[0]?.seq ?? answeredThrough + 1);
    this.#replays = new Map(rows.map((row) => [row.seq, outgoing(row)]));
    this.counters.replayed += rows.length;
  }

  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed || !this.#settings.bus.connected) return;
    const nowMs = this.#context.clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    let inWindow = 0;
    for (const outgoing of this.#inOrder()) {
      if (++inWindow > windowRows) break;
      if (outgoing.dueMs <= nowMs) this.#send(outgoing, nowMs);
      nextMs = Math.min(nextMs, outgoing.dueMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY)
      this.#timer = this.#context.clock.after(Math.max(1, nextMs - nowMs), () => this.#pump());
  }

  *#inOrder(): IterableIterator<Outgoing> {
    yield* this.#replays.values();
    yield* this.#rows.values();
  }

  #send(outgoing: Outgoing, nowMs: number): void {
    const { hall, node, bus } = this.#settings;
    const { random, log } = this.#context;
    const { row, eagerMs } = outgoing;
    const first = Math.min(this.#rows.keys().next().value ?? row.seq, this.#floor, row.seq);
    this.counters[outgoing.tries === 0 ? 'sent' : 'repeated'] += 1;
    const envelope = {
      v: 1,
      id: row.id,
      type: row.type,
      node,
      stream: this.#stream,
      seq: row.seq,
      first,
      device: row.device,
      at: row.at,
      ...(row.hubAt === null ? {} : { hub_at: row.hubAt }),
      ...(row.answer === undefined ? {} : { answered: row.answer }),
      data: row.data,
    };
    const eager = eagerMs[outgoing.tries];
    const previous = outgoing.tries === 0 ? 0 : (eagerMs[outgoing.tries - 1] ?? 0);
    const backoffMs = Math.min(
      longestRepeatMs,
      firstRepeatMs * 2 ** Math.min(Math.max(0, outgoing.tries - eagerMs.length), 10),
    );
    outgoing.dueMs = nowMs + (eager === undefined ? backoffMs * (0.75 + random() / 2) : eager - previous);
    outgoing.tries += 1;
    // Lost or refused: the repeat above is the remedy.
    const failed = (error: unknown) => {
      this.counters.publishFailed += 1;
      log.debug({ seq: row.seq, error: String(error) }, 'an event did not reach the broker: it is repeated');
    };
    try {
      bus.publish(topics.nodeEvt(hall, node), JSON.stringify(envelope), { qos: 1 }).catch(failed);
    } catch (error) {
      // The row is on disk and due again: one that cannot be sent holds up neither its repeat nor the others.
      this.counters.publishFailed += 1;
      log.defect(error, 'an event could not be given to the bus');
    }
  }
}

function outgoing(row: OutboxRow, eagerMs: readonly number[] = []): Outgoing {
  return { row, eagerMs, tries: 0, dueMs: 0 };
}
