/** The hall's rules, its days, and all that falls due by itself. */
import type { TicketId } from '../../../devices/contract/terms.ts';
import { businessDay, scheduleOf } from '../calendar.ts';
import type { QueueEvent } from '../events.ts';
import { notGiven } from '../not-rated.ts';
import type { Decision } from '../queue.ts';
import type { DueTimer, HallState, Ticket, WindowState } from '../state.ts';
import { accept, type CommandOf, head } from './answer.ts';

export function configureHall(state: HallState, command: CommandOf<'ConfigureHall'>): Decision {
  const { rules } = command;
  if (state.rules !== null && JSON.stringify(state.rules) === JSON.stringify(rules)) return accept();
  const base = head(command);
  const events: QueueEvent[] = [];
  const kept = new Set(rules.windows.map((window) => window.id));
  for (const window of state.windows.values()) {
    if (!kept.has(window.id)) events.push(...emptyWindow(state, window, base));
  }
  events.push({ ...base, type: 'HallConfigured', rules });
  if (state.day === null) {
    events.push(openDay(rules, command));
  } else {
    const schedule = scheduleOf(rules, state.day.day);
    if (JSON.stringify(schedule) !== JSON.stringify(state.day.schedule)) {
      events.push({ ...base, type: 'DayRescheduled', day: state.day.day, schedule });
    }
  }
  return accept(...events);
}

function openDay(rules: CommandOf<'ConfigureHall'>['rules'], command: CommandOf<'ConfigureHall' | 'Tick'>): QueueEvent {
  const day = businessDay(rules.timeZone, command.at);
  return { ...head(command), type: 'DayOpened', day, schedule: scheduleOf(rules, day) };
}

type Head = ReturnType<typeof head>;

/** Whoever is at, or waits for, a window that goes away is called by another. */
export function emptyWindow(state: HallState, window: WindowState, base: Head): QueueEvent[] {
  const events: QueueEvent[] = [];
  if (window.call !== null) {
    events.push({ ...base, type: 'TicketParked', ticket: window.call.ticket, window: window.id });
  }
  events.push(...releaseWindow(state, window, base));
  if (window.clerk !== null) events.push({ ...base, type: 'ClerkLoggedOut', window: window.id, clerk: window.clerk });
  if (window.state !== 'closed') events.push({ ...base, type: 'WindowClosed', window: window.id });
  return events;
}

/** Held tickets become anybody's; tickets addressed to the window queue again by age. */
export function releaseWindow(state: HallState, window: WindowState, base: Head): QueueEvent[] {
  const events: QueueEvent[] = [];
  for (const ticket of window.held) events.push({ ...base, type: 'TicketParked', ticket, window: window.id });
  for (const lane of state.lanesOfWindow.get(window.id) ?? []) {
    for (const ticket of lane.tickets) {
      events.push({
        ...base,
        type: 'TicketTransferred',
        ticket: ticket.id,
        from: window.id,
        to: { service: ticket.service },
        place: ticket.front ? 'front' : 'age',
      });
    }
  }
  return events;
}

/** Everything due at `command.at`; the day's end closes what is open, so nothing else can be due with it. */
export function tick(state: HallState, command: CommandOf<'Tick'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return accept();
  if (command.at >= day.schedule.endsAt) return accept(...endDay(state, command), openDay(rules, command));
  const base = head(command);
  const events: QueueEvent[] = [];
  for (const timer of state.timers) {
    if (timer.at > command.at) break;
    events.push(dueEvent(state, timer, base));
  }
  return accept(...events);
}

function dueEvent(state: HallState, timer: DueTimer, base: Head): QueueEvent {
  const { key } = timer;
  switch (timer.kind) {
    case 'print':
      return {
        ...base,
        type: 'TicketPrinted',
        ticket: key as TicketId,
        verdict: 'unknown',
        reason: 'no verdict in time',
      };
    case 'return':
      return { ...base, type: 'TicketClosed', ticket: key as TicketId, reason: 'gone' };
    case 'follow-up':
      return { ...base, type: 'FollowUpOverdue', serving: key };
    case 'rating': {
      return notGiven(state, base, key, state.ratings.get(key)?.window ?? '', 'timed-out');
    }
  }
}

/** Its papers lie at the back office, or came back from there and were not fetched. */
function staysOvernight(ticket: Ticket | undefined): boolean {
  return ticket?.matters.some((each) => each.state !== 'open' && each.state !== 'done') ?? false;
}

/**
 * Tickets end with their day, except those whose papers lie at the back office: they keep number and day (F18). A
 * certificate nobody fetched waits, called by number alone.
 */
function endDay(state: HallState, command: CommandOf<'Tick'>): QueueEvent[] {
  const base = head(command);
  const events: QueueEvent[] = [];
  for (const timer of state.timers) {
    if (timer.kind === 'rating' || (timer.at <= command.at && timer.kind === 'follow-up')) {
      events.push(dueEvent(state, timer, base));
    }
    // A ticket that stays overnight without ever a word from its printer.
    const stays = timer.kind === 'print' && staysOvernight(state.tickets.get(timer.key as TicketId));
    if (stays && timer.at <= command.at) events.push(dueEvent(state, timer, base));
  }
  for (const ticket of state.tickets.values()) {
    if (ticket.stage === 'review') continue;
    if (staysOvernight(ticket)) {
      if (ticket.stage !== 'parked') {
        events.push({ ...base, type: 'TicketParked', ticket: ticket.id, window: ticket.window ?? '' });
      }
      continue;
    }
    const reason = ticket.stage === 'missed' ? 'gone' : 'day-end';
    events.push({ ...base, type: 'TicketClosed', ticket: ticket.id, reason });
  }
  for (const window of state.windows.values()) {
    if (window.clerk !== null) events.push({ ...base, type: 'ClerkLoggedOut', window: window.id, clerk: window.clerk });
    if (window.state !== 'closed') events.push({ ...base, type: 'WindowClosed', window: window.id });
  }
  for (const appointment of state.appointments.values()) {
    if (appointment.day > (state.day?.day ?? '')) continue;
    events.push({ ...base, type: 'AppointmentMissed', appointment: appointment.id });
  }
  events.push({ ...base, type: 'DayClosed', day: state.day?.day ?? '' });
  return events;
}
