/** Things done again and again, each at its own pace, until all stop. */
import type { Clock, Timer } from '../../drivers/clock.ts';

export class Beats {
  #clock: Clock;
  #timers = new Map<() => void, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  every(periodMs: number, task: () => void): void {
    const wait = () => this.#timers.set(task, this.#clock.after(periodMs, beat));
    const beat = () => {
      wait();
      task();
    };
    wait();
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
