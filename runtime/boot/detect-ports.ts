/** What is plugged into this box, what it probably is, and how a hall's file names it. Nothing is opened: a held port is not disturbed. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { HidOptions, PortOptions } from '../../drivers/port/port-options.ts';
import {
  type HidNode,
  listHid,
  listPrinters,
  listSerial,
  listVendorPrinters,
  type PrinterNode,
  type SerialNode,
  type SystemRoots,
  type UsbPlace,
} from '../../drivers/port/sysfs.ts';

export interface DetectedPort {
  readonly id: string;
  readonly node: string;
  /** Maker, product, vid:pid, serial number, as far as it says. */
  readonly what: string;
  readonly guess: string;
  /** What a device's driver on this port would say, as far as that can be guessed. */
  readonly driver?: { readonly protocol: string; readonly profile?: string };
  readonly options: PortOptions;
}

/** USB serial chips by vendor and product: what is behind them cannot be known. Source: the tables of ftdi_sio, ch341, cp210x, pl2303. */
const serialChips: Readonly<Record<string, string>> = {
  '0403:6001': 'FTDI FT232',
  '0403:6011': 'FTDI FT4232, four ports',
  '0403:6015': 'FTDI FT-X',
  '1a86:7523': 'CH340, often without a serial number',
  '1a86:5523': 'CH341',
  '10c4:ea60': 'CP210x',
  '067b:2303': 'PL2303',
  '067b:23a3': 'PL2303',
};

/** Models that halld brings a profile for. Sources: the profiles. */
const knownPads: Readonly<Record<string, string>> = { '0fc5:b080': 'delcom-indicator' };

/** Usage pages of HID Usage Tables 1.5 and of the HID point-of-sale tables. */
const page = { desktop: 0x01, telephony: 0x0b, consumer: 0x0c, led: 0x08, button: 0x09, barcode: 0x8c, vendor: 0xff00 };
const keyboardUsages = [0x06, 0x07];

export function detectPorts(roots: SystemRoots): DetectedPort[] {
  const serial = listSerial(roots).map((node, index) => serialPort(node, index, roots));
  const hidNodes = listHid(roots);
  const hid = hidNodes.map((node, index) => hidPort(node, index, hidNodes));
  return [...serial, ...hid, ...listPrinters(roots).map(printerPort)];
}

/** Printers that no port can be opened for: which they are, and the switch to set. */
export function detectUnusable(roots: SystemRoots): readonly { readonly what: string; readonly remedy: string }[] {
  return listVendorPrinters(roots).map(({ usb, interfaceClass }) => ({
    what: `ticket printer ${placeText(usb)} at USB port ${usb.path}: no driver is bound to it`,
    remedy:
      interfaceClass === 'ff'
        ? 'it is set to the vendor class of its maker: set it to USB printer class (DIP switch or memory switch "USB interface: printer class" of its manual; TM utility for Epson), then switch it off and on'
        : 'it is in printer class and the kernel has no usblp: modprobe usblp, and take it off a blacklist in /etc/modprobe.d',
  }));
}

/** Is this a keyboard by its own words? Then its keys go to the console too. */
export function isKeyboard(node: HidNode): boolean {
  const { usagePage, usage } = firstUsage(node);
  return usagePage === page.desktop && keyboardUsages.includes(usage);
}

function serialPort({ node, usb, driver }: SerialNode, index: number, roots: SystemRoots): DetectedPort {
  const chip = usb === undefined ? undefined : serialChips[idOf(usb)];
  const kind = driver === 'cdc_acm' ? 'USB serial device of its own (CDC-ACM)' : 'UART of this box';
  return {
    id: `serial-${index + 1}`,
    node,
    what: usb === undefined ? (driver ?? 'built in') : placeText(usb),
    guess: `${chip ?? kind}: a board, a pad, a printer or a modem; "halld bus-scan" and "halld key-test" tell more`,
    options: {
      kind: 'serial',
      path: stablePath(node, roots),
      baud: 9600,
      data_bits: 8,
      parity: 'none',
      stop_bits: 1,
      flow: 'none',
    },
  };
}

