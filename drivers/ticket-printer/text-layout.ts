/** Text in columns: what may be sent, how wide it is, where it breaks. One Latin character is one column, a Chinese one two. */
import type { Align } from './paper.ts';

/** In a Chinese font all but ASCII is two columns wide; on a code page every letter is one, and only full-width forms are two. */
export type Widths = 'chinese' | 'code-page';

function isPlain(character: string): boolean {
  return character >= ' ' && character <= '~';
}

/**
 * Nothing that a printer could take for a command, and nothing invisible: control and format characters, lone
 * surrogates and variation selectors go, composed forms stay.
 */
export function cleanText(text: string): string {
  return text.normalize('NFC').replace(/\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Variation_Selector}/gu, '');
}

/** East Asian Width W and F (Unicode Standard Annex 11), as far as a ticket meets them. */
const fullWidth =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

export function columnsOfCharacter(character: string, widths: Widths): 1 | 2 {
  if (isPlain(character)) return 1;
  return widths === 'chinese' || fullWidth.test(character) ? 2 : 1;
}

export function columnsOfText(text: string, widths: Widths): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character, widths);
  return columns;
}

/** Closing marks that must not begin a line, opening ones that must not end it (GB/T 15834-2011, section 5.1.10). */
const noLineStart = new Set('，。、；：？！）》〉」』】〕”’…—,.;:?!)]}%');
const noLineEnd = new Set('（《〈「『【〔“‘([{');
const isLatinWord = (character: string) => /[\p{Script=Latin}\p{Script=Cyrillic}0-9_'@#&+/-]/u.test(character);

/** Lines of at most `columns`: breaks at spaces and between Chinese characters, keeps marks with what they belong to, splits words only when they must be. */
export function wrap(text: string, columns: number, widths: Widths): readonly string[] {
  if (columns < 2) return [text];
  const lines: string[] = [];
  let line: string[] = [];
  let width = 0;
  for (const character of text) {
    const wide = columnsOfCharacter(character, widths);
    if (width + wide > columns) {
      const from = breakBefore(line, character);
      // What would not fit on the next line either is split where it is.
      const fits = from > 0 && columnsOfText(line.slice(from).join(''), widths) + wide <= columns;
      const carried = fits ? line.splice(from) : [];
      lines.push(line.join('').trimEnd());
      line = carried;
      width = columnsOfText(line.join(''), widths);
      if (line.length === 0 && character === ' ') continue;
    }
    line.push(character);
    width += wide;
  }
  if (line.length > 0 || lines.length === 0) lines.push(line.join(''));
  return lines;
}

/** Where a full line is broken when `next` follows it: what must go down with it stands from there on. */
function breakBefore(line: readonly string[], next: string): number {
  let from = line.length;
  if (isLatinWord(next)) while (from > 0 && isLatinWord(line[from - 1] ?? '')) from -= 1;
  else if (noLineStart.has(next)) {
    while (from > 0 && noLineStart.has(line[from - 1] ?? '')) from -= 1;
    from -= 1;
  }
  while (from > 0 && noLineEnd.has(line[from - 1] ?? '')) from -= 1;
  return from;
}

/** Fills a text up to exactly `columns`; a text that is too long must have been wrapped before. */
function pad(text: string, columns: number, widths: Widths, align: Align = 'left'): string {
  const spare = Math.max(0, columns - columnsOfText(text, widths));
  if (align === 'right') return ' '.repeat(spare) + text;
  if (align === 'left') return text + ' '.repeat(spare);
  const before = Math.floor(spare / 2);
  return ' '.repeat(before) + text + ' '.repeat(spare - before);
}

/** Cells side by side as lines; each cell wraps inside its own width. */
export function layRow(
  cells: readonly { readonly text: string; readonly width: number; readonly align?: Align }[],
  widths: Widths,
): readonly string[] {
  const wrapped = cells.map((cell) => wrap(cleanText(cell.text), cell.width, widths));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    cells
      .map((cell, column) => pad(wrapped[column]?.[row] ?? '', cell.width, widths, cell.align))
      .join('')
      .trimEnd(),
  );
}
