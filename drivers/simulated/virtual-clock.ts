/** Time that moves only when told: a whole hall runs a day in seconds, and the same seed gives the same day. */
import type { Clock, Timer } from '../clock.ts';

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallStartMs: number;
  #order = 0;
  #heap: Entry[] = [];
  #turnEnd: (() => void)[] = [];

  /** `wallStartMs`: what the wall shows at monotonic 0. */
  constructor(wallStartMs = Date.UTC(2026, 10, 23, 0, 30)) {
    this.#wallStartMs = wallStartMs;
  }

  wallMs(): number {
    return this.#wallStartMs + Math.floor(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  /** Somebody sets the wall clock. */
  stepWall(byMs: number): void {
    this.#wallStartMs += byMs;
  }

  after(delayMs: number, task: () => void): Timer {
    const entry: Entry = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task, cancelled: false };
    this.#push(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  }

  atTurnEnd(task: () => void): void {
    this.#turnEnd.push(task);
  }

  /** Runs all that falls due in the next `byMs`, in order, promises settled in between. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await this.settle();
    for (;;) {
      const entry = this.#heap[0];
      if (entry === undefined || entry.atMs > untilMs) break;
      this.#pop();
      if (entry.cancelled) continue;
      this.#nowMs = entry.atMs;
      entry.task();
      await this.settle();
    }
    this.#nowMs = untilMs;
  }

  /** Advances in steps until `done()`; throws after `limitMs` of virtual time. */
  async until(done: () => boolean, limitMs = 60_000): Promise<void> {
    const endMs = this.#nowMs + limitMs;
    await this.settle();
    while (!done()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > endMs) throw new Error(`not reached within ${limitMs} ms of virtual time`);
      await this.advance(Math.max(0, next.atMs - this.#nowMs));
    }
  }

  /** Lets promises and turn-end tasks run without moving time. */
  async settle(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const tasks = this.#turnEnd.splice(0);
      if (tasks.length === 0) return;
      for (const task of tasks) task();
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!earlier(entry, heap[parent] as Entry)) break;
      heap[child] = heap[parent] as Entry;
      child = parent;
    }
    heap[child] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && earlier(right, heap[child] as Entry)) child += 1;
      if (!earlier(heap[child] as Entry, last)) break;
      heap[hole] = heap[child] as Entry;
      hole = child;
    }
    heap[hole] = last;
  }
}

function earlier(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
