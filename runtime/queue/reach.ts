/**
 * What one hall can reach in a day: numbers and blocks that a box reports are held to it, so that no box takes what the
 * others give (F25).
 */
import { dayOf, numberOf, type TicketId } from '../../devices/contract/terms.ts';
import type { NumberBlock } from '../../devices/contract/ticket.ts';
import { splitNumber } from './numbers.ts';
import type { HallState } from './state.ts';
import { leaseName } from './topics/blocks.ts';

/** More than any hall's kiosks print of one prefix. */
const numbersAMinute = 60;
const numbersAtOnce = 100;
const msPerMinute = 60_000;
const highestCount = 99_999;

/** A number of today's that a hub before this one may have given: above it there must be as many left as below. */
export function mayBeReached(state: HallState, ticket: TicketId, at: number): boolean {
  const { rules, day } = state;
  if (rules === null || day === null || dayOf(ticket) !== day.day) return false;
  const { prefix, count } = splitNumber(numberOf(ticket));
  if (!rules.services.some((service) => service.prefix === prefix)) return false;
  const next = day.next.get(prefix) ?? rules.numbering.start;
  const last = Math.min(highestCount, (rules.numbering.blocks?.from ?? highestCount + 1) - 1);
  const minutes = Math.max(0, at - day.schedule.ticketsFrom) / msPerMinute;
  const byTime = numbersAtOnce + numbersAMinute * minutes;
  return count <= next + Math.min(byTime, (last - next) / 2);
}

/** A block as this hall's rules cut them: whoever leased it, it can have been no other. */
export function isOfThisHall(state: HallState, { lease, day, prefix, from, to }: NumberBlock): boolean {
  const blocks = state.rules?.numbering.blocks;
  if (blocks === undefined || state.rules?.services.some((service) => service.prefix === prefix) !== true) return false;
  return (
    from >= blocks.from &&
    to <= blocks.to &&
    to - from + 1 === blocks.size &&
    (from - blocks.from) % blocks.size === 0 &&
    lease === leaseName(prefix, from, day)
  );
}

/** `A5000-2026-11-23`: what a lease's name says of its block; `undefined` where it says nothing. */
export function blockOfLease(state: HallState, lease: string): NumberBlock | undefined {
  const [, prefix, from, day] = /^([A-Z]{1,3})(\d{1,5})-(\d{4}-\d{2}-\d{2})$/.exec(lease) ?? [];
  const size = state.rules?.numbering.blocks?.size;
  if (prefix === undefined || from === undefined || day === undefined || size === undefined) return undefined;
  const block = { lease, day, prefix, from: Number(from), to: Number(from) + size - 1 };
  return isOfThisHall(state, block) ? block : undefined;
}
