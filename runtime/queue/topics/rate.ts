/** How a service was rated: once, by a press inside its interval, whenever that arrives (F15). Everything else is evidence. */
import type { OfferedReason } from '../../../devices/contract/hall.ts';
import type { ClerkId, Instant, RatingLevel, ServingId, WindowId } from '../../../devices/contract/terms.ts';
import { accept, head, isDecision, refuse, refuseForTheRecord, windowFor } from '../answer.ts';
import { endOfWorkingDay } from '../calendar.ts';
import type { CommandOf, FromDevice } from '../commands.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import { type Changes, type Handlers, recordOnly } from '../handlers.ts';
import { notGiven } from '../not-rated.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { ratingTimer } from '../timers.ts';

declare module '../commands.ts' {
  interface CommandData {
    RateService: FromDevice<'RateService'>;
    StrayRating: FromDevice<'StrayRating'>;
    RatingUnavailable: FromDevice<'RatingUnavailable'>;
    /** Once more for the service that ended last here, while its visitor still stands there. */
    RequestRating: FromDevice<'RequestRating'>;
    AddRatingReason: FromDevice<'AddRatingReason'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    ServiceRated: {
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly clerk: ClerkId | null;
      readonly level: RatingLevel;
      readonly reasons?: readonly string[];
    };
    RatingNotGiven: {
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly reason: OfferedReason | 'pad-away' | 'hub-away' | 'no-keypad';
      /** By the rules of that day; absent = as nothing. */
      readonly countsAs?: RatingLevel;
    };
    /** The clerk invites again: the keypad is armed once more for this service. */
    RatingRequested: { readonly serving: ServingId; readonly window: WindowId; readonly ratingUntil: Instant };
    RatingReasonGiven: { readonly serving: ServingId; readonly window: WindowId; readonly reason: string };
    StrayRating: { readonly window: WindowId; readonly key: string; readonly reason: string };
  }
}

export const rateCommands = {
  RateService: { decide: rateService },
  StrayRating: {
    decide: (_state, command) => {
      const { window, key, reason } = command;
      return accept({ ...head(command), type: 'StrayRating', window, key, reason });
    },
  },
  RatingUnavailable: { decide: ratingUnavailable },
  RequestRating: { decide: requestRating },
  AddRatingReason: { decide: addRatingReason },
} satisfies Partial<Handlers>;

export const rateChanges = {
  ServiceRated: serviceRated,
  RatingNotGiven: ratingNotGiven,
  RatingRequested: ratingRequested,
  RatingReasonGiven: (state, event) => void state.ratings.get(event.serving)?.reasons.push(event.reason),
  StrayRating: recordOnly,
} satisfies Partial<Changes>;

export function rateService(state: HallState, command: CommandOf<'RateService'>): Decision {
  const rating = state.ratings.get(command.serving);
  const stray = (code: string, message: string): Decision => ({
    ok: false,
    refusal: { code, message },
    events: [
      {
        ...head(command),
        type: 'StrayRating',
        window: command.window,
        key: String(command.level),
        reason: code,
      },
    ],
  });
  if (rating === undefined) return stray('not-armed', `no service "${command.serving}" is to be rated`);
  if (rating.window !== command.window) return stray('wrong-window', 'this service was given at another window');
  if (rating.outcome === 'rated') return stray('already-rated', 'this service has been rated');
  if (command.happenedAt < rating.from || command.happenedAt > rating.until) {
    return stray('too-late', 'the keypad was not armed for this service at that time');
  }
  const events: QueueEvent[] = [
    {
      ...head(command),
      type: 'ServiceRated',
      serving: rating.serving,
      window: rating.window,
      clerk: rating.clerk,
      level: command.level,
      ...(command.reasons === undefined ? {} : { reasons: command.reasons }),
    },
  ];
  const { rules, day } = state;
  if (rules !== null && day !== null && command.level <= rules.rating.followUpLevel) {
    events.push({
      ...head(command),
      type: 'FollowUpOpened',
      serving: rating.serving,
      clerk: rating.clerk,
      level: command.level,
      dueAt: endOfWorkingDay(rules, day.day, rules.rating.followUpWorkingDays),
    });
  }
  return { ok: true, events };
}

/** So long after its end the visitor may still stand at the window. */
const askAgainMs = 10 * 60_000;

