/** Ticket numbers that typed digits can mean: `7` is A007, or B007, or the 0007 that this window holds. */
import { type TicketNumber, zTicketNumber } from '../contract/terms.ts';

export function numberCandidates(
  typed: string,
  held: readonly TicketNumber[],
  prefixes: readonly string[],
  digits: number,
): readonly TicketNumber[] {
  if (typed === '') return [];
  const value = Number(typed);
  // What this window set aside is what a clerk types most.
  const own = held.filter((number) => Number(number.replace(/^[A-Z]+/, '')) === value);
  const padded = String(value).padStart(digits, '0');
  const made = (prefixes.length === 0 ? [''] : prefixes).map((prefix) => `${prefix}${padded}`);
  return [...new Set([...own, ...made])].filter((number) => zTicketNumber.safeParse(number).success);
}
