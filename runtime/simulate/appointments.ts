/** Some of a day's people book a time instead of coming as they like: spread over the day, and nearly on time. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { BusinessDay, Instant } from '../../devices/contract/terms.ts';
import type { Random } from '../../drivers/random.ts';
import { scheduleOf } from '../queue/calendar.ts';
import { normal } from './chance.ts';
import type { Visitor } from './plan.ts';

const minuteMs = 60_000;
const slotMs = 15 * minuteMs;
/** People come some minutes early, now and then late. */
const earlyMs = 8 * minuteMs;
const scatterMs = 7 * minuteMs;

/** `share` of the visitors, each in a slot of a quarter of an hour; slots are filled evenly, as a booking page does. */
export function bookSome(
  rules: HallRules,
  day: BusinessDay,
  people: readonly Visitor[],
  share: number,
  random: Random,
): Visitor[] {
  const schedule = scheduleOf(rules, day);
  const slots: Instant[] = [];
  for (const { from, to } of schedule.spans) {
    for (let at = from; at + slotMs <= to; at += slotMs) slots.push(at);
  }
  if (slots.length === 0) return [...people];
  let next = Math.floor(random() * slots.length);
  const after = people.map((visitor): Visitor => {
    if (random() >= share) return visitor;
    const from = slots[next] ?? 0;
    next = (next + 1) % slots.length;
    return booked(visitor, from, from + normal(random) * scatterMs - earlyMs, schedule);
  });
  return after.sort((a, b) => a.at - b.at);
}

/** `at` within the hours in which numbers are given. */
export function booked(
  visitor: Visitor,
  from: Instant,
  at: Instant,
  { ticketsFrom, ticketsUntil }: { readonly ticketsFrom: Instant; readonly ticketsUntil: Instant },
): Visitor {
  const arrivesAt = Math.max(ticketsFrom, Math.min(ticketsUntil - minuteMs, Math.round(at)));
  return { ...visitor, at: arrivesAt, class: 'appointment', booked: { from, to: from + slotMs } };
}