/** F15 arms at `Complete`; this arms once more, for the same service alone. */
export function requestRating(state: HallState, command: CommandOf<'RequestRating'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  const rules = state.rules?.rating;
  const lifeMs = state.rules?.calling.commandLifeMs ?? 0;
  if (command.at - command.happenedAt > lifeMs) {
    return refuseForTheRecord(command, 'stale', `the key was pressed more than ${lifeMs / 1000} s ago: press again`);
  }
  if (window.rules.rated === false) return refuse('no-keypad', 'no rating keypad stands at this window');
  if (window.call?.status === 'serving')
    return refuse('complete-first', 'complete the service: that asks for a rating');
  const rating = window.lastServing === null ? undefined : state.ratings.get(window.lastServing);
  if (rating === undefined || command.at - rating.from > askAgainMs) {
    return refuse('nothing-to-rate', 'no service ended here a moment ago');
  }
  if (rating.outcome === 'rated') return refuse('already-rated', 'this service has been rated');
  return accept({
    ...head(command),
    type: 'RatingRequested',
    serving: rating.serving,
    window: window.id,
    ratingUntil: command.at + (rules?.timeoutMs ?? 0),
  });
}

/** The keys for reasons are lit for a shorter time; this leaves room for a box that was without the hub. */
const reasonsWithinMs = 60_000;

const maxReasons = 8;

export function addRatingReason(state: HallState, command: CommandOf<'AddRatingReason'>): Decision {
  const rating = state.ratings.get(command.serving);
  if (rating?.outcome !== 'rated' || rating.window !== command.window) {
    return refuse('not-rated', `"${command.serving}" has no rating of this window`);
  }
  if (command.happenedAt < rating.ratedAt || command.happenedAt > rating.ratedAt + reasonsWithinMs) {
    return refuse('too-late', 'reasons belong to the minute after the rating');
  }
  if (rating.reasons.includes(command.reason)) return accept();
  if (rating.reasons.length >= maxReasons) return refuse('too-many', `a rating has at most ${maxReasons} reasons`);
  return accept({
    ...head(command),
    type: 'RatingReasonGiven',
    serving: rating.serving,
    window: rating.window,
    reason: command.reason,
  });
}

export function ratingUnavailable(state: HallState, command: CommandOf<'RatingUnavailable'>): Decision {
  const rating = state.ratings.get(command.serving);
  if (rating === undefined || rating.window !== command.window) {
    return refuse('not-armed', `no service "${command.serving}" is to be rated at this window`);
  }
  if (rating.outcome !== 'armed') return accept();
  return accept(notGiven(state, head(command), rating.serving, rating.window, command.reason));
}

export function serviceRated(state: HallState, event: EventOf<'ServiceRated'>): void {
  settle(state, event, 'rated', undefined);
  const rating = state.ratings.get(event.serving);
  if (rating === undefined) return;
  rating.ratedAt = event.happenedAt;
  rating.reasons.push(...(event.reasons ?? []));
}

export function ratingRequested(state: HallState, event: EventOf<'RatingRequested'>): void {
  const rating = state.ratings.get(event.serving);
  const window = state.windows.get(event.window);
  if (rating === undefined || window === undefined) return;
  if (rating.outcome === 'armed') state.timers.remove(ratingTimer(rating));
  rating.outcome = 'armed';
  rating.armedUntil = event.ratingUntil;
  rating.until = event.ratingUntil;
  window.rating = { serving: rating.serving, armedUntil: event.ratingUntil };
  state.timers.insert(ratingTimer(rating));
}

export function ratingNotGiven(state: HallState, event: EventOf<'RatingNotGiven'>): void {
  settle(state, event, 'not-given', event.reason === 'superseded' ? event.happenedAt : undefined);
}

function settle(
  state: HallState,
  event: EventOf<'ServiceRated' | 'RatingNotGiven'>,
  outcome: 'rated' | 'not-given',
  until: number | undefined,
): void {
  const rating = state.ratings.get(event.serving);
  if (rating === undefined) return;
  if (rating.outcome === 'armed') state.timers.remove(ratingTimer(rating));
  rating.outcome = outcome;
  if (until !== undefined) rating.until = Math.min(rating.until, until);
  const window = state.windows.get(rating.window);
  if (window?.rating?.serving === event.serving) window.rating = null;
}
