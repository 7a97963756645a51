/** Text in columns: what may be sent, how wide it is, where it breaks. One Latin character is one column, a Chinese one two. */
import type { Align } from './paper.ts';

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

export function columnsOfCharacter(character: string): 1 | 2 {
  return isPlain(character) ? 1 : 2;
}

export function columnsOfText(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** Closing marks that must not begin a line (GB/T 15834-2011, section 5.1.10). */
const noLineStart = new Set('，。、；：？！）》〉」』】〕”’…—,.;:?!)]}%');
const isLatinWord = (character: string) => /[A-Za-z0-9_'@#&+/-]/.test(character);

/** Lines of at most `columns`: breaks at spaces and between Chinese characters, keeps closing marks off a line's start, splits words only when they must be. */
export function wrap(text: string, columns: number): readonly string[] {
  if (columns < 2) return [text];
  const lines: string[] = [];
  let line: string[] = [];
  let width = 0;
  for (const character of text) {
    const wide = columnsOfCharacter(character);
    if (width + wide > columns) {
      const carried = carryOver(line, character);
      lines.push(line.join('').trimEnd());
      line = carried;
      width = columnsOfText(line.join(''));
      if (line.length === 0 && character === ' ') continue;
    }
    line.push(character);
    width += wide;
  }
  if (line.length > 0 || lines.length === 0) lines.push(line.join(''));
  return lines;
}

/** Takes from the end of a full line what must go down with the next character. */
function carryOver(line: string[], next: string): string[] {
  let from = line.length;
  if (noLineStart.has(next)) from -= 1;
  else if (isLatinWord(next)) while (from > 0 && isLatinWord(line[from - 1] ?? '')) from -= 1;
  // A word or mark that fills the whole line is split where it is.
  if (from <= 0) return [];
  return line.splice(from);
}

/** Fills a text up to exactly `columns`; a text that is too long must have been wrapped before. */
export function pad(text: string, columns: number, align: Align = 'left'): string {
  const spare = Math.max(0, columns - columnsOfText(text));
  if (align === 'right') return ' '.repeat(spare) + text;
  if (align === 'left') return text + ' '.repeat(spare);
  const before = Math.floor(spare / 2);
  return ' '.repeat(before) + text + ' '.repeat(spare - before);
}

/** Cells side by side as lines; each cell wraps inside its own width. */
export function layRow(
  cells: readonly { readonly text: string; readonly width: number; readonly align?: Align }[],
): readonly string[] {
  const wrapped = cells.map((cell) => wrap(cleanText(cell.text), cell.width));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    cells
      .map((cell, column) => pad(wrapped[column]?.[row] ?? '', cell.width, cell.align))
      .join('')
      .trimEnd(),
  );
}
