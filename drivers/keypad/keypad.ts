/**
 * The keypad class: kiosk button panels, clerk call pads, rating pads. A protocol turns bytes or reports into key
 * edges; what comes out here is clean presses, each once.
 */
import type { HasHealth } from '../health.ts';
import type { Listenable } from '../signal.ts';

export interface KeyPress {
  /** Made by the driver, permanent. */
  readonly id: string;
  /** The key's logical name from the profile: `1`…`8`, `next`, `recall`, `start`, `complete`, `level-5`, `digit-3` … */
  readonly key: string;
  /** `Clock.monotonicMs` of the edge. */
  readonly atMs: number;
  /** How long it has been down when it was accepted; 0 for a plain press. */
  readonly heldMs: number;
}

/** Presses that were not accepted, with why; kept as evidence and counted. */
export interface KeyRejection {
  readonly key: string;
  readonly atMs: number;
  readonly reason:
    | 'chatter'
    | 'repeat'
    | 'two-keys'
    | 'stuck'
    | 'held-at-start'
    | 'unknown-key'
    | 'bad-check'
    /** The pad went away while it was being held. */
    | 'pad-lost';
}

export type LampState = 'off' | 'on' | 'blink';

export interface Keypad extends HasHealth {
  /** Logical names of all its keys. */
  readonly keys: readonly string[];
  readonly lamps: boolean;
  /** Characters its own display takes; 0 without one. */
  readonly displayColumns: number;
  /** Its display shows Chinese, each character in two columns. */
  readonly displayChinese?: boolean;
  readonly pressed: Listenable<KeyPress>;
  readonly rejected: Listenable<KeyRejection>;
  start(): void;
  close(): Promise<void>;
  /** What the lamps should be, whole and level-triggered: lamps not named are off. Sent again after every opening. */
  setLamps(lamps: Readonly<Record<string, LampState>>): void;
  /** What its own display should show; ignored without one. */
  setDisplay(text: string): void;
}
