/** For tests: a /sys and a /dev with HID devices, in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SystemRoots } from './sysfs.ts';

export interface FakePad {
  readonly at: string;
  readonly vid: number;
  readonly pid: number;
  readonly serial?: string;
  readonly interface?: number;
  readonly virtual?: boolean;
  readonly descriptor?: readonly number[];
  /** A keyboard's `inhibited` as udev left it. */
  readonly inhibited?: '0' | '1';
}

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

/** Folders and files as Linux 6.1 lays them out for usbhid and uhid. */
export function fakeSystem(pads: readonly FakePad[]): { readonly roots: SystemRoots; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'hid-'));
  const write = (folder: string, files: Readonly<Record<string, string | Uint8Array>>) => {
    mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
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
      report_descriptor: new Uint8Array(pad.descriptor ?? []),
    });
    if (pad.inhibited !== undefined) write(`${folder}/input/input${index + 3}`, { inhibited: `${pad.inhibited}\n` });
    write('dev', { [`hidraw${index}`]: '' });
    write(`sys/class/hidraw/hidraw${index}`, {});
    symlinkSync(join(root, folder), join(root, `sys/class/hidraw/hidraw${index}/device`));
  }
  return { roots: { sys: join(root, 'sys'), dev: join(root, 'dev') }, remove: () => rmSync(root, { recursive: true }) };
}
