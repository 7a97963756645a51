/**
 * Characters that a scanner types as Alt and digits of the number pad, the way Windows reads them: with a leading 0 a code of
 * Windows-1252, without one a code of the machine's own page, which agrees with ASCII up to 126. What depends on a setting
 * of the computer is refused.
 */
const firstPadDigit = 0x59;
const lastPadDigit = 0x62;
const firstPrintable = 0x20;
const lastAscii = 0x7e;
const maxDigits = 5;

export class AltCode {
  #digits = '';

  get begun(): boolean {
    return this.#digits !== '';
  }

  clear(): void {
    this.#digits = '';
  }

  /** Takes a key pressed with Alt; false where it is no digit of the number pad. */
  take(usage: number): boolean {
    if (usage < firstPadDigit || usage > lastPadDigit || this.#digits.length >= maxDigits) return false;
    this.#digits += String((usage - firstPadDigit + 1) % 10);
    return true;
  }

  /** Alt is up: the character; `undefined` where it is none that is the same on every computer. */
  end(): string | undefined {
    const digits = this.#digits;
    this.#digits = '';
    const code = Number(digits);
    if (code >= firstPrintable && code <= lastAscii) return String.fromCharCode(code);
    if (!digits.startsWith('0') || code <= lastAscii || code > 0xff) return undefined;
    return new TextDecoder('windows-1252').decode(Uint8Array.of(code));
  }
}
