/** The hall's rules, its days, and all that falls due by itself. */
import type { HallRules, WindowRules } from '../../../devices/contract/hall.ts';
import type { BusinessDay, TicketId } from '../../../devices/contract/terms.ts';
import { accept, head } from '../answer.ts';
import { dayAt, localOffsets, scheduleOf } from '../calendar.ts';
import type { CommandOf } from '../commands.ts';
import type { DaySchedule, EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import { rebuildLanes } from '../lanes.ts';
import { notGiven } from '../not-rated.ts';
import { leaveHall } from '../places.ts';
import type { Decision } from '../queue.ts';
import { indexRules } from '../rules-index.ts';
import type { DayState, DueTimer, HallState, Ticket, WindowState } from '../state.ts';
import { blocksExpire } from './blocks.ts';
import { copyOf, keptDay, takenBack } from './clock.ts';

declare module '../commands.ts' {
  interface CommandData {
    ConfigureHall: { readonly rules: HallRules };
    /** Lets everything that is due happen: print time-outs (F4), ratings not given (F15), the end of the day. */
    Tick: unknown;
  }
}

declare module '../events.ts' {
  interface EventData {
    HallConfigured: { readonly rules: HallRules };
    DayOpened: { readonly day: BusinessDay; readonly schedule?: DaySchedule; readonly offsets?: DayOffsets };
    /** The calendar was changed in the middle of the day. */
    DayRescheduled: { readonly day: BusinessDay; readonly schedule: DaySchedule };
    DayClosed: { readonly day: BusinessDay };
    TicketClosed: { readonly ticket: TicketId; readonly reason: 'done' | 'day-end' | 'gone' };
  }
}

export const hallCommands = {
  ConfigureHall: { decide: configureHall },
  Tick: { decide: tick },
} satisfies Partial<Handlers>;

export const hallChanges = {
  HallConfigured: hallConfigured,
  DayOpened: dayOpened,
  DayRescheduled: calendarChanged,
  DayClosed: dayClosed,
  TicketClosed: ticketClosed,
} satisfies Partial<Changes>;

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
    if (state.clockDoubt === null) events.push(openDay(rules, command));
  } else {
    const schedule = scheduleOf(rules, state.day.day);
    if (JSON.stringify(schedule) !== JSON.stringify(state.day.schedule)) {
      events.push({ ...base, type: 'DayRescheduled', day: state.day.day, schedule });
    }
  }
  return accept(...events);
}

function openDay(rules: CommandOf<'ConfigureHall'>['rules'], command: CommandOf<'ConfigureHall' | 'Tick'>): QueueEvent {
  const { day, schedule } = dayAt(rules, command.at);
  return { ...head(command), type: 'DayOpened', day, schedule, offsets: localOffsets(rules.timeZone, day) };
}

type Head = ReturnType<typeof head>;

/** Whoever is at, or waits for, a window that goes away is called by another. */
export function emptyWindow(state: HallState, window: WindowState, base: Head): QueueEvent[] {
  const events: QueueEvent[] = [];
  const visitor = window.call === null ? undefined : state.tickets.get(window.call.ticket);
  if (visitor !== undefined) events.push(queuesAgain(state, window, visitor, base));
  events.push(...releaseWindow(state, window, base));
  if (window.clerk !== null) events.push({ ...base, type: 'ClerkLoggedOut', window: window.id, clerk: window.clerk });
  if (window.state !== 'closed') events.push({ ...base, type: 'WindowClosed', window: window.id });
  return events;
}

/** With the credit it had. A ticket of an earlier day is called by number alone, so it is set aside. */
function queuesAgain(state: HallState, window: WindowState, ticket: Ticket, base: Head): QueueEvent {
  if (ticket.day !== state.day?.day) return { ...base, type: 'TicketParked', ticket: ticket.id, window: window.id };
  const to = { service: ticket.service };
  return { ...base, type: 'TicketTransferred', ticket: ticket.id, from: window.id, to, place: 'age' };
}

/** Held tickets can be called at any window; tickets addressed to the window queue again by age. */
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
  if (rules === null) return accept();
  if (state.clockDoubt !== null) return accept(...dueEvents(state, command));
  if (day === null) return accept(openDay(rules, command));
  const back = takenBack(state, command);
  if (back.length > 0) return accept(...back);
  if (command.at >= day.schedule.endsAt) return accept(...endDay(state, command), openDay(rules, command));
  return accept(...dueEvents(state, command));
}

