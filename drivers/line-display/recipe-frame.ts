/** A frame described part by part, built and matched by the same description: what lets an installer add a maker's private board without code. */
import { z } from 'zod';
import { crc16Arc, crc16Modbus } from '../bytes/crc16.ts';
import { type EscapePair, escapeBytes, unescapeBytes } from '../bytes/escapes.ts';
import { unhex } from '../bytes/hex.ts';
import { sum8, sum16, xorOf } from '../bytes/sums.ts';

const zHex = z
  .string()
  .max(256)
  .regex(/^\s*([0-9a-fA-F]{2}\s*)+$/, 'bytes are written in pairs of hex digits: "AA 55"');
const zName = z.string().regex(/^[a-z][a-z0-9-]{0,15}$/);
const zSpan = z.strictObject({ from: zName, to: zName });
const named = { name: zName.optional() };
const number = { bytes: z.int().min(1).max(4).default(1), little: z.boolean().default(false) };

export const zPart = z.discriminatedUnion('part', [
  z.strictObject({ part: z.literal('hex'), hex: zHex, ...named }),
  z.strictObject({ part: z.literal('address'), ...number, ...named }),
  /** A line of the content, from 1. With `width` it is filled up, else as long as it is. */
  z.strictObject({
    part: z.literal('line'),
    line: z.int().min(1).max(8),
    width: z.int().min(1).max(200).optional(),
    fill: zHex.default('20'),
    ...named,
  }),
  /** Brightness, between the recipe's `min` and `max`. */
  z.strictObject({ part: z.literal('level'), ...number, ...named }),
  /** Bytes from one part to another, both counted, plus `add`. */
  z.strictObject({
    part: z.literal('length'),
    of: zSpan,
    add: z.int().min(-64).max(64).default(0),
    ...number,
    ...named,
  }),
  z.strictObject({
    part: z.literal('check'),
    check: z.enum(['xor', 'sum8', 'sum16', 'crc16-arc', 'crc16-modbus']),
    of: zSpan,
    little: z.boolean().default(false),
    /** `hex`: as capital hex digits. */
    as: z.enum(['binary', 'hex']).default('binary'),
    ...named,
  }),
]);
export type Part = z.output<typeof zPart>;

export const zEscapes = z.strictObject({
  /** Applied last, to what stands between the first and the last part, which are both literal. */
  pairs: z
    .array(z.strictObject({ plain: zHex, as: zHex }))
    .min(1)
    .max(8),
});

export interface RecipeValues {
  readonly address: number;
  readonly lines: readonly Uint8Array[];
  readonly level: number;
}

export interface RecipeFrame {
  readonly parts: readonly Part[];
  readonly escapes: readonly EscapePair[];
}

/** Throws `RangeError` where a description cannot be a frame. */
export function recipeFrame(parts: readonly Part[], escapes: z.output<typeof zEscapes> | undefined): RecipeFrame {
  const names = parts.map(({ name }) => name);
  for (const part of parts) {
    if (part.part !== 'length' && part.part !== 'check') continue;
    const { from, to } = part.of;
    const [first, last] = [names.indexOf(from), names.indexOf(to)];
    if (first < 0 || last < first) throw new RangeError(`no parts "${from}" to "${to}" in that order`);
  }
  const loose = parts.filter(
    (part, index) => isLoose(part) && !boundOf(parts, index) && parts[index + 1]?.part !== 'hex',
  );
  if (loose.length > 0) throw new RangeError('a line without a width needs a length before it or fixed bytes after it');
  if (parts[0]?.part !== 'hex') throw new RangeError('a frame begins with fixed bytes');
  if (escapes !== undefined && parts.at(-1)?.part !== 'hex')
    throw new RangeError('an escaped frame ends with fixed bytes');
  const pairs = (escapes?.pairs ?? []).map(({ plain, as }): EscapePair => {
    const [one = 0] = unhex(plain);
    const [first = 0, second = 0] = unhex(as);
    return { plain: one, escaped: [first, second] };
  });
  return { parts, escapes: pairs };
}

const isLoose = (part: Part) => part.part === 'line' && part.width === undefined;

