/** Several days, several seeds, several layouts: the same people come to each, and what they met is compared. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { BusinessDay } from '../../devices/contract/terms.ts';
import { seededRandom } from '../../drivers/random.ts';
import { dayAfter, instantOf } from '../queue/calendar.ts';
import { emptyHall } from '../queue/state.ts';
import { bookSome } from './appointments.ts';
import { simulateDay } from './day.ts';
import { type DayFigures, type FigureName, figureNames, figuresOf, type Promised } from './day-figures.ts';
import type { DayResult } from './day-result.ts';
import { confidence, type Interval, mean } from './figures.ts';
import { applyWhatIf, type WhatIf } from './layouts.ts';
import type { Behaviour, Visitor } from './plan.ts';

export interface Study {
  readonly rules: HallRules;
  readonly from: BusinessDay;
  readonly days: number;
  readonly seeds: readonly number[];
  readonly behaviour: Behaviour;
  readonly promise?: Promised;
  /** The people of one day, drawn from this seed alone. */
  readonly draw: (day: BusinessDay, random: () => number, crowdFactor: number) => readonly Visitor[];
}

/** A mean of NaN: on no day was there anything to measure. */
export type StudyFigures = Readonly<Record<FigureName, Interval>>;

export interface StudyResult {
  readonly figures: StudyFigures;
  /** One day's, for the picture. */
  readonly sample: DayResult;
}

export function runStudy(study: Study, whatIf: WhatIf = {}): StudyResult {
  const rules = applyWhatIf(study.rules, whatIf);
  const all: DayFigures[] = [];
  let sample: DayResult | undefined;
  for (const seed of study.seeds) {
    const perDay: DayFigures[] = [];
    const state = emptyHall();
    let day = study.from;
    for (let count = 0; count < study.days; count += 1, day = dayAfter(day)) {
      const visitors = peopleOf(study, whatIf, day, seed, count);
      if (visitors.length === 0) continue;
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
      perDay.push(figuresOf(result, study.promise));
    }
    // Days of one seed share what the hall learned: one replication.
    if (perDay.length > 0) all.push(overDays(perDay));
  }
  if (sample === undefined) throw new Error('nobody came: the hall is closed on all these days');
  const figures = Object.fromEntries(
    figureNames.map((name) => {
      const values = all.map((each) => each[name]).filter((value) => !Number.isNaN(value));
      return [name, values.length === 0 ? { mean: Number.NaN, half: Number.NaN } : confidence(values)];
    }),
  ) as StudyFigures;
  return { figures, sample };
}

function peopleOf(study: Study, whatIf: WhatIf, day: BusinessDay, seed: number, count: number): readonly Visitor[] {
  const { slower = 1, crowd = 1, appointments = 0 } = whatIf;
  const people = study.draw(day, seededRandom(seed * 1009 + count), crowd);
  // Who has booked is drawn apart, so that the same people need the same time in every what-if.
  const booked =
    appointments === 0 ? people : bookSome(study.rules, day, people, appointments, seededRandom(seed * 3001 + count));
  return slower === 1 ? booked : booked.map((one) => ({ ...one, serviceMs: one.serviceMs * slower }));
}

function overDays(days: readonly DayFigures[]): DayFigures {
  return Object.fromEntries(
    figureNames.map((name) => {
      const values = days.map((day) => day[name]).filter((value) => !Number.isNaN(value));
      return [name, values.length === 0 ? Number.NaN : mean(values)];
    }),
  ) as DayFigures;
}
