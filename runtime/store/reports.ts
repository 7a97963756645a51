/**
 * What a manager asks of one or more days, as plain SQL over the hub's tables: every report is one table of rows, cut by
 * service, matter, department, window, clerk, hour or class. SQL that SQLite and PostgreSQL both understand.
 */
import type { BusinessDay } from '../../devices/contract/terms.ts';
import { distribution, hour, type Measure, measures } from './report-measures.ts';

export type Ask = (
  sql: string,
  parameters: readonly (string | number | null)[],
) => Promise<readonly Record<string, unknown>[]>;

export interface Span {
  readonly from: BusinessDay;
  readonly to: BusinessDay;
}

export interface Report {
  readonly name: ReportName;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

interface Cut {
  readonly by: string;
  readonly sql: string;
}

interface ReportKind {
  readonly about: string;
  readonly columns: readonly string[];
  readonly cuts: readonly Cut[];
}

const spread = ['count', 'mean_s', 'p50_s', 'p90_s', 'p99_s', 'longest_s'];

function spreadOf(about: string, measure: Measure): ReportKind {
  return {
    about,
    columns: spread,
    cuts: measure.cuts.map((by) => ({ by, sql: distribution(measure, by) })),
  };
}

/** `by` and `key` first: which cut, and which of it; the cut `all` has one row. */
function counts(
  about: string,
  columns: readonly string[],
  from: string,
  keys: Readonly<Record<string, string>>,
): ReportKind {
  const cuts = Object.entries(keys).map(([by, key]) => ({ by, sql: from.replaceAll('{key}', key) }));
  return { about, columns, cuts };
}

const visits = `SELECT {key} AS key, count(*) AS issued,
    sum(CASE WHEN t.status = 'void' THEN 1 ELSE 0 END) AS voided,
    sum(CASE WHEN EXISTS (SELECT 1 FROM services s WHERE s.ticket = t.ticket AND s.completed_at IS NOT NULL)
      THEN 1 ELSE 0 END) AS served,
    sum(CASE WHEN t.status = 'missed' OR t.closed_reason = 'gone' THEN 1 ELSE 0 END) AS missed,
    sum(CASE WHEN t.closed_reason = 'day-end' AND t.called_at IS NULL THEN 1 ELSE 0 END) AS never_called,
    sum(CASE WHEN t.closed_reason = 'done' THEN 1 ELSE 0 END) AS done,
    sum(CASE WHEN t.closed_at IS NULL THEN 1 ELSE 0 END) AS still_open,
    sum(CASE WHEN t.print = 'unknown' THEN 1 ELSE 0 END) AS paper_unknown,
    sum(t.copies - 1) AS reprints
  FROM tickets t LEFT JOIN days d ON d.day = t.day LEFT JOIN service_list l ON l.service = t.service
  WHERE t.day BETWEEN ?1 AND ?2 AND t.status <> 'record' GROUP BY 1 ORDER BY 1`;

const calls = `SELECT {key} AS key, count(*) AS calls,
    sum(CASE WHEN c.how = 'recall' THEN 1 ELSE 0 END) AS recalls,
    sum(c.missed) AS missed,
    sum(CASE WHEN c.outcome = 'shown' THEN 1 ELSE 0 END) AS shown,
    sum(CASE WHEN c.outcome = 'sent' THEN 1 ELSE 0 END) AS sent,
    sum(CASE WHEN c.outcome IS NULL THEN 1 ELSE 0 END) AS not_reported
  FROM calls c LEFT JOIN days d ON d.day = c.day LEFT JOIN service_list l ON l.service = c.service
  WHERE c.day BETWEEN ?1 AND ?2 GROUP BY 1 ORDER BY 1`;

/** A rating set aside by a supervisor counts nowhere but in its own column. Not rated is never satisfied. */
const given = 'r.level IS NOT NULL AND r.set_aside = 0';
const ratings = `SELECT {key} AS key, count(*) AS services,
    sum(CASE WHEN ${given} THEN 1 ELSE 0 END) AS rated,
    sum(CASE WHEN ${given} AND r.level = 5 THEN 1 ELSE 0 END) AS level_5,
    sum(CASE WHEN ${given} AND r.level = 4 THEN 1 ELSE 0 END) AS level_4,
    sum(CASE WHEN ${given} AND r.level = 3 THEN 1 ELSE 0 END) AS level_3,
    sum(CASE WHEN ${given} AND r.level = 2 THEN 1 ELSE 0 END) AS level_2,
    sum(CASE WHEN ${given} AND r.level = 1 THEN 1 ELSE 0 END) AS level_1,
    round(avg(CASE WHEN ${given} THEN r.level * 1.0 END), 2) AS mean_level,
    sum(CASE WHEN r.set_aside = 1 THEN 1 ELSE 0 END) AS set_aside,
    sum(CASE WHEN r.reason IN ('timed-out', 'superseded') THEN 1 ELSE 0 END) AS not_used,
    sum(CASE WHEN r.reason NOT IN ('timed-out', 'superseded') THEN 1 ELSE 0 END) AS not_offered,
    round(avg(CASE WHEN r.reason NOT IN ('timed-out', 'superseded') THEN 1.0 ELSE 0.0 END), 4) AS share_not_offered,
    sum(CASE WHEN r.serving IS NULL THEN 1 ELSE 0 END) AS not_yet
  FROM services s LEFT JOIN ratings r ON r.serving = s.serving LEFT JOIN service_list l ON l.service = s.service
  WHERE s.day BETWEEN ?1 AND ?2 AND s.completed_at IS NOT NULL GROUP BY 1 ORDER BY 1`;

const ratingReasons = `SELECT {key} AS key, CASE WHEN r.level IS NULL THEN 'not rated: ' || r.reason
      ELSE 'level ' || r.level || ': ' || coalesce(j.value, 'no reason') END AS reason, count(*) AS ratings
  FROM ratings r LEFT JOIN json_each(r.reasons) j
  WHERE r.day BETWEEN ?1 AND ?2 AND r.set_aside = 0 AND (r.level IS NULL OR r.level <= 2) GROUP BY 1, 2 ORDER BY 1, 2`;

const followUps = `SELECT {key} AS key, count(*) AS opened,
    sum(CASE WHEN f.step NOT IN ('settled', 'set-aside') THEN 1 ELSE 0 END) AS still_open,
    sum(CASE WHEN f.step = 'settled' THEN 1 ELSE 0 END) AS settled,
    sum(CASE WHEN f.step = 'set-aside' THEN 1 ELSE 0 END) AS set_aside,
    sum(f.overdue) AS overdue,
    round(avg(CASE WHEN f.step = 'settled' THEN (f.step_at - f.opened_at) / 3600000.0 END), 1) AS mean_hours
  FROM follow_ups f JOIN services s ON s.serving = f.serving WHERE s.day BETWEEN ?1 AND ?2 GROUP BY 1 ORDER BY 1`;

const betweenDays = `(SELECT min(opened_at) FROM days WHERE day BETWEEN ?1 AND ?2) AND
    (SELECT max(coalesce(ends_at, closed_at, opened_at + 86400000)) FROM days WHERE day BETWEEN ?1 AND ?2)`;
const complaints = `SELECT {key} AS key, count(*) AS recorded,
    sum(CASE WHEN settled_at IS NOT NULL THEN 1 ELSE 0 END) AS settled,
    sum(CASE WHEN coalesce(settled_at, due_at + 1) > due_at THEN 1 ELSE 0 END) AS not_in_time
  FROM complaints WHERE recorded_at BETWEEN ${betweenDays} GROUP BY 1 ORDER BY 1`;
const assistances = `SELECT {key} AS key, count(*) AS given FROM assistances WHERE at BETWEEN ${betweenDays}
  GROUP BY 1 ORDER BY 1`;

/** Seven minutes for one matter, twenty for three: counted from the press to the end of the last service. */
const promise = `WITH v AS (SELECT t.ticket, t.service, t.day,
      (SELECT count(*) FROM ticket_matters m WHERE m.ticket = t.ticket) AS matters,
      (SELECT max(s.completed_at) FROM services s WHERE s.ticket = t.ticket) - t.pressed_at AS ms
    FROM tickets t WHERE t.day BETWEEN ?1 AND ?2 AND t.closed_reason = 'done')
  SELECT {key} AS key, count(*) AS visits, round(avg(ms) / 1000.0, 1) AS mean_s,
    sum(CASE WHEN ms <= 420000 THEN 1 ELSE 0 END) AS within_7_min,
    sum(CASE WHEN ms <= 1200000 THEN 1 ELSE 0 END) AS within_20_min,
    round(avg(CASE WHEN ms <= 420000 THEN 1.0 ELSE 0.0 END), 4) AS share_7_min,
    round(avg(CASE WHEN ms <= 1200000 THEN 1.0 ELSE 0.0 END), 4) AS share_20_min
  FROM v WHERE ms IS NOT NULL GROUP BY 1 ORDER BY 1`;

export const reports = {
  visits: counts(
    'numbers given and what became of them',
    ['issued', 'voided', 'served', 'missed', 'never_called', 'done', 'still_open', 'paper_unknown', 'reprints'],
    visits,
    {
      all: "''",
      service: 't.service',
      department: "coalesce(l.department, '')",
      class: 't.class',
      hour: hour('t.pressed_at'),
      day: 't.day',
    },
  ),
  waits: spreadOf(
    'from the press, or from queueing again, to the call at a window that takes matters in',
    measures.waits,
  ),
  certificate_waits: spreadOf('from the certificate being ready to its call', measures.certificateWaits),
  walks: spreadOf('from the call to the start of the service', measures.walks),
  services: spreadOf('from start to completion', measures.services),
  number_to_certificate: spreadOf('from the press to the end of the last service', measures.numberToCertificate),
  promise: counts(
    'visits done within seven and within twenty minutes',
    ['visits', 'mean_s', 'within_7_min', 'within_20_min', 'share_7_min', 'share_20_min'],
    promise,
    { all: "''", matters: 'matters', service: 'service', day: 'day' },
  ),
  calls: counts(
    'calls, how many were missed, and what the boards said',
    ['calls', 'recalls', 'missed', 'shown', 'sent', 'not_reported'],
    calls,
    {
      all: "''",
      window: 'c.window',
      clerk: "coalesce(c.clerk, '')",
      service: "coalesce(c.service, '')",
      department: "coalesce(l.department, '')",
      hour: hour('c.at'),
      day: 'c.day',
    },
  ),
  press_to_shown: spreadOf('from the clerk’s press to the board’s acknowledgement', measures.pressToShown),
  ratings: counts(
    'levels given, not used, not offered',
    [
      'services',
      'rated',
      'level_5',
      'level_4',
      'level_3',
      'level_2',
      'level_1',
      'mean_level',
      'set_aside',
      'not_used',
      'not_offered',
      'share_not_offered',
      'not_yet',
    ],
    ratings,
    {
      all: "''",
      clerk: "coalesce(s.clerk, '')",
      window: 's.window',
      service: "coalesce(s.service, '')",
      department: "coalesce(l.department, '')",
      day: 's.day',
    },
  ),
  rating_reasons: counts('why a rating was low, or not given', ['reason', 'ratings'], ratingReasons, {
    all: "''",
    clerk: "coalesce(r.clerk, '')",
    window: 'r.window',
  }),
  follow_ups: counts(
    'low ratings that somebody looks after',
    ['opened', 'still_open', 'settled', 'set_aside', 'overdue', 'mean_hours'],
    followUps,
    { all: "''", clerk: "coalesce(f.clerk, '')", day: 's.day' },
  ),
  complaints: counts('complaints and suggestions', ['recorded', 'settled', 'not_in_time'], complaints, {
    all: "''",
    kind: 'kind',
  }),
  assistances: counts('guidance and assistance at the desk', ['given'], assistances, {
    all: "''",
    kind: 'kind',
    outcome: 'outcome',
  }),
} as const satisfies Readonly<Record<string, ReportKind>>;

export type ReportName = keyof typeof reports;
export const reportNames = Object.keys(reports) as ReportName[];

export async function runReport(ask: Ask, name: ReportName, span: Span): Promise<Report> {
  const kind: ReportKind = reports[name];
  const rows: (string | number | null)[][] = [];
  for (const { by, sql } of kind.cuts) {
    for (const row of await ask(sql, [span.from, span.to])) {
      rows.push([by, ...['key', ...kind.columns].map((column) => cellOf(row[column]))]);
    }
  }
  return { name, columns: ['by', 'key', ...kind.columns], rows };
}

function cellOf(value: unknown): string | number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is text. */
export function asCsv({ columns, rows }: Report): string {
  const line = (cells: readonly (string | number | null)[]) => cells.map(csvCell).join(',');
  return [columns, ...rows].map((cells) => `${line(cells)}\r\n`).join('');
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function asObjects({ columns, rows }: Report): Record<string, string | number | null>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])));
}
