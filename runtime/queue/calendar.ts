/** Instants and the hall's own days. Asked in `decide` alone; what it answers is stored in events, so no replay depends on a time-zone table. */
import type { Calendar, HallRules, MinuteOfDay } from '../../devices/contract/hall.ts';
import type { BusinessDay, Instant } from '../../devices/contract/terms.ts';
import type { DayOffsets, DaySchedule } from './events.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Every change of a UTC offset in force today falls on a quarter of an hour. */
const slotMs = 15 * minuteMs;
const offsetsKept = 4096;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    zone = { format, offsets: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

/** Local time minus UTC. */
function offsetMs(name: string, at: Instant): number {
  const zone = zoneOf(name);
  const slot = Math.floor(at / slotMs);
  const known = zone.offsets.get(slot);
  if (known !== undefined) return known;
  const part: Record<string, number> = {};
  for (const { type, value } of zone.format.formatToParts(slot * slotMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - slot * slotMs;
  if (zone.offsets.size >= offsetsKept) zone.offsets.clear();
  zone.offsets.set(slot, offset);
  return offset;
}

/** The hall's date at an instant. */
export function businessDay(timeZone: string, at: Instant): BusinessDay {
  return new Date(at + offsetMs(timeZone, at)).toISOString().slice(0, 10);
}

export function dayAfter(day: BusinessDay, days = 1): BusinessDay {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/**
 * The instant of a local time: of one that comes twice, the first; of one that the clocks skip, the moment of the skip. The
 * offset is looked for on both sides of the time, because a change may lie between it and the same figures in UTC.
 */
export function instantOf(timeZone: string, day: BusinessDay, minute: MinuteOfDay): Instant {
  const local = Date.parse(`${day}T00:00:00Z`) + minute * minuteMs;
  const before = offsetMs(timeZone, local - dayMs);
  const after = offsetMs(timeZone, local + dayMs);
  const real = [local - before, local - after].filter((at) => at + offsetMs(timeZone, at) === local);
  if (real.length > 0) return Math.min(...real);
  return changeBetween(timeZone, local - dayMs, local + dayMs) ?? local - before;
}

/** The first instant of another UTC offset in `(from, to]`, when the offsets at both ends differ. */
function changeBetween(timeZone: string, from: Instant, to: Instant): Instant | undefined {
  const atFrom = offsetMs(timeZone, from);
  if (offsetMs(timeZone, to) === atFrom) return undefined;
  let low = Math.floor(from / slotMs);
  let high = Math.floor(to / slotMs);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(timeZone, middle * slotMs) === atFrom) low = middle;
    else high = middle;
  }
  return high * slotMs;
}

/** The business day of an instant, with an end that is later than the instant, whatever the time zone does. */
export function dayAt(rules: HallRules, at: Instant): { readonly day: BusinessDay; readonly schedule: DaySchedule } {
  const day = businessDay(rules.timeZone, at);
  const schedule = scheduleOf(rules, day);
  return { day, schedule: { ...schedule, endsAt: schedule.endsAt > at ? schedule.endsAt : at + minuteMs } };
}

/** Local time minus UTC over a day: for reports by local hour. */
export function localOffsets(timeZone: string, day: BusinessDay): DayOffsets {
  const from = instantOf(timeZone, day, 0);
  const to = instantOf(timeZone, dayAfter(day), 0);
  const changesAt = changeBetween(timeZone, from, to);
  const ms = offsetMs(timeZone, from);
  return changesAt === undefined ? { ms } : { ms, changesAt, thenMs: offsetMs(timeZone, changesAt) };
}

export function spansOf(calendar: Calendar, day: BusinessDay): Calendar['week'][number] {
  // getUTCDay counts from Sunday, the calendar from Monday.
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return calendar.exceptions[day] ?? calendar.week[weekday] ?? [];
}

export function scheduleOf(rules: HallRules, day: BusinessDay): DaySchedule {
  const { calendar, timeZone } = rules;
  const spans = spansOf(calendar, day)
    .toSorted((a, b) => a.from - b.from)
    .map((span) => ({ from: instantOf(timeZone, day, span.from), to: instantOf(timeZone, day, span.to) }));
  const endsAt = instantOf(timeZone, dayAfter(day), 0);
  const first = spans[0];
  const last = spans[spans.length - 1];
  if (first === undefined || last === undefined)
    return { spans: [], ticketsFrom: endsAt, ticketsUntil: endsAt, endsAt };
  return {
    spans,
    ticketsFrom: first.from - calendar.ticketingLeadMs,
    ticketsUntil: last.to - calendar.lastTicketBeforeCloseMs,
    endsAt,
  };
}

/** The first day after `day` on which windows open; none in a calendar that never opens. */
export function nextBusinessDay(calendar: Calendar, day: BusinessDay): BusinessDay | undefined {
  let each = day;
  for (let guard = 0; guard < 366; guard += 1) {
    each = dayAfter(each);
    if (spansOf(calendar, each).length > 0) return each;
  }
  return undefined;
}

/** The end of the working day that lies `count` working days after `day`. */
export function endOfWorkingDay(rules: HallRules, day: BusinessDay, count: number): Instant {
  let left = count;
  let each = day;
  // A calendar without any working day must not hang the hall.
  for (let guard = 0; left > 0 && guard < 366; guard += 1) {
    each = dayAfter(each);
    if (spansOf(rules.calendar, each).length > 0) left -= 1;
  }
  const spans = spansOf(rules.calendar, each);
  const end = spans.reduce((latest, span) => Math.max(latest, span.to), 0) || 24 * 60;
  return instantOf(rules.timeZone, each, end);
}
