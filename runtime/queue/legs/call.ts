/** Visitors are called, called again, given up, put aside, or passed on. */
import type { CalledByHandResult } from '../../../devices/contract/call.ts';
import type { MatterId } from '../../../devices/contract/terms.ts';
import { businessDay } from '../calendar.ts';
import type { QueueEvent } from '../events.ts';
import { mayServe } from '../lanes.ts';
import { pickNext } from '../policy.ts';
import type { Decision } from '../queue.ts';
import type { HallState, Ticket, WindowState } from '../state.ts';
import {
  accept,
  type CommandOf,
  currentVisitor,
  head,
  isDecision,
  refuse,
  refuseForTheRecord,
  windowFor,
} from './answer.ts';
import { endServing } from './service.ts';

export function callNext(state: HallState, command: CommandOf<'CallNext'>): Decision {
  const ready = readyToCall(state, command);
  if (isDecision(ready)) return ready;
  const { window, before } = ready;
  const pick = pickNext(state, window, command.at);
  if (pick === undefined) return refuse('nobody-waiting', 'nobody is waiting for this window');
  return accept(...before, called(command, window, pick.ticket, pick.why, 'policy'));
}

/** A number the clerk names: held here, parked, missed and back in time, or simply waiting. */
export function callNumber(state: HallState, command: CommandOf<'CallNumber'>): Decision {
  const ready = readyToCall(state, command);
  if (isDecision(ready)) return ready;
  const { window, before } = ready;
  const id = state.byNumber.get(command.number);
  const ticket = id === undefined ? undefined : state.tickets.get(id);
  if (ticket === undefined) return refuse('unknown-number', `${command.number} is not an open number`);
  const why = callableByNumber(ticket, window);
  if (why !== undefined) return refuse(why.code, why.message);
  const may = mayServe(state, window, ticket);
  if (may !== 'yes') return refuse(`not-for-this-${may}`, mayNot[may].replace('{number}', ticket.number));
  return accept(
    ...before,
    called(command, window, ticket, `${ticket.number}: called by number, was ${ticket.stage}`, 'number'),
  );
}

const mayNot = {
  role: '{number} is for a window with another task',
  service: '{number} waits for a service that this window does not give',
  clerk: 'the clerk is not authorised for the matters of {number}',
} as const;

function callableByNumber(ticket: Ticket, window: WindowState): { code: string; message: string } | undefined {
  const { number, stage } = ticket;
  switch (stage) {
    case 'waiting':
      return ticket.toWindow === null || ticket.toWindow === window.id
        ? undefined
        : { code: 'held-elsewhere', message: `${number} waits for window ${ticket.toWindow}` };
    case 'parked':
    case 'missed':
      return undefined;
    case 'held':
      return ticket.window === window.id
        ? undefined
        : { code: 'held-elsewhere', message: `${number} is held at window ${ticket.window}` };
    case 'printing':
      return { code: 'not-printed', message: `${number} has no paper yet` };
    case 'called':
    case 'serving':
      return { code: 'called-elsewhere', message: `${number} is at window ${ticket.window}` };
    case 'review':
      return { code: 'in-review', message: `the back office has not decided ${number} yet` };
    case 'served':
      return { code: 'ended', message: `${number} has been served` };
  }
}

interface Ready {
  readonly window: WindowState;
  /** What ends the visitor before, where the rules say that a call does. */
  readonly before: readonly QueueEvent[];
}

function readyToCall(state: HallState, command: CommandOf<'CallNext' | 'CallNumber'>): Ready | Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  const lifeMs = state.rules?.calling.commandLifeMs ?? 0;
  if (command.at - command.happenedAt > lifeMs) {
    return refuseForTheRecord(command, 'stale', `the key was pressed more than ${lifeMs / 1000} s ago: press again`);
  }
  if (command.windowRev !== undefined && command.windowRev !== window.rev) {
    return refuseForTheRecord(
      command,
      'stale',
      'the window has changed since the key was pressed: look and press again',
    );
  }
  if (window.state !== 'open') {
    return refuse(
      `window-${window.state}`,
      window.state === 'closed' ? 'open the window first' : 'resume the window first',
    );
  }
  if (window.call === null) return { window, before: [] };
  const ticket = state.tickets.get(window.call.ticket);
  if (ticket === undefined || state.rules?.calling.nextCompletes !== true || window.call.status !== 'serving') {
    return refuse('window-busy', `finish ${ticket?.number ?? 'the visitor'} first: complete, miss, hold or transfer`);
  }
  return { window, before: endServing(state, command, { window, call: window.call, ticket }, []) };
}

