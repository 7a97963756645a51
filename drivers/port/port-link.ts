/**
 * Keeps a connection alive: opens a port, and after a loss closes it once and opens a new object,
 * waiting 0.1 s to 5 s between tries. Drivers live on the link, so what they should show survives a replug.
 */

import type { Timer } from '../clock.ts';
import type { Context } from '../context.ts';
import { DeviceError } from '../errors.ts';
import { Signal } from '../signal.ts';
import type { Port, PortMaker } from './port.ts';
import { portError } from './port-error.ts';
import { PortTrace, type TraceDirection } from './trace.ts';

export interface PortLinkSettings {
  /** For messages: `k1 printer`, `/dev/ttyUSB0`. */
  readonly name: string;
  readonly makePort: PortMaker;
  /** First wait after a loss; default 100. */
  readonly backoffMinMs?: number;
  /** Longest wait; default 5000. A connection that held so long starts the waits from the shortest again. */
  readonly backoffMaxMs?: number;
}

export type PortLinkState = 'closed' | 'opening' | 'open' | 'waiting';

/** Ports answer `open` earlier by themselves; this is for one that does not. */
const openLimitMs = 10_000;
/** How long a new object waits for the old one to let go of the device. */
const closeLimitMs = 2000;

export class PortLink {
  readonly counters = { opened: 0, lost: 0, failed: 0, bytesIn: 0, bytesOut: 0, closesFailed: 0 };
  /** A fresh connection: whatever the device remembered may be gone. Not called for one that is open already: see `port`. */
  readonly opened: Signal<Port>;
  /** No connection any more, or still none and now for another reason. */
  readonly down: Signal<DeviceError>;
  readonly received: Signal<Uint8Array>;
  readonly trace: PortTrace;
  #context: Context;
  #settings: PortLinkSettings;
  #state: PortLinkState = 'closed';
  #port: Port | undefined;
  /** The old object letting go of the device; a new one would find it held. */
  #closing: Promise<void> | undefined;
  /** The next try, the limit of an opening. */
  #timer: Timer | undefined;
  #failures = 0;
  #openedMs = 0;
  #lastError: DeviceError | undefined;
  /** Tells the latest `#open` from one that still waits for an old object. */
  #attempt: object = {};

  /** `context.log` at the place of the port; drivers answer for their listeners with their own log. */
  constructor(context: Context, settings: PortLinkSettings) {
    this.#context = context;
    this.#settings = settings;
    this.opened = new Signal(context.log);
    this.down = new Signal(context.log);
    this.received = new Signal(context.log);
    this.trace = new PortTrace(context);
  }

  get name(): string {
    return this.#settings.name;
  }

  get state(): PortLinkState {
    return this.#state;
  }

  /** Why it is not open, if a try failed. */
  get lastError(): DeviceError | undefined {
    return this.#lastError;
  }

  get port(): Port | undefined {
    return this.#state === 'open' ? this.#port : undefined;
  }

  start(): void {
    if (this.#state !== 'closed') return;
    this.#failures = 0;
    this.#lastError = undefined;
    this.#open();
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#timer?.cancel();
    const port = this.#port;
    this.#port = undefined;
    if (port !== undefined) this.#letGo(port);
    await this.#closing;
  }

  /** Hot-plug saw something: try now instead of at the end of the wait, and soon again if that is too early. */
  poke(): void {
    if (this.#state === 'waiting' || this.#state === 'opening') this.#failures = 0;
    if (this.#state !== 'waiting') return;
    this.#timer?.cancel();
    this.#open();
  }

  /** Gives this connection up (a deadline passed, a device fell silent) and starts another. */
  drop(error: DeviceError): void {
    if (this.#port !== undefined) this.#gone(this.#port, error);
  }

  /** Rejects with `offline` while there is no connection. A write that fails costs the connection, one that was refused does not. */
  async write(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    const port = this.port;
    if (port === undefined)
      throw new DeviceError('offline', `${this.name} is not connected: check the cable and power`);
    this.#traced('out', bytes);
    try {
      await port.write(bytes, deadlineMs);
      this.counters.bytesOut += bytes.length;
    } catch (cause) {
      const error = portError(this.name, cause);
      if (error.code !== 'busy' && error.code !== 'illegal') this.#gone(port, error);
      throw error;
    }
  }

  #open(): void {
    this.#state = 'opening';
    const closing = this.#closing;
    if (closing === undefined) {
      this.#openNow();
      return;
    }
    const attempt = {};
    this.#attempt = attempt;
    void closing.then(() => {
      if (this.#attempt === attempt && this.#state === 'opening') this.#openNow();
    });
  }

  #openNow(): void {
    let port: Port;
    try {
      port = this.#settings.makePort();
    } catch (cause) {
      this.counters.failed += 1;
      this.#wait(portError(this.name, cause), true);
      return;
    }
    this.#port = port;
    this.#timer = this.#context.clock.after(openLimitMs, () => {
      this.#gone(port, new DeviceError('timeout', `${this.name} does not open: pull its plug and put it back`));
    });
    port
      .open({
        data: (bytes) => this.#data(port, bytes),
        lost: (error) => this.#gone(port, error),
      })
      .then(
        () => this.#up(port),
        (cause: unknown) => this.#gone(port, portError(this.name, cause)),
      );
  }

  #up(port: Port): void {
    // Given up in the meantime, and closed then; a port may have opened after that.
    if (this.#port !== port) {
      this.#letGo(port);
      return;
    }
    this.#timer?.cancel();
    this.#state = 'open';
    this.#openedMs = this.#context.clock.monotonicMs();
    this.#lastError = undefined;
    this.counters.opened += 1;
    this.trace.state('opened', port.name);
    const again = this.counters.opened > 1;
    this.#context.log.info({ path: port.name }, `${this.name} ${again ? 'is back' : 'is open'}: ${port.name}`);
    this.opened.emit(port, () => this.port === port);
  }

