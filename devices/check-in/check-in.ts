/**
 * A scanner at a kiosk or a desk: the code of an appointment gives its visitor a number in class appointment, the code of a
 * missed ticket puts that ticket back into the queue. Papers come out of the kiosk beside it; at a desk without one the
 * number is said by a person.
 */
import { z } from 'zod';
import type { Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Scan, Scanner } from '../../drivers/scanner/scanner.ts';
import { Signal } from '../../drivers/signal.ts';
import { businessDay } from '../business-day.ts';
import type { Answered, HallLink, Reaction, Sent } from '../contract/hall-link.ts';
import { printTicketType } from '../contract/people.ts';
import type { CommandId } from '../contract/terms.ts';
import { zCheckInResult } from '../contract/ticket.ts';
import type { Device, OrderAnswer } from '../device.ts';
import { UntilWritten } from '../until-written.ts';
import { type CodeTemplates, codeReader } from './code-reader.ts';

/** Where papers come out: the kiosk beside the scanner. */
export interface PaperDesk {
  readonly ready: boolean;
  order(type: string, data: unknown): Promise<OrderAnswer>;
}

export interface CheckInSettings {
  readonly id: string;
  readonly scanner: Scanner;
  readonly link: HallLink;
  readonly codes: CodeTemplates;
  readonly timeZone: string;
  /** Absent: a person says the number. */
  readonly papers?: (() => PaperDesk | undefined) | undefined;
}

/** The hub refuses an older one, and its visitor has gone. */
const askLifeMs = 10_000;
const busyAgainMs = 500;
const sendAgainMs = 1_000;
const eagerMs = [100, 200] as const;
const noteKey = 'paper';

const zNote = z.object({
  /** `ordered`: the kiosk has it on its own disk, or refused it. */
  phase: z.enum(['waiting', 'ordered']),
  at: z.number(),
  answer: zCheckInResult,
});
type Note = z.infer<typeof zNote>;

interface Last {
  readonly outcome: 'asking' | 'checked-in' | 'returned' | 'refused';
  readonly number?: string;
  readonly reason?: string;
}

export class CheckIn implements Device {
  readonly role = 'check-in';
  readonly id: string;
  readonly changed: Signal;
  readonly #context: Context;
  readonly #settings: CheckInSettings;
  readonly #reports: UntilWritten;
  readonly #read: ReturnType<typeof codeReader>;
  readonly #counters = { scans: 0, unknownCodes: 0, refused: 0, ignored: 0, checkedIn: 0, returned: 0 };
  #stops: (() => void)[] = [];
  #open = false;
  #asked: { readonly id: CommandId; readonly timer: Timer } | undefined;
  #paper: Note | undefined;
  #again: Timer | undefined;
  /** For the page, and the person at the desk: what became of the last code. */
  #last: Last | undefined;

  constructor(context: Context, settings: CheckInSettings) {
    this.id = settings.id;
    this.#context = context;
    this.#settings = settings;
    this.changed = new Signal(context.log);
    this.#reports = new UntilWritten(context, settings);
    this.#read = codeReader(settings.codes);
  }

