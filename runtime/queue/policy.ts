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
  const unit = unitFor(policy, best, second, at);
  const told = best.front ? `${best.number}: put to the front` : `${best.number}: ${share(policy, best, at, unit)}`;
  const turn =
    policy.kind === 'alternate'
      ? `, turn of ${firstTurn === (best.class === policy.first) ? 'its' : 'the other'} class`
      : '';
  if (second === undefined) return `${told}${turn}, nobody else`;
  const tie = unit.decides ? '' : ', which came later';
  return `${told}${turn}, ahead of ${second.number}: ${share(policy, second, at, unit)}${tie}`;
}

interface Unit {
  readonly ms: number;
  readonly name: string;
  /** Rounded to it, the figures still show who is first. */
  readonly decides: boolean;
}

/** Whole minutes where they show why; else seconds, or less. */
function unitFor(policy: CallPolicy, best: Ticket, second: Ticket | undefined, at: Instant): Unit {
  const minutes = { ms: minuteMs, name: 'min', decides: true };
  if (second === undefined || best.front !== second.front) return minutes;
  const byClass = policy.kind === 'strict' || policy.kind === 'alternate';
  if (byClass && best.class !== second.class) return minutes;
  const rate = (ticket: Ticket) => (policy.kind === 'accumulating' ? policy.ratesPerMinute[ticket.class] : 1);
  for (const unit of [minutes, { ms: 1_000, name: 's', decides: true }, { ms: 1, name: 'ms', decides: true }]) {
    if (rate(best) * waited(best, at, unit) > rate(second) * waited(second, at, unit)) return unit;
  }
  const unit = waited(best, at, minutes) > 0 ? minutes : { ms: 1_000, name: 's' };
  return { ...unit, decides: false };
}

function waited(ticket: Ticket, at: Instant, { ms }: Unit): number {
  return Math.max(0, Math.floor((at - ticket.since) / ms));
}

function share(policy: CallPolicy, ticket: Ticket, at: Instant, unit: Unit): string {
  const time = `${waited(ticket, at, unit)} ${unit.name}`;
  if (policy.kind === 'accumulating') return `${time} x ${policy.ratesPerMinute[ticket.class].toFixed(1)}`;
  return policy.kind === 'fifo' ? time : `${ticket.class}, ${time}`;
}
