/**
 * Lamp commands as templates: hexadecimal octets, and in braces a bitmap of the lamps that are `lit` (steady or
 * blinking), `on` (steady) or `blink`; `!` turns the bits round for low-active lamps, `:n` gives the octets (default 1).
 * `{each off on blink}` sends one octet a lamp. Bit n, or octet n, is lamp n.
 */
import { unhex } from '../bytes/hex.ts';
import { DeviceError } from '../errors.ts';
import type { LampState } from './keypad.ts';

type Part =
  | { readonly kind: 'octet'; readonly value: number }
  | {
      readonly kind: 'bits';
      readonly of: 'lit' | 'on' | 'blink';
      readonly inverted: boolean;
      readonly octets: number;
    }
  | { readonly kind: 'each'; readonly lamps: number; readonly values: Readonly<Record<LampState, number>> };

export interface LampTemplate {
  readonly parts: readonly Part[];
}

const word =
  /\s*(?:([0-9a-f]{2})|\{(!?)(lit|on|blink)(?::(\d+))?\}|\{each (\d+) ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{2})\})/giy;

/** `{each 8 00 01 02}`: eight lamps, off = 00, on = 01, blink = 02. */
export function lampTemplate(text: string): LampTemplate {
  const parts: Part[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < text.trimEnd().length) {
    const at = word.lastIndex;
    const match = word.exec(text);
    if (match === null)
      throw new DeviceError('illegal', `lamp template "${text}": write octets or {on:1} at character ${at + 1}`);
    const [, octet, inverted, of, octets, lamps, off, on, blink] = match;
    if (octet !== undefined) parts.push({ kind: 'octet', value: hex(octet) });
    else if (of !== undefined)
      parts.push({
        kind: 'bits',
        of: of.toLowerCase() as 'lit' | 'on' | 'blink',
        inverted: inverted === '!',
        octets: Number(octets ?? 1),
      });
    else
      parts.push({
        kind: 'each',
        lamps: Number(lamps),
        values: { off: hex(off), on: hex(on), blink: hex(blink) },
      });
  }
  return { parts };
}

export function fillLamps(template: LampTemplate, lamps: ReadonlyMap<number, LampState>): Uint8Array {
  return Uint8Array.from(template.parts.flatMap((part) => fill(part, lamps)));
}

/** A command for one lamp: `00 B5 {lamp} {state} 01`. */
export function oneLamp(
  each: { readonly data: string } & Readonly<Record<LampState, number>>,
  lamp: number,
  state: LampState,
): Uint8Array {
  return unhex(each.data.replace('{lamp}', octetText(lamp)).replace('{state}', octetText(each[state])));
}

function octetText(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}

/** What the pad makes of it; `undefined` = not this command. */
export function readLamps(template: LampTemplate, bytes: Uint8Array): Map<number, LampState> | undefined {
  const lit = new Set<number>();
  const blinking = new Set<number>();
  let at = 0;
  for (const part of template.parts) {
    const octets = bytes.subarray(at, at + size(part));
    at += size(part);
    if (octets.length < size(part)) return undefined;
    if (part.kind === 'octet' && octets[0] !== part.value) return undefined;
    if (part.kind === 'each') {
      octets.forEach((octet, lamp) => {
        if (octet !== part.values.off) lit.add(lamp);
        if (octet === part.values.blink && part.values.blink !== part.values.on) blinking.add(lamp);
      });
    }
    if (part.kind === 'bits') {
      for (let bit = 0; bit < octets.length * 8; bit += 1) {
        const set = (((octets[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
        if (set === part.inverted) continue;
        lit.add(bit);
        if (part.of === 'blink') blinking.add(bit);
      }
    }
  }
  return new Map([...lit].map((lamp) => [lamp, blinking.has(lamp) ? 'blink' : 'on']));
}

function fill(part: Part, lamps: ReadonlyMap<number, LampState>): number[] {
  if (part.kind === 'octet') return [part.value];
  if (part.kind === 'each')
    return Array.from({ length: part.lamps }, (_, lamp) => part.values[lamps.get(lamp) ?? 'off']);
  const octets = new Array<number>(part.octets).fill(part.inverted ? 0xff : 0);
  for (const [lamp, state] of lamps) {
    const set = part.of === 'lit' ? state !== 'off' : state === part.of;
    const place = lamp >> 3;
    if (set && place < octets.length) octets[place] = (octets[place] ?? 0) ^ (1 << (lamp & 7));
  }
  return octets;
}

function size(part: Part): number {
  if (part.kind === 'octet') return 1;
  return part.kind === 'bits' ? part.octets : part.lamps;
}

function hex(text: string | undefined): number {
  return Number.parseInt(text ?? '0', 16);
}
