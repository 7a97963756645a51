/** What only a crooked broker shows: deadlines, refusals, silence, messages nobody should send. */
import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterEach, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../../drivers/clock.ts';
import { seededRandom } from '../../drivers/random.ts';
import { RecordingLog } from '../../drivers/recording-log.kit.ts';
import { type Broker, createBroker } from './broker.ts';
import { MqttBus, type MqttBusOptions } from './mqtt-bus.ts';
import { until } from './real-world.kit.ts';

/** Our own deadlines and back-off, fifty times faster; the library's run in real time and stay out of the way. */
const hurriedClock: Clock = {
  ...systemClock,
  after: (delayMs, task) => systemClock.after(delayMs / 50, task),
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function busTo(port: number, options: Partial<MqttBusOptions> = {}): MqttBus {
  const bus = new MqttBus({
    url: `mqtt://127.0.0.1:${port}`,
    clientId: 'k1',
    clock: hurriedClock,
    random: seededRandom(3),
    ...options,
  });
  ends.push(() => bus.close());
  return bus;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Says what it is given to each connection's first packet, and then nothing ever again. */
async function crookedBroker(answer: readonly number[]): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(Uint8Array.from(answer)));
  });
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: await listening(server), sockets };
}

async function aedes(): Promise<{ broker: Broker; port: number }> {
  const broker = createBroker({ hall: 'test', host: '127.0.0.1', port: 0, anonymous: true, credentials: {} });
  const { port } = await broker.start();
  ends.push(() => broker.stop());
  return { broker, port };
}

/** MQTT 3.1.1, section 3.2: CONNACK, accepted. */
const accepted = [0x20, 0x02, 0x00, 0x00];

test('a broker that never acknowledges: the publish ends with its deadline, and the connection is replaced', async () => {
  const { port } = await crookedBroker(accepted);
  const bus = busTo(port);
  const downs: string[] = [];
  let wills = 0;
  bus.start({ down: (reason) => downs.push(reason) }, () => {
    wills += 1;
    return { topic: 't', payload: `lost ${wills}`, retain: true };
  });
  await until(() => bus.connected);
  const other = bus.publish('hall/1/test/b', 'x', { deadlineMs: 60_000 });
  const [late, ended] = await Promise.allSettled([bus.publish('hall/1/test/a', 'x', { deadlineMs: 1_000 }), other]);
  expect(late).toMatchObject({ reason: { code: 'deadline' } });
  expect(ended).toMatchObject({ reason: { code: 'not-connected' } });
  expect(downs).toEqual(['no answer within 1000 ms']);
  await until(() => bus.counters.connects === 2);
  expect(bus.counters).toMatchObject({ late: 1, drops: 1 });
  expect(wills).toBe(2);
});

test('a broker that takes the connection and says nothing is given up and tried again', async () => {
  const { port, sockets } = await crookedBroker([]);
  const bus = busTo(port);
  let ups = 0;
  bus.start({
    up: () => {
      ups += 1;
    },
  });
  await until(() => sockets.size >= 3);
  expect(bus.counters.failures).toBeGreaterThanOrEqual(2);
  expect([ups, bus.connected]).toEqual([0, false]);
});

test('a broker that refuses us (wrong password) is asked again and again, and the log says why', async () => {
  const { port, sockets } = await crookedBroker([0x20, 0x02, 0x00, 0x04]);
  const log = new RecordingLog();
  const bus = busTo(port, { log });
  bus.start({});
  await until(() => sockets.size >= 3);
  expect(log.lines.map(({ message }) => message).join('\n')).toMatch(/Bad username or password/);
  expect(log.lines.map(({ message }) => message).join('\n')).toMatch(/next try in \d+ ms/);
});

test('bytes that are no MQTT end the connection, not the process', async () => {
  const { port, sockets } = await crookedBroker([...accepted, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  const bus = busTo(port);
  bus.start({});
  await until(() => sockets.size >= 2);
  expect((bus.counters.drops ?? 0) + (bus.counters.failures ?? 0)).toBeGreaterThanOrEqual(1);
});

test('nobody listens: it goes on trying until somebody does', async () => {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  const bus = busTo(port);
  bus.start({});
  await until(() => (bus.counters.failures ?? 0) >= 3);
  const broker = createBroker({ hall: 'test', host: '127.0.0.1', port, anonymous: true, credentials: {} });
  await broker.start();
  ends.push(() => broker.stop());
  await until(() => bus.connected);
});

test('both ends send small packets at once: TCP_NODELAY on every connection', async () => {
  const set = vi.spyOn(Socket.prototype, 'setNoDelay');
  ends.push(() => set.mockRestore());
  const { broker, port } = await aedes();
  const bus = busTo(port);
  bus.start({});
  await until(() => bus.connected);
  await broker.stop({ crash: true });
  await broker.start();
  await until(() => bus.counters.connects === 2);
  expect(set.mock.calls).toEqual([[true], [true]]);
});

test('a message larger than the contract allows is dropped on the way in, and counted', async () => {
  const { port } = await aedes();
  const got: number[] = [];
  const bus = busTo(port);
  bus.start({ up: () => void bus.subscribe('hall/1/test/log', ({ payload }) => got.push(payload.length)) });
  await until(() => bus.connected);
  const rude = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
  ends.push(() => rude.endAsync(true));
  await rude.publishAsync('hall/1/test/log', Buffer.alloc(65_537), { qos: 1 });
  await rude.publishAsync('hall/1/test/log', Buffer.alloc(10), { qos: 1 });
  await until(() => got.length === 1);
  expect(got).toEqual([10]);
  expect(bus.counters).toMatchObject({ tooLarge: 1, received: 2 });
});

test('more publishes than may wait are refused at once, and counted', async () => {
  const { port } = await crookedBroker(accepted);
  const bus = busTo(port);
  bus.start({});
  await until(() => bus.connected);
  const sent = Array.from({ length: 4_100 }, () => bus.publish('hall/1/test/a', 'x', { deadlineMs: 60_000 }));
  await bus.abort();
  const codes = (await Promise.allSettled(sent)).map((one) => (one.status === 'rejected' ? one.reason.code : 'sent'));
  expect(codes.filter((code) => code === 'busy')).toHaveLength(4);
  expect(codes.filter((code) => code === 'not-connected')).toHaveLength(4_096);
  expect(bus.counters.busy).toBe(4);
});
