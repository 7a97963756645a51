/**
 * A service that ends without a rating, and why. Offered and not answered is one thing, never offered another: only the
 * former may count as a level, and only where the hall's rules say so.
 */
import type { OfferedReason } from '../../devices/contract/hall.ts';
import type { ServingId, WindowId } from '../../devices/contract/terms.ts';
import type { QueueEvent } from './events.ts';
import type { HallState } from './state.ts';

type NotGiven = Extract<QueueEvent, { type: 'RatingNotGiven' }>;
export type NotRatedReason = NotGiven['reason'];

const offeredReasons: readonly string[] = ['declined', 'timed-out', 'superseded'] satisfies OfferedReason[];

export function wasOffered(reason: NotRatedReason): reason is OfferedReason {
  return offeredReasons.includes(reason);
}

export function notGiven(
  state: HallState,
  base: Pick<NotGiven, 'at' | 'happenedAt' | 'by' | 'commandId'>,
  serving: ServingId,
  window: WindowId,
  reason: NotRatedReason,
): NotGiven {
  const countsAs = wasOffered(reason) ? state.rules?.rating.notRatedCounts?.[reason] : undefined;
  return {
    ...base,
    type: 'RatingNotGiven',
    serving,
    window,
    reason,
    ...(countsAs === undefined ? {} : { countsAs }),
  };
}
