/** Which device is taken, from copies of /sys. Reading, lamps and unplugging are met in the kernel bench on /dev/uhid. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { GuardedPort } from './guarded-port.ts';
import { chooseHid, HidWire } from './hid.ts';
import type { HidOptions } from './port-options.ts';
import { listHid, listSerial, type SystemRoots } from './sysfs.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Pad {
  readonly at: string;
  readonly vid: number;
  readonly pid: number;
  readonly serial?: string;
  readonly interface?: number;
  readonly virtual?: boolean;
}

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

/** Folders and files as Linux 6.1 lays them out for usbhid and uhid. */
function makeSystem(pads: readonly Pad[]): SystemRoots {
  const root = mkdtempSync(join(tmpdir(), 'hid-'));
  cleanups.push(() => rmSync(root, { recursive: true }));
  const write = (folder: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), `${text}\n`);
  };
  for (const [index, pad] of pads.entries()) {
    const number = pad.interface ?? 0;
    const usb = `sys/devices/pci0000:00/0000:00:14.0/usb1/${pad.at}`;
    const hid = `0003:${hex(pad.vid, 4)}:${hex(pad.pid, 4)}.000${index + 1}`;
    const folder = pad.virtual ? `sys/devices/virtual/misc/uhid/${hid}` : `${usb}/${pad.at}:1.${number}/${hid}`;
    if (!pad.virtual) {
      write(usb, { idVendor: hex(pad.vid, 4), idProduct: hex(pad.pid, 4), ...(pad.serial && { serial: pad.serial }) });
      write(`${usb}/${pad.at}:1.${number}`, { bInterfaceNumber: hex(number, 2) });
    }
    write(folder, {
      uevent: [
        'DRIVER=hid-generic',
        `HID_ID=0003:${hex(pad.vid, 8)}:${hex(pad.pid, 8)}`,
        'HID_NAME=Acme Rating Keypad',
        `HID_PHYS=${pad.virtual ? '' : `usb-0000:00:14.0-${pad.at.slice(2)}/input${number}`}`,
        `HID_UNIQ=${pad.serial ?? ''}`,
      ].join('\n'),
      report_descriptor: '',
    });
    write(`sys/class/hidraw/hidraw${index}`, {});
    symlinkSync(join(root, folder), join(root, `sys/class/hidraw/hidraw${index}/device`));
  }
  return { sys: join(root, 'sys'), dev: join(root, 'dev') };
}

const base: HidOptions = { kind: 'hid', vid: 0x1234, pid: 0x5301 };

function choose(roots: SystemRoots, options: Partial<HidOptions> = {}): string {
  try {
    return chooseHid({ ...base, ...options }, listHid(roots), 'pad').node.slice(roots.dev.length + 1);
  } catch (error) {
    return (error as Error).message;
  }
}

describe('which device', () => {
  test('the only one of its kind, on USB or not', () => {
    const other = { at: '1-2', vid: 0x1234, pid: 0x5302 };
    expect(choose(makeSystem([other, { at: '1-1', vid: 0x1234, pid: 0x5301 }]))).toBe('hidraw1');
    expect(choose(makeSystem([{ at: '', vid: 0x1234, pid: 0x5301, virtual: true }]))).toBe('hidraw0');
    expect(choose(makeSystem([other]))).toMatch(/not plugged in/);
    expect(choose(makeSystem([]))).toMatch(/not plugged in/);
  });

  test('two alike are never guessed: by serial number, or by where they are plugged in', () => {
    const system = makeSystem([
      { at: '1-1.4', vid: 0x1234, pid: 0x5301, serial: 'RK-1' },
      { at: '1-1.3', vid: 0x1234, pid: 0x5301, serial: 'RK-2' },
    ]);
    expect(choose(system)).toMatch(/2 devices match/);
    expect(choose(system, { serial: 'RK-2' })).toBe('hidraw1');
    expect(choose(system, { usb_path: '1-1.4' })).toBe('hidraw0');
    expect(choose(system, { usb_path: 'usb-0000:00:14.0-1.3' })).toBe('hidraw1');
    expect(choose(system, { usb_path: '1-1' })).toMatch(/not plugged in/);
    expect(choose(system, { serial: 'RK-3' })).toMatch(/not plugged in/);
  });

  test('one device with two interfaces wants the interface named', () => {
    const system = makeSystem([
      { at: '1-1', vid: 0x1234, pid: 0x5301, interface: 0 },
      { at: '1-1', vid: 0x1234, pid: 0x5301, interface: 1 },
    ]);
    expect(choose(system)).toMatch(/2 interfaces/);
    expect(choose(system, { interface: 1 })).toBe('hidraw1');
  });

  test('opening one that is not there says no-hardware', async () => {
    const port = new GuardedPort(new HidWire(base, makeSystem([])), new VirtualClock());
    await expect(port.open({ data: () => {}, lost: () => {} })).rejects.toMatchObject({ code: 'no-hardware' });
  });
});

test('this machine is listed without a fault', () => {
  expect(() => [listHid(), listSerial()]).not.toThrow();
});
