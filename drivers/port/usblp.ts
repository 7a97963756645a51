/**
 * A printer on Linux's USB printer class (drivers/usb/class/usblp.c), non-blocking throughout: its blocking write waits for
 * ever while the printer takes nothing, on one of the four threads that all file access shares. The class's own status byte
 * is not asked for: LPGETSTATUS keeps the driver's lock up to 5 s (USBLP_CTL_TIMEOUT), and a read meanwhile waits for it.
 */
import { closeSync, constants, existsSync, openSync, readSync, writeSync } from 'node:fs';
import type { Clock, Timer } from '../clock.ts';
import { DeviceError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { codeOf, paced, writePaced } from './paced.ts';
import type { UsblpOptions } from './port-options.ts';
import { isAtUsbPath, listPrinters, type SystemRoots, systemRoots } from './sysfs.ts';
import type { CloseManner, PortWorld, Wire, WireSink } from './wire.ts';

/** One transfer of the driver (USBLP_BUF_SIZE, usblp.c). */
const transferBytes = 8192;
/** Node cannot wait for this kind of file, so it is looked at: often for a while after each write, then slowly. */
const pollBusyMs = 10;
const pollIdleMs = 100;
const busyAfterWriteMs = 5000;
/** Read errors in a row before the printer counts as gone; one alone is a broken packet. */
const readErrorLimit = 10;
const drainLimitMs = 1000;

export class UsblpWire implements Wire {
  readonly name: string;
  readonly unit = 'bytes';
  #options: UsblpOptions;
  #clock: Clock;
  #log: Log;
  #roots: SystemRoots;
  #file: number | undefined;
  #node = '';
  #sink: WireSink | undefined;
  #poll: Timer | undefined;
  #readable = true;
  #busyUntilMs = 0;
  #errorsInRow = 0;

  constructor(options: UsblpOptions, { clock, log }: PortWorld, roots: SystemRoots = systemRoots) {
    this.name = options.path;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#roots = roots;
  }

  async open(sink: WireSink): Promise<void> {
    this.#node = this.#findNode();
    // EBUSY: the driver lets one program in.
    this.#file = openSync(this.#node, constants.O_RDWR | constants.O_NONBLOCK);
    this.#sink = sink;
    this.#schedulePoll();
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#busyUntilMs = this.#clock.monotonicMs() + busyAfterWriteMs;
    await writePaced(this.#clock, () => this.#openFile(), bytes);
    // The driver counts a transfer as written when it starts; only the next call tells whether the printer took it.
    await this.#drained();
    this.#busyUntilMs = this.#clock.monotonicMs() + busyAfterWriteMs;
  }

  /** Closing cancels a transfer under way (usblp_release), so a gentle close waits for it first. */
  async close(manner: CloseManner): Promise<void> {
    this.#poll?.cancel();
    this.#sink = undefined;
    if (manner === 'gently') {
      const stopAtMs = this.#clock.monotonicMs() + drainLimitMs;
      await this.#drained(() => this.#clock.monotonicMs() >= stopAtMs).catch((error: unknown) => {
        this.#log.debug(
          { port: this.name, error: messageOf(error) },
          'the last transfer was not finished before closing',
        );
      });
    }
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }

  #findNode(): string {
    const { path } = this.#options;
    if (path.startsWith('/')) return path;
    const found = listPrinters(this.#roots).find(({ usb, physical }) => isAtUsbPath(path, usb, physical));
    if (found !== undefined) return found.node;
    throw new DeviceError(
      'no-hardware',
      `no printer at USB port ${path}: check its cable and power, or ask "halld detect"`,
    );
  }

  /** An empty write is the driver's drain test: EAGAIN while a transfer is under way. */
  async #drained(stop?: () => boolean): Promise<void> {
    await paced(this.#clock, () => writeSync(this.#openFile(), new Uint8Array(0), 0, 0), stop);
  }

  #openFile(): number {
    if (this.#file === undefined) throw new DeviceError('closed', `${this.name}: the port is closed`);
    return this.#file;
  }

  #schedulePoll(): void {
    const waitMs = this.#clock.monotonicMs() < this.#busyUntilMs ? pollBusyMs : pollIdleMs;
    this.#poll = this.#clock.after(waitMs, () => {
      const cause = this.#readable ? this.#readAll() : this.#missing();
      if (this.#sink === undefined) return;
      if (cause === undefined) this.#schedulePoll();
      else this.#sink.gone(cause);
    });
  }

  /** Gives all that is there to the sink; answers why the printer is gone, if it is. */
  #readAll(): unknown {
    const buffer = Buffer.allocUnsafe(transferBytes);
    while (this.#file !== undefined && this.#sink !== undefined) {
      try {
        const length = readSync(this.#file, buffer, 0, buffer.length, null);
        this.#errorsInRow = 0;
        if (length === 0) return this.#missing();
        this.#sink.data(Uint8Array.prototype.slice.call(buffer, 0, length));
      } catch (error) {
        if (codeOf(error) === 'EAGAIN') return undefined;
        if (codeOf(error) === 'EINVAL') {
          // A one-way interface (protocol 1): it has no status to give.
          this.#readable = false;
          return undefined;
        }
        this.#errorsInRow += 1;
        return codeOf(error) === 'EIO' && this.#errorsInRow < readErrorLimit ? undefined : error;
      }
    }
    return undefined;
  }

  #missing(): unknown {
    return existsSync(this.#node)
      ? undefined
      : new DeviceError('no-hardware', `${this.name} was unplugged: check the cable`);
  }
}
