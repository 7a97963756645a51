/** The first day of a study as a picture: who waits, how long those who come then wait, which windows are busy. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { DayResult } from './day-result.ts';
import { mean } from './figures.ts';
import { drawPicture, type Panel } from './picture.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Waits are averaged over those who came within a quarter of an hour. */
const sliceMs = 15 * minuteMs;
/** Empty hours after the last visitor are not drawn. */
const tailMs = 15 * minuteMs;

export interface PicturedDay {
  readonly name: string;
  readonly day: DayResult;
}

export function drawDay(rules: HallRules, date: string, days: readonly PicturedDay[]): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: rules.timeZone, hour: '2-digit', minute: '2-digit' });
  const start = Math.min(...days.map(({ day }) => day.curve[0]?.at ?? 0));
  const end = Math.max(...days.map(({ day }) => lastBusy(day))) + tailMs;
  const xTicks: number[] = [];
  for (let at = Math.ceil(start / hourMs) * hourMs; at <= end; at += hourMs) xTicks.push(at);
  const curves = (label: string, value: (point: DayResult['curve'][number]) => number): Panel => ({
    label,
    lines: days.map(({ name, day }) => ({
      name,
      points: day.curve.filter(({ at }) => at <= end).map((point) => ({ x: point.at, y: value(point) })),
    })),
  });
  return drawPicture({
    title: `${rules.name.zh} ${rules.name.en}, ${date}`,
    xLabel: 'time of day',
    xText: (at) => format.format(at),
    xTicks,
    panels: [
      curves('people waiting', (point) => point.waiting),
      {
        label: 'minutes of waiting, of those who came then (mean of a quarter of an hour)',
        lines: days.map(({ name, day }) => ({ name, points: waitsOverTime(day) })),
      },
      curves('windows with a visitor', (point) => point.busy),
    ],
  });
}

function lastBusy(day: DayResult): number {
  // Certificates that became ready after closing wait on, and nobody hands them out.
  const last = day.curve.findLast((point) => point.busy > 0);
  return last?.at ?? day.curve[0]?.at ?? 0;
}

function waitsOverTime(day: DayResult) {
  const slices = Map.groupBy(
    day.visits.filter((visit) => visit.calledAt !== null),
    (visit) => Math.floor(visit.arrivedAt / sliceMs),
  );
  return [...slices]
    .sort(([a], [b]) => a - b)
    .map(([slice, visits]) => ({
      x: (slice + 0.5) * sliceMs,
      y: mean(visits.map((visit) => ((visit.calledAt ?? 0) - visit.arrivedAt) / minuteMs)),
    }));
}
