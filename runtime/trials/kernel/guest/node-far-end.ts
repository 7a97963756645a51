/** Puts a simulated machine behind a real kernel node: it speaks its bytes through the device's side of an FTDI adapter or a gadget. */
import type { FarEnd } from '../../../../drivers/simulated/machine.ts';
import { type CharDevice, openCharDevice } from './char-device.ts';

export class NodeFarEnd implements FarEnd {
  readonly plugged = true;
  #device: CharDevice;
  #receive: (bytes: Uint8Array) => void = () => {};

  constructor(path: string) {
    this.#device = openCharDevice(path, (bytes) => this.#receive(bytes));
  }

  onReceive(handler: (bytes: Uint8Array) => void): void {
    this.#receive = handler;
  }

  /** A gadget's node does not tell: a machine takes it that somebody listens. */
  onOpened(handler: (open: boolean) => void): void {
    queueMicrotask(() => handler(true));
  }

  send(bytes: Uint8Array): void {
    try {
      this.#device.write(bytes);
    } catch {
      // Unplugged, or nobody reads: lost, as on a wire.
    }
  }

  stall(stalled: boolean): void {
    this.#device.pause(stalled);
  }

  unplug(): void {
    throw new Error('the scenario pulls the plug, not the machine');
  }

  plug(): void {
    throw new Error('the scenario puts the plug back, not the machine');
  }

  close(): void {
    this.#device.close();
  }
}
