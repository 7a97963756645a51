/**
 * The ticket printer at a window: gives the acceptance slip (受理单) when a service sent matters to the back office. It
 * follows the window's view; each service's slip is printed once, and what a restart left unsure bears the reprint mark.
 */
import { z } from 'zod';
import type { Clock } from '../../drivers/clock.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter, Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { HallLink } from '../contract/hall-link.ts';
import type { WindowView } from '../contract/view.ts';
import { type Device, type OrderAnswer, refuseOrder } from '../device.ts';
import { PrinterPaperNote } from '../printer-paper.ts';
import { TicketOrders, type TicketOrdersParts } from './ticket-orders.ts';

export type Slip = NonNullable<WindowView['slip']>;

export interface SlipPrinterParts {
  readonly id: string;
  readonly window: string;
  readonly link: HallLink;
  readonly printer: TicketPrinter;
  readonly clock: Clock;
  readonly layout: (slip: Slip) => readonly PaperBlock[];
  /** Tickets that the desk orders here; absent = it takes none. */
  readonly ticketLayout?: TicketOrdersParts['layout'] | undefined;
}

/** A slip nobody took within this time is not printed any more: its visitor has gone. */
const slipLifeMs = 10 * 60_000;
const noteKey = 'slip';
const againMs = 2_000;

const zNote = z.object({ serving: z.string(), phase: z.enum(['started', 'done', 'unknown']) });
type Note = z.infer<typeof zNote>;

export class SlipPrinter implements Device {
  readonly id: string;
  readonly role = 'slip-printer';
  #parts: SlipPrinterParts;
  #paper: PrinterPaperNote;
  #orders: TicketOrders | undefined;
  #stops: (() => void)[] = [];
  #listeners = new Set<() => void>();
  #slip: Slip | undefined;
  #printing = false;
  #open = false;
  /** What the note on disk is to say once the disk takes it. */
  #settled: Note | undefined;
  #retry: { cancel(): void } | undefined;
  #counters = { printed: 0, unknown: 0, failed: 0, reprinted: 0, tooLate: 0 };

  constructor(parts: SlipPrinterParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#paper = new PrinterPaperNote(parts.link, parts.printer);
    const { link, printer, clock, ticketLayout: layout } = parts;
    if (layout === undefined) return;
    const changed = () => {
      this.#tell();
      this.#look();
    };
    this.#orders = new TicketOrders({ link, printer, clock, layout, busy: () => this.#printing, changed });
  }

  start(): void {
    const { link, printer, window } = this.#parts;
    this.#open = true;
    this.#paper.recall();
    this.#orders?.recall();
    this.#stops = [
      link.onWindowView(window, (view) => {
        this.#slip = view?.slip ?? this.#slip;
        this.#look();
      }),
      printer.healthChanged.on(() => {
        this.#paper.look();
        this.#look();
      }),
    ];
  }

  async close(): Promise<void> {
    this.#open = false;
    for (const stop of this.#stops.splice(0)) stop();
    this.#retry?.cancel();
    this.#orders?.close();
  }

  detail(): Readonly<Record<string, unknown>> {
    return {
      window: this.#parts.window,
      printing: this.#printing || this.#orders?.printing === true,
      ...this.#paper.detail(),
      ...this.#counters,
    };
  }

  async order(type: string, data: unknown): Promise<OrderAnswer> {
    if (!this.#open || this.#orders === undefined)
      return refuseOrder('unknown-command', `${this.id} prints slips alone`);
    return this.#orders.order(type, data);
  }

  onDetail(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #look(): void {
    const { link, printer, layout } = this.#parts;
    const slip = this.#slip;
    if (slip === undefined || printer.health.state !== 'ready') return;
    if (this.#printing || this.#orders?.printing === true) return;
    const note = this.#settled ?? zNote.safeParse(link.readNotes().get(noteKey)).data;
    if (note?.serving === slip.serving && note.phase !== 'started') return;
    if (link.hubNowMs() - slip.at > slipLifeMs) {
      this.#counters.tooLate += 1;
      this.#settle(slip, 'done');
      return;
    }
    // Started before a crash: a paper may be out, so this one says that it is a second, cut free of what hangs there.
    const reprint = note?.serving === slip.serving;
    let blocks: readonly PaperBlock[];
    try {
      blocks = layout(slip);
    } catch {
      this.#counters.failed += 1;
      this.#settle(slip, 'done');
      return;
    }
    this.#printing = true;
    this.#tell();
    const progress = { beforeFirstByte: () => this.#begin(slip) };
    void printer.print({ jobId: slip.serving, blocks, reprint, separate: reprint }, progress).then((verdict) => {
      this.#printing = false;
      // After a close the note on disk says what a restart has to do.
      if (this.#open) this.#ended(slip, verdict, reprint);
    });
  }

  /** Throws when the disk says no: then not a byte leaves. */
  #begin(slip: Slip): void {
    this.#write({ serving: slip.serving, phase: 'started' });
    this.#settled = undefined;
    this.#retry?.cancel();
  }

  #ended(slip: Slip, verdict: Verdict, reprint: boolean): void {
    if (verdict.kind === 'printed') {
      this.#counters.printed += 1;
      if (reprint) this.#counters.reprinted += 1;
      this.#settle(slip, 'done');
    } else if (verdict.kind === 'unknown') {
      this.#counters.unknown += 1;
      this.#settle(slip, 'unknown');
    } else {
      // Nothing came and nothing will: once more when the printer is well, not at once. A second paper stays one.
      this.#counters.failed += 1;
      if (!reprint) this.#settle(undefined, 'done');
      this.#after(() => this.#look());
    }
    this.#tell();
    if (verdict.kind !== 'not-printed') this.#look();
  }

  /** Holds from now on, and on disk as soon as the disk takes it. */
  #settle(slip: Slip | undefined, phase: Note['phase']): void {
    this.#settled = slip === undefined ? undefined : { serving: slip.serving, phase };
    try {
      this.#write(this.#settled);
      this.#settled = undefined;
    } catch {
      this.#after(() => this.#settle(slip, phase));
    }
  }

  #write(note: Note | undefined): void {
    this.#parts.link.note([{ key: noteKey, value: note }, ...this.#paper.changes()]);
  }

  #after(task: () => void): void {
    this.#retry?.cancel();
    this.#retry = this.#parts.clock.after(againMs, () => {
      if (this.#open) task();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
