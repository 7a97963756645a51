/**
 * Who is called next, and why. Accumulating priority (Kleinrock 1964; Stanford, Taylor and Ziedins, "Waiting time
 * distributions in the accumulating priority queue", Queueing Systems 77, 2014): a class earns credit at its own rate
 * a minute waited, and the most credit is called. Only heads of lanes are compared.
 */
import type { CallPolicy } from '../../devices/contract/hall.ts';
import type { Instant } from '../../devices/contract/terms.ts';
import { reachableLanes } from './lanes.ts';
import type { HallState, Ticket, WindowState } from './state.ts';

const minuteMs = 60_000;

export interface Pick {
  readonly ticket: Ticket;
  readonly why: string;
}

export function pickNext(state: HallState, window: WindowState, at: Instant): Pick | undefined {
  const policy = state.rules?.calling.policy;
  if (policy === undefined) return undefined;
  const lanes = reachableLanes(state, window);
  let tier = Number.POSITIVE_INFINITY;
  for (const each of lanes) tier = Math.min(tier, each.tier);
  const firstTurn = policy.kind === 'alternate' && state.alternate.first < policy.n;
  let best: Ticket | undefined;
  let second: Ticket | undefined;
  for (const { lane, tier: laneTier } of lanes) {
    const head = lane.tickets.first();
    if (head === undefined || laneTier > tier) continue;
    if (best === undefined || before(policy, firstTurn, head, best, at)) {
      second = best;
      best = head;
    } else if (second === undefined || before(policy, firstTurn, head, second, at)) {
      second = head;
    }
  }
  return best === undefined ? undefined : { ticket: best, why: reason(policy, firstTurn, best, second, at) };
}

function before(policy: CallPolicy, firstTurn: boolean, a: Ticket, b: Ticket, at: Instant): boolean {
  if (a.front !== b.front) return a.front;
  switch (policy.kind) {
    case 'accumulating': {
      const difference = credit(policy, a, at) - credit(policy, b, at);
      if (difference !== 0) return difference > 0;
      break;
    }
    case 'strict': {
      const difference = policy.order.indexOf(a.class) - policy.order.indexOf(b.class);
      if (difference !== 0) return difference < 0;
      break;
    }
    case 'alternate': {
      const aFirst = a.class === policy.first;
      if (aFirst !== (b.class === policy.first)) return aFirst === firstTurn;
      break;
    }
    case 'fifo':
      break;
  }
  return a.since - b.since < 0 || (a.since === b.since && a.seq < b.seq);
}

function credit(policy: CallPolicy & { kind: 'accumulating' }, ticket: Ticket, at: Instant): number {
  return policy.ratesPerMinute[ticket.class] * ((at - ticket.since) / minuteMs);
}

function reason(policy: CallPolicy, firstTurn: boolean, best: Ticket, second: Ticket | undefined, at: Instant): string {
  const told = best.front ? `${best.number}: put to the front` : `${best.number}: ${share(policy, best, at)}`;
  const turn =
    policy.kind === 'alternate'
      ? `, turn of ${firstTurn === (best.class === policy.first) ? 'its' : 'the other'} class`
      : '';
  const rest = second === undefined ? ', nobody else' : `, ahead of ${second.number}: ${share(policy, second, at)}`;
  return `${told}${turn}${rest}`;
}

function share(policy: CallPolicy, ticket: Ticket, at: Instant): string {
  const minutes = `${Math.max(0, Math.floor((at - ticket.since) / minuteMs))} min`;
  if (policy.kind === 'accumulating') return `${minutes} x ${policy.ratesPerMinute[ticket.class].toFixed(1)}`;
  return policy.kind === 'fifo' ? minutes : `${ticket.class}, ${minutes}`;
}
