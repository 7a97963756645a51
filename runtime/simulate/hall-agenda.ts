/** What is going to happen in a simulated hall, in order of time. */
import { Agenda, type AgendaEntry } from '../../drivers/simulated/agenda.ts';

interface Act extends AgendaEntry {
  readonly act: () => void;
}

export class HallAgenda {
  readonly #agenda = new Agenda<Act>();
  #order = 0;
  now = 0;

  at(at: number, act: () => void): void {
    this.#agenda.add({ at: Math.max(at, this.now), order: this.#order, act });
    this.#order += 1;
  }

  runUntil(end: number): void {
    for (;;) {
      const { first } = this.#agenda;
      if (first === undefined || first.at > end) break;
      this.#agenda.takeFirst();
      this.now = first.at;
      first.act();
    }
    this.now = end;
  }
}