function hidPort(node: HidNode, index: number, all: readonly HidNode[]): DetectedPort {
  const alike = all.filter((other) => other !== node && other.vid === node.vid && other.pid === node.pid);
  const bySerial =
    node.serial !== undefined && !alike.some((other) => other.serial === node.serial && !sameDevice(other, node));
  const path = node.physical || node.usb?.path;
  const options: HidOptions = {
    kind: 'hid',
    vid: node.vid,
    pid: node.pid,
    ...(bySerial ? { serial: node.serial } : path === undefined ? {} : { usb_path: path }),
    ...(alike.some((other) => sameDevice(other, node)) ? { interface: node.usb?.interface } : {}),
  };
  return {
    id: `hid-${index + 1}`,
    node: node.node,
    what: `${node.name} ${hex4(node.vid)}:${hex4(node.pid)}${node.serial === undefined ? ', no serial number' : ` ${node.serial}`}`,
    ...guessHid(node),
    options,
  };
}

function printerPort({ node, usb, physical, ieee1284 }: PrinterNode, index: number): DetectedPort {
  const model = /MDL:([^;]*)/.exec(ieee1284 ?? '')?.[1];
  return {
    id: `printer-${index + 1}`,
    node,
    what: [usb === undefined ? '' : placeText(usb), ieee1284 ?? ''].filter(Boolean).join(' '),
    guess: `ticket printer${model === undefined ? '' : ` ${model}`} `,
    driver: { protocol: 'escpos', profile: 'generic-80' },
    options: { kind: 'usblp', path: physical || usb?.path || node },
  };
}

function guessHid(node: HidNode): Pick<DetectedPort, 'guess' | 'driver'> {
  const { usagePage, usage } = firstUsage(node);
  if (isKeyboard(node))
    return {
      guess: 'keyboard: a number pad, or a scanner (keyboard-scan); see "halld doctor" for its leak to the console',
      driver: { protocol: 'hid-keyboard', profile: 'number-pad-call-pad' },
    };
  if (usagePage === page.barcode)
    return { guess: 'bar-code scanner on its own page', driver: { protocol: 'hid-pos-scan' } };
  if (usagePage >= page.vendor) {
    const profile = knownPads[`${hex4(node.vid)}:${hex4(node.pid)}`] ?? 'NAME';
    const made = profile === 'NAME' ? '; "halld key-test" makes its profile' : '';
    return { guess: `pad with the maker's own bytes${made}`, driver: { protocol: 'hid-table', profile } };
  }
  if (usagePage === page.button || usagePage === page.telephony || usagePage === page.led || usage === 0x07)
    return { guess: 'pad on standard pages', driver: { protocol: 'hid-standard' } };
  return { guess: `HID usage page ${hex4(usagePage)}: probably no pad` };
}

/** The first Usage Page and Usage items of the descriptor (HID 1.11, section 6.2.2), which name the whole. */
function firstUsage(node: HidNode): { usagePage: number; usage: number } {
  let descriptor: Uint8Array;
  try {
    descriptor = readFileSync(join(node.folder, 'report_descriptor'));
  } catch {
    return { usagePage: 0, usage: 0 };
  }
  let usagePage = 0;
  for (let at = 0; at < descriptor.length; ) {
    const prefix = descriptor[at] ?? 0;
    const size = [0, 1, 2, 4][prefix & 3] ?? 0;
    const value = (descriptor[at + 1] ?? 0) + (size > 1 ? (descriptor[at + 2] ?? 0) * 256 : 0);
    if ((prefix & 0xfc) === 0x04) usagePage = value;
    if ((prefix & 0xfc) === 0x08) return { usagePage, usage: value };
    at += 1 + size;
  }
  return { usagePage, usage: 0 };
}

/** By where it is plugged in; a UART of the box keeps its number. */
function stablePath(node: string, roots: SystemRoots): string {
  const folder = join(roots.dev, 'serial/by-path');
  for (const name of namesIn(folder)) {
    // udev names a port twice, `usb` and `usbv2`: the plain one is older and on every box.
    if (name.includes('-usbv2-')) continue;
    const path = join(folder, name);
    const target = realPathOf(path);
    if (target !== undefined && target === realPathOf(node)) return path;
  }
  return node;
}

/** `undefined`: there is no such file any more, the device was unplugged meanwhile. */
function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function sameDevice(left: HidNode, right: HidNode): boolean {
  return left.usb !== undefined && left.usb.path === right.usb?.path;
}

function placeText(usb: UsbPlace): string {
  const { manufacturer = '', product = '', serial } = usb;
  const name = product.startsWith(manufacturer) ? product : `${manufacturer} ${product}`.trim();
  return `${name} ${idOf(usb)}${serial === undefined ? ', no serial number' : ` ${serial}`}`.trim();
}

function idOf(usb: UsbPlace): string {
  return `${hex4(usb.vid)}:${hex4(usb.pid)}`;
}

function hex4(number: number): string {
  return number.toString(16).padStart(4, '0');
}
