/** The world of a device in its own test: the test's clock, a fixed seed, and a log that the test may read. */
import type { Clock } from '../drivers/clock.ts';
import type { Context } from '../drivers/context.ts';
import { type Log, silentLog } from '../drivers/log.ts';
import { seededRandom } from '../drivers/random.ts';

export function contextOn(clock: Clock, log: Log = silentLog): Context {
  return { clock, random: seededRandom(1), log };
}
