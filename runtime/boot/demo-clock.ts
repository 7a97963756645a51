/** A demo at night shows a hall by day: the wall clock of a closed hall is put to an hour after it next opens. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { Instant } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';
import { businessDay, dayAfter, scheduleOf } from '../queue/calendar.ts';

const intoTheDayMs = 3_600_000;
const daysAhead = 14;

/** `at` itself while numbers are given and windows open; else an hour after the next opening. */
export function demoTime(rules: HallRules, at: Instant): Instant {
  const today = businessDay(rules.timeZone, at);
  const schedule = scheduleOf(rules, today);
  const open = schedule.spans.some(({ from, to }) => at >= from && at < to) && at < schedule.ticketsUntil;
  if (open) return at;
  for (let day = 0; day <= daysAhead; day++) {
    const first = scheduleOf(rules, dayAfter(today, day)).spans[0];
    if (first !== undefined && first.from > at) return first.from + intoTheDayMs;
  }
  return at;
}

export function shiftedClock(clock: Clock, byMs: number): Clock {
  return {
    wallMs: () => clock.wallMs() + byMs,
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, task) => clock.after(delayMs, task),
    atTurnEnd: (task) => clock.atTurnEnd(task),
  };
}
