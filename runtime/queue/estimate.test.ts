import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../drivers/random.ts';
import { hallAsText } from './audit.ts';
import { estimateFor } from './estimate.ts';
import { HallInTest, openHall, replayed, ticketingStarts } from './hall-steps.kit.ts';
import { learnPromise, nothingLearned, rangeFactors } from './learned.ts';
import { testHall } from './test-hall.kit.ts';

const minute = 60_000;
const opening = ticketingStarts + 30 * minute;

describe('before the doors open', () => {
  test('people of every service are ahead, for every window will take them', () => {
    const hall = new HallInTest();
    const alone = estimateFor(hall.state, 'social', 'ordinary', hall.now);
    expect(alone).toMatchObject({ ahead: 0, meanMs: 30 * minute });
    for (let each = 0; each < 6; each += 1) hall.ticket('company');
    const behind = estimateFor(hall.state, 'social', 'ordinary', hall.now);
    expect(behind.ahead).toBe(6);
    // Three windows take three at once; four have to leave before it is this visitor's turn.
    const wave = hall.state.lanesOfService.get('intake/company')?.[0]?.workMs ?? 0;
    expect(behind.meanMs).toBeGreaterThan(30 * minute + ((4 / 6) * wave) / 3);
    expect(behind.meanMs).toBeLessThan(30 * minute + wave / 3);
  });

  test('everybody counts whose service shares a window, also while the paper is still being printed', () => {
    const [w1, w2, w3, w4] = testHall.windows;
    if (w1 === undefined || w2 === undefined || w3 === undefined || w4 === undefined) throw new Error('windows');
    const both = ['social', 'company'].map((service) => ({ service, tier: 1 }));
    const alone = [{ service: 'company', tier: 1 }];
    const shared = [{ ...w1, serves: both }, { ...w2, serves: alone }, { ...w3, serves: alone }, w4];
    for (const windows of [testHall.windows, shared]) {
      const hall = new HallInTest({ ...testHall, windows });
      const ahead = ['social', 'company', 'social', 'social'].map((service) => {
        const decision = hall.do('IssueTicket', { service, matters: [], class: 'ordinary' });
        return decision.ok && (decision.answer as { readonly ahead: number }).ahead;
      });
      expect(ahead).toEqual([0, 1, 2, 3]);
    }
  });

  test('the first wave waits for nobody', () => {
    const hall = new HallInTest();
    hall.ticket('company');
    hall.ticket('housing');
    expect(estimateFor(hall.state, 'social', 'ordinary', hall.now).meanMs).toBe(30 * minute);
  });

  test('as many windows are expected as were at work the day before; a day off teaches nothing', () => {
    const hall = new HallInTest();
    hall.now = opening;
    hall.do('OpenWindow', { window: 'w1' });
    // Monday with one window; then the next working day, over the holiday of the 27th and the weekend.
    for (const day of [1, 2, 3]) {
      hall.now = ticketingStarts + day * 24 * 60 * minute;
      hall.tick();
      if (day < 3) {
        hall.now += 30 * minute;
        hall.do('OpenWindow', { window: 'w1' });
      }
    }
    for (const day of [4, 5, 6, 7]) {
      hall.now = ticketingStarts + day * 24 * 60 * minute;
      hall.tick();
    }
    expect(hall.state.day?.day).toBe('2026-11-30');
    hall.ticket('social');
    hall.ticket('social');
    const { meanMs } = estimateFor(hall.state, 'social', 'ordinary', hall.now);
    // One window: the second of the two has to leave as well.
    expect(meanMs).toBeGreaterThan(30 * minute + 6 * minute);
  });
});

describe('windows that stand open', () => {
  const wait = (hall: HallInTest) => estimateFor(hall.state, 'social', 'ordinary', hall.now).meanMs ?? Number.NaN;

  test('a free one takes its visitor at once: only those behind wait for somebody to leave', () => {
    const hall = openHall();
    hall.now = opening;
    for (let each = 0; each < 3; each += 1) hall.ticket('social');
    const before = wait(hall);
    for (const window of ['w1', 'w2', 'w3']) hall.call(window);
    // Three are called now or in a moment: the fourth waits for the first of them to end.
    expect(before).toBe(wait(hall));
  });

  test('one at which nobody calls, though somebody waits for it, shortens nothing', () => {
    const hall = openHall();
    hall.now = opening;
    for (let each = 0; each < 6; each += 1) hall.ticket('social');
    hall.call('w1');
    hall.pass(6 * minute);
    const unattended = wait(hall);
    for (const window of ['w2', 'w3']) hall.do('CloseWindow', { window });
    expect(unattended).toBe(wait(hall));
    hall.do('Complete', { window: 'w1', review: [] });
    hall.pass(6 * minute);
    expect(wait(hall)).toBeNaN();
  });
});

describe('the width of the range', () => {
  const promised = {
    lowMs: 8 * minute,
    middleMs: 10 * minute,
    highMs: 12 * minute,
    beforeOpening: false,
    factors: { below: 1, above: 1 },
  };

  test('comes to hold nine waits in ten, whatever their law', () => {
    const random = seededRandom(7);
    const learned = nothingLearned();
    let inside = 0;
    const rounds = 6_000;
    for (let round = 0; round < rounds; round += 1) {
      const { below, above } = rangeFactors(learned, 'ordinary', false);
      const [lowMs, middleMs, highMs] = [10 - 2 * below, 10, 10 + 2 * above];
      // Long to the right, short to the left: no symmetric range would do.
      const waitedMs = 7 - 4 * Math.log(1 - random());
      if (round >= 1_000 && waitedMs >= lowMs && waitedMs <= highMs) inside += 1;
      const factors = { below, above };
      learnPromise(learned, 'ordinary', { lowMs, middleMs, highMs, beforeOpening: false, factors }, waitedMs);
    }
    expect(inside / (rounds - 1_000)).toBeGreaterThan(0.88);
    expect(inside / (rounds - 1_000)).toBeLessThan(0.92);
    const { below, above } = rangeFactors(learned, 'ordinary', false);
    expect(above).toBeGreaterThan(2 * below);
  });

  test('classes, and waits from before the opening, are learned apart', () => {
    const learned = nothingLearned();
    learnPromise(learned, 'priority', promised, 20 * minute);
    expect(rangeFactors(learned, 'priority', false).above).toBeGreaterThan(1);
    expect(rangeFactors(learned, 'priority', false).below).toBeLessThan(1);
    expect(rangeFactors(learned, 'priority', true)).toEqual({ below: 1, above: 1 });
    expect(rangeFactors(learned, 'ordinary', false)).toEqual({ below: 1, above: 1 });
  });

  test('is learned from calls in the journal, so a replay prints the same range', () => {
    const hall = openHall();
    hall.now = opening;
    for (const window of ['w1', 'w2', 'w3']) {
      hall.ticket('social');
      hall.call(window);
    }
    for (let each = 0; each < 4; each += 1) hall.ticket('social');
    expect(hall.last('TicketIssued')?.promised?.middleMs).toBeGreaterThan(0);
    hall.pass(3 * 60 * minute);
    for (const window of ['w1', 'w2', 'w3']) {
      hall.do('Complete', { window, review: [] });
      hall.call(window);
    }
    // Three hours for a wait of minutes.
    expect(rangeFactors(hall.state.learned, 'ordinary', false).above).toBeGreaterThan(1.1);
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  });
});
