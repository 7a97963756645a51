/** How much paper is left: millimetres counted since the roll was changed, and corrected when the near-end sensor speaks. */
import type { PrinterPaper } from './ticket-printer.ts';

export interface RollFacts {
  /** Length of a new roll, if known. */
  readonly rollMm: number | undefined;
  /** What is left when the sensor says "near end". */
  readonly nearEndLeftMm: number | undefined;
  readonly nearEndSensor: boolean;
}

export class PaperForecast {
  #facts: RollFacts;
  #usedMm = 0;
  /** Known from a roll change or the near-end sensor; used up from here. */
  #leftMm: number | null = null;
  #out: boolean | 'unknown' = 'unknown';
  #nearEnd: boolean | 'unknown' = 'unknown';

  constructor(facts: RollFacts) {
    this.#facts = facts;
  }

  printed(millimetres: number): void {
    this.#usedMm += millimetres;
    if (this.#leftMm !== null) this.#leftMm = Math.max(0, this.#leftMm - millimetres);
  }

  saw(out: boolean, nearEnd: boolean): void {
    const changed = (this.#out === true && !out) || (this.#nearEnd === true && !nearEnd && !out);
    if (changed) {
      this.#usedMm = 0;
      this.#leftMm = this.#facts.rollMm ?? null;
    }
    if (nearEnd && this.#nearEnd !== true && this.#facts.nearEndLeftMm !== undefined) {
      this.#leftMm = this.#facts.nearEndLeftMm;
    }
    if (out) this.#leftMm = 0;
    this.#out = out;
    this.#nearEnd = nearEnd;
  }

  /** Nothing is known while nobody answers. */
  lost(): void {
    this.#out = 'unknown';
    this.#nearEnd = 'unknown';
  }

  get paper(): PrinterPaper {
    return {
      out: this.#out,
      nearEnd: this.#facts.nearEndSensor ? this.#nearEnd : 'unsupported',
      usedMm: Math.round(this.#usedMm),
      leftMm: this.#leftMm === null ? null : Math.round(this.#leftMm),
    };
  }
}
