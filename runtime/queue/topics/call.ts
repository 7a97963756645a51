/** Visitors are called, called again, called by hand without the hub; boards report what they show. */
import type { CalledByHandResult } from '../../../devices/contract/call.ts';
import {
  type BusinessDay,
  numberOf,
  type TicketId,
  type TicketNumber,
  type WindowId,
} from '../../../devices/contract/terms.ts';
import { accept, currentVisitor, head, isDecision, refuse, refuseForTheRecord, windowFor } from '../answer.ts';
import { businessDay } from '../calendar.ts';
import type { CommandOf, FromDevice } from '../commands.ts';
import { atOnceMs } from '../estimate.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import { type Changes, type Handlers, recordOnly } from '../handlers.ts';
import { mayServe } from '../lanes.ts';
import { learnPromise, learnRest } from '../learned.ts';
import { detach } from '../places.ts';
import { pickNext } from '../policy.ts';
import type { Decision } from '../queue.ts';
import type { HallState, Ticket, WindowState } from '../state.ts';
import { endServing } from './serve.ts';

declare module '../commands.ts' {
  interface CommandData {
    CallNext: FromDevice<'CallNext'>;
    CallNumber: FromDevice<'CallNumber'>;
    Recall: FromDevice<'Recall'>;
    CalledByHand: {
      readonly window: WindowId;
      readonly number: TicketNumber;
      /** Of the paper; absent = the day of the press. */
      readonly day?: BusinessDay | undefined;
    };
    CallShown: Omit<FromDevice<'CallShown'>, 'epoch' | 'rev'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    /** `why` is the call policy's reason, readable: "A012: 14 min x 1.0, ahead of B003: 5 min x 2.0". */
    TicketCalled: {
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly call: number;
      readonly why: string;
      readonly how?: 'policy' | 'number' | 'recall' | 'hand';
    };
    CallShown: {
      readonly window: WindowId;
      readonly board: string;
      readonly ticket: TicketId;
      readonly call: number;
      readonly outcome: 'shown' | 'sent';
      readonly delayMs: number;
    };
    CalledByHand: {
      readonly window: WindowId;
      readonly number: TicketNumber;
      readonly day: BusinessDay;
      readonly merged: boolean;
    };
  }
}

export const callCommands = {
  CallNext: { decide: callNext },
  CallNumber: { decide: callNumber },
  Recall: { decide: recall },
  CalledByHand: { decide: calledByHand },
  CallShown: {
    fromDevice: ({ epoch: _epoch, rev: _rev, ...data }) => data,
    decide: callShown,
  },
} satisfies Partial<Handlers>;

export const callChanges = {
  TicketCalled: ticketCalled,
  CallShown: boardShowed,
  CalledByHand: recordOnly,
} satisfies Partial<Changes>;

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

export function boardShowed(state: HallState, event: EventOf<'CallShown'>): void {
  const call = state.windows.get(event.window)?.call;
  if (call?.ticket === event.ticket && call.call === event.call) call.shownBy.push(event.board);
}
