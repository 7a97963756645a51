/** A number is asked for, taken from a block, or given up. */
import type { HallRules } from '../../../devices/contract/hall.ts';
import {
  type CommandId,
  dayOf,
  type MatterId,
  numberOf,
  type ServiceId,
  type TicketClass,
  type TicketId,
  ticketId,
} from '../../../devices/contract/terms.ts';
import { type IssueResult, zIssueResult } from '../../../devices/contract/ticket.ts';
import { accept, head, refuse, refuseForTheRecord } from '../answer.ts';
import { businessDay } from '../calendar.ts';
import { type Actor, type CommandOf, type FromDevice, type FromPerson, nodeOf } from '../commands.ts';
import { type Estimate, estimateFor, untilOpen } from '../estimate.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import { type Changes, type Handlers, recordOnly } from '../handlers.ts';
import { bookedRefusal, issuingRefusal } from '../issuing.ts';
import { learnArrival, rangeFactors, serviceMs } from '../learned.ts';
import { countFrom, mayHaveBeenGiven, nextNumber, splitNumber } from '../numbers.ts';
import { leaveHall } from '../places.ts';
import type { Decision } from '../queue.ts';
import type { HallState, Ticket } from '../state.ts';
import { printTimer } from '../timers.ts';

declare module '../commands.ts' {
  interface CommandData {
    IssueTicket: FromDevice<'IssueTicket'> & {
      /** The number that a hub before this one gave, and that is on paper (F11). */
      readonly given?: TicketId;
    };
    IssuedFromBlock: FromDevice<'IssuedFromBlock'>;
    CancelIssue: FromDevice<'CancelIssue'>;
    VoidTicket: FromPerson<'VoidTicket'>;
    PressRefused: FromDevice<'PressRefused'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    TicketIssued: {
      readonly ticket: TicketId;
      readonly service: ServiceId;
      readonly matters: readonly MatterId[];
      readonly class: TicketClass;
      readonly lease?: string;
      /** By a hub whose journal was lost: reported again by the box that printed it. */
      readonly given?: true;
      /** What the paper says. */
      readonly promised?: {
        readonly ahead: number;
        readonly lowMs?: number;
        readonly highMs?: number;
        /** The middle of the range before it was rounded: what the range's width is learned from. */
        readonly middleMs?: number;
      };
    };
    IssueCancelled: {
      readonly commandId: CommandId;
      readonly cancelled: CommandId;
      readonly ticket: TicketId | null;
      readonly reason: string;
    };
    TicketVoided: { readonly ticket: TicketId; readonly reason: string };
    PressRefused: { readonly key: string; readonly reason: string };
  }
}

export const issueCommands = {
  IssueTicket: {
    // Sent again to a restored hub: the number is on paper.
    fromDevice: (data, { answered }) => {
      const given = zIssueResult.safeParse(answered).data?.ticket;
      return { ...data, ...(given === undefined ? {} : { given }) };
    },
    // The telephone number stays outside the queue.
    fromPerson: ({ service, matters, class: asked }) => ({ service, matters, class: asked }),
    decide: issueTicket,
  },
  IssuedFromBlock: { decide: issuedFromBlock },
  CancelIssue: { decide: cancelIssue },
  VoidTicket: { decide: voidTicket },
  PressRefused: {
    decide: (_state, command) =>
      accept({ ...head(command), type: 'PressRefused', key: command.key, reason: command.reason }),
  },
} satisfies Partial<Handlers>;

export const issueChanges = {
  TicketIssued: ticketIssued,
  IssueCancelled: issueCancelled,
  TicketVoided: leaveHall,
  PressRefused: recordOnly,
} satisfies Partial<Changes>;

