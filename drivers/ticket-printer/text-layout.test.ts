import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText, columnsOfText, layRow, wrap } from './text-layout.ts';

test.each([
  ['between Chinese characters', '居民身份证原件', 8, ['居民身份', '证原件']],
  ['at a space, which then goes', 'Take a new number', 10, ['Take a new', 'number']],
  ['a closing mark takes its character with it', '请留意叫号，过号', 10, ['请留意叫', '号，过号']],
  ['two closing marks too', '（现场填写）。请', 12, ['（现场填', '写）。请']],
  ['an opening mark goes down', '申请表（现场）', 8, ['申请表', '（现场）']],
  ['a word that fits no line is split', 'Krankenversicherung', 8, ['Krankenv', 'ersicher', 'ung']],
  ['nothing is one empty line', '', 8, ['']],
])('wraps %s', (_, text, columns, lines) => {
  expect(wrap(text, columns, 'chinese')).toEqual(lines);
});

test('a letter of a code page is one column, in a Chinese font two', () => {
  expect(columnsOfText('Número', 'code-page')).toBe(6);
  expect(columnsOfText('Número', 'chinese')).toBe(7);
  expect(columnsOfText('号￥。', 'code-page')).toBe(6);
  const cells = [
    { text: 'Año', width: 6 },
    { text: '7', width: 4, align: 'right' },
  ] as const;
  expect(layRow(cells, 'code-page')).toEqual(['Año      7']);
});

test('any text in any width: no line is too wide, and nothing but blanks is lost', () => {
  const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });
  const marks = fc
    .array(fc.constantFrom('（', '）', '。', '，', 'A', ' ', '号', '“', '”', '9', 'é'), { maxLength: 60 })
    .map((each) => each.join(''));
  fc.assert(
    fc.property(
      fc.oneof(anyText, marks),
      fc.integer({ min: 2, max: 50 }),
      fc.constantFrom('chinese' as const, 'code-page' as const),
      (text, columns, widths) => {
        const lines = wrap(cleanText(text), columns, widths);
        for (const line of lines) expect(columnsOfText(line, widths)).toBeLessThanOrEqual(columns);
        // Unicode has more blanks than one: all of them may go at a line's end.
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(cleanText(text).replaceAll(/\s/g, ''));
      },
    ),
    { numRuns: 2_000 },
  );
});
