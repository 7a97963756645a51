/**
 * What the hall has learned from its own events: how long a matter occupies a window, how often nobody comes, how long a
 * window rests between visitors, how fast each class arrives. It starts from the standard times of the rules.
 */
import type { DurationMs, Instant, MatterId, ServiceId, TicketClass } from '../../devices/contract/terms.ts';
import type { RulesIndex } from './rules-index.ts';

/** What of a ticket tells how long it occupies a window. */
interface Work {
  readonly service: ServiceId;
  readonly matters: readonly { readonly matter: MatterId; readonly state: string }[];
}

interface Mean {
  /** What has been seen, and the standard time's own weight. */
  weight: number;
  meanMs: DurationMs;
}

export interface Learned {
  readonly matters: Map<MatterId, Mean>;
  readonly services: Map<ServiceId, Mean>;
  /** Squared relative error of the expected occupation of a window: how wide a range must be. */
  relativeVariance: number;
  /** Share of calls that nobody follows, and what such a call costs the window. */
  missShare: number;
  missMs: DurationMs;
  /** From one visitor's end to the next call while people wait. */
  restMs: DurationMs;
  /** What a visitor costs a window, over all services. */
  visitMs: DurationMs;
  /** Arrivals by service (and `everyService`) and class, fading. */
  readonly arrivals: Map<string, { count: number; at: Instant }>;
  /** How wide a printed range must be, by class: see `learnPromise`. */
  readonly ranges: Map<string, RangeFactors>;
  /** Intake windows at work at the busiest of the day before: what opening time will bring. */
  usualWindows: number;
  mostWindows: number;
}

/** Factors on the two halves of a range. */
export interface RangeFactors {
  below: number;
  above: number;
}

export const everyService = '*';

/** Prior weight of a standard time, in tickets; and the least weight of a new observation. */
const priorWeight = 4;
const leastShare = 0.03;
const arrivalsFadeMs = 30 * 60_000;

export function nothingLearned(): Learned {
  return {
    matters: new Map(),
    services: new Map(),
    // Log-normal service times of counters scatter by about 0.7 of their mean.
    relativeVariance: 0.5,
    missShare: 0.02,
    missMs: 60_000,
    restMs: 10_000,
    visitMs: 10 * 60_000,
    arrivals: new Map(),
    ranges: new Map(),
    usualWindows: 0,
    mostWindows: 0,
  };
}

/** How long this visitor will occupy a window, whole milliseconds. */
export function expectedMs(learned: Learned, index: RulesIndex, ticket: Work): number {
  let sum = 0;
  for (const { matter, state } of ticket.matters) if (state === 'open') sum += matterMs(learned, index, matter);
  if (sum === 0) sum = serviceMs(learned, index, ticket.service);
  return Math.round((1 - learned.missShare) * sum + learned.missShare * learned.missMs + learned.restMs);
}

function matterMs(learned: Learned, index: RulesIndex, matter: MatterId): number {
  return learned.matters.get(matter)?.meanMs ?? index.matters.get(matter)?.standardMs ?? 0;
}

export function serviceMs(learned: Learned, index: RulesIndex, service: ServiceId): number {
  return learned.services.get(service)?.meanMs ?? index.standardMs.get(service) ?? 0;
}

/** A visitor has occupied a window from the first call to the end. Several matters share the time as they were expected to. */
export function learnService(
  learned: Learned,
  index: RulesIndex,
  service: ServiceId,
  matters: readonly MatterId[],
  occupiedMs: number,
): void {
  if (occupiedMs <= 0) return;
  let expected = 0;
  for (const matter of matters) expected += matterMs(learned, index, matter);
  if (matters.length === 0) expected = serviceMs(learned, index, service);
  if (expected <= 0) return;
  const ratio = occupiedMs / expected;
  const error = Math.min(9, (ratio - 1) ** 2);
  learned.visitMs += 0.02 * (occupiedMs + learned.restMs - learned.visitMs);
  learned.relativeVariance += 0.01 * (error - learned.relativeVariance);
  if (matters.length === 0) {
    learn(learned.services, service, serviceMs(learned, index, service), occupiedMs);
    return;
  }
  for (const matter of matters) {
    const before = matterMs(learned, index, matter);
    learn(learned.matters, matter, before, before * ratio);
  }
}

