/**
 * `npm run queue:waits -- [SEEDS]`: how well the wait on the paper comes true, beside the last wait
 * of the same service (last to enter service) and the average of the last ten waits.
 */
import type { BusinessDay, TicketClass } from '../../../devices/contract/terms.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { dayAfter, instantOf } from '../../queue/calendar.ts';
import { emptyHall } from '../../queue/state.ts';
import { simulateDay } from '../../simulate/day.ts';
import type { Visit } from '../../simulate/day-result.ts';
import { mean } from '../../simulate/figures.ts';
import { applyWhatIf, type WhatIf } from '../../simulate/layouts.ts';
import { usualBehaviour } from '../../simulate/plan.ts';
import { drawVisitors, usualHours } from '../../simulate/visitors.ts';
import { largeHall } from './large-hall.ts';

const days = 3;
const minuteMs = 60_000;

export interface Scene {
  readonly name: string;
  readonly whatIf: WhatIf;
  readonly visitors: number;
}

export const scenes: readonly Scene[] = [
  { name: '9 comprehensive windows', whatIf: { windows: 9 }, visitors: 400 },
  { name: '9 comprehensive windows, crowded', whatIf: { windows: 9 }, visitors: 470 },
  { name: '124 comprehensive windows', whatIf: { windows: 124 }, visitors: 5800 },
  { name: '186 windows, one stall a department', whatIf: { layout: 'stalls' }, visitors: 6000 },
];

/** Everybody who was called and told a wait; the first day teaches and is left out. */
function visitsOf(scene: Scene, seeds: number): Visit[] {
  const rules = applyWhatIf(largeHall(), scene.whatIf);
  const visits: Visit[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const state = emptyHall();
    let day: BusinessDay = '2026-11-23';
    for (let count = 0; count < days; count += 1, day = dayAfter(day)) {
      const random = seededRandom(seed * 31 + count);
      const crowd = { visitors: scene.visitors, hours: usualHours };
      const visitors = drawVisitors(rules, day, crowd, usualBehaviour, random);
      const plan = { rules, day: instantOf(rules.timeZone, day, 720), visitors, behaviour: usualBehaviour, random };
      const result = simulateDay(plan, state);
      if (count > 0)
        visits.push(...result.visits.filter((visit) => visit.calledAt !== null && visit.promised !== null));
    }
  }
  return visits;
}

function row(name: string, kind: TicketClass | 'all', visits: readonly Visit[]) {
  const asked = visits.filter((visit) => kind === 'all' || visit.class === kind);
  // Where nobody waits every rule is right: such visits would flatter all three.
  const waited = asked.filter((visit) => waitOf(visit) > minuteMs || (visit.promised?.meanMs ?? 0) > minuteMs);
  const error = (say: (visit: Visit) => number) =>
    mean(waited.map((visit) => Math.abs(waitOf(visit) - say(visit)))) / minuteMs;
  const own = error((visit) => visit.promised?.meanMs ?? 0);
  // Each rival may look at its own service or at the whole hall, whichever does better here.
  const last = Math.min(
    error((visit) => visit.rivals.service.lastToEnterMs),
    error((visit) => visit.rivals.hall.lastToEnterMs),
  );
  const ten = Math.min(
    error((visit) => visit.rivals.service.lastTenMs),
    error((visit) => visit.rivals.hall.lastTenMs),
  );
  const inside = waited.filter(
    (visit) => waitOf(visit) >= (visit.promised?.lowMs ?? 0) && waitOf(visit) <= (visit.promised?.highMs ?? 0),
  );
  const width = mean(waited.map((visit) => (visit.promised?.highMs ?? 0) - (visit.promised?.lowMs ?? 0))) / minuteMs;
  return {
    hall: name,
    class: kind,
    visits: waited.length,
    'mean wait': round(mean(waited.map(waitOf)) / minuteMs),
    'error, halld': round(own),
    'error, last to enter': round(last),
    'error, last ten': round(ten),
    'below the better of the two': `${Math.round((1 - own / Math.min(last, ten)) * 100)} %`,
    'inside the printed range': `${Math.round((inside.length / Math.max(1, waited.length)) * 100)} %`,
    'range width': round(width),
  };
}

function waitOf(visit: Visit): number {
  return (visit.calledAt ?? visit.arrivedAt) - visit.arrivedAt;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function rowsOf(scene: Scene, seeds: number) {
  const visits = visitsOf(scene, seeds);
  return (['all', 'ordinary', 'priority'] as const).map((kind) => row(scene.name, kind, visits));
}

if (import.meta.main) {
  const seeds = Number(process.argv[2] ?? 6);
  console.log(
    `${seeds} seeds, days 2 and 3 of each; minutes, mean absolute error of those who waited or were told to\n`,
  );
  const rows = scenes.flatMap((scene) => rowsOf(scene, seeds));
  const columns = Object.keys(rows[0] ?? {});
  console.log(`| ${columns.join(' | ')} |\n|${columns.map((_, at) => (at < 2 ? ' --- |' : ' ---: |')).join('')}`);
  for (const each of rows) console.log(`| ${Object.values(each).join(' | ')} |`);
}
