/** Papers that the desk orders at a printer: a number given there, or a copy of one. Nothing waits: a printer at work refuses. */
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter, Verdict } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { Sent, Written } from '../contract/hall-link.ts';
import { type PrintOrder, printTicketType, zPrintOrder } from '../contract/people.ts';
import { type OrderAnswer, refuseOrder } from '../device.ts';
import type { Paper } from './paper-job.ts';
import { outcomeOf, verdictEvent } from './paper-report.ts';

export interface OrderPlace<Note> {
  /** Why the printer takes nothing now, in words for the desk; `undefined`: it does. */
  readonly busy: string | undefined;
  readonly printer: TicketPrinter;
  readonly job: { begin(note: Note): Written; print(note: Note, paper: Paper): Promise<Verdict> };
  readonly noteOf: (ordered: PrintOrder) => Note;
  readonly blocksOf: (ordered: PrintOrder) => readonly PaperBlock[];
}

export async function printOrdered<Note>(type: string, data: unknown, place: OrderPlace<Note>): Promise<OrderAnswer> {
  const ordered = type === printTicketType ? zPrintOrder.safeParse(data).data : undefined;
  if (ordered === undefined) return refuseOrder('unknown-command', 'this printer does not know this order');
  const { busy, printer, job, noteOf, blocksOf } = place;
  if (busy !== undefined) return refuseOrder('busy', busy);
  const obstacle = printerObstacle(printer) ?? (printer.health.state === 'ready' ? undefined : 'printer-not-ready');
  if (obstacle !== undefined) return refuseOrder(obstacle, 'this printer is at fault or not ready: choose another');
  const note = noteOf(ordered);
  if (!job.begin(note).ok) return refuseOrder('failure', 'this box cannot write to its disk: choose another printer');
  const jobId = ordered.result.ticket;
  const verdict = await job.print(note, { jobId, blocks: () => blocksOf(ordered), reprint: ordered.copy > 1 });
  return { ok: true, result: outcomeOf(verdict) };
}

/** Why this printer takes no paper now: the code of its fault, or `printer-not-ready`. */
export function printerObstacle({ health }: TicketPrinter): string | undefined {
  const fault = health.faults.find(({ severity }) => severity === 'error')?.code;
  return fault ?? (health.state === 'closed' || health.state === 'opening' ? 'printer-not-ready' : undefined);
}

/** A copy changes nothing about its number: who ordered it has the answer, the hub hears of the first paper alone. */
export function ticketReport(ticket: string, copy: number, verdict: Verdict): readonly Sent[] {
  return copy === 1 ? [verdictEvent(ticket, verdict)] : [];
}
