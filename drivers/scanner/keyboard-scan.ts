/**
 * The protocol `keyboard-scan`: scanners that type their code on a keyboard of their own (HID 1.11, appendix B.1) and end
 * it with Enter. A scanner types with gaps under 30 ms; fingers do not, and what they type is no code. Keys pressed with
 * Ctrl, Alt or GUI are commands or codes of characters, never the characters on the keys.
 */
import { z } from 'zod';
import { AltCode } from './alt-code.ts';
import { typedCharacter } from './keyboard-layout.ts';
import { isCodeText, maxCodeCharacters, type NoiseReason, type ScanInput, type ScanProtocol } from './scan-input.ts';
import { KeyboardReports, modifierBits } from './typed-keys.ts';

export const zKeyboardScanOptions = z.strictObject({
  /** The longest gap between two characters of a scanner. */
  gap_ms: z.int().min(5).max(500).default(30),
  /** A code begun and not ended with Enter is thrown away. */
  give_up_ms: z.int().min(50).max(10_000).default(1000),
  /** Shorter is no code: a bounce, a key that somebody touched. */
  min_characters: z.int().min(1).max(64).default(3),
});

const enters = [0x28, 0x58];
/** Scanners type control characters as Ctrl and a letter: STX begins a code, ETX, LF and CR end one. */
const ctrlB = 0x05;
const ctrlEnds = [0x06, 0x0d, 0x10];
const locks = [0x39, 0x47, 0x53];

export class KeyboardScan implements ScanProtocol {
  readonly #options: z.output<typeof zKeyboardScanOptions>;
  readonly #reports = new KeyboardReports();
  readonly #altCode = new AltCode();
  #text = '';
  #lastMs = 0;
  #fingers = false;
  /** Something in this code has no character. */
  #refused: NoiseReason | undefined;

  constructor(options: z.output<typeof zKeyboardScanOptions>) {
    this.#options = options;
  }

  get dueMs(): number | undefined {
    return this.#begun ? this.#lastMs + this.#options.give_up_ms : undefined;
  }

  opened(descriptor: Uint8Array | undefined): void {
    this.#reports.opened(descriptor);
    this.#clear();
  }

  receive(report: Uint8Array, atMs: number): readonly ScanInput[] {
    const out = [...this.settle(atMs)];
    const keys = this.#reports.read(report);
    if (keys === undefined) return [...out, { kind: 'noise', octets: report.length, why: 'report' }];
    const { modifiers, fresh } = keys;
    if (this.#altCode.begun && (modifiers & modifierBits.alt) === 0) this.#put(this.#altCode.end(), atMs);
    for (const usage of fresh) out.push(...this.#typed(usage, modifiers, atMs));
    return out;
  }

  settle(nowMs: number): readonly ScanInput[] {
    const { dueMs } = this;
    if (dueMs === undefined || nowMs < dueMs) return [];
    const octets = this.#text.length;
    const why = this.#refused ?? 'typing';
    this.#clear();
    return [{ kind: 'noise', octets, why }];
  }

  get #begun(): boolean {
    return this.#text !== '' || this.#fingers || this.#refused !== undefined || this.#altCode.begun;
  }

  #typed(usage: number, modifiers: number, atMs: number): readonly ScanInput[] {
    if (locks.includes(usage)) return [];
    if ((modifiers & modifierBits.ctrl) !== 0) return this.#control(usage, atMs);
    this.#tick(atMs);
    if ((modifiers & modifierBits.gui) !== 0) this.#refused = 'chord';
    else if ((modifiers & modifierBits.alt) !== 0) {
      if (!this.#altCode.take(usage)) this.#refused = 'chord';
    } else if (enters.includes(usage)) return this.#end();
    else {
      const character = typedCharacter(usage, modifiers);
      if (character !== undefined) this.#put(character, atMs);
    }
    return [];
  }

  /** Behind a code, Ctrl and a letter is a suffix; within one, a control character that no code of a hall has. */
  #control(usage: number, atMs: number): readonly ScanInput[] {
    if (!this.#begun) return [];
    this.#tick(atMs);
    if (ctrlEnds.includes(usage)) return this.#end();
    const octets = this.#text.length;
    if (usage === ctrlB) {
      this.#clear();
      return [{ kind: 'noise', octets, why: 'typing' }];
    }
    this.#refused = 'chord';
    return [];
  }

  #tick(atMs: number): void {
    if (this.#begun && atMs - this.#lastMs > this.#options.gap_ms) this.#fingers = true;
    this.#lastMs = atMs;
  }

  #put(character: string | undefined, atMs: number): void {
    this.#lastMs = atMs;
    if (character === undefined) this.#refused = 'alt-code';
    else if (this.#text.length >= maxCodeCharacters) this.#fingers = true;
    else this.#text += character;
  }

  #end(): readonly ScanInput[] {
    if (this.#altCode.begun) this.#put(this.#altCode.end(), this.#lastMs);
    const text = this.#text;
    const refused = this.#refused;
    const typed = this.#fingers;
    this.#clear();
    if (refused !== undefined) return [{ kind: 'noise', octets: text.length, why: refused }];
    if (text === '') return [];
    if (typed || text.length < this.#options.min_characters || !isCodeText(text))
      return [{ kind: 'noise', octets: text.length, why: 'typing' }];
    return [{ kind: 'code', text }];
  }

  #clear(): void {
    this.#text = '';
    this.#fingers = false;
    this.#refused = undefined;
    this.#altCode.clear();
  }
}
