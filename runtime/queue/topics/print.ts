/** What the printer reports: a number becomes a ticket that may be called, or nothing. */
import type { NodeId, TicketId } from '../../../devices/contract/terms.ts';
import { accept, head, refuse } from '../answer.ts';
import type { CommandOf, FromDevice } from '../commands.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import { enterLane } from '../lanes.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { printTimer } from '../timers.ts';
import { bookedAgain } from './appointment.ts';

declare module '../commands.ts' {
  interface CommandData {
    TicketPrinted: Omit<FromDevice<'TicketPrinted'>, 'by'>;
    TicketPrintFailed: FromDevice<'TicketPrintFailed'>;
    /** By the hub: this box prints a paper of it, and reports what became of that. */
    OrderPaper: { readonly ticket: TicketId; readonly node: NodeId };
  }
}

declare module '../events.ts' {
  interface EventData {
    TicketPrinted: {
      readonly ticket: TicketId;
      readonly verdict: 'printed' | 'unknown';
      readonly reason?: string | undefined;
    };
    TicketPrintFailed: { readonly ticket: TicketId; readonly reason: string };
    PaperOrdered: { readonly ticket: TicketId; readonly node: NodeId };
  }
}

export const printCommands = {
  TicketPrinted: {
    fromDevice: ({ by: _proof, ...data }) => data,
    decide: paperCame,
  },
  TicketPrintFailed: { decide: noPaperCame },
  OrderPaper: { decide: orderPaper },
} satisfies Partial<Handlers>;

export const printChanges = {
  TicketPrinted: markPrinted,
  TicketPrintFailed: markFailed,
  PaperOrdered: (state, { ticket, node }) => {
    if (state.tickets.has(ticket)) state.papersAt.set(ticket, [...(state.papersAt.get(ticket) ?? []), node]);
  },
} satisfies Partial<Changes>;

export function paperCame(state: HallState, command: CommandOf<'TicketPrinted'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  // `unknown` after a verdict says nothing new; a better verdict does.
  if (ticket.print === command.verdict || (command.verdict === 'unknown' && ticket.print !== 'pending'))
    return accept();
  return accept({
    ...head(command),
    type: 'TicketPrinted',
    ticket: ticket.id,
    verdict: command.verdict,
    ...(command.reason === undefined ? {} : { reason: command.reason }),
  });
}

/** F4: voids a ticket that was not called; one that was called has a visitor, and is only marked. */
export function noPaperCame(state: HallState, command: CommandOf<'TicketPrintFailed'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  if (ticket.print === 'failed') return accept();
  const events: QueueEvent[] = [
    { ...head(command), type: 'TicketPrintFailed', ticket: ticket.id, reason: command.reason },
  ];
  if (ticket.calls === 0) {
    events.push(
      { ...head(command), type: 'TicketVoided', ticket: ticket.id, reason: 'print-failed' },
      ...bookedAgain(command, ticket),
    );
  }
  return accept(...events);
}

export function orderPaper(state: HallState, command: CommandOf<'OrderPaper'>): Decision {
  if (!state.tickets.has(command.ticket)) return refuse('unknown-ticket', `${command.ticket} is not open`);
  if (state.papersAt.get(command.ticket)?.includes(command.node) === true) return accept();
  return accept({ ...head(command), type: 'PaperOrdered', ticket: command.ticket, node: command.node });
}

export function markPrinted(state: HallState, event: EventOf<'TicketPrinted'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  state.timers.remove(printTimer(ticket));
  ticket.print = event.verdict;
  if (ticket.stage === 'printing') enterLane(state, ticket);
}

export function markFailed(state: HallState, event: EventOf<'TicketPrintFailed'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  state.timers.remove(printTimer(ticket));
  ticket.print = 'failed';
}
