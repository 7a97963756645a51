/** Evidence in reasonable numbers: a child playing with a panel, a key that trembles for a night, must not fill the box's disk. */
import type { Clock } from '../drivers/clock.ts';

const minuteMs = 60_000;
const most = 20;

export class FewAMinute {
  readonly #clock: Clock;
  #timesMs: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** May one more be told? Remembers it then. */
  allows(): boolean {
    const nowMs = this.#clock.monotonicMs();
    this.#timesMs = this.#timesMs.filter((at) => nowMs - at < minuteMs);
    if (this.#timesMs.length >= most) return false;
    this.#timesMs.push(nowMs);
    return true;
  }
}
