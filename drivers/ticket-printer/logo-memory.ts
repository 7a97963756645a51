/**
 * Pictures in a printer's flash, as bytes. Epson keeps them by a key of two characters (GS ( L, functions 64, 67 and 69) and
 * lists which it has; most others keep a numbered set (FS q, FS p) without a list.
 */
import { crc16Modbus } from '../bytes/crc16.ts';
import { type Bitmap, bitAt, blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';
import { hasRealTimePair } from './raster.ts';
import type { Reply } from './reply-parser.ts';

const fs = 0x1c;
const gs = 0x1d;
const low = (n: number) => n & 0xff;
const high = (n: number) => (n >> 8) & 0xff;
/** The header of function 67 counts its parameters in two bytes. */
const maxParameters = 0xffff;
const keyFirst = 0x21;
/** 21h to 7Eh. */
const keyDigits = 0x7e - keyFirst + 1;

/** The picture's own key: another picture, another key, so what is listed is what it should be. */
export function logoKey(picture: Bitmap): string {
  const sum = crc16Modbus(Uint8Array.of(low(picture.width), high(picture.width), ...picture.data));
  return String.fromCharCode(keyFirst + (sum % keyDigits), keyFirst + (Math.floor(sum / keyDigits) % keyDigits));
}

/** Function 64: which keys are there? */
export const askLogoKeys = Uint8Array.of(gs, 0x28, 0x4c, 4, 0, 0x30, 0x40, 0x4b, 0x43);
/** After each block of keys: the next one, please. */
export const nextLogoKeys = Uint8Array.of(0x06);

export interface LogoKeys {
  readonly keys: readonly string[];
  readonly more: boolean;
}

/** The answer to function 64; `undefined` for any other block. */
export function readLogoKeys(reply: Reply): LogoKeys | undefined {
  if (reply.kind !== 'block' || reply.header !== 0x37 || reply.data[0] !== 0x72) return undefined;
  const [, status, ...codes] = reply.data;
  if ((status !== 0x40 && status !== 0x41) || codes.length % 2 !== 0) return undefined;
  const keys = Array.from({ length: codes.length / 2 }, (_, at) =>
    String.fromCharCode(codes[2 * at] ?? 0, codes[2 * at + 1] ?? 0),
  );
  return { keys, more: status === 0x41 };
}

/** Function 67; `undefined` when the picture is too large for one command. */
export function storeByKey(picture: Bitmap): Uint8Array | undefined {
  const { dots, data } = harmless(picture, ({ data: rows }) => rows);
  const parameters = 11 + data.length;
  if (parameters > maxParameters) return undefined;
  const size = [low(dots.width), high(dots.width), low(dots.height), high(dots.height)];
  const key = Buffer.from(logoKey(picture), 'latin1');
  const head = [gs, 0x28, 0x4c, low(parameters), high(parameters), 0x30, 0x43, 0x30, ...key, 1, ...size, 0x31];
  return Buffer.concat([Uint8Array.from(head), data]);
}

/** Function 69, normal size. */
export function printByKey(key: string): Uint8Array {
  return Uint8Array.of(gs, 0x28, 0x4c, 6, 0, 0x30, 0x45, ...Buffer.from(key, 'latin1'), 1, 1);
}

/** FS q: the whole set at once, numbered from 1; it replaces what was there. */
export function storeNumbered(pictures: readonly Bitmap[]): Uint8Array {
  const parts = pictures.map((picture) => {
    const { dots, data } = harmless(picture, columnBytes);
    const across = Math.ceil(dots.width / 8);
    const down = Math.ceil(dots.height / 8);
    return Buffer.concat([Uint8Array.of(low(across), high(across), low(down), high(down)), data]);
  });
  return Buffer.concat([Uint8Array.of(fs, 0x71, pictures.length), ...parts]);
}

/** Columns from left to right, `ceil(height / 8)` bytes each, to the full eighth in both directions. */
function columnBytes(picture: Bitmap): Uint8Array {
  const down = Math.ceil(picture.height / 8);
  const data = new Uint8Array(Math.ceil(picture.width / 8) * 8 * down);
  for (let x = 0; x < picture.width; x++) {
    for (let y = 0; y < picture.height; y++) {
      const at = x * down + (y >> 3);
      if (bitAt(picture, x, y)) data[at] = (data[at] ?? 0) | (0x80 >> (y & 7));
    }
  }
  return data;
}

/** Moved by a dot or more until no real-time command stands in its data (they are obeyed anywhere); a logo may move so little. */
function harmless(picture: Bitmap, bytesOf: (dots: Bitmap) => Uint8Array): { dots: Bitmap; data: Uint8Array } {
  for (let right = 0; right < 8; right++) {
    for (let below = 0; below < 8; below++) {
      const dots = moved(picture, right, below);
      const data = bytesOf(dots);
      if (!hasRealTimePair(data)) return { dots, data };
    }
  }
  throw new Error('this picture cannot be sent without a real-time printer command inside: change it a little');
}

function moved(picture: Bitmap, right: number, below: number): Bitmap {
  if (right === 0 && below === 0) return picture;
  const dots = blankBitmap(picture.width + right, picture.height + below);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) if (bitAt(picture, x, y)) setBit(dots, x + right, y + below);
  }
  return dots;
}
