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

  /** Once, however often it is asked for meanwhile. */
  soon(delayMs: number, task: () => void): void {
    if (this.#timers.has(task)) return;
    const beat = () => {
      this.#timers.delete(task);
      task();
    };
    this.#timers.set(task, this.#clock.after(delayMs, beat));
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
