/**
 * An HID device by node-hid on hidraw: one object a device with a read thread of its own (`HIDAsync`). It is found in
 * /sys by what it is and where it is plugged in, never by its hidraw number.
 */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HIDAsync } from 'node-hid';
import { DeviceError } from '../errors.ts';
import type { HidOptions } from './port-options.ts';
import { type HidNode, isAtUsbPath, listHid, type SystemRoots, systemRoots } from './sysfs.ts';
import type { CloseManner, Wire, WireSink } from './wire.ts';

/** hidraw has no lock: two ports on one pad would both count its presses. Nodes held by this process. */
const held = new Set<string>();

export class HidWire implements Wire {
  readonly name: string;
  readonly unit = 'report';
  #options: HidOptions;
  #roots: SystemRoots;
  #device: HIDAsync | undefined;
  #descriptor: Uint8Array | undefined;
  #node: string | undefined;
  #over = false;

  constructor(options: HidOptions, roots: SystemRoots = systemRoots) {
    this.name = `hid ${hex4(options.vid)}:${hex4(options.pid)}${options.serial ? ` ${options.serial}` : ''}${options.usb_path ? ` at ${options.usb_path}` : ''}`;
    this.#options = options;
    this.#roots = roots;
  }

  get descriptor(): Uint8Array | undefined {
    return this.#descriptor;
  }

  async open(sink: WireSink): Promise<void> {
    const found = chooseHid(this.#options, listHid(this.#roots), this.name);
    if (held.has(found.node)) {
      throw new DeviceError(
        'busy',
        `${this.name}: another port of this config holds ${found.node}, give each its serial or usb_path`,
      );
    }
    held.add(found.node);
    try {
      // node-hid's own refusal does not say why.
      await access(found.node, constants.R_OK | constants.W_OK);
      this.#descriptor = await readFile(join(found.folder, 'report_descriptor'));
      const { HIDAsync } = await import('node-hid');
      const device = await HIDAsync.open(found.node);
      this.#node = found.node;
      this.#device = device;
      // Without this listener an unplug ends the process. The value is a plain string.
      device.on('error', (cause: unknown) => {
        if (this.#over) return;
        this.#over = true;
        sink.gone(cause);
      });
      device.on('data', (report: Buffer) => {
        if (!this.#over) handOver(sink, report);
      });
      // node-hid begins to read in the next tick, and does so also on a device that was closed until then: a throw that no
      // one can catch. So this is open only once that tick has passed.
      await new Promise<void>((resolve) => process.nextTick(resolve));
    } catch (cause) {
      held.delete(found.node);
      throw cause;
    }
  }

  async write(report: Uint8Array): Promise<void> {
    if (this.#over || this.#device === undefined) throw new Error('no such device');
    await this.#device.write(Buffer.from(report));
  }

  async close(_manner: CloseManner): Promise<void> {
    this.#over = true;
    try {
      await this.#device?.close();
    } finally {
      if (this.#node !== undefined) held.delete(this.#node);
    }
  }
}

/** The one device that the options name; more than one is refused, for a press at the wrong window is worse than none. */
export function chooseHid(options: HidOptions, nodes: readonly HidNode[], name: string): HidNode {
  const matching = nodes.filter(
    (node) =>
      node.vid === options.vid &&
      node.pid === options.pid &&
      (options.serial === undefined || node.serial === options.serial) &&
      (options.usb_path === undefined || isAtUsbPath(options.usb_path, node.usb, node.physical)) &&
      (options.interface === undefined || node.usb?.interface === options.interface),
  );
  const [first, second] = matching;
  if (first === undefined) {
    throw new DeviceError('no-hardware', `${name}: not plugged in: check its cable, or ask "halld detect"`);
  }
  if (second === undefined) return first;
  const sameDevice = first.usb !== undefined && matching.every(({ usb }) => usb?.path === first.usb?.path);
  throw new DeviceError(
    'failure',
    sameDevice
      ? `${name}: it has ${matching.length} interfaces, name one by "interface" in the config ("halld detect" lists them)`
      : `${name}: ${matching.length} devices match, tell them apart by "serial" or "usb_path" ("halld detect" lists them)`,
  );
}

/** node-hid turns a throw in here into an 'error' of the device, which would look like an unplug. */
function handOver(sink: WireSink, report: Buffer): void {
  try {
    sink.data(report);
  } catch (bug) {
    queueMicrotask(() => {
      throw bug;
    });
  }
}

function hex4(number: number): string {
  return number.toString(16).padStart(4, '0');
}
