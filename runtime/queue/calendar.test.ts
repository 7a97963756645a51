import { expect, test } from 'vitest';
import type { HallRules } from '../../devices/contract/hall.ts';
import { businessDay, dayAfter, dayAt, instantOf, localOffsets, scheduleOf } from './calendar.ts';

const dayMs = 86_400_000;
const fromMs = Date.UTC(2026, 0, 1);
const toMs = Date.UTC(2031, 0, 1);

/** Local time as the platform's own table gives it, apart from the code under test. */
function localOf(format: Intl.DateTimeFormat, at: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric';
  return new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: numeric, month: numeric, day: numeric },
    ...{ hour: numeric, minute: numeric, second: numeric },
  });
}

/** Where the offset changes from one week to the next, to the quarter of an hour. */
function changes(format: Intl.DateTimeFormat): number[] {
  const offset = (at: number) => localOf(format, at) - at;
  const found: number[] = [];
  let before = offset(fromMs);
  for (let at = fromMs; at < toMs; at += 7 * dayMs) {
    const after = offset(at + 7 * dayMs);
    if (after !== before) {
      let low = at;
      let high = at + 7 * dayMs;
      while (high - low > 900_000) {
        const middle = low + Math.floor((high - low) / 1_800_000) * 900_000;
        if (offset(middle) === before) low = middle;
        else high = middle;
      }
      found.push(high);
    }
    before = after;
  }
  return found;
}

/** Zones with the same changes and offset have the same calendar: one of each is enough. */
function distinctZones(): { readonly name: string; readonly format: Intl.DateTimeFormat; readonly at: number[] }[] {
  const seen = new Map<string, { name: string; format: Intl.DateTimeFormat; at: number[] }>();
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const format = formatOf(name);
    // Two days of each year tell zones with the same rules from others; the same rules are looked at once.
    const marks = Array.from({ length: 60 }, (_, index) => {
      const at = fromMs + index * 30.4 * dayMs;
      return localOf(format, at) - at;
    });
    const key = marks.join();
    if (!seen.has(key)) seen.set(key, { name, format, at: [] });
  }
  return [...seen.values()].map((zone) => ({ ...zone, at: changes(zone.format) }));
}

test('local times are the right instants in every time zone, 2026 to 2030, around every change of the clocks', () => {
  const wrong: string[] = [];
  let zones = 0;
  for (const { name, format, at } of distinctZones()) {
    zones += 1;
    for (const change of [fromMs + 40 * dayMs, ...at]) {
      const middle = businessDay(name, change);
      for (const day of [dayAfter(middle, -1), middle, dayAfter(middle)]) {
        for (const minute of [0, 30, 60, 90, 120, 150, 180, 540, 1020, 1410]) {
          const wanted = Date.parse(`${day}T00:00:00Z`) + minute * 60_000;
          const found = instantOf(name, day, minute);
          const shown = localOf(format, found);
          const justBefore = localOf(format, found - 1_000);
          // Exact and the first of two; or, of a time that is skipped, the moment of the skip.
          const first = shown === wanted && localOf(format, found - 3_600_000) !== wanted;
          const skip = shown > wanted && justBefore < wanted;
          if (!first && !skip) wrong.push(`${name} ${day} ${minute}: ${new Date(found).toISOString()}`);
        }
        const rules = { timeZone: name, calendar: allDay } as HallRules;
        const { endsAt } = scheduleOf(rules, day);
        if (businessDay(name, endsAt) <= day) wrong.push(`${name} ${day} ends before the next day begins`);
        if (businessDay(name, endsAt - 1_000) !== day) wrong.push(`${name} ${day} ends too late`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(zones).toBeGreaterThan(60);
});

const allDay = {
  week: Array.from({ length: 7 }, () => [{ from: 540, to: 1020 }]),
  exceptions: {},
  ticketingLeadMs: 0,
  lastTicketBeforeCloseMs: 0,
} as unknown as HallRules['calendar'];

test('a day without midnight begins when the clocks are put forward, and the day before ends there', () => {
  const rules = { timeZone: 'America/Santiago', calendar: allDay } as HallRules;
  // 2026-09-06 begins at 01:00, UTC-3.
  const begins = Date.UTC(2026, 8, 6, 4);
  expect(instantOf('America/Santiago', '2026-09-06', 0)).toBe(begins);
  expect(scheduleOf(rules, '2026-09-05').endsAt).toBe(begins);
  expect(dayAt(rules, begins)).toMatchObject({ day: '2026-09-06', schedule: { endsAt: Date.UTC(2026, 8, 7, 3) } });
});

test('a day that is opened ends later than it was opened, at every minute around every change', () => {
  for (const timeZone of ['America/Santiago', 'Africa/Cairo', 'Asia/Beirut', 'America/Havana', 'Australia/Lord_Howe']) {
    const rules = { timeZone, calendar: allDay } as HallRules;
    for (const change of changes(formatOf(timeZone)))
      for (let at = change - 3 * 3_600_000; at <= change + 3 * 3_600_000; at += 60_000)
        expect(dayAt(rules, at).schedule.endsAt).toBeGreaterThan(at);
  }
});

test('a day has its offsets, and where they change', () => {
  expect(localOffsets('Asia/Shanghai', '2026-11-30')).toEqual({ ms: 8 * 3_600_000 });
  expect(localOffsets('Europe/Lisbon', '2026-03-29')).toEqual({
    ms: 0,
    changesAt: Date.UTC(2026, 2, 29, 1),
    thenMs: 3_600_000,
  });
});