/** `booked`: by an appointment in its time. */
export function issueTicket(state: HallState, command: CommandOf<'IssueTicket'>, booked = false): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const asked = state.asks.get(askKey(command.by, command.id));
  if (asked !== undefined) return refuseForTheRecord(command, asked.fate, askedBefore[asked.fate]);
  if (command.given !== undefined) return givenBefore(state, command, command.given);
  // Whose clock is in doubt knows no other day than the open one.
  if (state.clockDoubt === null && businessDay(rules.timeZone, command.happenedAt) !== day.day) {
    return refuseForTheRecord(command, 'day-closed', 'this press belongs to a day that is over');
  }
  const refusal = (booked ? bookedRefusal : issuingRefusal)(state, command.service, command.happenedAt);
  if (refusal !== undefined) return { ok: false, refusal, events: [] };
  const unknown = command.matters.find((matter) => !state.index.matters.has(matter));
  if (unknown !== undefined) return refuse('unknown-matter', `there is no matter "${unknown}"`);
  const prefix = state.index.services.get(command.service)?.prefix ?? '';
  const number = nextNumber(state, prefix, rules.numbering);
  if (number === undefined) return refuse('numbers-used-up', `no number of "${prefix}" is left today`);
  const estimate = estimateFor(state, command.service, command.class, command.at);
  if (!booked && rules.calendar.lastTicketByCapacity && beyondCapacity(state, command, estimate)) {
    return refuse('capacity-used-up', 'whoever waits now fills the windows until closing time');
  }
  const ticket = ticketId(day.day, number);
  return {
    ok: true,
    events: [issued({ ...command, matters: mattersOf(rules, command) }, ticket, estimate)],
    answer: answer(ticket, command.at, estimate),
  };
}

/** F11: a journal was lost, and with it the number that this ask got; the box that printed it tells again. */
function givenBefore(state: HallState, command: CommandOf<'IssueTicket'>, ticket: TicketId): Decision {
  const { rules, day } = state;
  if (rules === null || day === null || dayOf(ticket) !== day.day) {
    return refuseForTheRecord(command, 'day-closed', 'this number belongs to another day');
  }
  const number = numberOf(ticket);
  if (state.byNumber.has(number) || !mayHaveBeenGiven(day, rules.numbering.start, number)) {
    return refuseForTheRecord(command, 'number-taken', `${number} is on two papers: send both visitors to the desk`);
  }
  const estimate = estimateFor(state, command.service, command.class, command.at);
  const event = {
    ...issued({ ...command, matters: mattersOf(rules, command) }, ticket, undefined),
    given: true as const,
  };
  return { ok: true, events: [event], answer: answer(ticket, command.at, estimate) };
}

/** The last number is given when those before it, and its own service, take the windows until they close. */
function beyondCapacity(state: HallState, command: CommandOf<'IssueTicket'>, estimate: Estimate): boolean {
  const spans = state.day?.schedule.spans ?? [];
  const closesAt = spans[spans.length - 1]?.to;
  if (closesAt === undefined || estimate.meanMs === undefined) return false;
  const ownMs = serviceMs(state.learned, state.index, command.service);
  return command.at + estimate.meanMs + ownMs > closesAt;
}

/** Every box has ids of its own, and so have the people: nobody takes back or claims what another asked for. */
export function askKey(by: Actor, id: CommandId): string {
  if (by.kind !== 'device') return by.kind === 'hub' ? `/hub/${id}` : id;
  return `${nodeOf(by)}/${id}`;
}

const askedBefore = {
  issued: 'this ask has its number already',
  cancelled: 'this ask was cancelled: its visitor has gone',
  superseded: 'the kiosk took a number of its own block instead',
} as const;

/** F1: what is on paper counts, whichever of the two arrives first. */
export function issuedFromBlock(state: HallState, command: CommandOf<'IssuedFromBlock'>): Decision {
  const { day, rules } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const matters = mattersOf(rules, command);
  const ticketDay = dayOf(command.ticket);
  if (ticketDay > day.day)
    return refuseForTheRecord(command, 'day-not-open', 'this paper is of a day that has not begun');
  const events: QueueEvent[] = [];
  const asked = state.asks.get(askKey(command.by, command.commandId));
  if (asked?.fate !== 'superseded') {
    events.push({
      ...head(command),
      type: 'IssueCancelled',
      cancelled: command.commandId,
      ticket: asked?.ticket ?? null,
      reason: 'superseded',
    });
    const other = asked?.ticket === undefined || asked.ticket === null ? undefined : state.tickets.get(asked.ticket);
    if (other !== undefined && other.stage !== 'serving') {
      events.push({ ...head(command), type: 'TicketVoided', ticket: other.id, reason: 'superseded' });
    }
  }
  if (issuedBefore(state, command.ticket)) {
    return refuseForTheRecord(
      command,
      'number-taken',
      `${numberOf(command.ticket)} is on two papers: send both visitors to the desk, and a technician to the kiosk`,
    );
  }
  if (ticketDay < day.day) {
    events.push(
      { ...issued({ ...command, matters }, command.ticket, undefined), lease: command.lease },
      { ...head(command), type: 'TicketClosed', ticket: command.ticket, reason: 'day-end' },
    );
    return { ok: true, events };
  }
  const estimate = estimateFor(state, command.service, command.class, command.at);
  events.push({ ...issued({ ...command, matters }, command.ticket, undefined), lease: command.lease });
  return { ok: true, events, answer: answer(command.ticket, command.at, estimate) };
}

