/** A service without a rating: why is kept, never as satisfied by default, and whether anything was offered. */
import { expect, test } from 'vitest';
import type { RatingRules } from '../../devices/contract/hall.ts';
import { codeOf, type HallInTest, openHall } from './hall-steps.kit.ts';
import { windowFacts } from './selectors.ts';
import { testHall } from './test-hall.kit.ts';

const withRating = (rating: Partial<RatingRules>) => ({ ...testHall, rating: { ...testHall.rating, ...rating } });

function served(hall: HallInTest, window = 'w1'): string {
  hall.ticket('social');
  hall.call(window);
  hall.do('Complete', { window, review: [] });
  return hall.last('ServiceCompleted')?.serving ?? '';
}

test('by default none counts as anything, whatever the reason', () => {
  const hall = openHall();
  const serving = served(hall);
  hall.do('RatingUnavailable', { serving, window: 'w1', reason: 'declined' });
  expect(hall.last('RatingNotGiven')).toMatchObject({ serving, reason: 'declined' });
  served(hall);
  served(hall);
  hall.pass(31_000).tick();
  const reasons = hall.journal.flatMap((event) => (event.type === 'RatingNotGiven' ? [event] : []));
  expect(reasons.map(({ reason }) => reason)).toEqual(['declined', 'superseded', 'timed-out']);
  for (const event of reasons) expect(event).not.toHaveProperty('countsAs');
});

test('a hall may count what was offered and not answered; what was never offered counts as nothing', () => {
  const hall = openHall(withRating({ notRatedCounts: { 'timed-out': 4, declined: 3 } }));
  served(hall);
  hall.pass(31_000).tick();
  expect(hall.last('RatingNotGiven')).toMatchObject({ reason: 'timed-out', countsAs: 4 });
  const away = served(hall);
  hall.do('RatingUnavailable', { serving: away, window: 'w1', reason: 'pad-away' });
  expect(hall.last('RatingNotGiven')).toMatchObject({ serving: away, reason: 'pad-away' });
  expect(hall.last('RatingNotGiven')).not.toHaveProperty('countsAs');
  served(hall);
  served(hall);
  expect(hall.last('RatingNotGiven')).toMatchObject({ reason: 'superseded' });
  expect(hall.last('RatingNotGiven')).not.toHaveProperty('countsAs');
});

test('a window without a keypad offers nothing, and says so at once', () => {
  const windows = testHall.windows.map((window) => ({ ...window, rated: window.id !== 'w2' }));
  const hall = openHall({ ...withRating({ notRatedCounts: { 'timed-out': 4 } }), windows });
  const serving = served(hall, 'w2');
  expect(windowFacts(hall.state, 'w2')?.rating).toBeNull();
  expect(hall.last('RatingNotGiven')).toMatchObject({ serving, reason: 'no-keypad' });
  expect(hall.last('RatingNotGiven')).not.toHaveProperty('countsAs');
  expect(codeOf(hall.do('RequestRating', { window: 'w2' }))).toBe('no-keypad');
  served(hall, 'w1');
  expect(windowFacts(hall.state, 'w1')?.rating).not.toBeNull();
});

test('a level that was pressed in time stands for what had been written down as none', () => {
  const hall = openHall();
  const serving = served(hall);
  const pressedAt = hall.now + 5_000;
  hall.pass(6_000).do('RatingUnavailable', { serving, window: 'w1', reason: 'pad-away' });
  const late = hall.pass(60_000).do('RateService', { serving, window: 'w1', level: 5, happenedAt: pressedAt });
  expect(codeOf(late)).toBe('ok');
});
