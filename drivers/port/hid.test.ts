/** Which device is taken, from copies of /sys. Reading, lamps and unplugging are met in the kernel bench on /dev/uhid. */
import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../log.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { type FakePad, fakeSystem } from './fake-system.kit.ts';
import { GuardedPort } from './guarded-port.ts';
import { chooseHid, HidWire } from './hid.ts';
import type { HidOptions } from './port-options.ts';
import { listHid, listSerial, type SystemRoots } from './sysfs.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const makeSystem = (pads: readonly FakePad[]) => {
  const system = fakeSystem(pads);
  cleanups.push(system.remove);
  return system.roots;
};

/** As node-hid 3.4: it begins to read a tick after somebody listens, closed or not, and there its native part throws. */
const readsAfterClose: string[] = [];
vi.mock('node-hid', () => ({ HIDAsync: { open: async (path: string) => new LateReader(path) } }));

class LateReader extends EventEmitter {
  #closed = false;

  constructor(path: string) {
    super();
    this.on('newListener', (event) => {
      if (event !== 'data') return;
      process.nextTick(() => {
        if (this.#closed) readsAfterClose.push(path);
      });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

test('closed while it opens, it is not read any more: that would end the process', async () => {
  const roots = makeSystem([{ at: '1-1', vid: 0x1234, pid: 0x5301 }]);
  const port = new GuardedPort(new HidWire(base, roots), { clock: new VirtualClock(), log: silentLog });
  const opening = port.open({ data: () => {}, lost: () => {} }).catch((error: { code: string }) => error.code);
  await port.close();
  expect(await opening).toBe('closed');
  await new Promise((resolve) => setImmediate(resolve));
  expect(readsAfterClose).toEqual([]);
});

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
    const port = new GuardedPort(new HidWire(base, makeSystem([])), { clock: new VirtualClock(), log: silentLog });
    await expect(port.open({ data: () => {}, lost: () => {} })).rejects.toMatchObject({ code: 'no-hardware' });
  });
});

test('this machine is listed without a fault', () => {
  expect(() => [listHid(), listSerial()]).not.toThrow();
});
