/** The consultation desk: matters chosen with the visitor, help given, complaints taken down, second papers, slips. */
import type { Instant, MatterId, TicketId, WindowId } from '../../../devices/contract/terms.ts';
import { accept, head, refuse } from '../answer.ts';
import { endOfWorkingDay } from '../calendar.ts';
import type { CommandData, CommandOf, FromPerson } from '../commands.ts';
import type { EventOf } from '../events.ts';
import { type Changes, type Handlers, recordOnly } from '../handlers.ts';
import { changeInPlace } from '../places.ts';
import type { Decision } from '../queue.ts';
import { codeOf } from '../short-code.ts';
import type { HallState } from '../state.ts';

declare module '../commands.ts' {
  interface CommandData {
    ChangeMatters: FromPerson<'ChangeMatters'>;
    RecordAssistance: FromPerson<'RecordAssistance'>;
    /** What was said stays outside the journal: `reference` names it. */
    RecordComplaint: Omit<FromPerson<'RecordComplaint'>, 'text'> & {
      readonly complaint: string;
      readonly reference: string;
    };
    SettleComplaint: { readonly complaint: string; readonly outcome: string };
    ReprintTicket: Omit<FromPerson<'ReprintTicket'>, 'print_at'>;
    /** The window's printer gave the acceptance slip (受理单) of a service. */
    SlipPrinted: {
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly verdict: 'printed' | 'failed' | 'unknown';
    };
  }
}

declare module '../events.ts' {
  interface EventData {
    MattersChanged: {
      readonly ticket: TicketId;
      readonly add: readonly MatterId[];
      readonly remove: readonly MatterId[];
    };
    AssistanceGiven: CommandData['RecordAssistance'];
    ComplaintRecorded: CommandData['RecordComplaint'] & { readonly dueAt: Instant };
    ComplaintSettled: CommandData['SettleComplaint'];
    TicketReprinted: {
      readonly ticket: TicketId;
      /** 2 for the second paper: printed on it. */
      readonly copy: number;
      readonly reason: string;
    };
    AcceptanceSlipGiven: CommandData['SlipPrinted'] & { readonly matters: readonly MatterId[] };
  }
}

export const deskCommands = {
  ChangeMatters: { decide: changeMatters },
  RecordAssistance: { decide: recordAssistance },
  RecordComplaint: {
    fromPerson: ({ ticket, kind }, { id }) => {
      const complaint = codeOf(id);
      return { complaint, ticket, kind, reference: textOf(complaint) };
    },
    privateText: ({ text }, id) => ({ reference: textOf(codeOf(id)), kind: 'complaint', text }),
    decide: recordComplaint,
  },
  SettleComplaint: {
    fromPerson: ({ complaint, outcome }) => ({ complaint, outcome }),
    privateText: ({ complaint, text }) =>
      text === undefined ? undefined : { reference: `answer/${complaint}`, kind: 'answer', text },
    decide: settleComplaint,
  },
  ReprintTicket: {
    fromPerson: ({ ticket, reason }) => ({ ticket, reason }),
    decide: reprintTicket,
  },
  SlipPrinted: { decide: slipPrinted },
} satisfies Partial<Handlers>;

export const deskChanges = {
  MattersChanged: mattersChanged,
  AssistanceGiven: recordOnly,
  ComplaintRecorded: (state, event) => void state.complaints.set(event.complaint, event.dueAt),
  ComplaintSettled: (state, event) => void state.complaints.delete(event.complaint),
  TicketReprinted: (state, { ticket, copy }) =>
    changeInPlace(state, ticket, (each) => {
      each.copies = copy;
    }),
  AcceptanceSlipGiven: recordOnly,
} satisfies Partial<Changes>;

const textOf = (complaint: string) => `complaint/${complaint}`;

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
  if (add.length > 0 && ticket.phase === 'certificate') {
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

function mattersChanged(state: HallState, event: EventOf<'MattersChanged'>): void {
  changeInPlace(state, event.ticket, (ticket) => {
    ticket.matters = ticket.matters.filter((each) => !event.remove.includes(each.matter));
    for (const matter of event.add) ticket.matters.push({ matter, state: 'open', decidedAt: 0 });
  });
}
