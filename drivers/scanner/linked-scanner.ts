/** A scanner on its port: codes whole and once, faults by name. The same code again at once is the trigger held, not a second visitor. */
import type { Timer } from '../clock.ts';
import { DeviceHealth } from '../device-health.ts';
import type { DriverContext } from '../driver.ts';
import type { Health } from '../health.ts';
import { HealthLog } from '../health-log.ts';
import { LimitedLog } from '../limited-log.ts';
import { uuidFrom } from '../random.ts';
import { type Listenable, Signal, type Undo } from '../signal.ts';
import { type RefusalReason, RefusedCodes, refusalCodes } from './refused-codes.ts';
import type { NoiseReason, ScanInput, ScanProtocol } from './scan-input.ts';
import type { Scan, Scanner } from './scanner.ts';

/** A slip held under the glass is read again and again. */
const sameCodeMs = 2000;
const garbledAfterOctets = 256;

export class LinkedScanner implements Scanner {
  readonly scanned: Signal<Scan>;
  readonly #protocol: ScanProtocol;
  readonly #context: DriverContext;
  readonly #health: DeviceHealth;
  #stops: Undo[] = [];
  #due: Timer | undefined;
  #last: { readonly text: string; atMs: number } | undefined;
  #noiseOctets = 0;
  #opened = 0;
  readonly #healthLog: HealthLog;
  readonly #refusals: LimitedLog;
  readonly #refusedCodes = new RefusedCodes();

  constructor(context: DriverContext, { protocol }: { readonly protocol: ScanProtocol }) {
    this.#protocol = protocol;
    this.#context = context;
    this.scanned = new Signal(context.log);
    this.#health = new DeviceHealth(context, {
      counters: ['scans', 'repeated', 'unread', 'noiseOctets', 'reconnects'],
    });
    this.#refusals = new LimitedLog(context);
    this.#healthLog = new HealthLog(context);
    this.#health.changed.on((health) => this.#healthLog.changed(health));
  }

  get health(): Health {
    return this.#health.now;
  }

  get healthChanged(): Listenable<Health> {
    return this.#health.changed;
  }

  start(): void {
    if (this.#stops.length > 0) return;
    const { link, log, clock } = this.#context;
    this.#health.state('opening');
    this.#stops = [
      // A code may bear an appointment or be somebody's own.
      link.trace.mask((direction, bytes) => (direction === 'in' ? `scanned data, ${bytes.length} bytes` : undefined)),
      link.opened.on((port) => this.#up(port.descriptor), log),
      link.down.on((error) => this.#down(error.message), log),
      link.received.on((bytes) => {
        const atMs = clock.monotonicMs();
        this.#take(this.#protocol.receive(bytes, atMs), atMs);
      }, log),
    ];
    if (link.port !== undefined) this.#up(link.port.descriptor);
    else if (link.lastError !== undefined) this.#down(link.lastError.message);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#due?.cancel();
    this.#health.state('closed');
  }

  #up(descriptor: Uint8Array | undefined): void {
    if (this.#opened++ > 0) this.#health.count('reconnects');
    this.#protocol.opened(descriptor);
    this.#noiseOctets = 0;
    this.#health.leave('port-gone');
    this.#health.state('ready');
  }

  #down(why: string): void {
    this.#due?.cancel();
    // Half a code is no code.
    this.#protocol.opened(undefined);
    this.#leaveRefused();
    this.#health.state('opening');
    this.#health.enter({ code: 'port-gone', kind: 'port', severity: 'error', remedy: why });
  }

  #take(inputs: readonly ScanInput[], atMs: number): void {
    for (const input of inputs) {
      if (input.kind === 'code') this.#code(input.text, atMs);
      else if (input.kind === 'unread') this.#unread();
      else this.#noise(input.octets, input.why);
    }
    this.#due?.cancel();
    const { dueMs } = this.#protocol;
    if (dueMs === undefined) return;
    const { clock } = this.#context;
    this.#due = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      const nowMs = clock.monotonicMs();
      this.#take(this.#protocol.settle(nowMs), nowMs);
    });
  }

  #code(text: string, atMs: number): void {
    this.#noiseOctets = 0;
    this.#leaveRefused();
    const last = this.#last;
    if (last !== undefined && last.text === text && atMs - last.atMs < sameCodeMs) {
      last.atMs = atMs;
      this.#health.count('repeated');
      return;
    }
    this.#last = { text, atMs };
    this.#health.count('scans');
    const scan = { id: uuidFrom(this.#context.random), text, atMs };
    // Never the text: a code may open an appointment.
    this.#context.log.debug({ scan: scan.id, characters: text.length }, 'code scanned');
    this.scanned.emit(scan);
  }

  #unread(): void {
    this.#health.count('unread');
    this.#refusals.write('info', 'unread', {}, 'code refused: the scanner could not read it, or it is too long');
    this.#refuse('unread');
  }

  #refuse(why: RefusalReason): void {
    const fault = this.#refusedCodes.refused(why, this.#context.name);
    // Hundreds of octets without a code are a wrong rate, whatever they look like one by one.
    if (fault !== undefined && !this.#health.has('garbled')) this.#health.enter(fault);
  }

  #leaveRefused(): void {
    this.#refusedCodes.good();
    for (const code of ['garbled', ...refusalCodes]) this.#health.leave(code);
  }

  #noise(octets: number, why: NoiseReason): void {
    this.#refusals.write('info', `noise ${why}`, { octets, why }, 'input refused: it is no code');
    this.#refuse(why);
    this.#health.count('noiseOctets', octets);
    // Octets whose encoding is recognized came whole.
    if (why === 'maybe-gb18030') return;
    this.#noiseOctets += octets;
    if (this.#noiseOctets < garbledAfterOctets) return;
    for (const code of refusalCodes) this.#health.leave(code);
    this.#health.enter({
      code: 'garbled',
      kind: 'garbled',
      severity: 'error',
      remedy: `${this.#context.name}: received data that is no code: check the scanner's baud rate, end mark, encoding and keyboard layout`,
    });
  }
}
