/** The dots inside picture commands (Epson: GS v 0, ESC *, FS q, GS ( L), as bitmaps. */
import { type Bitmap, bitAt, blankBitmap, setBit } from '../../glyphs/packed-bitmap.ts';

const maxStored = 64;
const barHeight = 80;
const barSlot = 22;

const word = (bytes: readonly number[], at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

/** GS v 0: rows of whole bytes. */
export function rasterDots(bytes: readonly number[]): Bitmap {
  const stride = word(bytes, 4);
  return { width: stride * 8, height: word(bytes, 6), stride, data: Uint8Array.from(bytes.slice(8)) };
}

/** GS ( L and GS 8 L, function 112, from its `m` on: a raster to be printed by function 50. */
export function graphicsDots(
  data: readonly number[],
): { readonly dots: Bitmap; readonly sx: number; readonly sy: number } | undefined {
  const width = word(data, 6);
  const height = word(data, 8);
  const stride = Math.ceil(width / 8);
  if (data.length - 10 < stride * height) return undefined;
  const dots = { width, height, stride, data: Uint8Array.from(data.slice(10)) };
  return { dots, sx: data[3] === 2 ? 2 : 1, sy: data[4] === 2 ? 2 : 1 };
}

/** Function 112 once a colour, then one function 50: both inks on the same place, here of one colour. */
export function overlaid(below: Bitmap | undefined, above: Bitmap): Bitmap {
  if (below === undefined) return above;
  const both = blankBitmap(Math.max(below.width, above.width), Math.max(below.height, above.height));
  for (let y = 0; y < both.height; y++) {
    for (let x = 0; x < both.width; x++) if (bitAt(below, x, y) || bitAt(above, x, y)) setBit(both, x, y);
  }
  return both;
}

/** GS ( L and GS 8 L, function 67, from its `m` on: a raster to be kept under a key. */
export function keyedDots(data: readonly number[]): { readonly key: string; readonly dots: Bitmap } | undefined {
  const width = word(data, 6);
  const height = word(data, 8);
  const stride = Math.ceil(width / 8);
  if (data.length - 11 < stride * height || data[2] !== 48) return undefined;
  const key = String.fromCharCode(data[3] ?? 0, data[4] ?? 0);
  return { key, dots: { width, height, stride, data: Uint8Array.from(data.slice(11, 11 + stride * height)) } };
}

/** FS q: the pictures kept under 1, 2, 3 … */
export function storedPictures(bytes: readonly number[]): ReadonlyMap<number, Bitmap> {
  const stored = new Map<number, Bitmap>();
  let at = 3;
  for (let number = 1; number <= Math.min(maxStored, bytes[2] ?? 0); number++) {
    const x = word(bytes, at);
    const y = word(bytes, at + 2);
    stored.set(number, columnDots(bytes.slice(at + 4, at + 4 + x * y * 8), x * 8, y));
    at += 4 + x * y * 8;
  }
  return stored;
}

/** Columns from left to right, `bytesHigh` bytes each, uppermost dot first. */
export function columnDots(data: readonly number[], width: number, bytesHigh: number): Bitmap {
  const dots = blankBitmap(width, bytesHigh * 8);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < bytesHigh * 8; y++) {
      if (((data[x * bytesHigh + (y >> 3)] ?? 0) & (0x80 >> (y & 7))) !== 0) setBit(dots, x, y);
    }
  }
  return dots;
}

/** GS k: counted, or closed by a NUL. */
export function barcodeData(bytes: readonly number[]): readonly number[] {
  return (bytes[2] ?? 0) >= 65 ? bytes.slice(4) : bytes.slice(3, -1);
}

/** Bars that show where a barcode stands; not meant to be scanned. */
export function barcodeBars(data: readonly number[], maxWidth: number): Bitmap {
  const bars = blankBitmap(Math.max(8, Math.min(maxWidth, data.length * barSlot)), barHeight);
  for (let x = 0; x < bars.width; x++) {
    const byte = data[Math.floor(x / barSlot)] ?? 0;
    if (((byte >> (Math.floor((x % barSlot) / 3) % 8)) & 1) === 0) continue;
    for (let y = 0; y < bars.height; y++) setBit(bars, x, y);
  }
  return bars;
}
