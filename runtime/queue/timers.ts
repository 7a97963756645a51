/** What happens by itself, as entries of the one ordered list that `Tick` works off. */
import type { DurationMs, Instant } from '../../devices/contract/terms.ts';
import type { DueTimer, FollowUp, HallState, RatingState, Ticket } from './state.ts';

/** A ticket whose printer says nothing for so long is `unknown`, and callable (F4). */
export const printTimeoutMs: DurationMs = 60_000;

export function printTimer(ticket: Ticket): DueTimer {
  return { at: ticket.issuedAt + printTimeoutMs, kind: 'print', key: ticket.id };
}

/** A missed ticket comes back until then, or is closed. */
export function returnTimer(ticket: Ticket): DueTimer {
  return { at: ticket.returnBy, kind: 'return', key: ticket.id };
}

export function ratingTimer(rating: RatingState): DueTimer {
  return { at: rating.armedUntil, kind: 'rating', key: rating.serving };
}

export function followUpTimer(followUp: FollowUp): DueTimer {
  return { at: followUp.dueAt, kind: 'follow-up', key: followUp.serving };
}

/** When the next `Tick` has something to do. */
export function dueAt(state: HallState): Instant | null {
  const timer = state.timers.first()?.at ?? Number.POSITIVE_INFINITY;
  const dayEnd = (state.clockDoubt === null && state.day?.schedule.endsAt) || Number.POSITIVE_INFINITY;
  const next = Math.min(timer, dayEnd);
  return next >= Number.MAX_SAFE_INTEGER ? null : next;
}
