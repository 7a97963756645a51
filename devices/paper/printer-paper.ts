/** The state of a device's paper as it is published, and the note that carries the count of its roll through a restart. */
import type { HallLink, NoteChange } from '../contract/hall-link.ts';
import type { PaperState } from '../contract/presence.ts';

/** What of a ticket printer is needed here. */
export interface RollCounter {
  readonly paper: {
    readonly out: boolean | 'unknown';
    readonly nearEnd: boolean | 'unknown' | 'unsupported';
    readonly usedMm: number;
    readonly leftMm: number | null;
    readonly ticketMm: number | null;
    readonly ticketsLeft: number | null;
    readonly endsInMs: number | null;
  };
  readonly output: string;
  readonly roll: { readonly roll: number };
  recallRoll(value: unknown): void;
}

const noteKey = 'roll';
/** The end of the roll is published to so many minutes: a state that changed with every ticket would be published with each. */
const endRoundMs = 5 * 60_000;

export class PrinterPaperNote {
  #link: HallLink;
  #printer: RollCounter;
  #kept = -1;

  constructor(link: HallLink, printer: RollCounter) {
    this.#link = link;
    this.#printer = printer;
  }

  /** At the device's start. */
  recall(): void {
    this.#printer.recallRoll(this.#link.readNotes().get(noteKey));
    this.#kept = this.#printer.roll.roll;
  }

  /** To be written with a ticket's verdict. */
  changes(): readonly NoteChange[] {
    this.#kept = this.#printer.roll.roll;
    return [{ key: noteKey, value: this.#printer.roll }];
  }

  /** A new roll goes to disk at once: counted on from the old one's end it would be warned of for its whole length. */
  saveRoll(): void {
    const before = this.#kept;
    if (this.#printer.roll.roll === before) return;
    // Where the disk takes nothing, it is written with the next ticket, or at the printer's next change.
    if (!this.#link.note(this.changes()).ok) this.#kept = before;
  }

  detail(): { readonly paper: PaperState; readonly output?: string } {
    const { paper, output } = this.#printer;
    const ends = paper.endsInMs === null ? null : this.#link.hubNowMs() + paper.endsInMs;
    return {
      paper: {
        out: paper.out,
        near_end: paper.nearEnd,
        used_mm: paper.usedMm,
        left_mm: paper.leftMm,
        ticket_mm: paper.ticketMm,
        tickets_left: paper.ticketsLeft,
        ends_at: ends === null ? null : Math.round(ends / endRoundMs) * endRoundMs,
      },
      ...(output === 'unsupported' ? {} : { output }),
    };
  }
}
