/** Blocks of numbers that kiosks hold, while their day lasts. */
import { type BusinessDay, dayOf, numberOf } from '../../../devices/contract/terms.ts';
import { countFrom } from '../numbers.ts';
import type { HallState } from '../state.ts';
import type { EventOf } from './of.ts';

export function blockLeased(state: HallState, event: EventOf<'BlockLeased'>): void {
  const { lease, kiosk, prefix, day, from, to } = event;
  const leases = state.leases.get(prefix) ?? [];
  leases.push({ lease, kiosk, prefix, day, from, to });
  state.leases.set(prefix, leases);
  state.blockNext.set(prefix, to + 1);
}

export function blocksExpire(state: HallState, closed: BusinessDay): void {
  for (const [prefix, leases] of state.leases) {
    const left = leases.filter((each) => each.day > closed);
    if (left.length > 0) state.leases.set(prefix, left);
    else state.leases.delete(prefix);
  }
}

export function numbersSeen(state: HallState, event: EventOf<'NumbersSeen'>): void {
  const { day, rules } = state;
  if (day === null) return;
  for (const ticket of event.tickets) {
    if (dayOf(ticket) === day.day) countFrom(day, rules?.numbering.start ?? 0, numberOf(ticket));
  }
}
