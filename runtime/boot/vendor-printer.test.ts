/** A printer whose switch is set to its maker's own class: named, with the switch to set, by `detect` and `doctor`. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkPrinters } from './box-checks.ts';
import { detectPorts, detectUnusable } from './detect-ports.ts';

let root = '';
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** One interface of one USB device, as Linux lays it out. */
function system(ids: string, product: string, interfaceClass: string, driver?: string) {
  root = mkdtempSync(join(tmpdir(), 'usb-'));
  const device = join(root, 'sys/devices/pci0000:00/0000:00:14.0/usb1/1-2');
  const own = join(device, '1-2:1.0');
  mkdirSync(own, { recursive: true });
  const [idVendor = '', idProduct = ''] = ids.split(':');
  for (const [name, text] of Object.entries({ idVendor, idProduct, product })) writeFileSync(join(device, name), text);
  writeFileSync(join(own, 'bInterfaceNumber'), '00');
  writeFileSync(join(own, 'bInterfaceClass'), `${interfaceClass}\n`);
  const bus = join(root, 'sys/bus/usb');
  mkdirSync(join(bus, 'devices'), { recursive: true });
  symlinkSync(own, join(bus, 'devices/1-2:1.0'));
  symlinkSync(device, join(bus, 'devices/1-2'));
  if (driver !== undefined) {
    mkdirSync(join(bus, 'drivers', driver), { recursive: true });
    symlinkSync(join(bus, 'drivers', driver), join(own, 'driver'));
  }
  return { sys: join(root, 'sys'), dev: join(root, 'dev') };
}

test('TM-T20II in vendor class, no driver bound', () => {
  const roots = system('04b8:0e15', 'TM-T20II', 'ff');
  expect(detectPorts(roots)).toEqual([]);
  const [unusable] = detectUnusable(roots);
  expect(unusable?.what).toContain('TM-T20II 04b8:0e15');
  expect(unusable?.remedy).toContain('printer class');
  expect(checkPrinters(roots)).toEqual([expect.objectContaining({ level: 'warning', code: 'printer-vendor-class' })]);
});

test.each([
  ['0519:0003', 'Star TSP143', 'ff', undefined, 1],
  ['1504:0006', 'SRP-350', 'ff', undefined, 1],
  ['0483:5743', 'POS58 USB Printer', '07', undefined, 1],
  ['04b8:0202', 'TM-T88V', '07', 'usblp', 0],
  ['0403:6001', 'FT232R', 'ff', 'ftdi_sio', 0],
  ['0403:6001', 'FT232R', 'ff', undefined, 0],
  ['04b8:0142', 'Perfection V39', 'ff', undefined, 0],
])('%s %s, class %s, driver %s', (ids, product, interfaceClass, driver, count) => {
  expect(detectUnusable(system(ids, product, interfaceClass, driver))).toHaveLength(count);
});
