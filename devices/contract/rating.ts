/** Ratings: the visitor rates the service that just ended (F15). Payloads of `evt`, by type. */
import { z } from 'zod';
import { zId, zRatingLevel, zServingId } from './terms.ts';

export const zRateService = z.object({
  serving: zServingId,
  window: zId,
  level: zRatingLevel,
  /** Codes of the reasons for a low rating. */
  reasons: z.array(zId).max(8).optional(),
});

/** A press that rates nothing, kept as evidence. */
export const zStrayRating = z.object({
  window: zId,
  key: z.string().max(32),
  reason: z.enum(['not-armed', 'already-rated', 'two-keys', 'stuck', 'held-at-start', 'hub-away']),
});

/** Why a service stays without a rating: the pad was away, never a guess; or the visitor pressed "no". */
export const zRatingUnavailable = z.object({
  serving: zServingId,
  window: zId,
  reason: z.enum(['pad-away', 'hub-away', 'declined']),
});

/** The clerk invites once more to rate the service that ended last at this window. */
export const zRequestRating = z.object({ window: zId });

/** A reason for the low rating just given, from a pad that has keys for them: one message a key. */
export const zAddRatingReason = z.object({ serving: zServingId, window: zId, reason: zId });
