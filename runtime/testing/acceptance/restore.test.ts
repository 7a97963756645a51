/** The hub's disk is lost and an older copy put in its place (F11): boxes know better, and the hub goes on above them. */
import path from 'node:path';
import { expect, test } from 'vitest';
import type { HallConfig } from '../../../config/hall-config.ts';
import { loadHall } from '../../../config/load.ts';
import { topics } from '../../../devices/contract/topics.ts';
import { machineAt } from '../../boot/journey.ts';
import { LocalBus } from '../worlds/local-bus.ts';
import { VirtualHall } from '../worlds/virtual-hall.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/small.yaml'));
const minuteMs = 60_000;
const file = path.resolve('/backup');

const of = (hall: VirtualHall, type: string) => hall.journal().filter((event) => event.type === type);
const numbers = (hall: VirtualHall) =>
  hall
    .desk()
    .snapshot()
    .tickets.map(({ number, stage }) => `${number} ${stage}`);
async function press(hall: VirtualHall, key = '1'): Promise<void> {
  hall.hardware.machine('k1', 'panel').act({ type: 'press', key });
  await hall.clock.advance(6_000);
}

function withBackup(everyMs: number): HallConfig {
  const hub = { ...config.file.hub, backup: { file, every_min: everyMs / minuteMs } };
  return { ...config, file: { ...config.file, hub } };
}

/** Two numbers before the copy, three after it, and then the disk is gone. */
async function lost(seed: number, everyMs: number | undefined): Promise<VirtualHall> {
  const hall = new VirtualHall(everyMs === undefined ? config : withBackup(everyMs), seed);
  await hall.start();
  await hall.clock.advance(30_000);
  for (let visitor = 0; visitor < 2; visitor += 1) await press(hall);
  if (everyMs === undefined) hall.hallDisk.backups.set(file, hall.hallDisk.copy());
  else await hall.clock.advance(everyMs);
  expect(hall.hallDisk.backups.has(file)).toBe(true);
  for (let visitor = 0; visitor < 3; visitor += 1) await press(hall);
  expect(numbers(hall)).toEqual([1, 2, 3, 4, 5].map((count) => `A00${count} waiting`));
  await hall.run(hall.world.setHub(false));
  hall.hallDisk.restore(file);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(20_000);
  return hall;
}

test('a hub restored from a copy and started once since begins no epoch that a box has seen, and is told everything', async () => {
  const hall = new VirtualHall(withBackup(5 * minuteMs), 36);
  await hall.start();
  await hall.clock.advance(30_000);
  for (let visitor = 0; visitor < 2; visitor += 1) await press(hall);
  await hall.clock.advance(5 * minuteMs);
  // One start of the lost hub after the copy, one of the restored hub: by counting, both are the same epoch.
  await hall.run(hall.world.setHub(false));
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(20_000);
  const lostEpoch = hall.world.hub?.epoch ?? 0;
  for (let visitor = 0; visitor < 3; visitor += 1) await press(hall);
  await hall.run(hall.world.setHub(false));
  hall.hallDisk.restore(file);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(20_000);
  expect(hall.world.hub?.epoch).not.toBe(lostEpoch);
  expect(numbers(hall)).toEqual([1, 2, 3, 4, 5].map((count) => `A00${count} waiting`));
  await press(hall);
  expect(of(hall, 'TicketIssued').at(-1)).toMatchObject({ ticket: '2026-11-23/A006' });
});

test('boxes tell again what the copy does not have: every number on paper is in the queue again, once', async () => {
  const hall = await lost(31, 5 * minuteMs);
  expect(numbers(hall)).toEqual([1, 2, 3, 4, 5].map((count) => `A00${count} waiting`));
  expect(of(hall, 'HallRestored')).toHaveLength(1);
  expect(of(hall, 'TicketIssued').filter(({ given }) => given === true)).toHaveLength(3);
  expect(hall.world.hub?.allCounters()).toMatchObject({ restores: 1, lostEvents: 0 });
  // In the order of the presses, and the next number is above all that are on paper.
  machineAt(hall.hardware.machines, 'pad', { window: 'w1' }).act({ type: 'press', key: 'open' });
  await hall.clock.advance(2_000);
  machineAt(hall.hardware.machines, 'pad', { window: 'w1' }).act({ type: 'press', key: 'next' });
  await hall.clock.advance(5_000);
  expect(of(hall, 'TicketCalled').at(-1)).toMatchObject({ ticket: '2026-11-23/A001' });
  await press(hall);
  expect(of(hall, 'TicketIssued').at(-1)).toMatchObject({ ticket: '2026-11-23/A006' });
});

