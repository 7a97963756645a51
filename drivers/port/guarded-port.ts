/**
 * A `Port` around one `Wire`: opens once, reports a loss once, gives every write its deadline, keeps late answers of
 * the system away from the drivers, and always lets go of what it opened.
 */
import { type Clock, sleep } from '../clock.ts';
import { DeviceError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Port, PortEvents } from './port.ts';
import { errnoOf, portError } from './port-error.ts';
import type { CloseManner, PortWorld, Wire } from './wire.ts';

/** An open that has not ended by then has failed; what it opens later is closed again. */
const openDeadlineMs = 5000;
/** udev gives a new node its owner and mode some 150 to 300 ms after the node is there. Tries, not time: a box that starts is busy. */
const permissionTries = 20;
const permissionRetryMs = 100;
/** `close()` answers by then at the latest; the kernel may need longer in the background. */
const closeDeadlineMs = 2000;
/** Bytes accepted and not yet taken by the system. A ticket is under 1 KB, a ticket as a picture about 50 KB. */
const queueLimitBytes = 1024 * 1024;

interface PendingWrite {
  readonly bytes: Uint8Array;
  settle(error?: DeviceError): void;
}

type State = 'new' | 'opening' | 'open' | 'lost' | 'closed';

export class GuardedPort implements Port {
  readonly name: string;
  readonly unit: 'bytes' | 'report';
  #wire: Wire;
  #clock: Clock;
  #log: Log;
  #state: State = 'new';
  #events: PortEvents | undefined;
  /** The wire is open, so it must be closed once. */
  #held = false;
  #released: Promise<void> = Promise.resolve();
  #opening: Promise<void> = Promise.resolve();
  #abortOpen: (error: DeviceError) => void = () => {};
  #queue: PendingWrite[] = [];
  #queuedBytes = 0;
  #writing = false;

  constructor(wire: Wire, { clock, log }: PortWorld) {
    this.name = wire.name;
    this.unit = wire.unit;
    this.#wire = wire;
    this.#clock = clock;
    this.#log = log;
  }

  get baudRate(): number | undefined {
    return this.#wire.baudRate;
  }

  get descriptor(): Uint8Array | undefined {
    return this.#wire.descriptor;
  }

  async open(events: PortEvents): Promise<void> {
    if (this.#state !== 'new')
      throw new DeviceError('illegal', `${this.name}: a port object opens once, make a new one`);
    this.#state = 'opening';
    this.#events = events;
    const aborted = new Promise<never>((_, reject) => {
      this.#abortOpen = reject;
    });
    const deadline = this.#clock.after(openDeadlineMs, () => {
      this.#abortOpen(
        new DeviceError('failure', `${this.name}: did not open within 5 s, pull its plug and put it back`),
      );
    });
    this.#opening = this.#openWire();
    try {
      await Promise.race([this.#opening, aborted]);
    } catch (cause) {
      if (this.#state === 'opening') this.#state = 'lost';
      throw portError(this.name, cause);
    } finally {
      deadline.cancel();
    }
    // Closed or lost in the moment between the system's answer and ours.
    if ((this.#state as State) !== 'open') throw this.#closedError();
  }

  write(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    if (this.#state !== 'open') return Promise.reject(this.#closedError());
    if (bytes.length === 0) return Promise.resolve();
    if (this.#queuedBytes + bytes.length > queueLimitBytes) {
      return Promise.reject(
        new DeviceError('busy', `${this.name}: too much is waiting to be sent, the device does not take it`),
      );
    }
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.after(deadlineMs, () => {
        this.#lose(new DeviceError('timeout', `${this.name}: takes no data, check the device and its flow control`));
      });
      this.#queuedBytes += bytes.length;
      this.#queue.push({
        bytes,
        settle: (error) => {
          deadline.cancel();
          this.#queuedBytes -= bytes.length;
          if (error === undefined) resolve();
          else reject(error);
        },
      });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    const before = this.#state;
    this.#state = 'closed';
    this.#failWrites(this.#closedError());
    if (before === 'opening') this.#abortOpen(this.#closedError());
    if (before === 'open') this.#release('gently');
    await this.#withLimit(this.#letGo(), closeDeadlineMs);
  }

  /** Resolves when nothing of this port is open any more. A failed `open` was already reported to its caller. */
  async #letGo(): Promise<void> {
    try {
      await this.#opening;
    } catch (error) {
      this.#log.debug({ port: this.name, error: messageOf(error) }, 'closed a port that had not opened');
    }
    await this.#released;
  }

  async #openWire(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#wire.open({
          data: (bytes) => {
            if (this.#state === 'open') this.#events?.data(bytes);
          },
          gone: (cause) => this.#lose(portError(this.name, cause)),
        });
        break;
      } catch (cause) {
        if (errnoOf(cause) !== 'EACCES' || tries > permissionTries || this.#state !== 'opening') throw cause;
        await sleep(this.#clock, permissionRetryMs);
        if (this.#state !== 'opening') throw this.#closedError();
      }
    }
    this.#held = true;
    if (this.#state === 'opening') this.#state = 'open';
    // Opened too late: nobody wants it any more.
    else this.#release('at-once');
  }

  #pump(): void {
    const next = this.#queue[0];
    if (this.#writing || next === undefined || this.#state !== 'open') return;
    this.#writing = true;
    this.#wire.write(next.bytes).then(
      () => {
        this.#writing = false;
        if (this.#queue[0] !== next) return;
        this.#queue.shift();
        next.settle();
        this.#pump();
      },
      (cause: unknown) => {
        this.#writing = false;
        this.#lose(portError(this.name, cause));
      },
    );
  }

  #lose(error: DeviceError): void {
    if (this.#state !== 'open' && this.#state !== 'opening') return;
    if (this.#state === 'opening') {
      this.#state = 'lost';
      this.#abortOpen(error);
      return;
    }
    this.#state = 'lost';
    this.#failWrites(error);
    this.#release('at-once');
    this.#events?.lost(error);
  }

  #release(manner: CloseManner): void {
    if (!this.#held) return;
    this.#held = false;
    // No caller can act on it: the node has been removed, or the kernel still holds it.
    this.#released = this.#wire.close(manner).catch((error: unknown) => {
      this.#log.debug({ port: this.name, error: messageOf(error) }, 'a port did not close cleanly');
    });
  }

  #failWrites(error: DeviceError): void {
    for (const write of this.#queue.splice(0)) write.settle(error);
  }

  #closedError(): DeviceError {
    if (this.#state === 'lost') return new DeviceError('closed', `${this.name}: the connection was lost`);
    return new DeviceError('closed', `${this.name}: the port is closed`);
  }

  #withLimit(work: Promise<void>, limitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(limitMs, resolve);
      work.finally(() => timer.cancel()).then(resolve, reject);
    });
  }
}
