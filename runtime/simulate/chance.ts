/** Draws from the distributions that halls are made of; every draw comes from the one seeded source it is given. */
import type { Random } from '../../drivers/random.ts';

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** Box and Muller (1958). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** With the given mean and standard deviation / mean: how counter services scatter. */
export function logNormal(random: Random, mean: number, variation: number): number {
  const variance = Math.log(1 + variation * variation);
  return mean * Math.exp(normal(random) * Math.sqrt(variance) - variance / 2);
}

/** One of the entries, by weight; `undefined` of none. */
export function weighted<T>(random: Random, entries: readonly (readonly [T, number])[]): T | undefined {
  let total = 0;
  for (const [, weight] of entries) total += weight;
  let left = random() * total;
  for (const [value, weight] of entries) {
    left -= weight;
    if (left < 0) return value;
  }
  return entries[entries.length - 1]?.[0];
}
