/**
 * Which devices the kernel has, read from /sys: nothing is opened and nothing is asked of the devices. Listing through
 * node-hid or serialport asks udev about everything and takes up to a second.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where /sys and /dev are; tests put a copy elsewhere. */
export interface SystemRoots {
  readonly sys: string;
  readonly dev: string;
}

export const systemRoots: SystemRoots = { sys: '/sys', dev: '/dev' };

export interface UsbPlace {
  readonly vid: number;
  readonly pid: number;
  readonly serial: string | undefined;
  readonly manufacturer: string | undefined;
  readonly product: string | undefined;
  /** Bus and port as the kernel names them: `1-1.4`. */
  readonly path: string;
  readonly interface: number | undefined;
}

export interface HidNode {
  /** `/dev/hidraw3` now; another number after the next plugging. */
  readonly node: string;
  readonly vid: number;
  readonly pid: number;
  readonly name: string;
  readonly serial: string | undefined;
  /** Controller and port without the interface: `usb-0000:00:14.0-1.4`; empty for Bluetooth and virtual devices. */
  readonly physical: string;
  readonly usb: UsbPlace | undefined;
  /** The device's folder in /sys. */
  readonly folder: string;
}

export interface SerialNode {
  readonly node: string;
  readonly usb: UsbPlace | undefined;
  readonly driver: string | undefined;
}

export interface PrinterNode {
  readonly node: string;
  readonly usb: UsbPlace | undefined;
  /** As in `HidNode`. */
  readonly physical: string;
  /** IEEE 1284 device id: `MFG:…;MDL:…;CMD:…;`. */
  readonly ieee1284: string | undefined;
}

export function listHid(roots: SystemRoots = systemRoots): HidNode[] {
  const found: HidNode[] = [];
  for (const name of listFolder(join(roots.sys, 'class/hidraw'))) {
    const folder = realPath(join(roots.sys, 'class/hidraw', name, 'device'));
    if (folder === undefined) continue;
    const facts = ueventOf(folder);
    // HID_ID=0003:00001234:00005301: bus, vendor, product (drivers/hid/hid-core.c, hid_uevent).
    const ids = /^[0-9A-F]{4}:([0-9A-F]{8}):([0-9A-F]{8})$/i.exec(facts.get('HID_ID') ?? '');
    if (ids === null) continue;
    found.push({
      node: join(roots.dev, name),
      vid: Number.parseInt(ids[1] ?? '', 16),
      pid: Number.parseInt(ids[2] ?? '', 16),
      name: facts.get('HID_NAME') ?? '',
      serial: facts.get('HID_UNIQ') || undefined,
      physical: (facts.get('HID_PHYS') ?? '').replace(/\/input\d+$/, ''),
      usb: usbPlaceOf(folder),
      folder,
    });
  }
  return found;
}

/** Ports with hardware behind them: USB adapters, and UARTs that the kernel's driver found. */
export function listSerial(roots: SystemRoots = systemRoots): SerialNode[] {
  const found: SerialNode[] = [];
  for (const name of listFolder(join(roots.sys, 'class/tty'))) {
    const device = realPath(join(roots.sys, 'class/tty', name, 'device'));
    // Consoles and pseudo-terminals have no device behind them; `serial8250` is the placeholder of a UART that may not exist.
    if (device === undefined || device.includes('/platform/serial8250')) continue;
    const usb = usbPlaceOf(device);
    const type = readText(join(roots.sys, 'class/tty', name, 'type'));
    // `type` 0 is PORT_UNKNOWN (include/uapi/linux/serial_core.h): the UART did not answer.
    if (usb === undefined && type === '0') continue;
    const driver = realPath(join(device, 'driver'));
    found.push({ node: join(roots.dev, name), usb, driver: driver === undefined ? undefined : basename(driver) });
  }
  return found;
}

export function listPrinters(roots: SystemRoots = systemRoots): PrinterNode[] {
  const found: PrinterNode[] = [];
  for (const name of listFolder(join(roots.sys, 'class/usbmisc'))) {
    if (!/^lp\d+$/.test(name)) continue;
    const device = realPath(join(roots.sys, 'class/usbmisc', name, 'device'));
    if (device === undefined) continue;
    const usb = usbPlaceOf(device);
    found.push({
      node: join(roots.dev, 'usb', name),
      usb,
      physical: usb === undefined ? '' : physicalPathOf(device, usb),
      ieee1284: readText(join(device, 'ieee1284_id')),
    });
  }
  return found;
}

