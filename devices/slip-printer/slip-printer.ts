/**
 * The ticket printer at a window: gives the acceptance slip when a service sent matters to the back office. It follows the
 * window's view; each service's slip is printed once, and one that a restart left unsure bears the reprint mark.
 */
import { z } from 'zod';
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { Signal } from '../../drivers/signal.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter, Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { HallLink } from '../contract/hall-link.ts';
import type { WindowView } from '../contract/view.ts';
import { type Device, type OrderAnswer, refuseOrder } from '../device.ts';
import { PaperJob, type PaperReport } from '../paper/paper-job.ts';
import { PrinterPaperNote } from '../paper/printer-paper.ts';
import { TicketOrders, type TicketOrdersSettings } from './ticket-orders.ts';

export type Slip = NonNullable<WindowView['slip']>;

export interface SlipPrinterSettings {
  readonly id: string;
  readonly window: string;
  readonly link: HallLink;
  readonly printer: TicketPrinter;
  readonly layout: (slip: Slip) => readonly PaperBlock[];
  /** Tickets that the desk orders here; absent = it takes none. */
  readonly ticketLayout?: TicketOrdersSettings['layout'] | undefined;
}

/** A slip nobody took within this time is not printed any more: its visitor has gone. */
const slipLifeMs = 10 * 60_000;
const noteKey = 'slip';
const againMs = 2_000;

/** On disk from `started` on: a slip that was not begun is begun by the view. */
const zNote = z.object({ serving: z.string(), phase: z.enum(['not-started', 'started', 'done', 'unknown']) });
type Note = z.infer<typeof zNote>;

export class SlipPrinter implements Device {
  readonly id: string;
  readonly role = 'slip-printer';
  readonly changed: Signal;
  #context: Context;
  #settings: SlipPrinterSettings;
  #roll: PrinterPaperNote;
  #job: PaperJob<Note>;
  #orders: TicketOrders | undefined;
  #stops: (() => void)[] = [];
  #slip: Slip | undefined;
  #open = false;
  /** Of the slip that is being printed. */
  #reprint = false;
  #again: Timer | undefined;
  #counters = { printed: 0, unknown: 0, failed: 0, reprinted: 0, tooLate: 0 };

  constructor(context: Context, settings: SlipPrinterSettings) {
    this.id = settings.id;
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
    const { link, printer, ticketLayout: layout } = settings;
    const roll = new PrinterPaperNote(link, printer);
    this.#roll = roll;
    const changed = () => {
      this.changed.emit();
      this.#tryPrint();
    };
    this.#job = new PaperJob(context, {
      ...{ link, printer, roll, noteKey, changed },
      read: (value) => zNote.safeParse(value).data,
      report: (note, verdict) => this.#report(note, verdict),
    });
    if (layout !== undefined) this.#orders = new TicketOrders(context, { link, printer, roll, layout, changed });
  }

  start(): void {
    const { link, printer, window } = this.#settings;
    this.#open = true;
    this.#roll.recall();
    this.#job.start();
    this.#orders?.start();
    this.#stops = [
      link.onWindowView(window, (view) => {
        this.#slip = view?.slip ?? this.#slip;
        this.#tryPrint();
      }),
      printer.healthChanged.on(() => {
        this.#roll.saveRoll();
        this.#tryPrint();
      }),
    ];
  }

  async close(): Promise<void> {
    this.#open = false;
    for (const stop of this.#stops.splice(0)) stop();
    this.#again?.cancel();
    this.#job.close();
    this.#orders?.close();
  }

  detail(): Readonly<Record<string, unknown>> {
    return {
      window: this.#settings.window,
      printing: this.#job.current?.stage === 'printing' || this.#orders?.printing === true,
      ...this.#roll.detail(),
      ...this.#counters,
    };
  }

  async order(type: string, data: unknown): Promise<OrderAnswer> {
    if (!this.#open || this.#orders === undefined)
      return refuseOrder('unknown-command', `${this.id} prints slips alone`);
    return this.#orders.order(type, data, this.#job.current !== undefined);
  }

  #tryPrint(): void {
    const { link, printer, layout } = this.#settings;
    const slip = this.#slip;
    if (!this.#open || slip === undefined || printer.health.state !== 'ready' || this.#again !== undefined) return;
    if (this.#job.current !== undefined || this.#orders?.printing === true) return;
    const { note } = this.#job;
    const { serving } = slip;
    if (note?.serving === serving && note.phase !== 'started') return;
    if (link.hubNowMs() - slip.at > slipLifeMs) {
      this.#counters.tooLate += 1;
      this.#job.settle({ serving, phase: 'done' });
      return;
    }
    // Started before a crash: a paper may be out, so this one bears the reprint mark, cut free of what may hang uncut.
    const reprint = note?.serving === serving;
    this.#reprint = reprint;
    this.#context.log.info({ number: slip.number, reprint }, 'acceptance slip is printed');
    const begun: Note = { serving, phase: 'not-started' };
    void this.#job.print(begun, { jobId: serving, blocks: () => layout(slip), reprint, separate: reprint });
  }

  #report({ serving }: Note, verdict: Verdict): PaperReport<Note> {
    const reprint = this.#reprint;
    this.#context.log.info({ serving, verdict: verdict.kind }, 'verdict on the acceptance slip');
    if (verdict.kind === 'printed') {
      this.#counters.printed += 1;
      if (reprint) this.#counters.reprinted += 1;
      return { events: [], note: { serving, phase: 'done' } };
    }
    if (verdict.kind === 'unknown') {
      this.#counters.unknown += 1;
      return { events: [], note: { serving, phase: 'unknown' } };
    }
    this.#counters.failed += 1;
    if (verdict.reason === 'layout') return { events: [], note: { serving, phase: 'done' } };
    // Not a byte came and none will: once more when the printer is ready, not at once. A reprint stays one.
    this.#again = this.#context.clock.after(againMs, () => {
      this.#again = undefined;
      this.#tryPrint();
    });
    return { events: [], note: reprint ? 'unchanged' : undefined };
  }
}
