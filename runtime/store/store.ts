/**
 * Where events are kept. Two stores: the hub's `HallStore` (journal, answers, projections, in one transaction) and the
 * node's `NodeStore` (outbox and notes). Both promise: when `commit` resolves, or `transact` returns, it is on disk.
 */
import type { BusinessDay, CommandId, NodeId } from '../../devices/contract/terms.ts';
import type { QueueEvent } from '../queue/events.ts';

export interface JournalEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly event: QueueEvent;
}

export interface StoredAnswer {
  readonly id: CommandId;
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** One event of one node that was applied or refused. */
export interface Applied {
  readonly node: NodeId;
  readonly stream: string;
  readonly seq: number;
  readonly answer: StoredAnswer;
}

/** How far a node's stream is applied. */
export interface StreamMark {
  readonly node: NodeId;
  readonly stream: string;
  readonly upto: number;
  /** The press times of a stream rise with `seq` (F8). */
  readonly happenedAt: number;
  readonly adopted: boolean;
}

/** Epochs that no hub of this hall ever had, both included: a person has healed the hall (F25). */
export interface VoidEpochs {
  readonly from: number;
  readonly through: number;
}

/** One group commit. */
export interface HallBatch {
  readonly events: readonly QueueEvent[];
  readonly applied: readonly Applied[];
  /** Answers to commands that came over HTTP, by id. */
  readonly answers: readonly StoredAnswer[];
  readonly marks: readonly StreamMark[];
}

/** The queue's state after an entry, as `queue/snapshot.ts` writes it; only the program that made it may use it. */
export interface HallSnapshot {
  readonly seq: number;
  /** What made it: another program's is not used. */
  readonly code: string;
  readonly state: string;
}

/** How long things are kept, in days before the open one. */
export interface Retention {
  readonly answersDays: number;
  /** Of the journal, and of the tables made from it; `null`: for ever. */
  readonly journalDays: number | null;
}

/** A named point where a test may stop the process: `before-commit`, `after-commit`, … A no-op in life. */
export type FaultPoint = (label: string) => void;

export interface HallStore {
  open(): Promise<void>;
  close(): Promise<void>;
  /** Starts an epoch `step` (1 or more) above every epoch this store has seen and above `floor`; durable when it resolves (F11). */
  beginEpoch(floor: number, step?: number): Promise<number>;
  /** Epochs that never were: see `VoidEpochs`. */
  voidEpochs(): Promise<VoidEpochs | undefined>;
  /** The newest snapshot that this code made and that is whole. */
  snapshot(code: string): Promise<HallSnapshot | undefined>;
  /** Kept beside the one before it. */
  saveSnapshot(snapshot: HallSnapshot): Promise<void>;
  /** Entries after `afterSeq` in order, in pages; a gap in what is kept is an error. */
  replay(afterSeq: number, take: (entries: readonly JournalEntry[]) => void): Promise<void>;
  /** All in one transaction with the projections, or nothing. A failure is fatal to the caller. Returns the last seq. */
  commit(batch: HallBatch): Promise<number>;
  marks(): Promise<readonly StreamMark[]>;
  /** The answer once given to this event; kept at least 30 days. */
  answerTo(node: NodeId, stream: string, seq: number): Promise<StoredAnswer | undefined>;
  /** To a person's command, or to the hub's own. */
  answerById(id: CommandId): Promise<StoredAnswer | undefined>;
  /** To a box's command, in whatever stream it came; ids of other boxes and of persons are others, also if they are the same text. */
  answerOfBox(node: NodeId, id: CommandId): Promise<StoredAnswer | undefined>;
  /** A whole copy in a file of its own, taken beside the work; replaces the one before. */
  backup(file: string): Promise<void>;
  /** Read-only SQL over the projections, for pages and reports. */
  query(sql: string, parameters?: readonly (string | number | null)[]): Promise<readonly Record<string, unknown>[]>;
  /**
   * Day-end housekeeping: what is older than it may be goes, a bounded piece at a time; `true` = more is left. Of the
   * journal only what a snapshot covers goes, by whole days, and the rules in force then stay.
   */
  prune(today: BusinessDay, keep: Retention): Promise<boolean>;
}

export interface OutboxRow {
  readonly seq: number;
  readonly id: CommandId;
  readonly type: string;
  readonly device: string;
  readonly data: unknown;
  /** Wall clock at writing, ISO 8601. */
  readonly at: string;
  /** Hub time at writing, if known (F8). */
  readonly hubAt: number | null;
  /** Boot of the process that wrote it: ages are known within one boot only. */
  readonly boot: string;
  readonly monotonicMs: number;
  /** Of an answered row that is kept. */
  readonly answer?: RowAnswer;
}

export interface RowAnswer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

export interface NodeChange {
  readonly append?: readonly Omit<OutboxRow, 'seq'>[];
  /** Rows answered by the hub, removed (or kept until `durable-through` passes them: F11). */
  readonly answered?: readonly number[];
  readonly durableThrough?: number;
  /** By seq, with answered rows: what the hub said, told again with the row to a hub that has forgotten (F11). */
  readonly answers?: Readonly<Record<number, RowAnswer>>;
  readonly notes?: readonly { readonly device: string; readonly key: string; readonly value: unknown }[];
  /** Small facts of the node itself: session counter, epoch seen, hub offset. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

export class OutboxFull extends Error {
  readonly code = 'outbox-full';

  constructor(limit: number) {
    super(`the outbox holds ${limit} events the hub has not answered: check the network and the hub`);
    this.name = 'OutboxFull';
  }
}

export interface NodeStore {
  /** The stream id is born with the store. */
  open(): { readonly stream: string; readonly lastSeq: number };
  close(): void;
  /** One transaction, on disk when it returns; gives the rows appended. Throws `OutboxFull`, having written nothing. */
  transact(change: NodeChange): readonly OutboxRow[];
  /** Unanswered rows, oldest first. */
  unanswered(): readonly OutboxRow[];
  /** Answered rows above the `durable-through` mark, for a replay after a restored hub (F11). */
  answeredAbove(seq: number): readonly OutboxRow[];
  notes(device: string): ReadonlyMap<string, unknown>;
  facts(): Readonly<Record<string, string | number>>;
  /** A new stream (F10): outstanding rows move to it with new numbers, ids kept. */
  newStream(): string;
}