function dueEvents(state: HallState, command: CommandOf<'Tick'>): QueueEvent[] {
  const base = head(command);
  const events: QueueEvent[] = [];
  for (const timer of state.timers) {
    if (timer.at > command.at) break;
    events.push(dueEvent(state, timer, base));
  }
  return events;
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

/** A press within its interval counts whenever it arrives (F15), so long as the service is remembered. */
const ratingMemoryMs = 7 * 24 * 3_600_000;

export function hallConfigured(state: HallState, event: EventOf<'HallConfigured'>): void {
  const { rules } = event;
  const before = new Map(state.windows);
  state.rules = rules;
  state.index = indexRules(rules);
  state.windows.clear();
  for (const window of rules.windows) {
    const known = before.get(window.id);
    state.windows.set(window.id, known === undefined ? newWindow(window) : withRules(known, window));
  }
  state.windowsVersion += 1;
  state.proposal = null;
  for (const [id] of state.lent) if (!state.windows.has(id)) state.lent.delete(id);
  rebuildLanes(state);
}

function newWindow(rules: WindowRules): WindowState {
  return {
    id: rules.id,
    rules,
    role: rules.role,
    serves: rules.serves,
    state: 'closed',
    pauseReason: '',
    rev: 0,
    clerk: null,
    call: null,
    rating: null,
    lastServing: null,
    slip: null,
    held: [],
    freeSince: 0,
    idleSince: 0,
  };
}

/** What the file changed takes effect; what was changed by hand and not in the file stays. */
function withRules(window: WindowState, rules: WindowRules): WindowState {
  if (rules.role !== window.rules.role) window.role = rules.role;
  if (JSON.stringify(rules.serves) !== JSON.stringify(window.rules.serves)) window.serves = rules.serves;
  window.rules = rules;
  window.rev += 1;
  return window;
}

/** A day that an older journal opened without times: no numbers are given. */
const noSchedule: DaySchedule = { spans: [], ticketsFrom: 0, ticketsUntil: 0, endsAt: Number.MAX_SAFE_INTEGER };

export function dayOpened(state: HallState, event: EventOf<'DayOpened'>): void {
  const fresh = { next: new Map(), fromBlocks: new Set<string>(), gaps: new Map(), issued: new Map() };
  // Opened before, by a clock that was wrong then or is now: its numbers are on papers.
  const kept = state.keptDays.get(event.day);
  state.keptDays.delete(event.day);
  state.day = {
    ...(kept === undefined ? fresh : copyOf(kept.numbers)),
    day: event.day,
    schedule: event.schedule ?? noSchedule,
  };
}

function ticketClosed(state: HallState, event: EventOf<'TicketClosed'>): void {
  const ticket = state.tickets.get(event.ticket);
  leaveHall(state, event);
  if (ticket !== undefined && event.reason === 'day-end' && ticket.day === state.day?.day)
    state.endedWithDay.push(ticket);
}

export function calendarChanged(state: HallState, event: EventOf<'DayRescheduled'>): void {
  if (state.day !== null) state.day.schedule = event.schedule;
}

const daysKept = 16;

/** The day that ends, and days after it that a wrong clock opened. */
function keep(state: HallState, day: DayState): void {
  for (const each of state.keptDays.keys()) if (each < day.day) state.keptDays.delete(each);
  state.keptDays.set(day.day, keptDay(day, state.endedWithDay));
  state.endedWithDay = [];
  const furthest = [...state.keptDays.keys()].sort();
  for (const each of furthest.slice(daysKept)) state.keptDays.delete(each);
}

/** Open tickets were closed one by one before. */
export function dayClosed(state: HallState, event: EventOf<'DayClosed'>): void {
  if (state.day !== null) keep(state, state.day);
  state.day = null;
  state.proposal = null;
  state.recentCalls = [];
  state.alternate = { first: 0, others: 0 };
  // A day off teaches nothing.
  if (state.learned.mostWindows > 0) state.learned.usualWindows = state.learned.mostWindows;
  state.windowsVersion += 1;
  state.learned.mostWindows = 0;
  blocksExpire(state, event.day);
  for (const [id, ask] of state.asks) if (ask.day < event.day) state.asks.delete(id);
  for (const [id, rating] of state.ratings) {
    if (rating.outcome !== 'armed' && rating.from < event.at - ratingMemoryMs) state.ratings.delete(id);
  }
  // Lanes are made again as they are needed: services and authorisations come and go over the years.
  rebuildLanes(state);
}
