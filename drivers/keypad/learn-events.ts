/** From the octets that carry keys, at press and release, to the rule that reads them. */
import { hex } from '../bytes/hex.ts';
import type { Positions } from './learned.ts';

export interface LearnedRule {
  readonly rule: Readonly<Record<string, unknown>>;
  readonly codes: readonly (number | string)[];
}

/** `data` of each key; places count within it. `undefined`: no rule of the table fits. */
export function learnRule(
  presses: readonly Uint8Array[],
  releases: readonly Uint8Array[],
  { key, state }: Positions,
): LearnedRule | undefined {
  if (releases.length === 0) return tapRule(presses, key);
  const bits = bitsRule(presses, releases);
  if (bits !== undefined) return bits;
  const [keyAt, ...more] = key;
  const [stateAt, ...moreStates] = state;
  if (keyAt === undefined || stateAt === undefined || more.length > 0 || moreStates.length > 0) return undefined;
  const octet = (message: Uint8Array | undefined, at: number) => message?.[at] ?? 0;
  const released = octet(releases[0], keyAt);
  if (stateAt === keyAt && releases.every((message) => octet(message, keyAt) === released))
    return { rule: { kind: 'one', key_at: keyAt, released }, codes: presses.map((message) => octet(message, keyAt)) };
  const [down, up] = [octet(presses[0], stateAt), octet(releases[0], stateAt)];
  const changed = down ^ up;
  if (presses.some((press, each) => (octet(press, stateAt) ^ octet(releases[each], stateAt)) !== changed))
    return undefined;
  const setDown = down & changed;
  const mask = setDown === 0 ? changed : setDown;
  return {
    rule: { kind: 'edge', key_at: keyAt, state_at: stateAt, down_mask: mask, up_when_set: setDown === 0 },
    codes: presses.map((message) => octet(message, keyAt) & (stateAt === keyAt ? ~mask : 0xff)),
  };
}

/** No release: the key octets, however many. */
function tapRule(presses: readonly Uint8Array[], key: readonly number[]): LearnedRule | undefined {
  const first = key[0];
  const last = key.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const size = last - first + 1;
  if (size > 8) return undefined;
  const codes = presses.map((message) => message.subarray(first, last + 1));
  return {
    rule: { kind: 'tap', key_at: first, ...(size > 1 ? { key_size: size } : {}) },
    codes: codes.map((code) => (size === 1 ? (code[0] ?? 0) : hex(code))),
  };
}

const leastKeysForBits = 3;

/** Every key sets one bit of its own, and its release takes it away: the message is the whole state. */
function bitsRule(presses: readonly Uint8Array[], releases: readonly Uint8Array[]): LearnedRule | undefined {
  const rest = releases[0];
  if (rest === undefined || presses.length < leastKeysForBits) return undefined;
  const bits = presses.map((press, each) => singleBit(press, releases[each]));
  const known = bits.filter((bit) => bit !== undefined);
  if (known.length < presses.length || new Set(known).size < known.length) return undefined;
  const from = Math.min(...known) >> 3;
  const to = Math.max(...known) >> 3;
  return {
    rule: { kind: 'bits', at: from, octets: to - from + 1 },
    codes: known.map((bit) => bit - from * 8),
  };
}

function singleBit(press: Uint8Array, release: Uint8Array | undefined): number | undefined {
  let found: number | undefined;
  for (let bit = 0; bit < press.length * 8; bit += 1) {
    const mask = 1 << (bit & 7);
    const [down, up] = [(press[bit >> 3] ?? 0) & mask, (release?.[bit >> 3] ?? 0) & mask];
    if (down === up) continue;
    if (down === 0 || found !== undefined) return undefined;
    found = bit;
  }
  return found;
}
