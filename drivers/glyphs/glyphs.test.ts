import { expect, test } from 'vitest';
import { drawText, makeBitmap } from './bitmap.ts';
import { type GlyphHeight, glyph, textWidth } from './glyphs.ts';

function picture(character: string, height: GlyphHeight): string[] {
  const { width, lit } = glyph(character, height);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (lit(x, y) ? '#' : '.')).join(''),
  );
}

/** As in GNU Unifont 15.0.01, unifont.hex: 0041:0000000018242442427E424242420000. */
test("'A' at 16 px is Unifont's, row by row", () => {
  const rows = '0000000018242442427E424242420000'.match(/../g) ?? [];
  expect(picture('A', 16)).toEqual(
    rows.map((row) => Number.parseInt(row, 16).toString(2).padStart(8, '0').replace(/1/g, '#').replace(/0/g, '.')),
  );
});

test("'口' at 12 px, as the pixel font draws it", () => {
  const side = '.#.......#..';
  const bar = '.#########..';
  const blank = '............';
  expect(picture('口', 12)).toEqual([blank, blank, bar, side, side, side, side, side, side, side, bar, blank]);
});

test('32 and 24 px are the same glyphs, every dot doubled', () => {
  for (const [small, large] of [
    [16, 32],
    [12, 24],
  ] as const) {
    const doubled = picture('请', small).flatMap((row) => {
      const wide = [...row].map((dot) => dot + dot).join('');
      return [wide, wide];
    });
    expect(picture('请', large)).toEqual(doubled);
  }
});

test('what no font has is marked, never blank', () => {
  expect(picture('𠮷', 16)).toEqual(picture('〓', 16));
  expect(textWidth('A012 请到3号窗口', 16)).toBe(5 * 8 + 5 * 16 + 8);
});

test('text that is too wide is cut at its box', () => {
  const bitmap = makeBitmap(32, 16);
  drawText(bitmap, { x: 8, y: 0, width: 16, height: 16, align: 'centre' }, '窗口窗口', 16, 1);
  for (let y = 0; y < 16; y += 1) {
    expect(bitmap.pixels.subarray(y * 32, y * 32 + 8).some((value) => value !== 0)).toBe(false);
    expect(bitmap.pixels.subarray(y * 32 + 24, y * 32 + 32).some((value) => value !== 0)).toBe(false);
  }
  expect(bitmap.pixels.some((value) => value === 1)).toBe(true);
});
