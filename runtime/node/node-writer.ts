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
      durableThrough: Math.max(this.#durableThrough, change.durableThrough ?? 0),
    });
    this.counters.writes += 1;
    this.counters.forgotten += this.#answered.length;
    this.#answered = [];
    this.#timer?.cancel();
    this.#timer = undefined;
    return rows;
  }

  /** These rows are answered, and nobody had anything to write about it. */
  forget(answered: readonly number[], durableThrough: number): void {
    this.#answered.push(...answered);
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

  /** Writes nothing more by itself: as after a power cut. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
