/** A token bucket for each address, with a bound on how many addresses are remembered. */
import type { Clock } from '../../drivers/clock.ts';

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

const maxAddresses = 1_000;

export class RateLimiter {
  #clock: Clock;
  #limit: RateLimit;
  #buckets = new Map<string, { left: number; atMs: number }>();

  constructor(clock: Clock, limit: RateLimit) {
    this.#clock = clock;
    this.#limit = limit;
  }

  take(address: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    const bucket = this.#buckets.get(address) ?? { left: this.#limit.burst, atMs: nowMs };
    const earned = ((nowMs - bucket.atMs) / 1000) * this.#limit.perSecond;
    const left = Math.min(this.#limit.burst, bucket.left + earned);
    // Taken out and put back, so that the map's first key is the address that was quiet longest.
    this.#buckets.delete(address);
    if (this.#buckets.size >= maxAddresses) this.#buckets.delete(this.#buckets.keys().next().value as string);
    this.#buckets.set(address, { left: left >= 1 ? left - 1 : left, atMs: nowMs });
    return left >= 1;
  }
}
