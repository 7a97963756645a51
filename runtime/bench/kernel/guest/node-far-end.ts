/** Puts a simulated machine behind a real kernel node: it speaks its bytes through the device's side of an adapter or a gadget. */
import type { FarEnd } from '../../../../drivers/simulated/machine.ts';
import { type CharDevice, openCharDevice } from './char-device.ts';

export interface NodeFarEndOptions {
  /** A gadget's node gives reports without the number 0 that a host writes in front of them: it is put back. */
  readonly unnumberedReports?: boolean;
  /** Called with the node open: a terminal is told to leave the bytes as they are. */
  readonly onOpen?: (path: string) => void;
}

export class NodeFarEnd implements FarEnd {
  readonly path: string;
  #options: NodeFarEndOptions;
  #device: CharDevice | undefined;
  #stalled = false;
  #cut = false;
  #told = false;
  #receive: (bytes: Uint8Array) => void = () => {};
  #opened: (open: boolean) => void = () => {};

  constructor(path: string, options: NodeFarEndOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  get plugged(): boolean {
    return this.#device !== undefined && !this.#cut;
  }

  onReceive(handler: (bytes: Uint8Array) => void): void {
    this.#receive = handler;
  }

  /** These nodes have no modem lines: a machine learns by the first bytes that somebody listens. */
  onOpened(handler: (open: boolean) => void): void {
    this.#opened = handler;
  }

  send(bytes: Uint8Array): void {
    if (!this.plugged) return;
    try {
      this.#device?.write(bytes);
    } catch {
      // Unplugged, or nobody reads: lost, as on a wire.
    }
  }

  stall(stalled: boolean): void {
    this.#stalled = stalled;
    this.#device?.pause(stalled);
  }

  /** Opens the node: the cable is in. */
  attach(): void {
    if (this.#device !== undefined) return;
    const { unnumberedReports = false, onOpen } = this.#options;
    this.#device = openCharDevice(this.path, (bytes) => {
      if (this.#cut) return;
      this.#tell(true);
      this.#receive(unnumberedReports ? Uint8Array.from([0, ...bytes]) : bytes);
    });
    this.#device.pause(this.#stalled);
    onOpen?.(this.path);
  }

  detach(): void {
    if (this.#device === undefined) return;
    this.#device.close();
    this.#device = undefined;
    this.#tell(false);
  }

  /** The wire behind a node that stays: what is said into it, and what was still on it, is lost. */
  cut(cut: boolean): void {
    this.#cut = cut;
    if (cut) this.#tell(false);
  }

  #tell(open: boolean): void {
    if (open === this.#told) return;
    this.#told = open;
    this.#opened(open);
  }

  unplug(): void {
    throw new Error('the scenario pulls the plug, not the machine');
  }

  plug(): void {
    throw new Error('the scenario puts the plug back, not the machine');
  }
}
