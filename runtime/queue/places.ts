/** Where an open ticket stands: it is taken from there, moved, changed where it waits, or leaves the hall. */
import type { Instant, TicketId } from '../../devices/contract/terms.ts';
import type { EventOf } from './events.ts';
import { enterLane, leaveLane } from './lanes.ts';
import type { HallState, Ticket } from './state.ts';
import { printTimer, returnTimer } from './timers.ts';

/** Takes the ticket from wherever it is: lane, window, a window's held ones, the missed. */
export function detach(state: HallState, ticket: Ticket, at: Instant): void {
  leaveLane(state, ticket);
  state.printing.delete(ticket.id);
  if (ticket.stage === 'missed') state.timers.remove(returnTimer(ticket));
  const window = ticket.window === null ? undefined : state.windows.get(ticket.window);
  ticket.window = null;
  if (window === undefined) return;
  if (window.call?.ticket === ticket.id) {
    window.call = null;
    window.freeSince = at;
    window.idleSince = at;
    window.rev += 1;
  }
  const held = window.held.indexOf(ticket.id);
  if (held >= 0) {
    window.held.splice(held, 1);
    window.rev += 1;
  }
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
  if (ticket.matters.some((each) => each.state === 'open')) ticket.phase = 'intake';
  ticket.front = event.place === 'front';
  if (event.place === 'end') ticket.since = event.at;
  enterLane(state, ticket);
}

export function leaveHall(state: HallState, event: EventOf<'TicketVoided' | 'TicketClosed'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  detach(state, ticket, event.happenedAt);
  state.timers.remove(printTimer(ticket));
  state.tickets.delete(ticket.id);
  state.papersAt.delete(ticket.id);
  if (state.byNumber.get(ticket.number) === ticket.id) state.byNumber.delete(ticket.number);
  const { day } = state;
  // A void gives its place in the quota back; its number never comes again that day.
  if (event.type === 'TicketVoided' && day?.day === ticket.day) {
    day.issued.set(ticket.service, Math.max(0, (day.issued.get(ticket.service) ?? 0) - 1));
  }
}

/** A waiting ticket may stand in another lane after the change, at the same age. */
export function changeInPlace(state: HallState, id: TicketId, change: (ticket: Ticket) => void): void {
  const ticket = state.tickets.get(id);
  if (ticket === undefined) return;
  const waits = ticket.lane !== null;
  leaveLane(state, ticket);
  change(ticket);
  if (waits) enterLane(state, ticket);
}
