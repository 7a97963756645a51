/** Visitors who did not come, are put aside, come back, or are passed on. */
import type { MatterId, ServiceId, TicketClass, TicketId, WindowId } from '../../../devices/contract/terms.ts';
import { accept, currentVisitor, head, isDecision, refuse } from '../answer.ts';
import type { CommandOf, FromDevice } from '../commands.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import { enterLane } from '../lanes.ts';
import { learnOutcome } from '../learned.ts';
import { detach, moveTicket } from '../places.ts';
import type { Decision } from '../queue.ts';
import type { HallState, Ticket } from '../state.ts';
import { returnTimer } from '../timers.ts';
import { endServing } from './serve.ts';

declare module '../commands.ts' {
  interface CommandData {
    Miss: FromDevice<'Miss'>;
    Hold: FromDevice<'Hold'>;
    Park: FromDevice<'Park'>;
    /** The visitor of a missed, parked or overnight ticket is here: it queues again. */
    ReturnTicket: FromDevice<'ReturnTicket'>;
    Transfer: FromDevice<'Transfer'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    TicketMissed: { readonly ticket: TicketId; readonly window: WindowId; readonly calls: number };
    TicketHeld: { readonly ticket: TicketId; readonly window: WindowId };
    TicketParked: { readonly ticket: TicketId; readonly window: WindowId };
    /** Back in the queue, from wherever it was aside; a missed one as `returning`. */
    TicketReturned: { readonly ticket: TicketId; readonly class: TicketClass };
    TicketTransferred: {
      readonly ticket: TicketId;
      readonly from: WindowId;
      readonly to: { readonly service: ServiceId } | { readonly window: WindowId };
      readonly place: 'front' | 'end' | 'age';
    };
  }
}

export const asideCommands = {
  Miss: { decide: miss },
  Hold: { decide: putAside },
  Park: { decide: putAside },
  ReturnTicket: { decide: returnTicket },
  Transfer: { decide: transfer },
} satisfies Partial<Handlers>;

export const asideChanges = {
  TicketMissed: standAside,
  TicketHeld: standAside,
  TicketParked: standAside,
  TicketReturned: ticketReturned,
  TicketTransferred: moveTicket,
} satisfies Partial<Changes>;

export function miss(state: HallState, command: CommandOf<'Miss'>): Decision {
  const at = currentVisitor(state, command);
  if (isDecision(at)) return at;
  const { window, call, ticket } = at;
  if (call.status === 'serving') return refuse('being-served', `${ticket.number} is being served`);
  const calling = state.rules?.calling;
  const calls = call.call - call.firstCall + 1;
  if (calling !== undefined && calls < calling.minCallsBeforeMiss) {
    return refuse('call-again-first', `${ticket.number} must be called ${calling.minCallsBeforeMiss} times before`);
  }
  if (calling !== undefined && command.at - call.firstTakenAt < calling.minMsBeforeMiss) {
    return refuse('too-soon', `give ${ticket.number} ${calling.minMsBeforeMiss / 1000} s to come`);
  }
  return accept({ ...head(command), type: 'TicketMissed', ticket: ticket.id, window: window.id, calls });
}

export function putAside(state: HallState, command: CommandOf<'Hold' | 'Park'>): Decision {
  const at = currentVisitor(state, command);
  if (isDecision(at)) return at;
  const { window, ticket } = at;
  if (command.type === 'Park') {
    return accept({ ...head(command), type: 'TicketParked', ticket: ticket.id, window: window.id });
  }
  if (window.held.length >= heldLimit) {
    return refuse('too-many-held', `this window holds ${heldLimit} numbers: park this one`);
  }
  return accept({ ...head(command), type: 'TicketHeld', ticket: ticket.id, window: window.id });
}

/** The window's view lists them all. */
const heldLimit = 50;

export function returnTicket(state: HallState, command: CommandOf<'ReturnTicket'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open: issue a new number`);
  if (ticket.stage !== 'missed' && ticket.stage !== 'parked' && ticket.stage !== 'held') {
    return refuse('not-aside', `${ticket.number} is ${ticket.stage}`);
  }
  return accept({
    ...head(command),
    type: 'TicketReturned',
    ticket: ticket.id,
    class: ticket.stage === 'missed' ? 'returning' : ticket.class,
  });
}

export function transfer(state: HallState, command: CommandOf<'Transfer'>): Decision {
  const at = currentVisitor(state, command);
  if (isDecision(at)) return at;
  const { window, call, ticket } = at;
  const { to } = command;
  if ('window' in to) {
    const target = state.windows.get(to.window);
    if (target === undefined) return refuse('unknown-window', `there is no window "${to.window}"`);
    if (target.id === window.id) return refuse('same-window', `${ticket.number} is at this window: hold it instead`);
    if (target.state === 'closed') return refuse('window-closed', `window ${target.rules.number} is closed`);
  } else if (!state.index.services.has(to.service)) {
    return refuse('unknown-service', `there is no service "${to.service}"`);
  }
  const changed = command.matters === undefined ? undefined : otherMatters(ticket, command.matters);
  const unknown = changed?.add.find((matter) => !state.index.matters.has(matter));
  if (unknown !== undefined) return refuse('unknown-matter', `there is no matter "${unknown}"`);
  // A service that was begun has ended here, and is rated here (F16).
  const ended = call.status === 'serving' ? endServing(state, command, at, [], 'goes-on') : [];
  const events: QueueEvent[] = [...ended];
  if (changed !== undefined && changed.add.length + changed.remove.length > 0) {
    events.push({ ...head(command), type: 'MattersChanged', ticket: ticket.id, ...changed });
  }
  events.push({
    ...head(command),
    type: 'TicketTransferred',
    ticket: ticket.id,
    from: window.id,
    to,
    place: command.place,
  });
  return accept(...events);
}

/** What has to change so that exactly these are open. */
function otherMatters(ticket: Ticket, wanted: readonly MatterId[]): { add: MatterId[]; remove: MatterId[] } {
  const open = ticket.matters.filter((each) => each.state === 'open').map((each) => each.matter);
  const known = new Set(ticket.matters.map((each) => each.matter));
  return {
    add: [...new Set(wanted)].filter((matter) => !known.has(matter)),
    remove: open.filter((matter) => !wanted.includes(matter)),
  };
}

export function standAside(state: HallState, event: EventOf<'TicketMissed' | 'TicketHeld' | 'TicketParked'>): void {
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
