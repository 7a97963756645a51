/** How long to wait before connecting again: full jitter, so that a hall of boxes does not come back in one instant. */
import type { Random } from '../../drivers/random.ts';

/** The first retry comes within this; each further one within twice the one before. */
const firstMs = 500;
/** A hall's own network: a broker that is back is found by everybody within this. */
const longestMs = 5_000;
/** A connection that stood so long was a good one: start again from the first. */
export const goodConnectionMs = 10_000;

export class Backoff {
  #random: Random;
  #tries = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): number {
    const ceilingMs = Math.min(longestMs, firstMs * 2 ** Math.min(this.#tries, 16));
    this.#tries += 1;
    return this.#random() * ceilingMs;
  }

  /** After a connection that stood for `stoodMs`. */
  stood(stoodMs: number): void {
    if (stoodMs >= goodConnectionMs) this.#tries = 0;
  }
}
