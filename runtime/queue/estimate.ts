/**
 * How many are before a visitor and how long that takes, as a range. With n ahead and c busy windows the wait is the
 * time of n + 1 departures (the exact mean for exponential service); those who will overtake by their class are added,
 * those who will be overtaken are not counted, and closed hours do not pass (F19).
 */
import type { CallPolicy } from '../../devices/contract/hall.ts';
import type { Instant, ServiceId, TicketClass } from '../../devices/contract/terms.ts';
import { ticketClasses } from '../../devices/contract/terms.ts';
import type { DaySchedule } from './events.ts';
import { arrivalRate, everyService, serviceMs } from './learned.ts';
import { type Pool, type PoolShare, poolOf } from './pools.ts';
import type { HallState, Lane, Ticket } from './state.ts';

export interface Estimate {
  readonly ahead: number;
  /** Absent when no window is at work and none is expected. */
  readonly wait: { readonly lowMs: number; readonly highMs: number } | undefined;
  /** The middle, for measurements. */
  readonly meanMs: number | undefined;
}

/** Nine of ten waits are to lie in the range. A normal law would need 1.645; services have a long tail. In the simulator this covers 79 to 88 %. */
const deviations = 2.1;
/** What no model of the hall knows: clerks on break, long cases, a share of the mean. */
const unknownShare = 0.16;
const stepMs = 60_000;
/** Halvings: from an hour to a quarter of a minute. */
const looks = 8;
const longestSpreadOfOvertakers = 0.8;

/** For somebody who presses now. */
export function estimateFor(state: HallState, service: ServiceId, kind: TicketClass, at: Instant): Estimate {
  const pool = poolOf(state, service);
  const windows = pool.windows > 0 ? pool.windows : windowsExpected(state, at);
  const first = crowd(state, pool.shares, kind, at, 0);
  if (windows === 0) return { ahead: Math.round(first.ahead), wait: undefined, meanMs: undefined };
  const free = idleWindows(state, service);
  const opensIn = untilOpen(state.day?.schedule, at);
  if (free > first.ahead && opensIn === 0) {
    return { ahead: Math.round(first.ahead), wait: { lowMs: 0, highMs: 2 * stepMs }, meanMs: 0 };
  }
  const residualMs = serviceMs(state.learned, state.index, service) + state.learned.restMs;
  const ownMs = opensIn > 0 ? 0 : residualMs;
  const throughput = windows * (1 - overtakers(state, pool, kind, windows, at));
  const waitBehind = (those: Crowd) => (those.workMs + ownMs) / throughput;
  // Who is overtaken depends on the wait, and the wait on who is overtaken: the longer the wait, the fewer are ahead.
  let meanMs = waitBehind(first);
  let here = crowd(state, pool.shares, kind, at, meanMs);
  if (here.ahead < first.ahead) {
    let low = waitBehind(here);
    let high = meanMs;
    for (let look = 0; look < looks; look += 1) {
      meanMs = (low + high) / 2;
      here = crowd(state, pool.shares, kind, at, meanMs);
      if (waitBehind(here) > meanMs) low = meanMs;
      else high = meanMs;
    }
  }
  const each = here.ahead > 0 ? here.workMs / here.ahead : residualMs;
  const scatterMs = (Math.sqrt((here.ahead + 1) * state.learned.relativeVariance) * each) / windows;
  const spreadMs = deviations * Math.hypot(scatterMs, unknownShare * meanMs);
  const schedule = state.day?.schedule;
  return {
    ahead: Math.round(here.ahead),
    wait: {
      lowMs: Math.max(0, Math.floor(openTime(schedule, at, meanMs - spreadMs) / stepMs) * stepMs),
      highMs: Math.ceil(openTime(schedule, at, meanMs + spreadMs) / stepMs) * stepMs,
    },
    meanMs: Math.round(openTime(schedule, at, meanMs)),
  };
}

interface Crowd {
  readonly ahead: number;
  readonly workMs: number;
}

