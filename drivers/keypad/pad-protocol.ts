/** What a keypad protocol offers: bytes to key inputs, desired lamps to bytes. No clock, no port. */
import type { LampState } from './keypad.ts';
import type { PadInput } from './pad-input.ts';

export type Lamps = Readonly<Record<string, LampState>>;

export interface PadProtocol {
  /** Logical names of all keys. */
  readonly keys: readonly string[];
  readonly lamps: boolean;
  readonly displayColumns: number;
  readonly displayChinese?: boolean;
  /** A fresh connection; HID gives its descriptor. Half-made input is dropped. */
  opened(descriptor: Uint8Array | undefined): void;
  /** Bytes in any pieces, or one report. */
  receive(bytes: Uint8Array): readonly PadInput[];
  /** What to send back for the bytes just received, if the pad wants to be answered. */
  readonly confirmation?: Uint8Array | undefined;
  /** After this silence `flush` ends a half-made frame. */
  readonly gapMs?: number;
  readonly halfMade?: boolean;
  flush?(): readonly PadInput[];
  /** Written once after each opening, before the lamps. */
  readonly openingMessages?: readonly Uint8Array[];
  /** Asked at opening, and again at `everyMs` by pads that answer. */
  readonly ask?: { readonly request: Uint8Array; readonly everyMs: number; readonly answerMs: number } | undefined;
  /** The whole lamp state as messages, in order. */
  encodeLamps(lamps: Lamps): readonly Uint8Array[];
  encodeDisplay(text: string): readonly Uint8Array[];
}
