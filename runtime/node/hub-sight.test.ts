/** Whether a node believes in its hub: beats, silence, older epochs, and views that count only while it is fresh (F12). */
import { expect, test } from 'vitest';
import { topics } from '../../devices/contract/topics.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { HubSight } from './hub-sight.ts';
import { ViewCache } from './view-cache.ts';

const beat = (epoch: number, time: number, state = 'leading') => ({ v: 1, state, hub: 'hub', epoch, time });
const view = (epoch: number, rev: number, waiting: number) => ({
  v: 1,
  epoch,
  rev,
  valid_until: 9e12,
  service: 's',
  waiting,
  issuing: 'open',
});

test('a hub is fresh for 5 s after a beat, and gone at once when its will comes', async () => {
  const clock = new VirtualClock();
  const sight = new HubSight(clock, 0);
  sight.take(beat(3, 1_000), false);
  expect(sight.sight).toEqual({ fresh: true, epoch: 3 });
  await clock.advance(4_999);
  expect(sight.sight.fresh).toBe(true);
  await clock.advance(2);
  expect(sight.sight.fresh).toBe(false);
  sight.take(beat(3, 7_000), false);
  sight.take(beat(3, 7_000, 'lost'), false);
  expect(sight.sight.fresh).toBe(false);
});

test('a box that was closed hears nothing more, though its connection ends later', async () => {
  const clock = new VirtualClock();
  const sight = new HubSight(clock, 0);
  sight.take(beat(3, 1_000), false);
  const told: boolean[] = [];
  sight.onSight(({ fresh }) => told.push(fresh));
  sight.close();
  sight.brokerLost();
  await clock.advance(60_000);
  expect(told).toEqual([]);
});

test('what a broker kept is no sign of life, and an older epoch never counts again', () => {
  const sight = new HubSight(new VirtualClock(), 5);
  sight.take(beat(6, 1_000), true);
  expect(sight.sight).toEqual({ fresh: false, epoch: 6 });
  sight.take(beat(5, 1_000), false);
  expect(sight.sight).toEqual({ fresh: false, epoch: 6 });
  expect(sight.counters.staleEpochs).toBe(1);
});

test('without the broker it is believed for 2 s more', async () => {
  const clock = new VirtualClock();
  const sight = new HubSight(clock, 0);
  sight.take(beat(1, 1_000), false);
  sight.brokerLost();
  await clock.advance(1_990);
  expect(sight.sight.fresh).toBe(true);
  await clock.advance(20);
  expect(sight.sight.fresh).toBe(false);
});

test('hub time goes on by the monotonic clock, whatever happens to the wall', async () => {
  const clock = new VirtualClock();
  const sight = new HubSight(clock, 0);
  expect(sight.hubTime()).toBeUndefined();
  sight.take(beat(1, 50_000), false);
  clock.stepWall(3_600_000);
  await clock.advance(1_500);
  expect(sight.hubTime()).toBe(51_500);
});

test('views are ordered by epoch and revision and shown only while their hub is fresh', async () => {
  const clock = new VirtualClock();
  const sight = new HubSight(clock, 0);
  const views = new ViewCache('h', sight);
  const seen: (number | undefined)[] = [];
  views.onService('s', (each) => seen.push(each?.waiting));
  const topic = topics.serviceView('h', 's');
  views.take(topic, view(1, 5, 50));
  sight.take(beat(1, 1_000), false);
  views.take(topic, view(1, 4, 40));
  views.take(topic, view(1, 6, 60));
  await clock.advance(6_000);
  sight.take(beat(2, 7_000), false);
  views.take(topic, view(1, 7, 70));
  views.take(topic, view(2, 1, 10));
  expect(seen).toEqual([undefined, 50, 60, undefined, 10]);
  expect(views.counters.oldViews).toBe(1);
  expect(views.take(topic, { v: 1 })).toMatch(/^view: /);
});

test('after a restart without a hub the time there is known by the wall clock, and a press before now keeps its age (F8)', async () => {
  const clock = new VirtualClock(1_000_000);
  const before = new HubSight(clock, 0);
  before.take(beat(1, 5_000_000), false);
  const kept = before.wallOffset;
  expect(kept).toBe(4_000_000);
  await clock.advance(60_000);
  const after = new HubSight(clock, 1, kept);
  expect(after.hubTime()).toBe(5_060_000);
  expect(after.hubTime(clock.monotonicMs() - 2_000)).toBe(5_058_000);
  expect(new HubSight(clock, 1).hubTime()).toBeUndefined();
});

test('a hub of an older epoch is told of, and not at every beat', async () => {
  const clock = new VirtualClock();
  const sight = new HubSight(clock, 5);
  let told = 0;
  sight.onOlder(() => {
    told += 1;
  });
  for (let count = 0; count < 4; count += 1) {
    sight.take(beat(4, 1_000), false);
    await clock.advance(2_000);
  }
  expect(told).toBe(2);
});

test('a corrected clock of the hub is followed at once, also backwards', async () => {
  const clock = new VirtualClock();
  const sight = new HubSight(clock, 0);
  const beat = (time: number) => sight.take({ v: 1, state: 'leading', hub: 'hub', epoch: 1, time }, false);
  const start = clock.wallMs();
  beat(start + 8 * 3_600_000);
  await clock.advance(2_000);
  beat(start + 2_000);
  expect(sight.hubTime()).toBe(start + 2_000);
});
