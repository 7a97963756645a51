/** The first leg: ask for a number, and say what became of its paper. Payloads of `evt`, by type. */
import { z } from 'zod';
import { zBusinessDay, zCommandId, zId, zTicketClass, zTicketId, zTicketNumber } from './terms.ts';

/** A button was pressed. The answer is `zIssueResult`. */
export const zIssueTicket = z.object({
  service: zId,
  /** Chosen matters; empty = all the service stands for are still open. At most 20. */
  matters: z.array(zId).max(20).default([]),
  class: zTicketClass.default('ordinary'),
});

export const zIssueResult = z.object({
  ticket: zTicketId,
  day: zBusinessDay,
  number: zTicketNumber,
  /** People who will be called before, by today's rules. */
  ahead: z.int().min(0),
  /** Estimated wait as a range, in milliseconds; absent when nothing can be said. */
  wait: z.object({ low_ms: z.int().min(0), high_ms: z.int().min(0) }).optional(),
  /** Hub time of the issue. */
  issued_at: z.int().min(0),
});
export type IssueResult = z.infer<typeof zIssueResult>;

/** F1: the kiosk took the next number of its leased block and supersedes the ask `commandId`. */
export const zIssuedFromBlock = z.object({
  commandId: zCommandId,
  ticket: zTicketId,
  lease: z.string().max(64),
  service: zId,
  matters: z.array(zId).max(20).default([]),
  class: zTicketClass.default('ordinary'),
});

/** F3: the visitor has gone; voids the number that `commandId` got, or the one to come. */
export const zCancelIssue = z.object({ commandId: zCommandId, reason: z.string().max(64) });

/** The printer said so; the ticket becomes callable. */
export const zTicketPrinted = z.object({
  ticket: zTicketId,
  verdict: z.enum(['printed', 'unknown']),
  by: z.enum(['process-id', 'fence', 'presenter']).optional(),
  reason: z.string().max(64).optional(),
});

/** No paper came and none will: the ticket is void. */
export const zTicketPrintFailed = z.object({ ticket: zTicketId, reason: z.string().max(64) });

/** A press that asked for nothing (printer at fault, hall closed): counted only. */
export const zPressRefused = z.object({ key: z.string().max(32), reason: z.string().max(64) });
