/** Calls: what a clerk's key means. Payloads of `evt`, by type; answers are `{ok}` or a refusal, the view follows. */
import { z } from 'zod';
import { zBusinessDay, zId, zTicketId, zTicketNumber } from './terms.ts';

/** `window_rev` is the revision of the window's view that the pad saw (F13); without it no staleness check is made. */
const onWindow = { window: zId, window_rev: z.int().min(0).optional() };

export const zCallNext = z.object(onWindow);
export const zCallNumber = z.object({ ...onWindow, number: zTicketNumber });
export const zRecall = z.object(onWindow);
export const zStart = z.object(onWindow);
/** The visitor did not come. */
export const zMiss = z.object(onWindow);
/** `review`: matters that go to the back office; `all` = all of this ticket that the back office decides. */
export const zComplete = z.object({
  ...onWindow,
  review: z.union([z.literal('all'), z.array(zId).max(20)]).default([]),
});
/** Sets the ticket aside at this window, to be called again by `CallNumber`. */
export const zHold = z.object(onWindow);
/** Back to waiting, no window's own: somebody else may take it up later. */
export const zPark = z.object(onWindow);
export const zTransfer = z.object({
  ...onWindow,
  to: z.union([z.object({ service: zId }), z.object({ window: zId })]),
  place: z.enum(['front', 'end', 'age']).default('age'),
  /** The matters it goes on with; absent = those that are open. */
  matters: z.array(zId).max(20).optional(),
});
export const zOpenWindow = z.object({ window: zId });
export const zCloseWindow = z.object({ window: zId });
export const zPauseWindow = z.object({ window: zId, reason: z.string().max(64).default('') });
export const zResumeWindow = z.object({ window: zId });
/**
 * A box sends the PIN sealed to the hub's key of `hub/state`, so that no disk and no broker can read it; `pin` in plain
 * is for a page that is the hub's own, and is refused from a box.
 */
export const zClerkLogin = z.object({
  window: zId,
  clerk: zId,
  pin: z.string().max(16).optional(),
  sealed_pin: z.string().max(128).optional(),
});
export const zClerkLogout = z.object({ window: zId });

/** F14: called by hand at a window without the hub. The day is the pad's own at the press (F18). */
export const zCalledByHand = z.object({ window: zId, number: zTicketNumber, day: zBusinessDay });
/** Whether the ticket is at this window by now, or the call stays as evidence alone. */
export const zCalledByHandResult = z.object({ merged: z.boolean() });
export type CalledByHandResult = z.infer<typeof zCalledByHandResult>;

/** A board acknowledged a view (F17); `sent` = one-way board. The press-to-shown delay ends here. */
export const zCallShown = z.object({
  window: zId,
  board: zId,
  ticket: zTicketId,
  /** Which call of this ticket, from 1. */
  call: z.int().min(1),
  epoch: z.int().min(1),
  rev: z.int().min(0),
  outcome: z.enum(['shown', 'sent']),
});
