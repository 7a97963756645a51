/** Appointments: booked for a time, kept by checking in around it. Who comes late is welcome, as anybody. */
import type { BusinessDay, Instant, TicketId } from '../../../devices/contract/terms.ts';
import { type CheckInResult, type IssueResult, zCheckInResult } from '../../../devices/contract/ticket.ts';
import { accept, head, refuse, refuseForTheRecord } from '../answer.ts';
import { businessDay, scheduleOf } from '../calendar.ts';
import type { CommandData, CommandOf, FromDevice, FromPerson, QueueCommand } from '../commands.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import { serviceMs } from '../learned.ts';
import type { Decision } from '../queue.ts';
import { codeOf } from '../short-code.ts';
import type { HallState, Ticket } from '../state.ts';
import { issueTicket } from './issue.ts';

declare module '../commands.ts' {
  interface CommandData {
    BookAppointment: FromPerson<'BookAppointment'> & { readonly appointment: string };
    CancelAppointment: FromPerson<'CancelAppointment'>;
    CheckIn: FromDevice<'CheckIn'> & {
      /** What a hub gave for it that was lost since (F11). */
      readonly given?: Pick<CheckInResult, 'ticket' | 'service' | 'matters'>;
    };
  }
}

declare module '../events.ts' {
  interface EventData {
    AppointmentBooked: CommandData['BookAppointment'] & { readonly day: BusinessDay };
    AppointmentCancelled: { readonly appointment: string };
    AppointmentMissed: { readonly appointment: string };
    AppointmentKept: {
      readonly appointment: string;
      readonly ticket: TicketId;
      /** After its window: an ordinary number. */
      readonly late: boolean;
      /** Came before the booked time: waiting counts from there. Absent = from the press. */
      readonly since?: Instant;
    };
  }
}

export const appointmentCommands = {
  BookAppointment: {
    fromPerson: ({ appointment, ...data }, { id }) => ({ ...data, appointment: appointment ?? codeOf(id) }),
    decide: bookAppointment,
  },
  CancelAppointment: { decide: cancelAppointment },
  CheckIn: {
    fromDevice: (data, { answered }) => {
      const given = zCheckInResult.safeParse(answered).data;
      return { ...data, ...(given === undefined ? {} : { given }) };
    },
    fromPerson: ({ appointment }) => ({ appointment }),
    decide: checkIn,
  },
} satisfies Partial<Handlers>;

export const appointmentChanges = {
  AppointmentBooked: booked,
  AppointmentCancelled: ended,
  AppointmentMissed: ended,
  AppointmentKept: kept,
} satisfies Partial<Changes>;

const minuteMs = 60_000;

/** Longer is a mistake: half a day for one visitor. */
const longestMs = 4 * 60 * minuteMs;
const usualWindow = { earlyMs: 30 * minuteMs, lateMs: 15 * minuteMs };

export function bookAppointment(state: HallState, command: CommandOf<'BookAppointment'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  if (state.appointments.has(command.appointment))
    return refuse('known-appointment', 'this appointment is booked already');
  if (!state.index.services.has(command.service)) {
    return refuse('unknown-service', `there is no service "${command.service}"`);
  }
  const unknown = command.matters.find((matter) => !state.index.matters.has(matter));
  if (unknown !== undefined) return refuse('unknown-matter', `there is no matter "${unknown}"`);
  if (command.to <= command.from || command.to <= command.at)
    return refuse('past', 'an appointment lies in the future');
  const booked = businessDay(rules.timeZone, command.from);
  const { spans } = scheduleOf(rules, booked);
  if (spans.length === 0) return refuse('closed-day', `no window opens on ${booked}: choose another day`);
  if (!spans.some((span) => span.from <= command.from && command.to <= span.to)) {
    return refuse('outside-hours', `the windows do not serve all that time on ${booked}: choose another`);
  }
  if (command.to - command.from > longestMs) {
    return refuse('too-long', `an appointment lasts at most ${longestMs / minuteMs} min`);
  }
  if (bookedAt(state, command) >= capacityOf(state, command)) {
    return refuse('slot-full', 'this time is fully booked: choose another');
  }
  return accept({
    ...head(command),
    type: 'AppointmentBooked',
    appointment: command.appointment,
    day: booked,
    service: command.service,
    matters: command.matters,
    from: command.from,
    to: command.to,
  });
}

/** Of this service, and at some time of this one. */
function bookedAt(state: HallState, { service, from, to }: CommandOf<'BookAppointment'>): number {
  let count = 0;
  for (const each of state.appointments.values()) {
    if (each.service === service && each.from < to && from < each.to) count += 1;
  }
  return count;
}

