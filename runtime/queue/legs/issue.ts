/** A number is asked for, taken from a block, or given up. */

import type { HallRules } from '../../../devices/contract/hall.ts';
import type { MatterId, TicketId } from '../../../devices/contract/terms.ts';
import { dayOf, numberOf, ticketId } from '../../../devices/contract/terms.ts';
import type { IssueResult } from '../../../devices/contract/ticket.ts';
import { businessDay } from '../calendar.ts';
import type { Estimate } from '../estimate.ts';
import { estimateFor } from '../estimate.ts';
import type { QueueEvent } from '../events.ts';
import { bookedRefusal, issuingRefusal } from '../issuing.ts';
import { serviceMs } from '../learned.ts';
import { mayHaveBeenGiven, nextNumber } from '../numbers.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { type CommandOf, head, refuse, refuseForTheRecord } from './answer.ts';

/** `booked`: by an appointment in its time. */
export function issueTicket(state: HallState, command: CommandOf<'IssueTicket'>, booked = false): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const asked = state.asks.get(command.id);
  if (asked !== undefined) return refuseForTheRecord(command, asked.fate, askedBefore[asked.fate]);
  if (command.given !== undefined) return givenBefore(state, command, command.given);
  if (businessDay(rules.timeZone, command.happenedAt) !== day.day) {
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
  const asked = state.asks.get(command.commandId);
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
  if (ticketDay < day.day) {
    events.push(
      { ...issued({ ...command, matters }, command.ticket, undefined), lease: command.lease },
      { ...head(command), type: 'TicketClosed', ticket: command.ticket, reason: 'day-end' },
    );
    return { ok: true, events };
  }
  if (state.byNumber.has(numberOf(command.ticket)) || day.fromBlocks.has(numberOf(command.ticket))) {
    return refuseForTheRecord(
      command,
      'number-taken',
      `${numberOf(command.ticket)} is on two papers: send both visitors to the desk, and a technician to the kiosk`,
    );
  }
  const estimate = estimateFor(state, command.service, command.class, command.at);
  events.push({ ...issued({ ...command, matters }, command.ticket, undefined), lease: command.lease });
  return { ok: true, events, answer: answer(command.ticket, command.at, estimate) };
}

/** F3: takes back a number given, or blocks the one to come. */
export function cancelIssue(state: HallState, command: CommandOf<'CancelIssue'>): Decision {
  const asked = state.asks.get(command.commandId);
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
