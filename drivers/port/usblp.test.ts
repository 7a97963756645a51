/** On a pseudo-terminal in place of /dev/usb/lp0: it too takes bytes, says EAGAIN and vanishes. The driver itself is met in the kernel bench. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import type { DeviceError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { GuardedPort } from './guarded-port.ts';
import { hasSocat, openSocatLine } from './socat-line.kit.ts';
import { UsblpWire } from './usblp.ts';

const world = { clock: systemClock, log: silentLog };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function makePrinter() {
  const line = await openSocatLine();
  cleanups.push(() => line.close());
  return line;
}

function makePort(path: string, roots?: { sys: string; dev: string }) {
  const port = new GuardedPort(new UsblpWire({ kind: 'usblp', path }, world, roots), world);
  cleanups.push(() => port.close());
  const lost = Promise.withResolvers<DeviceError>();
  let text = '';
  let look = () => {};
  const open = () =>
    port.open({
      data: (bytes) => {
        text += Buffer.from(bytes).toString('latin1');
        look();
      },
      lost: (error) => lost.resolve(error),
    });
  const got = (wanted: string) =>
    new Promise<void>((resolve) => {
      look = () => text === wanted && resolve();
      look();
    });
  return { port, open, got, lost: lost.promise };
}

describe.skipIf(!hasSocat('usblp.test'))('a USB printer', () => {
  test('takes a job longer than a transfer, and its status is read', async () => {
    const printer = await makePrinter();
    const { port, open, got } = makePort(printer.near);
    await open();
    const job = Buffer.alloc(100_000, 'ticket ');
    await port.write(job, 10_000);
    await printer.until(() => printer.received().length === job.length);
    expect(Buffer.from(printer.received(), 'latin1').equals(job)).toBe(true);
    printer.send('\x12\x34');
    await got('\x12\x34');
  });

  test('one that takes nothing: deadline; its status is read meanwhile', async () => {
    const printer = await makePrinter();
    const { port, open, got, lost } = makePort(printer.near);
    await open();
    printer.send('\x14');
    await got('\x14');
    printer.socat.kill('SIGSTOP');
    await expect(port.write(Buffer.alloc(300_000, 1), 200)).rejects.toMatchObject({ code: 'timeout' });
    expect(await lost).toMatchObject({ code: 'timeout' });
  });

  test('unplugged while idle is seen', async () => {
    const printer = await makePrinter();
    const { open, lost } = makePort(printer.near);
    await open();
    await printer.kill();
    expect(await lost).toMatchObject({ code: 'no-hardware' });
  });

  test('unplugged with a write under way', async () => {
    const printer = await makePrinter();
    const { port, open, lost } = makePort(printer.near);
    await open();
    printer.socat.kill('SIGSTOP');
    const write = port.write(Buffer.alloc(300_000, 1), 10_000).catch((error: unknown) => error);
    await printer.kill();
    expect(await write).toMatchObject({ code: 'no-hardware' });
    await lost;
  });

  test('is found by where it is plugged in, whatever its number', async () => {
    const printer = await makePrinter();
    const root = mkdtempSync(join(tmpdir(), 'usblp-'));
    cleanups.push(() => rmSync(root, { recursive: true }));
    const device = join(root, 'sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.4');
    const put = (file: string, text: string) => {
      mkdirSync(dirname(join(device, file)), { recursive: true });
      writeFileSync(join(device, file), `${text}\n`);
    };
    put('idVendor', '04b8');
    put('idProduct', '0e15');
    put('1-1.4:1.0/bInterfaceNumber', '00');
    put('1-1.4:1.0/ieee1284_id', 'MFG:EPSON;MDL:TM-T88V;');
    mkdirSync(join(root, 'sys/class/usbmisc/lp3'), { recursive: true });
    symlinkSync(join(device, '1-1.4:1.0'), join(root, 'sys/class/usbmisc/lp3/device'));
    mkdirSync(join(root, 'dev/usb'), { recursive: true });
    symlinkSync(printer.near, join(root, 'dev/usb/lp3'));
    const roots = { sys: join(root, 'sys'), dev: join(root, 'dev') };
    for (const path of ['1-1.4', 'usb-0000:00:14.0-1.4']) {
      const { port, open } = makePort(path, roots);
      await open();
      await port.write(Buffer.from(path), 1000);
      await printer.until(() => printer.received().endsWith(path));
      await port.close();
    }
    await expect(makePort('1-2', roots).open()).rejects.toMatchObject({ code: 'no-hardware' });
  });
});
