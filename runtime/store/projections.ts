/**
 * What each event means for the tables that pages and reports read. Pure: an event in, SQL changes out; applied in the
 * transaction that appends the event, and again, in journal order, whenever the tables are rebuilt.
 */
import { type BusinessDay, dayOf, numberOf } from '../../devices/contract/terms.ts';
import type { QueueEvent } from '../queue/events.ts';
import type { JournalEntry } from './store.ts';

export type SqlValue = string | number | null;

export interface SqlChange {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Rises with every change of the tables or of what is written to them: an older file is rebuilt when it is opened. */
export const projectionVersion = 1;

export const projectionTables = ['tickets', 'ticket_matters', 'calls', 'services', 'ratings', 'windows'] as const;

/** Times are hub time in milliseconds since 1970. A number issued twice on one day breaks the key, and with it the batch. */
export const projectionSchema = `
CREATE TABLE tickets (ticket TEXT PRIMARY KEY, day TEXT NOT NULL, number TEXT NOT NULL, service TEXT NOT NULL,
  class TEXT NOT NULL, status TEXT NOT NULL, pressed_at INTEGER NOT NULL, issued_at INTEGER NOT NULL,
  issued_by TEXT NOT NULL, lease TEXT, print TEXT NOT NULL DEFAULT 'pending', print_reason TEXT, printed_at INTEGER,
  waiting_since INTEGER NOT NULL, window TEXT, calls INTEGER NOT NULL DEFAULT 0, called_at INTEGER,
  closed_at INTEGER, closed_reason TEXT) WITHOUT ROWID;
CREATE INDEX tickets_by_day ON tickets (day, status);
CREATE TABLE ticket_matters (ticket TEXT NOT NULL, matter TEXT NOT NULL, outcome TEXT, decided_at INTEGER,
  PRIMARY KEY (ticket, matter)) WITHOUT ROWID;
CREATE TABLE calls (seq INTEGER PRIMARY KEY, ticket TEXT NOT NULL, day TEXT NOT NULL, window TEXT NOT NULL,
  call INTEGER NOT NULL, at INTEGER NOT NULL, wait_ms INTEGER, why TEXT NOT NULL, board TEXT, outcome TEXT,
  delay_ms INTEGER);
CREATE INDEX calls_by_ticket ON calls (ticket, call);
CREATE INDEX calls_by_day ON calls (day, window);
CREATE TABLE services (serving TEXT PRIMARY KEY, ticket TEXT NOT NULL, day TEXT NOT NULL, service TEXT,
  window TEXT NOT NULL, clerk TEXT, called_at INTEGER, started_at INTEGER NOT NULL, completed_at INTEGER,
  walk_ms INTEGER, service_ms INTEGER, review TEXT, done TEXT, rating_until INTEGER) WITHOUT ROWID;
CREATE INDEX services_by_day ON services (day, window);
CREATE TABLE ratings (serving TEXT PRIMARY KEY, day TEXT, window TEXT NOT NULL, clerk TEXT, level INTEGER, reason TEXT,
  at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX ratings_by_day ON ratings (day, window);
CREATE TABLE windows (window TEXT PRIMARY KEY, number INTEGER, name_zh TEXT, name_en TEXT, zone TEXT, role TEXT,
  state TEXT NOT NULL DEFAULT 'closed', reason TEXT, clerk TEXT, ticket TEXT,
  since INTEGER NOT NULL) WITHOUT ROWID;`;

/** The business day an event belongs to by itself; most take the day that is open. */
export function dayOfEvent(event: QueueEvent): BusinessDay | undefined {
  if ('day' in event) return event.day;
  if ('ticket' in event && event.ticket !== null) return dayOf(event.ticket);
  return undefined;
}

export function projectionOf({ seq, event }: JournalEntry): readonly SqlChange[] {
  switch (event.type) {
    case 'HallConfigured':
      return event.rules.windows.map((window) =>
        change(
          `INSERT INTO windows (window, number, name_zh, name_en, zone, role, since) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (window) DO UPDATE SET number = excluded.number, name_zh = excluded.name_zh,
             name_en = excluded.name_en, zone = excluded.zone, role = excluded.role`,
          window.id,
          window.number,
          window.name.zh,
          window.name.en,
          window.zone,
          window.role,
          event.at,
        ),
      );
    case 'TicketIssued':
      return [
        change(
          `INSERT INTO tickets (ticket, day, number, service, class, status, pressed_at, issued_at, issued_by, lease,
             waiting_since) VALUES (?, ?, ?, ?, ?, 'issued', ?, ?, ?, ?, ?)`,
          event.ticket,
          dayOf(event.ticket),
          numberOf(event.ticket),
          event.service,
          event.class,
          event.happenedAt,
          event.at,
          `${event.by.kind}:${event.by.id}`,
          event.lease ?? null,
          event.happenedAt,
        ),
        ...event.matters.map((matter) =>
          change('INSERT OR IGNORE INTO ticket_matters (ticket, matter) VALUES (?, ?)', event.ticket, matter),
        ),
      ];
    case 'IssueCancelled':
      return event.ticket === null ? [] : [closeTicket('void', event.at, event.reason, event.ticket)];
    case 'TicketPrinted':
      return [
        change(
          `UPDATE tickets SET print = ?, print_reason = ?, printed_at = ?,
             status = CASE status WHEN 'issued' THEN 'waiting' ELSE status END WHERE ticket = ?`,
          event.verdict,
          event.reason ?? null,
          event.happenedAt,
          event.ticket,
        ),
      ];
    case 'TicketPrintFailed':
      return [
        change("UPDATE tickets SET print = 'failed', print_reason = ? WHERE ticket = ?", event.reason, event.ticket),
      ];
    case 'TicketVoided':
      return [closeTicket('void', event.at, event.reason, event.ticket), freeWindow(event.ticket)];
    case 'TicketCalled':
      return [
        change(
          `INSERT INTO calls (seq, ticket, day, window, call, at, wait_ms, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6,
             (SELECT CASE status WHEN 'called' THEN NULL ELSE ?6 - waiting_since END FROM tickets WHERE ticket = ?2), ?7)`,
          seq,
          event.ticket,
          dayOf(event.ticket),
          event.window,
          event.call,
          event.at,
          event.why,
        ),
        change(
          `UPDATE tickets SET called_at = CASE status WHEN 'called' THEN called_at ELSE ?1 END, calls = calls + 1,
             status = 'called', window = ?2 WHERE ticket = ?3`,
          event.at,
          event.window,
          event.ticket,
        ),
        change('UPDATE windows SET ticket = ? WHERE window = ?', event.ticket, event.window),
      ];
    case 'CallShown':
      return [
        change(
          `UPDATE calls SET board = ?, outcome = ?, delay_ms = ? WHERE seq = (SELECT max(seq) FROM calls
             WHERE ticket = ? AND call = ? AND window = ?) AND (outcome IS NULL OR outcome = 'sent')`,
          event.board,
          event.outcome,
          event.delayMs,
          event.ticket,
          event.call,
          event.window,
        ),
      ];
    case 'ServiceStarted':
      return [
        change(
          `INSERT OR IGNORE INTO services (serving, ticket, day, service, window, clerk, called_at, started_at, walk_ms)
             SELECT ?1, ?2, ?3, service, ?4, ?5, called_at, ?6, ?6 - called_at FROM tickets WHERE ticket = ?2`,
          event.serving,
          event.ticket,
          dayOf(event.ticket),
          event.window,
          event.clerk,
          event.at,
        ),
        setStatus('serving', event.window, event.ticket),
      ];
    case 'ServiceCompleted':
      return [
        change(
          `UPDATE services SET completed_at = ?1, service_ms = ?1 - started_at, review = ?2, done = ?3,
             rating_until = ?4, clerk = coalesce(clerk, ?5) WHERE serving = ?6`,
          event.at,
          JSON.stringify(event.review),
          JSON.stringify(event.done),
          event.ratingUntil,
          event.clerk,
          event.serving,
        ),
        setStatus(event.review.length > 0 ? 'review' : 'served', null, event.ticket),
        freeWindow(event.ticket),
      ];
    case 'TicketMissed':
      return [setStatus('missed', null, event.ticket), freeWindow(event.ticket)];
    case 'TicketHeld':
      return [setStatus('held', event.window, event.ticket), freeWindow(event.ticket)];
    case 'TicketParked':
      return [setStatus('waiting', null, event.ticket), freeWindow(event.ticket)];
    case 'TicketTransferred':
      return [
        change(
          `UPDATE tickets SET status = 'waiting', service = coalesce(?, service), window = ?, waiting_since = ?
             WHERE ticket = ?`,
          'service' in event.to ? event.to.service : null,
          'window' in event.to ? event.to.window : null,
          event.at,
          event.ticket,
        ),
        freeWindow(event.ticket),
      ];
    case 'MatterDecided':
      return [
        change(
          `INSERT INTO ticket_matters VALUES (?1, ?2, ?3, ?4) ON CONFLICT (ticket, matter)
             DO UPDATE SET outcome = ?3, decided_at = ?4`,
          event.ticket,
          event.matter,
          event.outcome,
          event.at,
        ),
      ];
    case 'CertificateReady':
      return [
        change("UPDATE tickets SET status = 'certificate', waiting_since = ? WHERE ticket = ?", event.at, event.ticket),
      ];
    case 'TicketClosed':
      return [closeTicket(event.reason === 'done' ? 'done' : 'closed', event.at, event.reason, event.ticket)];
    case 'WindowOpened':
    case 'WindowResumed':
      return [windowState('open', null, event.at, event.window)];
    case 'WindowClosed':
      return [windowState('closed', null, event.at, event.window)];
    case 'WindowPaused':
      return [windowState('paused', event.reason, event.at, event.window)];
    case 'WindowRoleChanged':
      return [change('UPDATE windows SET role = ? WHERE window = ?', event.role, event.window)];
    case 'ClerkLoggedIn':
      return [change('UPDATE windows SET clerk = ? WHERE window = ?', event.clerk, event.window)];
    case 'ClerkLoggedOut':
      return [change('UPDATE windows SET clerk = NULL WHERE window = ?', event.window)];
    case 'ServiceRated':
      return [rating(event.serving, event.window, event.clerk, event.level, null, event.happenedAt)];
    case 'RatingNotGiven':
      return [rating(event.serving, event.window, null, null, event.reason, event.at)];
    // In the journal as evidence; no table of their own.
    case 'DayOpened':
    case 'DayClosed':
    case 'CalledByHand':
    case 'StrayRating':
    case 'PressRefused':
    case 'CommandRefused':
      return [];
    default:
      return [];
  }
}

function change(sql: string, ...values: SqlValue[]): SqlChange {
  return { sql, values };
}

function setStatus(status: string, window: string | null, ticket: string): SqlChange {
  return change('UPDATE tickets SET status = ?, window = ? WHERE ticket = ?', status, window, ticket);
}

function closeTicket(status: string, at: number, reason: string, ticket: string): SqlChange {
  return change(
    'UPDATE tickets SET status = ?, closed_at = ?, closed_reason = ?, window = NULL WHERE ticket = ?',
    status,
    at,
    reason,
    ticket,
  );
}

function freeWindow(ticket: string): SqlChange {
  return change('UPDATE windows SET ticket = NULL WHERE ticket = ?', ticket);
}

function windowState(state: string, reason: string | null, at: number, window: string): SqlChange {
  return change(
    `INSERT INTO windows (window, state, reason, since) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (window) DO UPDATE SET state = ?2, reason = ?3, since = ?4`,
    window,
    state,
    reason,
    at,
  );
}

/** A level stands for ever; a reason gives way to a level that arrives late but was pressed in time (F15). */
function rating(
  serving: string,
  window: string,
  clerk: string | null,
  level: number | null,
  reason: string | null,
  at: number,
): SqlChange {
  return change(
    `INSERT INTO ratings (serving, day, window, clerk, level, reason, at) VALUES
       (?1, (SELECT day FROM services WHERE serving = ?1), ?2,
        coalesce(?3, (SELECT clerk FROM services WHERE serving = ?1)), ?4, ?5, ?6)
       ON CONFLICT (serving) DO UPDATE SET level = ?4, reason = ?5, at = ?6 WHERE level IS NULL`,
    serving,
    window,
    clerk,
    level,
    reason,
    at,
  );
}
