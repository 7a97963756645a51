/** The faults of the broker in memory, and that a seed gives them again. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../../drivers/random.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { Backoff } from '../../bus/backoff.ts';
import { LocalBroker, type LocalFaults } from './local-broker.ts';
import { LocalBus } from './local-bus.ts';

const topic = 'hall/1/test/node/k1/evt';

function world(faults: Partial<LocalFaults> = {}, seed = 11) {
  const clock = new VirtualClock();
  const broker = new LocalBroker({ clock, random: seededRandom(seed), faults });
  return { clock, broker };
}

/** A listener and a sender, both up. */
async function pair(clock: VirtualClock, broker: LocalBroker) {
  const [hub, node] = [new LocalBus(broker, 'hub'), new LocalBus(broker, 'k1')];
  const got: string[] = [];
  const downs: string[] = [];
  hub.start({ up: () => void hub.subscribe('hall/1/test/#', ({ payload }) => got.push(String(Buffer.from(payload)))) });
  node.start({ down: (reason) => downs.push(reason) }, () => ({ topic, payload: 'lost', retain: false }));
  await clock.advance(1_000);
  return { hub, node, got, downs };
}

test('what is lost was acknowledged all the same; what is repeated comes again later; both are counted', async () => {
  const { clock, broker } = world({ loseRate: 0.2, repeatRate: 0.2, delayMs: [1, 30] });
  const { node, got } = await pair(clock, broker);
  let acknowledged = 0;
  for (let n = 0; n < 1_000; n += 1) {
    void node.publish(topic, String(n)).then(() => {
      acknowledged += 1;
    });
    await clock.advance(5);
  }
  await clock.advance(5_000);
  expect(acknowledged).toBe(1_000);
  const { lost, repeated, delivered } = broker.counters;
  expect(lost).toBeGreaterThan(100);
  expect(repeated).toBeGreaterThan(100);
  expect(delivered).toBe(1_000 - lost);
  expect(got).toHaveLength(delivered + repeated);
  expect(new Set(got).size).toBe(delivered);
  // Repeats apart, the order stays.
  const firsts = [...new Set(got)].map(Number);
  expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
});

test('the same seed gives the same faults at the same times, another seed others', async () => {
  const run = async (seed: number) => {
    const { clock, broker } = world({ loseRate: 0.1, repeatRate: 0.1, delayMs: [0.5, 60] }, seed);
    const { node, got } = await pair(clock, broker);
    for (let n = 0; n < 200; n += 1) {
      node.publish(topic, String(n)).catch(() => undefined);
      if (n === 70) broker.cut('k1');
      if (n === 140) broker.restart();
      await clock.advance(20);
    }
    await clock.advance(5_000);
    return JSON.stringify([got, broker.counters, node.counters]);
  };
  const first = await run(1);
  expect(await run(1)).toBe(first);
  expect(await run(2)).not.toBe(first);
});

test('a cut cable: the will goes out, what waited ends, and the box comes back', async () => {
  const { clock, broker } = world({ delayMs: [5, 5] });
  const { node, got, downs } = await pair(clock, broker);
  const waiting = node.publish(topic, 'on its way');
  const ended = expect(waiting).rejects.toMatchObject({ code: 'not-connected' });
  broker.cut('k1');
  await clock.advance(10);
  await ended;
  expect(got).toEqual(['lost']);
  expect(downs).toEqual(['the connection was cut']);
  await clock.until(() => node.connected);
  expect(node.counters.connects).toBe(2);
});

test('a frozen box: nothing passes, and the keepalive brings its will after a while', async () => {
  const { clock, broker } = world({ delayMs: [5, 5] });
  const { node, got } = await pair(clock, broker);
  broker.stall('k1');
  const waiting = expect(node.publish(topic, 'never', { deadlineMs: 60_000 })).rejects.toMatchObject({
    code: 'not-connected',
  });
  await clock.advance(14_000);
  expect([got, node.connected]).toEqual([[], true]);
  await clock.advance(2_000);
  expect(got).toEqual(['lost']);
  await waiting;
});

test('without an answer the deadline ends a publish and the connection is replaced', async () => {
  const { clock, broker } = world({ delayMs: [5, 5] });
  const { node, downs } = await pair(clock, broker);
  broker.stall('k1');
  const late = expect(node.publish(topic, 'x')).rejects.toMatchObject({ code: 'deadline' });
  await clock.advance(5_001);
  await late;
  expect(downs).toHaveLength(1);
  await clock.until(() => node.connected);
  expect(node.counters.late).toBe(1);
});

test('a broker that is away is tried again with jitter, never faster than the hall can bear', async () => {
  const { clock, broker } = world();
  const { node } = await pair(clock, broker);
  broker.stop();
  expect(broker.retained(topic)).toBeUndefined();
  await clock.advance(10 * 60_000);
  const tries = node.counters.refused ?? 0;
  // Up to 5 s apart, 2.5 s in the mean.
  expect(tries).toBeGreaterThan(150);
  expect(tries).toBeLessThan(400);
  broker.start();
  await clock.until(() => node.connected, 31_000);
});

test('the first retry is quick, the longest wait is 5 s, a good connection starts anew', () => {
  const longest = () => 1 - Number.EPSILON;
  const backoff = new Backoff(longest);
  const waits = Array.from({ length: 9 }, () => Math.round(backoff.next()));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
  backoff.stood(9_999);
  expect(Math.round(backoff.next())).toBe(5_000);
  backoff.stood(10_000);
  expect(Math.round(backoff.next())).toBe(500);
  expect(new Backoff(() => 0).next()).toBe(0);
});
