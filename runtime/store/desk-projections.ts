/** What the desk's and the supervisor's events mean for the tables: matters, appointments, complaints, follow-ups, slips. */
import type { QueueEvent } from '../queue/events.ts';
import { change, type SqlChange } from './sql-change.ts';

/** `undefined`: not one of these. */
export function deskProjectionOf(seq: number, event: QueueEvent): readonly SqlChange[] | undefined {
  switch (event.type) {
    case 'MattersChanged':
      return [
        change(
          'DELETE FROM ticket_matters WHERE ticket = ? AND matter IN (SELECT value FROM json_each(?))',
          event.ticket,
          JSON.stringify(event.remove),
        ),
        ...event.add.map((matter) =>
          change('INSERT OR IGNORE INTO ticket_matters (ticket, matter) VALUES (?, ?)', event.ticket, matter),
        ),
      ];
    case 'TicketClassChanged':
      return [change('UPDATE tickets SET class = ? WHERE ticket = ?', event.class, event.ticket)];
    case 'TicketReprinted':
      return [change('UPDATE tickets SET copies = ? WHERE ticket = ?', event.copy, event.ticket)];
    case 'AssistanceGiven':
      return [
        change(
          'INSERT INTO assistances (seq, ticket, kind, outcome, matter, at) VALUES (?, ?, ?, ?, ?, ?)',
          seq,
          event.ticket,
          event.kind,
          event.outcome,
          event.matter ?? null,
          event.happenedAt,
        ),
      ];
    case 'ComplaintRecorded':
      return [
        change(
          `INSERT OR REPLACE INTO complaints (complaint, ticket, kind, reference, recorded_at, due_at)
             VALUES (?, ?, ?, ?, ?, ?)`,
          event.complaint,
          event.ticket,
          event.kind,
          event.reference,
          event.happenedAt,
          event.dueAt,
        ),
      ];
    case 'ComplaintSettled':
      return [
        change(
          'UPDATE complaints SET outcome = ?, settled_at = ? WHERE complaint = ?',
          event.outcome,
          event.happenedAt,
          event.complaint,
        ),
      ];
    case 'AcceptanceSlipGiven':
      return [
        change(
          'INSERT INTO slips (seq, ticket, window, matters, verdict, at) VALUES (?, ?, ?, ?, ?, ?)',
          seq,
          event.ticket,
          event.window,
          JSON.stringify(event.matters),
          event.verdict,
          event.happenedAt,
        ),
      ];
    case 'AppointmentBooked':
      return [
        change(
          `INSERT OR REPLACE INTO appointments (appointment, day, service, matters, from_at, to_at, status)
             VALUES (?, ?, ?, ?, ?, ?, 'booked')`,
          event.appointment,
          event.day,
          event.service,
          JSON.stringify(event.matters),
          event.from,
          event.to,
        ),
      ];
    case 'AppointmentCancelled':
      return [appointment(event.appointment, 'cancelled', null)];
    case 'AppointmentMissed':
      return [appointment(event.appointment, 'missed', null)];
    case 'AppointmentKept':
      return [
        appointment(event.appointment, event.late ? 'late' : 'kept', event.ticket),
        ...(event.since === undefined
          ? []
          : [change('UPDATE tickets SET waiting_since = ? WHERE ticket = ?', event.since, event.ticket)]),
      ];
    case 'FollowUpOpened':
      return [
        change(
          'INSERT OR REPLACE INTO follow_ups (serving, clerk, level, opened_at, due_at) VALUES (?, ?, ?, ?, ?)',
          event.serving,
          event.clerk,
          event.level,
          event.at,
          event.dueAt,
        ),
      ];
    case 'FollowUpRecorded':
      return [
        change(
          'UPDATE follow_ups SET step = ?, reference = ?, step_at = ? WHERE serving = ?',
          event.step,
          event.reference,
          event.happenedAt,
          event.serving,
        ),
      ];
    case 'FollowUpOverdue':
      return [change('UPDATE follow_ups SET overdue = 1 WHERE serving = ?', event.serving)];
    case 'RatingSetAside':
      return [
        change('UPDATE ratings SET set_aside = 1 WHERE serving = ?', event.serving),
        change(
          "UPDATE follow_ups SET step = 'set-aside', step_at = ? WHERE serving = ?",
          event.happenedAt,
          event.serving,
        ),
      ];
    default:
      return undefined;
  }
}

function appointment(id: string, status: string, ticket: string | null): SqlChange {
  return change('UPDATE appointments SET status = ?, ticket = ? WHERE appointment = ?', status, ticket, id);
}
