/** Several days, several seeds, several layouts: the same people come to each, and what they met is compared. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { BusinessDay } from '../../devices/contract/terms.ts';
import { seededRandom } from '../../drivers/random.ts';
import { dayAfter, instantOf } from '../queue/calendar.ts';
import { emptyHall } from '../queue/state.ts';
import { type DayResult, simulateDay } from './day.ts';
import { confidence, type Interval, jain, mean, quantile } from './figures.ts';
import { applyWhatIf, type WhatIf } from './layouts.ts';
import type { Behaviour, Visitor } from './plan.ts';

export interface Study {
  readonly rules: HallRules;
  readonly from: BusinessDay;
  readonly days: number;
  readonly seeds: readonly number[];
  readonly behaviour: Behaviour;
  /** The people of one day, drawn from this seed alone. */
  readonly draw: (day: BusinessDay, random: () => number, crowdFactor: number) => readonly Visitor[];
}

export const figureNames = [
  'visitors',
  'served',
  'missed',
  'turned away',
  'wait mean',
  'wait p50',
  'wait p90',
  'wait p99',
  'longest wait',
  'longest queue',
  'utilisation',
  'fairness',
] as const;
export type FigureName = (typeof figureNames)[number];

/** Waits in minutes, utilisation and fairness as shares. */
export type DayFigures = Readonly<Record<FigureName, number>>;
export type StudyFigures = Readonly<Record<FigureName, Interval>>;

const minuteMs = 60_000;

export function figuresOf(result: DayResult): DayFigures {
  const waits: number[] = [];
  let served = 0;
  let missed = 0;
  let refused = 0;
  for (const visit of result.visits) {
    if (visit.calledAt !== null) waits.push((visit.calledAt - visit.arrivedAt) / minuteMs);
    if (visit.end === 'served') served += 1;
    if (visit.end === 'missed') missed += 1;
    if (visit.end === 'refused') refused += 1;
  }
  waits.sort((a, b) => a - b);
  const busy = result.windows.reduce((sum, window) => sum + window.busyMs, 0);
  const open = result.windows.reduce((sum, window) => sum + window.openMs, 0);
  return {
    visitors: result.visits.length,
    served,
    missed,
    'turned away': refused,
    'wait mean': mean(waits),
    'wait p50': quantile(waits, 0.5),
    'wait p90': quantile(waits, 0.9),
    'wait p99': quantile(waits, 0.99),
    'longest wait': waits[waits.length - 1] ?? 0,
    'longest queue': result.longestQueue,
    utilisation: open === 0 ? 0 : busy / open,
    // Of clerks' work: 1 when every window worked the same.
    fairness: jain(result.windows.map((window) => window.busyMs)),
  };
}

export interface StudyResult {
  readonly figures: StudyFigures;
  /** One day's, for the picture. */
  readonly sample: DayResult;
}

export function runStudy(study: Study, whatIf: WhatIf = {}): StudyResult {
  const rules = applyWhatIf(study.rules, whatIf);
  const slower = whatIf.slower ?? 1;
  const all: DayFigures[] = [];
  let sample: DayResult | undefined;
  for (const seed of study.seeds) {
    const perDay: DayFigures[] = [];
    const state = emptyHall();
    let day = study.from;
    for (let count = 0; count < study.days; count += 1, day = dayAfter(day)) {
      const people = study.draw(day, seededRandom(seed * 1009 + count), whatIf.crowd ?? 1);
      if (people.length === 0) continue;
      const visitors = slower === 1 ? people : people.map((one) => ({ ...one, serviceMs: one.serviceMs * slower }));
      const result = simulateDay(
        {
          rules,
          day: instantOf(rules.timeZone, day, 12 * 60),
          visitors,
          behaviour: study.behaviour,
          random: seededRandom(seed * 2003 + count),
        },
        state,
      );
      sample ??= result;
      perDay.push(figuresOf(result));
    }
    // Days of one seed share what the hall learned: one replication.
    if (perDay.length > 0) all.push(average(perDay));
  }
  if (sample === undefined) throw new Error('nobody came: the hall is closed on all these days');
  const figures = Object.fromEntries(
    figureNames.map((name) => [name, confidence(all.map((each) => each[name]))]),
  ) as StudyFigures;
  return { figures, sample };
}

function average(days: readonly DayFigures[]): DayFigures {
  return Object.fromEntries(figureNames.map((name) => [name, mean(days.map((day) => day[name]))])) as DayFigures;
}
