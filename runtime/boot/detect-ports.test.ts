import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type FakePad, fakeSystem } from '../../drivers/port/fake-system.kit.ts';
import { report } from './commands/detect.ts';
import { detectPorts } from './detect-ports.ts';

function detected(pads: readonly FakePad[]) {
  const system = fakeSystem(pads);
  try {
    return detectPorts(system.roots);
  } finally {
    system.remove();
  }
}

const vendorPage = [0x06, 0x00, 0xff, 0x09, 0x01];
const keyboardPage = [0x05, 0x01, 0x09, 0x06];
const rating = { vid: 0x1234, pid: 0x5301, descriptor: vendorPage };

test('a serial number is the name of a device; without one, where it is plugged in', () => {
  const found = detected([
    { ...rating, at: '1-1.4', serial: 'RK-1' },
    { ...rating, at: '1-1.3', serial: 'RK-2' },
    { at: '1-2', vid: 0x1234, pid: 0x5303, descriptor: keyboardPage },
  ]);
  expect(found.map(({ options }) => options)).toEqual([
    { kind: 'hid', vid: 0x1234, pid: 0x5301, serial: 'RK-1' },
    { kind: 'hid', vid: 0x1234, pid: 0x5301, serial: 'RK-2' },
    { kind: 'hid', vid: 0x1234, pid: 0x5303, usb_path: 'usb-0000:00:14.0-2' },
  ]);
  expect(found.map(({ guess }) => guess.slice(0, 8))).toEqual(['pad with', 'pad with', 'keyboard']);
});

test('two with the same serial number (a maker who numbers none) are named by their place', () => {
  const found = detected([
    { ...rating, at: '1-1', serial: '0000' },
    { ...rating, at: '1-2', serial: '0000' },
  ]);
  expect(found.map(({ options }) => options)).toMatchObject([
    { usb_path: 'usb-0000:00:14.0-1' },
    { usb_path: 'usb-0000:00:14.0-2' },
  ]);
});

test('the two interfaces of one device are told apart', () => {
  const found = detected([
    { ...rating, at: '1-1', serial: 'K', interface: 0 },
    { ...rating, at: '1-1', serial: 'K', interface: 1 },
  ]);
  expect(found.map(({ options }) => options)).toMatchObject([
    { serial: 'K', interface: 0 },
    { serial: 'K', interface: 1 },
  ]);
});

test('the lines for the hall file are YAML and give back the options', () => {
  const found = detected([{ ...rating, at: '1-1.4', serial: '007' }]);
  const text = report(found);
  expect(parse(text.slice(text.indexOf('ports:')))).toEqual({
    ports: [{ id: 'hid-1', kind: 'hid', vid: 0x1234, pid: 0x5301, serial: '007' }],
  });
  const driver = text.slice(text.indexOf('#   ') + 1);
  expect(parse(driver)).toEqual({ protocol: 'hid-table', profile: 'NAME', port: 'hid-1' });
});

test('a model that halld knows is named with its profile, a scanner and a pad on standard pages with their protocols', () => {
  const found = detected([
    { at: '1-1', vid: 0x0fc5, pid: 0xb080, descriptor: vendorPage },
    { at: '1-2', vid: 0x1234, pid: 0x0001, descriptor: [0x05, 0x8c, 0x09, 0x02] },
    { at: '1-3', vid: 0x1234, pid: 0x0002, descriptor: [0x05, 0x09, 0x09, 0x01] },
  ]);
  expect(found.map(({ driver }) => driver)).toEqual([
    { protocol: 'hid-table', profile: 'delcom-indicator' },
    { protocol: 'hid-pos-scan' },
    { protocol: 'hid-standard' },
  ]);
});

test('"halld detect" answers on this machine', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['runtime/boot/halld.mjs', 'detect', '--json'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(Array.isArray(JSON.parse(stdout))).toBe(true);
});
