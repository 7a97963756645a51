/**
 * What the hub knows of its boxes. One that was replaced counts its sessions from one: what it says is heard, what the
 * old one's will says is not (F10).
 * Of one that is not heard nobody knows what its boards show.
 */
import { expect, test } from 'vitest';
import { nodeSilentAfterMs } from '../../devices/contract/presence.ts';
import { silentLog } from '../../drivers/log.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { NodeRegistry } from './node-registry.ts';

function registry(clock = new VirtualClock()): NodeRegistry {
  return new NodeRegistry({ clock, random: Math.random, log: silentLog });
}

const [old, fresh] = ['11111111-2222-4333-8444-555555555555', '99999999-2222-4333-8444-555555555555'];
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const state = (name: string, session: number, stream: string) => bytes({ v: 1, state: name, session, stream });
const birth = (session: number, stream: string) =>
  bytes({
    ...{ v: 1, node: 'k1', session, stream, last_seq: 0, epoch_seen: 1, acked: 0, numbers: [] },
    ...{ software: 't', config_rev: 1, devices: [] },
  });

function replaced(): NodeRegistry {
  const nodes = registry();
  nodes.takeState('k1', state('ready', 57, old));
  nodes.takeBirth('k1', birth(57, old));
  nodes.takeState('k1', state('lost', 57, old));
  return nodes;
}

test('a new box under an old id is at work although its sessions begin anew', () => {
  const nodes = replaced();
  expect(nodes.takeState('k1', state('ready', 1, fresh))).toEqual({ ok: true, changed: true, wantsBirth: true });
  expect(nodes.takeBirth('k1', birth(1, fresh))).toMatchObject({ ok: true, changed: true });
  expect(nodes.get('k1')).toMatchObject({ state: 'ready', session: 1, birth: { stream: fresh } });
  expect(nodes.counters.staleSessions).toBe(0);
});

test('its birth may come before its state', () => {
  const nodes = replaced();
  expect(nodes.takeBirth('k1', birth(1, fresh))).toMatchObject({ changed: true });
  expect(nodes.takeState('k1', state('ready', 1, fresh))).toEqual({ ok: true, changed: true, wantsBirth: false });
});

test('the end of the old box is not the end of the new one', () => {
  const nodes = replaced();
  nodes.takeState('k1', state('ready', 1, fresh));
  expect(nodes.takeState('k1', state('lost', 57, old))).toMatchObject({ changed: false });
  expect(nodes.get('k1')).toMatchObject({ state: 'ready', session: 1 });
  expect(nodes.counters.staleSessions).toBe(1);
});

test('within one store an older session says nothing', () => {
  const nodes = registry();
  nodes.takeState('k1', state('ready', 58, old));
  expect(nodes.takeState('k1', state('lost', 57, old))).toMatchObject({ changed: false });
  expect(nodes.takeBirth('k1', birth(57, old))).toMatchObject({ changed: false });
});

const head = { v: 1, state: 'ready', faults: [], counters: {} };
const boards = {
  keeps: { shows: 'wanted', self_clears: false },
  'one-way': { shows: 'sent', self_clears: false },
  clears: { shows: 'on-its-way', self_clears: true },
  refuses: { shows: 'unknown', self_clears: true },
};

function hall() {
  const clock = new VirtualClock();
  const nodes = registry(clock);
  const say = (name: string) => nodes.takeState('n1', state(name, 1, old));
  say('ready');
  for (const [device, detail] of Object.entries(boards))
    nodes.takeDevice('n1', device, bytes({ ...head, device, role: 'window-board', detail }));
  nodes.takeDevice('n1', 'pad', bytes({ ...head, device: 'pad', role: 'call-pad', detail: { lamp: 'on' } }));
  const details = () => {
    const known = nodes.get('n1');
    if (known === undefined) throw new Error('n1 is known');
    return Object.fromEntries(nodes.devicesOf(known).map(({ device, detail }) => [device, detail]));
  };
  return { clock, nodes, say, details };
}

const notHeard = {
  keeps: { shows: 'unknown', self_clears: false },
  'one-way': { shows: 'unknown', self_clears: false },
  clears: { shows: 'clears-itself', self_clears: true },
  refuses: { shows: 'unknown', self_clears: true },
  pad: { lamp: 'on' },
};

test('of a box that fell silent nobody knows what its boards show, until it is heard again', async () => {
  const { clock, nodes, say, details } = hall();
  const heard = { ...boards, pad: { lamp: 'on' } };
  await clock.advance(nodeSilentAfterMs);
  expect(nodes.watch()).toBe(false);
  expect(details()).toEqual(heard);
  await clock.advance(1);
  expect(nodes.watch()).toBe(true);
  expect(details()).toEqual(notHeard);
  say('ready');
  expect(details()).toEqual(heard);
});

test.each(['lost', 'disconnected'])('nor of a box that is %s', (end) => {
  const { say, details } = hall();
  say(end);
  expect(details()).toEqual(notHeard);
});
