/** A hub or a node that cannot start whole ends with its exit code and leaves nothing open (F24); so does a hub whose disk fails later. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { topics } from '../../../devices/contract/topics.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { runHub } from '../../boot/run-hub.ts';
import { createBroker } from '../../bus/broker.ts';
import { MqttBus } from '../../bus/mqtt-bus.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import { SqliteNodeStore } from '../../store/sqlite-node-store.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const halld = path.join(root, 'runtime/boot/halld.mjs');
/** A start takes a second or two; the bound is for a machine with much else to do. */
const endsWithinMs = 30_000;
const testMs = 60_000;

let folder = '';
let closing: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'halld-start-fails-'));
});

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);

interface HallPorts {
  readonly web: number;
  readonly broker: number;
}

/** The small hall on ports of its own. */
async function hall(ports?: Partial<HallPorts>): Promise<HallPorts> {
  const chosen = { web: ports?.web ?? (await freePort()), broker: ports?.broker ?? (await freePort()) };
  writeHall(`{ kind: embedded, anonymous: true, port: ${chosen.broker} }`, chosen.web);
  return chosen;
}

function writeHall(broker: string, webPort: number): void {
  const small = readFileSync(path.join(root, 'config/halls/small.yaml'), 'utf8');
  const own = `data: ${at('data')}\nhub: { http: { port: ${webPort} } }\nbroker: ${broker}`;
  writeFileSync(at('hall.yaml'), small.replace(/^broker: .*$/m, own));
}

async function listen(port = 0): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

