/** Service given at a window, what the back office makes of it, and how it was rated. */
import { learnOutcome, learnService } from '../learned.ts';
import type { HallState, TicketMatter } from '../state.ts';
import { ratingTimer } from '../timers.ts';
import type { EventOf } from './of.ts';

export function serviceStarted(state: HallState, event: EventOf<'ServiceStarted'>): void {
  const ticket = state.tickets.get(event.ticket);
  const window = state.windows.get(event.window);
  if (ticket === undefined || window?.call?.ticket !== event.ticket) return;
  ticket.stage = 'serving';
  ticket.servings += 1;
  window.call.status = 'serving';
  window.call.serving = event.serving;
  window.call.startedAt = event.happenedAt;
  window.rev += 1;
}

export function serviceCompleted(state: HallState, event: EventOf<'ServiceCompleted'>): void {
  const ticket = state.tickets.get(event.ticket);
  const window = state.windows.get(event.window);
  if (ticket === undefined || window === undefined) return;
  if (window.call?.ticket === ticket.id) {
    if (ticket.leg === 'intake') {
      const open = ticket.matters.filter((each) => each.state === 'open').map((each) => each.matter);
      const occupiedMs = event.happenedAt - window.call.firstCalledAt;
      learnService(state.learned, state.index, ticket.service, open, occupiedMs);
    }
    learnOutcome(state.learned, undefined);
  }
  for (const matter of event.review) matterOf(ticket.matters, matter).state = 'review';
  for (const matter of event.done) matterOf(ticket.matters, matter).state = 'done';
  ticket.stage = ticket.matters.some((each) => each.state === 'review') ? 'review' : 'served';
  ticket.window = null;
  if (window.call?.ticket === ticket.id) window.call = null;
  window.freeSince = event.happenedAt;
  window.rev += 1;
  if (event.review.length > 0) {
    window.slip = { serving: event.serving, ticket: event.ticket, matters: event.review, at: event.at };
  }
  const rating = {
    serving: event.serving,
    day: ticket.day,
    window: window.id,
    clerk: event.clerk,
    service: ticket.service,
    from: event.happenedAt,
    armedUntil: event.ratingUntil,
    until: event.ratingUntil,
    outcome: 'armed' as const,
    ratedAt: 0,
    reasons: [],
  };
  window.lastServing = event.serving;
  state.ratings.set(event.serving, rating);
  // An arming that had expired when it arrived arms nothing (F15); its timer closes it at the next tick.
  window.rating = event.ratingUntil > event.at ? { serving: event.serving, armedUntil: event.ratingUntil } : null;
  state.timers.insert(ratingTimer(rating));
}

/** Matters nobody chose at the kiosk are named first by the clerk who sends them on. */
function matterOf(matters: TicketMatter[], matter: string): TicketMatter {
  const known = matters.find((each) => each.matter === matter);
  if (known !== undefined) return known;
  const added: TicketMatter = { matter, state: 'open', decidedAt: 0 };
  matters.push(added);
  return added;
}

export function matterDecided(state: HallState, event: EventOf<'MatterDecided'>): void {
  const matter = state.tickets.get(event.ticket)?.matters.find((each) => each.matter === event.matter);
  if (matter === undefined) return;
  matter.state = event.outcome;
  matter.decidedAt = event.at;
}

export function serviceRated(state: HallState, event: EventOf<'ServiceRated'>): void {
  settle(state, event, 'rated', undefined);
  const rating = state.ratings.get(event.serving);
  if (rating === undefined) return;
  rating.ratedAt = event.happenedAt;
  rating.reasons.push(...(event.reasons ?? []));
}

export function ratingRequested(state: HallState, event: EventOf<'RatingRequested'>): void {
  const rating = state.ratings.get(event.serving);
  const window = state.windows.get(event.window);
  if (rating === undefined || window === undefined) return;
  if (rating.outcome === 'armed') state.timers.remove(ratingTimer(rating));
  rating.outcome = 'armed';
  rating.armedUntil = event.ratingUntil;
  rating.until = event.ratingUntil;
  window.rating = { serving: rating.serving, armedUntil: event.ratingUntil };
  state.timers.insert(ratingTimer(rating));
}

export function ratingNotGiven(state: HallState, event: EventOf<'RatingNotGiven'>): void {
  settle(state, event, 'not-given', event.reason === 'superseded' ? event.happenedAt : undefined);
}

function settle(
  state: HallState,
  event: EventOf<'ServiceRated' | 'RatingNotGiven'>,
  outcome: 'rated' | 'not-given',
  until: number | undefined,
): void {
  const rating = state.ratings.get(event.serving);
  if (rating === undefined) return;
  if (rating.outcome === 'armed') state.timers.remove(ratingTimer(rating));
  rating.outcome = outcome;
  if (until !== undefined) rating.until = Math.min(rating.until, until);
  const window = state.windows.get(rating.window);
  if (window?.rating?.serving === event.serving) window.rating = null;
}
