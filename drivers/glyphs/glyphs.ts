/**
 * Exact 1-bit glyphs without a canvas: GNU Unifont at 16 px and Fusion Pixel at 12 px, both doubled for 32 and 24 px.
 * Half-width for Latin, full width for Chinese. The files are made by `generate.ts`.
 */
import { readFileSync } from 'node:fs';

export type GlyphHeight = 12 | 16 | 24 | 32;

export interface Glyph {
  readonly width: number;
  readonly height: number;
  lit(x: number, y: number): boolean;
}

interface PackedFont {
  readonly height: number;
  readonly rows: Uint8Array;
  /** Code point to width and the offset of its first row. */
  readonly index: ReadonlyMap<number, readonly [width: number, offset: number]>;
}

/** GB 2312 has it, so every font here does: stands for what cannot be shown. */
const missing = '〓'.charCodeAt(0);
const headBytes = 8;
const entryBytes = 3;
const files: Readonly<Record<12 | 16, string>> = { 12: 'fusion-pixel-12.bin', 16: 'unifont-16.bin' };
const loaded = new Map<12 | 16, PackedFont>();

function font(height: 12 | 16): PackedFont {
  const present = loaded.get(height);
  if (present !== undefined) return present;
  const bytes = readFileSync(new URL(files[height], import.meta.url));
  if (bytes.toString('latin1', 0, 4) !== 'HGL1' || bytes[4] !== height)
    throw new Error(
      `${files[height]} is not a glyph file of ${height} px: run "node runtime/bench/glyphs/generate.ts"`,
    );
  const count = bytes.readUInt16LE(6);
  const index = new Map<number, readonly [number, number]>();
  let offset = 0;
  for (let each = 0; each < count; each += 1) {
    const at = headBytes + each * entryBytes;
    const width = bytes[at + 2] ?? 0;
    index.set(bytes.readUInt16LE(at), [width, offset]);
    offset += Math.ceil(width / 8) * height;
  }
  const made = { height, rows: bytes.subarray(headBytes + count * entryBytes), index };
  loaded.set(height, made);
  return made;
}

export function glyph(character: string, height: GlyphHeight): Glyph {
  const scale = height >= 24 ? 2 : 1;
  const base = (height / scale) as 12 | 16;
  const { rows, index } = font(base);
  const [width, offset] = index.get(character.codePointAt(0) ?? 0) ?? index.get(missing) ?? [base, 0];
  const stride = Math.ceil(width / 8);
  return {
    width: width * scale,
    height,
    lit: (x, y) => {
      const column = Math.floor(x / scale);
      const byte = rows[offset + Math.floor(y / scale) * stride + (column >> 3)] ?? 0;
      return (byte & (0x80 >> (column & 7))) !== 0;
    },
  };
}

export function textWidth(text: string, height: GlyphHeight): number {
  let width = 0;
  for (const character of text) width += glyph(character, height).width;
  return width;
}
