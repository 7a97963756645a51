/**
 * USB devices that the kernel makes itself (configfs gadgets) on its dummy host controllers: any of a pad, a serial port and
 * a printer in one. The device's side of each is a node, open only while the gadget is plugged in: Linux 6.1 puts the same
 * memory under a new node at the next plugging (`cdev_init` in f_printer.c and f_hid.c), and one that is still open from
 * before then breaks the kernel's lists.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseReportDescriptor } from '../../../../drivers/hid/hid-descriptor.ts';
import { codeOf } from '../../../../drivers/port/paced.ts';
import { NodeFarEnd } from './node-far-end.ts';
import { type Bench, until } from './scenario.ts';
import { descriptors } from './uhid.ts';

const root = '/sys/kernel/config/usb_gadget';

export interface GadgetOptions {
  /** Without one it is told from its like by its socket alone. */
  readonly serial?: string;
  readonly pad?: { readonly descriptor: Uint8Array; readonly octets: number };
  readonly serialPort?: boolean;
  readonly printer?: boolean;
}

export const gadgetVid = 0x1d6b;
export const gadgetPid = 0x0104;

/** The rating pad of the profiles, as a USB device: report 1 in, 2 out, a number and seven octets each. */
export const vendorPadGadget = { descriptor: descriptors.vendorPad, octets: 8 };

/** Printers have no attribute that tells their node: the kernel gives the lowest number that is free. */
const printerNumbers = new Set<number>();

export class Gadget {
  readonly name: string;
  readonly pad: NodeFarEnd | undefined;
  readonly serialPort: NodeFarEnd | undefined;
  readonly printer: NodeFarEnd | undefined;
  #folder: string;
  #printerNumber: number | undefined;

  constructor(bench: Bench, name: string, options: GadgetOptions) {
    this.name = name;
    this.#folder = join(root, name);
    this.#make(options);
    const file = (path: string) => readFileSync(join(this.#folder, 'functions', path), 'utf8').trim();
    if (options.pad !== undefined) {
      const minor = file(`hid.${name}/dev`).split(':')[1];
      const parsed = parseReportDescriptor(options.pad.descriptor);
      this.pad = new NodeFarEnd(`/dev/hidg${minor}`, { unnumberedReports: parsed.ok && !parsed.layout.numbered });
    }
    if (options.serialPort === true)
      this.serialPort = new NodeFarEnd(`/dev/ttyGS${file(`acm.${name}/port_num`)}`, {
        onOpen: (path) => execFileSync('stty', ['-F', path, 'raw', '-echo']),
      });
    if (options.printer === true) {
      let number = 0;
      while (printerNumbers.has(number)) number += 1;
      printerNumbers.add(number);
      this.#printerNumber = number;
      this.printer = new NodeFarEnd(`/dev/g_printer${number}`);
    }
    bench.atEnd(() => this.#remove());
  }

  /** Into socket 1 of a bus of its own. */
  async plug(bus: number): Promise<void> {
    // A terminal that is not yet raw would send the host's first bytes back to it.
    this.serialPort?.attach();
    await writeFile(join(this.#folder, 'UDC'), `dummy_udc.${bus}\n`);
    // A printer's side opens once the host has looked at it.
    for (const end of this.#ends) await until(`the device's side ${end.path}`, () => opens(end));
  }

  async unplug(): Promise<void> {
    for (const end of this.#ends) end.detach();
    await writeFile(join(this.#folder, 'UDC'), '\n');
  }

  get #ends(): NodeFarEnd[] {
    return [this.pad, this.serialPort, this.printer].filter((end) => end !== undefined);
  }

  #make({ serial, pad, serialPort = false, printer = false }: GadgetOptions): void {
    const write = (path: string, text: string | Uint8Array) => writeFileSync(join(this.#folder, path), text);
    const folder = (path: string) => mkdirSync(join(this.#folder, path));
    mkdirSync(this.#folder);
    write('idVendor', `0x${gadgetVid.toString(16)}`);
    write('idProduct', `0x${gadgetPid.toString(16)}`);
    folder('strings/0x409');
    folder('configs/c.1');
    if (serial !== undefined) write('strings/0x409/serialnumber', serial);
    write('strings/0x409/manufacturer', 'Acme');
    write('strings/0x409/product', 'Acme Counter Box');
    const add = (kind: string, more: Readonly<Record<string, string | Uint8Array>>) => {
      const place = `functions/${kind}.${this.name}`;
      folder(place);
      for (const [file, content] of Object.entries(more)) write(`${place}/${file}`, content);
      symlinkSync(join(this.#folder, place), join(this.#folder, 'configs/c.1', `${kind}.${this.name}`));
    };
    if (serialPort) add('acm', {});
    if (pad !== undefined)
      add('hid', { protocol: '0', subclass: '0', report_length: `${pad.octets}`, report_desc: pad.descriptor });
    if (printer) add('printer', { pnp_string: 'MFG:Acme;MDL:Ticket80;CLS:PRINTER;CMD:ESC/POS;', q_len: '10' });
  }

  async #remove(): Promise<void> {
    for (const end of this.#ends) end.detach();
    if (readFileSync(join(this.#folder, 'UDC'), 'utf8').trim() !== '') await this.unplug();
    const names = readdirSync(join(this.#folder, 'functions'));
    for (const name of names) unlinkSync(join(this.#folder, 'configs/c.1', name));
    rmdirSync(join(this.#folder, 'configs/c.1'));
    for (const name of names) rmdirSync(join(this.#folder, 'functions', name));
    rmdirSync(join(this.#folder, 'strings/0x409'));
    rmdirSync(this.#folder);
    if (this.#printerNumber !== undefined) printerNumbers.delete(this.#printerNumber);
  }
}

function opens(end: NodeFarEnd): boolean {
  try {
    end.attach();
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENODEV' || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
