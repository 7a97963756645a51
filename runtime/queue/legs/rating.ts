/** How a service was rated: once, by a press inside its interval, whenever that arrives (F15). Everything else is evidence. */
import { endOfWorkingDay } from '../calendar.ts';
import type { QueueEvent } from '../events.ts';
import { notGiven } from '../not-rated.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { accept, type CommandOf, head, isDecision, refuse, refuseForTheRecord, windowFor } from './answer.ts';

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

/** The steps of looking after a low rating; a wrong one is set aside by a supervisor, with the grounds. */
export function recordFollowUp(state: HallState, command: CommandOf<'RecordFollowUp'>): Decision {
  const { serving, reference, step } = command;
  if (step === 'wrong-rating') {
    if (command.by.kind !== 'supervisor') return refuse('supervisor-only', 'only a supervisor sets a rating aside');
    if (state.ratings.get(serving)?.outcome !== 'rated' && !state.followUps.has(serving)) {
      return refuse('not-rated', `"${serving}" has no rating that is remembered`);
    }
    return accept({ ...head(command), type: 'RatingSetAside', serving, reference });
  }
  if (!state.followUps.has(serving)) return refuse('no-follow-up', `no follow-up is open for "${serving}"`);
  return accept({ ...head(command), type: 'FollowUpRecorded', serving, step, reference });
}

export function evidence(command: CommandOf<'StrayRating' | 'PressRefused'>): Decision {
  if (command.type === 'PressRefused') {
    return accept({ ...head(command), type: 'PressRefused', key: command.key, reason: command.reason });
  }
  return accept({
    ...head(command),
    type: 'StrayRating',
    window: command.window,
    key: command.key,
    reason: command.reason,
  });
}
