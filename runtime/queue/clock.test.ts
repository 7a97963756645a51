import { expect, test } from 'vitest';
import { hallAsText } from './audit.ts';
import { HallInTest, openHall, replayed, ticketingStarts } from './hall-steps.kit.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Somebody sets the clock by so much, and the hub sees it. */
function correct(hall: HallInTest, byMs: number): void {
  const from = hall.now;
  hall.pass(byMs);
  hall.do('StepClock', { from, to: hall.now, shiftMs: byMs });
}

const doubt = (hall: HallInTest) => hall.do('DoubtClock', { wall: hall.now, reason: 'test' });
const trust = (hall: HallInTest) => hall.do('TrustClock', { wall: hall.now, reason: 'test' });

test.each([8 * hour, -8 * hour, 200 * day, -40 * 365 * day])(
  'a clock corrected by %d ms leaves the waiting time',
  (byMs) => {
    const hall = openHall().pass(hour);
    const first = hall.ticket('social');
    hall.pass(30 * minute);
    const second = hall.ticket('social');
    doubt(hall);
    correct(hall, byMs);
    expect(hall.call('w1')).toBe(first);
    expect(hall.last('TicketCalled')?.why).toContain(`${first}: 30 min x 1.0`);
    expect(hall.call('w2')).toBe(second);
    expect(replayed(hall)).toBe(hallAsText(hall.state));
  },
);

test('in doubt no day ends, numbers go on; trusted, the day ends as it should', () => {
  const hall = openHall().pass(hour);
  const before = hall.ticket('social');
  doubt(hall);
  hall.pass(day);
  hall.tick();
  expect(hall.state.day?.day).toBe('2026-11-23');
  expect(hall.stage(before)).toBe('waiting');
  trust(hall);
  hall.tick();
  expect(hall.state.day?.day).toBe('2026-11-24');
  expect(hall.stage(before)).toBeUndefined();
  expect(replayed(hall)).toBe(hallAsText(hall.state));
});

test('a day that a wrong clock ended is taken back: who waited waits again, and no number comes twice, then or later', () => {
  const hall = openHall().pass(hour);
  const served = hall.ticket('social');
  const waiting = hall.ticket('social');
  hall.do('VoidTicket', { ticket: hall.id(served), reason: 'test' });
  // A day ahead, and believed.
  hall.pass(day);
  hall.tick();
  expect(hall.stage(waiting)).toBeUndefined();
  const wrong = hall.ticket('social');
  expect(wrong).toBe(served);
  correct(hall, -day);
  hall.tick();
  expect(hall.state.day?.day).toBe('2026-11-23');
  expect(hall.stage(waiting)).toBe('waiting');
  expect(hall.stage(wrong)).toBe('waiting');
  const next = hall.ticket('social');
  expect([served, waiting, wrong]).not.toContain(next);
  expect(hall.id(next)).toMatch(/^2026-11-23/);
  // When the date comes in truth, the number on the paper of the wrong day is not given again.
  hall.pass(day);
  hall.tick();
  expect(hall.state.day?.day).toBe('2026-11-24');
  expect(hall.ticket('social')).not.toBe(wrong);
  expect(replayed(hall)).toBe(hallAsText(hall.state));
});

test('without any day open, a doubtful clock opens none', () => {
  const hall = new HallInTest();
  expect(hall.state.day?.day).toBe('2026-11-23');
  expect(hall.now).toBe(ticketingStarts);
  doubt(hall);
  hall.pass(-300 * day);
  hall.tick();
  expect(hall.state.day?.day).toBe('2026-11-23');
});
