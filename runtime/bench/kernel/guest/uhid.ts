/** A virtual HID device: `struct uhid_event` of <linux/uhid.h>, packed, in host byte order, 4380 bytes. */
import { EventEmitter } from 'node:events';
import type { FarEnd } from '../../../../drivers/simulated/machine.ts';
import { type CharDevice, openCharDevice } from './char-device.ts';

const eventType = {
  destroy: 1,
  output: 6,
  getReport: 9,
  getReply: 10,
  create2: 11,
  input2: 12,
  setReport: 13,
  setReply: 14,
};
const busUsb = 3;
const createBytes = 4 + 4372;

export interface UhidOptions {
  readonly name: string;
  readonly vid: number;
  readonly pid: number;
  readonly serial?: string;
  readonly descriptor: Uint8Array;
}

/** Emits `output` with each report that the program sends to the device. */
export class Uhid extends EventEmitter<{ output: [Uint8Array] }> {
  #device: CharDevice;

  constructor({ name, vid, pid, serial = '', descriptor }: UhidOptions) {
    super();
    this.#device = openCharDevice('/dev/uhid', (event) => this.#take(Buffer.from(event)));
    const event = Buffer.alloc(createBytes);
    event.writeUInt32LE(eventType.create2, 0);
    event.write(name, 4, 127);
    event.write(serial, 196, 63);
    event.writeUInt16LE(descriptor.length, 260);
    event.writeUInt16LE(busUsb, 262);
    event.writeUInt32LE(vid, 264);
    event.writeUInt32LE(pid, 268);
    event.set(descriptor, 280);
    this.#device.write(event);
  }

  input(...report: number[]): void {
    const event = Buffer.alloc(6 + report.length);
    event.writeUInt32LE(eventType.input2, 0);
    event.writeUInt16LE(report.length, 4);
    event.set(report, 6);
    this.#device.write(event);
  }

  unplug(): void {
    const event = Buffer.alloc(4);
    event.writeUInt32LE(eventType.destroy, 0);
    this.#device.write(event);
    this.#device.close();
  }

  #take(event: Buffer): void {
    const type = event.readUInt32LE(0);
    if (type === eventType.output) this.emit('output', new Uint8Array(event.subarray(4, 4 + event.readUInt16LE(4100))));
    if (type === eventType.getReport) this.#reply(eventType.getReply, event.readUInt32LE(4), 8 + 4096);
    if (type === eventType.setReport) {
      this.#reply(eventType.setReply, event.readUInt32LE(4), 6);
      this.emit('output', new Uint8Array(event.subarray(12, 12 + event.readUInt16LE(10))));
    }
  }

  #reply(type: number, id: number, length: number): void {
    const event = Buffer.alloc(4 + length);
    event.writeUInt32LE(type, 0);
    event.writeUInt32LE(id, 4);
    this.#device.write(event);
  }
}

/** A virtual pad with a simulated machine in it; it starts unplugged. */
export class UhidEnd implements FarEnd {
  #options: UhidOptions;
  #device: Uhid | undefined;
  #receive: (bytes: Uint8Array) => void = () => {};
  #opened: (open: boolean) => void = () => {};

  constructor(options: UhidOptions) {
    this.#options = options;
  }

  get plugged(): boolean {
    return this.#device !== undefined;
  }

  onReceive(handler: (bytes: Uint8Array) => void): void {
    this.#receive = handler;
  }

  onOpened(handler: (open: boolean) => void): void {
    this.#opened = handler;
  }

  send(report: Uint8Array): void {
    this.#device?.input(...report);
  }

  stall(): void {}

  plug(): void {
    if (this.#device !== undefined) return;
    this.#device = new Uhid(this.#options);
    this.#device.on('output', (report) => this.#receive(report));
    this.#opened(true);
  }

  unplug(): void {
    this.#device?.unplug();
    this.#device = undefined;
    this.#opened(false);
  }
}

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

export const descriptors = {
  /** Vendor page; report 1 in, 2 out (lamps), 3 feature, 7 bytes each. */
  vendorPad: hex('0600FF 0901 A101 1500 26FF00 7508 9507 8501 0902 8102 8502 0903 9102 8503 0904 B102 C0'),
  /** Button 1 to 5 in, five generic indicators out, no report numbers. */
  standardPad: hex(
    '0501 0907 A101 0509 1901 2905 1500 2501 7501 9505 8102 9503 8103 0508 094B 094B 094B 094B 094B 9505 9102 9503 9103 C0',
  ),
  /** HID 1.11, appendix E.6. */
  keyboard: hex(
    '0501 0906 A101 0507 19E0 29E7 1500 2501 7501 9508 8102 9501 7508 8101 9505 7501 0508 1901 2905 9102 9501 7503 9101 9506 7508 1500 2565 0507 1900 2965 8100 C0',
  ),
  /** HID Point of Sale Usage Tables 1.02, page 8C: report 2 = count and 56 bytes of decoded data. */
  scanner: hex('058C 0902 A101 0912 A102 8502 1500 26FF00 7508 9501 0501 093B 8102 058C 9538 09FE 820201 C0 C0'),
};
