/** How a service was rated: once, by a press inside its interval, whenever that arrives (F15). Everything else is evidence. */
import type { QueueEvent } from '../events.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { accept, type CommandOf, head, refuse } from './answer.ts';

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
    },
  ];
  return { ok: true, events };
}

export function ratingUnavailable(state: HallState, command: CommandOf<'RatingUnavailable'>): Decision {
  const rating = state.ratings.get(command.serving);
  if (rating === undefined || rating.window !== command.window) {
    return refuse('not-armed', `no service "${command.serving}" is to be rated at this window`);
  }
  if (rating.outcome !== 'armed') return accept();
  return accept({
    ...head(command),
    type: 'RatingNotGiven',
    serving: rating.serving,
    window: rating.window,
    reason: command.reason,
  });
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