async function freePort(): Promise<number> {
  const { server, port } = await listen();
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a new program could have the port. */
async function isFree(port: number): Promise<boolean> {
  const taken = await listen(port).catch(() => undefined);
  taken?.server.close();
  return taken !== undefined;
}

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  closing.push(() => child.kill('SIGKILL'));
  const [code] = await once(child, 'close', { signal: AbortSignal.timeout(endsWithinMs) }).catch(() => {
    throw new Error(`still there after ${endsWithinMs} ms: ${text}`);
  });
  return { code, text };
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  endOf(
    spawn(process.execPath, [halld, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
const runHubProcess = (...more: readonly string[]) => run(['hub', '--config', at('hall.yaml'), ...more]);
const runNodeProcess = (...more: readonly string[]) =>
  run(['node', '--config', at('hall.yaml'), '--node', 'k1', ...more]);

test('a damaged journal', { timeout: testMs }, async () => {
  const ports = await hall();
  mkdirSync(at('data'));
  writeFileSync(at('data/hall.sqlite'), Buffer.alloc(200_000, 0xa5));
  const { code, text } = await runHubProcess();
  expect(text).toMatch(/hall\.sqlite: the file is damaged: keep it, restore the last backup/);
  expect(code).toBe(70);
  expect(await isFree(ports.broker)).toBe(true);
});

test('a journal that another process writes', { timeout: testMs }, async () => {
  await hall();
  const other = new SqliteHallStore({ file: at('data/hall.sqlite') });
  await other.open();
  closing.push(() => other.close());
  const { code, text } = await runHubProcess();
  expect(text).toMatch(/another process writes this store/);
  expect(code).toBe(70);
});

test('a data folder that is a file, or is below one', { timeout: testMs }, async () => {
  await hall();
  writeFileSync(at('file'), '');
  for (const data of [at('file'), at('file/below')]) {
    const { code, text } = await runHubProcess('--data', data);
    expect(text).toMatch(/a file is in the place of a folder: check the data folder/);
    expect(code).toBe(70);
  }
});

test('a taken port of the pages, and of the broker', { timeout: testMs }, async () => {
  const taken = await listen();
  closing.push(() => taken.server.close());
  await hall({ web: taken.port });
  const web = await runHubProcess();
  expect(web.text).toMatch(/the pages cannot listen on 127\.0\.0\.1:\d+: the port is in use/);
  expect(web.code).toBe(70);
  await hall({ broker: taken.port });
  const broker = await runHubProcess();
  expect(broker.text).toMatch(/the broker cannot listen on 127\.0\.0\.1:\d+/);
  expect(broker.code).toBe(70);
});

test('in one process: after a taken port the broker listens no more and the journal can be opened', async () => {
  const taken = await listen();
  closing.push(() => taken.server.close());
  const ports = await hall({ web: taken.port });
  const config = await loadHall(at('hall.yaml'));
  const context = { clock: systemClock, random: Math.random, log: silentLog };
  const settings = { config, dataFolder: at('data'), onFatal: () => undefined };
  await expect(runHub(context, settings)).rejects.toThrow(/the port is in use/);
  expect(await isFree(ports.broker)).toBe(true);
  const store = new SqliteHallStore({ file: at('data/hall.sqlite') });
  await store.open();
  await store.close();
});

test('a node with a damaged outbox, and with one that another process writes', { timeout: testMs }, async () => {
  await hall();
  mkdirSync(at('data'));
  writeFileSync(at('data/k1.sqlite'), Buffer.alloc(50_000, 0xa5));
  const damaged = await runNodeProcess();
  expect(damaged.text).toMatch(/k1\.sqlite: the file is damaged/);
  expect(damaged.code).toBe(70);
  rmSync(at('data/k1.sqlite'));
  const other = new SqliteNodeStore({ file: at('data/k1.sqlite'), random: Math.random });
  other.open();
  closing.push(() => other.close());
  const locked = await runNodeProcess();
  expect(locked.text).toMatch(/another process writes this store/);
  expect(locked.code).toBe(70);
  expect(existsSync(at('data/k1.status'))).toBe(false);
});

test('a hall file that is not there, and a wrong HALLD_LOG', { timeout: testMs }, async () => {
  const missing = await run(['hub', '--config', at('nowhere.yaml')]);
  expect(missing.text).toMatch(/nowhere\.yaml/);
  expect(missing.code).toBe(66);
  await hall();
  const wrong = await run(['hub', '--config', at('hall.yaml')], { HALLD_LOG: 'info,escpos:loud' });
  expect(wrong.text).toMatch(/HALLD_LOG: "escpos:loud" names no level: "loud" is none/);
  expect(wrong.code).toBe(64);
});

const mayMount = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;
if (!mayMount) console.log('a full disk at start: this user may not mount a file system');

/** Runs halld with a small disk of its own mounted at the data folder. */
function onSmallDisk(script: string, args: readonly string[]): ChildProcess {
  mkdirSync(at('data'), { recursive: true });
  const mounted = `mount -t tmpfs -o size=1m none ${at('data')} && ${script} exec "$@"`;
  return spawn('unshare', ['--map-root-user', '--mount', 'sh', '-c', mounted, 'sh', process.execPath, halld, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HALLD_LOG: 'info' },
  });
}
const fill = `dd if=/dev/zero of=DATA/fill bs=4k status=none 2>/dev/null`;

test.skipIf(!mayMount)('a full disk is called one, at hub and node', { timeout: testMs }, async () => {
  await hall();
  const full = `${fill.replace('DATA', at('data'))};`;
  for (const args of [
    ['hub', '--config', at('hall.yaml')],
    ['node', '--config', at('hall.yaml'), '--node', 'k1'],
  ]) {
    const { code, text } = await endOf(onSmallDisk(full, args));
    expect(text).toMatch(/the disk is full: make room, then start again/);
    expect(text).not.toMatch(/another process/);
    expect(code).toBe(70);
  }
});

test.skipIf(!mayMount)(
  'a disk that fails under a hub with a broker of its own: it ends',
  { timeout: testMs },
  async () => {
    const broker = createBroker({ hall: 'small', host: '127.0.0.1', port: 0, anonymous: true, credentials: {} });
    const { port } = await broker.start();
    closing.push(() => broker.stop());
    writeHall(`{ kind: external, url: "mqtt://127.0.0.1:${port}" }`, await freePort());
    const script = `(while [ ! -e ${at('now')} ]; do sleep 0.1; done; ${fill.replace('DATA', at('data'))}; touch ${at('filled')}) &`;
    const child = onSmallDisk(script, ['hub', '--config', at('hall.yaml')]);
    const ended = endOf(child);
    const box = new MqttBus({
      url: `mqtt://127.0.0.1:${port}`,
      clientId: 'k1',
      clock: systemClock,
      random: Math.random,
    });
    closing.push(() => box.close());
    const leading = Promise.withResolvers<void>();
    let lost = false;
    box.start({
      up: () =>
        void box.subscribe(topics.hubState('small'), ({ payload }) => {
          const { state } = JSON.parse(Buffer.from(payload).toString()) as { readonly state: string };
          if (state === 'leading') leading.resolve();
          lost ||= state === 'lost';
        }),
    });
    await Promise.race([leading.promise, ended]);
    writeFileSync(at('now'), '');
    while (!existsSync(at('filled'))) await new Promise((done) => setTimeout(done, 20));
    // What is left in the log's last page is soon used up.
    let running = true;
    const { code, text } = await Promise.race([ended, press()]);
    running = false;
    expect(text).toMatch(/its journal cannot be written/);
    expect(code).toBe(70);
    expect(lost).toBe(true);

    async function press(): Promise<never> {
      for (let seq = 1; running; seq += 1) {
        const event = { type: 'IssueTicket', data: { service: 'residence', matters: [], class: 'ordinary' } };
        const head = {
          v: 1,
          id: `command-${seq}`,
          node: 'k1',
          device: 'k1',
          seq,
          first: 1,
          at: new Date().toISOString(),
        };
        const stream = '11111111-2222-4333-8444-555555555555';
        await box.publish(topics.nodeEvt('small', 'k1'), JSON.stringify({ ...head, stream, ...event }));
        await new Promise((done) => setTimeout(done, 20));
      }
      return ended as Promise<never>;
    }
  },
);