/** Today or on the day before, also where its visitor has left: a number is given once. */
function issuedBefore(state: HallState, ticket: TicketId): boolean {
  const number = numberOf(ticket);
  if (dayOf(ticket) === state.day?.day && (state.byNumber.has(number) || state.day.fromBlocks.has(number))) return true;
  for (const asked of state.asks.values()) if (asked.ticket === ticket) return true;
  return false;
}

/** F3: takes back a number given, or blocks the one to come. */
export function cancelIssue(state: HallState, command: CommandOf<'CancelIssue'>): Decision {
  const asked = state.asks.get(askKey(command.by, command.commandId));
  if (asked !== undefined && asked.fate !== 'issued') return { ok: true, events: [] };
  const ticket = asked?.ticket === undefined || asked.ticket === null ? undefined : state.tickets.get(asked.ticket);
  if (ticket?.stage === 'serving') return refuse('being-served', `${ticket.number} is being served`);
  const events: QueueEvent[] = [
    {
      ...head(command),
      type: 'IssueCancelled',
      cancelled: command.commandId,
      ticket: asked?.ticket ?? null,
      reason: command.reason === 'superseded' ? 'cancelled' : command.reason,
    },
  ];
  if (ticket !== undefined) {
    events.push({ ...head(command), type: 'TicketVoided', ticket: ticket.id, reason: command.reason });
  }
  return { ok: true, events };
}

export function voidTicket(state: HallState, command: CommandOf<'VoidTicket'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  if (ticket.stage === 'serving') return refuse('being-served', `${ticket.number} is being served`);
  return {
    ok: true,
    events: [{ ...head(command), type: 'TicketVoided', ticket: ticket.id, reason: command.reason }],
  };
}

function issued(
  command: CommandOf<'IssueTicket' | 'IssuedFromBlock'>,
  ticket: TicketId,
  promised: Estimate | undefined,
): Extract<QueueEvent, { type: 'TicketIssued' }> {
  return {
    ...head(command),
    type: 'TicketIssued',
    ticket,
    service: command.service,
    matters: [...new Set(command.matters)],
    class: command.class,
    ...(promised === undefined ? {} : { promised: promiseOf(promised) }),
  };
}

function promiseOf({ ahead, wait, meanMs }: Estimate) {
  return { ahead, ...wait, ...(wait === undefined || meanMs === undefined ? {} : { middleMs: meanMs }) };
}

/** What was chosen; of a service that is done as one thing, all of it where nothing was. */
function mattersOf(
  { services }: HallRules,
  { service, matters }: CommandOf<'IssueTicket' | 'IssuedFromBlock'>,
): readonly MatterId[] {
  const asked = services.find(({ id }) => id === service);
  return matters.length === 0 && asked?.together === true ? asked.matters : matters;
}

function answer(ticket: TicketId, at: number, estimate: Estimate): IssueResult {
  return {
    ticket,
    day: dayOf(ticket),
    number: numberOf(ticket),
    ahead: estimate.ahead,
    ...(estimate.wait === undefined ? {} : { wait: { low_ms: estimate.wait.lowMs, high_ms: estimate.wait.highMs } }),
    issued_at: at,
  };
}

export function ticketIssued(state: HallState, event: EventOf<'TicketIssued'>): void {
  const day = dayOf(event.ticket);
  const number = numberOf(event.ticket);
  state.asks.set(askKey(event.by, event.commandId), { day, fate: 'issued', ticket: event.ticket });
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
    phase: 'intake',
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
  state.printing.add(ticket.id);
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
  state.asks.set(askKey(event.by, event.cancelled), { day: state.day?.day ?? '', fate, ticket: event.ticket });
}
