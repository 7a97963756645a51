/** What the hub, the boards and the pages ask a hall. Reading alone: nothing here changes the state. */
import type { WindowRole } from '../../devices/contract/hall.ts';
import type {
  ClerkId,
  Instant,
  MatterId,
  ServiceId,
  ServingId,
  TicketClass,
  TicketId,
  TicketNumber,
  WindowId,
} from '../../devices/contract/terms.ts';
import { numberOf } from '../../devices/contract/terms.ts';
import { estimateFor } from './estimate.ts';
import type { QueueEvent } from './events.ts';
import { issuingRefusal } from './issuing.ts';
import { reachableLanes } from './lanes.ts';
import type { AcceptanceSlip, HallState, MatterState, Phase, RecentCall, Stage, WindowState } from './state.ts';

export interface WindowFacts {
  readonly id: WindowId;
  readonly state: WindowState['state'];
  readonly role: WindowRole;
  readonly rev: number;
  readonly call: {
    readonly ticket: TicketId;
    readonly number: TicketNumber;
    readonly call: number;
    readonly calledAt: Instant;
    readonly status: 'called' | 'serving';
  } | null;
  readonly rating: { readonly serving: ServingId; readonly armedUntil: Instant } | null;
  readonly slip: AcceptanceSlip | null;
  /** How many this window could call now. */
  readonly waiting: number;
  readonly held: readonly TicketNumber[];
  readonly clerk: ClerkId | null;
  readonly pauseReason: string;
}

export function windowFacts(state: HallState, windowId: WindowId): WindowFacts | undefined {
  const window = state.windows.get(windowId);
  if (window === undefined) return undefined;
  const { call } = window;
  let waiting = 0;
  for (const { lane } of reachableLanes(state, window)) waiting += lane.tickets.size;
  return {
    id: window.id,
    state: window.state,
    role: window.role,
    rev: window.rev,
    call:
      call === null
        ? null
        : {
            ticket: call.ticket,
            number: numberOf(call.ticket),
            call: call.call,
            calledAt: call.calledAt,
            status: call.status,
          },
    rating: window.rating,
    slip: window.slip,
    waiting,
    held: window.held.map(numberOf),
    clerk: window.clerk,
    pauseReason: window.pauseReason,
  };
}

export interface ServiceFacts {
  readonly waiting: number;
  readonly issuing: 'open' | 'near-quota' | 'closed';
  readonly message?: string;
  readonly wait?: { readonly lowMs: number; readonly highMs: number };
}

/** The lamp warns when so little of a quota is left. */
const nearQuotaShare = 0.1;

export function serviceFacts(state: HallState, serviceId: ServiceId, at: Instant): ServiceFacts {
  let waiting = 0;
  for (const phase of ['intake', 'certificate'] as const) {
    for (const lane of state.lanesOfService.get(`${phase}/${serviceId}`) ?? []) waiting += lane.tickets.size;
  }
  const refusal = issuingRefusal(state, serviceId, at);
  if (refusal !== undefined) return { waiting, issuing: 'closed', message: refusal.message };
  const { wait } = estimateFor(state, serviceId, 'ordinary', at);
  const quota = state.index.services.get(serviceId)?.dailyQuota ?? null;
  const left = quota === null ? Number.POSITIVE_INFINITY : quota - (state.day?.issued.get(serviceId) ?? 0);
  return {
    waiting,
    issuing: quota !== null && left <= Math.max(1, quota * nearQuotaShare) ? 'near-quota' : 'open',
    ...(quota !== null && left <= Math.max(1, quota * nearQuotaShare) ? { message: `${left} numbers left today` } : {}),
    ...(wait === undefined ? {} : { wait }),
  };
}

/** Newest first, at most 12. */
export function recentCalls(state: HallState): readonly RecentCall[] {
  return state.recentCalls;
}

export interface OpenTicket {
  readonly ticket: TicketId;
  readonly number: TicketNumber;
  readonly service: ServiceId;
  readonly class: TicketClass;
  readonly stage: Stage;
  readonly leg: Phase;
  readonly matters: readonly { readonly matter: MatterId; readonly state: MatterState }[];
  readonly window: WindowId | null;
  readonly issuedAt: Instant;
}

/** Oldest first. */
export function openTickets(state: HallState, limit: number): readonly OpenTicket[] {
  const found: OpenTicket[] = [];
  for (const ticket of state.tickets.values()) {
    if (found.length >= limit) break;
    found.push({
      ticket: ticket.id,
      number: ticket.number,
      service: ticket.service,
      class: ticket.class,
      stage: ticket.stage,
      leg: ticket.phase,
      matters: ticket.matters.map(({ matter, state: now }) => ({ matter, state: now })),
      window: ticket.window ?? ticket.toWindow,
      issuedAt: ticket.issuedAt,
    });
  }
  return found;
}

/** Tickets that may be called now, in the whole hall. */
export function waitingTotal(state: HallState): number {
  return state.waiting;
}

/** Which views an event may change, from the event alone: what the hub publishes again. */
export interface Touched {
  readonly windows: 'all' | readonly WindowId[];
  readonly services: 'all' | readonly ServiceId[];
  /** Windows whose own state changed: published first; the others differ at most in how many wait. */
  readonly urgent: readonly WindowId[];
}

const nothing: Touched = { windows: [], services: [], urgent: [] };
const everything: Touched = { windows: 'all', services: 'all', urgent: [] };

export function touched(event: QueueEvent): Touched {
  switch (event.type) {
    case 'HallConfigured':
    case 'DayOpened':
    case 'DayRescheduled':
    case 'DayClosed':
    case 'TicketPrinted':
    case 'TicketVoided':
    case 'TicketReturned':
    case 'TicketMoved':
    case 'TicketClassChanged':
    case 'MattersChanged':
    case 'CertificateReady':
    case 'TicketClosed':
      return everything;
    case 'TicketIssued':
      return { windows: [], services: 'all', urgent: [] };
    case 'TicketCalled':
    case 'TicketHeld':
    case 'TicketParked':
    case 'TicketMissed':
    case 'WindowOpened':
    case 'WindowClosed':
    case 'WindowPaused':
    case 'WindowResumed':
    case 'WindowRoleChanged':
    case 'WindowServesChanged':
    case 'WindowFreed':
    case 'ClerkLoggedIn':
    case 'ClerkLoggedOut':
      return { windows: 'all', services: 'all', urgent: event.window === '' ? [] : [event.window] };
    case 'TicketTransferred':
      return {
        windows: 'all',
        services: 'all',
        urgent: 'window' in event.to ? [event.from, event.to.window] : [event.from],
      };
    case 'ServiceStarted':
    case 'ServiceCompleted':
    case 'ServiceRated':
    case 'RatingNotGiven':
    case 'RatingRequested':
      return { windows: [event.window], services: [], urgent: [event.window] };
    default:
      return nothing;
  }
}
