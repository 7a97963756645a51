/** The hall's state in the shape of the contract's views: what boards, pads and pages show. Pure. */
import type { HallRules } from '../../devices/contract/hall.ts';
import { type Instant, type LocalText, numberOf, type ServiceId, type WindowId } from '../../devices/contract/terms.ts';
import type { HallView, ServiceView, WindowView } from '../../devices/contract/view.ts';
import { recentCalls, serviceFacts, waitingTotal, windowFacts } from '../queue/selectors.ts';
import type { HallState } from '../queue/state.ts';

export interface ViewHead {
  readonly epoch: number;
  readonly rev: number;
  readonly at: Instant;
}

/** A view of yesterday must not outlive the night in a broker's memory. */
const viewLifeMs = 24 * 3_600_000;
const heldLimit = 50;
const minuteMs = 60_000;

const head = ({ epoch, rev, at }: ViewHead) => ({ v: 1 as const, epoch, rev, valid_until: at + viewLifeMs });

export function windowView(state: HallState, rules: HallRules, window: WindowId, at: ViewHead): WindowView | undefined {
  const facts = windowFacts(state, window);
  const sign = rules.windows.find((each) => each.id === window);
  if (facts === undefined || sign === undefined) return undefined;
  const { call, rating } = facts;
  return {
    ...head(at),
    window,
    number: sign.number,
    name: sign.name,
    role: facts.role,
    state: facts.state,
    window_rev: facts.rev,
    call:
      call === null
        ? null
        : { ticket: call.ticket, number: call.number, call: call.call, called_at: call.calledAt, status: call.status },
    rating: rating === null ? null : { serving: rating.serving, armed_until: rating.armedUntil },
    ...(facts.slip === null
      ? {}
      : { slip: { ...facts.slip, number: numberOf(facts.slip.ticket), matters: [...facts.slip.matters] } }),
    waiting: facts.waiting,
    held: facts.held.slice(0, heldLimit),
    clerk: facts.clerk,
  };
}

export function serviceView(state: HallState, service: ServiceId, at: ViewHead): ServiceView | undefined {
  const facts = serviceFacts(state, service, at.at);
  if (facts === undefined) return undefined;
  return {
    ...head(at),
    service,
    waiting: facts.waiting,
    issuing: facts.issuing,
    ...(facts.message === undefined ? {} : { message: facts.message }),
    ...(facts.wait === undefined ? {} : { wait: inMinutes(facts.wait) }),
  };
}

export function hallView(state: HallState, rules: HallRules, notices: readonly LocalText[], at: ViewHead): HallView {
  const calls = recentCalls(state).flatMap((call) => {
    const window = rules.windows.find((each) => each.id === call.window);
    if (window === undefined) return [];
    return [
      {
        number: call.number,
        window: window.id,
        window_number: window.number,
        window_name: window.name,
        called_at: call.calledAt,
        call: call.call,
      },
    ];
  });
  return { ...head(at), calls, waiting: waitingTotal(state), notices: notices.slice(0, 8) };
}

/** Whole minutes are all that anybody reads; finer, every service would be told to every kiosk at every look. */
function inMinutes({ lowMs, highMs }: { readonly lowMs: number; readonly highMs: number }): ServiceView['wait'] {
  return { low_ms: Math.floor(lowMs / minuteMs) * minuteMs, high_ms: Math.ceil(highMs / minuteMs) * minuteMs };
}
