/** First the commit, then the first byte: a disk that fills up just when the answer comes, and what fails after a commit. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { topics } from '../../../devices/contract/topics.ts';
import { StoreError } from '../../store/store-error.ts';
import { VirtualHall } from '../worlds/virtual-hall.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../../config/halls/small.yaml'));

const papers = (hall: VirtualHall) =>
  (hall.hardware.machine('k1', 'printer').look() as { readonly papers: readonly unknown[] }).papers.length;
const lamp = (hall: VirtualHall) =>
  (
    hall.hardware.machine('k1', 'panel').look() as {
      readonly keys: readonly { readonly key: string; readonly lamp: string }[];
    }
  ).keys.find(({ key }) => key === '1')?.lamp;
const faults = (hall: VirtualHall) =>
  hall.world
    .node('k1')
    ?.status()
    .devices.flatMap((device) => device.faults.map(({ code }) => code)) ?? [];
const count = (hall: VirtualHall, type: string) => hall.journal().filter((event) => event.type === type).length;
const press = (hall: VirtualHall) => hall.hardware.machine('k1', 'panel').act({ type: 'press', key: '1' });

/** The press is written, the hub gives its number; from then on no disk of a box takes anything. */
function fillOnceIssued(hall: VirtualHall): void {
  hall.nodeFault = (at) => {
    if (at === 'before-commit' && count(hall, 'TicketIssued') > 0) throw new StoreError('full', 'the disk is full');
  };
}

test.each([1, 2, 3])(
  'the disk of a kiosk is full when the answer comes: no byte before it is written (seed %i)',
  async (seed) => {
    const hall = new VirtualHall(config, seed);
    await hall.start();
    await hall.clock.advance(5_000);
    fillOnceIssued(hall);
    press(hall);
    await hall.clock.advance(4_000);
    expect(count(hall, 'TicketIssued')).toBe(1);
    expect(papers(hall)).toBe(0);
    expect(faults(hall)).toContain('disk-full');
    hall.nodeFault = () => {};
    await hall.clock.advance(25_000);
    expect(faults(hall)).not.toContain('disk-full');
    expect(papers(hall)).toBe(1);
    expect(count(hall, 'TicketPrinted')).toBe(1);
    expect(count(hall, 'TicketIssued') - count(hall, 'TicketVoided')).toBe(1);
    expect(lamp(hall)).toBe('on');
  },
);

test('the disk stays full: nothing is printed, the panel goes dark, and the number is void once it can be written', async () => {
  const hall = new VirtualHall(config, 5);
  await hall.start();
  await hall.clock.advance(5_000);
  fillOnceIssued(hall);
  press(hall);
  await hall.clock.advance(20_000);
  expect(count(hall, 'TicketIssued')).toBe(1);
  expect(papers(hall)).toBe(0);
  expect(lamp(hall)).toBe('off');
  hall.nodeFault = () => {};
  await hall.clock.advance(25_000);
  expect(papers(hall)).toBe(0);
  expect(lamp(hall)).toBe('on');
  press(hall);
  await hall.clock.advance(5_000);
  expect(papers(hall)).toBe(1);
});

test('what fails after the commit makes nobody believe that nothing was written: one number, one paper', async () => {
  const hall = new VirtualHall(config, 7);
  await hall.start();
  await hall.clock.advance(5_000);
  let thrown = 0;
  const { fault } = hall.broker;
  hall.broker.fault = (at, client, topic) => {
    if (at === 'before-publish' && topic === topics.nodeEvt('small', 'k1') && thrown < 2) {
      thrown += 1;
      throw new TypeError('a defect right after the commit');
    }
    fault(at, client, topic);
  };
  press(hall);
  await hall.clock.advance(20_000);
  expect(thrown).toBe(2);
  expect(papers(hall)).toBe(1);
  expect(count(hall, 'TicketPrinted')).toBe(1);
  expect(hall.world.node('k1')?.status().outbox).toBe(0);
});
