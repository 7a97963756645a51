/**
 * One paper at a time, from the note on disk to the verdict on disk: note, print, verdict, report (failure rules F2, F4, F5).
 * "Started" is on disk before the first byte leaves, and the note goes with the report, so a restart at any moment knows
 * whether a paper may be out.
 */
import type { Context } from '../../drivers/context.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter, Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { HallLink, NoteChange, Sent, Written } from '../contract/hall-link.ts';
import type { DurationMs } from '../contract/terms.ts';
import { UntilWritten } from '../until-written.ts';
import type { PrinterPaperNote } from './printer-paper.ts';

export interface PaperReport<Note> {
  /** For the hub. */
  readonly events: readonly Sent[];
  /** The note that stays on disk; `undefined` removes it, `unchanged` leaves it as it is. */
  readonly note: Note | undefined | 'unchanged';
}

export interface PaperJobSettings<Note extends { readonly phase: string }> {
  readonly link: HallLink;
  readonly printer: TicketPrinter;
  readonly roll: PrinterPaperNote;
  readonly noteKey: string;
  /** What is on the disk; `undefined` for no note and for one that cannot be read. */
  readonly read: (value: unknown) => Note | undefined;
  /** Asked once for each verdict. */
  readonly report: (note: Note, verdict: Verdict) => PaperReport<Note>;
  /** The job began, waits for the printer, or ended. */
  readonly changed: () => void;
}

export interface Paper {
  /** Names the job for ever. */
  readonly jobId: string;
  readonly blocks: () => readonly PaperBlock[];
  readonly reprint?: boolean;
  /** A paper before this one may hang uncut in the printer. */
  readonly separate?: boolean;
}

export interface CurrentPaper<Note> {
  readonly note: Note;
  readonly stage: 'printing' | 'reporting';
  /** A fault that the printer waits for, or `report`: the verdict is not on disk yet. */
  readonly waiting?: string;
}

export class PaperJob<Note extends { readonly phase: string }> {
  #context: Context;
  #settings: PaperJobSettings<Note>;
  #reports: UntilWritten;
  #note: Note | undefined;
  #current: CurrentPaper<Note> | undefined;
  #open = false;
  /** A paper was broken off by a crash: the next one is cut free of it. */
  #separate = false;

  constructor(context: Context, settings: PaperJobSettings<Note>) {
    this.#context = context;
    this.#settings = settings;
    this.#reports = new UntilWritten(context, settings);
  }

  /** `undefined`: the printer is free for the next. */
  get current(): CurrentPaper<Note> | undefined {
    return this.#current;
  }

  /** The note as it is on disk, or will be once the disk takes the last report. */
  get note(): Note | undefined {
    return this.#note;
  }

  /** Reads the note that the last process left. */
  start(): void {
    const { link, noteKey, read } = this.#settings;
    this.#open = true;
    this.#current = undefined;
    this.#note = read(link.readNotes().get(noteKey));
  }

  /** Writes nothing more: the note on disk says what a restart has to do. */
  close(): void {
    this.#open = false;
    this.#reports.close();
  }

  /**
   * The rule for what a restart left behind (F2): bytes may have left, so nobody can know any more; or not a byte has left,
   * and its visitor may still stand there (`true`: print it); or not a byte has left, and the visitor has gone.
   */
  resume(note: Note, ageMs: DurationMs, lifeMs: DurationMs): boolean {
    this.#separate = note.phase === 'started';
    if (this.#separate) this.#end(note, { kind: 'unknown', reason: 'restart', message: 'restarted while printing' });
    else if (ageMs >= 0 && ageMs <= lifeMs) return true;
    else this.#end(note, { kind: 'not-printed', reason: 'restart', message: 'restarted before printing' });
    return false;
  }

  /** The note alone, before anything is printed. */
  begin(note: Note): Written {
    const { link, noteKey } = this.#settings;
    const written = link.note([{ key: noteKey, value: note }]);
    if (written.ok) this.#note = note;
    return written;
  }

  /** Where `note.phase` is not `started` yet, that is written before the first byte. Never rejects. */
  async print(note: Note, paper: Paper): Promise<Verdict> {
    this.#become({ note, stage: 'printing' });
    const verdict = await this.#print(note, paper);
    if (!this.#open) return verdict;
    if (verdict.kind !== 'not-printed') this.#separate = false;
    this.#end(note, verdict);
    return verdict;
  }

  /** A paper that is not to be printed any more ends as if it had been. */
  settle(note: Note): void {
    this.#write({ events: [], note }, note);
  }

  async #print(note: Note, { jobId, blocks, reprint = false, separate = this.#separate }: Paper): Promise<Verdict> {
    const { log } = this.#context;
    let laidOut: readonly PaperBlock[];
    try {
      laidOut = blocks();
    } catch (error) {
      log.defect(error, `the paper ${jobId} cannot be laid out`);
      return { kind: 'not-printed', reason: 'layout', message: String(error) };
    }
    const beforeFirstByte = () => {
      if (note.phase !== 'started') this.#started(note);
    };
    const waiting = (reason: string) => {
      log.info({ job: jobId, reason }, 'the printer waits in mid-ticket');
      this.#become({ note, stage: 'printing', waiting: reason });
    };
    const job = { jobId, blocks: laidOut, separate, reprint };
    return this.#settings.printer.print(job, { beforeFirstByte, waiting });
  }

  /** Throws when the disk takes nothing: then the driver sends no byte. */
  #started(note: Note): void {
    const { link, noteKey } = this.#settings;
    const started = { ...note, phase: 'started' };
    const written = link.note([{ key: noteKey, value: started }]);
    if (!written.ok) throw new Error(`"started" could not be written to the disk (${written.reason})`);
    this.#note = started;
  }

  #end(note: Note, verdict: Verdict): void {
    const { kind } = verdict;
    const why = kind === 'printed' ? { by: verdict.by } : { reason: verdict.reason, message: verdict.message };
    this.#context.log.debug({ verdict: kind, ...why }, 'verdict on a paper');
    const report = this.#settings.report(note, verdict);
    this.#become({ note, stage: 'reporting', waiting: 'report' });
    this.#write(report, note);
  }

  /** The verdict and the end of its note in one transaction; the job is busy until that is on disk. */
  #write({ events, note: stays }: PaperReport<Note>, note: Note): void {
    const { noteKey, roll } = this.#settings;
    const notes: NoteChange[] = stays === 'unchanged' ? [] : [{ key: noteKey, value: stays }, ...roll.changes()];
    if (stays !== 'unchanged') this.#note = stays;
    if (events.length + notes.length === 0) {
      this.#become(undefined);
      return;
    }
    this.#current ??= { note, stage: 'reporting', waiting: 'report' };
    this.#reports.write(events, notes, () => this.#become(undefined));
  }

  #become(current: CurrentPaper<Note> | undefined): void {
    this.#current = current;
    if (this.#open) this.#settings.changed();
  }
}
