/**
 * The one who writes a node's store. What a device says or notes is on disk before this returns. That an answered row may go is
 * written with the next such change, or a moment later: lost, the row is sent once more and the hub repeats its answer. That
 * halves what a box syncs, and no call waits for the disk to forget the call before it.
 */
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { NodeChange, NodeStore, OutboxRow } from '../store/store.ts';

const forgetWithinMs = 1_000;

export class NodeWriter {
  readonly counters = { writes: 0, forgotten: 0, writeFailed: 0 };
  #store: NodeStore;
  #clock: Clock;
  #answered: number[] = [];
  #told: Pick<NodeChange, 'answers' | 'facts'> = {};
  #durableThrough = 0;
  #timer: Timer | undefined;

  constructor(store: NodeStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** All of it on disk when this returns, with the rows that may go. Throws as the store does, having written nothing. */
  transact(change: NodeChange): readonly OutboxRow[] {
    const rows = this.#store.transact({
      ...change,
      answered: [...this.#answered, ...(change.answered ?? [])],
      answers: { ...this.#told.answers, ...change.answers },
      facts: { ...this.#told.facts, ...change.facts },
      durableThrough: Math.max(this.#durableThrough, change.durableThrough ?? 0),
    });
    this.counters.writes += 1;
    this.counters.forgotten += this.#answered.length;
    this.#answered = [];
    this.#told = {};
    this.#timer?.cancel();
    this.#timer = undefined;
    return rows;
  }

  /** These rows are answered, and nobody had anything to write about it; `told` goes to the disk with their end. */
  forget(answered: readonly number[], durableThrough: number, told: Pick<NodeChange, 'answers' | 'facts'> = {}): void {
    this.#answered.push(...answered);
    const { answers, facts } = this.#told;
    this.#told = { answers: { ...answers, ...told.answers }, facts: { ...facts, ...told.facts } };
    this.#durableThrough = Math.max(this.#durableThrough, durableThrough);
    this.#timer ??= this.#clock.after(forgetWithinMs, () => {
      this.#timer = undefined;
      this.flush();
    });
  }

  /** A store that does not take it now is asked again with the next change. */
  flush(): void {
    if (this.#answered.length === 0) return;
    try {
      this.transact({});
    } catch {
      this.counters.writeFailed += 1;
    }
  }

  /** A new stream has numbers of its own (F10): none of the old one's may end its rows or let them go. */
  newStream(): string {
    this.flush();
    const stream = this.#store.newStream();
    this.#answered = [];
    this.#told = {};
    this.#durableThrough = 0;
    return stream;
  }

  /** Writes nothing more by itself: as after a power cut. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