/** The length part of the loose part at `index` is. */
function boundOf(parts: readonly Part[], index: number): Extract<Part, { part: 'length' }> | undefined {
  return parts.slice(0, index).find((part): part is Extract<Part, { part: 'length' }> => {
    if (part.part !== 'length') return false;
    const [first, last] = spanOf(parts, part.of);
    return first <= index && index <= last;
  });
}

function spanOf(
  parts: readonly Part[],
  { from, to }: { readonly from: string; readonly to: string },
): [number, number] {
  return [parts.findIndex(({ name }) => name === from), parts.findIndex(({ name }) => name === to)];
}

const checkBytes = { xor: 1, sum8: 1, sum16: 2, 'crc16-arc': 2, 'crc16-modbus': 2 } as const;

function checkOf(part: Extract<Part, { part: 'check' }>, bytes: Uint8Array): Uint8Array {
  const make = { xor: xorOf, sum8, sum16, 'crc16-arc': crc16Arc, 'crc16-modbus': crc16Modbus }[part.check];
  const raw = numberBytes(make(bytes), checkBytes[part.check], part.little);
  return part.as === 'hex'
    ? Uint8Array.from(Buffer.from(Buffer.from(raw).toString('hex').toUpperCase(), 'latin1'))
    : raw;
}

function numberBytes(value: number, bytes: number, little: boolean): Uint8Array {
  const out = Uint8Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) & 0xff);
  return little ? out.reverse() : out;
}

function numberAt(raw: Uint8Array, little: boolean): number {
  return [...(little ? raw.toReversed() : raw)].reduce((value, byte) => value * 256 + byte, 0);
}

export function buildRecipe({ parts, escapes }: RecipeFrame, values: RecipeValues): Uint8Array {
  const pieces = parts.map((part) => plainPiece(part, values));
  for (const [index, part] of parts.entries()) {
    if (part.part !== 'length') continue;
    const [first, last] = spanOf(parts, part.of);
    const size = pieces.slice(first, last + 1).reduce((sum, piece) => sum + piece.length, 0) + part.add;
    pieces[index] = numberBytes(size, part.bytes, part.little);
  }
  // Checks in order: a later one may cover an earlier one.
  for (const [index, part] of parts.entries()) {
    if (part.part !== 'check') continue;
    const [first, last] = spanOf(parts, part.of);
    pieces[index] = checkOf(part, join(pieces.slice(first, last + 1)));
  }
  if (escapes.length === 0) return join(pieces);
  return join([
    pieces[0] ?? new Uint8Array(0),
    escapeBytes(join(pieces.slice(1, -1)), escapes),
    pieces.at(-1) ?? new Uint8Array(0),
  ]);
}

function plainPiece(part: Part, { address, lines, level }: RecipeValues): Uint8Array {
  switch (part.part) {
    case 'hex':
      return unhex(part.hex);
    case 'address':
      return numberBytes(address, part.bytes, part.little);
    case 'level':
      return numberBytes(level, part.bytes, part.little);
    case 'length':
      return new Uint8Array(part.bytes);
    case 'check':
      return new Uint8Array(checkBytes[part.check] * (part.as === 'hex' ? 2 : 1));
    case 'line': {
      const text = lines[part.line - 1] ?? new Uint8Array(0);
      if (part.width === undefined) return text;
      const filled = new Uint8Array(part.width).fill(unhex(part.fill)[0] ?? 0x20);
      filled.set(text.subarray(0, part.width));
      return filled;
    }
  }
}

export type RecipeMatch =
  | { readonly kind: 'more' }
  | { readonly kind: 'no' }
  /** It began like this frame and is broken. */
  | { readonly kind: 'broken'; readonly bytes: number }
  | {
      readonly kind: 'match';
      readonly bytes: number;
      readonly address: number | undefined;
      readonly lines: ReadonlyMap<number, Uint8Array>;
      readonly level: number | undefined;
    };

