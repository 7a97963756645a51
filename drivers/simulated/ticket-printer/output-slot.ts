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

  /** Custom GS e: 2 draws back, 5 pushes out; Citizen GS R: 30h draws back now, 31h after n seconds. `false`: neither. */
  obey(name: string, bytes: readonly number[]): boolean {
    if (name !== 'GS e' && name !== 'GS R') return false;
    const n = bytes[2] ?? 0;
    if (name === 'GS R' && n === 0x31) this.retractAfter((bytes[3] ?? 0) * 1000);
    else if (name === 'GS R' || n === 2) this.retract();
    else if (n === 5) this.leave();
    return true;
  }
}
