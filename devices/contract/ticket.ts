/** Tickets: a number is asked for, and what became of its paper. Payloads of `evt`, by type. */
import { z } from 'zod';
import {
  zAppointmentId,
  zBusinessDay,
  zCommandId,
  zId,
  zInstant,
  zTicketClass,
  zTicketId,
  zTicketNumber,
} from './terms.ts';

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

/** What a paper says: a number that a kiosk gave by itself knows nothing of those ahead. */
export const zPaperFacts = zIssueResult.extend({ ahead: zIssueResult.shape.ahead.optional() });
export type PaperFacts = z.infer<typeof zPaperFacts>;

const zPrefix = z.string().regex(/^[A-Z]{1,3}$/);

/** Numbers of one prefix that one kiosk alone may give on one day while the hub is away (F7). */
export const zNumberBlock = z.object({
  lease: z.string().min(1).max(64),
  day: zBusinessDay,
  prefix: zPrefix,
  /** Counts, both included. */
  from: z.int().min(0).max(99_999),
  to: z.int().min(0).max(99_999),
});
export type NumberBlock = z.infer<typeof zNumberBlock>;

/**
 * A kiosk tells which blocks it holds and how much of each is left; the hub adds where that is little. Sent when a hub
 * appears, at a new epoch, and when a block runs low. The answer is `zLeaseResult`.
 */
export const zLeaseBlocks = z.object({
  prefixes: z.array(zPrefix).min(1).max(100),
  held: z
    .array(zNumberBlock.extend({ left: z.int().min(0) }))
    .max(400)
    .default([]),
});

export const zLeaseResult = z.object({
  /** Today, where numbers are given, and the next business day. */
  days: z
    .array(z.object({ day: zBusinessDay, tickets_from: zInstant, tickets_until: zInstant, ends_at: zInstant }))
    .max(2),
  blocks: z.array(zNumberBlock).max(200),
  /** Held blocks that must not be used: somebody else's by now. */
  revoked: z.array(z.string().max(64)).max(400).default([]),
});
export type LeaseResult = z.infer<typeof zLeaseResult>;

/** The code of an appointment was scanned: its visitor gets a number, in class appointment if it is not too late. */
export const zCheckIn = z.object({ appointment: zAppointmentId });
/** Also what the paper is about: the box does not know what was booked. */
export const zCheckInResult = zIssueResult.extend({ service: zId, matters: z.array(zId).max(50) });
export type CheckInResult = z.infer<typeof zCheckInResult>;

/** The code of a missed, parked or held ticket was scanned: its visitor is here again. */
export const zReturnTicket = z.object({ ticket: zTicketId });

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