/** A USB device that is a printer by its maker or name and has no printer interface: its switch is set to the maker's own class. */
export interface VendorPrinter {
  readonly usb: UsbPlace;
  readonly physical: string;
  /** Of its one interface: `ff` vendor class; `07` printer class that no driver took. */
  readonly interfaceClass: string;
}

/** Star, Custom, Bixolon, SNBC, Citizen make no other USB devices (usb.ids); of Epson, who makes others too, the names of its receipt printers. */
const printerMakers = [0x0519, 0x0dd4, 0x1504, 0x154f, 0x2730];
const printerNames = /^(epson )?(tm|uB|eu)-|printer|\bpos[- ]?(58|80)|receipt|thermal|\bxp-|ct-[se]\d|tsp\d/i;
const vendorClass = 'ff';
const printerClass = '07';

export function listVendorPrinters(roots: SystemRoots = systemRoots): VendorPrinter[] {
  const found: VendorPrinter[] = [];
  const root = join(roots.sys, 'bus/usb/devices');
  for (const name of listFolder(root)) {
    // `1-1.4:1.0` is an interface, `usb1` a root hub.
    const at = /^(\d+-[\d.]+):\d+\.\d+$/.exec(name)?.[1];
    const folder = realPath(join(root, name));
    if (at === undefined || folder === undefined || realPath(join(folder, 'driver')) !== undefined) continue;
    const interfaceClass = readText(join(folder, 'bInterfaceClass'));
    const usb = usbPlaceOf(folder);
    if (usb === undefined || (interfaceClass !== vendorClass && interfaceClass !== printerClass)) continue;
    const named = printerNames.test(usb.product ?? '') || printerMakers.includes(usb.vid);
    if (interfaceClass === printerClass || named)
      found.push({ usb, physical: physicalPathOf(folder, usb), interfaceClass });
  }
  return found;
}

/** Does a path in the config name this place? Either spelling of `HidOptions.usb_path`. */
export function isAtUsbPath(wanted: string, usb: UsbPlace | undefined, physical: string): boolean {
  return usb?.path === wanted || (physical !== '' && physical === wanted);
}

/** With the controller in front: `usb-0000:00:14.0-1.4` (drivers/usb/core/usb.c, usb_make_path). */
function physicalPathOf(device: string, usb: UsbPlace): string {
  const controller = /^(.*)\/usb\d+\//.exec(`${device}/`)?.[1];
  return controller === undefined ? '' : `usb-${basename(controller)}-${usb.path.slice(usb.path.indexOf('-') + 1)}`;
}

/** The USB device that a folder of /sys belongs to: the next folder above that has `idVendor`. */
function usbPlaceOf(device: string): UsbPlace | undefined {
  let interfaceNumber: number | undefined;
  for (let folder = device; folder.length > 1; folder = dirname(folder)) {
    const number = readText(join(folder, 'bInterfaceNumber'));
    if (number !== undefined && interfaceNumber === undefined) interfaceNumber = Number.parseInt(number, 16);
    const vid = readText(join(folder, 'idVendor'));
    if (vid === undefined) continue;
    return {
      vid: Number.parseInt(vid, 16),
      pid: Number.parseInt(readText(join(folder, 'idProduct')) ?? '', 16),
      serial: readText(join(folder, 'serial')),
      manufacturer: readText(join(folder, 'manufacturer')),
      product: readText(join(folder, 'product')),
      path: basename(folder),
      interface: interfaceNumber,
    };
  }
  return undefined;
}

function ueventOf(folder: string): Map<string, string> {
  const facts = new Map<string, string>();
  for (const line of (readText(join(folder, 'uevent')) ?? '').split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) facts.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return facts;
}

function listFolder(folder: string): string[] {
  // A class folder is absent until its first device and goes with its last one, also between a look and the next.
  try {
    return readdirSync(folder).sort(byNumber);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function byNumber(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