  #data(port: Port, bytes: Uint8Array): void {
    if (this.#port !== port) return;
    this.counters.bytesIn += bytes.length;
    this.#traced('in', bytes);
    const state = this.#state;
    this.received.emit(bytes, () => this.#port === port && this.#state === state);
  }

  /** The one way out of a connection, or of the attempt at one; later words of the same object are ignored. */
  #gone(port: Port, error: DeviceError): void {
    if (this.#port !== port) return;
    this.#timer?.cancel();
    const wasOpen = this.#state === 'open';
    this.counters[wasOpen ? 'lost' : 'failed'] += 1;
    const { clock } = this.#context;
    const { backoffMaxMs = 5000 } = this.#settings;
    // A device that takes the connection and cuts it at once is not hammered.
    if (wasOpen && clock.monotonicMs() - this.#openedMs >= backoffMaxMs) this.#failures = 0;
    this.#port = undefined;
    this.#letGo(port);
    this.#wait(error, wasOpen || this.#lastError?.message !== error.message);
  }

  #wait(error: DeviceError, news: boolean): void {
    const { clock, random } = this.#context;
    const { backoffMinMs = 100, backoffMaxMs = 5000 } = this.#settings;
    this.#lastError = error;
    this.#state = 'waiting';
    const ceilingMs = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    const waitMs = ceilingMs * (0.5 + random() / 2);
    this.#timer = clock.after(waitMs, () => {
      if (this.#state === 'waiting') this.#open();
    });
    if (news) {
      this.trace.state('lost', error.message);
      this.#context.log.info({ code: error.code }, `${this.name} is not connected: ${error.message}`);
    }
    this.#context.log.debug(
      { waitMs: Math.round(waitMs), failures: this.#failures },
      `${this.name} opens again after a wait`,
    );
    if (news) this.down.emit(error, () => this.#state === 'waiting' && this.#lastError === error);
  }

  #traced(direction: TraceDirection, bytes: Uint8Array): void {
    const masked = this.trace.chunk(direction, bytes);
    const { log } = this.#context;
    if (!log.writes('trace')) return;
    const atMs = this.#context.clock.monotonicMs();
    log.trace(
      masked === undefined
        ? { direction, atMs, bytes: Buffer.from(bytes).toString('hex') }
        : { direction, atMs, masked },
      direction,
    );
  }

  #letGo(port: Port): void {
    const { clock } = this.#context;
    const before = this.#closing;
    const closing = new Promise<void>((resolve) => {
      const limit = clock.after(closeLimitMs, resolve);
      Promise.all([before, port.close()])
        .catch((error: unknown) => {
          this.counters.closesFailed += 1;
          this.#context.log.debug(
            { error: error instanceof Error ? error.message : String(error) },
            `${this.name} did not close cleanly`,
          );
        })
        .finally(() => {
          limit.cancel();
          resolve();
        });
    }).then(() => {
      if (this.#closing === closing) this.#closing = undefined;
    });
    this.#closing = closing;
  }
}
