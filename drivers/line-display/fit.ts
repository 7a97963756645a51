/** Fits what a board should show to what the model can: its lines, its columns, its letters. */

import type { BoardContent, BoardLine } from './line-display.ts';
import type { BoardModel, FittedLine } from './protocol.ts';
import { digitsOf } from './seven-segment.ts';

/** More pages than a visitor waits for. */
const maxPages = 8;
/** Nor does he wait for more to move through. */
const maxScrollColumns = 120;

export function fitContent(content: BoardContent, model: BoardModel): readonly FittedLine[] {
  if (model.alphabet === 'digits') {
    const text = content.short ?? content.lines[0]?.text ?? '';
    return [fittedLine([digitsOf(text, model.columns)], content.lines[0], model)];
  }
  return Array.from({ length: model.lines }, (_, slot) => {
    const lines = content.lines.filter((_, index) => index % model.lines === slot);
    const moving = lines.length === 1 && lines[0]?.long === 'scroll' && scrollsAt(model, slot);
    const whole = moving ? spell(lines[0]?.text ?? '', model.alphabet) : '';
    if (widthOf(whole) > model.columns)
      return { ...fittedLine(wrap(whole, maxScrollColumns).slice(0, 1), lines[0], model), scroll: true };
    const pages = lines.flatMap(({ text }) => wrap(spell(text, model.alphabet), model.columns));
    return fittedLine(pages.slice(0, maxPages), lines[0], model);
  });
}

function fittedLine(pages: readonly string[], line: BoardLine | undefined, model: BoardModel): FittedLine {
  const colour = line?.colour;
  return {
    pages: pages.length === 0 ? [''] : pages,
    colour: colour !== undefined && model.colours.includes(colour) ? colour : (model.colours[0] ?? 'red'),
    align: line?.align ?? 'centre',
    blink: line?.blink ?? false,
  };
}

/** Chinese on a Latin board leaves its numbers: "请到3号窗口" becomes "3". */
function spell(text: string, alphabet: BoardModel['alphabet']): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is cut out.
  const plain = text.replace(/[\x00-\x1f\x7f]/g, ' ');
  return alphabet === 'gb2312' ? plain : plain.replace(/[^\x20-\x7e]+/g, ' ').trim();
}

function scrollsAt({ scrolls }: BoardModel, slot: number): boolean {
  return scrolls === 'all' || (scrolls === 'first' && slot === 0);
}

const widthOf = (text: string) => Array.from(text).reduce((sum, character) => sum + columnsOf(character), 0);

export function columnsOf(character: string): number {
  return character.charCodeAt(0) < 0x80 ? 1 : 2;
}

/** Pages no wider than the board, broken at a space where there is one, and never a blank page. */
export function wrap(text: string, columns: number): string[] {
  const pages: string[] = [];
  let page = '';
  let width = 0;
  for (const character of text) {
    const wide = columnsOf(character);
    if (width + wide > columns) {
      const space = page.lastIndexOf(' ');
      const rest = character !== ' ' && space > 0 ? page.slice(space + 1) : '';
      pages.push(rest === '' ? page.trimEnd() : page.slice(0, space));
      page = rest;
      width = widthOf(rest);
      if (character === ' ' && page === '') continue;
    }
    page += character;
    width += wide;
  }
  if (page.trim() !== '' || pages.length === 0) pages.push(page.trimEnd());
  return pages;
}
