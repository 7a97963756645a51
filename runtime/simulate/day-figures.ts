/** A simulated day in figures, each with how it is told. */
import type { DayResult, Visit } from './day-result.ts';
import { jain, mean, quantile } from './figures.ts';

export interface FigureKind {
  /** `min`: minutes · `share`: of 1, told in per cent · `count`. */
  readonly unit: 'min' | 'share' | 'count';
  readonly about: string;
}

/** The promise that a hall makes: one matter, and three. */
export interface Promised {
  readonly oneMs: number;
  readonly threeMs: number;
}

const minuteMs = 60_000;
export const usualPromise: Promised = { oneMs: 7 * minuteMs, threeMs: 20 * minuteMs };

export const figureKinds = {
  visitors: { unit: 'count', about: 'who came' },
  served: { unit: 'count', about: 'called and served at a window that takes matters in' },
  missed: { unit: 'count', about: 'called, and gone' },
  'never called': { unit: 'count', about: 'still waiting three hours after closing; in no wait' },
  'turned away': { unit: 'count', about: 'no number: quota, capacity or hours' },
  'wait mean': { unit: 'min', about: 'from the press, or the booked time if that is later, to the call' },
  'wait p50': { unit: 'min', about: '' },
  'wait p90': { unit: 'min', about: '' },
  'wait p99': { unit: 'min', about: '' },
  'longest wait': { unit: 'min', about: '' },
  'wait, ordinary': { unit: 'min', about: 'mean, by class' },
  'wait, priority': { unit: 'min', about: '' },
  'wait, appointment': { unit: 'min', about: '' },
  'wait, worst service': { unit: 'min', about: 'mean of the service that waits longest' },
  'longest queue': { unit: 'count', about: 'people waiting at once' },
  'number to certificate, mean': { unit: 'min', about: 'from the press to the end of the last service' },
  'number to certificate, p90': { unit: 'min', about: '' },
  'one matter in time': { unit: 'share', about: 'done within the promise, of all served with one matter' },
  'three matters in time': { unit: 'share', about: 'of all served with three' },
  'certificate wait': { unit: 'min', about: 'mean, from ready to called' },
  'not done today': { unit: 'count', about: 'served, and the back office has not decided or nobody handed out' },
  utilisation: { unit: 'share', about: 'of the open time of windows that take matters in' },
  'utilisation, certificates': { unit: 'share', about: '' },
  'fairness of work': { unit: 'share', about: 'Jain’s index over windows: 100 % = all work the same' },
  'tasks changed': { unit: 'count', about: 'by the balancer' },
} as const satisfies Readonly<Record<string, FigureKind>>;

export type FigureName = keyof typeof figureKinds;
export const figureNames = Object.keys(figureKinds) as FigureName[];

/** NaN: there was nothing to measure. */
export type DayFigures = Readonly<Record<FigureName, number>>;

export function figuresOf(result: DayResult, promise = usualPromise): DayFigures {
  const { visits } = result;
  const waits = waitsOf(visits);
  const through = visits.filter((visit) => visit.doneAt !== null).map((visit) => minutes(throughMs(visit)));
  through.sort((a, b) => a - b);
  const certificates = visits.flatMap(({ readyAt, certificateCalledAt }) =>
    readyAt === null || certificateCalledAt === null ? [] : [minutes(certificateCalledAt - readyAt)],
  );
  const intake = result.windows.filter((window) => window.role === 'intake');
  return {
    visitors: visits.length,
    served: count(visits, (visit) => visit.end === 'served'),
    missed: count(visits, (visit) => visit.end === 'missed'),
    'never called': count(visits, (visit) => visit.end === 'left'),
    'turned away': count(visits, (visit) => visit.end === 'refused'),
    'wait mean': mean(waits),
    'wait p50': quantile(waits, 0.5),
    'wait p90': quantile(waits, 0.9),
    'wait p99': quantile(waits, 0.99),
    'longest wait': waits[waits.length - 1] ?? 0,
    'wait, ordinary': meanWait(visits.filter((visit) => visit.class === 'ordinary')),
    'wait, priority': meanWait(visits.filter((visit) => visit.class === 'priority')),
    'wait, appointment': meanWait(visits.filter((visit) => visit.class === 'appointment')),
    'wait, worst service': worstService(visits),
    'longest queue': result.longestQueue,
    'number to certificate, mean': through.length === 0 ? Number.NaN : mean(through),
    'number to certificate, p90': through.length === 0 ? Number.NaN : quantile(through, 0.9),
    'one matter in time': inTime(visits, 1, promise.oneMs),
    'three matters in time': inTime(visits, 3, promise.threeMs),
    'certificate wait': certificates.length === 0 ? Number.NaN : mean(certificates),
    'not done today': count(visits, (visit) => visit.end === 'served' && visit.doneAt === null),
    utilisation: utilisation(intake),
    'utilisation, certificates': utilisation(result.windows.filter((window) => window.role === 'certificate')),
    'fairness of work': jain(intake.map((window) => window.busyMs)),
    'tasks changed': result.balanced,
  };
}

function minutes(ms: number): number {
  return ms / minuteMs;
}

/** When waiting begins: who is before the booked time waits of their own will. */
function sinceOf(visit: Visit): number {
  return Math.max(visit.arrivedAt, visit.bookedFor ?? 0);
}

function throughMs(visit: Visit): number {
  return (visit.doneAt ?? 0) - sinceOf(visit);
}

/** Of those who were called, rising. */
export function waitsOf(visits: readonly Visit[]): number[] {
  const waits = visits.flatMap((visit) =>
    visit.calledAt === null ? [] : [minutes(Math.max(0, visit.calledAt - sinceOf(visit)))],
  );
  return waits.sort((a, b) => a - b);
}

function meanWait(visits: readonly Visit[]): number {
  const waits = waitsOf(visits);
  return waits.length === 0 ? Number.NaN : mean(waits);
}

/** Services with fewer are chance. */
const leastOfService = 10;

function worstService(visits: readonly Visit[]): number {
  const byService = Map.groupBy(visits, (visit) => visit.service);
  const means = [...byService.values()]
    .filter((of) => of.length >= leastOfService)
    .map(meanWait)
    .filter((each) => !Number.isNaN(each));
  return means.length === 0 ? Number.NaN : Math.max(...means);
}

function inTime(visits: readonly Visit[], matters: number, withinMs: number): number {
  const served = visits.filter((visit) => visit.end === 'served' && visit.matters === matters);
  if (served.length === 0) return Number.NaN;
  return count(served, (visit) => visit.doneAt !== null && throughMs(visit) <= withinMs) / served.length;
}

function utilisation(windows: DayResult['windows']): number {
  const open = windows.reduce((sum, window) => sum + window.openMs, 0);
  return open === 0 ? Number.NaN : windows.reduce((sum, window) => sum + window.busyMs, 0) / open;
}

function count(visits: readonly Visit[], is: (visit: Visit) => boolean): number {
  return visits.reduce((sum, visit) => sum + (is(visit) ? 1 : 0), 0);
}
