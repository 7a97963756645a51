/**
 * Tickets that the desk orders at a slip printer: the same act as at a kiosk, with a note of its own that carries number and
 * paper through a restart (failure rule F2).
 */
import { z } from 'zod';
import type { Context } from '../../drivers/context.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { HallLink } from '../contract/hall-link.ts';
import type { IssueResult } from '../contract/ticket.ts';
import type { OrderAnswer } from '../device.ts';
import { PaperJob } from '../paper/paper-job.ts';
import { printOrdered, ticketReport } from '../paper/paper-orders.ts';
import type { PrinterPaperNote } from '../paper/printer-paper.ts';

export interface TicketOrdersSettings {
  readonly link: HallLink;
  readonly printer: TicketPrinter;
  readonly roll: PrinterPaperNote;
  readonly layout: (
    result: IssueResult,
    asked: { readonly service: string; readonly matters: readonly string[] },
  ) => readonly PaperBlock[];
  /** Begun or ended. */
  readonly changed: () => void;
}

const noteKey = 'ticket-order';
const zNote = z.object({ phase: z.enum(['not-started', 'started']), ticket: z.string(), copy: z.int() });
type Note = z.infer<typeof zNote>;

export class TicketOrders {
  #settings: TicketOrdersSettings;
  #job: PaperJob<Note>;

  constructor(context: Context, settings: TicketOrdersSettings) {
    this.#settings = settings;
    const { link, printer, roll, changed } = settings;
    this.#job = new PaperJob(context, {
      ...{ link, printer, roll, noteKey, changed },
      read: (value) => zNote.safeParse(value).data,
      report: ({ ticket, copy }, verdict) => {
        context.log.info({ ticket, verdict: verdict.kind }, 'verdict on a ticket that the desk ordered');
        return { events: ticketReport(ticket, copy, verdict), note: undefined };
      },
    });
  }

  /** Until its verdict is on disk: another order would write over its note. */
  get printing(): boolean {
    return this.#job.current !== undefined;
  }

  /** What a restart left behind is reported: nobody waits at the desk any more, so nothing is printed late. */
  start(): void {
    this.#job.start();
    const { note } = this.#job;
    if (note !== undefined) this.#job.resume(note, Number.POSITIVE_INFINITY, 0);
  }

  close(): void {
    this.#job.close();
  }

  /** `slipBusy`: a slip is being printed. */
  order(type: string, data: unknown, slipBusy: boolean): Promise<OrderAnswer> {
    const { printer, layout } = this.#settings;
    return printOrdered(type, data, {
      ...{ printer, job: this.#job },
      busy: slipBusy || this.printing ? 'a slip is being printed here: order it again in a moment' : undefined,
      noteOf: ({ result, copy }): Note => ({ phase: 'not-started', ticket: result.ticket, copy }),
      blocksOf: ({ result, service, matters }) => layout(result, { service, matters }),
    });
  }
}
