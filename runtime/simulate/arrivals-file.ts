/**
 * A list of arrivals, CSV with a header: `time` (`09:12` or `09:12:30`, local) and `service`, optionally `date`, `class`,
 * `matters` (separated by spaces), `service_min`, `booked` (the time of the appointment) and `no_show` (`yes`). Read whole
 * and checked before anything runs; what a line does not say is drawn.
 */
import { CsvError, parse } from 'csv-parse/sync';
import type { HallRules } from '../../devices/contract/hall.ts';
import type { BusinessDay, MatterId, ServiceId, TicketClass } from '../../devices/contract/terms.ts';
import { isBusinessDay, ticketClasses } from '../../devices/contract/terms.ts';
import type { Random } from '../../drivers/random.ts';
import { instantOf, scheduleOf } from '../queue/calendar.ts';
import { booked } from './appointments.ts';
import type { Behaviour, Visitor } from './plan.ts';
import { drawVisitor } from './visitors.ts';

const columnNames = ['date', 'time', 'service', 'class', 'matters', 'service_min', 'booked', 'no_show'] as const;
type Column = (typeof columnNames)[number];
const mostLines = 200_000;
const minuteMs = 60_000;

export interface Arrival {
  /** `undefined`: every day. */
  readonly date: BusinessDay | undefined;
  /** Minutes after midnight, with a part. */
  readonly minute: number;
  readonly service: ServiceId;
  readonly class: TicketClass | undefined;
  readonly matters: readonly MatterId[] | undefined;
  readonly serviceMs: number | undefined;
  readonly bookedMinute: number | undefined;
  readonly noShow: boolean | undefined;
}

/** Throws with the line's number. */
export function readArrivals(csv: string, rules: HallRules): Arrival[] {
  const [first, ...rest] = rowsOf(csv);
  const header = first?.record ?? [];
  for (const needed of ['time', 'service']) {
    if (!header.includes(needed)) throw new Error(`line 1: the header has no column "${needed}"`);
  }
  const unknown = header.find((name) => !(columnNames as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new Error(`line 1: there is no column "${unknown}": a list has ${columnNames.join(', ')}`);
  const twice = header.find((name, at) => header.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`line 1: the column "${twice}" is there twice`);
  const known = {
    services: new Set(rules.services.map(({ id }) => id)),
    matters: new Set(rules.matters.map(({ id }) => id)),
  };
  const arrivals = rest.map(({ record, info }) => {
    try {
      return arrivalOf(header, record, known);
    } catch (error) {
      throw new Error(`line ${info.lines}: ${error instanceof Error ? error.message : error}`);
    }
  });
  if (arrivals.length === 0) throw new Error('line 2: nobody arrives: the list has a header and no line');
  return arrivals;
}

interface Known {
  readonly services: ReadonlySet<ServiceId>;
  readonly matters: ReadonlySet<MatterId>;
}

interface Row {
  readonly record: readonly string[];
  /** Its last line, from 1. */
  readonly info: { readonly lines: number };
}

/** RFC 4180: a cell in quotes may hold commas and line ends. */
function rowsOf(csv: string): readonly Row[] {
  const options = { bom: true, comment: '#', comment_no_infix: true, info: true, trim: true } as const;
  let rows: readonly Row[];
  try {
    // With `info` a row is more than the package's types say.
    rows = parse(csv, {
      ...options,
      relax_column_count: true,
      skip_empty_lines: true,
      to: mostLines + 1,
    }) as unknown as readonly Row[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Error(`line ${error.lines}: ${error.message}`);
  }
  if (rows.length > mostLines) throw new Error(`line ${mostLines}: a list has at most so many lines`);
  return rows;
}

function arrivalOf(header: readonly string[], cells: readonly string[], known: Known): Arrival {
  if (cells.length > header.length)
    throw new Error(`${cells.length} cells, and the header has ${header.length}: matters are separated by spaces`);
  const cell = (name: Column): string | undefined => cells[header.indexOf(name)] || undefined;
  const service = cell('service') ?? '';
  if (!known.services.has(service)) throw new Error(`there is no service "${service}" in this hall`);
  const kind = cell('class') as TicketClass | undefined;
  if (kind !== undefined && !ticketClasses.includes(kind))
    throw new Error(`a class is one of ${ticketClasses.join(', ')}, not "${kind}"`);
  const matters = cell('matters')?.split(/\s+/);
  const stranger = matters?.find((matter) => !known.matters.has(matter));
  if (stranger !== undefined) throw new Error(`there is no matter "${stranger}" in this hall`);
  const minutes = cell('service_min') === undefined ? undefined : Number(cell('service_min'));
  if (minutes !== undefined && !(minutes > 0 && minutes <= 24 * 60))
    throw new Error(`service_min is a number of minutes, not "${cell('service_min')}"`);
  const date = cell('date');
  if (date !== undefined && !isBusinessDay(date))
    throw new Error(`a date is written 2026-11-23 and exists, not "${date}"`);
  const noShow = cell('no_show');
  if (noShow !== undefined && noShow !== 'yes' && noShow !== 'no')
    throw new Error(`no_show is yes or no, not "${noShow}"`);
  const bookedAt = cell('booked');
  return {
    date,
    minute: minuteOf(cell('time') ?? ''),
    service,
    class: kind,
    matters,
    serviceMs: minutes === undefined ? undefined : minutes * minuteMs,
    bookedMinute: bookedAt === undefined ? undefined : minuteOf(bookedAt),
    noShow: noShow === undefined ? undefined : noShow === 'yes',
  };
}

function minuteOf(text: string): number {
  const found = /^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  const minute = Number(found?.[1]) * 60 + Number(found?.[2]) + Number(found?.[3] ?? 0) / 60;
  if (found === null || minute >= 24 * 60) throw new Error(`a time is written 09:12, not "${text}"`);
  return minute;
}

/** Those of one day; a list without dates is the same every day on which windows open. */
export function visitorsFrom(
  arrivals: readonly Arrival[],
  rules: HallRules,
  day: BusinessDay,
  behaviour: Behaviour,
  random: Random,
): Visitor[] {
  const schedule = scheduleOf(rules, day);
  const instant = (minute: number) => Math.round(instantOf(rules.timeZone, day, minute));
  const visitors: Visitor[] = [];
  for (const arrival of arrivals) {
    if (arrival.date === undefined ? schedule.spans.length === 0 : arrival.date !== day) continue;
    const visitor = drawVisitor(rules, instant(arrival.minute), arrival.service, behaviour, random, arrival);
    visitors.push(
      arrival.bookedMinute === undefined
        ? visitor
        : booked(visitor, instant(arrival.bookedMinute), visitor.at, schedule),
    );
  }
  return visitors.sort((a, b) => a.at - b.at);
}
