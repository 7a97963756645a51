/** A kiosk that is out sends its visitors to the one that works: its lamps, the hub's view, the dots on the hall board. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { topics } from '../../../devices/contract/topics.ts';
import { zHallView } from '../../../devices/contract/view.ts';
import { VirtualHall } from '../worlds/virtual-hall.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/service-centre.yaml'));

const notices = (hall: VirtualHall) =>
  zHallView.parse(JSON.parse(Buffer.from(hall.broker.retained(topics.hallView('service-centre')) ?? []).toString()))
    .notices;
const board = (hall: VirtualHall) =>
  (hall.hardware.machine('hall-board').look() as { readonly texts: readonly string[] }).texts.join('');
const lamps = (hall: VirtualHall, kiosk: string) =>
  new Set(
    (hall.hardware.machine(kiosk, 'panel').look() as { readonly keys: readonly { readonly lamp: string }[] }).keys.map(
      ({ lamp }) => lamp,
    ),
  );

test('paper out at the east entrance: lamps off, and the board names the kiosk that gives the same numbers', async () => {
  const hall = new VirtualHall(config, 21);
  await hall.start();
  await hall.clock.advance(3_000);
  expect(notices(hall)).toEqual([]);
  expect(lamps(hall, 'k1')).toContain('on');

  hall.hardware.machine('k1', 'printer').act({ type: 'fault', fault: 'paper-out', on: true });
  await hall.clock.advance(2_000);
  expect(lamps(hall, 'k1')).toEqual(new Set(['off']));
  expect(lamps(hall, 'k2')).toContain('on');
  const [west, desk, ...more] = notices(hall);
  expect(west?.zh).toBe('东门取号机缺纸：户籍业务、社会保险、医疗保障、不动产登记请到西门取号机取号');
  expect(west?.en).toMatch(/^East kiosk has no paper: for .+, please use West kiosk$/);
  expect(desk?.zh).toMatch(/^东门取号机缺纸：新生儿.+请到咨询台取号$/);
  expect(more).toEqual([]);
  const shown = new Set<string>();
  for (let look = 0; look < 40; look++) {
    await hall.clock.advance(1_000);
    shown.add(board(hall));
  }
  const said = [...shown].join('');
  expect(said).toContain('东门取号机缺纸');
  expect(said).toContain('西门取号机');

  // The neighbour goes too: only the desk is left.
  await hall.run(hall.world.setNode('k2', false));
  await hall.clock.advance(8_000);
  expect(notices(hall).map(({ zh }) => zh)).toEqual([
    '东门取号机缺纸，请到咨询台取号',
    '西门取号机暂停使用，请到咨询台取号',
  ]);

  await hall.run(hall.world.setNode('k2', true));
  hall.hardware.machine('k1', 'printer').act({ type: 'fault', fault: 'paper-out', on: false });
  await hall.clock.advance(8_000);
  expect(notices(hall)).toEqual([]);
  expect(lamps(hall, 'k1')).toContain('on');
  await hall.stop();
});
