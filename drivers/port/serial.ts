/**
 * A serial line on Linux. serialport's binding opens it, sets it and says when there is something to read; its stream is
 * not used, for it loses data and hides an unplug:
 * - its poller watches a line for reading or for writing, never both (bindings-cpp 13, `Poller::poll` gives `uv_poll_start` the
 *   last wish alone): while flow control holds a write, a printer's "paper out" is not read, and once it is, the write sleeps on;
 * - a read of 0 bytes, which is what the kernel answers after a hang-up, is repeated for ever (bindings-cpp 162, `unixRead`);
 * - a write to a port that has gone is kept and sent to whatever opens next (node-serialport 1593).
 */
import { existsSync, readSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import type { Clock, Timer } from '../clock.ts';
import { DeviceError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { codeOf, writePaced } from './paced.ts';
import type { SerialOptions } from './port-options.ts';
import type { CloseManner, PortWorld, Wire, WireSink } from './wire.ts';

type Binding = Extract<Awaited<ReturnType<typeof SerialPort.binding.open>>, { poller: unknown; fd: number | null }>;

/**
 * Lines that the kernel is still closing: it waits up to 30 s for bytes that the device does not take (tty_wait_until_sent;
 * cdc-acm and the USB adapters keep them through a flush), and whoever opens meanwhile waits with it, on one of the four
 * threads that all file access shares. So one line holds one thread, and no second one is spent on it.
 */
const closing = new Set<string>();

const readBytes = 4096;
/** Some UARTs answer 0 bytes now and then though nothing hung up; so many in a row mean that it did. */
const emptyReadLimit = 10;
const emptyReadRetryMs = 20;

export class SerialWire implements Wire {
  readonly name: string;
  readonly unit = 'bytes';
  readonly baudRate: number;
  #options: SerialOptions;
  #clock: Clock;
  #log: Log;
  #binding: Binding | undefined;
  #sink: WireSink | undefined;
  #retry: Timer | undefined;
  #emptyReads = 0;
  #buffer = new Uint8Array(readBytes);

  constructor(options: SerialOptions, { clock, log }: PortWorld) {
    this.name = options.path;
    this.baudRate = options.baud;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
  }

  async open(sink: WireSink): Promise<void> {
    // Loaded when a port needs it: a box without serial ports does without the native library.
    const { SerialPort } = await import('serialport');
    const { path, baud, data_bits: dataBits, parity, stop_bits: stopBits, flow } = this.#options;
    if (closing.has(path)) {
      throw new DeviceError(
        'busy',
        `${path}: the device still has bytes to take: look why it does not (paper, cover, flow control)`,
      );
    }
    const binding = (await SerialPort.binding.open({
      path,
      baudRate: baud,
      dataBits,
      parity,
      stopBits,
      rtscts: flow === 'rtscts',
      xon: flow === 'xonxoff',
      xoff: flow === 'xonxoff',
      // Advisory (flock): keeps other users of serialport out, not `cat`.
      lock: true,
      // Leaves DTR alone on close: some boards and pads wire it to reset.
      hupcl: false,
    })) as Binding;
    await this.#setLines(binding);
    this.#binding = binding;
    this.#sink = sink;
    this.#watch();
  }

  write(bytes: Uint8Array): Promise<void> {
    return writePaced(this.#clock, () => this.#file(), bytes);
  }

  async close(manner: CloseManner): Promise<void> {
    const binding = this.#binding;
    this.#binding = undefined;
    this.#sink = undefined;
    this.#retry?.cancel();
    if (binding === undefined) return;
    closing.add(this.#options.path);
    try {
      // Where the driver can, what was given up does not come out later. Never `drain`: it does not answer on a stuck line.
      if (manner === 'at-once') await binding.flush().catch((error: unknown) => this.#refused('flush', error));
      await binding.close();
    } finally {
      closing.delete(this.#options.path);
    }
  }

  /** Throws once the line is closed: the number may belong to another file by then. */
  #file(): number {
    const file = this.#binding?.fd;
    if (file === undefined || file === null) throw new Error('no such device');
    return file;
  }

  #watch(): void {
    this.#binding?.poller.once('readable', (error: Error | null) => {
      if (this.#sink === undefined) return;
      if (error) this.#sink.gone(error);
      else this.#read();
    });
  }

  #read(): void {
    let length: number;
    try {
      length = readSync(this.#file(), this.#buffer, 0, readBytes, null);
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') this.#watch();
      else this.#sink?.gone(error);
      return;
    }
    if (length === 0) {
      this.#readNothing();
      return;
    }
    this.#emptyReads = 0;
    this.#watch();
    this.#sink?.data(this.#buffer.slice(0, length));
  }

  #readNothing(): void {
    this.#emptyReads += 1;
    if (this.#emptyReads > emptyReadLimit || !existsSync(this.#options.path)) {
      this.#sink?.gone(new Error('no such device: the line hung up'));
      return;
    }
    this.#retry = this.#clock.after(emptyReadRetryMs, () => this.#read());
  }

  /**
   * Low latency (FTDI: 1 ms instead of 16) is no option of `open`, and every later `set` without it switches it off,
   * so this is the one place that sets lines. Pseudo-terminals have no lines: their refusal does not matter.
   */
  async #setLines(binding: Binding): Promise<void> {
    const lines = { dtr: true, rts: true, brk: false, cts: false, dsr: false, lowLatency: true };
    await binding.set(lines).catch((error: unknown) => this.#refused('set lines', error));
  }

  #refused(call: string, error: unknown): void {
    this.#log.debug({ port: this.name, call, error: messageOf(error) }, 'the serial driver refused a call');
  }
}
