/** Over real pseudo-terminals made by socat, so that the library, the kernel and we are what is tested. Real time, no figure asserted. */

import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { DeviceError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { seededRandom } from '../random.ts';
import { GuardedPort } from './guarded-port.ts';
import { PortLink } from './port-link.ts';
import type { SerialOptions } from './port-options.ts';
import { SerialWire } from './serial.ts';
import { hasSocat, openSocatLine } from './socat-line.kit.ts';

const world = { clock: systemClock, log: silentLog };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function makeLine() {
  const line = await openSocatLine();
  cleanups.push(() => line.close());
  return line;
}

const optionsFor = (path: string, more: Partial<SerialOptions> = {}): SerialOptions => ({
  kind: 'serial',
  path,
  baud: 115_200,
  data_bits: 8,
  parity: 'none',
  stop_bits: 1,
  flow: 'none',
  ...more,
});

function makePort(path: string, more?: Partial<SerialOptions>) {
  const port = new GuardedPort(new SerialWire(optionsFor(path, more), world), world);
  cleanups.push(() => port.close());
  let text = '';
  let look = () => {};
  const lost = Promise.withResolvers<DeviceError>();
  let losses = 0;
  const events = {
    data: (bytes: Uint8Array) => {
      text += Buffer.from(bytes).toString('latin1');
      look();
    },
    lost: (error: DeviceError) => {
      losses += 1;
      lost.resolve(error);
    },
  };
  const got = (wanted: string) =>
    new Promise<void>((resolve) => {
      look = () => text === wanted && resolve();
      look();
    });
  return { port, events, got, lost: lost.promise, losses: () => losses, open: () => port.open(events) };
}

const text = (value: string) => Buffer.from(value, 'latin1');
const openFiles = () => readdirSync('/proc/self/fd').length;

describe.skipIf(!hasSocat('serial.test'))('a serial port on a pseudo-terminal', () => {
  test('carries all 256 bytes unchanged, both ways', async () => {
    const line = await makeLine();
    const { port, open, got } = makePort(line.near);
    await open();
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, value) => value));
    await port.write(text(all), 3000);
    await line.until(() => line.received() === all);
    line.send(all);
    await got(all);
    expect(port.baudRate).toBe(115_200);
  });

  test('carries a long job through a slow reader', async () => {
    const line = await makeLine();
    const { port, open } = makePort(line.near);
    await open();
    const job = Buffer.alloc(200_000, 'ticket ');
    await port.write(job, 15_000);
    await line.until(() => line.received().length === job.length);
    expect(Buffer.from(line.received(), 'latin1').equals(job)).toBe(true);
  });

  test('a far end that is killed is one loss, and writes after it are refused, not kept', async () => {
    const line = await makeLine();
    const { port, open, lost, losses } = makePort(line.near);
    await open();
    await line.kill();
    expect(await lost).toMatchObject({ code: 'no-hardware' });
    await expect(port.write(text('x'), 500)).rejects.toMatchObject({ code: 'closed' });
    await port.close();
    expect(losses()).toBe(1);
  });

  test('killed with a write under way: the write fails, one loss', async () => {
    const line = await makeLine();
    const { port, open, lost, losses } = makePort(line.near);
    await open();
    line.socat.kill('SIGSTOP');
    const write = port.write(Buffer.alloc(300_000, 1), 10_000).catch((error: unknown) => error);
    await line.kill();
    expect(await write).toBeInstanceOf(DeviceError);
    await lost;
    await port.close();
    expect(losses()).toBe(1);
  });

  test('a far end that takes nothing: deadline, loss, and the thread pool stays free', async () => {
    const line = await makeLine();
    const files = openFiles();
    const { port, open, lost, losses } = makePort(line.near);
    await open();
    line.socat.kill('SIGSTOP');
    await expect(port.write(Buffer.alloc(300_000, 1), 200)).rejects.toMatchObject({ code: 'timeout' });
    expect(await lost).toMatchObject({ code: 'timeout' });
    await port.close();
    expect(openFiles()).toBe(files);
    line.socat.kill('SIGCONT');
    // A new object on the same line works: nothing of the old one is kept.
    const next = makePort(line.near);
    await next.open();
    const before = line.received().length;
    await next.port.write(text('again'), 3000);
    await line.until(() => line.received().slice(before).endsWith('again'));
    expect(losses()).toBe(1);
  });

  test('a second program is told that the port is held', async () => {
    const line = await makeLine();
    await makePort(line.near).open();
    await expect(makePort(line.near).open()).rejects.toMatchObject({ code: 'busy' });
  });

  test('a path where nothing is', async () => {
    await expect(makePort('/dev/serial/by-path/none').open()).rejects.toMatchObject({ code: 'no-hardware' });
  });

  test('closed while opening lets go of the device', async () => {
    const line = await makeLine();
    const files = openFiles();
    const { port, open } = makePort(line.near);
    const opening = open().catch((error: unknown) => error);
    await port.close();
    expect(await opening).toMatchObject({ code: 'closed' });
    expect(openFiles()).toBe(files);
    await makePort(line.near).open();
  });

  test('software flow control: XOFF holds the bytes back, XON lets them go', async () => {
    const line = await makeLine();
    const { port, open, got } = makePort(line.near, { flow: 'xonxoff' });
    await open();
    line.send('\x13');
    // The kernel keeps XOFF to itself; what follows it proves that it was seen.
    line.send('a');
    await got('a');
    const write = port.write(text('held'), 10_000);
    // What the device says while it holds our bytes back ("paper out") is read all the same, again and again.
    for (let round = 1; round <= 5; round += 1) {
      line.send('b');
      await got(`a${'b'.repeat(round)}`);
    }
    expect(line.received()).toBe('');
    line.send('\x11');
    await write;
    await line.until(() => line.received() === 'held');
  });

  test('a link on it comes back with a new object and no old bytes', async () => {
    const first = await makeLine();
    let path = first.near;
    const link = new PortLink(
      { clock: systemClock, random: seededRandom(1), log: silentLog },
      {
        name: 'pad',
        makePort: () => new GuardedPort(new SerialWire(optionsFor(path), world), world),
        backoffMinMs: 20,
      },
    );
    cleanups.push(() => link.close());
    const ups: (() => void)[] = [];
    const up = () => new Promise<void>((resolve) => void ups.push(resolve));
    let downs = 0;
    link.opened.on(() => ups.shift()?.());
    link.down.on(() => {
      downs += 1;
    });
    const firstUp = up();
    link.start();
    await firstUp;
    const second = await makeLine();
    path = second.near;
    const secondUp = up();
    await first.kill();
    await link.write(text('lost'), 500).catch(() => {});
    await secondUp;
    await link.write(text('new'), 3000);
    await second.until(() => second.received().length >= 3);
    expect(second.received()).toBe('new');
    expect(downs).toBe(1);
    expect(link.counters).toMatchObject({ opened: 2, lost: 1 });
  });
});