function learn(means: Map<string, Mean>, key: string, priorMs: number, seenMs: number): void {
  const mean = means.get(key) ?? { weight: priorWeight, meanMs: priorMs };
  mean.weight += 1;
  mean.meanMs += Math.max(leastShare, 1 / mean.weight) * (seenMs - mean.meanMs);
  means.set(key, mean);
}

/** One wait in twenty may lie below a printed range and one above: nine in ten inside. */
const outsideShare = 0.05;
/** A wait outside widens its side by 5 %, nineteen inside narrow it back: quick enough for a bad hour, slow for a quiet one. */
const rangeStep = 0.05;
const rangeLimits = { least: 0.3, most: 6 } as const;

/** Before the doors open everything hangs on one moment; such waits are learned apart. */
export function rangeFactors(learned: Learned, kind: TicketClass, beforeOpening: boolean): Readonly<RangeFactors> {
  return learned.ranges.get(rangeKey(kind, beforeOpening)) ?? { below: 1, above: 1 };
}

function rangeKey(kind: TicketClass, beforeOpening: boolean): string {
  return beforeOpening ? `${kind} before opening` : kind;
}

/** What a paper promises, with the factors its range was made with. */
export interface Promised {
  readonly lowMs: number;
  readonly middleMs: number;
  readonly highMs: number;
  readonly beforeOpening: boolean;
  readonly factors: Readonly<RangeFactors>;
}

/**
 * The factor that would just have held this wait is compared with the factor of now, which moves towards the one that
 * holds the wanted share of recent waits, whatever their law (a tracked quantile of the scores of conformal prediction:
 * Angelopoulos, Candès and Tibshirani, "Conformal PID control for time series prediction", 2023).
 */
export function learnPromise(learned: Learned, kind: TicketClass, promised: Promised, waitedMs: number): void {
  const { lowMs, middleMs, highMs, beforeOpening, factors } = promised;
  const now = rangeFactors(learned, kind, beforeOpening);
  const needed = (off: number, half: number, factor: number) => (half > 0 ? (off / half) * factor : 0);
  learned.ranges.set(rangeKey(kind, beforeOpening), {
    below: stepped(now.below, needed(middleMs - waitedMs, middleMs - lowMs, factors.below)),
    above: stepped(now.above, needed(waitedMs - middleMs, highMs - middleMs, factors.above)),
  });
}

function stepped(factor: number, needed: number): number {
  const next = factor * (1 + rangeStep * ((needed > factor ? 1 : 0) - outsideShare));
  return Math.min(rangeLimits.most, Math.max(rangeLimits.least, next));
}

export function learnOutcome(learned: Learned, missedAfterMs: number | undefined): void {
  learned.missShare += 0.01 * ((missedAfterMs === undefined ? 0 : 1) - learned.missShare);
  if (missedAfterMs !== undefined) learned.missMs += 0.05 * (missedAfterMs - learned.missMs);
}

/** Longer rests are breaks, not rests. */
const longestRestMs = 3 * 60_000;

export function learnRest(learned: Learned, restMs: number): void {
  if (restMs <= longestRestMs) learned.restMs += 0.02 * (restMs - learned.restMs);
}

export function learnArrival(learned: Learned, service: ServiceId, kind: TicketClass, at: Instant): void {
  count(learned, `${service}|${kind}`, at);
  count(learned, `${everyService}|${kind}`, at);
}

function count(learned: Learned, key: string, at: Instant): void {
  const seen = learned.arrivals.get(key);
  if (seen === undefined) {
    learned.arrivals.set(key, { count: 1, at });
    return;
  }
  seen.count = faded(seen, at) + 1;
  seen.at = Math.max(seen.at, at);
}

/** Tickets a millisecond. */
export function arrivalRate(learned: Learned, service: ServiceId, kind: TicketClass, at: Instant): number {
  const seen = learned.arrivals.get(`${service}|${kind}`);
  return seen === undefined ? 0 : faded(seen, at) / arrivalsFadeMs;
}

function faded(seen: { readonly count: number; readonly at: Instant }, at: Instant): number {
  return seen.count * Math.exp(-Math.max(0, at - seen.at) / arrivalsFadeMs);
}
