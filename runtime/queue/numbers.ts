/** `A012`: letters, then a count. */
import type { Numbering } from '../../devices/contract/hall.ts';
import type { TicketNumber } from '../../devices/contract/terms.ts';
import type { HallState } from './state.ts';

/** The contract's number has at most five digits. */
const highestCount = 99_999;

export function splitNumber(number: TicketNumber): { readonly prefix: string; readonly count: number } {
  let letters = 0;
  while (letters < number.length && !isDigit(number.charCodeAt(letters))) letters += 1;
  return { prefix: number.slice(0, letters), count: Number(number.slice(letters)) };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The next free number of a prefix: not one of a leased block, nor one that a ticket in review overnight still bears (F18). */
export function nextNumber(state: HallState, prefix: string, numbering: Numbering): TicketNumber | undefined {
  let count = state.day?.next.get(prefix) ?? numbering.start;
  for (; count <= highestCount; count += 1) {
    const number = `${prefix}${String(count).padStart(numbering.digits, '0')}`;
    if (!state.byNumber.has(number) && state.day?.fromBlocks.has(number) !== true) return number;
  }
  return undefined;
}
