/** The box of a rating pad goes away whole (F15): the hub tells what was never offered from what was not answered. */
import { expect, test } from 'vitest';
import { openHall } from '../worlds/pad-hall.ts';

const by = { kind: 'supervisor', id: 's1' } as const;

/** Pads, boards and rating pads hang on `n1`: a page ends the services here. */
async function served() {
  const world = await openHall(2);
  const { hall, clock, pad, events } = world;
  await pad.press('next', 2000);
  await pad.press('start', 2000);
  const ask = async (type: string) => {
    const { ok } = await hall.run(
      hall.desk().submit(type, { window: 'w1', ...(type === 'Complete' ? { review: [] } : {}) }, by),
    );
    expect([type, ok]).toEqual([type, true]);
    await clock.advance(200);
  };
  const reasons = () => events('RatingNotGiven').map(({ reason, by: who }) => [reason, (who as { kind: string }).kind]);
  return { ...world, ask, reasons };
}

test('power gone before the service ends: the hub says that nothing was offered, and nothing counts as timed out', async () => {
  const { hall, clock, ask, reasons } = await served();
  await hall.run(hall.world.setNode('n1', false));
  await clock.advance(8000);
  await ask('Complete');
  await clock.advance(28_000);
  expect(reasons()).toEqual([]);
  await clock.advance(12_000);
  expect(reasons()).toEqual([['pad-away', 'hub']]);
  await hall.stop();
});

test('the next service ends before the time is over: the one before was not offered either', async () => {
  const { hall, clock, ask, reasons } = await served();
  await hall.run(hall.world.setNode('n1', false));
  await clock.advance(8000);
  await ask('Complete');
  await ask('CallNext');
  await ask('Start');
  await ask('Complete');
  expect(reasons()).toEqual([['pad-away', 'hub']]);
  await clock.advance(40_000);
  expect(reasons()).toEqual([
    ['pad-away', 'hub'],
    ['pad-away', 'hub'],
  ]);
  await hall.stop();
});

test('a box that falls silent while its pad is lit, and says nothing up to the end, was not there to be answered on', async () => {
  const { hall, clock, ask, reasons } = await served();
  await ask('Complete');
  await clock.advance(22_000);
  hall.broker.stall('n1');
  await clock.advance(8_000);
  expect(hall.world.hub?.nodes.get('n1')?.state).toBe('silent');
  expect(reasons()).toEqual([['pad-away', 'hub']]);
  await hall.stop();
});

test('a cable out for a moment takes no rating away, and who does not press was asked', async () => {
  const { hall, clock, ask, reasons } = await served();
  await ask('Complete');
  hall.broker.cut('n1');
  await clock.advance(32_000);
  expect(reasons()).toEqual([['timed-out', 'hub']]);
  await hall.stop();
});

test('a box that is back in time is still answered on', async () => {
  const { hall, clock, ask, rating, reasons, events } = await served();
  await ask('Complete');
  hall.broker.stall('n1');
  await clock.advance(10_000);
  await rating.press('level-4');
  await clock.advance(30_000);
  expect(events('ServiceRated').map(({ level }) => level)).toEqual([4]);
  expect(reasons()).toEqual([]);
  await hall.stop();
});

test('a level pressed while the box was cut off stands for what was written down', async () => {
  const { hall, clock, ask, rating, reasons, events } = await served();
  await ask('Complete');
  await clock.advance(18_000);
  hall.broker.stall('n1');
  await rating.press('level-4');
  await hall.run(hall.world.setNode('n1', false));
  await clock.advance(20_000);
  const before = [...reasons(), ...events('ServiceRated').map(({ level }) => level)];
  await hall.run(hall.world.setNode('n1', true));
  await clock.advance(8000);
  expect([before, events('ServiceRated').map(({ level }) => level)]).toEqual([[['pad-away', 'hub']], [4]]);
  await hall.stop();
});

test('a hub that starts without the box: what ends from then on is not offered', async () => {
  const { hall, clock, ask, reasons } = await served();
  await hall.run(hall.world.stop());
  await hall.run(hall.world.setBroker(true));
  await hall.run(hall.world.setHub(true));
  await clock.advance(8000);
  await ask('Complete');
  await clock.advance(40_000);
  expect(reasons()).toEqual([['pad-away', 'hub']]);
  await hall.stop();
});
