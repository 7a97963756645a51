/** What a simulated keypad shows and takes, and what its firmware must do. */
import type { LampState } from '../../keypad/keypad.ts';
import type { CableAction } from '../machine.ts';

export const keypadFaults = ['chatter', 'stuck', 'repeat', 'noise', 'mute', 'bad-check'] as const;
export type KeypadFault = (typeof keypadFaults)[number];

export type KeypadAction =
  /** Down and, a finger's time later, up. */
  | { readonly type: 'press'; readonly key: string }
  | { readonly type: 'down'; readonly key: string }
  | { readonly type: 'up'; readonly key: string }
  /** `key` limits `chatter`, `stuck`, `repeat` and `bad-check` to one key. */
  | { readonly type: 'fault'; readonly fault: KeypadFault; readonly on: boolean; readonly key?: string }
  | CableAction;

export interface KeypadLook {
  readonly keys: readonly {
    readonly key: string;
    readonly label?: { readonly zh: string; readonly en: string };
    readonly lamp: LampState;
    readonly down: boolean;
  }[];
  readonly display?: string;
  readonly faults: readonly KeypadFault[];
  readonly plugged: boolean;
}

/** What a host's message did: lamps whole by key, display whole, answers to send. */
export interface FirmwareReaction {
  readonly lamps?: ReadonlyMap<string, LampState>;
  readonly display?: string;
  readonly replies?: readonly Uint8Array[];
}

/** The pad's own program: keys to bytes, bytes to lamps. */
export interface PadFirmware {
  /** Where the profile names none: what the descriptor has. */
  readonly keys?: readonly string[];
  /** What it says when `key` changed; `held` are all keys down after it. */
  change(key: string, down: boolean, held: readonly string[]): readonly Uint8Array[];
  receive(bytes: Uint8Array, held: readonly string[]): FirmwareReaction;
  /** Power came on: nothing is remembered. */
  restart(): void;
}
