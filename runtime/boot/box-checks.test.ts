import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fakeSystem } from '../../drivers/port/fake-system.kit.ts';
import {
  checkClock,
  checkConsole,
  checkDisk,
  checkKeyboards,
  checkLibraries,
  checkNode,
  checkThieves,
  judgeDisk,
} from './box-checks.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const keyboard = { at: '1-1', vid: 0x1234, pid: 0x5303, descriptor: [0x05, 0x01, 0x09, 0x06] };

function keyboards(inhibited: '0' | '1', descriptor = keyboard.descriptor) {
  const system = fakeSystem([{ ...keyboard, descriptor, inhibited }]);
  cleanups.push(system.remove);
  return checkKeyboards(system.roots);
}

test('a keyboard that types into the console is told with the rule that mends it', () => {
  const [finding] = keyboards('0');
  expect(finding).toMatchObject({ level: 'warning', code: 'keyboard-leaks' });
  expect(finding?.remedy).toContain('ATTRS{idVendor}=="1234", ATTRS{idProduct}=="5303", ATTR{inhibited}="1"');
  expect(keyboards('1')).toMatchObject([{ level: 'well' }]);
  expect(keyboards('0', [0x06, 0x00, 0xff, 0x09, 0x01])).toMatchObject([{ level: 'well' }]);
});

test('programs that take serial ports away', () => {
  const root = mkdtempSync(join(tmpdir(), 'box-'));
  cleanups.push(() => rmSync(root, { recursive: true }));
  expect(checkThieves(root)).toMatchObject([{ level: 'well' }]);
  mkdirSync(join(root, 'usr/sbin'), { recursive: true });
  writeFileSync(join(root, 'usr/sbin/ModemManager'), '');
  expect(checkThieves(root)).toMatchObject([{ level: 'error', remedy: 'apt-get remove modemmanager' }]);
});

test('the rest of the box', () => {
  expect(checkNode('24.21.0').level).toBe('well');
  expect(checkNode('20.20.2')).toMatchObject({ level: 'error', code: 'node-old' });
  expect(checkConsole('quiet console=tty0 console=ttyS0,115200')).toMatchObject([{ code: 'console-on-serial' }]);
  expect(checkConsole('quiet console=tty0')).toEqual([]);
  expect(checkClock(true).level).toBe('well');
  expect(checkClock(false)).toMatchObject({ level: 'warning', code: 'clock' });
  expect(judgeDisk([1, 2, 300]).level).toBe('well');
  expect(judgeDisk([30, 40, 50]).level).toBe('warning');
  expect(judgeDisk([300, 400, 500]).level).toBe('error');
  expect(checkDisk(tmpdir()).map(({ code }) => code)).toHaveLength(2);
  expect(checkDisk('/none')).toMatchObject([{ code: 'no-folder' }]);
});

test('the native libraries load here', () => {
  expect(checkLibraries()).toMatchObject([{ level: 'well' }, { level: 'well' }]);
});
