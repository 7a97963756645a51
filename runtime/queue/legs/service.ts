/** Service begins and ends; the back office decides; the certificate waits under the same number. */
import type { MatterId } from '../../../devices/contract/terms.ts';
import type { QueueEvent } from '../events.ts';
import { notGiven } from '../not-rated.ts';
import type { Decision } from '../queue.ts';
import type { HallState, Ticket, TicketMatter } from '../state.ts';
import { type AtWindow, accept, type CommandOf, currentVisitor, head, isDecision, refuse } from './answer.ts';

export function start(state: HallState, command: CommandOf<'Start'>): Decision {
  const at = currentVisitor(state, command);
  if (isDecision(at)) return at;
  if (at.call.status === 'serving') return refuse('being-served', `${at.ticket.number} is being served`);
  return accept(started(command, at, command.happenedAt));
}

function started(command: Parameters<typeof head>[0], at: AtWindow, happenedAt: number): QueueEvent {
  return {
    ...head(command),
    happenedAt,
    type: 'ServiceStarted',
    ticket: at.ticket.id,
    window: at.window.id,
    serving: `${at.ticket.id}#${at.ticket.servings + 1}`,
    clerk: at.window.clerk,
  };
}

export function complete(state: HallState, command: CommandOf<'Complete'>): Decision {
  const at = currentVisitor(state, command);
  if (isDecision(at)) return at;
  const review = command.review === 'all' ? backOfficeMatters(state, at.ticket) : [...new Set(command.review)];
  const unknown = review.find((matter) => !mayBeReviewed(state, at.ticket, matter));
  if (unknown !== undefined) {
    return refuse('not-on-ticket', `"${unknown}" is no open matter of ${at.ticket.number}`);
  }
  return accept(...endServing(state, command, at, review));
}

/** Of the chosen matters; where none was chosen, of all the service stands for. */
function backOfficeMatters(state: HallState, ticket: Ticket): MatterId[] {
  const open = ticket.matters.filter((each) => each.state === 'open').map((each) => each.matter);
  const candidates = ticket.matters.length > 0 ? open : (state.index.services.get(ticket.service)?.matters ?? []);
  return candidates.filter((matter) => state.index.matters.get(matter)?.decided === 'back-office');
}

function mayBeReviewed(state: HallState, ticket: Ticket, matter: MatterId): boolean {
  const known = ticket.matters.find((each) => each.matter === matter);
  if (known !== undefined) return known.state !== 'done' && known.state !== 'review';
  return ticket.matters.length === 0 && state.index.matters.has(matter);
}

/**
 * The visitor at the window has been served: the rating keypad is armed for this service (F15), and the ticket goes
 * where its matters send it. `goes-on`: somebody says next where that is.
 */
export function endServing(
  state: HallState,
  command: Parameters<typeof head>[0],
  at: AtWindow,
  review: readonly MatterId[],
  then: 'settle' | 'goes-on' = 'settle',
): QueueEvent[] {
  const { window, call, ticket } = at;
  const base = head(command);
  const events: QueueEvent[] = [];
  // Without a start key, service began with the call.
  if (call.status === 'called') events.push(started(command, at, Math.min(call.calledAt, command.happenedAt)));
  const serving = call.serving ?? `${ticket.id}#${ticket.servings + 1}`;
  if (window.rating !== null) events.push(notGiven(state, base, window.rating.serving, window.id, 'superseded'));
  const startedAt = call.status === 'called' ? call.calledAt : call.startedAt;
  const done = then === 'goes-on' ? [] : handledMatters(ticket, review, startedAt).map((each) => each.matter);
  const offers = window.rules.rated !== false;
  const ratingUntil = command.happenedAt + (offers ? (state.rules?.rating.timeoutMs ?? 0) : 0);
  events.push({
    ...base,
    type: 'ServiceCompleted',
    ticket: ticket.id,
    window: window.id,
    serving,
    clerk: window.clerk,
    review,
    done,
    ratingUntil,
  });
  if (!offers) events.push(notGiven(state, base, serving, window.id, 'no-keypad'));
  // It waited in an outbox until nobody could be asked any more.
  else if (ratingUntil <= command.at) events.push(notGiven(state, base, serving, window.id, 'hub-away'));
  if (then === 'goes-on') return events;
  const left = ticket.matters.filter((each) => !done.includes(each.matter) && !review.includes(each.matter));
  const decided = left.filter(isDecided);
  const inReview = review.length > 0 || left.some((each) => each.state === 'review');
  if (decided.length > 0 && (!inReview || state.rules?.calling.certificateWhen === 'first')) {
    events.push({ ...base, type: 'CertificateReady', ticket: ticket.id });
  } else if (!inReview) {
    events.push({ ...base, type: 'TicketClosed', ticket: ticket.id, reason: 'done' });
  }
  return events;
}

function isDecided(matter: TicketMatter): boolean {
  return matter.state === 'granted' || matter.state === 'refused';
}

/** Open matters not sent on, and certificates that were there when the service began. */
function handledMatters(ticket: Ticket, review: readonly MatterId[], startedAt: number): TicketMatter[] {
  return ticket.matters.filter(
    (each) =>
      !review.includes(each.matter) &&
      (each.state === 'open' || (isDecided(each) && ticket.leg === 'certificate' && each.decidedAt <= startedAt)),
  );
}

export function matterReady(state: HallState, command: CommandOf<'MatterReady'>): Decision {
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  const matter = ticket.matters.find((each) => each.matter === command.matter);
  if (matter?.state !== 'review')
    return refuse('not-in-review', `"${command.matter}" of ${ticket.number} is not in review`);
  const events: QueueEvent[] = [
    {
      ...head(command),
      type: 'MatterDecided',
      ticket: ticket.id,
      matter: matter.matter,
      outcome: command.outcome,
    },
  ];
  const othersInReview = ticket.matters.some((each) => each !== matter && each.state === 'review');
  if (ticket.stage === 'review' && (!othersInReview || state.rules?.calling.certificateWhen === 'first')) {
    events.push({ ...head(command), type: 'CertificateReady', ticket: ticket.id });
  }
  return accept(...events);
}
