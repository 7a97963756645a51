/**
 * What boards, pads and pages show, whole, retained, without personal data (F20). Order is (epoch, rev); a view is shown
 * only while that epoch's `hub/state` is fresh (F12).
 */
import { z } from 'zod';
import { zId, zInstant, zLocalText, zServingId, zTicketId, zTicketNumber } from './terms.ts';

const zViewHead = {
  v: z.literal(1),
  epoch: z.int().min(1),
  rev: z.int().min(0),
  /** After this a board without a fresh hub shows the stale mark whatever else it thinks. */
  valid_until: zInstant,
};

export const zCallView = z.object({
  ticket: zTicketId,
  number: zTicketNumber,
  /** From 1; a recall is the same ticket with the next call. */
  call: z.int().min(1),
  called_at: zInstant,
  /** When the clerk pressed: the press-to-shown delay starts here. */
  status: z.enum(['called', 'serving']),
});

export const zWindowView = z.object({
  ...zViewHead,
  window: zId,
  number: z.int(),
  name: zLocalText,
  role: z.enum(['intake', 'certificate', 'desk']),
  state: z.enum(['closed', 'open', 'paused']),
  /** The window's own revision: what `CallNext` repeats (F13). Changes only with the window's own events. */
  window_rev: z.int().min(0),
  call: zCallView.nullable(),
  /** Armed from `Complete` (F15). */
  rating: z.object({ serving: zServingId, armed_until: zInstant }).nullable(),
  /** The acceptance slip (受理单) of the last service here that sent matters to the back office; its printer gives each once. */
  slip: z
    .object({
      serving: zServingId,
      ticket: zTicketId,
      number: zTicketNumber,
      matters: z.array(zId).max(50),
      at: zInstant,
    })
    .optional(),
  /** How many this window could call now. */
  waiting: z.int().min(0),
  held: z.array(zTicketNumber).max(50),
  clerk: z.string().max(64).nullable(),
});
export type WindowView = z.infer<typeof zWindowView>;

/** A view as a device sees it: the hub's, or one that its own box composed of calls by hand while the hub is away (F14). */
export type SeenWindowView = WindowView & { readonly by_hand?: true };

export const zServiceView = z.object({
  ...zViewHead,
  service: zId,
  waiting: z.int().min(0),
  /** What the kiosk's lamp says; `message` why it is closed. */
  issuing: z.enum(['open', 'near-quota', 'closed']),
  message: z.string().max(200).optional(),
  wait: z.object({ low_ms: z.int().min(0), high_ms: z.int().min(0) }).optional(),
});
export type ServiceView = z.infer<typeof zServiceView>;

export const zHallView = z.object({
  ...zViewHead,
  /** Newest first, at most 12. */
  calls: z
    .array(
      z.object({
        number: zTicketNumber,
        window: zId,
        window_number: z.int(),
        window_name: zLocalText,
        called_at: zInstant,
        call: z.int().min(1),
      }),
    )
    .max(12),
  waiting: z.int().min(0),
  /** Faults the hall board names to visitors: "kiosk 2 has no paper, kiosk 1 is to the left". */
  notices: z.array(zLocalText).max(8),
});
export type HallView = z.infer<typeof zHallView>;
