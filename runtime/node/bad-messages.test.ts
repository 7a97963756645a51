/** What a node hears that it cannot use changes nothing, is said once with its topic and reason, and is counted. */

import path from 'node:path';
import { expect, test } from 'vitest';
import { loadHall } from '../../config/load.ts';
import { topics } from '../../devices/contract/topics.ts';
import { silentLog } from '../../drivers/log.ts';
import { seededRandom } from '../../drivers/random.ts';
import { SimulatedCable } from '../../drivers/simulated/cable.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { LocalBroker } from '../testing/worlds/local-broker.ts';
import { LocalBus } from '../testing/worlds/local-bus.ts';
import { MemoryNodeStore } from '../testing/worlds/memory-node-store.ts';
import { HallNode } from './hall-node.ts';

const config = await loadHall(path.resolve(import.meta.dirname, '../../config/halls/small.yaml'));
const hall = config.rules.hall;

test('wrong JSON, wrong types, a huge one and a future version on every topic of a node', async () => {
  const clock = new VirtualClock();
  const random = seededRandom(3);
  const broker = new LocalBroker({ clock, random });
  const said: string[] = [];
  const settings = config.file.nodes.find(({ id }) => id === 'n1');
  if (settings === undefined) throw new Error('the small hall has no n1');
  const node = new HallNode({
    config,
    node: settings,
    store: new MemoryNodeStore({ random }),
    bus: new LocalBus(broker, 'n1'),
    clock,
    random,
    log: { ...silentLog, warn: ({ topic, reason }) => said.push(`${topic}: ${reason}`) },
    software: 'test',
    makePort: ({ id }) => {
      const cable = new SimulatedCable({ name: id, clock });
      return () => cable.makePort();
    },
  });
  let started = false;
  const starting = node.start().then(() => {
    started = true;
  });
  while (!started) await clock.settle();
  await starting;
  const other = new LocalBus(broker, 'hub');
  other.start({});
  await clock.advance(1_000);
  const before = node.status();
  const heard = [
    topics.nodeAck(hall, 'n1'),
    topics.nodeCmd(hall, 'n1'),
    topics.hubState(hall),
    topics.windowView(hall, 'w1'),
    topics.nodeState(hall, 'n1'),
  ];
  const bad = [
    'not json',
    '[]',
    'null',
    '"text"',
    '{"v":2,"epoch":1}',
    '{"v":1}',
    `{"v":1,"x":"${'x'.repeat(60_000)}"}`,
  ];
  for (const topic of heard)
    for (const payload of bad)
      for (let twice = 0; twice < 2; twice++) {
        other.publish(topic, payload).catch(() => {});
        await clock.advance(20);
      }
  const after = node.status();
  expect(node.counters.badMessages).toBe(heard.length * bad.length * 2);
  expect(new Set(said).size).toBe(said.length);
  for (const topic of heard)
    expect(
      said.some((line) => line.startsWith(`${topic}: `)),
      topic,
    ).toBe(true);
  expect({ hub: after.hub, outbox: after.outbox, broker: after.broker }).toEqual({
    hub: before.hub,
    outbox: before.outbox,
    broker: before.broker,
  });
});
