/** A simulated serial pad's program: the same table as the driver's, seen from the other side. */

import { unhex } from '../../bytes/hex.ts';
import { decodeDisplayText } from '../../keypad/display-text.ts';
import { FrameReader } from '../../keypad/frame-reader.ts';
import { KeyTable, writeHeld, writeInput } from '../../keypad/input-rules.ts';
import { type LampTemplate, lampTemplate, readLamps } from '../../keypad/lamp-template.ts';
import { codedKeys, keyedLamps, type ProfileKey } from '../../keypad/profile-keys.ts';
import { type FrameMessage, SerialFrame } from '../../keypad/serial-frame-format.ts';
import type { SerialFrameMessages } from '../../keypad/serial-frame-schema.ts';
import type { FirmwareReaction, PadFirmware } from './keypad-machine.ts';

/** Presses a polled pad keeps until it is asked. */
const maxKept = 16;

export class SerialFirmware implements PadFirmware {
  readonly #messages: SerialFrameMessages;
  readonly #keys: readonly ProfileKey[];
  readonly #table: KeyTable;
  readonly #address: number;
  /** What we send, and what the host sends. */
  readonly #out: SerialFrame;
  readonly #in: SerialFrame;
  readonly #reader: FrameReader;
  readonly #lamps: LampTemplate | undefined;
  #kept: { readonly frame: Uint8Array; readonly count: number }[] = [];
  #count = 0;

  constructor(messages: SerialFrameMessages, keys: readonly ProfileKey[], address: number) {
    this.#messages = messages;
    this.#keys = keys;
    this.#table = new KeyTable(codedKeys(keys));
    this.#address = address;
    this.#out = new SerialFrame(messages.frame);
    this.#in = new SerialFrame(messages.frame_out ?? messages.frame);
    this.#reader = new FrameReader(this.#in);
    this.#lamps = messages.lamps === undefined ? undefined : lampTemplate(messages.lamps.data);
  }

  restart(): void {
    this.#reader.reset();
    this.#kept = [];
  }

  change(key: string, down: boolean, held: readonly string[]): readonly Uint8Array[] {
    if (down) this.#count = (this.#count + 1) & 0xff;
    for (const rule of this.#messages.events) {
      if (rule.kind === 'alive' || (rule.kind === 'bits' && rule.answer)) continue;
      const data = writeInput(rule, key, down, held, this.#table, this.#count);
      if (data === undefined) continue;
      const frame = this.#frame(rule.function, data);
      if (this.#messages.poll === undefined) return [frame];
      if (this.#kept.length < maxKept) this.#kept.push({ frame, count: this.#count });
      return [];
    }
    return [];
  }

  receive(bytes: Uint8Array, held: readonly string[]): FirmwareReaction {
    let reaction: FirmwareReaction = {};
    for (const found of this.#reader.push(bytes)) {
      if (found.kind !== 'frame' || !this.#isOurs(found.message)) continue;
      const one = this.#obey(found.message, held);
      reaction = { ...reaction, ...one, replies: [...(reaction.replies ?? []), ...(one.replies ?? [])] };
    }
    return reaction;
  }

  #obey(message: FrameMessage, held: readonly string[]): FirmwareReaction {
    const { lamps, display, ask, poll, confirm } = this.#messages;
    if (confirm !== undefined && this.#is(message, confirm)) {
      const count = message.data.at(-1);
      if (!confirm.with_count || count === this.#kept[0]?.count) this.#kept.shift();
      return { replies: this.#acknowledge() };
    }
    // A press that must be confirmed is said until it is.
    if (poll !== undefined && this.#is(message, poll))
      return { replies: [(confirm === undefined ? this.#kept.shift() : this.#kept[0])?.frame ?? this.#idle(held)] };
    if (ask !== undefined && this.#is(message, ask)) return { replies: [this.#idle(held)] };
    if (lamps !== undefined && this.#lamps !== undefined && this.#functionIs(message, lamps.function)) {
      const states = readLamps(this.#lamps, message.data);
      if (states !== undefined) return { lamps: keyedLamps(states, this.#keys), replies: this.#acknowledge() };
    }
    if (display !== undefined && this.#functionIs(message, display.function))
      return { display: decodeDisplayText(message.data), replies: this.#acknowledge() };
    return {};
  }

  /** The answer without a press: the whole state if the table has one, else that it is there. */
  #idle(held: readonly string[]): Uint8Array {
    for (const rule of this.#messages.events)
      if (rule.kind === 'bits') return this.#frame(rule.function, writeHeld(rule, held, this.#table));
    return this.#acknowledge()[0] ?? this.#frame(0, new Uint8Array());
  }

  #acknowledge(): readonly Uint8Array[] {
    const alive = this.#messages.events.find(({ kind }) => kind === 'alive');
    return alive === undefined ? [] : [this.#frame(alive.function, new Uint8Array())];
  }

  #is(message: FrameMessage, command: { readonly function: number; readonly data: string }): boolean {
    const data = unhex(command.data);
    return this.#functionIs(message, command.function) && data.every((octet, at) => octet === message.data[at]);
  }

  #functionIs(message: FrameMessage, functionCode: number): boolean {
    return !this.#has('function') || message.function === functionCode;
  }

  #isOurs(message: FrameMessage): boolean {
    return !this.#has('address') || message.address === this.#address;
  }

  #has(name: 'function' | 'address'): boolean {
    return this.#in.format.fields.some(({ field }) => field === name);
  }

  #frame(functionCode: number, data: Uint8Array): Uint8Array {
    return this.#out.encode({ address: this.#address, function: functionCode, data });
  }
}