export function matchRecipe(frame: RecipeFrame, received: Uint8Array): RecipeMatch {
  const { parts, escapes } = frame;
  if (escapes.length === 0) return matchParts(parts, received);
  const head = plainPiece(parts[0] as Part, noValues);
  const tail = plainPiece(parts.at(-1) as Part, noValues);
  const begins = startsWith(received, head);
  if (begins !== 'yes') return { kind: begins };
  const end = indexOf(received, tail, head.length);
  if (end < 0) return { kind: 'more' };
  const bytes = end + tail.length;
  const inner = unescapeBytes(received.subarray(head.length, end), escapes);
  if (inner === undefined) return { kind: 'broken', bytes };
  const matched = matchParts(parts, join([head, inner, tail]));
  return matched.kind === 'match' ? { ...matched, bytes } : matched.kind === 'no' ? matched : { kind: 'broken', bytes };
}

const noValues: RecipeValues = { address: 0, lines: [], level: 0 };

function matchParts(parts: readonly Part[], bytes: Uint8Array): RecipeMatch {
  const starts: number[] = [];
  const lengths = new Map<Part, number>();
  const lines = new Map<number, Uint8Array>();
  let address: number | undefined;
  let level: number | undefined;
  let at = 0;
  for (const [index, part] of parts.entries()) {
    starts.push(at);
    const size = sizeOf(parts, index, bytes, starts, lengths);
    if (size === 'more') return { kind: 'more' };
    if (size < 0) return { kind: 'broken', bytes: Math.max(1, at) };
    if (at + size > bytes.length) {
      // Fixed bytes that already differ are another frame, not the beginning of this one.
      const differs = part.part === 'hex' && startsWith(bytes.subarray(at), unhex(part.hex)) === 'no';
      return { kind: differs ? (index === 0 ? 'no' : 'broken') : 'more', bytes: Math.max(1, at) } as RecipeMatch;
    }
    const raw = bytes.subarray(at, at + size);
    if (part.part === 'hex' && startsWith(raw, unhex(part.hex)) !== 'yes') {
      return allLiteralBefore(parts, index) ? { kind: 'no' } : { kind: 'broken', bytes: at + size };
    }
    if (part.part === 'length') lengths.set(part, numberAt(raw, part.little) - part.add);
    if (part.part === 'address') address = numberAt(raw, part.little);
    if (part.part === 'level') level = numberAt(raw, part.little);
    if (part.part === 'line') lines.set(part.line, raw.slice());
    at += size;
  }
  starts.push(at);
  for (const [index, part] of parts.entries()) {
    if (part.part !== 'check') continue;
    const [first, last] = spanOf(parts, part.of);
    const wanted = checkOf(part, bytes.subarray(starts[first], starts[last + 1]));
    if (startsWith(bytes.subarray(starts[index], starts[index + 1]), wanted) !== 'yes')
      return { kind: 'broken', bytes: at };
  }
  return { kind: 'match', bytes: at, address, lines, level };
}

/** Another frame of the same recipe may differ in its fixed bytes, an address or a length standing before them. */
function allLiteralBefore(parts: readonly Part[], index: number): boolean {
  return parts.slice(0, index).every(({ part }) => part === 'hex' || part === 'address' || part === 'length');
}

function sizeOf(
  parts: readonly Part[],
  index: number,
  bytes: Uint8Array,
  starts: readonly number[],
  lengths: ReadonlyMap<Part, number>,
): number | 'more' {
  const part = parts[index] as Part;
  if (!isLoose(part)) return plainPiece(part, noValues).length;
  const at = starts[index] ?? 0;
  const bound = boundOf(parts, index);
  if (bound !== undefined) {
    const [first, last] = spanOf(parts, bound.of);
    const before = at - (starts[first] ?? 0);
    const after = parts.slice(index + 1, last + 1).reduce((sum, each) => sum + plainPiece(each, noValues).length, 0);
    return (lengths.get(bound) ?? 0) - before - after;
  }
  const next = parts[index + 1];
  const end = next?.part === 'hex' ? indexOf(bytes, unhex(next.hex), at) : -1;
  return end < 0 ? 'more' : end - at;
}

function startsWith(bytes: Uint8Array, wanted: Uint8Array): 'yes' | 'no' | 'more' {
  const length = Math.min(bytes.length, wanted.length);
  for (let index = 0; index < length; index += 1) if (bytes[index] !== wanted[index]) return 'no';
  return length === wanted.length ? 'yes' : 'more';
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  return Buffer.from(bytes).indexOf(Buffer.from(wanted), from);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces));
}
