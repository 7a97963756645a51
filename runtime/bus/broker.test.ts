/** The embedded broker's door: who gets in, what each may do, and what one bad box does to the others. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as tcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../drivers/clock.ts';
import { seededRandom } from '../../drivers/random.ts';
import { type Broker, type BrokerOptions, createBroker } from './broker.ts';
import { busConformance } from './bus.conformance.ts';
import { MqttBus } from './mqtt-bus.ts';
import { realWorld, until } from './real-world.kit.ts';

/** Who sits in the broker's own process: nobody, the hub as in a hall, all. */
const seats: Readonly<Record<string, (clientId: string) => boolean>> = {
  aedes: () => false,
  'aedes, the hub inside': (clientId) => clientId === 'hub',
  'aedes, all inside': () => true,
};

for (const [name, isInside] of Object.entries(seats)) {
  busConformance(name, async () => {
    const broker = createBroker({ hall: 'test', host: '127.0.0.1', port: 0, anonymous: true, credentials: {} });
    const { port } = await broker.start();
    const world = {
      restart: async () => {
        await broker.stop({ crash: true });
        await broker.start();
      },
      stop: () => broker.stop(),
    };
    const inside = (clientId: string) => (isInside(clientId) ? broker.bus(clientId, systemClock) : undefined);
    return realWorld(() => ({ url: `mqtt://127.0.0.1:${port}` }), world, inside);
  });
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const credentials = {
  hub: { username: 'hub', password: 'hub-secret' },
  k1: { username: 'k1', password: 'k1-secret' },
  k2: { username: 'k2', password: 'k2-secret' },
};

async function brokerWith(options: Partial<BrokerOptions> = {}): Promise<{ broker: Broker; port: number }> {
  const broker = createBroker({ hall: 'test', host: '127.0.0.1', port: 0, anonymous: false, credentials, ...options });
  const { port } = await broker.start();
  ends.push(() => broker.stop());
  return { broker, port };
}

/** A client by the library alone, so that nothing of ours stands between it and the door. */
async function login(port: number, who: keyof typeof credentials, extra: IClientOptions = {}): Promise<MqttClient> {
  const options = { protocolVersion: 4, reconnectPeriod: 0, clientId: who, ...credentials[who], ...extra } as const;
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, options, false);
  client.on('error', () => undefined);
  ends.push(() => client.endAsync(true));
  return client;
}

function heard(client: MqttClient): string[] {
  const got: string[] = [];
  client.on('message', (topic, payload) => got.push(`${topic}=${payload}`));
  return got;
}

test.each([
  ['nobody', {}],
  ['a wrong password', { username: 'k1', password: 'k2-secret' }],
  ['an unknown name', { username: 'k9', password: 'k1-secret' }],
  ['an empty password', { username: 'k1', password: '' }],
])('%s does not get in', async (_who, shown) => {
  const { broker, port } = await brokerWith();
  const client = connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0, ...shown });
  ends.push(() => client.endAsync(true));
  const error = await new Promise<Error>((resolve) => client.on('error', resolve));
  expect(error.message).toMatch(/Bad username or password|Not authorized/);
  expect(broker.counters).toMatchObject({ refusedLogins: 1, connects: 0 });
});

test('a node that writes for another is put out and counted; the others do not notice', async () => {
  const { broker, port } = await brokerWith();
  const hub = await login(port, 'hub');
  const got = heard(hub);
  await hub.subscribeAsync('hall/1/test/node/+/evt', { qos: 1 });
  const [k1, k2] = [await login(port, 'k1'), await login(port, 'k2')];
  k1.publish('hall/1/test/node/k2/evt', 'forged', { qos: 1 });
  await until(() => !k1.connected);
  await k2.publishAsync('hall/1/test/node/k2/evt', 'true', { qos: 1 });
  await until(() => got.length === 1);
  expect(got).toEqual(['hall/1/test/node/k2/evt=true']);
  expect(broker.counters.refusedPublishes).toBe(1);
  expect([hub.connected, k2.connected]).toEqual([true, true]);
});

