/** What waits for the broker's answer: each with its own deadline, all ended when the connection goes, never too many. */
import type { Clock } from '../../drivers/clock.ts';
import { BusError } from './bus.ts';

/** Beyond this the broker does not keep up, and asking more would only hide it. */
export const maxPending = 4_096;

export class Pending {
  late = 0;
  busy = 0;
  #clock: Clock;
  #waiting = new Set<(error: BusError) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `ask` gets two functions, of which the first called counts. `onLate` runs after the promise was rejected. */
  ask(
    what: string,
    deadlineMs: number,
    ask: (done: () => void, refuse: (error: BusError) => void) => void,
    onLate: () => void,
  ): Promise<void> {
    if (this.#waiting.size >= maxPending) {
      this.busy += 1;
      return Promise.reject(new BusError('busy', `${maxPending} messages wait for the broker: ${what} is not sent`));
    }
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        timer.cancel();
        if (this.#waiting.delete(refuse)) act();
      };
      const refuse = (error: BusError) => settle(() => reject(error));
      const timer = this.#clock.after(deadlineMs, () => {
        if (!this.#waiting.has(refuse)) return;
        this.late += 1;
        refuse(new BusError('deadline', `the broker did not answer for ${what} within ${deadlineMs} ms`));
        onLate();
      });
      this.#waiting.add(refuse);
      ask(() => settle(resolve), refuse);
    });
  }

  endAll(reason: string): void {
    for (const refuse of [...this.#waiting]) refuse(new BusError('not-connected', reason));
  }
}
