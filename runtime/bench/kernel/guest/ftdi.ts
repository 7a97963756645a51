/** The machine's FTDI adapter (QEMU's usb-serial), pulled and put back; behind it a node of this guest, where a simulated machine speaks. */
import { existsSync, readdirSync } from 'node:fs';
import type { SerialOptions } from '../../../../drivers/port/port-options.ts';
import { NodeFarEnd } from './node-far-end.ts';
import { type Bench, until } from './scenario.ts';

export class Ftdi {
  readonly end = new NodeFarEnd('/dev/virtio-ports/ftdi.far');
  /** Its name by where it is plugged in. */
  readonly path: string;
  #bench: Bench;

  private constructor(bench: Bench, path: string) {
    this.#bench = bench;
    this.path = path;
    bench.atEnd(() => this.end.detach());
    this.end.attach();
  }

  static async find(bench: Bench): Promise<Ftdi> {
    await until('the adapter', () => byPath() !== undefined);
    return new Ftdi(bench, byPath() ?? '');
  }

  async unplug(): Promise<void> {
    this.end.cut(true);
    await this.#bench.monitor.unplug('ftdi0');
  }

  /** Into a socket of the machine's USB controller; it begins in socket 2. */
  async plug(socket = 2): Promise<void> {
    await until('the node has gone', () => !existsSync(this.path));
    await this.#bench.monitor.plug('ftdi0', 'usb-serial', { port: `${socket}`, chardev: 'ftdi' });
    this.end.cut(false);
  }
}

function byPath(): string | undefined {
  if (!existsSync('/dev/serial/by-path')) return undefined;
  // udev names a port twice, `usb` and `usbv2`.
  const name = readdirSync('/dev/serial/by-path').find((each) => each.includes('-usb-'));
  return name === undefined ? undefined : `/dev/serial/by-path/${name}`;
}

export const serialAt = (path: string, baud = 9600): SerialOptions => ({
  kind: 'serial',
  path,
  baud,
  data_bits: 8,
  parity: 'none',
  stop_bits: 1,
  flow: 'none',
});