test('a subscription that is not allowed is refused with its code; the connection stays', async () => {
  const { broker, port } = await brokerWith();
  const bus = new MqttBus({
    url: `mqtt://127.0.0.1:${port}`,
    clientId: 'k1',
    credentials: credentials.k1,
    clock: systemClock,
    random: seededRandom(1),
  });
  ends.push(() => bus.close());
  bus.start({});
  await until(() => bus.connected);
  const got: string[] = [];
  for (const filter of ['#', 'hall/1/test/node/+/evt', '$SYS/#', 'hall/1/test/node/k2/ack'])
    await expect(bus.subscribe(filter, ({ topic }) => got.push(topic))).rejects.toMatchObject({ code: 'refused' });
  await bus.subscribe('hall/1/test/view/#', ({ topic }) => got.push(topic));
  const hub = await login(port, 'hub');
  await hub.publishAsync('hall/1/test/node/k2/ack', 'secret', { qos: 1 });
  await hub.publishAsync('hall/1/test/view/hall', 'open', { qos: 1 });
  await until(() => got.length > 0);
  expect(got).toEqual(['hall/1/test/view/hall']);
  expect(broker.counters.refusedSubscriptions).toBe(4);
  expect(bus.counters.connects).toBe(1);
});

test('a node cannot push the hub out by using its client id', async () => {
  const { port } = await brokerWith();
  const hub = await login(port, 'hub', { clientId: 'the-hub' });
  const k1 = await login(port, 'k1', { clientId: 'the-hub' });
  const again = await login(port, 'hub', { clientId: 'the-hub' });
  await until(() => !hub.connected);
  expect([k1.connected, again.connected]).toEqual([true, true]);
});

test('a will on a topic of somebody else closes the door; on its own it goes out, and the tap hears it', async () => {
  const { broker, port } = await brokerWith();
  const will = (node: string) => ({
    topic: `hall/1/test/node/${node}/state`,
    payload: Buffer.from('lost'),
    qos: 1 as const,
    retain: true,
  });
  await expect(login(port, 'k1', { will: will('k2') })).rejects.toThrow();
  const told: string[] = [];
  broker.onMessage(({ topic, payload, retained }, client) =>
    told.push(`${client} ${topic} ${Buffer.from(payload)} ${retained}`),
  );
  const k1 = await login(port, 'k1', { will: will('k1') });
  k1.stream.destroy();
  await until(() => told.length > 0);
  expect(told).toEqual(['k1/k1 hall/1/test/node/k1/state lost true']);
  expect(broker.counters.refusedLogins).toBe(1);
});

test.each([
  ['a packet of 200 MB', [0x10, 0x80, 0x80, 0x80, 0x64], 'oversize'],
  ['a length of five bytes', [0x10, 0xff, 0xff, 0xff, 0xff, 0x01], 'oversize'],
  ['a page request', [...Buffer.from('GET / HTTP/1.1\r\nHost: hall\r\n\r\n'), ...Array(200).fill(0)], 'clientErrors'],
] as const)('%s ends that socket alone, and is counted', async (_what, bytes, counter) => {
  const { broker, port } = await brokerWith();
  const hub = await login(port, 'hub');
  const socket = tcp(port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  socket.write(Uint8Array.from(bytes));
  await until(() => closed);
  expect(broker.counters[counter]).toBeGreaterThanOrEqual(1);
  expect(hub.connected).toBe(true);
});

test('who connects and says nothing is put out; more connections than allowed wait outside', async () => {
  const { port } = await brokerWith({ limits: { connectTimeoutMs: 50, connections: 2 } });
  const closed = [false, false, false];
  closed.forEach((_, index) => {
    const socket = tcp(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed[index] = true;
    });
  });
  await until(() => closed.every(Boolean));
  await login(port, 'hub');
});

test('a largest message passes, one byte more than a packet may have does not', async () => {
  const { broker, port } = await brokerWith();
  const hub = await login(port, 'hub');
  await hub.publishAsync('hall/1/test/log', Buffer.alloc(65_536), { qos: 1 });
  hub.publish('hall/1/test/log', Buffer.alloc(65_536 + 1_024), { qos: 1 });
  await until(() => !hub.connected);
  expect(broker.counters).toMatchObject({ oversize: 1, messages: 1 });
});

test('a node cannot fill the memory with retained topics', async () => {
  const { broker, port } = await brokerWith({ limits: { retainedPerNode: 3 } });
  const k1 = await login(port, 'k1');
  for (const device of ['a', 'b', 'c', 'b'])
    await k1.publishAsync(`hall/1/test/node/k1/device/${device}`, 'x', { qos: 1, retain: true });
  k1.publish('hall/1/test/node/k1/device/d', 'x', { qos: 1, retain: true });
  await until(() => !k1.connected);
  expect(broker.counters.refusedPublishes).toBe(1);
});

