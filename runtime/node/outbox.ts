/**
 * A node's outbox at work: events are on disk before they travel, go out in order in a window of 20, are repeated until the
 * hub answers, and leave only with that answer (end to end; the broker is a wire).
 */
import type { Ack } from '../../devices/contract/envelope.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Random } from '../../drivers/random.ts';
import type { Bus } from '../bus/bus.ts';
import type { NodeStore, OutboxRow } from '../store/store.ts';

export interface OutboxParts {
  readonly hall: string;
  readonly node: string;
  readonly stream: string;
  readonly lastSeq: number;
  readonly store: NodeStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  /** The hub's answers to rows, in order: the owner applies them in one transaction that also removes the rows. */
  readonly answered: (
    answers: readonly { readonly row: OutboxRow; readonly answer: Ack['answers'][number] }[],
    durableThrough: number,
  ) => void;
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
  readonly counters = { sent: 0, repeated: 0, acks: 0, foreignAcks: 0, publishFailed: 0 };
  #parts: OutboxParts;
  /** Unanswered, oldest first; a Map keeps that order. */
  #rows = new Map<number, Outgoing>();
  #timer: Timer | undefined;
  #closed = false;
  #lastSeq: number;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#lastSeq = parts.lastSeq;
  }

  /** The newest event this store has numbered. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get length(): number {
    return this.#rows.size;
  }

  load(): void {
    for (const row of this.#parts.store.unanswered()) this.#rows.set(row.seq, { row, eagerMs: [], tries: 0, dueMs: 0 });
  }

  rows(): readonly OutboxRow[] {
    return [...this.#rows.values()].map(({ row }) => row);
  }

  /** Rows that a transaction has just written. */
  appended(rows: readonly OutboxRow[], eagerMs: ReadonlyMap<string, readonly number[]>): void {
    for (const row of rows) {
      this.#rows.set(row.seq, { row, eagerMs: eagerMs.get(row.id) ?? [], tries: 0, dueMs: 0 });
      this.#lastSeq = row.seq;
    }
    this.#pump();
  }

  /** A new connection: everything in the window goes again. */
  connected(): void {
    for (const outgoing of this.#rows.values()) outgoing.dueMs = 0;
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  takeAck(ack: Ack): void {
    const { node, stream, answered, streamRefused } = this.#parts;
    if (ack.node !== node || ack.stream !== stream) {
      this.counters.foreignAcks += 1;
      return;
    }
    this.counters.acks += 1;
    if (ack.stream_error !== undefined) return streamRefused(ack.stream_error);
    const done = ack.answers.flatMap((answer) => {
      const row = this.#rows.get(answer.seq)?.row;
      // An answer under another id would be another's: same seq, other id is a cloned card (F10).
      return row !== undefined && row.id === answer.id ? [{ row, answer }] : [];
    });
    for (const { row } of done) this.#rows.delete(row.seq);
    if (done.length > 0) answered(done, ack.durable_through);
    this.#pump();
  }

  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed || !this.#parts.bus.connected) return;
    const nowMs = this.#parts.clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    let inWindow = 0;
    for (const outgoing of this.#rows.values()) {
      if (++inWindow > windowRows) break;
      if (outgoing.dueMs <= nowMs) this.#send(outgoing, nowMs);
      nextMs = Math.min(nextMs, outgoing.dueMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY)
      this.#timer = this.#parts.clock.after(Math.max(1, nextMs - nowMs), () => this.#pump());
  }

  #send(outgoing: Outgoing, nowMs: number): void {
    const { hall, node, stream, bus, random } = this.#parts;
    const { row, eagerMs } = outgoing;
    const first = this.#rows.keys().next().value ?? row.seq;
    this.counters[outgoing.tries === 0 ? 'sent' : 'repeated'] += 1;
    const envelope = {
      v: 1,
      id: row.id,
      type: row.type,
      node,
      stream,
      seq: row.seq,
      first,
      device: row.device,
      at: row.at,
      ...(row.hubAt === null ? {} : { hub_at: row.hubAt }),
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
    bus.publish(topics.nodeEvt(hall, node), JSON.stringify(envelope), { qos: 1 }).catch(() => {
      this.counters.publishFailed += 1;
    });
  }
}
