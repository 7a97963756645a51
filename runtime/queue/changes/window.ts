/** What changes at a window: calls, visitors put aside, opening and closing. */
import { numberOf, type WindowId } from '../../../devices/contract/terms.ts';
import { atOnceMs } from '../estimate.ts';
import { learnOutcome, learnPromise, learnRest } from '../learned.ts';
import type { HallState } from '../state.ts';
import { returnTimer } from '../timers.ts';
import type { EventOf } from './of.ts';
import { detach } from './ticket.ts';

/** The hall board's list. */
const recentCallsKept = 12;

export function ticketCalled(state: HallState, event: EventOf<'TicketCalled'>): void {
  const ticket = state.tickets.get(event.ticket);
  const window = state.windows.get(event.window);
  if (ticket === undefined || window === undefined) return;
  window.rev += 1;
  if (ticket.calls === 0 && event.how === 'policy' && ticket.promised !== null) {
    const waitedMs = event.happenedAt - ticket.issuedAt;
    // A range that says "at once" is not made by its factors.
    if (ticket.promised.highMs > atOnceMs) learnPromise(state.learned, ticket.class, ticket.promised, waitedMs);
  }
  ticket.calls = event.call;
  if (window.call?.ticket === ticket.id) {
    window.call.call = event.call;
    window.call.calledAt = event.happenedAt;
    window.call.takenAt = event.at;
    window.call.shownBy = [];
  } else {
    detach(state, ticket, event.happenedAt);
    ticket.stage = 'called';
    ticket.window = window.id;
    ticket.front = false;
    ticket.toWindow = null;
    window.call = {
      ticket: ticket.id,
      status: 'called',
      firstCall: event.call,
      call: event.call,
      calledAt: event.happenedAt,
      takenAt: event.at,
      firstTakenAt: event.at,
      firstCalledAt: event.happenedAt,
      rev: window.rev,
      serving: null,
      startedAt: 0,
      shownBy: [],
    };
    if (event.how === 'policy') countAlternation(state, ticket.class);
    // Somebody was waiting already when the window became free: the time between was the clerk's.
    if (event.how === 'policy' && window.freeSince > 0 && ticket.since <= window.freeSince) {
      learnRest(state.learned, event.happenedAt - window.freeSince);
    }
  }
  const others = state.recentCalls.filter((each) => each.ticket !== ticket.id);
  state.recentCalls = [
    {
      ticket: ticket.id,
      number: numberOf(ticket.id),
      window: window.id,
      calledAt: event.happenedAt,
      call: event.call,
    },
    ...others.slice(0, recentCallsKept - 1),
  ];
}

/** Rounds of `n` of the first class and `m` of the others; a class without visitors gives its turns away. */
function countAlternation(state: HallState, taken: string): void {
  const policy = state.rules?.calling.policy;
  if (policy?.kind !== 'alternate') return;
  const round = state.alternate;
  if (taken === policy.first) {
    // A first in the others' turn: nobody else was there, so a new round begins with it.
    if (round.first >= policy.n) state.alternate = { first: 1, others: 0 };
    else round.first += 1;
    return;
  }
  round.first = Math.max(round.first, policy.n);
  round.others += 1;
  if (round.others >= policy.m) state.alternate = { first: 0, others: 0 };
}

export function putAside(state: HallState, event: EventOf<'TicketMissed' | 'TicketHeld' | 'TicketParked'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  const call = state.windows.get(event.window)?.call;
  if (event.type === 'TicketMissed' && call?.ticket === ticket.id) {
    learnOutcome(state.learned, event.happenedAt - call.firstCalledAt);
  }
  detach(state, ticket, event.happenedAt);
  switch (event.type) {
    case 'TicketHeld': {
      const window = state.windows.get(event.window);
      if (window === undefined) return;
      ticket.stage = 'held';
      ticket.window = window.id;
      window.held.push(ticket.id);
      return;
    }
    case 'TicketParked':
      ticket.stage = 'parked';
      return;
    case 'TicketMissed':
      ticket.stage = 'missed';
      ticket.returnBy = event.at + (state.rules?.calling.returnWithinMs ?? 0);
      state.timers.insert(returnTimer(ticket));
      return;
  }
}

export function boardShowed(state: HallState, event: EventOf<'CallShown'>): void {
  const call = state.windows.get(event.window)?.call;
  if (call?.ticket === event.ticket && call.call === event.call) call.shownBy.push(event.board);
}

export function changeWindow(
  state: HallState,
  event: EventOf<
    | 'WindowOpened'
    | 'WindowClosed'
    | 'WindowPaused'
    | 'WindowResumed'
    | 'WindowRoleChanged'
    | 'WindowServesChanged'
    | 'ClerkLoggedIn'
    | 'ClerkLoggedOut'
  >,
): void {
  const window = state.windows.get(event.window);
  if (window === undefined) return;
  window.rev += 1;
  window.freeSince = 0;
  windowsChanged(state);
  switch (event.type) {
    case 'WindowOpened':
    case 'WindowResumed':
      window.state = 'open';
      window.pauseReason = '';
      state.learned.mostWindows = Math.max(state.learned.mostWindows, intakeAtWork(state));
      return;
    case 'WindowClosed':
      window.state = 'closed';
      window.pauseReason = '';
      return;
    case 'WindowPaused':
      window.state = 'paused';
      window.pauseReason = event.reason;
      return;
    case 'WindowRoleChanged':
      window.role = event.role;
      taskChanged(state, window.id, event.at);
      return;
    case 'WindowServesChanged':
      window.serves = event.serves;
      taskChanged(state, window.id, event.at);
      if (event.lends !== undefined) state.lent.set(window.id, event.lends);
      return;
    case 'ClerkLoggedIn':
      window.clerk = event.clerk;
      return;
    case 'ClerkLoggedOut':
      window.clerk = null;
      return;
  }
}

/** By whomever: the balancer waits, a loan is over, and a proposal was about windows as they were. */
function taskChanged(state: HallState, window: WindowId, at: number): void {
  state.balancedAt.set(window, at);
  state.lent.delete(window);
  state.proposal = null;
}

/** After the change has been made, or before: whoever asks next counts anew. */
function windowsChanged(state: HallState): void {
  state.windowsVersion += 1;
}

function intakeAtWork(state: HallState): number {
  let windows = 0;
  for (const window of state.windows.values()) if (window.role === 'intake' && window.state === 'open') windows += 1;
  return windows;
}
