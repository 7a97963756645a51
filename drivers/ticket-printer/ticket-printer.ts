/**
 * The ticket-printer class: what a kiosk or a window asks of any printer. The protocol (ESC/POS so far) and the
 * model's profile are chosen in the config. The printer's own report, never a write callback, decides a job's verdict.
 */
import type { HasHealth } from '../health.ts';
import type { PaperBlock } from './paper.ts';

export interface PrintJob {
  /** Names the job permanently; a repeat of a job keeps its id and bears the reprint mark. */
  readonly jobId: string;
  readonly blocks: readonly PaperBlock[];
  /** Prints the reprint mark (补打 / REPRINT) on top. */
  readonly reprint?: boolean;
  /** A crash broke off the job before this one: a partial ticket not yet cut is cut off first. */
  readonly separate?: boolean;
}

/** How the printer confirmed it, strongest first (see `escpos.ts` for the sources). */
export type Confirmation = 'process-id' | 'fence' | 'presenter';

export type Verdict =
  /** The whole paper came. */
  | { readonly kind: 'printed'; readonly by: Confirmation }
  /** No paper came, and none can come later. `reason` is a fault code or `refused`. */
  | { readonly kind: 'not-printed'; readonly reason: string; readonly message: string }
  /** It cannot be known. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly message: string };

export interface PrintProgress {
  /** Awaited before the first byte leaves: the caller writes "started" to its disk here. */
  beforeFirstByte?(): Promise<void> | void;
  /** The verdict is pending for a named reason (paper ran out in mid-job); the panel stays locked. */
  waiting?(reason: string): void;
}

export interface PrinterPaper {
  readonly out: boolean | 'unknown';
  /** `unsupported`: this model has no near-end sensor. */
  readonly nearEnd: boolean | 'unknown' | 'unsupported';
  /** Millimetres printed since the roll was changed, and what is thought to be left; `null` while unknown. */
  readonly usedMm: number;
  readonly leftMm: number | null;
  /** The mean of this roll's tickets, and how many more it gives. */
  readonly ticketMm: number | null;
  readonly ticketsLeft: number | null;
  /** At the rate of the last hour. */
  readonly endsInMs: number | null;
}

/** A sensor where the paper comes out. */
export type PrinterOutput = 'unsupported' | 'unknown' | 'empty' | 'ticket';

export type LogoStoring =
  /** `checked`: the printer itself lists them now. */
  | { readonly kind: 'stored'; readonly written: readonly string[]; readonly checked: boolean }
  /** This model has no such memory, or no logo is to be kept in it. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'failed'; readonly message: string };

export interface TicketPrinter extends HasHealth {
  readonly paper: PrinterPaper;
  readonly output: PrinterOutput;
  /** The roll as it is to be kept on disk: plain JSON. `recallRoll` takes it back after a restart. */
  readonly roll: { readonly roll: number };
  recallRoll(value: unknown): void;
  /** Writes the logos that its memory lacks. A person's act: such memory wears, and some models reset afterwards. */
  storeLogos(): Promise<LogoStoring>;
  start(): void;
  close(): Promise<void>;
  /** One job at a time; a second is refused as `not-printed` with reason `busy`. Never rejects. */
  print(job: PrintJob, progress?: PrintProgress): Promise<Verdict>;
}