  start(): void {
    if (this.#open) return;
    this.#open = true;
    const { link, scanner } = this.#settings;
    const { clock } = this.#context;
    link.onAnswer((answered) => this.#answered(answered));
    this.#stops = [scanner.scanned.on((scan) => this.#scanned(scan))];
    const note = zNote.safeParse(link.readNotes().get(noteKey)).data;
    // An ordered paper is the kiosk's, which says after a restart what became of it.
    if (note?.phase === 'waiting') {
      this.#paper = note;
      // The kiosk on this box has started by then.
      clock.atTurnEnd(() => this.#give());
    } else if (note !== undefined) this.#keep(undefined);
  }

  async close(): Promise<void> {
    this.#open = false;
    for (const stop of this.#stops.splice(0)) stop();
    this.#asked?.timer.cancel();
    this.#again?.cancel();
    this.#reports.close();
  }

  detail(): Readonly<Record<string, unknown>> {
    return { busy: this.#busy, last: this.#last ?? null, ...this.#counters };
  }

  get #busy(): boolean {
    return this.#asked !== undefined || this.#paper !== undefined;
  }

  #scanned(scan: Scan): void {
    this.#counters.scans += 1;
    const { link, papers, timeZone } = this.#settings;
    const code = this.#read(scan.text, businessDay(timeZone, link.hubNowMs()));
    if (this.#busy) this.#counters.ignored += 1;
    else if (code === undefined) {
      this.#counters.unknownCodes += 1;
      this.#ended({ outcome: 'refused', reason: 'unknown-code' });
    } else if (!link.hub.fresh) this.#refuse('hub-away');
    // No number without a paper (F6).
    else if (code.kind === 'appointment' && papers !== undefined && papers()?.ready !== true)
      this.#refuse('printer-not-ready');
    else {
      const ask: Sent =
        code.kind === 'ticket'
          ? { type: 'ReturnTicket', data: { ticket: code.ticket } }
          : { type: 'CheckIn', data: { appointment: code.appointment } };
      const written = link.send([{ ...ask, id: scan.id, atMs: scan.atMs, eagerMs }]);
      if (!written.ok) {
        this.#refuse(written.reason === 'full' ? 'outbox-full' : 'disk');
        return;
      }
      const timer = this.#context.clock.after(askLifeMs, () => {
        this.#asked = undefined;
        this.#refuse('no-answer');
      });
      this.#asked = { id: scan.id, timer };
      this.#ended({ outcome: 'asking' });
    }
  }

  /** F2: what is returned is written in the transaction that ends the ask; nothing changes here before it is on disk. */
  #answered({ id, type, data, answer }: Answered): Reaction | undefined {
    const mine = this.#asked?.id === id;
    const late = !mine && this.#busy;
    const settled = () => {
      if (!mine) return;
      this.#asked?.timer.cancel();
      this.#asked = undefined;
    };
    if (!answer.ok) {
      settled();
      this.#refuse(answer.error?.code ?? 'refused');
      return undefined;
    }
    if (type === 'ReturnTicket') {
      settled();
      this.#counters.returned += 1;
      const { ticket } = data as { readonly ticket: string };
      this.#ended({ outcome: 'returned', number: ticket.slice(ticket.indexOf('/') + 1) });
      return undefined;
    }
    const result = type === 'CheckIn' ? zCheckInResult.safeParse(answer.result).data : undefined;
    if (result === undefined) {
      settled();
      return undefined;
    }
    if (late) {
      // Its visitor gave up, and another's ask or paper is under way: reported as not printed, and overwrites nothing.
      const { ticket } = result;
      return { events: [{ type: 'TicketPrintFailed', data: { ticket, reason: 'late' } }] };
    }
    const note: Note = { phase: 'waiting', at: this.#settings.link.hubNowMs(), answer: result };
    const onceWritten = () => {
      settled();
      this.#paper = note;
      this.#context.clock.atTurnEnd(() => this.#give());
    };
    return { notes: [{ key: noteKey, value: note }], onceWritten };
  }

  /** Number and paper are one act: whatever happens, the hub gets a report of this ticket, from the kiosk or from here. */
  #give(): void {
    const note = this.#paper;
    if (note === undefined || !this.#open) return;
    const { link, papers } = this.#settings;
    const { clock } = this.#context;
    const { service, matters, ...result } = note.answer;
    const { ticket, number } = result;
    if (papers === undefined) {
      this.#end({ type: 'TicketPrinted', data: { ticket, verdict: 'unknown', reason: 'given-by-hand' } }, number);
      return;
    }
    const kiosk = papers();
    const ageMs = link.hubNowMs() - Math.min(note.at, result.issued_at);
    if (kiosk === undefined || ageMs < 0 || ageMs > askLifeMs) {
      this.#end({ type: 'TicketPrintFailed', data: { ticket, reason: 'late' } }, undefined);
      return;
    }
    // The kiosk takes it to its own disk before anything else happens, or refuses it whole.
    if (!this.#keep({ ...note, phase: 'ordered' })) {
      this.#again = clock.after(sendAgainMs, () => this.#give());
      return;
    }
    void kiosk.order(printTicketType, { result, service, matters, copy: 1 }).then((said) => {
      if (!this.#open) return;
      if (said.ok) {
        this.#keep(undefined);
        this.#gave(number);
        return;
      }
      this.#keep(note);
      this.#again = clock.after(busyAgainMs, () => this.#give());
    });
  }

  /** `false`: the disk takes nothing. A mark "ordered" that stays there too long is taken away at the next start. */
  #keep(note: Note | undefined): boolean {
    return this.#settings.link.note([{ key: noteKey, value: note }]).ok;
  }

  /** Reports to the hub in the transaction that removes the note. */
  #end(event: Sent, number: string | undefined): void {
    this.#reports.write([event], [{ key: noteKey, value: undefined }], () => {
      if (number !== undefined) this.#gave(number);
      else {
        this.#paper = undefined;
        this.#refuse('no-paper');
      }
    });
  }

  #gave(number: string): void {
    this.#paper = undefined;
    this.#counters.checkedIn += 1;
    this.#context.log.info({ number }, 'appointment checked in');
    this.#ended({ outcome: 'checked-in', number });
  }

  #refuse(reason: string): void {
    this.#counters.refused += 1;
    this.#context.log.info({ reason }, 'scanned code refused');
    this.#ended({ outcome: 'refused', reason });
  }

  #ended(last: Last): void {
    this.#last = last;
    this.changed.emit();
  }
}
