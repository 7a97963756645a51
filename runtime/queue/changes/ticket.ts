/** What becomes of a ticket between windows: issued, printed, moved, ended. */
import type { Instant } from '../../../devices/contract/terms.ts';
import { dayOf, numberOf } from '../../../devices/contract/terms.ts';
import { untilOpen } from '../estimate.ts';
import { enterLane, leaveLane } from '../lanes.ts';
import { learnArrival, rangeFactors } from '../learned.ts';
import { countFrom, splitNumber } from '../numbers.ts';
import type { HallState, Ticket } from '../state.ts';
import { printTimer, returnTimer } from '../timers.ts';
import type { EventOf } from './of.ts';

export function ticketIssued(state: HallState, event: EventOf<'TicketIssued'>): void {
  const day = dayOf(event.ticket);
  const number = numberOf(event.ticket);
  state.asks.set(event.commandId, { day, fate: 'issued', ticket: event.ticket });
  // A paper of a day that is over: a record, never a call (F18).
  if (state.day?.day !== day) return;
  const { prefix, count } = splitNumber(number);
  if (event.given === true) countFrom(state.day, state.rules?.numbering.start ?? 0, number);
  else if (event.lease === undefined) state.day.next.set(prefix, count + 1);
  if (event.given === true || event.lease !== undefined) state.day.fromBlocks.add(number);
  state.day.issued.set(event.service, (state.day.issued.get(event.service) ?? 0) + 1);
  state.ticketSeq += 1;
  const ticket: Ticket = {
    id: event.ticket,
    number,
    day,
    seq: state.ticketSeq,
    commandId: event.commandId,
    pressedAt: event.happenedAt,
    issuedAt: event.at,
    promised: promisedBy(state, event),
    service: event.service,
    class: event.class,
    matters: event.matters.map((matter) => ({ matter, state: 'open', decidedAt: 0 })),
    leg: 'intake',
    stage: 'printing',
    print: 'pending',
    since: event.happenedAt,
    front: false,
    toWindow: null,
    window: null,
    calls: 0,
    servings: 0,
    returnBy: 0,
    appointment: null,
    copies: 1,
    workMs: 0,
    lane: null,
  };
  learnArrival(state.learned, event.service, event.class, event.happenedAt);
  state.tickets.set(ticket.id, ticket);
  state.byNumber.set(number, ticket.id);
  state.timers.insert(printTimer(ticket));
}

/** Journals written before the middle was kept teach nothing about ranges. */
function promisedBy(state: HallState, { promised, class: kind, at }: EventOf<'TicketIssued'>): Ticket['promised'] {
  if (promised?.lowMs === undefined || promised.highMs === undefined || promised.middleMs === undefined) return null;
  const { lowMs, middleMs, highMs } = promised;
  const beforeOpening = untilOpen(state.day?.schedule, at) > 0;
  return { lowMs, middleMs, highMs, beforeOpening, factors: rangeFactors(state.learned, kind, beforeOpening) };
}

export function issueCancelled(state: HallState, event: EventOf<'IssueCancelled'>): void {
  const fate = event.reason === 'superseded' ? 'superseded' : 'cancelled';
  state.asks.set(event.cancelled, { day: state.day?.day ?? '', fate, ticket: event.ticket });
}

export function ticketPrinted(state: HallState, event: EventOf<'TicketPrinted'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  state.timers.remove(printTimer(ticket));
  ticket.print = event.verdict;
  if (ticket.stage === 'printing') enterLane(state, ticket);
}

export function ticketPrintFailed(state: HallState, event: EventOf<'TicketPrintFailed'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  state.timers.remove(printTimer(ticket));
  ticket.print = 'failed';
}

export function ticketReturned(state: HallState, event: EventOf<'TicketReturned'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  detach(state, ticket, event.happenedAt);
  ticket.class = event.class;
  ticket.since = event.at;
  ticket.front = false;
  ticket.toWindow = null;
  enterLane(state, ticket);
}

/** Passed on by a window, or moved by a supervisor. */
export function moveTicket(state: HallState, event: EventOf<'TicketTransferred' | 'TicketMoved'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  detach(state, ticket, event.happenedAt);
  if ('window' in event.to) {
    ticket.toWindow = event.to.window;
  } else {
    ticket.toWindow = null;
    ticket.service = event.to.service;
  }
  // Something is still to be handed in: back to the windows that take it.
  if (ticket.matters.some((each) => each.state === 'open')) ticket.leg = 'intake';
  ticket.front = event.place === 'front';
  if (event.place === 'end') ticket.since = event.at;
  enterLane(state, ticket);
}

/** A ticket of an earlier day is not called: its visitor comes some time, and is called by number. */
export function certificateReady(state: HallState, event: EventOf<'CertificateReady'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  detach(state, ticket, event.happenedAt);
  ticket.leg = 'certificate';
  ticket.since = event.at;
  ticket.front = false;
  ticket.toWindow = null;
  if (ticket.day === state.day?.day) enterLane(state, ticket);
  else ticket.stage = 'parked';
}

export function leaveHall(state: HallState, event: EventOf<'TicketVoided' | 'TicketClosed'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  detach(state, ticket, event.happenedAt);
  state.timers.remove(printTimer(ticket));
  state.tickets.delete(ticket.id);
  if (state.byNumber.get(ticket.number) === ticket.id) state.byNumber.delete(ticket.number);
  const { day } = state;
  // A void gives its place in the quota back; its number never comes again that day.
  if (event.type === 'TicketVoided' && day?.day === ticket.day) {
    day.issued.set(ticket.service, Math.max(0, (day.issued.get(ticket.service) ?? 0) - 1));
  }
}

/** Takes the ticket from wherever it is: lane, window, a window's held ones, the missed. */
export function detach(state: HallState, ticket: Ticket, at: Instant): void {
  leaveLane(state, ticket);
  if (ticket.stage === 'missed') state.timers.remove(returnTimer(ticket));
  const window = ticket.window === null ? undefined : state.windows.get(ticket.window);
  ticket.window = null;
  if (window === undefined) return;
  if (window.call?.ticket === ticket.id) {
    window.call = null;
    window.freeSince = at;
    window.rev += 1;
  }
  const held = window.held.indexOf(ticket.id);
  if (held >= 0) {
    window.held.splice(held, 1);
    window.rev += 1;
  }
}