test('without copies of its own making boxes keep nothing: no number comes twice, and no box is blocked', async () => {
  const hall = await lost(32, undefined);
  expect(numbers(hall)).toEqual(['A001 waiting', 'A002 waiting']);
  expect(of(hall, 'NumbersSeen')).toMatchObject([{ tickets: ['2026-11-23/A005'] }]);
  await press(hall);
  await press(hall);
  expect(of(hall, 'TicketIssued').slice(-2)).toMatchObject([
    { ticket: '2026-11-23/A006' },
    { ticket: '2026-11-23/A007' },
  ]);
  expect(hall.world.node('k1')?.status().outbox).toBe(0);
});

test('a new epoch above every epoch that a box has seen, and no block for days of which the copy knows nothing', async () => {
  const hall = new VirtualHall(config, 33);
  await hall.start();
  hall.hallDisk.backups.set(file, hall.hallDisk.copy());
  await hall.clock.advance(30_000);
  const leased = of(hall, 'BlockLeased').length;
  expect(leased).toBeGreaterThan(0);
  for (let restart = 0; restart < 3; restart += 1) {
    await hall.run(hall.world.setHub(false));
    await hall.run(hall.world.setHub(true));
    await hall.clock.advance(3_000);
  }
  const epoch = hall.world.hub?.epoch ?? 0;
  await hall.run(hall.world.setHub(false));
  hall.hallDisk.restore(file);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(60_000);
  expect(hall.world.hub?.epoch).toBeGreaterThan(epoch);
  expect(hall.world.node('k1')?.status().hub).toEqual({ fresh: true, epoch: hall.world.hub?.epoch });
  // The kiosk told what it holds; beyond that nothing was leased.
  expect(of(hall, 'BlockLeased').filter(({ reported }) => reported === true)).toHaveLength(leased);
  expect(of(hall, 'BlockLeased').filter(({ reported }) => reported !== true)).toEqual([]);
  await hall.run(hall.world.setHub(false));
  await hall.clock.advance(8_000);
  await press(hall);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(20_000);
  expect(numbers(hall)).toEqual(['A5000 waiting']);
});

test('a box that hears its card was copied starts a new stream; adopted, all it held is applied within a second', async () => {
  const hall = new VirtualHall(config, 34);
  await hall.start();
  await hall.clock.advance(30_000);
  await press(hall);
  const intruder = new LocalBus(hall.broker, 'intruder');
  intruder.start({});
  await hall.clock.advance(100);
  const { stream } = JSON.parse(Buffer.from(hall.broker.retained(topics.nodeBirth('small', 'k1')) ?? []).toString());
  const ack = { v: 1, node: 'k1', epoch: hall.world.hub?.epoch, upto: 0, durable_through: 0, answers: [] };
  const conflict = JSON.stringify({ ...ack, stream, stream_error: 'stream-conflict' });
  await hall.run(intruder.publish(topics.nodeAck('small', 'k1'), conflict));
  await hall.clock.advance(8_000);
  // Nobody answers it: the block gives the number.
  await press(hall);
  expect(numbers(hall)).toEqual(['A001 waiting']);
  expect(hall.world.node('k1')?.status().streamError).toBe('stream-unknown');
  expect(hall.desk().snapshot().nodes).toMatchObject([{ node: 'k1', otherWaits: true }, { node: 'n1' }]);
  const by = { kind: 'supervisor', id: 'zhao' } as const;
  const adopted = await hall.run(hall.desk().submit('AdoptBox', { node: 'k1' }, by));
  expect(adopted).toMatchObject({ ok: true });
  await hall.clock.advance(1_000);
  expect(numbers(hall)).toEqual(['A001 waiting', 'A5000 waiting']);
  expect(hall.world.node('k1')?.status()).toMatchObject({ streamError: null, outbox: 0 });
});

test('what a pad was answered is told again as it was: the refused stays refused, and is not asked anew', async () => {
  const hall = new VirtualHall(withBackup(5 * minuteMs), 35);
  await hall.start();
  await hall.clock.advance(6 * minuteMs);
  expect(hall.hallDisk.backups.has(file)).toBe(true);
  for (const key of ['open', 'next']) {
    machineAt(hall.hardware.machines, 'pad', { window: 'w1' }).act({ type: 'press', key });
    await hall.clock.advance(3_000);
  }
  const refused = of(hall, 'CommandRefused').length;
  const opened = of(hall, 'WindowOpened').length;
  await hall.run(hall.world.setHub(false));
  hall.hallDisk.restore(file);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(20_000);
  expect(of(hall, 'WindowOpened').length).toBe(opened);
  expect(of(hall, 'CommandRefused')).toHaveLength(refused);
  expect(hall.world.hub?.allCounters()).toMatchObject({ restores: 1, replayed: 2 });
  expect(hall.world.node('n1')?.status().outbox).toBe(0);
});
