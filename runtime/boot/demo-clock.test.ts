import { expect, test } from 'vitest';
import { systemClock } from '../../drivers/clock.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { demoTime, shiftedClock } from './demo-clock.ts';

/** The test hall: Monday to Friday 09:00 to 12:00 and 13:00 to 17:00 in Shanghai. */
const shanghai = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour - 8, minute);

test.each([
  ['in the morning of a Monday it is what it is', shanghai(23, 10), shanghai(23, 10)],
  ['before opening it is an hour after opening', shanghai(23, 6), shanghai(23, 10)],
  ['in the evening it is the next morning', shanghai(23, 20), shanghai(24, 10)],
  ['at lunch it is the next morning', shanghai(23, 12, 30), shanghai(24, 10)],
  ['on a Saturday it is Monday', shanghai(28, 11), shanghai(30, 10)],
])('%s', (_name, at, shown) => {
  expect(demoTime(testHall, at)).toBe(shown);
});

test('only the wall is shifted', () => {
  const clock = shiftedClock({ ...systemClock, wallMs: () => 100, monotonicMs: () => 7 }, 50);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([150, 7]);
});
