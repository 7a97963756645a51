import { expect, test } from 'vitest';
import { inGbk } from '../bytes/gbk.ts';
import { bitAt } from '../glyphs/packed-bitmap.ts';
import { loadGlyphs } from './glyph-raster.ts';

test('every kind of Chinese character has a glyph of its own: common, rare, and without a two-byte code', async () => {
  const glyphs = await loadGlyphs();
  const characters = [...'政务号码龘丒狜狢㐂㐄￥（），'];
  const pictures = characters.map((character) => glyphs.glyph(character, 24, 24));
  expect(pictures.every((picture) => picture !== undefined)).toBe(true);
  expect(new Set(pictures.map((picture) => Buffer.from(picture?.data ?? []).toString('hex'))).size).toBe(
    characters.length,
  );
});

test('a Latin character keeps to its half of the cell', async () => {
  const glyphs = await loadGlyphs();
  const wide = glyphs.glyph('W', 12, 24);
  expect(wide?.width).toBe(12);
  expect(Array.from({ length: 24 }, (_, y) => (wide ? bitAt(wide, 6, y) : false)).some(Boolean)).toBe(true);
});

test('tails stay inside the cell: the bowl of a g closes below, and all reach under the line', async () => {
  const glyphs = await loadGlyphs();
  const row = (letter: string, y: number) => {
    const glyph = glyphs.glyph(letter, 12, 24);
    return Array.from({ length: 12 }, (_, x) => (glyph !== undefined && bitAt(glyph, x, y) ? '#' : '.')).join('');
  };
  for (const letter of 'gpqyj') expect(row(letter, 21)).toContain('#');
  const lowest = [23, 22].map((y) => row('g', y)).find((dots) => dots.includes('#'));
  expect(lowest).toMatch(/###/);
});

test('bold is each dot once more to the right, as a head burns it', async () => {
  const glyphs = await loadGlyphs();
  const [plain, bold] = [false, true].map((heavy) => glyphs.glyph('号', 24, 24, heavy));
  if (plain === undefined || bold === undefined) throw new Error('no glyph');
  for (let y = 0; y < 24; y++) {
    for (let x = 0; x < 24; x++) {
      expect(bitAt(bold, x, y)).toBe(bitAt(plain, x, y) || (x > 0 && bitAt(plain, x - 1, y)));
    }
  }
});

test('what no font has says so', async () => {
  const glyphs = await loadGlyphs();
  expect(glyphs.glyph('\u{10FFFD}', 24, 24)).toBeUndefined();
  expect(inGbk('\u{10FFFD}')).toBe(false);
});
