/** What every keypad driver does whatever carries its bytes: inputs to presses, faults by name, lamps as they should be. */
import type { Timer } from '../clock.ts';
import { DeviceHealth } from '../device-health.ts';
import type { DriverContext } from '../driver.ts';
import { messageOf } from '../errors.ts';
import type { Health } from '../health.ts';
import { HealthLog } from '../health-log.ts';
import { LimitedLog } from '../limited-log.ts';
import { uuidFrom } from '../random.ts';
import { type Listenable, Signal } from '../signal.ts';
import type { KeyPress, Keypad, KeyRejection } from './keypad.ts';
import type { PadInput } from './pad-input.ts';
import type { Lamps, PadProtocol } from './pad-protocol.ts';
import { type FilterOutput, PressFilter, type PressTiming } from './press-filter.ts';

/** So many broken frames, or so much noise, with nothing good in between: wrong rate, wrong profile, address clash. */
const garbledAfterFrames = 5;
const garbledAfterOctets = 64;

const counterNames = ['presses', 'rejected', 'badFrames', 'noiseOctets', 'lampsSent', 'reconnects', 'unanswered'];

export interface PadSettings<Protocol extends PadProtocol = PadProtocol> {
  readonly protocol: Protocol;
  readonly timing: PressTiming;
}

export abstract class PadBase implements Keypad {
  readonly pressed: Signal<KeyPress>;
  readonly rejected: Signal<KeyRejection>;
  protected readonly context: DriverContext;
  protected readonly protocol: PadProtocol;
  protected readonly padHealth: DeviceHealth;
  protected desiredLamps: Lamps = {};
  protected desiredDisplay = '';
  readonly #filter: PressFilter;
  readonly #heldKeys: readonly string[];
  #due: { readonly atMs: number; readonly timer: Timer } | undefined;
  #badFrames = 0;
  #noiseOctets = 0;
  readonly #healthLog: HealthLog;
  readonly #refusals: LimitedLog;

  constructor(context: DriverContext, { protocol, timing }: PadSettings) {
    this.protocol = protocol;
    this.context = context;
    this.pressed = new Signal(context.log);
    this.rejected = new Signal(context.log);
    this.padHealth = new DeviceHealth(context, { counters: counterNames });
    this.#healthLog = new HealthLog(context);
    this.#refusals = new LimitedLog(context);
    this.padHealth.changed.on((health) => this.#healthLog.changed(health));
    this.#filter = new PressFilter(timing);
    this.#heldKeys = [...timing.holds.values()].map(({ key }) => key);
  }

  get keys(): readonly string[] {
    return [...new Set([...this.protocol.keys, ...this.#heldKeys])];
  }

  get lamps(): boolean {
    return this.protocol.lamps;
  }

  get displayColumns(): number {
    return this.protocol.displayColumns;
  }

  get displayChinese(): boolean {
    return this.protocol.displayChinese === true;
  }

  get health(): Health {
    return this.padHealth.now;
  }

  get healthChanged(): Listenable<Health> {
    return this.padHealth.changed;
  }

  setLamps(lamps: Lamps): void {
    if (sameLamps(lamps, this.desiredLamps)) return;
    this.desiredLamps = { ...lamps };
    if (this.lamps) this.showLamps();
  }

  setDisplay(text: string): void {
    if (text === this.desiredDisplay) return;
    this.desiredDisplay = text;
    if (this.displayColumns > 0) this.showDisplay();
  }

  abstract start(): void;
  abstract close(): Promise<void>;
  protected abstract showLamps(): void;
  protected abstract showDisplay(): void;

  protected take(inputs: readonly PadInput[]): void {
    const atMs = this.context.clock.monotonicMs();
    for (const input of inputs) {
      this.#judge(input);
      this.#emit(this.#filter.take(input, atMs));
    }
    this.#schedule();
  }

  /** The connection is gone, or closed. */
  protected padLost(): void {
    this.#emit(this.#filter.lost(this.context.clock.monotonicMs()));
    this.#badFrames = 0;
    this.#noiseOctets = 0;
    this.#schedule();
  }

  /** The port reports the fault itself. */
  protected padWriteFailed(error: unknown): void {
    this.padHealth.count('writesFailed');
    this.context.log.debug({ error: messageOf(error) }, 'message to the pad not written');
  }

  protected stopTimers(): void {
    this.#due?.timer.cancel();
    this.#due = undefined;
  }

  #judge(input: PadInput): void {
    if (input.kind === 'bad-check') {
      this.#badFrames += 1;
      this.padHealth.count('badFrames');
    } else if (input.kind === 'noise') {
      this.#noiseOctets += input.octets;
      this.padHealth.count('noiseOctets', input.octets);
    } else {
      this.#badFrames = 0;
      this.#noiseOctets = 0;
      this.padHealth.leave('garbled');
    }
    if (this.#badFrames >= garbledAfterFrames || this.#noiseOctets >= garbledAfterOctets)
      this.padHealth.enter({
        code: 'garbled',
        kind: 'garbled',
        severity: 'error',
        remedy: `${this.context.name}: received incomplete frames: check baud rate and wiring, the profile, and that no two pads share an address`,
      });
  }

  #emit(outputs: readonly FilterOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'press') {
        this.padHealth.count('presses');
        const press = { id: uuidFrom(this.context.random), key: output.key, atMs: output.atMs, heldMs: output.heldMs };
        this.context.log.debug({ key: press.key, press: press.id, held_ms: press.heldMs }, 'key pressed');
        this.pressed.emit(press);
      } else if (output.kind === 'rejected') {
        this.padHealth.count('rejected');
        this.padHealth.count(`rejected-${output.reason}`);
        const { key, atMs, reason } = output;
        this.#refusals.write('info', `${key} ${reason}`, { key, reason }, `key press refused: ${reason}`);
        this.rejected.emit({ key, atMs, reason });
      } else this.#stuck();
    }
  }

  #stuck(): void {
    const keys = this.#filter.stuckKeys;
    if (keys.length === 0) this.padHealth.leave('key-stuck');
    else
      this.padHealth.enter({
        code: 'key-stuck',
        kind: 'said',
        severity: 'warning',
        remedy: `${this.context.name}: key ${keys.join(', ')} stays down: free it or replace the pad`,
      });
  }

  #schedule(): void {
    const { dueMs } = this.#filter;
    if (dueMs === this.#due?.atMs) return;
    this.stopTimers();
    if (dueMs === undefined) return;
    const { clock } = this.context;
    const timer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      this.#due = undefined;
      this.#emit(this.#filter.settle(clock.monotonicMs()));
      this.#schedule();
    });
    this.#due = { atMs: dueMs, timer };
  }
}

function sameLamps(one: Lamps, other: Lamps): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => (one[key] ?? 'off') === (other[key] ?? 'off'));
}
