/** Where a kiosk's ticket waits for its visitor: one stands there until it is taken, drawn back, or pushed out by the next. */
import type { Clock, Timer } from '../../clock.ts';
import type { Paper } from './paper-page.ts';

export class OutputSlot {
  /** Stands there now. */
  paper: Paper | undefined;
  #clock: Clock;
  #retractMs: number;
  #retract: Timer | undefined;
  #emptied: () => void;

  /** `retractMs` 0: never drawn back. */
  constructor(clock: Clock, retractMs: number, emptied: () => void) {
    this.#clock = clock;
    this.#retractMs = retractMs;
    this.#emptied = emptied;
  }

  present(paper: Paper): void {
    this.paper = paper;
    this.retractAfter(this.#retractMs);
  }

  retractAfter(delayMs: number): void {
    this.#retract?.cancel();
    if (delayMs > 0) this.#retract = this.#clock.after(delayMs, () => this.retract());
  }

  /** Into the printer's own box: no visitor has it. */
  retract(): void {
    if (this.paper !== undefined) this.paper.retained = true;
    this.leave();
  }

  leave(): void {
    this.#retract?.cancel();
    if (this.paper === undefined) return;
    this.paper = undefined;
    this.#emptied();
  }
}
