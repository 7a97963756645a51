/** What the printer says: a number becomes a ticket that may be called, or nothing. */
import type { QueueEvent } from '../events.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { accept, type CommandOf, head, refuse } from './answer.ts';
import { bookedAgain } from './appointment.ts';

export function ticketPrinted(state: HallState, command: CommandOf<'TicketPrinted'>): Decision {
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
export function ticketPrintFailed(state: HallState, command: CommandOf<'TicketPrintFailed'>): Decision {
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