function called(
  command: CommandOf<'CallNext' | 'CallNumber' | 'Recall' | 'CalledByHand'>,
  window: WindowState,
  ticket: Ticket,
  why: string,
  how: 'policy' | 'number' | 'recall' | 'hand',
): QueueEvent {
  return {
    ...head(command),
    type: 'TicketCalled',
    ticket: ticket.id,
    window: window.id,
    call: ticket.calls + 1,
    why,
    how,
  };
}

export function recall(state: HallState, command: CommandOf<'Recall'>): Decision {
  const at = currentVisitor(state, command);
  if (isDecision(at)) return at;
  const { window, call, ticket } = at;
  if (call.status === 'serving') return refuse('being-served', `${ticket.number} is being served`);
  const calling = state.rules?.calling;
  const recalls = call.call - call.firstCall;
  if (calling !== undefined && recalls >= calling.recallLimit) {
    return refuse('recall-limit', `${ticket.number} was called ${recalls + 1} times: mark it missed or hold it`);
  }
  if (calling !== undefined && command.at - call.takenAt < calling.recallPauseMs) {
    return refuse('too-soon', `wait ${calling.recallPauseMs / 1000} s between calls`);
  }
  return accept(called(command, window, ticket, `${ticket.number}: called again`, 'recall'));
}

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

/**
 * F14: the clerk called by hand while the hub was away. A ticket that still waits is called after the fact; whoever was
 * at the window before had been served by then.
 */
export function calledByHand(state: HallState, command: CommandOf<'CalledByHand'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  const id = state.byNumber.get(command.number);
  const ticket = id === undefined ? undefined : state.tickets.get(id);
  const day = command.day ?? businessDay(state.rules?.timeZone ?? 'UTC', command.happenedAt);
  const today = ticket !== undefined && ticket.day === day && state.day?.day === day;
  // Called by hand again: the ticket has come here by the first time.
  const here = today && window.call?.ticket === ticket.id;
  const stages = ['printing', 'waiting', 'parked', 'missed', 'held'];
  const free = today && stages.includes(ticket.stage) && !(ticket.stage === 'held' && ticket.window !== window.id);
  const merged = here || free;
  const byHand: QueueEvent = {
    ...head(command),
    type: 'CalledByHand',
    window: window.id,
    number: command.number,
    day,
    merged,
  };
  const answer: CalledByHandResult = { merged };
  if (!free) return { ok: true, events: [byHand], answer };
  const events: QueueEvent[] = [byHand];
  const before = window.call === null ? undefined : state.tickets.get(window.call.ticket);
  if (window.call !== null && before !== undefined) {
    events.push(...endServing(state, command, { window, call: window.call, ticket: before }, []));
  }
  events.push(called(command, window, ticket, `${ticket.number}: called by hand without the hub`, 'hand'));
  return { ok: true, events, answer };
}

/** F17: only the board's word on the call of now counts; a repaint is no second showing. */
export function callShown(state: HallState, command: CommandOf<'CallShown'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  const { call } = window;
  if (call === null || call.ticket !== command.ticket || call.call !== command.call) {
    return refuse('old-call', 'the window shows another call by now');
  }
  if (call.shownBy.includes(command.board)) return accept();
  return accept({
    ...head(command),
    type: 'CallShown',
    window: window.id,
    board: command.board,
    ticket: command.ticket,
    call: command.call,
    outcome: command.outcome,
    delayMs: Math.max(0, command.happenedAt - call.calledAt),
  });
}
