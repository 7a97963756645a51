/** The consultation desk: matters chosen with the visitor, help given, complaints taken down, second papers, slips. */
import { endOfWorkingDay } from '../calendar.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { accept, type CommandOf, head, refuse } from './answer.ts';

/** The contract's limit for one number. */
const mostMatters = 20;
/** Complaints are answered within so many working days, as low ratings are. */
const defaultAnswerDays = 5;

export function changeMatters(state: HallState, command: CommandOf<'ChangeMatters'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  const known = new Map(ticket.matters.map((each) => [each.matter, each.state]));
  const add = [...new Set(command.add)].filter((matter) => !known.has(matter));
  const unknown = add.find((matter) => !state.index.matters.has(matter));
  if (unknown !== undefined) return refuse('unknown-matter', `there is no matter "${unknown}"`);
  const fixed = command.remove.find((matter) => known.get(matter) !== 'open');
  if (fixed !== undefined) return refuse('not-open', `"${fixed}" is no open matter of ${ticket.number}`);
  if (add.length > 0 && ticket.leg === 'certificate') {
    return refuse(
      'handed-in',
      `${ticket.number} only fetches certificates: issue a new number, or transfer it with the matter`,
    );
  }
  if (add.length > 0 && ticket.stage === 'review') {
    return refuse('in-review', `the papers of ${ticket.number} are at the back office: issue a new number`);
  }
  if (known.size + add.length - command.remove.length > mostMatters) {
    return refuse('too-many-matters', `one number takes ${mostMatters} matters at most`);
  }
  if (add.length + command.remove.length === 0) return accept();
  return accept({
    ...head(command),
    type: 'MattersChanged',
    ticket: ticket.id,
    add,
    remove: [...new Set(command.remove)],
  });
}

/** Help is on record whether or not the visitor has, or still has, an open number. */
export function recordAssistance(_state: HallState, command: CommandOf<'RecordAssistance'>): Decision {
  return accept({
    ...head(command),
    type: 'AssistanceGiven',
    ticket: command.ticket,
    kind: command.kind,
    outcome: command.outcome,
    ...(command.matter === undefined ? {} : { matter: command.matter }),
  });
}

export function recordComplaint(state: HallState, command: CommandOf<'RecordComplaint'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  if (state.complaints.has(command.complaint)) return refuse('known-complaint', 'this complaint is on record already');
  return accept({
    ...head(command),
    type: 'ComplaintRecorded',
    complaint: command.complaint,
    ticket: command.ticket,
    kind: command.kind,
    reference: command.reference,
    dueAt: endOfWorkingDay(rules, day.day, rules.rating.followUpWorkingDays || defaultAnswerDays),
  });
}

export function settleComplaint(state: HallState, command: CommandOf<'SettleComplaint'>): Decision {
  if (!state.complaints.has(command.complaint)) return refuse('unknown-complaint', 'no such complaint is open');
  return accept({
    ...head(command),
    type: 'ComplaintSettled',
    complaint: command.complaint,
    outcome: command.outcome,
  });
}

/** The same number once more: its copies are counted, and each says which it is. */
export function reprintTicket(state: HallState, command: CommandOf<'ReprintTicket'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  if (ticket.print === 'pending')
    return refuse('printing', `the first paper of ${ticket.number} is still being printed`);
  const copy = ticket.copies + 1;
  return {
    ok: true,
    events: [{ ...head(command), type: 'TicketReprinted', ticket: ticket.id, copy, reason: command.reason }],
    answer: { ticket: ticket.id, number: ticket.number, copy },
  };
}

export function slipPrinted(state: HallState, command: CommandOf<'SlipPrinted'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  const matters = ticket.matters.filter((each) => each.state === 'review').map((each) => each.matter);
  return accept({
    ...head(command),
    type: 'AcceptanceSlipGiven',
    ticket: ticket.id,
    window: command.window,
    matters,
    verdict: command.verdict,
  });
}
