/**
 * Tickets that the desk orders at a slip printer: the same act as at a kiosk, with a note of its own that carries number and
 * paper through a restart (failure rule F2). A copy changes nothing about its number: who ordered it is told.
 */
import { z } from 'zod';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter, Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { HallLink } from '../contract/hall-link.ts';
import { printTicketType, zPrintOrder } from '../contract/people.ts';
import type { IssueResult } from '../contract/ticket.ts';
import { type OrderAnswer, refuseOrder } from '../device.ts';
import { outcomeOf, verdictEvent } from '../paper-report.ts';

export interface TicketOrdersParts {
  readonly link: HallLink;
  readonly printer: TicketPrinter;
  readonly clock: Clock;
  readonly layout: (
    result: IssueResult,
    asked: { readonly service: string; readonly matters: readonly string[] },
  ) => readonly PaperBlock[];
  /** A slip is being printed. */
  readonly busy: () => boolean;
  /** Begun or ended. */
  readonly changed: () => void;
}

const noteKey = 'ticket-order';
const reportAgainMs = 1_000;
const zNote = z.object({ phase: z.enum(['not-started', 'started']), ticket: z.string(), copy: z.int() });
type Note = z.infer<typeof zNote>;

export class TicketOrders {
  #parts: TicketOrdersParts;
  #open = false;
  #printing = false;
  #again: Timer | undefined;
  /** A ticket was broken off by a crash: the next one is cut free of it. */
  #separate = false;

  constructor(parts: TicketOrdersParts) {
    this.#parts = parts;
  }

  /** Until its verdict is on disk: another order would write over its note. */
  get printing(): boolean {
    return this.#printing;
  }

  close(): void {
    this.#open = false;
    this.#again?.cancel();
  }

  /** What a restart left behind: nobody waits at the desk any more, so nothing is printed late. */
  recall(): void {
    this.#open = true;
    this.#printing = false;
    const note = zNote.safeParse(this.#parts.link.readNotes().get(noteKey)).data;
    if (note === undefined) return;
    const message = 'restarted while printing';
    const kind = note.phase === 'started' ? 'unknown' : 'not-printed';
    this.#separate = note.phase === 'started';
    this.#printing = true;
    this.#report(note, { kind, reason: 'restart', message });
  }

  async order(type: string, data: unknown): Promise<OrderAnswer> {
    const ordered = type === printTicketType ? zPrintOrder.safeParse(data).data : undefined;
    if (ordered === undefined) return refuseOrder('unknown-command', 'this printer does not know this order');
    const { link, printer, layout, busy, changed } = this.#parts;
    if (this.#printing || busy())
      return refuseOrder('busy', 'a slip is being printed here: order it again in a moment');
    const fault = printer.health.faults.find(({ severity }) => severity === 'error')?.code;
    if (fault !== undefined) return refuseOrder(fault, 'this printer is at fault: choose another');
    if (printer.health.state !== 'ready')
      return refuseOrder('printer-not-ready', 'this printer is not ready: choose another');
    const { result, service, matters, copy } = ordered;
    const note: Note = { phase: 'not-started', ticket: result.ticket, copy };
    try {
      link.note([{ key: noteKey, value: note }]);
    } catch {
      return refuseOrder('failure', 'this box cannot write to its disk: choose another printer');
    }
    this.#printing = true;
    changed();
    const verdict = await this.#print(note, () => layout(result, { service, matters }));
    // After a close the note on disk says what a restart has to say.
    if (this.#open) this.#report(note, verdict);
    return { ok: true, result: outcomeOf(verdict) };
  }

  async #print(note: Note, blocks: () => readonly PaperBlock[]): Promise<Verdict> {
    const { link, printer } = this.#parts;
    try {
      const beforeFirstByte = () => link.note([{ key: noteKey, value: { ...note, phase: 'started' } }]);
      const job = { jobId: note.ticket, blocks: blocks(), reprint: note.copy > 1, separate: this.#separate };
      const verdict = await printer.print(job, { beforeFirstByte });
      if (verdict.kind !== 'not-printed') this.#separate = false;
      return verdict;
    } catch (error) {
      return { kind: 'not-printed', reason: 'layout', message: String(error) };
    }
  }

  /** The verdict and the end of its note in one transaction; where the outbox is full, again every second until there is room. */
  #report(note: Note, verdict: Verdict): void {
    const { link, clock, changed } = this.#parts;
    try {
      link.send(note.copy === 1 ? [verdictEvent(note.ticket, verdict)] : [], [{ key: noteKey, value: undefined }]);
    } catch {
      this.#again = clock.after(reportAgainMs, () => this.#report(note, verdict));
      return;
    }
    this.#printing = false;
    changed();
  }
}
