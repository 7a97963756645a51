/**
 * A cable between a `Port` and a simulated machine, with optional line speed, chunking and faults. What the program
 * writes arrives at the machine's `receive`; what the machine sends arrives as the port's data.
 */
import type { Clock } from '../clock.ts';
import { DeviceError } from '../errors.ts';
import type { Port, PortEvents } from '../port/port.ts';
import type { FarEnd } from './machine.ts';

export interface CableOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly unit?: 'bytes' | 'report';
  /** Bits a second with ten bits a byte; 0 (default) delivers at the end of the turn. */
  readonly baudRate?: number;
  readonly descriptor?: Uint8Array;
  /** As the kernel's socket buffer: a write counts as done though the machine has not taken it yet. */
  readonly buffered?: boolean;
}

interface Connection {
  readonly events: PortEvents;
  /** When the line is free again in each direction, monotonic. */
  outFreeMs: number;
  inFreeMs: number;
}

export class SimulatedCable implements FarEnd {
  readonly name: string;
  #receive: (bytes: Uint8Array) => void = () => {};
  #opened: (open: boolean) => void = () => {};
  #options: CableOptions;
  #plugged = true;
  #stalled = false;
  #connection: Connection | undefined;
  #stalledWrites: { bytes: Uint8Array; resolve: () => void }[] = [];

  constructor(options: CableOptions) {
    this.name = options.name;
    this.#options = options;
  }

  onReceive(handler: (bytes: Uint8Array) => void): void {
    this.#receive = handler;
  }

  onOpened(handler: (open: boolean) => void): void {
    this.#opened = handler;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  /** For `PortLink`: one connection at a time, as a serial port or a printer's socket. */
  makePort(): Port {
    const { unit = 'bytes', baudRate, descriptor } = this.#options;
    let mine: Connection | undefined;
    return {
      name: this.name,
      unit,
      baudRate,
      descriptor,
      open: async (events) => {
        if (!this.#plugged) throw new DeviceError('no-hardware', `${this.name}: nothing there, check the cable`);
        if (this.#connection !== undefined)
          throw new DeviceError('busy', `${this.name}: another program holds the port`);
        mine = { events, outFreeMs: 0, inFreeMs: 0 };
        this.#connection = mine;
        this.#opened(true);
      },
      write: (bytes, deadlineMs) => {
        if (mine === undefined || this.#connection !== mine) {
          return Promise.reject(new DeviceError('closed', `${this.name}: the port is closed`));
        }
        return this.#toMachine(mine, bytes.slice(), deadlineMs);
      },
      close: async () => {
        if (mine === undefined || this.#connection !== mine) return;
        this.#connection = undefined;
        this.#opened(false);
      },
    };
  }

  /** The machine speaks. Lost without a listener, as on a wire. */
  send(bytes: Uint8Array): void {
    const connection = this.#connection;
    if (connection === undefined || !this.#plugged || bytes.length === 0) return;
    const copy = bytes.slice();
    this.#deliver(connection, 'inFreeMs', copy.length, () => connection.events.data(copy));
  }

  /** The far end stops taking bytes (flow control, a full printer): writes wait for their deadline. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    if (stalled) return;
    const connection = this.#connection;
    for (const { bytes, resolve } of this.#stalledWrites.splice(0)) {
      if (connection !== undefined) this.#deliver(connection, 'outFreeMs', bytes.length, () => this.#receive(bytes));
      resolve();
    }
  }

  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#stalledWrites = [];
    connection?.events.lost(new DeviceError('no-hardware', `${this.name}: unplugged, put the cable back`));
  }

  plug(): void {
    this.#plugged = true;
  }

  #toMachine(connection: Connection, bytes: Uint8Array, deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      if (this.#stalled && this.#options.buffered === true) {
        this.#stalledWrites.push({ bytes, resolve: () => {} });
        resolve();
        return;
      }
      if (this.#stalled) {
        const entry = { bytes, resolve };
        this.#stalledWrites.push(entry);
        clock.after(deadlineMs, () => {
          const index = this.#stalledWrites.indexOf(entry);
          if (index >= 0) this.#stalledWrites.splice(index, 1);
          if (index >= 0 || this.#connection !== connection)
            reject(new DeviceError('timeout', `${this.name}: takes no data, check the device`));
        });
        return;
      }
      const deadline = clock.after(deadlineMs, () => {
        reject(
          new DeviceError(
            this.#connection === connection ? 'timeout' : 'no-hardware',
            `${this.name}: a write did not end, check the cable`,
          ),
        );
      });
      this.#deliver(connection, 'outFreeMs', bytes.length, () => {
        deadline.cancel();
        this.#receive(bytes);
        resolve();
      });
    });
  }

  #deliver(connection: Connection, direction: 'outFreeMs' | 'inFreeMs', length: number, arrive: () => void): void {
    const { clock, baudRate = 0 } = this.#options;
    const guarded = () => {
      if (this.#connection === connection) arrive();
    };
    if (baudRate === 0) {
      clock.atTurnEnd(guarded);
      return;
    }
    const nowMs = clock.monotonicMs();
    connection[direction] = Math.max(connection[direction], nowMs) + (length * 10_000) / baudRate;
    clock.after(connection[direction] - nowMs, guarded);
  }
}
