/** The hall's events as lines of the log: numbers, windows and devices, never a person. */
import type { TicketId } from '../../devices/contract/terms.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { QueueEvent } from '../queue/events.ts';

export class EventLog {
  #log: Log;

  constructor({ log }: Context) {
    this.#log = log;
  }

  write(events: readonly QueueEvent[]): void {
    for (const event of events) {
      const sentence = sentenceOf(event);
      if (sentence !== undefined) this.#log.info({}, sentence);
      if (this.#log.writes('debug')) this.#log.debug({ by: event.by.id, ...reasonOf(event) }, event.type);
    }
  }
}

/** What a technician follows: the way of each number, windows and days. */
function sentenceOf(event: QueueEvent): string | undefined {
  switch (event.type) {
    case 'DayOpened':
      return `business day ${event.day} begins`;
    case 'TicketIssued':
      return `${numberOf(event.ticket)} issued for ${event.service} by ${event.by.id}`;
    case 'TicketPrinted':
      return `paper of ${numberOf(event.ticket)}: ${event.verdict}`;
    case 'TicketPrintFailed':
      return `paper of ${numberOf(event.ticket)} failed: ${event.reason}`;
    case 'TicketVoided':
      return `${numberOf(event.ticket)} is void: ${event.reason}`;
    case 'WindowOpened':
      return `window ${event.window} opened`;
    case 'WindowClosed':
      return `window ${event.window} closed`;
    case 'TicketCalled':
      return `${numberOf(event.ticket)} called to window ${event.window}`;
    case 'CallShown':
      return `${numberOf(event.ticket)} ${event.outcome === 'sent' ? 'sent to' : 'shown on'} ${event.board} after ${event.delayMs} ms`;
    case 'ServiceRated':
      return `service at window ${event.window} rated ${event.level}`;
    case 'CommandRefused':
      return `${event.command} from ${event.by.id} refused: ${event.message}`;
    case 'PressRefused':
      return `key ${event.key} at ${event.by.id} refused: ${event.reason}`;
    default:
      return undefined;
  }
}

/** Why the queue decided so. */
function reasonOf(event: QueueEvent): { readonly why?: string } {
  return 'why' in event && typeof event.why === 'string' ? { why: event.why } : {};
}

function numberOf(ticket: TicketId): string {
  return ticket.slice(ticket.indexOf('/') + 1);
}
