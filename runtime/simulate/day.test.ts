import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../drivers/random.ts';
import { hallAsText } from '../queue/audit.ts';
import { evolve } from '../queue/evolve.ts';
import { emptyHall } from '../queue/state.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { simulateDay } from './day.ts';
import { figuresOf } from './day-figures.ts';
import { applyWhatIf } from './layouts.ts';
import { drawPicture } from './picture.ts';
import { usualBehaviour } from './plan.ts';
import { runStudy } from './study.ts';
import { runTextbook, textbookCases } from './textbook.kit.ts';
import { drawVisitors, usualHours } from './visitors.ts';

const day = '2026-11-23';
const noon = Date.UTC(2026, 10, 23, 4);

function people(seed: number, visitors = 90) {
  return drawVisitors(testHall, day, { visitors, hours: usualHours }, usualBehaviour, seededRandom(seed));
}

function run(seed: number, keepJournal = false) {
  const state = emptyHall();
  const plan = { rules: testHall, day: noon, visitors: people(seed), behaviour: usualBehaviour, keepJournal };
  return { state, result: simulateDay({ ...plan, random: seededRandom(seed) }, state) };
}

describe('a simulated day', () => {
  test('everybody meets one end, nobody before opening, and the journal is a real one', () => {
    const { state, result } = run(1, true);
    const figures = figuresOf(result);
    expect(figures.visitors).toBeGreaterThan(50);
    expect(figures.served + figures.missed + figures['turned away']).toBeLessThanOrEqual(figures.visitors);
    expect(figures.served).toBeGreaterThan(figures.visitors * 0.8);
    const opensAt = state.day?.schedule.spans[0]?.from ?? 0;
    expect(result.visits.some((visit) => visit.arrivedAt < opensAt)).toBe(true);
    expect(result.visits.every((visit) => visit.calledAt === null || visit.calledAt >= opensAt)).toBe(true);
    expect(hallAsText(result.journal.reduce(evolve, emptyHall()))).toBe(hallAsText(state));
    for (const window of result.windows) expect(window.busyMs).toBeLessThanOrEqual(window.openMs + 60_000);
  });

  test('the same seed gives the same day, another seed another', () => {
    expect(figuresOf(run(2).result)).toEqual(figuresOf(run(2).result));
    expect(figuresOf(run(3).result)).not.toEqual(figuresOf(run(2).result));
  });

  test('over several days nobody is turned away who comes while numbers are given', () => {
    const study = {
      rules: testHall,
      from: day,
      days: 3,
      seeds: [1, 2],
      behaviour: usualBehaviour,
      draw: (on: string, random: () => number) =>
        drawVisitors(testHall, on, { visitors: 60, hours: usualHours }, usualBehaviour, random),
    };
    for (const whatIf of [{}, { appointments: 0.5 }]) {
      const { figures } = runStudy(study, whatIf);
      expect(figures.visitors.mean).toBeGreaterThan(40);
      expect(figures['turned away'].mean).toBe(0);
      expect(figures.served.mean).toBeGreaterThan(figures.visitors.mean * 0.9);
    }
  });

  test('one queue does better than a stall a service, for the same people', () => {
    const study = {
      rules: applyWhatIf(testHall, { windows: 6 }),
      from: day,
      days: 2,
      seeds: [1, 2, 3],
      behaviour: usualBehaviour,
      draw: (_day: string, random: () => number) =>
        drawVisitors(testHall, day, { visitors: 160, hours: usualHours }, usualBehaviour, random),
    };
    const stalls = runStudy(study, { layout: 'stalls' }).figures;
    const one = runStudy(study, { layout: 'comprehensive' }).figures;
    expect(one.visitors).toEqual(stalls.visitors);
    expect(one['wait mean'].mean).toBeLessThan(stalls['wait mean'].mean);
  });

  test('stalls: every service has a window, and the busiest has most', () => {
    const { windows } = applyWhatIf(testHall, { windows: 8, layout: 'stalls' });
    const intake = windows.filter((window) => window.role === 'intake');
    const count = (service: string) =>
      intake.filter((window) => window.serves !== 'all' && window.serves.some((each) => each.service === service))
        .length;
    expect(intake.length).toBe(8);
    // Standard minutes: social 19, company 47, housing 25.
    expect([count('social'), count('company'), count('housing')]).toEqual([2, 4, 2]);
  });

  test('a picture is drawn for any line, and names are made safe', () => {
    const svg = drawPicture({
      title: 'a < b',
      xLabel: 'x',
      xText: String,
      xTicks: [0, 1],
      panels: [{ label: 'y', lines: [{ name: 'one & two', points: [] }] }],
    });
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('one &amp; two');
    expect(svg).not.toContain('NaN');
  });
});

describe('textbook queues (short form of runtime/bench/queue/textbook-run.ts)', () => {
  test.each(textbookCases().map((each) => [each.name, each] as const))('%s', (_name, each) => {
    for (const result of runTextbook(each, 8, each.windows > 1 ? 5 : 9)) {
      expect(Math.abs(result.measured.mean - result.formulaMs)).toBeLessThanOrEqual(result.measured.half);
      // An interval so wide that anything fits would prove nothing.
      expect(result.measured.half).toBeLessThan(result.formulaMs);
    }
  });
});
