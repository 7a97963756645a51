/** The hall's hours: time zone, spans in order, numbering that lasts a day, brightness through the day. */
import type { Findings } from './findings.ts';
import { nearest } from './nearest.ts';
import { minuteOfDay } from './rules.ts';
import type { HallFile } from './schema.ts';
import type { Path } from './yaml-source.ts';

const midnight = 24 * 60;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export function checkCalendar(file: HallFile, findings: Findings): void {
  const { calendar, hall } = file;
  checkTimeZone(hall.time_zone, findings);
  for (const day of weekdays) checkSpans(calendar.week[day], ['calendar', 'week', day], findings);
  for (const [date, spans] of Object.entries(calendar.exceptions))
    checkSpans(spans, ['calendar', 'exceptions', date], findings);
  if (findings.whole && weekdays.every((day) => calendar.week[day].length === 0))
    findings.atKey(
      ['calendar', 'week'],
      'the hall is never open',
      'give at least one day a span, such as mon: [{ from: "09:00", to: "17:00" }]',
    );
  checkLastTicket(file, findings);
  let before = -1;
  for (const [index, { from }] of file.boards.brightness.entries()) {
    if (minuteOfDay(from) <= before)
      findings.at(
        ['boards', 'brightness', index, 'from'],
        `"${from}" is not after the time above it`,
        'write the times of the day in order',
      );
    before = minuteOfDay(from);
  }
}

function checkTimeZone(zone: string, findings: Findings): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
    const right = near === undefined ? 'write an IANA name such as Asia/Shanghai' : `did you mean "${near}"?`;
    findings.at(['hall', 'time_zone'], `there is no time zone "${zone}"`, right);
  }
}

function checkSpans(spans: readonly { from: string; to: string }[], path: Path, findings: Findings): void {
  let closed = -1;
  for (const [index, { from, to }] of spans.entries()) {
    const at = [...path, index];
    if (minuteOfDay(to) > midnight) findings.at([...at, 'to'], `"${to}" is after midnight`, 'a day ends at "24:00"');
    if (minuteOfDay(to) <= minuteOfDay(from))
      findings.at([...at, 'to'], `"${to}" is not after "${from}"`, 'a span ends after it begins, on the same day');
    if (minuteOfDay(from) < closed)
      findings.at(
        [...at, 'from'],
        `"${from}" is before the end of the span before it`,
        'write the spans of a day in order, without overlap',
      );
    closed = Math.max(closed, minuteOfDay(to));
  }
}

/** Numbers must be given for at least a minute of each last span. */
function checkLastTicket({ calendar }: HallFile, findings: Findings): void {
  const lasts = weekdays.flatMap((day) => calendar.week[day].slice(-1));
  const shortest = Math.min(
    ...lasts.map(({ from, to }) => minuteOfDay(to) - minuteOfDay(from)).filter((length) => length > 0),
  );
  if (calendar.last_ticket_before_close_min >= shortest)
    findings.at(
      ['calendar', 'last_ticket_before_close_min'],
      `numbers would end ${calendar.last_ticket_before_close_min} minutes before closing, but a day's last span has only ${shortest}`,
      `less than ${shortest}`,
    );
}