/** Who waits now and will be called before, if the visitor waits `waitMs`. */
function crowd(state: HallState, shares: readonly PoolShare[], kind: TicketClass, at: Instant, waitMs: number): Crowd {
  let ahead = 0;
  let workMs = 0;
  const policy = state.rules?.calling.policy;
  for (const { key, share } of shares) {
    for (const lane of state.lanesOfService.get(key) ?? []) {
      const { size } = lane.tickets;
      if (size === 0) continue;
      const before = policy === undefined ? size : countAhead(policy, lane, kind, at, waitMs);
      ahead += before * share;
      workMs += (before / size) * lane.workMs * share;
    }
  }
  return { ahead, workMs };
}

function countAhead(policy: CallPolicy, lane: Lane, kind: TicketClass, at: Instant, waitMs: number): number {
  switch (policy.kind) {
    case 'accumulating': {
      const ratio = policy.ratesPerMinute[kind] / policy.ratesPerMinute[lane.class];
      if (ratio <= 1) return lane.tickets.size;
      // Credit at the call: theirs (at + wait - since) x their rate, the visitor's wait x own rate.
      const since = at + waitMs - waitMs * ratio;
      return lane.tickets.countBefore({ front: false, since, seq: 0 } as Ticket);
    }
    case 'strict':
      return policy.order.indexOf(lane.class) <= policy.order.indexOf(kind) ? lane.tickets.size : 0;
    case 'alternate':
    case 'fifo':
      return lane.tickets.size;
  }
}

/** Share of the windows' time that visitors will take who come later and are called before. */
function overtakers(state: HallState, pool: Pool, kind: TicketClass, windows: number, at: Instant): number {
  const policy = state.rules?.calling.policy;
  if (policy === undefined) return 0;
  let load = 0;
  for (const other of ticketClasses) {
    const share = overtakingShare(policy, kind, other);
    if (share <= 0) continue;
    if (pool.whole) {
      load += (arrivalRate(state.learned, everyService, other, at) * share * state.learned.visitMs) / windows;
      continue;
    }
    for (const { service, share: taken } of pool.shares) {
      const rate = arrivalRate(state.learned, service, other, at) * taken * share;
      if (rate > 0) load += (rate * (serviceMs(state.learned, state.index, service) + state.learned.restMs)) / windows;
    }
  }
  return Math.min(longestSpreadOfOvertakers, load);
}

function overtakingShare(policy: CallPolicy, kind: TicketClass, other: TicketClass): number {
  if (policy.kind === 'accumulating') return 1 - policy.ratesPerMinute[kind] / policy.ratesPerMinute[other];
  if (policy.kind === 'strict') return policy.order.indexOf(other) < policy.order.indexOf(kind) ? 1 : 0;
  return 0;
}

/** Before any window opens: as many as were at work yesterday, or all there are. */
function windowsExpected(state: HallState, at: Instant): number {
  if (untilOpen(state.day?.schedule, at) === 0) return 0;
  if (state.learned.usualWindows > 0) return state.learned.usualWindows;
  let windows = 0;
  for (const window of state.windows.values()) if (window.role === 'intake') windows += 1;
  return windows;
}

function idleWindows(state: HallState, service: ServiceId): number {
  let idle = 0;
  for (const window of state.windows.values()) {
    if (window.state !== 'open' || window.call !== null || window.role !== 'intake') continue;
    if (window.serves === 'all' || window.serves.some((each) => each.service === service)) idle += 1;
  }
  return idle;
}

function untilOpen(schedule: DaySchedule | undefined, at: Instant): number {
  const span = schedule?.spans.find((each) => each.to > at);
  return span === undefined ? 0 : Math.max(0, span.from - at);
}

/** Wall time that passes until so much opening time has passed. */
function openTime(schedule: DaySchedule | undefined, at: Instant, durationMs: number): number {
  let left = Math.max(0, durationMs);
  let from = at;
  for (const span of schedule?.spans ?? []) {
    if (span.to <= from) continue;
    from = Math.max(from, span.from);
    if (from + left <= span.to) return from + left - at;
    left -= span.to - from;
    from = span.to;
  }
  return from + left - at;
}
