/**
 * `npm run queue:windows -- [SEEDS] [FOLDER] [VISITORS,…]`: one stall a department with 186 windows against
 * comprehensive windows, same people; how many windows do as well. Writes a table and a picture into FOLDER (docs).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BusinessDay } from '../../../devices/contract/terms.ts';
import type { Random } from '../../../drivers/random.ts';
import { logNormal } from '../../simulate/chance.ts';
import { drawDay } from '../../simulate/day-picture.ts';
import type { DayResult } from '../../simulate/day-result.ts';
import type { WhatIf } from '../../simulate/layouts.ts';
import { usualBehaviour } from '../../simulate/plan.ts';
import { runStudy, type StudyFigures } from '../../simulate/study.ts';
import { drawVisitors, usualHours } from '../../simulate/visitors.ts';
import { largeHall } from './large-hall.ts';

const seeds = Number(process.argv[2] ?? 20);
const folder = process.argv[3] ?? 'docs';
const windows = 186;
const cut = 124;
/** How far a department's share of the day's visitors swings from day to day: no allocation by the average meets that. */
const mixVariation = 0.4;
const day: BusinessDay = '2026-11-23';
const rules = largeHall(windows);

function study(visitors: number, count: number) {
  return {
    rules,
    from: day,
    days: 1,
    seeds: Array.from({ length: count }, (_, index) => index + 1),
    behaviour: usualBehaviour,
    draw: (today: BusinessDay, random: Random) => {
      const mix = new Map(rules.services.map((s) => [s.id, s.matters.length * logNormal(random, 1, mixVariation)]));
      return drawVisitors(rules, today, { visitors, hours: usualHours, mix }, usualBehaviour, random);
    },
  };
}

const runs = new Map<string, StudyFigures>();
/** Days are large: those for the picture alone are kept. */
const samples = new Map<string, DayResult>();
const pictured = 4000;

function keyOf(visitors: number, whatIf: WhatIf, count: number): string {
  return `${count} ${visitors} ${JSON.stringify(whatIf)}`;
}

function run(visitors: number, whatIf: WhatIf, count = seeds): StudyFigures {
  const key = keyOf(visitors, whatIf, count);
  let figures = runs.get(key);
  if (figures === undefined) {
    const result = runStudy(study(visitors, count), whatIf);
    figures = result.figures;
    runs.set(key, figures);
    const drawn = whatIf.layout === 'stalls' || whatIf.windows === cut || whatIf.windows === windows;
    if (visitors === pictured && drawn) samples.set(key, result.sample);
  }
  return figures;
}

type Figure = 'wait mean' | 'wait p90';
const fewestTried = 40;
/** So many seeds find the neighbourhood; all of them decide in it. */
const scoutSeeds = 3;

/** The fewest comprehensive windows whose figure is not above the stalls'; `undefined`: more than there are. */
function equalWindows(visitors: number, slower: number, figure: Figure): number | undefined {
  const noWorse = (count: number, over: number) => {
    const stalls = run(visitors, { layout: 'stalls' }, over)[figure].mean;
    return run(visitors, { layout: 'comprehensive', windows: count, slower }, over)[figure].mean <= stalls;
  };
  const scouts = Math.min(seeds, scoutSeeds);
  let low = fewestTried;
  let high = windows;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (noWorse(middle, scouts)) high = middle;
    else low = middle;
  }
  // From the scouts' answer outwards in growing steps until it is enclosed, then halved again.
  low = high - 1;
  for (let stride = 1; !noWorse(high, seeds); stride *= 2) {
    if (high === windows) return undefined;
    low = high;
    high = Math.min(windows, high + stride);
  }
  for (let stride = 1; low > fewestTried && low < high && noWorse(low, seeds); stride *= 2) {
    high = low;
    low = Math.max(fewestTried, low - stride);
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (noWorse(middle, seeds)) high = middle;
    else low = middle;
  }
  return high;
}

const lines: string[] = [
  '| visitors a day | layout | windows | wait mean | p50 | p90 | p99 | longest | utilisation | served |',
  '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
];
const equals: string[] = [
  '| visitors a day | clerks who do everything are | windows with the same mean wait | fewer than 186 | with the same p90 | fewer |',
  '| ---: | --- | ---: | ---: | ---: | ---: |',
];
const crowds = (process.argv[4] ?? '3000,4000,5000,6000').split(',').map(Number);
for (const visitors of crowds) {
  const layouts: readonly [string, number, WhatIf][] = [
    ['one stall a department', windows, { layout: 'stalls' }],
    ['comprehensive', windows, { layout: 'comprehensive', windows, slower: 1 }],
    ['comprehensive', cut, { layout: 'comprehensive', windows: cut, slower: 1 }],
  ];
  for (const [name, count, whatIf] of layouts) {
    const figures = run(visitors, whatIf);
    const minutes = (figure: 'wait mean' | 'wait p50' | 'wait p90' | 'wait p99' | 'longest wait') =>
      `${figures[figure].mean.toFixed(1)} ± ${figures[figure].half.toFixed(1)}`;
    lines.push(
      `| ${visitors} | ${name} | ${count} | ${minutes('wait mean')} | ${minutes('wait p50')} | ${minutes('wait p90')} | ${minutes('wait p99')} | ${minutes('longest wait')} | ${(figures.utilisation.mean * 100).toFixed(0)} % | ${figures.served.mean.toFixed(0)} |`,
    );
    console.log(lines[lines.length - 1]);
  }
  for (const [words, slower] of [
    ['as fast', 1],
    ['10 % slower', 1.1],
    ['20 % slower', 1.2],
  ] as const) {
    const same = equalWindows(visitors, slower, 'wait mean');
    const same90 = equalWindows(visitors, slower, 'wait p90');
    const cells = [same, same90].map((count) =>
      count === undefined ? 'more than 186 | ' : `${count} | ${Math.round(((windows - count) / windows) * 100)} %`,
    );
    equals.push(`| ${visitors} | ${words} | ${cells.join(' | ')} |`);
    console.log(equals[equals.length - 1]);
  }
}
const sampleOf = (name: string, whatIf: WhatIf) => {
  const day = samples.get(keyOf(pictured, whatIf, seeds));
  return day === undefined ? [] : [{ name, day }];
};
const picture = drawDay(rules, `${pictured} visitors, seed 1`, [
  ...sampleOf(`${windows} windows, one stall a department`, { layout: 'stalls' }),
  ...sampleOf(`${cut} comprehensive windows`, { layout: 'comprehensive', windows: cut, slower: 1 }),
  ...sampleOf(`${windows} comprehensive windows`, { layout: 'comprehensive', windows, slower: 1 }),
]);
writeFileSync(join(folder, 'windows-cut.svg'), picture);
writeFileSync(join(folder, 'windows-cut.md'), `${lines.join('\n')}\n\n${equals.join('\n')}\n`);
console.log(
  `${join(folder, 'windows-cut.md')} and windows-cut.svg written: ${seeds} seeds, waits in minutes, 95 % intervals`,
);
