/** Heights of bands that a model's firmware does not survive are never sent (xprinter-58: 48 rows and multiples). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { blankBitmap, setBit } from '../glyphs/packed-bitmap.ts';
import { seededRandom } from '../random.ts';
import { zPrinterProfile } from './profile.ts';
import { encodeRaster } from './raster.ts';

const file = new URL('../../config/profiles/ticket-printer/xprinter-58.yaml', import.meta.url);
const profile = zPrinterProfile.parse(parse(readFileSync(file, 'utf8')));

/** Heights of the GS v 0 bands. */
function heights(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    if (bytes[at] === 0x1d && bytes[at + 1] === 0x76) {
      const stride = (bytes[at + 4] ?? 0) | ((bytes[at + 5] ?? 0) << 8);
      const rows = (bytes[at + 6] ?? 0) | ((bytes[at + 7] ?? 0) << 8);
      found.push(rows);
      at += 8 + stride * rows;
    } else at += 1;
  }
  return found;
}

test('every height of a picture, black and of random dots, at both scales: no band of 48 rows or a multiple', () => {
  const random = seededRandom(48);
  let bands = 0;
  for (let height = 1; height <= 320; height += 1) {
    for (const density of [1, 0.5]) {
      const picture = blankBitmap(160, height);
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < 160; x += 1) if (random() < density) setBit(picture, x, y);
      for (const scale of [1, 2] as const) {
        const found = heights(encodeRaster(picture, profile, scale));
        bands += found.length;
        expect(
          found.filter((rows) => rows % 48 === 0),
          `${height} rows, scale ${scale}, seed 48`,
        ).toEqual([]);
      }
    }
  }
  console.log(`${bands} bands`);
});
