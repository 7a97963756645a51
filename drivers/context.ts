/** The world that everything is built in. Constructors take `(context, settings)`: the world first, then what is its own. */
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';

export interface Context {
  readonly clock: Clock;
  readonly random: Random;
  /** At the place of whoever gets this context. */
  readonly log: Log;
}
