/** The keys of a pad as its profile lists them. */
import { z } from 'zod';
import { hex, unhex } from '../bytes/hex.ts';
import type { CodedKey } from './input-rules.ts';
import type { LampState } from './keypad.ts';
import { isHex } from './profile-terms.ts';

/** A key's name in the hall: `next`, `digit-3`, `level-5`. */
const zKeyName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a key name has 1 to 32 characters: a-z, 0-9 and "-"');

/** In a message: a number, octets in hexadecimal, `"text:NEXT"`, or a usage as `"usage:09:01"`. */
const zKeyCode = z.union([
  z.int().min(0).max(255),
  z.string().max(32).refine(isCode, 'a code is a number, "4E 45", "text:NEXT" or "usage:09:01"'),
]);

/** Codes of one pad's own keys, by name, where a model's pads differ: radio buttons. */
export const zOwnCodes = z.record(zKeyName, zKeyCode);

export const zProfileKey = z.strictObject({
  key: zKeyName,
  code: zKeyCode,
  label: z.strictObject({ zh: z.string().max(16), en: z.string().max(24) }).optional(),
  /** Its lamp's number in the lamp command. */
  lamp: z.int().min(0).max(255).optional(),
  /** Held so long it is another key; which of the two is then decided at release. */
  hold: z.strictObject({ ms: z.int().min(200).max(9000).default(1000), key: zKeyName }).optional(),
});
export type ProfileKey = z.output<typeof zProfileKey>;

const usagePattern = /^usage:[0-9a-f]{2,4}:[0-9a-f]{1,4}$/i;

function isCode(text: string): boolean {
  return text.startsWith('text:') || usagePattern.test(text) || (text !== '' && isHex(text));
}

export function codedKeys(keys: readonly ProfileKey[]): readonly CodedKey[] {
  return keys.map(({ key, code }) => ({ key, code: normalCode(code) }));
}

function normalCode(code: number | string): string {
  if (typeof code === 'number') return hex(Uint8Array.of(code));
  if (code.startsWith('text:')) return hex(new TextEncoder().encode(code.slice('text:'.length)));
  if (usagePattern.test(code)) {
    const [, page = '', usage = ''] = code.split(':');
    return usageCode(Number.parseInt(page, 16), Number.parseInt(usage, 16));
  }
  return hex(unhex(code));
}

/** A HID usage as a key code. */
export function usageCode(page: number, usage: number): string {
  const text = (id: number) => id.toString(16).padStart(2, '0').toUpperCase();
  return `usage:${text(page)}:${text(usage)}`;
}

/** Lamp states by lamp number; keys without a lamp are passed over. */
export function numberedLamps(
  lamps: Readonly<Record<string, LampState>>,
  numbers: ReadonlyMap<string, number>,
): ReadonlyMap<number, LampState> {
  return new Map(
    Object.entries(lamps).flatMap(([key, state]) => {
      const lamp = numbers.get(key);
      return lamp === undefined ? [] : [[lamp, state] as const];
    }),
  );
}

export function lampNumbers(keys: readonly ProfileKey[]): ReadonlyMap<string, number> {
  return new Map(keys.flatMap(({ key, lamp }) => (lamp === undefined ? [] : [[key, lamp] as const])));
}

/** Lamp states by key, from states by lamp number: what a pad shows. */
export function keyedLamps(
  states: ReadonlyMap<number, LampState>,
  keys: readonly ProfileKey[],
): ReadonlyMap<string, LampState> {
  return new Map(
    keys.flatMap(({ key, lamp }) => {
      const state = lamp === undefined ? undefined : states.get(lamp);
      return state === undefined ? [] : [[key, state] as const];
    }),
  );
}
