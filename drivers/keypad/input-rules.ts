/** What one message of a pad says about its keys, by the table's rules, both ways: a driver reads, a simulated pad writes. */
import { hex, unhex } from '../bytes/hex.ts';
import type { PadInput } from './pad-input.ts';
import type { InputRule } from './profile-terms.ts';

/** A key and its code in a message, `05` or `4E455854`; for a `bits` rule the code is the bit's number. */
export interface CodedKey {
  readonly key: string;
  readonly code: string;
}

export class KeyTable {
  readonly #byCode: ReadonlyMap<string, string>;
  readonly #byKey: ReadonlyMap<string, string>;

  constructor(keys: readonly CodedKey[]) {
    this.#byCode = new Map(keys.map(({ key, code }) => [code, key]));
    this.#byKey = new Map(keys.map(({ key, code }) => [key, code]));
  }

  keyOf(code: string): string | undefined {
    return this.#byCode.get(code);
  }

  codeOf(key: string): string | undefined {
    return this.#byKey.get(key);
  }
}

/** `undefined`: the message is too short for the rule. */
export function readInput(rule: InputRule, data: Uint8Array, table: KeyTable): PadInput[] | undefined {
  const named = (code: string, input: (key: string) => PadInput): PadInput[] => {
    const key = table.keyOf(code);
    return [key === undefined ? { kind: 'unknown', code } : input(key)];
  };
  switch (rule.kind) {
    case 'alive':
      return [{ kind: 'alive' }];
    case 'tap': {
      const end = rule.key_size === 'rest' ? data.length : rule.key_at + rule.key_size;
      if (data.length < end || end <= rule.key_at) return undefined;
      const count = rule.count_at === undefined ? undefined : data[rule.count_at];
      if (rule.count_at !== undefined && count === undefined) return undefined;
      return named(hex(data.subarray(rule.key_at, end)), (key) => ({
        kind: 'tap',
        key,
        ...(count === undefined ? {} : { count }),
      }));
    }
    case 'edge': {
      const code = data[rule.key_at];
      const state = data[rule.state_at];
      if (code === undefined || state === undefined) return undefined;
      // Key and state may share an octet: the state's bits are then no part of the code.
      const own = rule.key_at === rule.state_at ? code & ~rule.down_mask : code;
      const down = ((state & rule.down_mask) !== 0) !== rule.up_when_set;
      return named(hex(Uint8Array.of(own)), (key) => ({ kind: 'edge', key, down }));
    }
    case 'one': {
      const code = data[rule.key_at];
      if (code === undefined) return undefined;
      if (code === rule.released) return [{ kind: 'held', keys: [], answer: false }];
      return named(hex(Uint8Array.of(code)), (key) => ({ kind: 'held', keys: [key], answer: false }));
    }
    case 'bits': {
      if (data.length < rule.at + rule.octets) return undefined;
      if (rule.guard_at !== undefined && (data[rule.guard_at] ?? 0) > rule.guard_max) return [{ kind: 'alive' }];
      const keys: string[] = [];
      const unknown: PadInput[] = [];
      for (let bit = 0; bit < rule.octets * 8; bit += 1) {
        if ((((data[rule.at + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 0) continue;
        const code = hex(Uint8Array.of(bit));
        const key = table.keyOf(code);
        if (key === undefined) unknown.push({ kind: 'unknown', code });
        else keys.push(key);
      }
      const flagged = rule.answer_at !== undefined && ((data[rule.answer_at] ?? 0) & rule.answer_mask) !== 0;
      return [...unknown, { kind: 'held', keys, answer: rule.answer || flagged }];
    }
  }
}

/** The message a pad sends when `key` goes `down`; `held` = all keys down after it. Empty = it says nothing then. */
export function writeInput(
  rule: InputRule,
  key: string,
  down: boolean,
  held: readonly string[],
  table: KeyTable,
  count = 0,
): Uint8Array | undefined {
  const code = bytesOf(table.codeOf(key));
  switch (rule.kind) {
    case 'alive':
      return undefined;
    case 'tap': {
      if (!down) return undefined;
      const message = at(rule.key_at, code);
      if (rule.count_at === undefined) return message;
      const counted = new Uint8Array(Math.max(message.length, rule.count_at + 1));
      counted.set(message);
      counted[rule.count_at] = count;
      return counted;
    }
    case 'edge': {
      const set = down !== rule.up_when_set ? rule.down_mask : 0;
      const message = new Uint8Array(Math.max(rule.key_at, rule.state_at) + 1);
      message[rule.key_at] = code[0] ?? 0;
      message[rule.state_at] = (message[rule.state_at] ?? 0) | set;
      return message;
    }
    case 'one':
      return at(rule.key_at, down ? code : bytesOf(table.codeOf(held.at(-1) ?? '')), rule.released);
    case 'bits':
      return writeHeld(rule, held, table);
  }
}

/** The whole state, as a `bits` rule says it. */
export function writeHeld(
  rule: Extract<InputRule, { kind: 'bits' }>,
  held: readonly string[],
  table: KeyTable,
): Uint8Array {
  const message = new Uint8Array(rule.at + rule.octets);
  for (const key of held) {
    const bit = bytesOf(table.codeOf(key))[0] ?? 0;
    const place = rule.at + (bit >> 3);
    if (place < message.length) message[place] = (message[place] ?? 0) | (1 << (bit & 7));
  }
  return message;
}

function at(place: number, code: Uint8Array, none = 0): Uint8Array {
  const message = new Uint8Array(place + Math.max(1, code.length));
  message.set(code.length === 0 ? [none] : code, place);
  return message;
}

function bytesOf(code: string | undefined): Uint8Array {
  return unhex(code ?? '');
}
