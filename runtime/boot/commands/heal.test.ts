/** A hall that caught an epoch, a number and a block that no hall can have reached is healed by a person; its boxes follow. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { hubActor } from '../../hub/own-commands.ts';
import { HubSight } from '../../node/hub-sight.ts';
import { StoredHub } from '../../testing/worlds/stored-hub.ts';
import { heal } from './heal.ts';

const file = path.resolve(import.meta.dirname, '../../../config/halls/small.yaml');

test('an epoch at the largest integer, number A99999 and a block of thousands are taken back, and the day goes on', async () => {
  const { rules } = await loadHall(file);
  const service = rules.services.find(({ prefix }) => prefix === 'A')?.id;
  const hall = new StoredHub(rules);
  await hall.start('k1');
  const k1 = await hall.box('k1');
  expect((await k1.send('IssueTicket', { service }))?.result).toMatchObject({ number: 'A001' });
  const day = hall.state.day?.day ?? '';
  const at = hall.clock.wallMs();
  await hall.run(hall.hub.stop());
  const head = { at, happenedAt: at, by: hubActor, commandId: 'claimed-by-a-box' };
  const block = { lease: 'mine', day, prefix: 'A', from: 0, to: 4999, kiosk: 'k1/kiosk', reported: true as const };
  await hall.store.open();
  await hall.store.commit({
    events: [
      { ...head, type: 'NumbersSeen', tickets: [`${day}/A99999`] },
      { ...head, type: 'BlockLeased', ...block },
    ],
    ...{ applied: [], answers: [], marks: [] },
  });
  await hall.store.close();
  const db = new DatabaseSync(hall.file);
  db.exec("UPDATE meta SET value = 9007199254740993 WHERE key = 'epoch'");
  db.close();
  await expect(hall.start()).rejects.toThrow('halld heal');
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  vi.useFakeTimers({ toFake: ['Date'], now: at + 1_000 });
  try {
    expect(await heal.run(['--config', file, '--data', hall.folder])).toBe(0);
  } finally {
    vi.useRealTimers();
    log.mockRestore();
  }
  expect(said.join('\n')).toMatch(/numbers go on at 2[\s\S]*block mine is taken back/);
  await hall.start();
  expect(hall.hub.epoch).toBeGreaterThan(1);
  expect(hall.hub.epoch).toBeLessThan(1_000_000);
  expect((await k1.send('IssueTicket', { service }))?.result).toMatchObject({ number: 'A002' });
  await hall.close();
});

test('a box follows the healed hub, whatever of the void epochs it has seen or kept, and no older hub otherwise', () => {
  const state = { v: 1, state: 'leading', hub: 'hub', epoch: 8, time: 1 };
  const healed = { ...state, void_epochs: { from: 1_000_007, through: Number.MAX_SAFE_INTEGER } };
  // What is on its disk is no epoch at all: it is not kept even without being told.
  for (const kept of [Number.MAX_SAFE_INTEGER, 2 ** 53, 1e15, Number.NaN]) {
    const sight = new HubSight(new VirtualClock(0), kept);
    expect(sight.take(state, false)).toBe(true);
    expect(sight.sight).toEqual({ fresh: true, epoch: 8 });
  }
  const sight = new HubSight(new VirtualClock(0), 500_000_000);
  sight.take(state, false);
  expect(sight.sight).toEqual({ fresh: false, epoch: 500_000_000 });
  sight.take(healed, false);
  expect(sight.sight).toEqual({ fresh: true, epoch: 8 });
  sight.take({ ...healed, epoch: 7 }, false);
  expect(sight.sight.epoch).toBe(8);
});
