/**
 * How much paper is left and when it ends: millimetres counted since the roll was changed, corrected when the near-end
 * sensor reports, at the rate of the last hour. What it knows can be kept on disk through a restart.
 */
import { z } from 'zod';
import type { PrinterPaper } from './ticket-printer.ts';

export interface RollFacts {
  /** Length of a new roll, if known. */
  readonly rollMm: number | undefined;
  /** What is left when the sensor says "near end". */
  readonly nearEndLeftMm: number | undefined;
  readonly nearEndSensor: boolean;
}

export interface PaperSeen {
  readonly out: boolean;
  readonly nearEnd: boolean;
  readonly coverOpen: boolean;
}

/** What outlives a restart of the program. */
const zRoll = z.object({
  /** Counts the rolls; another number is another roll. */
  roll: z.int().min(0),
  usedMm: z.number().min(0),
  tickets: z.int().min(0),
  leftMm: z.number().min(0).nullable(),
  out: z.boolean(),
  nearEnd: z.boolean(),
});
export type Roll = z.infer<typeof zRoll>;

/** Without a sensor the count warns when so much is left (some 50 tickets). */
const lowByCountMm = 5_000;
const rateWindowMs = 3_600_000;
/** A rate from fewer is not reliable. */
const rateNeedsMs = 300_000;
const rateNeedsTickets = 3;
const keptPrints = 1_000;

export class PaperForecast {
  #facts: RollFacts;
  #roll: Roll = { roll: 0, usedMm: 0, tickets: 0, leftMm: null, out: false, nearEnd: false };
  /** `false` while the printer does not answer. */
  #known = false;
  /** A roll is not changed behind a closed cover: a sensor that flutters is not a new roll. */
  #coverOpened = true;
  #prints: { readonly atMs: number; readonly mm: number }[] = [];

  constructor(facts: RollFacts) {
    this.#facts = facts;
  }

  get roll(): Roll {
    return this.#roll;
  }

  /** From before a restart; anything else is ignored. */
  recall(value: unknown): void {
    const roll = zRoll.safeParse(value).data;
    if (roll !== undefined) this.#roll = roll;
  }

  printed(millimetres: number, nowMs: number): void {
    const { usedMm, tickets, leftMm } = this.#roll;
    this.#roll = {
      ...this.#roll,
      usedMm: usedMm + millimetres,
      tickets: tickets + 1,
      leftMm: leftMm === null ? null : Math.max(0, leftMm - millimetres),
    };
    this.#prints.push({ atMs: nowMs, mm: millimetres });
    if (this.#prints.length > keptPrints) this.#prints.shift();
  }

  saw({ out, nearEnd, coverOpen }: PaperSeen): void {
    this.#coverOpened ||= coverOpen;
    const before = this.#roll;
    const changed = !out && (before.out || (before.nearEnd && !nearEnd && this.#coverOpened));
    if (changed) {
      const leftMm = this.#facts.rollMm ?? null;
      this.#roll = { roll: before.roll + 1, usedMm: 0, tickets: 0, leftMm, out, nearEnd };
    }
    // A sensor that fluttered gives no new figure of how much is left.
    const nearsEnd = nearEnd && (!before.nearEnd || changed);
    const leftMm = nearsEnd ? (this.#facts.nearEndLeftMm ?? this.#roll.leftMm) : this.#roll.leftMm;
    const stays = before.nearEnd && !changed && !out;
    this.#roll = { ...this.#roll, out, nearEnd: nearEnd || stays, leftMm: out ? 0 : leftMm };
    if (nearsEnd) this.#coverOpened = coverOpen;
    this.#known = true;
  }

  lost(): void {
    this.#known = false;
    // Whoever pulled the plug may have changed the roll.
    this.#coverOpened = true;
  }

  /** By the count alone, where there is no sensor. */
  get low(): boolean {
    const { leftMm, out } = this.#roll;
    if (this.#facts.nearEndSensor || out || leftMm === null) return false;
    return leftMm <= (this.#facts.nearEndLeftMm ?? lowByCountMm);
  }

  paper(nowMs: number): PrinterPaper {
    const { out, nearEnd, usedMm, leftMm, tickets } = this.#roll;
    const ticketMm = tickets === 0 ? null : usedMm / tickets;
    const rate = this.#mmPerMs(nowMs);
    return {
      out: this.#known ? out : 'unknown',
      nearEnd: !this.#facts.nearEndSensor ? 'unsupported' : this.#known ? nearEnd : 'unknown',
      usedMm: Math.round(usedMm),
      leftMm: leftMm === null ? null : Math.round(leftMm),
      ticketMm: ticketMm === null ? null : Math.round(ticketMm),
      ticketsLeft: leftMm === null || ticketMm === null ? null : Math.floor(leftMm / ticketMm),
      endsInMs: leftMm === null || rate === undefined ? null : Math.round(leftMm / rate),
    };
  }

  #mmPerMs(nowMs: number): number | undefined {
    while (nowMs - (this.#prints[0]?.atMs ?? nowMs) > rateWindowMs) this.#prints.shift();
    const spanMs = nowMs - (this.#prints[0]?.atMs ?? nowMs);
    if (spanMs < rateNeedsMs || this.#prints.length < rateNeedsTickets) return undefined;
    return this.#prints.reduce((sum, { mm }) => sum + mm, 0) / spanMs;
  }
}
