/** Service is given and ends; what the back office decides calls the visitor again, under the same number. */
import type { ClerkId, Instant, MatterId, ServingId, TicketId, WindowId } from '../../../devices/contract/terms.ts';
import { type AtWindow, accept, currentVisitor, head, isDecision, refuse } from '../answer.ts';
import type { CommandHead, CommandOf, FromDevice, FromPerson } from '../commands.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import { enterLane } from '../lanes.ts';
import { learnOutcome, learnService } from '../learned.ts';
import { notGiven } from '../not-rated.ts';
import { detach } from '../places.ts';
import type { Decision } from '../queue.ts';
import type { HallState, Ticket, TicketMatter } from '../state.ts';
import { ratingTimer } from '../timers.ts';

declare module '../commands.ts' {
  interface CommandData {
    Start: FromDevice<'Start'>;
    Complete: FromDevice<'Complete'>;
    MatterReady: FromPerson<'MatterReady'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    ServiceStarted: {
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly serving: ServingId;
      readonly clerk: ClerkId | null;
    };
    ServiceCompleted: {
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly serving: ServingId;
      readonly clerk: ClerkId | null;
      readonly review: readonly MatterId[];
      readonly done: readonly MatterId[];
      readonly ratingUntil: Instant;
    };
    MatterDecided: {
      readonly ticket: TicketId;
      readonly matter: MatterId;
      readonly outcome: 'granted' | 'refused';
    };
    /** Enters the certificate queue with the same number. */
    CertificateReady: { readonly ticket: TicketId };
  }
}

export const serveCommands = {
  Start: { decide: start },
  Complete: { decide: complete },
  MatterReady: { decide: matterReady },
} satisfies Partial<Handlers>;

export const serveChanges = {
  ServiceStarted: serviceStarted,
  ServiceCompleted: serviceCompleted,
  MatterDecided: matterDecided,
  CertificateReady: certificateReady,
} satisfies Partial<Changes>;

export function start(state: HallState, command: CommandOf<'Start'>): Decision {
  const at = currentVisitor(state, command);
  if (isDecision(at)) return at;
  if (at.call.status === 'serving') return refuse('being-served', `${at.ticket.number} is being served`);
  return accept(started(command, at, command.happenedAt));
}

function started(command: CommandHead, at: AtWindow, happenedAt: number): QueueEvent {
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
  command: CommandHead,
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
      (each.state === 'open' || (isDecided(each) && ticket.phase === 'certificate' && each.decidedAt <= startedAt)),
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
    if (ticket.phase === 'intake') {
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
  window.idleSince = event.happenedAt;
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

/** A ticket of an earlier day is not called: its visitor comes some time, and is called by number. */
export function certificateReady(state: HallState, event: EventOf<'CertificateReady'>): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  detach(state, ticket, event.happenedAt);
  ticket.phase = 'certificate';
  ticket.since = event.at;
  ticket.front = false;
  ticket.toWindow = null;
  if (ticket.day === state.day?.day) enterLane(state, ticket);
  else ticket.stage = 'parked';
}
