/** A hall under faults, in virtual time: the wire loses, repeats and delays; broker, hub and boxes are cut; one press stays one effect. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { topics } from '../../../devices/contract/topics.ts';
import { machineAt, runJourney } from '../../boot/journey.ts';
import { VirtualHall } from '../worlds/virtual-hall.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/small.yaml'));
const plan = { kiosk: 'k1', key: '1', window: 'w1', certificateWindow: 'w2' };

const texts = (hall: VirtualHall, window: string) =>
  (machineAt(hall.hardware.machines, 'board', { window }).look() as { readonly texts: readonly string[] }).texts.join(
    ' ',
  );
const papers = (hall: VirtualHall) =>
  (
    hall.hardware.machine('k1', 'printer').look() as {
      readonly papers: readonly { readonly text: readonly string[] }[];
    }
  ).papers;
const count = (hall: VirtualHall, type: string) => hall.journal().filter((event) => event.type === type).length;
const lamp = (hall: VirtualHall, key: string) =>
  (
    hall.hardware.machine('k1', 'panel').look() as {
      readonly keys: readonly { readonly key: string; readonly lamp: string }[];
    }
  ).keys.find((each) => each.key === key)?.lamp;

test.each([1, 2, 3])('a wire that loses, repeats and delays: each journey happens once (seed %i)', async (seed) => {
  const hall = new VirtualHall(config, seed);
  await hall.start();
  Object.assign(hall.broker.faults, { loseRate: 0.15, repeatRate: 0.15, delayMs: [0, 80] });
  const rounds = 3;
  for (let round = 0; round < rounds; round++) await runJourney(hall.journey, plan);
  await hall.clock.advance(30_000);
  expect(papers(hall)).toHaveLength(rounds);
  for (const [type, times] of Object.entries({
    TicketIssued: 1,
    TicketPrinted: 1,
    TicketCalled: 2,
    ServiceStarted: 2,
    ServiceCompleted: 2,
    ServiceRated: 2,
    CallShown: 2,
    TicketClosed: 1,
  })) {
    expect(count(hall, type), type).toBe(times * rounds);
  }
  expect(hall.broker.counters.lost).toBeGreaterThan(0);
  expect(hall.broker.counters.repeated).toBeGreaterThan(0);
});

test('the broker dies and comes back empty: nothing is lost, and every view is there again', async () => {
  const hall = new VirtualHall(config, 4);
  await hall.start();
  hall.hardware.machine('k1', 'panel').act({ type: 'press', key: '1' });
  await hall.clock.advance(1);
  await hall.run(hall.world.setBroker(false));
  await hall.clock.advance(3_000);
  await hall.run(hall.world.setBroker(true));
  await hall.clock.advance(20_000);
  expect(count(hall, 'TicketIssued')).toBe(1);
  expect(papers(hall)).toHaveLength(1);
  for (const { id } of config.rules.windows) expect(hall.broker.retained(topics.windowView('small', id))).toBeDefined();
  expect(texts(hall, 'w1')).not.toContain('----');
  expect(lamp(hall, '1')).toBe('on');
});

test('without a hub boards say so and a kiosk that holds no block yet refuses; with it back they are right again', async () => {
  const hall = new VirtualHall(config, 5);
  await hall.start();
  await hall.clock.advance(3_000);
  const before = texts(hall, 'w1');
  await hall.run(hall.world.setHub(false));
  await hall.clock.advance(8_000);
  expect(texts(hall, 'w1')).toContain('----');
  expect(lamp(hall, '1')).toBe('off');
  hall.hardware.machine('k1', 'panel').act({ type: 'press', key: '1' });
  await hall.clock.advance(2_000);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(30_000);
  expect(texts(hall, 'w1')).toBe(before);
  expect(lamp(hall, '1')).toBe('on');
  expect(papers(hall)).toHaveLength(0);
  expect(count(hall, 'PressRefused')).toBe(1);
  expect(count(hall, 'TicketIssued')).toBe(0);
});

test.each([5, 40, 120, 400, 900, 1_500, 2_500])(
  'the kiosk loses its power %i ms after the press: no ghost number, no second paper',
  async (cutMs) => {
    const hall = new VirtualHall(config, 6);
    await hall.start();
    hall.hardware.machine('k1', 'panel').act({ type: 'press', key: '1' });
    await hall.clock.advance(cutMs);
    await hall.run(hall.world.setNode('k1', false));
    await hall.clock.advance(30_000);
    await hall.run(hall.world.setNode('k1', true));
    await hall.clock.advance(90_000);
    const out = papers(hall).filter(({ text }) => text.length > 0);
    expect(out.length).toBeLessThanOrEqual(1);
    const callable = hall
      .desk()
      .snapshot()
      .tickets.filter(({ stage }) => stage === 'waiting');
    // A number that may be called has a paper, or nobody can know: never one that certainly has none.
    const verdicts = hall
      .journal()
      .filter(({ type }) => type === 'TicketPrinted')
      .map(({ verdict }) => verdict);
    expect(callable.length).toBe(verdicts.length);
    if (out.length === 0 && callable.length > 0) expect(verdicts).toEqual(['unknown']);
  },
);

test.each(['before-publish', 'after-publish'] as const)(
  'the kiosk dies at %s of its ask: one ticket at most, and it ends',
  async (label) => {
    const hall = new VirtualHall(config, 10);
    await hall.start();
    let dying: Promise<void> | undefined;
    hall.broker.fault = (at, client, topic) => {
      if (dying !== undefined || at !== label || client !== 'k1' || !topic.endsWith('/evt')) return;
      hall.broker.cut('k1');
      dying = hall.world.setNode('k1', false);
    };
    hall.hardware.machine('k1', 'panel').act({ type: 'press', key: '1' });
    await hall.clock.advance(500);
    if (dying === undefined) throw new Error('the fault point was never reached');
    await hall.run(dying);
    await hall.clock.advance(20_000);
    await hall.run(hall.world.setNode('k1', true));
    await hall.clock.advance(90_000);
    expect(papers(hall)).toHaveLength(0);
    expect(count(hall, 'TicketIssued')).toBe(count(hall, 'TicketVoided') + count(hall, 'TicketPrintFailed'));
    expect(hall.desk().snapshot().tickets).toEqual([]);
  },
);

test('a board is unplugged during a call and shows it when it is back', async () => {
  const hall = new VirtualHall(config, 8);
  await hall.start();
  const board = machineAt(hall.hardware.machines, 'board', { window: 'w1' });
  hall.hardware.machine('k1', 'panel').act({ type: 'press', key: '1' });
  await hall.clock.advance(5_000);
  machineAt(hall.hardware.machines, 'pad', { window: 'w1' }).act({ type: 'press', key: 'open' });
  await hall.clock.advance(2_000);
  board.act({ type: 'unplug' });
  machineAt(hall.hardware.machines, 'pad', { window: 'w1' }).act({ type: 'press', key: 'next' });
  await hall.clock.advance(15_000);
  expect(count(hall, 'TicketCalled')).toBe(1);
  expect(count(hall, 'CallShown')).toBe(0);
  const state = hall
    .desk()
    .snapshot()
    .nodes.flatMap(({ devices }) => devices)
    .find(({ device }) => device === 'w1-board');
  expect(state?.faults.length).toBeGreaterThan(0);
  board.act({ type: 'plug' });
  await hall.clock.advance(15_000);
  expect(count(hall, 'CallShown')).toBe(1);
  expect(texts(hall, 'w1')).toContain('A001');
});

test('five impatient presses of "next" are one call', async () => {
  const hall = new VirtualHall(config, 9);
  await hall.start();
  for (let visitor = 0; visitor < 5; visitor++) {
    hall.hardware.machine('k1', 'panel').act({ type: 'press', key: '2' });
    await hall.clock.advance(6_000);
  }
  const pad = machineAt(hall.hardware.machines, 'pad', { window: 'w1' });
  pad.act({ type: 'press', key: 'open' });
  await hall.clock.advance(2_000);
  await hall.run(hall.world.setHub(false));
  for (let press = 0; press < 5; press++) {
    pad.act({ type: 'press', key: 'next' });
    await hall.clock.advance(300);
  }
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(30_000);
  expect(count(hall, 'TicketCalled')).toBeLessThanOrEqual(1);
});
