/** A kiosk alone with its block while hub or power fail at the worst moment (F1, F7); the long morning is in `bench/blocks`. */
import path from 'node:path';
import { expect, test } from 'vitest';
import type { HallConfig } from '../../../config/hall-config.ts';
import { loadHall } from '../../../config/load.ts';
import { VirtualHall } from '../worlds/virtual-hall.ts';

const small = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/small.yaml'));

function hallOf(ids: readonly string[]): HallConfig {
  const [kiosk, ...others] = small.file.nodes;
  if (kiosk === undefined) throw new Error('the small hall has no kiosk');
  const nodes = ids.map((id) => ({ ...kiosk, id, devices: kiosk.devices.map((device) => ({ ...device, id })) }));
  return { ...small, file: { ...small.file, nodes: [...nodes, ...others] } };
}

interface Paper {
  readonly text: readonly string[];
}
/** A piece without a word on it is what a power cut left in the slot. */
const papersOf = (hall: VirtualHall, kiosk: string) =>
  (hall.hardware.machine(kiosk, 'printer').look() as { readonly papers: readonly Paper[] }).papers.filter(
    ({ text }) => text.length > 0,
  );
const numberOn = ({ text }: Paper) => text.map((line) => /[A-Z]\d{3,5}/.exec(line)?.[0]).find((found) => found);
const of = (hall: VirtualHall, type: string) => hall.journal().filter((event) => event.type === type);
const press = (hall: VirtualHall, kiosk: string, key = '1') =>
  hall.hardware.machine(kiosk, 'panel').act({ type: 'press', key });
test('the hub dies with a press on its way: one paper out of the block, and the number it had given is void', async () => {
  const hall = new VirtualHall(hallOf(['k1']), 22);
  await hall.start();
  await hall.clock.advance(40_000);
  // The hub decides and writes, and its answer is lost with it.
  const before = of(hall, 'TicketIssued').length;
  Object.assign(hall.broker.faults, { delayMs: [150, 150] });
  press(hall, 'k1');
  await hall.clock.advance(200);
  await hall.run(hall.world.setHub(false));
  Object.assign(hall.broker.faults, { delayMs: [0, 0] });
  await hall.clock.advance(20_000);
  expect(papersOf(hall, 'k1').map(numberOn)).toEqual(['A5000']);
  await hall.run(hall.world.setHub(true));
  await hall.clock.advance(30_000);
  expect(papersOf(hall, 'k1')).toHaveLength(1);
  expect(of(hall, 'TicketIssued').length).toBe(before + 2);
  expect(of(hall, 'TicketVoided')).toMatchObject([{ ticket: '2026-11-23/A001', reason: 'superseded' }]);
  expect(
    hall
      .desk()
      .snapshot()
      .tickets.map(({ number }) => number),
  ).toEqual(['A5000']);
});

test.each(['before-commit', 'after-commit'] as const)(
  'the kiosk dies at %s of the taking: no number on two papers, and none without its event',
  async (label) => {
    const hall = new VirtualHall(hallOf(['k1']), 23);
    await hall.start();
    await hall.clock.advance(40_000);
    await hall.run(hall.world.setHub(false));
    await hall.clock.advance(10_000);
    let dying: Promise<void> | undefined;
    hall.nodeFault = (at) => {
      if (dying !== undefined || !at.endsWith(label)) return;
      hall.broker.cut('k1');
      dying = hall.world.setNode('k1', false);
      throw new Error('the power fails');
    };
    press(hall, 'k1');
    await hall.clock.advance(500);
    if (dying === undefined) throw new Error('the fault point was never reached');
    hall.nodeFault = () => {};
    await hall.run(dying);
    await hall.run(hall.world.setNode('k1', true));
    await hall.clock.advance(5_000);
    press(hall, 'k1');
    await hall.clock.advance(10_000);
    await hall.run(hall.world.setHub(true));
    await hall.clock.advance(60_000);
    const numbers = papersOf(hall, 'k1').map(numberOn);
    const second = label === 'after-commit' ? 'A5001' : 'A5000';
    expect(numbers).toContain(second);
    expect(new Set(numbers).size).toBe(numbers.length);
    const issued = of(hall, 'TicketIssued').map(({ ticket }) => String(ticket).split('/')[1]);
    for (const number of numbers) expect(issued).toContain(number);
  },
);
