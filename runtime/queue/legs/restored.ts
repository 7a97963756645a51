/** A hub restored from a backup (F11): what its nodes know better. */
import { dayOf } from '../../../devices/contract/terms.ts';
import { nextBusinessDay } from '../calendar.ts';
import type { QueueEvent } from '../events.ts';
import { splitNumber } from '../numbers.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { accept, type CommandOf, head, refuse } from './answer.ts';

export function noteRestored(state: HallState, command: CommandOf<'NoteRestored'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const events: QueueEvent[] = [];
  if (command.epoch !== null) {
    // Blocks leased for today and the next business day may be in boxes that nobody hears: none of these days is leased again.
    const barredUntil = nextBusinessDay(rules.calendar, day.day) ?? day.day;
    events.push({ ...head(command), type: 'HallRestored', epoch: command.epoch, barredUntil });
  }
  const tickets = numbersAbove(state, command.tickets);
  if (tickets.length > 0) events.push({ ...head(command), type: 'NumbersSeen', tickets });
  return accept(...events);
}

/** Those of today that this hub has not given yet. */
export function numbersAbove(
  state: HallState,
  tickets: CommandOf<'NoteRestored'>['tickets'],
): CommandOf<'NoteRestored'>['tickets'] {
  const { rules, day } = state;
  if (rules === null || day === null) return [];
  return tickets.filter((ticket) => {
    const { prefix, count } = splitNumber(ticket.slice(ticket.indexOf('/') + 1));
    return dayOf(ticket) === day.day && count >= (day.next.get(prefix) ?? rules.numbering.start);
  });
}
