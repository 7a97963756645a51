/**
 * How many are before a visitor and how long that takes, as a range. With n ahead and c busy windows the wait is the
 * time of n + 1 departures (the exact mean for exponential service); those who will overtake by their class are added,
 * those who will be overtaken are not counted, and closed hours do not pass (F19).
 */
import type { CallPolicy } from '../../devices/contract/hall.ts';
import type { Instant, ServiceId, TicketClass } from '../../devices/contract/terms.ts';
import { ticketClasses } from '../../devices/contract/terms.ts';
import type { DaySchedule } from './events.ts';
import { serviceKey } from './lanes.ts';
import { arrivalRate, everyService, expectedMs, rangeFactors, serviceMs } from './learned.ts';
import { type Pool, type PoolShare, poolOf } from './pools.ts';
import type { HallState, Lane, Ticket } from './state.ts';

export interface Estimate {
  readonly ahead: number;
  /** Absent when no window is at work and none is expected. */
  readonly wait: { readonly lowMs: number; readonly highMs: number } | undefined;
  /** The middle, for measurements. */
  readonly meanMs: number | undefined;
}

/** Half a range before anything was learned; a normal law would need 1.645, and services have a long tail. */
const deviations = 2.1;
/** What no model of the hall knows: clerks on break, long cases, a share of the mean. */
const unknownShare = 0.16;
/** A visitor on crutches, a printer that jams: even the shortest wait has some of it. */
const unknownMs = 40_000;
const stepMs = 60_000;
/** A window is free: the upper end of "at once". */
export const atOnceMs = 2 * stepMs;
/** A clerk's rest is shorter, and a break is a pause. */
const unattendedMs = 5 * stepMs;
/** Halvings: from an hour to a quarter of a minute. */
const looks = 8;
const longestSpreadOfOvertakers = 0.8;

/** For somebody who presses now. */
export function estimateFor(state: HallState, service: ServiceId, kind: TicketClass, at: Instant): Estimate {
  const opensIn = untilOpen(state.day?.schedule, at);
  const pool = poolOf(state, service, opensIn > 0 ? 'expected' : 'open');
  const first = crowd(state, pool.shares, kind, at, 0);
  const people = ({ ahead, people }: Crowd) => Math.round(opensIn > 0 ? people : ahead);
  const idle = opensIn > 0 ? nobodyIdle : idleWindows(state, service, at);
  const windows = pool.windows - idle.unattended;
  if (windows <= 0) return { ahead: people(first), wait: undefined, meanMs: undefined };
  if (idle.free > first.ahead) {
    return { ahead: people(first), wait: { lowMs: 0, highMs: atOnceMs }, meanMs: 0 };
  }
  const residualMs = serviceMs(state.learned, state.index, service) + state.learned.restMs;
  const throughput = windows * (1 - overtakers(state, pool, kind, windows, at));
  const waitBehind = ({ ahead, workMs }: Crowd) => {
    // A free window takes its visitor at once: only those behind wait for somebody to leave.
    if (opensIn === 0) return (workMs * behindFree(ahead, idle.free) + residualMs) / throughput;
    return ahead === 0
      ? 0
      : waitFromOpening(workMs / ahead, ahead, windows, throughput, state.learned.relativeVariance);
  };
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
  const departures = opensIn > 0 ? departuresNeeded(here.ahead, windows) : Math.max(1, here.ahead + 1 - idle.free);
  const scatterMs = (Math.sqrt(departures * state.learned.relativeVariance) * each) / windows;
  const spreadMs = deviations * Math.hypot(scatterMs, unknownShare * meanMs, unknownMs);
  const schedule = state.day?.schedule;
  const { below, above } = rangeFactors(state.learned, kind, opensIn > 0);
  return {
    ahead: people(here),
    wait: {
      lowMs: Math.max(0, Math.floor(openTime(schedule, at, meanMs - spreadMs * below) / stepMs) * stepMs),
      highMs: Math.ceil(openTime(schedule, at, meanMs + spreadMs * above) / stepMs) * stepMs,
    },
    meanMs: Math.round(openTime(schedule, at, meanMs)),
  };
}

/**
 * At the opening every window is free, and the first wave waits for nobody. Services that all begin at once end later than
 * services under way: the renewal theorem's constant (Cox, Renewal Theory, 1962), half a service less half its variance.
 */
function waitFromOpening(eachMs: number, ahead: number, windows: number, throughput: number, variance: number): number {
  const departures = departuresNeeded(ahead, windows);
  const waves = Math.min(1, departures / windows);
  return (departures * eachMs) / throughput + waves * eachMs * Math.max(0, (1 - variance) / 2);
}

