/** A box that was replaced counts its sessions from one: what it says is heard, what the old one's will says is not (F10). */
import { expect, test } from 'vitest';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { NodeRegistry } from './node-registry.ts';

const [old, fresh] = ['11111111-2222-4333-8444-555555555555', '99999999-2222-4333-8444-555555555555'];
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const state = (name: string, session: number, stream: string) => bytes({ v: 1, state: name, session, stream });
const birth = (session: number, stream: string) =>
  bytes({
    ...{ v: 1, node: 'k1', session, stream, last_seq: 0, epoch_seen: 1, acked: 0, numbers: [] },
    ...{ software: 't', config_rev: 1, devices: [] },
  });

function replaced(): NodeRegistry {
  const nodes = new NodeRegistry(new VirtualClock());
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
  const nodes = new NodeRegistry(new VirtualClock());
  nodes.takeState('k1', state('ready', 58, old));
  expect(nodes.takeState('k1', state('lost', 57, old))).toMatchObject({ changed: false });
  expect(nodes.takeBirth('k1', birth(57, old))).toMatchObject({ changed: false });
});
