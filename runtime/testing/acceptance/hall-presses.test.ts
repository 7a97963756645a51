/** Fingers at the small hall's pads, through driver, node, bus, hub and back: one press, one effect, or a refusal that is seen. */
import { expect, test } from 'vitest';
import { openHall } from '../worlds/pad-hall.ts';

test('five impatient presses of next are one call', async () => {
  const { hall, pad, events } = await openHall(3);
  for (let press = 0; press < 5; press += 1) await pad.press('next', 200);
  await hall.clock.advance(2000);
  expect(events('TicketCalled')).toHaveLength(1);
  await hall.stop();
});

test('the line says next five times: one call; with a wrong check: none', async () => {
  const { hall, pad, events } = await openHall(3);
  await pad.act({ type: 'fault', fault: 'bad-check', on: true });
  await pad.press('next', 2000);
  expect(events('TicketCalled')).toHaveLength(0);
  await pad.act({ type: 'fault', fault: 'bad-check', on: false });
  await pad.act({ type: 'fault', fault: 'repeat', on: true });
  await pad.press('next', 2000);
  expect(events('TicketCalled')).toHaveLength(1);
  await hall.stop();
});

test('a press during a short outage of the hub calls once after it', async () => {
  const { hall, pad, events } = await openHall(3);
  await hall.run(hall.world.setHub(false));
  await pad.press('next', 1000);
  await pad.press('next', 1000);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(10_000);
  expect(events('TicketCalled')).toHaveLength(1);
  await hall.stop();
});

test('a press older than its ten seconds is refused as stale, and the pad shows it', async () => {
  const { hall, pad, events } = await openHall(3);
  await hall.run(hall.world.setHub(false));
  await pad.press('next', 1000);
  await hall.clock.advance(15_000);
  expect(pad.look().display).toBe('离线，请手动叫号');
  await hall.run(hall.world.setHub(true));
  const shown = new Set<string | undefined>();
  for (let ms = 0; ms < 10_000; ms += 100) {
    await hall.clock.advance(100);
    shown.add(pad.look().display);
  }
  expect([...shown]).toContain('已过时,请重按');
  expect(events('TicketCalled')).toHaveLength(0);
  expect(events('CommandRefused').map(({ command, code }) => [command, code])).toEqual([['CallNext', 'stale']]);
  // The clerk looks and presses again.
  await pad.press('next', 3000);
  expect(events('TicketCalled')).toHaveLength(1);
  await hall.stop();
});

async function served() {
  const world = await openHall(1);
  await world.pad.press('next', 3000);
  await world.pad.press('start', 3000);
  await world.pad.press('complete', 2000);
  return world;
}

test('the first press rates, the second is evidence', async () => {
  const { hall, rating, events } = await served();
  expect(rating.look().keys.filter(({ lamp }) => lamp === 'on')).toHaveLength(5);
  await rating.press('level-2', 500);
  await rating.press('level-5', 1000);
  expect(events('ServiceRated').map(({ level }) => level)).toEqual([2]);
  expect(events('StrayRating').map(({ key, reason }) => [key, reason])).toEqual([['level-5', 'already-rated']]);
  await hall.stop();
});

test('a rating during an outage of the hub counts when it is back', async () => {
  const { hall, rating, events } = await served();
  await hall.run(hall.world.setHub(false));
  await rating.press('level-4', 20_000);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(40_000);
  expect(events('ServiceRated').map(({ level }) => level)).toEqual([4]);
  expect(events('StrayRating')).toEqual([]);
  await hall.stop();
});

test('the rating pad is pulled while it invites: not rated, pad away', async () => {
  const { hall, rating, events } = await served();
  await rating.act({ type: 'unplug' }, 60_000);
  expect(events('RatingNotGiven').map(({ reason }) => reason)).toEqual(['pad-away']);
  expect(events('ServiceRated')).toEqual([]);
  await rating.act({ type: 'plug' }, 10_000);
  await rating.press('level-5', 2000);
  expect(events('ServiceRated')).toEqual([]);
  expect(events('StrayRating').map(({ reason }) => reason)).toEqual(['not-armed']);
  await hall.stop();
});

test('the clerk invites once more after the time is over, and the late rating belongs to that service', async () => {
  const { hall, pad, rating, clock, events } = await served();
  const invited = () => rating.look().keys.filter(({ lamp }) => lamp === 'on').length;
  await clock.advance(40_000);
  expect(events('RatingNotGiven').map(({ reason }) => reason)).toEqual(['timed-out']);
  expect(invited()).toBe(0);
  await pad.press('rate', 1000);
  expect(invited()).toBe(5);
  await rating.press('level-4', 1000);
  expect(events('ServiceRated').map(({ level, serving }) => [level, serving])).toEqual([[4, '2026-11-23/B001#1']]);
  await pad.press('rate', 500);
  expect(pad.look().display).toBe('已评价');
  await hall.stop();
});

test('the box of the window dies within the press: the rating counts once, whatever was on its way', async () => {
  for (const afterMs of [0, 20, 31, 40, 60]) {
    const { hall, rating, events } = await served();
    await rating.press('level-3', afterMs);
    await hall.run(hall.world.setNode('n1', false));
    await hall.run(hall.world.setNode('n1', true));
    await hall.clock.advance(3000);
    const counted = events('ServiceRated').length;
    // Before the pad's word was on the disk the visitor saw no thanks, and presses again.
    if (counted === 0) await rating.press('level-3', 3000);
    expect(events('ServiceRated')).toHaveLength(1);
    await hall.stop();
  }
});
