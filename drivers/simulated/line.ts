/**
 * One simulated two-wire half-duplex line: the program's adapter and any number of machines, each on a tap. Everybody
 * hears everybody; who speaks while another speaks spoils both (TIA-485 allows one driver at a time). A transmission
 * takes its wire time at the line's baud rate and arrives when its last byte has.
 */
import type { Clock } from '../clock.ts';
import { DeviceError } from '../errors.ts';
import type { Port, PortEvents } from '../port/port.ts';
import type { Random } from '../random.ts';
import type { FarEnd } from './machine.ts';

export interface SimulatedLineOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Bits a second with ten bits a byte; 0 (default) delivers at the end of the turn, and nothing ever collides. */
  readonly baudRate?: number;
  /** The adapter hears its own bytes, as cheap converters do. */
  readonly echo?: boolean;
}

interface Talker {
  readonly name: string;
  hears(bytes: Uint8Array): void;
}

interface Transmission {
  readonly from: Talker;
  readonly bytes: Uint8Array;
  readonly startMs: number;
  readonly endMs: number;
  spoilt: boolean;
}

const bitsPerByte = 10;

export class SimulatedLine {
  readonly name: string;
  /** Share of transmissions that reach nobody, and that arrive with one wrong byte; settable at any time. */
  lossRate = 0;
  garbleRate = 0;
  readonly counters = { transmissions: 0, collisions: 0, lost: 0, garbled: 0, bytes: 0, busyMs: 0 };
  #options: SimulatedLineOptions;
  #taps = new Set<Tap>();
  #onAir = new Set<Transmission>();
  #adapter: { talker: Talker; events: PortEvents } | undefined;
  #plugged = true;

  constructor(options: SimulatedLineOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  /** For `PortLink`: the program's adapter. */
  makePort(): Port {
    const { clock, baudRate = 0 } = this.#options;
    let mine: { talker: Talker; events: PortEvents } | undefined;
    return {
      name: this.name,
      unit: 'bytes',
      baudRate: baudRate === 0 ? undefined : baudRate,
      open: async (events) => {
        if (!this.#plugged) throw new DeviceError('no-hardware', `${this.name}: nothing there, plug the adapter in`);
        if (this.#adapter !== undefined)
          throw new DeviceError('busy', `${this.name}: another program holds the port, end that program`);
        mine = { events, talker: { name: this.name, hears: (bytes) => events.data(bytes) } };
        this.#adapter = mine;
        for (const tap of this.#taps) tap.opened(true);
      },
      write: (bytes, deadlineMs) => {
        const adapter = mine;
        if (adapter === undefined || this.#adapter !== adapter)
          return Promise.reject(new DeviceError('closed', `${this.name}: the port is closed`));
        return new Promise((resolve, reject) => {
          const deadline = clock.after(deadlineMs, () =>
            reject(new DeviceError('timeout', `${this.name}: a write did not end, check the adapter`)),
          );
          this.#transmit(adapter.talker, bytes, () => {
            if (this.#adapter !== adapter) return;
            deadline.cancel();
            resolve();
          });
        });
      },
      close: async () => {
        if (mine === undefined || this.#adapter !== mine) return;
        this.#adapter = undefined;
        for (const tap of this.#taps) tap.opened(false);
      },
    };
  }

  /** A machine's connection to the wire. */
  tap(name: string): FarEnd {
    const tap = new Tap(name, (from, bytes) => this.#transmit(from, bytes, () => {}));
    this.#taps.add(tap);
    return tap;
  }

  /** The adapter is pulled out of the computer; the machines stay on the wire. */
  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    const adapter = this.#adapter;
    this.#adapter = undefined;
    for (const tap of this.#taps) tap.opened(false);
    adapter?.events.lost(new DeviceError('no-hardware', `${this.name}: unplugged, put the adapter back`));
  }

  plug(): void {
    this.#plugged = true;
  }

  #transmit(from: Talker, bytes: Uint8Array, done: () => void): void {
    const { clock, baudRate = 0 } = this.#options;
    const startMs = clock.monotonicMs();
    const wireMs = baudRate === 0 ? 0 : (bytes.length * bitsPerByte * 1000) / baudRate;
    const sent: Transmission = { from, bytes: bytes.slice(), startMs, endMs: startMs + wireMs, spoilt: false };
    this.counters.transmissions += 1;
    this.counters.bytes += bytes.length;
    this.counters.busyMs += wireMs;
    if (wireMs > 0) {
      for (const other of this.#onAir) {
        if (other.endMs <= startMs) continue;
        if (!other.spoilt) this.counters.collisions += 1;
        other.spoilt = true;
        sent.spoilt = true;
      }
    }
    this.#onAir.add(sent);
    const arrive = () => {
      this.#onAir.delete(sent);
      this.#deliver(sent);
      done();
    };
    if (wireMs === 0) clock.atTurnEnd(arrive);
    else clock.after(wireMs, arrive);
  }

  #deliver(sent: Transmission): void {
    const { random, echo = false } = this.#options;
    const bytes = sent.bytes;
    if (random() < this.lossRate) {
      this.counters.lost += 1;
      return;
    }
    if (sent.spoilt) {
      for (const index of bytes.keys()) bytes[index] = Math.floor(random() * 256);
    } else if (bytes.length > 0 && random() < this.garbleRate) {
      this.counters.garbled += 1;
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255));
    }
    for (const tap of this.#taps) if (tap !== sent.from && tap.plugged) tap.hears(bytes.slice());
    const adapter = this.#adapter;
    if (adapter !== undefined && (echo || adapter.talker !== sent.from)) adapter.talker.hears(bytes.slice());
  }
}

class Tap implements FarEnd, Talker {
  readonly name: string;
  #transmit: (from: Talker, bytes: Uint8Array) => void;
  #receive: (bytes: Uint8Array) => void = () => {};
  #opened: (open: boolean) => void = () => {};
  #plugged = true;

  constructor(name: string, transmit: (from: Talker, bytes: Uint8Array) => void) {
    this.name = name;
    this.#transmit = transmit;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  hears(bytes: Uint8Array): void {
    this.#receive(bytes);
  }

  opened(open: boolean): void {
    this.#opened(open);
  }

  onReceive(handler: (bytes: Uint8Array) => void): void {
    this.#receive = handler;
  }

  onOpened(handler: (open: boolean) => void): void {
    this.#opened = handler;
  }

  send(bytes: Uint8Array): void {
    if (this.#plugged && bytes.length > 0) this.#transmit(this, bytes);
  }

  /** There is no flow control on two wires: a machine that takes no bytes misses them. */
  stall(): void {}

  unplug(): void {
    this.#plugged = false;
  }

  plug(): void {
    this.#plugged = true;
  }
}
