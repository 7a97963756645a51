/**
 * A serial line by serialport 13 on Linux. Its streams outlive their port in ways that lose data (node-serialport 1593,
 * bindings-cpp 237), so a `SerialPort` is used for one connection and everything it says after its first 'close' is ignored.
 * It opens, sets and reads the line; writing is our own: see `write`.
 */
import type { SerialPort } from 'serialport';
import type { Clock } from '../clock.ts';
import { writePaced } from './paced.ts';
import type { SerialOptions } from './port-options.ts';
import type { CloseManner, Wire, WireSink } from './wire.ts';

export class SerialWire implements Wire {
  readonly name: string;
  readonly unit = 'bytes';
  readonly baudRate: number;
  #options: SerialOptions;
  #clock: Clock;
  #serial: SerialPort | undefined;
  #over = false;

  constructor(options: SerialOptions, clock: Clock) {
    this.name = options.path;
    this.baudRate = options.baud;
    this.#options = options;
    this.#clock = clock;
  }

  async open(sink: WireSink): Promise<void> {
    // Loaded when a port needs it: a box without serial ports does without the native library.
    const { SerialPort } = await import('serialport');
    const { path, baud, data_bits: dataBits, parity, stop_bits: stopBits, flow } = this.#options;
    const serial = new SerialPort({
      path,
      baudRate: baud,
      dataBits,
      parity,
      stopBits,
      rtscts: flow === 'rtscts',
      xon: flow === 'xonxoff',
      xoff: flow === 'xonxoff',
      autoOpen: false,
      // Advisory (flock): keeps other users of serialport out, not `cat`.
      lock: true,
      // Leaves DTR alone on close: some boards and pads wire it to reset.
      hupcl: false,
    });
    const gone = (cause: unknown) => {
      if (this.#over) return;
      this.#over = true;
      sink.gone(cause);
    };
    // Both listeners stay for ever: a late 'error' without one would end the process, and 'close' may come twice.
    serial.on('error', gone);
    serial.on('close', (cause: unknown) => gone(cause ?? new Error('the port closed by itself')));
    await answered((done) => serial.open(done));
    this.#serial = serial;
    await this.#setLines(serial);
    serial.on('data', (bytes: Buffer) => {
      if (!this.#over) sink.data(bytes);
    });
  }

  /**
   * Past the stream: serialport's poller watches a line either for reading or for writing (bindings-cpp 13 `Poller::poll` gives
   * `uv_poll_start` the last wish instead of both), so while flow control holds a write, a printer's "paper out" is not read, and
   * once it is read, the write does not wake up. A stream also keeps what was written to a port that has gone, for the next one.
   */
  write(bytes: Uint8Array): Promise<void> {
    return writePaced(this.#clock, () => this.#file(), bytes);
  }

  async close(manner: CloseManner): Promise<void> {
    this.#over = true;
    const serial = this.#serial;
    if (serial?.isOpen !== true) return;
    // The kernel's close waits up to 30 s for bytes that the device does not take (tty_wait_until_sent), on one of the four
    // threads that all file access shares: throw them away first. Not after `drain`, which never answers on such a line.
    if (manner === 'at-once') await answered((done) => serial.flush(done)).catch(() => {});
    if (serial.isOpen) await answered((done) => serial.close(done));
  }

  #file(): number {
    const file = this.#over ? undefined : this.#serial?.port?.fd;
    if (file === undefined || file === null) throw new Error('no such device');
    return file;
  }

  /**
   * Low latency (FTDI: 1 ms instead of 16) is no option of `open`, and every later `set` without it switches it off,
   * so this is the one place that sets lines. Pseudo-terminals have no lines: their refusal does not matter.
   */
  async #setLines(serial: SerialPort): Promise<void> {
    const lines = { dtr: true, rts: true, lowLatency: true };
    await answered((done) => serial.set(lines, done)).catch(() => {});
  }
}

function answered(call: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