/** What the windows that serve it can do in that time, at least one visitor each. */
function capacityOf(state: HallState, { service, from, to }: CommandOf<'BookAppointment'>): number {
  let windows = 0;
  for (const { rules } of state.windows.values()) {
    if (rules.role === 'certificate') continue;
    if (rules.serves === 'all' || rules.serves.some((each) => each.service === service)) windows += 1;
  }
  return windows * Math.max(1, Math.floor((to - from) / serviceMs(state.learned, state.index, service)));
}

export function cancelAppointment(state: HallState, command: CommandOf<'CancelAppointment'>): Decision {
  if (!state.appointments.has(command.appointment)) return refuse('unknown-appointment', 'no such appointment is open');
  return accept({ ...head(command), type: 'AppointmentCancelled', appointment: command.appointment });
}

export function checkIn(state: HallState, { given, ...command }: CommandOf<'CheckIn'>): Decision {
  if (given !== undefined) return checkedInBefore(state, command, given);
  const lifeMs = state.rules?.calling.commandLifeMs ?? 0;
  if (command.at - command.happenedAt > lifeMs) {
    return refuseForTheRecord(command, 'stale', 'this code was scanned too long ago: its visitor scans it again');
  }
  const appointment = state.appointments.get(command.appointment);
  if (appointment === undefined) return refuse('unknown-appointment', 'no such appointment is open: take a number');
  const window = state.rules?.appointments ?? usualWindow;
  if (command.happenedAt < appointment.from - window.earlyMs) {
    const minutes = Math.ceil((appointment.from - window.earlyMs - command.happenedAt) / minuteMs);
    return refuse('too-early', `check-in opens in ${minutes} min`);
  }
  const late = command.happenedAt > appointment.to + window.lateMs;
  const asked = { service: appointment.service, matters: appointment.matters };
  const kind = late ? 'ordinary' : 'appointment';
  const issue = issueTicket(state, { ...command, type: 'IssueTicket', ...asked, class: kind }, !late);
  const issued = issue.events.find((event) => event.type === 'TicketIssued');
  if (!issue.ok || issued === undefined) return issue;
  const { service, matters } = issued;
  const answer: CheckInResult = { ...(issue.answer as IssueResult), service, matters: [...matters] };
  return {
    ...issue,
    answer,
    events: [
      ...issue.events,
      {
        ...head(command),
        type: 'AppointmentKept',
        appointment: appointment.id,
        ticket: issued.ticket,
        late,
        ...(command.happenedAt < appointment.from ? { since: appointment.from } : {}),
      },
    ],
  };
}

/** F11: the number is on paper; its appointment may have been lost with the journal. */
function checkedInBefore(
  state: HallState,
  command: CommandOf<'CheckIn'>,
  { ticket, service, matters }: NonNullable<CommandOf<'CheckIn'>['given']>,
): Decision {
  const appointment = state.appointments.get(command.appointment);
  const late =
    appointment !== undefined &&
    command.happenedAt > appointment.to + (state.rules?.appointments ?? usualWindow).lateMs;
  // What was booked counts, not what the box says of it; of a booking that is lost nothing is known.
  const kind = late || appointment === undefined ? 'ordinary' : 'appointment';
  const asked = appointment === undefined ? { service, matters } : appointment;
  const issue = issueTicket(state, {
    ...{ ...command, type: 'IssueTicket', class: kind, given: ticket },
    ...{ service: asked.service, matters: asked.matters },
  });
  if (!issue.ok) return issue;
  const answer: CheckInResult = {
    ...(issue.answer as IssueResult),
    service: asked.service,
    matters: [...asked.matters],
  };
  if (appointment === undefined) return { ...issue, answer };
  const kept = { ...head(command), type: 'AppointmentKept' as const, appointment: appointment.id, ticket, late };
  return { ...issue, answer, events: [...issue.events, kept] };
}

/** Its ticket never had a paper: the visitor may check in again. */
export function bookedAgain(command: QueueCommand, { appointment }: Ticket): QueueEvent[] {
  if (appointment === null) return [];
  const { id, ...booked } = appointment;
  return [{ ...head(command), type: 'AppointmentBooked', appointment: id, ...booked }];
}

function booked(state: HallState, event: EventOf<'AppointmentBooked'>): void {
  const { appointment: id, day, service, matters, from, to } = event;
  state.appointments.set(id, { id, day, service, matters, from, to });
}

function kept(state: HallState, event: EventOf<'AppointmentKept'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket !== undefined) {
    ticket.appointment = state.appointments.get(event.appointment) ?? null;
    // Its paper is still being printed: it stands in no lane yet.
    if (event.since !== undefined) ticket.since = event.since;
  }
  state.appointments.delete(event.appointment);
}

function ended(state: HallState, event: EventOf<'AppointmentCancelled' | 'AppointmentMissed'>): void {
  state.appointments.delete(event.appointment);
}
