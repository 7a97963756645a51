/** `A012`: letters, then a count. */
import type { Numbering } from '../../devices/contract/hall.ts';
import { numberText, type TicketNumber } from '../../devices/contract/terms.ts';
import type { DayState, HallState } from './state.ts';

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

/** A number given by a hub before this one: the count goes on above it, and what lies between was given too (F11). */
export function countFrom(day: DayState, start: number, number: TicketNumber): void {
  const { prefix, count } = splitNumber(number);
  const next = day.next.get(prefix) ?? start;
  if (count < next) return;
  day.gaps.set(prefix, [...(day.gaps.get(prefix) ?? []), { from: next, to: count }]);
  day.next.set(prefix, count + 1);
}

/** Whether a number may have been given by a hub before this one: not by this one, nor told of already. */
export function mayHaveBeenGiven(day: DayState, start: number, number: TicketNumber): boolean {
  if (day.fromBlocks.has(number)) return false;
  const { prefix, count } = splitNumber(number);
  if (count >= (day.next.get(prefix) ?? start)) return true;
  return (day.gaps.get(prefix) ?? []).some(({ from, to }) => from <= count && count <= to);
}

/** The next free number of a prefix: not one of a leased block, nor one that a ticket in review overnight still bears (F18). */
export function nextNumber(state: HallState, prefix: string, numbering: Numbering): TicketNumber | undefined {
  let count = state.day?.next.get(prefix) ?? numbering.start;
  // Blocks keep their own range; where new rules moved it, those leased before still count.
  const leased = state.leases.get(prefix) ?? [];
  const last = Math.min(highestCount, (numbering.blocks?.from ?? highestCount + 1) - 1);
  for (; count <= last; count += 1) {
    const number = numberText(prefix, count, numbering.digits);
    if (state.byNumber.has(number) || state.day?.fromBlocks.has(number) === true) continue;
    if (!leased.some((each) => each.from <= count && count <= each.to)) return number;
  }
  return undefined;
}