/** Of windows that all open at once and empty, before it is the turn of whoever has so many ahead. */
function departuresNeeded(ahead: number, windows: number): number {
  return Math.max(0, ahead - Math.max(0, windows - 1));
}

/** The share of those ahead who are not taken by a free window. */
function behindFree(ahead: number, free: number): number {
  return ahead > 0 ? Math.max(0, ahead - free) / ahead : 1;
}

interface Crowd {
  /** A visitor whom other windows may take too counts in part. */
  readonly ahead: number;
  /** Each whole: before the opening all of them stand before the same doors. */
  readonly people: number;
  readonly workMs: number;
}

/** Who waits now and will be called before, if the visitor waits `waitMs`. */
function crowd(state: HallState, shares: readonly PoolShare[], kind: TicketClass, at: Instant, waitMs: number): Crowd {
  let ahead = 0;
  let people = 0;
  let workMs = 0;
  const policy = state.rules?.calling.policy;
  for (const { key, share } of shares) {
    for (const lane of state.lanesOfService.get(key) ?? []) {
      const { size } = lane.tickets;
      if (size === 0) continue;
      const before = policy === undefined ? size : countAhead(policy, lane, kind, at, waitMs);
      ahead += before * share;
      people += before;
      workMs += (before / size) * lane.workMs * share;
    }
  }
  for (const id of state.printing) {
    const ticket = state.tickets.get(id);
    const share = shares.find((each) => each.service === ticket?.service)?.share ?? 0;
    if (ticket === undefined || share === 0) continue;
    if (policy !== undefined && !isAhead(policy, ticket, kind, at, waitMs)) continue;
    ahead += share;
    people += 1;
    workMs += expectedMs(state.learned, state.index, ticket) * share;
  }
  return { ahead, people, workMs };
}

function countAhead(policy: CallPolicy, lane: Lane, kind: TicketClass, at: Instant, waitMs: number): number {
  switch (policy.kind) {
    case 'accumulating': {
      const ratio = policy.ratesPerMinute[kind] / policy.ratesPerMinute[lane.class];
      if (ratio <= 1) return lane.tickets.size;
      return lane.tickets.countBefore({ front: false, since: overtakenAfter(at, waitMs, ratio), seq: 0 } as Ticket);
    }
    case 'strict':
      return policy.order.indexOf(lane.class) <= policy.order.indexOf(kind) ? lane.tickets.size : 0;
    case 'alternate':
    case 'fifo':
      return lane.tickets.size;
  }
}

/** Credit at the call: theirs (at + wait - since) x their rate, the visitor's wait x own rate. */
function overtakenAfter(at: Instant, waitMs: number, ratio: number): Instant {
  return at + waitMs - waitMs * ratio;
}

/** `countAhead` for one whose paper is being printed. */
function isAhead(policy: CallPolicy, ticket: Ticket, kind: TicketClass, at: Instant, waitMs: number): boolean {
  switch (policy.kind) {
    case 'accumulating': {
      const ratio = policy.ratesPerMinute[kind] / policy.ratesPerMinute[ticket.class];
      return ratio <= 1 || ticket.since < overtakenAfter(at, waitMs, ratio);
    }
    case 'strict':
      return policy.order.indexOf(ticket.class) <= policy.order.indexOf(kind);
    case 'alternate':
    case 'fifo':
      return true;
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

interface Idle {
  /** About to call. */
  readonly free: number;
  /** Open, and yet nobody calls there: no window at work. */
  readonly unattended: number;
}

const nobodyIdle: Idle = { free: 0, unattended: 0 };

/** Open windows without a visitor that serve the service; unattended where one of its visitors waits in vain for so long. */
function idleWindows(state: HallState, service: ServiceId, at: Instant): Idle {
  let free = 0;
  let unattended = 0;
  let longest = at;
  for (const lane of state.lanesOfService.get(serviceKey(service, 'intake')) ?? []) {
    longest = Math.min(longest, lane.tickets.first()?.since ?? at);
  }
  for (const window of state.windows.values()) {
    if (window.state !== 'open' || window.call !== null || window.role !== 'intake') continue;
    if (window.serves !== 'all' && !window.serves.some((each) => each.service === service)) continue;
    if (at - Math.max(longest, window.idleSince) > unattendedMs) unattended += 1;
    else free += 1;
  }
  return { free, unattended };
}

export function untilOpen(schedule: DaySchedule | undefined, at: Instant): number {
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
