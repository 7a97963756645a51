/** A number being typed on a pad, bounded. */
export class DigitEntry {
  readonly #maxDigits: number;
  #digits = '';

  constructor(maxDigits: number) {
    this.#maxDigits = maxDigits;
  }

  get text(): string {
    return this.#digits;
  }

  /** False: it is as long as it may be. */
  type(digit: string): boolean {
    if (this.#digits.length >= this.#maxDigits) return false;
    this.#digits += digit;
    return true;
  }

  take(): string {
    const digits = this.#digits;
    this.#digits = '';
    return digits;
  }
}
