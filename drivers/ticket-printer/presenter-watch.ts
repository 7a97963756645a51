/**
 * What became of the ticket at a kiosk's output: taken by the visitor, or drawn back by the printer. No message tells the
 * two apart (Custom, Citizen); the time does, since the printer draws back only after its retract time.
 */
import type { PrinterOutput } from './ticket-printer.ts';

/** Sensor and polling are so much late. */
const toleranceMs = 500;

export class PresenterWatch {
  readonly counters = { taken: 0, retained: 0 };
  #retractMs: number;
  #output: PrinterOutput;
  #sinceMs = 0;

  constructor({ kind, retract_ms }: { readonly kind: string; readonly retract_ms: number }) {
    this.#output = kind === 'none' ? 'unsupported' : 'unknown';
    this.#retractMs = retract_ms;
  }

  get output(): PrinterOutput {
    return this.#output;
  }

  saw(ticketAtOutput: boolean | undefined, nowMs: number): void {
    if (this.#output === 'unsupported' || ticketAtOutput === undefined) return;
    if (ticketAtOutput && this.#output !== 'ticket') this.#sinceMs = nowMs;
    if (!ticketAtOutput && this.#output === 'ticket') {
      const due = this.#retractMs > 0 && nowMs - this.#sinceMs >= this.#retractMs - toleranceMs;
      this.counters[due ? 'retained' : 'taken'] += 1;
    }
    this.#output = ticketAtOutput ? 'ticket' : 'empty';
  }

  /** No answers: a ticket taken now is not seen. */
  lost(): void {
    if (this.#output !== 'unsupported') this.#output = 'unknown';
  }
}
