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

test('tails stay inside the cell: g, p, q and y differ from themselves cut off', async () => {
  const glyphs = await loadGlyphs();
  for (const letter of 'gpqyj') {
    const glyph = glyphs.glyph(letter, 12, 24);
    const row = (y: number) => Array.from({ length: 12 }, (_, x) => (glyph ? bitAt(glyph, x, y) : false)).some(Boolean);
    expect({ letter, tail: row(21), last: row(23) && row(22) }).toEqual({ letter, tail: true, last: false });
  }
});

test('what no font has says so', async () => {
  const glyphs = await loadGlyphs();
  expect(glyphs.glyph('\u{10FFFD}', 24, 24)).toBeUndefined();
  expect(inGbk('\u{10FFFD}')).toBe(false);
});
