import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import { VirtualClock } from '../simulated/virtual-clock.ts';
import { HotPlug } from './hot-plug.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function makeRoots() {
  const root = mkdtempSync(join(tmpdir(), 'hot-plug-'));
  cleanups.push(() => rmSync(root, { recursive: true }));
  const roots = { sys: join(root, 'sys'), dev: join(root, 'dev') };
  for (const kind of ['hidraw', 'tty', 'usbmisc']) mkdirSync(join(roots.sys, 'class', kind), { recursive: true });
  mkdirSync(roots.dev);
  return roots;
}

test('a node in /dev is told, with the real inotify', async () => {
  const roots = makeRoots();
  const hotPlug = new HotPlug({ clock: systemClock, random: Math.random, log: silentLog }, { roots });
  cleanups.push(() => hotPlug.close());
  const told = new Promise<void>((resolve) => hotPlug.changed.on(resolve));
  hotPlug.start();
  writeFileSync(join(roots.dev, 'tty7'), '');
  writeFileSync(join(roots.dev, 'hidraw3'), '');
  await told;
  expect(hotPlug.counters.changes).toBe(1);
  // The console came too, and is not our business.
  expect(hotPlug.counters.events).toBeLessThan(4);
});

test('a second printer, and a link that udev makes late, are told from inside their folders', async () => {
  const roots = makeRoots();
  mkdirSync(join(roots.dev, 'usb'));
  writeFileSync(join(roots.dev, 'usb/lp0'), '');
  const clock = new VirtualClock();
  const hotPlug = new HotPlug({ clock, random: Math.random, log: silentLog }, { roots });
  cleanups.push(() => hotPlug.close());
  hotPlug.start();
  /** Waits for the kernel to tell, then for the debounce. */
  const told = async (act: () => void) => {
    const { events, changes } = hotPlug.counters;
    act();
    await vi.waitUntil(() => hotPlug.counters.events > events);
    await clock.advance(20);
    return hotPlug.counters.changes - changes;
  };
  expect(await told(() => writeFileSync(join(roots.dev, 'usb/lp1'), ''))).toBe(1);
  await told(() => mkdirSync(join(roots.dev, 'serial/by-path'), { recursive: true }));
  await clock.advance(2000);
  expect(await told(() => writeFileSync(join(roots.dev, 'serial/by-path/pci-usb-0:2'), ''))).toBe(1);
  // Gone with the last device, there again with the next.
  await told(() => {
    rmSync(join(roots.dev, 'serial'), { recursive: true });
    mkdirSync(join(roots.dev, 'serial/by-path'), { recursive: true });
  });
  await clock.advance(2000);
  expect(await told(() => writeFileSync(join(roots.dev, 'serial/by-path/pci-usb-0:2'), ''))).toBe(1);
});

test('what was missed is found by the sweep, told at once and twice again while udev makes its links', async () => {
  const roots = makeRoots();
  const clock = new VirtualClock();
  const hotPlug = new HotPlug({ clock, random: Math.random, log: silentLog }, { roots });
  cleanups.push(() => hotPlug.close());
  const toldMs: number[] = [];
  hotPlug.changed.on(() => toldMs.push(clock.monotonicMs()));
  hotPlug.start();
  mkdirSync(join(roots.sys, 'class/tty/ttyUSB0'));
  mkdirSync(join(roots.sys, 'class/tty/tty7'));
  await clock.advance(120_000);
  expect(toldMs).toEqual([30_020, 30_270, 31_020]);
  expect(hotPlug.counters).toMatchObject({ changes: 1, sweptUp: 1 });
  rmSync(join(roots.sys, 'class/tty/ttyUSB0'), { recursive: true });
  await clock.advance(40_000);
  expect(hotPlug.counters.sweptUp).toBe(2);
});

test('without inotify it sweeps each second', async () => {
  const roots = makeRoots();
  const clock = new VirtualClock();
  rmSync(roots.dev, { recursive: true });
  const hotPlug = new HotPlug({ clock, random: Math.random, log: silentLog }, { roots });
  cleanups.push(() => hotPlug.close());
  let told = 0;
  hotPlug.changed.on(() => (told += 1));
  hotPlug.start();
  expect(hotPlug.counters.watchFailures).toBe(1);
  mkdirSync(join(roots.sys, 'class/hidraw/hidraw0'));
  await clock.advance(1020);
  expect(told).toBe(1);
});

test('closed, it says nothing more', async () => {
  const roots = makeRoots();
  const clock = new VirtualClock();
  const hotPlug = new HotPlug({ clock, random: Math.random, log: silentLog }, { roots });
  let told = 0;
  hotPlug.changed.on(() => (told += 1));
  hotPlug.start();
  mkdirSync(join(roots.sys, 'class/hidraw/hidraw0'));
  await clock.advance(30_020);
  expect(told).toBe(1);
  hotPlug.close();
  await clock.advance(60_000);
  expect(told).toBe(1);
});
