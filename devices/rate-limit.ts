/** At most so many a minute: a child playing with a panel, a key that trembles all night, must not fill the box's disk. */
import type { Clock } from '../drivers/clock.ts';

const minuteMs = 60_000;
const most = 20;

export class RateLimit {
  readonly #clock: Clock;
  #timesMs: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one of this minute's 20; `false`: they are used up. */
  tryTake(): boolean {
    const nowMs = this.#clock.monotonicMs();
    this.#timesMs = this.#timesMs.filter((at) => nowMs - at < minuteMs);
    if (this.#timesMs.length >= most) return false;
    this.#timesMs.push(nowMs);
    return true;
  }
}
