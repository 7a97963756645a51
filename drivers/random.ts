/** Randomness as an argument: a function giving numbers in [0, 1). Seeded in tests and simulations. */
export type Random = () => number;

/** A small repeatable generator (mulberry32, public domain, by T. Ettinger): the same seed gives the same sequence everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A version-4 UUID (RFC 9562, section 5.4) from the given randomness, so that a seeded world has repeatable ids. */
export function uuidFrom(random: Random): string {
  const digit = () => Math.floor(random() * 16).toString(16);
  const run = (length: number) => Array.from({ length }, digit).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${run(8)}-${run(4)}-4${run(3)}-${variant}${run(3)}-${run(12)}`;
}
