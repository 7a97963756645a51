/**
 * The protocol `keyboard-scan`: scanners that type their code on a keyboard of their own (HID 1.11, appendix B.1) and end
 * it with Enter. A scanner types with gaps under 30 ms; fingers do not, and what they type is no code.
 */
import { z } from 'zod';
import { typedCharacter } from './keyboard-layout.ts';
import { isCodeText, maxCodeCharacters, type ScanInput, type ScanProtocol } from './scan-input.ts';

export const zKeyboardScanOptions = z.strictObject({
  /** The longest gap between two characters of a scanner. */
  gap_ms: z.int().min(5).max(500).default(30),
  /** A code begun and not ended with Enter is thrown away. */
  give_up_ms: z.int().min(50).max(10_000).default(1000),
  /** Shorter is no code: a bounce, a key that somebody touched. */
  min_characters: z.int().min(1).max(64).default(3),
});

const enters = [0x28, 0x58];
const rollOver = 0x01;
const lastError = 0x03;
const reportOctets = 8;

export class KeyboardScan implements ScanProtocol {
  readonly #options: z.output<typeof zKeyboardScanOptions>;
  #text = '';
  #lastMs = 0;
  #fingers = false;
  #held: readonly number[] = [];

  constructor(options: z.output<typeof zKeyboardScanOptions>) {
    this.#options = options;
  }

  get dueMs(): number | undefined {
    return this.#text === '' && !this.#fingers ? undefined : this.#lastMs + this.#options.give_up_ms;
  }

  opened(): void {
    this.#held = [];
    this.#clear();
  }

  receive(report: Uint8Array, atMs: number): readonly ScanInput[] {
    const out = [...this.settle(atMs)];
    if (report.length < reportOctets) return [...out, { kind: 'noise', octets: report.length }];
    const usages = [...report.subarray(2, reportOctets)].filter((usage) => usage !== 0);
    if (usages.some((usage) => usage >= rollOver && usage <= lastError)) return out;
    const fresh = usages.filter((usage) => !this.#held.includes(usage));
    this.#held = usages;
    for (const usage of fresh) out.push(...this.#typed(usage, report[0] ?? 0, atMs));
    return out;
  }

  settle(nowMs: number): readonly ScanInput[] {
    const { dueMs } = this;
    if (dueMs === undefined || nowMs < dueMs) return [];
    const octets = this.#text.length;
    this.#clear();
    return [{ kind: 'noise', octets }];
  }

  #typed(usage: number, modifiers: number, atMs: number): readonly ScanInput[] {
    const begun = this.#text !== '' || this.#fingers;
    if (begun && atMs - this.#lastMs > this.#options.gap_ms) this.#fingers = true;
    this.#lastMs = atMs;
    if (enters.includes(usage)) return this.#end();
    const character = typedCharacter(usage, modifiers);
    if (character === undefined) return [];
    if (this.#text.length >= maxCodeCharacters) this.#fingers = true;
    else this.#text += character;
    return [];
  }

  #end(): readonly ScanInput[] {
    const text = this.#text;
    const typed = this.#fingers;
    this.#clear();
    if (text === '') return [];
    if (typed || text.length < this.#options.min_characters || !isCodeText(text))
      return [{ kind: 'noise', octets: text.length }];
    return [{ kind: 'code', text }];
  }

  #clear(): void {
    this.#text = '';
    this.#fingers = false;
  }
}
