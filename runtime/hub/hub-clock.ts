/**
 * Hub time (F21): runs on elapsed time from where it was set, so it neither stands still nor runs backwards by itself. A
 * small difference from the wall clock is made good slowly; a large one is a correction, and the hub's clock watch decides.
 */
import type { DurationMs, Instant } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';

/** A larger difference from the wall clock is no drift: somebody set it. */
export const driftMs: DurationMs = 2_000;
/** Drift is made good within about so long, at most so fast. */
const catchUpMs = 10_000;
const fastest = 0.01;

export class HubClock {
  #clock: Clock;
  #atMs = 0;
  #monotonicMs = 0;
  #rate = 1;
  #last: Instant = 0;
  #set = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get wall(): Instant {
    return this.#clock.wallMs();
  }

  get monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  /** Wall clock minus hub time. */
  get differenceMs(): DurationMs {
    return this.wall - this.now();
  }

  now(): Instant {
    if (!this.#set) this.set(this.wall);
    // Never backwards by rounding.
    this.#last = Math.max(this.#last, Math.floor(this.#elapsed() + 0.001));
    return this.#last;
  }

  /** From now on it is `at`: the only way to turn it back. */
  set(at: Instant): void {
    this.#set = true;
    this.#atMs = at;
    this.#monotonicMs = this.#clock.monotonicMs();
    this.#rate = 1;
    this.#last = at;
  }

  /** To be called every second or so while the wall clock is credible. */
  follow(): void {
    const now = this.#elapsed();
    const apart = this.wall - now;
    this.#atMs = now;
    this.#monotonicMs = this.#clock.monotonicMs();
    // The wall clock shows whole milliseconds.
    const drifts = Math.abs(apart) > 1 && Math.abs(apart) <= driftMs;
    this.#rate = drifts ? 1 + Math.max(-fastest, Math.min(fastest, apart / catchUpMs)) : 1;
  }

  #elapsed(): number {
    return this.#atMs + (this.#clock.monotonicMs() - this.#monotonicMs) * this.#rate;
  }
}
