/** Samples of a pad's keys, pressed in turn, and what is made of them: the `halld key-test` way to a profile. */
import { z } from 'zod';
import { type KeypadProfile, zKeypadProfile } from './profile.ts';

/** What one key sent: at its press, and at its release if it says that. Bursts or reports in order. */
export interface KeySample {
  readonly key: string;
  readonly messages: readonly Uint8Array[];
}

export type Learned =
  | { readonly ok: true; readonly profile: KeypadProfile }
  /** In words for the person at the pad. */
  | { readonly ok: false; readonly problem: string };

export function learnedProfile(input: z.input<typeof zKeypadProfile>): Learned {
  const parsed = zKeypadProfile.safeParse(input);
  return parsed.success
    ? { ok: true, profile: parsed.data }
    : { ok: false, problem: `what was pressed fits no table: ${z.prettifyError(parsed.error)}` };
}

export const learnedSource = 'pressed and written down with "halld key-test"';

/** How a press and its release differ, octet by octet, over all keys. */
export interface Positions {
  /** Octets that differ from key to key at the press. */
  readonly key: readonly number[];
  /** Octets that differ between a key's press and its release. */
  readonly state: readonly number[];
}

export function positionsOf(presses: readonly Uint8Array[], releases: readonly Uint8Array[]): Positions {
  const length = presses[0]?.length ?? 0;
  const places = Array.from({ length }, (_, at) => at);
  return {
    key: places.filter((at) => new Set(presses.map((message) => message[at])).size > 1),
    state:
      releases.length === 0
        ? []
        : places.filter((at) => presses.some((press, each) => press[at] !== releases[each]?.[at])),
  };
}

/** The release of every key, where every key has one of the same length as its press and unlike it; else none. */
export function releasesOf(samples: readonly KeySample[]): readonly Uint8Array[] {
  const releases = samples.flatMap(({ messages: [press, release] }) =>
    press !== undefined && release !== undefined && release.length === press.length && !same(press, release)
      ? [release]
      : [],
  );
  return releases.length === samples.length ? releases : [];
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}

/** Samples of one key, pressed several times, as one; octets in which its presses differ are measures, no code. */
export function merged(samples: readonly KeySample[]): {
  readonly samples: readonly KeySample[];
  readonly measures: ReadonlySet<number>;
} {
  const firsts = new Map<string, KeySample>();
  const measures = new Set<number>();
  for (const sample of samples) {
    const before = firsts.get(sample.key);
    if (before === undefined) firsts.set(sample.key, sample);
    const [one = new Uint8Array(), other = new Uint8Array()] = [before?.messages[0], sample.messages[0]];
    if (before === undefined || one.length !== other.length) continue;
    for (const [at, octet] of one.entries()) if (octet !== other[at]) measures.add(at);
  }
  return { samples: [...firsts.values()], measures };
}

/**
 * Where octets beside the key vary, the key is what tells all keys apart in fewest octets, with the constant ones in front
 * of it. `undefined`: nothing varies that is no key.
 */
export function withoutMeasures(
  presses: readonly Uint8Array[],
  measures: ReadonlySet<number>,
): { readonly from: number; readonly to: number } | undefined {
  const [first = new Uint8Array()] = presses;
  const places = [...first.keys()];
  const differ = places.filter((at) => presses.some((press) => press[at] !== first[at]));
  const stable = differ.filter((at) => !measures.has(at));
  const tells = (at: number) => new Set(presses.map((press) => press[at])).size === presses.length;
  const single = stable.filter(tells);
  const [key] = single;
  // Octets that tell some keys apart may be half a code: only where one is enough by itself they are measures.
  if (key === undefined || single.length > 1 || (measures.size === 0 && stable.length - single.length < leastMeasures))
    return undefined;
  const constant = (at: number) => at >= 0 && !differ.includes(at) && !measures.has(at);
  const firstMeasure = Math.min(...differ, ...measures);
  let from = key;
  while (from - 1 > firstMeasure && constant(from - 1)) from -= 1;
  return { from, to: key };
}

/** Octets beside the key that differ from key to key, without a second press of one key as proof. */
const leastMeasures = 2;

/** Two keys that cannot be told apart. */
export function alike(samples: readonly KeySample[]): string | undefined {
  for (const [at, { key, messages }] of samples.entries()) {
    const press = messages[0];
    if (press === undefined || press.length === 0) return `"${key}" sent nothing`;
    const twin = samples.slice(0, at).find(({ messages: [other] }) => other !== undefined && same(other, press));
    if (twin !== undefined) return `"${key}" and "${twin.key}" send the same`;
  }
  return undefined;
}
