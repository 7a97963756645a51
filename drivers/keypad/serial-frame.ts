/** The protocol `serial-frame`: any serial pad that a table of fields describes, alone on its port or one of many on a line. */
import { strict as assert } from 'node:assert';
import { unhex } from '../bytes/hex.ts';
import { encodeDisplayText } from './display-text.ts';
import { type FrameFound, FrameReader } from './frame-reader.ts';
import { KeyTable, readInput } from './input-rules.ts';
import { fillLamps, type LampTemplate, lampTemplate } from './lamp-template.ts';
import type { PadInput } from './pad-input.ts';
import type { Lamps, PadProtocol } from './pad-protocol.ts';
import { codedKeys, lampNumbers, numberedLamps, type ProfileKey } from './profile-keys.ts';
import { type FrameMessage, SerialFrame } from './serial-frame-format.ts';
import type { SerialFrameMessages } from './serial-frame-schema.ts';

const bitsPerCharacter = 10;
/** A silence shorter than four characters may be the pad's own. */
const gapCharacters = 4;

export class SerialFramePad implements PadProtocol {
  readonly keys: readonly string[];
  readonly lamps: boolean;
  readonly displayColumns: number;
  readonly displayChinese: boolean;
  readonly gapMs: number;
  readonly ask: PadProtocol['ask'];
  readonly #messages: SerialFrameMessages;
  readonly #address: number;
  readonly #in: SerialFrame;
  readonly #out: SerialFrame;
  readonly #reader: FrameReader;
  readonly #table: KeyTable;
  readonly #lampNumbers: ReadonlyMap<string, number>;
  readonly #template: LampTemplate | undefined;
  /** The count of an event that waits for its confirmation; 0 where events have none. */
  #confirm: number | undefined;

  constructor(messages: SerialFrameMessages, keys: readonly ProfileKey[], address: number) {
    this.#messages = messages;
    this.#address = address;
    this.keys = keys.map(({ key }) => key);
    this.#table = new KeyTable(codedKeys(keys));
    this.#lampNumbers = lampNumbers(keys);
    this.#template = messages.lamps === undefined ? undefined : lampTemplate(messages.lamps.data);
    this.lamps = this.#template !== undefined;
    this.displayColumns = messages.display?.columns ?? 0;
    this.displayChinese = messages.display?.alphabet === 'gbk';
    this.#in = new SerialFrame(messages.frame);
    this.#out = new SerialFrame(messages.frame_out ?? messages.frame);
    this.#reader = new FrameReader(this.#in);
    this.gapMs = Math.max(messages.gap_ms, (gapCharacters * bitsPerCharacter * 1000) / messages.baud);
    this.ask =
      messages.ask === undefined
        ? undefined
        : { request: this.#message(messages.ask), everyMs: messages.ask.every_ms, answerMs: messages.ask.answer_ms };
  }

  get halfMade(): boolean {
    return this.#reader.halfMade;
  }

  /** One of many on a line. */
  get polled(): boolean {
    return this.#messages.poll !== undefined;
  }

  /** The message that asks this pad for its keys. */
  get poll(): { readonly request: Uint8Array; readonly everyMs: number; readonly answerMs: number } {
    const { poll } = this.#messages;
    assert(poll !== undefined, 'this pad sends without being polled: it has no poll message');
    return { request: this.#message(poll), everyMs: poll.every_ms, answerMs: poll.answer_ms };
  }

  /** Commands are answered by an `alive` frame. */
  get acknowledged(): boolean {
    return this.#messages.events.some(({ kind }) => kind === 'alive');
  }

  /** What a half-duplex line needs before the next message: 3.5 characters (MODBUS over Serial Line V1.02, 2.5.1.1). */
  get silenceMs(): number {
    return (3.5 * bitsPerCharacter * 1000) / this.#messages.baud;
  }

  get confirmation(): Uint8Array | undefined {
    const { confirm } = this.#messages;
    if (this.#confirm === undefined || confirm === undefined) return undefined;
    const data = [...unhex(confirm.data), ...(confirm.with_count ? [this.#confirm] : [])];
    this.#confirm = undefined;
    return this.#frame(confirm.function, Uint8Array.from(data));
  }

  opened(): void {
    this.#reader.reset();
    this.#confirm = undefined;
  }

  receive(bytes: Uint8Array): readonly PadInput[] {
    return this.#reader.push(bytes).flatMap((found) => this.#inputs(found));
  }

  flush(): readonly PadInput[] {
    return this.#reader.flush().flatMap((found) => this.#inputs(found));
  }

  /** One frame at the head of an answer on a line. */
  match(received: Uint8Array): ReturnType<SerialFrame['match']> {
    return this.#in.match(received);
  }

  isForUs(message: FrameMessage): boolean {
    return !this.#addressed || message.address === this.#address;
  }

  inputsOf(message: FrameMessage): readonly PadInput[] {
    for (const rule of this.#messages.events) {
      if (this.#hasFunction && rule.function !== message.function) continue;
      const inputs = readInput(rule, message.data, this.#table);
      if (inputs === undefined) continue;
      if (rule.kind !== 'alive' && !(rule.kind === 'bits' && rule.answer))
        this.#confirm = inputs.find((input) => input.kind === 'tap')?.count ?? 0;
      return inputs;
    }
    return [{ kind: 'noise', octets: message.data.length }];
  }

  encodeLamps(lamps: Lamps): readonly Uint8Array[] {
    const { lamps: command } = this.#messages;
    if (command === undefined || this.#template === undefined) return [];
    const numbered = numberedLamps(lamps, this.#lampNumbers);
    return [this.#frame(command.function, fillLamps(this.#template, numbered))];
  }

  encodeDisplay(text: string): readonly Uint8Array[] {
    const { display } = this.#messages;
    if (display === undefined) return [];
    return [this.#frame(display.function, encodeDisplayText(text, display.columns, display.alphabet))];
  }

  get #addressed(): boolean {
    return this.#messages.frame.fields.some(({ field }) => field === 'address');
  }

  get #hasFunction(): boolean {
    return this.#messages.frame.fields.some(({ field }) => field === 'function');
  }

  #inputs(found: FrameFound): readonly PadInput[] {
    if (found.kind === 'noise') return [{ kind: 'noise', octets: found.octets }];
    if (found.kind === 'broken')
      return [found.why === 'unfinished' ? { kind: 'noise', octets: 1 } : { kind: 'bad-check' }];
    if (!this.isForUs(found.message)) return [{ kind: 'noise', octets: 0 }];
    return this.inputsOf(found.message);
  }

  #message(command: { readonly function: number; readonly data: string }): Uint8Array {
    return this.#frame(command.function, unhex(command.data));
  }

  #frame(functionCode: number, data: Uint8Array): Uint8Array {
    return this.#out.encode({ address: this.#address, function: functionCode, data });
  }
}
