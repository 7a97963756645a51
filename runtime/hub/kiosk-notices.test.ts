import { expect, test } from 'vitest';
import { silentLog } from '../../drivers/log.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { type KioskPlace, kioskNotices } from './kiosk-notices.ts';
import { NodeRegistry } from './node-registry.ts';

const [first, second] = testHall.services;
if (first === undefined || second === undefined) throw new Error('the test hall has two services');
const withoutDesk = { ...testHall, windows: testHall.windows.filter(({ role }) => role !== 'desk') };

const kiosk = (id: string, services: readonly string[], neighbours: readonly string[]): KioskPlace => ({
  ...{ id, node: id, services, neighbours },
  name: { zh: `${id}机`, en: `Kiosk ${id}` },
});

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

function registry(states: Readonly<Record<string, 'ready' | 'paper-out' | 'lost'>>): NodeRegistry {
  const nodes = new NodeRegistry({ clock: new VirtualClock(), random: Math.random, log: silentLog });
  for (const [id, state] of Object.entries(states)) {
    nodes.takeState(id, bytes({ v: 1, state: state === 'lost' ? 'lost' : 'ready', session: 1 }));
    const fault = { code: 'paper-out', kind: 'said', severity: 'error', since: 0, remedy: 'load paper' };
    const faults = state === 'paper-out' ? [fault] : [];
    const device = { v: 1, device: id, role: 'ticket-kiosk', state: faults.length > 0 ? 'fault' : 'ready', faults };
    nodes.takeDevice(id, id, bytes({ ...device, counters: {} }));
  }
  return nodes;
}

const said = (kiosks: readonly KioskPlace[], nodes: NodeRegistry, rules = withoutDesk) =>
  kioskNotices(kiosks, nodes, rules).map(({ zh }) => zh);

test('the nearest that works and gives the same numbers is named, not the nearest alone', () => {
  const kiosks = [
    kiosk('a', [first.id], ['b', 'c', 'd']),
    kiosk('b', [second.id], []),
    kiosk('c', [first.id], []),
    kiosk('d', [first.id], []),
  ];
  expect(said(kiosks, registry({ a: 'paper-out', b: 'ready', c: 'ready', d: 'ready' }))).toEqual([
    'a机缺纸，请到c机取号',
  ]);
  expect(said(kiosks, registry({ a: 'paper-out', b: 'ready', c: 'lost', d: 'ready' }))).toEqual([
    'a机缺纸，请到d机取号',
    'c机暂停使用，请稍候，工作人员马上处理',
  ]);
});

test('services that go to different places are named, nearest first', () => {
  const kiosks = [kiosk('a', [second.id, first.id], ['b']), kiosk('b', [first.id], ['a'])];
  expect(said(kiosks, registry({ a: 'paper-out', b: 'ready' }))).toEqual([
    `a机缺纸：${first.name.zh}请到b机取号`,
    `a机缺纸：${second.name.zh}请稍候，工作人员马上处理`,
  ]);
});

test('a kiosk that nobody has heard of yet is no news, and nobody is sent to it', () => {
  const kiosks = [kiosk('a', [first.id], ['b']), kiosk('b', [first.id], ['a'])];
  expect(said(kiosks, registry({}))).toEqual([]);
  expect(said(kiosks, registry({ a: 'paper-out' }))).toEqual(['a机缺纸，请稍候，工作人员马上处理']);
});
