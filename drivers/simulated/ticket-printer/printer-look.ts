/** What can be seen of a simulated ticket printer, and what can be done to it. */
import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { CableAction, FarEnd, SimulatedMachine } from '../machine.ts';
import type { LogoPictures } from './logo-flash.ts';
import type { Paper } from './paper-page.ts';

export const printerFaultNames = [
  'paper-out',
  'near-end',
  'cover-open',
  'cutter',
  'cutter-at-cut',
  'mechanical',
  'jam',
  'head-hot',
  'unrecoverable',
  'mute',
  'garbled',
] as const;
export type PrinterFaultName = (typeof printerFaultNames)[number];

export type PrinterAction =
  | CableAction
  | { readonly type: 'fault'; readonly fault: PrinterFaultName; readonly on: boolean }
  /** A visitor takes the paper: the newest, or the one named. */
  | { readonly type: 'tear'; readonly paper?: string }
  | { readonly type: 'power'; readonly on: boolean }
  /** The power goes when so many more bytes have come in. */
  | { readonly type: 'power-cut-after'; readonly bytes: number }
  /** So much paper is left on the roll. */
  | { readonly type: 'roll'; readonly mm: number }
  | { readonly type: 'feed' };

export interface PrinterPaperLook {
  readonly id: string;
  readonly text: readonly string[];
  readonly qr: readonly string[];
  readonly heightMm: number;
  readonly printing: boolean;
  readonly torn: boolean;
  /** Drawn back into the printer's box. */
  readonly retained: boolean;
}

export interface PrinterLook {
  /** Newest first, at most 20; the first may still be printing. */
  readonly papers: readonly PrinterPaperLook[];
  readonly faults: readonly PrinterFaultName[];
  readonly online: boolean;
  readonly power: boolean;
  readonly plugged: boolean;
  readonly bufferBytes: number;
  readonly droppedBytes: number;
  readonly rollMm: number | null;
  readonly ticketAtOutput: boolean;
}

export interface SimulatedPrinter extends SimulatedMachine<PrinterLook, PrinterAction> {
  readonly kind: 'ticket-printer';
  /** PNG drawn from the bytes that came; `undefined` when no such paper is kept. */
  picture(paperId: string): Promise<Uint8Array | undefined>;
  paper(paperId: string): Paper | undefined;
  readonly counters: Readonly<Record<string, number>>;
  logos(): LogoPictures;
}

export interface SimulatedPrinterOptions {
  /** `true`: a full buffer stops the sender (RTS, NAK, window), `xonxoff` by saying so too; `false`: bytes are dropped silently. */
  readonly flowControl?: boolean | 'xonxoff';
  /** USB and network printers take their port with them when the power goes; a serial one only falls silent. */
  readonly portDiesWithPower?: boolean;
  /** Answers GS r on arrival, out of turn: firmware whose fence proves nothing. */
  readonly earlyFence?: boolean;
  readonly serialNumber?: string;
  /** What its flash holds already. */
  readonly logos?: LogoPictures;
  /** Keeps pictures and never says which. */
  readonly deafToLogos?: boolean;
}

export interface PrinterWorld {
  readonly end: FarEnd;
  readonly clock: Clock;
  readonly random: Random;
  readonly name: string;
}

export function paperLook(paper: Paper, dotsPerMm: number): PrinterPaperLook {
  return {
    id: paper.id,
    text: paper.lines,
    qr: paper.qr,
    heightMm: Math.round((paper.heightDots / dotsPerMm) * 10) / 10,
    printing: paper.printing,
    torn: paper.torn,
    retained: paper.retained,
  };
}
