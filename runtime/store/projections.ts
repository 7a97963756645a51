/**
 * What each event means for the tables that pages and reports read. Pure: an event in, SQL changes out; applied in the
 * transaction that appends the event, and again, in journal order, whenever the tables are rebuilt. The statuses follow
 * the queue's own `evolve`, and a random hall checks that they do.
 */
import { type BusinessDay, dayOf, numberOf, type TicketId, type WindowId } from '../../devices/contract/terms.ts';
import type { QueueEvent, QueueEventType } from '../queue/events.ts';
import { wasOffered } from '../queue/not-rated.ts';
import { deskProjectionOf } from './desk-projections.ts';
import { change, type SqlChange } from './sql-change.ts';
import type { JournalEntry } from './store.ts';

type EventOf<T extends QueueEventType> = Extract<QueueEvent, { type: T }>;

/** The business day an event belongs to by itself; most take the day that is open. */
export function dayOfEvent(event: QueueEvent): BusinessDay | undefined {
  // An appointment's day is the one it is for.
  if ('day' in event && event.type !== 'AppointmentBooked') return event.day;
  if ('ticket' in event && event.ticket !== null) return dayOf(event.ticket);
  return undefined;
}

export function projectionOf({ seq, event }: JournalEntry): readonly SqlChange[] {
  switch (event.type) {
    case 'HallConfigured':
      return hallConfigured(event);
    case 'DayOpened':
      return [
        change(
          `INSERT OR REPLACE INTO days (day, opened_at, ends_at, offset_ms, offset_changes_at, offset_then_ms)
             VALUES (?, ?, ?, ?, ?, ?)`,
          event.day,
          event.at,
          event.schedule?.endsAt ?? null,
          event.offsets?.ms ?? null,
          event.offsets?.changesAt ?? null,
          event.offsets?.thenMs ?? null,
        ),
      ];
    case 'DayTakenBack':
      return dayTakenBack(event);
    case 'ClockStepped':
      return event.shiftMs === 0 ? [] : clockStepped(event.shiftMs);
    case 'DayClosed':
      return [change('UPDATE days SET closed_at = ? WHERE day = ?', event.at, event.day)];
    case 'TicketIssued':
      return ticketIssued(event);
    case 'TicketPrinted':
      return [
        change(
          `UPDATE tickets SET print = ?, print_reason = ?, printed_at = ?,
             status = CASE status WHEN 'printing' THEN 'waiting' ELSE status END WHERE ticket = ?`,
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
      return ends(event, 'void');
    case 'TicketClosed':
      return ends(event, event.reason === 'done' ? 'done' : 'closed');
    case 'TicketCalled':
      return ticketCalled(seq, event);
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
      return serviceStarted(event);
    case 'ServiceCompleted':
      return serviceCompleted(event);
    case 'TicketMissed':
      return [
        change(
          `UPDATE calls SET missed = 1 WHERE seq = (SELECT max(seq) FROM calls WHERE ticket = ?1
             AND call = (SELECT max(call) FROM calls WHERE ticket = ?1))`,
          event.ticket,
        ),
        ...moves(event.ticket, 'missed', null),
      ];
    case 'TicketHeld':
      return moves(event.ticket, 'held', event.window);
    case 'TicketParked':
      return moves(event.ticket, 'parked', null);
    case 'TicketReturned':
      return [
        ...moves(event.ticket, 'waiting', null),
        change(
          'UPDATE tickets SET class = ?, waiting_since = ?, to_window = NULL WHERE ticket = ?',
          event.class,
          event.at,
          event.ticket,
        ),
      ];
    case 'TicketTransferred':
    case 'TicketMoved':
      return ticketTransferred(event);
    case 'MatterDecided':
      return [matterState(event.ticket, event.matter, event.outcome, event.at)];
    case 'CertificateReady':
      return [
        ...moves(event.ticket, 'waiting', null),
        // A ticket of an earlier day is not called: its visitor comes some time, and is called by number.
        change(
          `UPDATE tickets SET leg = 'certificate', waiting_since = ?, to_window = NULL,
             status = CASE WHEN ${dayIsOpen('tickets.day')} THEN 'waiting' ELSE 'parked' END WHERE ticket = ?`,
          event.at,
          event.ticket,
        ),
      ];
    case 'WindowOpened':
    case 'WindowResumed':
      return [windowState('open', '', event)];
    case 'WindowClosed':
      return [windowState('closed', '', event)];
    case 'WindowPaused':
      return [windowState('paused', event.reason, event)];
    case 'WindowRoleChanged':
      return [change('UPDATE windows SET role = ? WHERE window = ?', event.role, event.window)];
    case 'ClerkLoggedIn':
      return [change('UPDATE windows SET clerk = ? WHERE window = ?', event.clerk, event.window)];
    case 'ClerkLoggedOut':
      return [change('UPDATE windows SET clerk = NULL WHERE window = ?', event.window)];
    case 'ServiceRated':
      return [rating(event, { clerk: event.clerk, level: event.level, reason: null, at: event.happenedAt })];
    case 'RatingNotGiven':
      return [rating(event, { clerk: null, level: null, reason: event.reason, at: event.at })];
    case 'RatingRequested':
      return [
        change('DELETE FROM ratings WHERE serving = ? AND level IS NULL', event.serving),
        change('UPDATE services SET rating_until = ? WHERE serving = ?', event.ratingUntil, event.serving),
      ];
    case 'RatingReasonGiven':
      return [
        change(
          `UPDATE ratings SET reasons = json_insert(coalesce(reasons, '[]'), '$[#]', ?) WHERE serving = ?`,
          event.reason,
          event.serving,
        ),
      ];
    default:
      // The rest is evidence in the journal, or of a later program, whose tables will be made by it.
      return deskProjectionOf(seq, event) ?? [];
  }
}

/** What the wrong day had open goes on under the right one. */
function dayTakenBack({ at, from, day, schedule, offsets, restored }: EventOf<'DayTakenBack'>): readonly SqlChange[] {
  return [
    change(
      `INSERT INTO days (day, opened_at, ends_at, offset_ms, offset_changes_at, offset_then_ms)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET closed_at = NULL, ends_at = excluded.ends_at`,
      ...[day, at, schedule.endsAt, offsets.ms, offsets.changesAt ?? null, offsets.thenMs ?? null],
    ),
    change('UPDATE days SET closed_at = ? WHERE day = ?', at, from),
    change('UPDATE tickets SET day = ? WHERE day = ? AND closed_at IS NULL', day, from),
    ...restored.map((ticket) =>
      change(
        `UPDATE tickets SET status = 'waiting', window = NULL, to_window = NULL, closed_at = NULL, closed_reason = NULL,
           print = CASE print WHEN 'pending' THEN 'unknown' ELSE print END WHERE ticket = ?`,
        ticket,
      ),
    ),
  ];
}

/** What is open moves with the clock, so that no duration counts the correction. */
function clockStepped(shiftMs: number): readonly SqlChange[] {
  return [
    change(
      `UPDATE tickets SET pressed_at = pressed_at + ?1, issued_at = issued_at + ?1, printed_at = printed_at + ?1,
         waiting_since = waiting_since + ?1, called_at = called_at + ?1 WHERE closed_at IS NULL`,
      shiftMs,
    ),
    change(
      `UPDATE services SET called_at = called_at + ?1, started_at = started_at + ?1 WHERE completed_at IS NULL`,
      shiftMs,
    ),
  ];
}

function hallConfigured(event: EventOf<'HallConfigured'>): readonly SqlChange[] {
  const { windows } = event.rules;
  return [
    ...catalogue(event),
    change(
      'DELETE FROM windows WHERE window NOT IN (SELECT value FROM json_each(?))',
      JSON.stringify(windows.map(({ id }) => id)),
    ),
    // A role that was changed by hand stays until the file says another.
    ...windows.map((window) =>
      change(
        `INSERT INTO windows (window, number, name_zh, name_en, zone, role, rules_role, since)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7) ON CONFLICT (window) DO UPDATE SET number = ?2, name_zh = ?3,
           name_en = ?4, zone = ?5, role = CASE WHEN rules_role IS ?6 THEN role ELSE ?6 END, rules_role = ?6`,
        window.id,
        window.number,
        window.name.zh,
        window.name.en,
        window.zone,
        window.role,
        event.at,
      ),
    ),
  ];
}

/** What a report calls by name. Matters and services that the rules no longer have stay: old days were about them. */
function catalogue({ rules }: EventOf<'HallConfigured'>): readonly SqlChange[] {
  const departmentOf = new Map(rules.matters.map((matter) => [matter.id, matter.department]));
  return [
    ...rules.departments.map(({ id, name }) =>
      change('INSERT OR REPLACE INTO departments VALUES (?, ?, ?)', id, name.zh, name.en),
    ),
    ...rules.matters.map(({ id, code, name, department }) =>
      change('INSERT OR REPLACE INTO matters VALUES (?, ?, ?, ?, ?)', id, code, name.zh, name.en, department),
    ),
    ...rules.services.map(({ id, name, matters }) => {
      const [only, ...others] = new Set(matters.map((matter) => departmentOf.get(matter)));
      const department = others.length > 0 ? null : (only ?? null);
      return change('INSERT OR REPLACE INTO service_list VALUES (?, ?, ?, ?)', id, name.zh, name.en, department);
    }),
  ];
}

function ticketIssued(event: EventOf<'TicketIssued'>): readonly SqlChange[] {
  return [
    change(
      `INSERT INTO tickets (ticket, day, number, service, class, status, pressed_at, issued_at, issued_by, lease,
         promised_ahead, promised_low_ms, promised_high_ms, waiting_since) VALUES (?1, ?2, ?3, ?4, ?5,
         CASE WHEN ${dayIsOpen('?2')} THEN 'printing' ELSE 'record' END, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?6)`,
      event.ticket,
      dayOf(event.ticket),
      numberOf(event.ticket),
      event.service,
      event.class,
      event.happenedAt,
      event.at,
      `${event.by.kind}:${event.by.id}`,
      event.lease ?? null,
      event.promised?.ahead ?? null,
      event.promised?.lowMs ?? null,
      event.promised?.highMs ?? null,
    ),
    ...event.matters.map((matter) =>
      change('INSERT OR IGNORE INTO ticket_matters (ticket, matter) VALUES (?, ?)', event.ticket, matter),
    ),
  ];
}

function ticketCalled(seq: number, event: EventOf<'TicketCalled'>): readonly SqlChange[] {
  const { ticket, window } = event;
  return [
    // A recall at the same window is no second wait.
    change(
      `INSERT INTO calls (seq, ticket, day, window, call, at, how, why, clerk, service, leg, wait_ms)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT clerk FROM windows WHERE window = ?4), service, leg,
           CASE WHEN status IN ('called', 'serving') AND window = ?4 THEN NULL ELSE max(0, ?6 - waiting_since) END
         FROM (SELECT 1) LEFT JOIN tickets ON ticket = ?2`,
      seq,
      ticket,
      dayOf(ticket),
      window,
      event.call,
      event.happenedAt,
      event.how ?? null,
      event.why,
    ),
    change('UPDATE windows SET ticket = NULL WHERE ticket = ? AND window <> ?', ticket, window),
    change(
      `UPDATE tickets SET called_at = CASE WHEN status IN ('called', 'serving') AND window = ?1 THEN called_at ELSE ?2 END,
         status = CASE WHEN status = 'serving' AND window = ?1 THEN status ELSE 'called' END,
         calls = ?3, window = ?1, to_window = NULL WHERE ticket = ?4`,
      window,
      event.happenedAt,
      event.call,
      ticket,
    ),
    change('UPDATE windows SET ticket = ? WHERE window = ?', ticket, window),
  ];
}

function serviceStarted(event: EventOf<'ServiceStarted'>): readonly SqlChange[] {
  return [
    change(
      `INSERT OR IGNORE INTO services (serving, ticket, day, service, leg, window, clerk, called_at, started_at, walk_ms)
         SELECT ?1, ?2, ?3, service, leg, ?4, ?5, called_at, ?6, ?6 - called_at FROM tickets WHERE ticket = ?2`,
      event.serving,
      event.ticket,
      dayOf(event.ticket),
      event.window,
      event.clerk,
      event.happenedAt,
    ),
    setStatus(event.ticket, 'serving', event.window),
  ];
}

function serviceCompleted(event: EventOf<'ServiceCompleted'>): readonly SqlChange[] {
  const { ticket } = event;
  return [
    change(
      `UPDATE services SET completed_at = ?1, service_ms = ?1 - started_at, review = ?2, done = ?3, rating_until = ?4,
         clerk = coalesce(clerk, ?5) WHERE serving = ?6`,
      event.happenedAt,
      JSON.stringify(event.review),
      JSON.stringify(event.done),
      event.ratingUntil,
      event.clerk,
      event.serving,
    ),
    ...event.review.map((matter) => matterState(ticket, matter, 'review', null)),
    ...event.done.map((matter) => matterState(ticket, matter, 'done', null)),
    ...moves(ticket, 'served', null),
    change(
      `UPDATE tickets SET status = 'review' WHERE ticket = ?1
         AND EXISTS (SELECT 1 FROM ticket_matters WHERE ticket = ?1 AND state = 'review')`,
      ticket,
    ),
  ];
}

function ticketTransferred(event: EventOf<'TicketTransferred' | 'TicketMoved'>): readonly SqlChange[] {
  const { ticket, to } = event;
  return [
    ...moves(ticket, 'waiting', null),
    // What is still to be handed in brings it back to the windows that take it.
    change(
      `UPDATE tickets SET service = coalesce(?1, service), to_window = ?2, waiting_since = coalesce(?3, waiting_since),
         leg = CASE WHEN EXISTS (SELECT 1 FROM ticket_matters WHERE ticket = ?4 AND state = 'open') THEN 'intake' ELSE leg END
         WHERE ticket = ?4`,
      'service' in to ? to.service : null,
      'window' in to ? to.window : null,
      event.place === 'end' ? event.at : null,
      ticket,
    ),
  ];
}

/** `day` is a parameter, or a column with its table's name: alone it would mean the inner table's. */
function dayIsOpen(day: string): string {
  return `EXISTS (SELECT 1 FROM days WHERE days.day = ${day} AND closed_at IS NULL)`;
}

function setStatus(ticket: TicketId, status: string, window: WindowId | null): SqlChange {
  return change('UPDATE tickets SET status = ?, window = ? WHERE ticket = ?', status, window, ticket);
}

/** Away from the window that had called it. */
function moves(ticket: TicketId, status: string, window: WindowId | null): readonly SqlChange[] {
  return [change('UPDATE windows SET ticket = NULL WHERE ticket = ?', ticket), setStatus(ticket, status, window)];
}

function ends(event: EventOf<'TicketVoided' | 'TicketClosed'>, status: string): readonly SqlChange[] {
  return [
    ...moves(event.ticket, status, null),
    change(
      'UPDATE tickets SET closed_at = ?, closed_reason = ? WHERE ticket = ?',
      event.at,
      event.reason,
      event.ticket,
    ),
  ];
}

/** A matter that nobody chose at the kiosk is named first by the clerk who sends it on. */
function matterState(ticket: TicketId, matter: string, state: string, decidedAt: number | null): SqlChange {
  return change(
    `INSERT INTO ticket_matters VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (ticket, matter) DO UPDATE SET state = ?3, decided_at = coalesce(?4, decided_at)`,
    ticket,
    matter,
    state,
    decidedAt,
  );
}

function windowState(
  state: string,
  reason: string,
  event: EventOf<'WindowOpened' | 'WindowResumed' | 'WindowClosed' | 'WindowPaused'>,
): SqlChange {
  return change(
    'UPDATE windows SET state = ?, reason = ?, since = ? WHERE window = ?',
    state,
    reason,
    event.at,
    event.window,
  );
}

/**
 * A level stands for ever; a reason gives way to a level that arrives late but was pressed in time (F15). `offered`: the
 * visitor could have rated. `counts_as`: the level, or what the rules of that day make of none.
 */
function rating(
  event: EventOf<'ServiceRated' | 'RatingNotGiven'>,
  given: {
    readonly clerk: string | null;
    readonly level: number | null;
    readonly reason: string | null;
    readonly at: number;
  },
): SqlChange {
  const offered = event.type === 'ServiceRated' || wasOffered(event.reason);
  const countsAs = event.type === 'ServiceRated' ? event.level : (event.countsAs ?? null);
  return change(
    `INSERT INTO ratings (serving, day, window, clerk, level, reason, at, reasons, offered, counts_as) VALUES
       (?1, (SELECT day FROM services WHERE serving = ?1), ?2,
        coalesce(?3, (SELECT clerk FROM services WHERE serving = ?1)), ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT (serving) DO UPDATE SET level = ?4, reason = ?5, at = ?6, reasons = ?7, clerk = coalesce(?3, clerk),
         offered = ?8, counts_as = ?9 WHERE level IS NULL`,
    event.serving,
    event.window,
    given.clerk,
    given.level,
    given.reason,
    given.at,
    event.type === 'ServiceRated' && event.reasons !== undefined ? JSON.stringify(event.reasons) : null,
    offered ? 1 : 0,
    countsAs,
  );
}
