/**
 * Keeps a connection alive: opens a port, and after a loss closes it once and opens a new object,
 * waiting 0.1 s to 5 s between tries. Drivers live on the link, so what they should show survives a replug.
 */
import type { Clock, Timer } from '../clock.ts';
import { DeviceError, isDeviceError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Port, PortMaker } from './port.ts';

export interface PortLinkEvents {
  /** A fresh connection: whatever the device remembered may be gone. */
  up?(port: Port): void;
  down?(error: DeviceError): void;
  data?(bytes: Uint8Array): void;
}

export interface PortLinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** First wait after a loss; default 100. */
  readonly backoffMinMs?: number;
  /** Longest wait; default 5000. */
  readonly backoffMaxMs?: number;
}

export type PortLinkState = 'closed' | 'opening' | 'open' | 'waiting';

export class PortLink {
  readonly name: string;
  readonly counters = { opened: 0, lost: 0, failed: 0, bytesIn: 0, bytesOut: 0 };
  #makePort: PortMaker;
  #options: PortLinkOptions;
  #listeners = new Set<PortLinkEvents>();
  #state: PortLinkState = 'closed';
  #port: Port | undefined;
  #retry: Timer | undefined;
  #failures = 0;
  #lastError: DeviceError | undefined;

  constructor(name: string, makePort: PortMaker, options: PortLinkOptions) {
    this.name = name;
    this.#makePort = makePort;
    this.#options = options;
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

  subscribe(events: PortLinkEvents): () => void {
    this.#listeners.add(events);
    return () => this.#listeners.delete(events);
  }

  start(): void {
    if (this.#state === 'closed') this.#open();
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#retry?.cancel();
    this.#retry = undefined;
    const port = this.#port;
    this.#port = undefined;
    await port?.close().catch(() => {});
  }

  /** Hot-plug saw something: try now instead of at the end of the wait. */
  poke(): void {
    if (this.#state !== 'waiting') return;
    this.#retry?.cancel();
    this.#open();
  }

  /** Gives this connection up (a deadline passed, a device fell silent) and starts another. */
  drop(error: DeviceError): void {
    if (this.#port !== undefined) this.#lost(this.#port, error);
  }

  /** Rejects with `offline` while there is no connection. */
  async write(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    const port = this.port;
    if (port === undefined)
      throw new DeviceError('offline', `${this.name} is not connected: check the cable and power`);
    try {
      await port.write(bytes, deadlineMs);
      this.counters.bytesOut += bytes.length;
    } catch (cause) {
      const error = asDeviceError(cause, this.name);
      this.#lost(port, error);
      throw error;
    }
  }

  #open(): void {
    this.#state = 'opening';
    const port = this.#makePort();
    this.#port = port;
    let lostWhileOpening: DeviceError | undefined;
    port
      .open({
        data: (bytes) => {
          if (this.#port !== port) return;
          this.counters.bytesIn += bytes.length;
          for (const listener of [...this.#listeners]) listener.data?.(bytes);
        },
        lost: (error) => {
          if (this.#state === 'opening') lostWhileOpening = error;
          else this.#lost(port, error);
        },
      })
      .then(
        () => {
          if (this.#port !== port) return void port.close().catch(() => {});
          if (lostWhileOpening !== undefined) return this.#failed(port, lostWhileOpening);
          this.#state = 'open';
          this.#failures = 0;
          this.#lastError = undefined;
          this.counters.opened += 1;
          for (const listener of [...this.#listeners]) listener.up?.(port);
        },
        (cause: unknown) => {
          if (this.#port === port) this.#failed(port, asDeviceError(cause, this.name));
        },
      );
  }

  #failed(port: Port, error: DeviceError): void {
    this.counters.failed += 1;
    this.#replace(port, error);
  }

  #lost(port: Port, error: DeviceError): void {
    if (this.#port !== port || this.#state === 'closed') return;
    this.counters.lost += 1;
    this.#replace(port, error);
  }

  #replace(port: Port, error: DeviceError): void {
    const first = this.#lastError?.message !== error.message || this.#state === 'open';
    this.#port = undefined;
    this.#lastError = error;
    this.#state = 'waiting';
    const { clock, random, backoffMinMs = 100, backoffMaxMs = 5000 } = this.#options;
    const ceilingMs = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    this.#retry = clock.after(ceilingMs * (0.5 + random() / 2), () => {
      if (this.#state === 'waiting') this.#open();
    });
    port.close().catch(() => {});
    if (first) for (const listener of [...this.#listeners]) listener.down?.(error);
  }
}

function asDeviceError(cause: unknown, name: string): DeviceError {
  if (isDeviceError(cause)) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new DeviceError('failure', `${name}: ${text}`, { cause });
}
