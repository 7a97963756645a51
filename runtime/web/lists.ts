/**
 * What people's work places list: appointments, complaints, follow-ups, proposals, overrides. Plain SQL over the hub's
 * tables; the words of visitors are not in them, and come one by one from the encrypted table to who may read them.
 */
import type { PersonRole } from '../../devices/contract/people.ts';
import { businessDay } from './business-day.ts';
import type { HallTables } from './needs.ts';

type Value = string | number;

interface List {
  readonly roles: readonly PersonRole[];
  readonly sql: string;
  readonly values: (today: { readonly day: string; readonly nowMs: number }) => readonly Value[];
}

const dayMs = 24 * 3_600_000;
/** What is settled stays in sight this long. */
const settledDays = 7;

/** Acts by people over the head of the ordinary course: each with who, when and why. */
const overrides = [
  'WindowRoleChanged',
  'WindowServesChanged',
  'BalanceWithdrawn',
  'WindowFreed',
  'TicketMoved',
  'TicketClassChanged',
  'TicketVoided',
  'TicketReprinted',
  'RatingSetAside',
  'WindowOpened',
  'WindowClosed',
  'WindowPaused',
  'WindowResumed',
  'MattersChanged',
  'AppointmentCancelled',
  'ComplaintSettled',
];
const quoted = overrides.map((type) => `'${type}'`).join(', ');

const lists = {
  appointments: {
    roles: ['desk', 'supervisor'],
    sql: `SELECT appointment, day, service, matters, from_at, to_at, status, ticket FROM appointments
      WHERE day >= ? ORDER BY from_at, appointment LIMIT 500`,
    values: ({ day }) => [day],
  },
  assistances: {
    roles: ['desk', 'supervisor'],
    sql: `SELECT kind, outcome, count(*) AS times FROM assistances WHERE at >= ? GROUP BY kind, outcome
      ORDER BY kind, outcome`,
    values: ({ nowMs }) => [nowMs - dayMs],
  },
  complaints: {
    roles: ['supervisor'],
    sql: `SELECT complaint, ticket, kind, reference, recorded_at, due_at, outcome, settled_at FROM complaints
      WHERE outcome IS NULL OR settled_at > ? ORDER BY outcome IS NOT NULL, due_at, complaint LIMIT 300`,
    values: ({ nowMs }) => [nowMs - settledDays * dayMs],
  },
  'follow-ups': {
    roles: ['supervisor'],
    sql: `SELECT f.serving, f.clerk, f.level, f.opened_at, f.due_at, f.step, f.reference, f.step_at, f.overdue,
        s.ticket, s.service, s."window" AS "window", r.reasons
      FROM follow_ups f LEFT JOIN services s ON s.serving = f.serving LEFT JOIN ratings r ON r.serving = f.serving
      WHERE f.step NOT IN ('settled', 'set-aside') OR f.step_at > ?
      ORDER BY f.step IN ('settled', 'set-aside'), f.due_at, f.serving LIMIT 300`,
    values: ({ nowMs }) => [nowMs - settledDays * dayMs],
  },
  proposals: {
    roles: ['supervisor'],
    sql: `SELECT json_extract(p.event, '$.proposal') AS proposal, p.at, json_extract(p.event, '$.until') AS until,
        json_extract(p.event, '$.window') AS "window", json_extract(p.event, '$.role') AS role,
        json_extract(p.event, '$.serves') AS serves, json_extract(p.event, '$.lends') AS lends,
        json_extract(p.event, '$.why') AS why
      FROM journal p WHERE p.day = ? AND p.type = 'BalanceProposed' AND json_extract(p.event, '$.until') > ?
        AND NOT EXISTS (SELECT 1 FROM journal later WHERE later.day = p.day AND later.seq > p.seq AND (
          (later.type = 'BalanceWithdrawn' AND json_extract(later.event, '$.proposal') = json_extract(p.event, '$.proposal'))
          OR (later.type IN ('WindowRoleChanged', 'WindowServesChanged', 'WindowFreed', 'WindowClosed')
            AND json_extract(later.event, '$.window') = json_extract(p.event, '$.window'))))
      ORDER BY p.seq DESC LIMIT 5`,
    values: ({ day, nowMs }) => [day, nowMs],
  },
  overrides: {
    roles: ['supervisor'],
    sql: `SELECT seq, at, type, event FROM journal WHERE day = ? AND type IN (${quoted})
        AND json_extract(event, '$.by.kind') IN ('desk', 'office', 'supervisor', 'hub')
        AND (json_extract(event, '$.by.kind') <> 'hub' OR type IN ('WindowRoleChanged', 'WindowServesChanged'))
      ORDER BY seq DESC LIMIT 200`,
    values: ({ day }) => [day],
  },
} satisfies Record<string, List>;

export type ListName = keyof typeof lists;

export function listNamed(name: string): List | undefined {
  return Object.hasOwn(lists, name) ? lists[name as ListName] : undefined;
}

export function readList(tables: HallTables, list: List, nowMs: number) {
  return tables.query(list.sql, list.values({ day: businessDay(tables.rules.timeZone, nowMs), nowMs }));
}
