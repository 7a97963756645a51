/** A keypad at the far end of a port: fingers, lamps, worn contacts and bad lines, on the bench page or in a test. */
import type { Clock } from '../../clock.ts';
import { DeviceError } from '../../errors.ts';
import type { LampState } from '../../keypad/keypad.ts';
import type { ProfileKey } from '../../keypad/profile-keys.ts';
import type { Random } from '../../random.ts';
import type { FarEnd, SimulatedMachine } from '../machine.ts';
import type { KeypadAction, KeypadFault, KeypadLook, PadFirmware } from './keypad-machine.ts';
import { keypadFaults } from './keypad-machine.ts';

export interface KeypadWorld {
  readonly end: FarEnd;
  readonly clock: Clock;
  readonly random: Random;
  readonly name: string;
}

/** A finger's ordinary stay on a key. */
const pressMs = 80;
/** Contacts bounce for a few milliseconds: so many extra edges, so far apart. */
const bounces = 3;
const bounceMs = 2;
/** A line that says each message again, and how often in all. */
const repeats = 5;
const repeatGapMs = 15;
const noiseOctets = 4;

export class SimulatedKeypad implements SimulatedMachine<KeypadLook, KeypadAction> {
  readonly kind = 'keypad';
  readonly #keys: readonly ProfileKey[];
  readonly #hasDisplay: boolean;
  readonly #firmware: PadFirmware;
  readonly #world: KeypadWorld;
  readonly #unit: 'bytes' | 'report';
  readonly #held: string[] = [];
  /** Fault to the key it is limited to; `undefined` = every key. */
  readonly #faults = new Map<KeypadFault, string | undefined>();
  readonly #listeners = new Set<() => void>();
  #lamps: ReadonlyMap<string, LampState> = new Map();
  #display = '';

  constructor(
    pad: { readonly keys: readonly ProfileKey[]; readonly display: boolean; readonly unit: 'bytes' | 'report' },
    firmware: PadFirmware,
    world: KeypadWorld,
  ) {
    this.#keys = pad.keys;
    this.#hasDisplay = pad.display;
    this.#unit = pad.unit;
    this.#firmware = firmware;
    this.#world = world;
    world.end.onReceive((bytes) => this.#receive(bytes));
  }

  look(): KeypadLook {
    return {
      keys: this.#keys.map(({ key, label }) => ({
        key,
        ...(label === undefined ? {} : { label }),
        lamp: this.#lamps.get(key) ?? 'off',
        down: this.#held.includes(key),
      })),
      ...(this.#hasDisplay ? { display: this.#display } : {}),
      faults: [...this.#faults.keys()],
      plugged: this.#world.end.plugged,
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  act(action: KeypadAction): void {
    switch (action.type) {
      case 'press': {
        const key = this.#known(action.key);
        this.#down(key);
        this.#world.clock.after(pressMs, () => this.#up(key));
        break;
      }
      case 'down':
        this.#down(this.#known(action.key));
        break;
      case 'up':
        this.#up(this.#known(action.key));
        break;
      case 'fault':
        this.#fault(action.fault, action.on, action.key);
        break;
      case 'unplug':
        this.#world.end.unplug();
        this.#dark();
        break;
      case 'plug':
        this.#firmware.restart();
        this.#world.end.plug();
        break;
      default:
        throw new DeviceError(
          'illegal',
          `${this.#world.name}: a keypad has no act "${(action as { type: string }).type}"`,
        );
    }
    this.#changed();
  }

  #fault(fault: KeypadFault, on: boolean, key: string | undefined): void {
    if (!keypadFaults.includes(fault))
      throw new DeviceError('illegal', `${this.#world.name}: a keypad has no fault "${fault}"`);
    if (on) this.#faults.set(fault, key === undefined ? undefined : this.#known(key));
    else this.#faults.delete(fault);
    if (fault === 'stuck' && on && key !== undefined) this.#down(key);
    if (fault === 'stuck' && !on) for (const held of [...this.#held]) this.#up(held);
    // Nobody hears a mute pad's lamps either: without power they are dark.
    if (fault === 'mute' && on) this.#dark();
  }

  #down(key: string): void {
    if (this.#held.includes(key)) return;
    this.#held.push(key);
    this.#say(key, true);
    if (this.#ails('chatter', key)) this.#bounce(key, true);
    this.#changed();
  }

  #up(key: string): void {
    const at = this.#held.indexOf(key);
    if (at < 0 || this.#ails('stuck', key)) return;
    this.#held.splice(at, 1);
    this.#say(key, false);
    if (this.#ails('chatter', key)) this.#bounce(key, false);
    this.#changed();
  }

  #bounce(key: string, down: boolean): void {
    for (let bounce = 0; bounce < bounces; bounce += 1) {
      const open = (2 * bounce + 1) * bounceMs;
      this.#world.clock.after(open, () => this.#say(key, !down));
      this.#world.clock.after(open + bounceMs, () => this.#say(key, down));
    }
  }

  #say(key: string, down: boolean): void {
    const others = this.#held.filter((held) => held !== key);
    for (const message of this.#firmware.change(key, down, down ? [...others, key] : others)) {
      const sent = this.#ails('bad-check', key) ? this.#damaged(message) : message;
      this.#send(sent);
      if (!this.#ails('repeat', key)) continue;
      for (let again = 1; again < repeats; again += 1)
        this.#world.clock.after(again * repeatGapMs, () => this.#send(sent));
    }
  }

  #send(message: Uint8Array): void {
    if (this.#faults.has('mute')) return;
    if (this.#faults.has('noise')) this.#world.end.send(this.#noise(message.length));
    this.#world.end.send(message);
  }

  /** Bytes of a bad wire, or a report of a length that the descriptor does not know. */
  #noise(length: number): Uint8Array {
    const octets = this.#unit === 'report' ? length + 1 : noiseOctets;
    return Uint8Array.from({ length: octets }, () => Math.floor(this.#world.random() * 256));
  }

  /** A serial frame with one octet turned round behind its head; HID has no check, so a report cut short. */
  #damaged(message: Uint8Array): Uint8Array {
    if (this.#unit === 'report') return message.slice(0, -1);
    const damaged = message.slice();
    const at = Math.max(0, damaged.length - 2);
    damaged[at] = (damaged[at] ?? 0) ^ 0x55;
    return damaged;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#faults.has('mute')) return;
    const { lamps, display, replies = [] } = this.#firmware.receive(bytes, this.#held);
    if (lamps !== undefined) this.#lamps = lamps;
    if (display !== undefined) this.#display = display;
    for (const reply of replies) this.#send(reply);
    if (lamps !== undefined || display !== undefined) this.#changed();
  }

  #dark(): void {
    this.#lamps = new Map();
    this.#display = '';
  }

  #ails(fault: KeypadFault, key: string): boolean {
    return this.#faults.has(fault) && (this.#faults.get(fault) ?? key) === key;
  }

  #known(key: string): string {
    if (this.#keys.some((each) => each.key === key)) return key;
    throw new DeviceError('illegal', `${this.#world.name}: this keypad has no key "${key}"`);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
