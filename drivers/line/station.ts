/**
 * What the line knows of one station: its counters, how fast it answers, whether it is down, and what a dead one has
 * cost the others.
 */
import type { StationState } from './line.ts';

/** The budget of a dead station: one full time-out of the others' time in this long. */
const budgetPeriodMs = 60_000;
/** Added to a learned answer time: jitter of the operating system and of USB converters (16 ms latency timer). */
const jitterMs = 50;
/** No board answers later than this. */
const lateMs = 5_000;

export class Station implements StationState {
  readonly counters = { sent: 0, acked: 0, nacked: 0, timedOut: 0, garbled: 0, clashed: 0 };
  down = false;
  /** When a down station may be asked again even on an idle line. */
  nextProbeMs = 0;
  /** When each key was last sent: a handful of keys a driver. */
  readonly lastSentMs = new Map<string, number>();
  #slowestMs: number | undefined;
  /** Milliseconds of the others' time that are not paid off yet, at `#owedAtMs`. */
  #owedMs = 0;
  #owedAtMs = 0;

  get everAnswered(): boolean {
    return this.#slowestMs !== undefined;
  }

  /** When an answer was last missed: what comes soon after may be that one, late, and no second station. */
  missedAtMs = Number.NEGATIVE_INFINITY;
  /** Counts the probes while it is down. */
  probes = 0;

  /** How long an answer is waited for: twice the slowest seen, never more than the protocol's own time-out. */
  windowMs(timeoutMs: number): number {
    return this.#slowestMs === undefined ? timeoutMs : Math.min(timeoutMs, 2 * this.#slowestMs + jitterMs);
  }

  answered(afterMs: number): void {
    this.counters.acked += 1;
    this.#slowestMs = Math.max(this.#slowestMs ?? 0, afterMs);
    this.down = false;
    this.probes = 0;
    this.#owedMs = 0;
  }

  /** Two answers to one question. */
  clashed(nowMs: number): void {
    if (nowMs - this.missedAtMs > lateMs) this.counters.clashed += 1;
  }

  /** Others waited `costMs` for nothing. */
  charge(costMs: number, timeoutMs: number, nowMs: number): void {
    this.#owedMs = this.#stillOwedMs(timeoutMs, nowMs) + costMs;
    this.#owedAtMs = nowMs;
  }

  /** When others who wait may be held up by this station again. */
  affordableAtMs(timeoutMs: number): number {
    return this.#owedAtMs + (this.#owedMs * budgetPeriodMs) / Math.max(1, timeoutMs);
  }

  #stillOwedMs(timeoutMs: number, nowMs: number): number {
    return Math.max(0, this.#owedMs - ((nowMs - this.#owedAtMs) * timeoutMs) / budgetPeriodMs);
  }
}