test('a box that stopped reading does not hold the others up', async () => {
  const { broker, port } = await brokerWith();
  const hub = await login(port, 'hub');
  const frozen = await login(port, 'k1');
  await frozen.subscribeAsync('hall/1/test/view/#', { qos: 1 });
  (frozen.stream as unknown as { pause(): void }).pause();
  const k2 = await login(port, 'k2');
  const got = heard(k2);
  await k2.subscribeAsync('hall/1/test/view/#', { qos: 1 });
  // More than the sockets of the system take.
  for (let n = 0; n < 500; n += 1)
    await hub.publishAsync('hall/1/test/view/hall', `${n} ${'x'.repeat(30_000)}`, { qos: 1 });
  await until(() => got.length === 500);
  expect(got.at(-1)).toMatch(/=499 /);
  expect(broker.counters.slow).toBe(1);
});

test('MQTT 5 is refused with the code for it', async () => {
  const { port } = await brokerWith();
  await expect(login(port, 'k1', { protocolVersion: 5 })).rejects.toThrow(/nacceptable protocol|nsupported|refused/i);
});

test('anonymous, or without TLS, it listens on this machine alone', async () => {
  for (const anonymous of [true, false]) {
    const broker = createBroker({ hall: 'test', host: '0.0.0.0', port: 0, anonymous, credentials });
    await expect(broker.start()).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('TLS') });
  }
});

test('a port in use is said so; stopped and started, it has its port again', async () => {
  const { broker, port } = await brokerWith();
  const second = createBroker({ hall: 'test', host: '127.0.0.1', port, anonymous: false, credentials });
  await expect(second.start()).rejects.toMatchObject({ message: expect.stringContaining(`${port}`) });
  expect(second.running).toBe(false);
  await broker.stop();
  expect(broker.running).toBe(false);
  expect(await broker.start()).toEqual({ port });
});

const openssl = '/usr/bin/openssl';
const hasOpenssl = spawnSync(openssl, ['version']).error === undefined;
test.skipIf(!hasOpenssl)(
  `over TLS, with the hall’s own authority${hasOpenssl ? '' : ' (skipped: openssl is not installed)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'halld-tls-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const made = spawnSync(openssl, [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      keyFile,
      '-out',
      certFile,
      ...subject,
    ]);
    expect(made.status).toBe(0);
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')];
    const { port } = await brokerWith({ tls: { key, cert } });
    const bus = (ca: string | undefined) => {
      const made = new MqttBus({
        url: `mqtts://127.0.0.1:${port}`,
        clientId: 'k1',
        credentials: credentials.k1,
        ca,
        clock: systemClock,
        random: seededRandom(1),
      });
      ends.push(() => made.close());
      made.start({});
      return made;
    };
    const trusting = bus(cert);
    const stranger = bus(undefined);
    await until(() => trusting.connected && (stranger.counters.failures ?? 0) >= 1);
    await trusting.publish('hall/1/test/node/k1/evt', 'x');
    expect(stranger.connected).toBe(false);
  },
);

test('messages that overtake each other inside the broker all arrive', async () => {
  const { broker, port } = await brokerWith();
  const reader = await login(port, 'hub');
  const got = heard(reader);
  await reader.subscribeAsync('hall/1/test/#', { qos: 1 });
  const box = await login(port, 'k1');
  const hub = broker.bus('hub-inside', systemClock);
  ends.push(() => hub.close());
  hub.start({});
  await until(() => hub.connected);
  const rounds = 50;
  const base = 'hall/1/test';
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all([
      box.publishAsync(`${base}/node/k1/evt`, `e${round}`, { qos: 1 }),
      box.publishAsync(`${base}/node/k1/state`, `s${round}`, { qos: 0, retain: true }),
      hub.publish(`${base}/view/window/w1`, `v${round}`, { qos: 1, retain: true }),
      hub.publish(`${base}/node/k1/ack`, `a${round}`, { qos: 1 }),
      hub.publish(`${base}/hub/state`, `h${round}`, { qos: 0, retain: true }),
    ]);
  }
  await until(() => got.length >= 5 * rounds);
  expect(got.length).toBe(5 * rounds);
  for (const topic of ['node/k1/evt', 'node/k1/state', 'view/window/w1', 'node/k1/ack', 'hub/state']) {
    const mine = got.filter((each) => each.startsWith(`${base}/${topic}=`));
    expect(mine.map((each) => Number(each.replace(/.*=./, '')))).toEqual(Array.from({ length: rounds }, (_, n) => n));
  }
});
