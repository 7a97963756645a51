/** The work that waits for a line: by priority, then by age; newest content of a station and key wins; bounded. */
import type { Exchange, ExchangeResult, LinePriority } from './line.ts';

export const priorities: readonly LinePriority[] = ['call', 'status', 'clock', 'poll'];

export interface Job {
  // biome-ignore lint/suspicious/noExplicitAny: jobs of different protocols wait in one queue; `settle` pairs each with its own answer type.
  readonly exchange: Exchange<any>;
  readonly polled: boolean;
  /** When it was asked for, monotonic. */
  readonly sinceMs: number;
  tries: number;
  /** Not sent before this monotonic time: the pause after "busy". */
  notBeforeMs: number;
  settle(result: ExchangeResult<unknown>): void;
}

/** What waited so long goes before everything but a call: a line full of contents still asks who is there. */
const starvedMs = 5_000;

export class Waiting {
  #queues: Record<LinePriority, Job[]> = { call: [], status: [], clock: [], poll: [] };
  #size = 0;
  #limit: number;
  overflowed = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** `first`: before all others of its priority. */
  add(job: Job, first = false): void {
    const { station, key, priority } = job.exchange;
    if (key !== undefined) this.remove((other) => other.exchange.station === station && other.exchange.key === key);
    if (this.#size >= this.#limit) this.#dropLeast();
    if (first) this.#queues[priority].unshift(job);
    else this.#queues[priority].push(job);
    this.#size += 1;
  }

  /** Ends every job that matches as superseded, or with the given result. */
  remove(matches: (job: Job) => boolean, result: ExchangeResult<unknown> = { kind: 'superseded' }): void {
    for (const priority of priorities) {
      const gone = this.#queues[priority].filter(matches);
      if (gone.length === 0) continue;
      this.#queues[priority] = this.#queues[priority].filter((job) => !gone.includes(job));
      this.#size -= gone.length;
      for (const job of gone) job.settle(result);
    }
  }

  some(matches: (job: Job) => boolean): boolean {
    return priorities.some((priority) => this.#queues[priority].some(matches));
  }

  /** Takes the first that may go now; else tells when the next may. */
  take(mayGoAtMs: (job: Job) => number, nowMs: number): Job | number {
    let next = Number.POSITIVE_INFINITY;
    let first: Job | undefined;
    let starved: Job | undefined;
    for (const priority of priorities) {
      // The first that may go is the oldest of its priority, but for those that had to wait after "busy".
      for (const job of this.#queues[priority]) {
        const atMs = mayGoAtMs(job);
        if (atMs > nowMs) {
          next = Math.min(next, atMs);
          continue;
        }
        first ??= job;
        if (nowMs - job.sinceMs > starvedMs && (starved === undefined || job.sinceMs < starved.sinceMs)) starved = job;
        break;
      }
    }
    const chosen = first?.exchange.priority === 'call' ? first : (starved ?? first);
    if (chosen === undefined) return next;
    const queue = this.#queues[chosen.exchange.priority];
    queue.splice(queue.indexOf(chosen), 1);
    this.#size -= 1;
    return chosen;
  }

  #dropLeast(): void {
    for (const priority of [...priorities].reverse()) {
      const job = this.#queues[priority].shift();
      if (job === undefined) continue;
      this.#size -= 1;
      this.overflowed += 1;
      job.settle({ kind: 'superseded' });
      return;
    }
  }
}
