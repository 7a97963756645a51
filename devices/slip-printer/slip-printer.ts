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
import type { Device } from '../device.ts';

export type Slip = NonNullable<WindowView['slip']>;

export interface SlipPrinterParts {
  readonly id: string;
  readonly window: string;
  readonly link: HallLink;
  readonly printer: TicketPrinter;
  readonly clock: Clock;
  readonly layout: (slip: Slip) => readonly PaperBlock[];
}

/** A slip nobody took within this time is not printed any more: its visitor has gone. */
const slipLifeMs = 10 * 60_000;
const noteKey = 'slip';
const againMs = 2_000;

const zNote = z.object({ serving: z.string(), phase: z.enum(['started', 'done', 'unknown']) });

export class SlipPrinter implements Device {
  readonly id: string;
  readonly role = 'slip-printer';
  #parts: SlipPrinterParts;
  #stops: (() => void)[] = [];
  #listeners = new Set<() => void>();
  #slip: Slip | undefined;
  #printing = false;
  #retry: { cancel(): void } | undefined;
  #counters = { printed: 0, unknown: 0, failed: 0, reprinted: 0, tooLate: 0 };

  constructor(parts: SlipPrinterParts) {
    this.id = parts.id;
    this.#parts = parts;
  }

  start(): void {
    const { link, printer, window } = this.#parts;
    this.#stops = [
      link.onWindowView(window, (view) => {
        this.#slip = view?.slip ?? this.#slip;
        this.#look();
      }),
      printer.onHealth(() => this.#look()),
    ];
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#retry?.cancel();
  }

  detail(): Readonly<Record<string, unknown>> {
    return {
      window: this.#parts.window,
      printing: this.#printing,
      paper: this.#parts.printer.paper,
      ...this.#counters,
    };
  }

  onDetail(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #look(): void {
    const { link, printer } = this.#parts;
    const slip = this.#slip;
    if (slip === undefined || this.#printing || printer.health.state !== 'ready') return;
    const note = zNote.safeParse(link.readNotes().get(noteKey)).data;
    if (note?.serving === slip.serving && note.phase !== 'started') return;
    if (link.hubNowMs() - slip.at > slipLifeMs) {
      this.#counters.tooLate += 1;
      return this.#note(slip, 'done');
    }
    // Started before a crash: a paper may be out, so this one says that it is a second.
    const reprint = note?.serving === slip.serving;
    this.#printing = true;
    this.#tell();
    printer
      .print(
        { jobId: slip.serving, blocks: this.#parts.layout(slip), reprint },
        { beforeFirstByte: () => this.#note(slip, 'started') },
      )
      .then((verdict) => this.#ended(slip, verdict, reprint))
      // The note could not be written before the first byte (the box's disk): nothing came out.
      .catch((error: unknown) =>
        this.#ended(slip, { kind: 'not-printed', reason: 'refused', message: String(error) }, reprint),
      );
  }

  #ended(slip: Slip, verdict: Verdict, reprint: boolean): void {
    this.#printing = false;
    if (verdict.kind === 'printed') {
      this.#counters.printed += 1;
      if (reprint) this.#counters.reprinted += 1;
      this.#note(slip, 'done');
    } else if (verdict.kind === 'unknown') {
      this.#counters.unknown += 1;
      this.#note(slip, 'unknown');
    } else {
      // Nothing came and nothing will: once more when the printer is well, not at once.
      this.#counters.failed += 1;
      this.#parts.link.note([{ key: noteKey, value: undefined }]);
      this.#retry = this.#parts.clock.after(againMs, () => this.#look());
    }
    this.#tell();
    if (verdict.kind !== 'not-printed') this.#look();
  }

  #note(slip: Slip, phase: z.infer<typeof zNote>['phase']): void {
    this.#parts.link.note([{ key: noteKey, value: { serving: slip.serving, phase } }]);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
