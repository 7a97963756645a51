/** Keys that are a whole command by themselves. */
import type { Sent } from '../contract/hall-link.ts';
import type { WindowId } from '../contract/terms.ts';

/** `undefined`: this key means nothing on a call pad. */
export function plainCommand(
  key: string,
  seen: { readonly window: WindowId; readonly window_rev?: number },
  paused: boolean,
): Sent | undefined {
  const { window } = seen;
  switch (key) {
    case 'next':
      return { type: 'CallNext', data: seen };
    case 'recall':
      return { type: 'Recall', data: seen };
    case 'miss':
      return { type: 'Miss', data: seen };
    case 'start':
      return { type: 'Start', data: seen };
    case 'complete':
      return { type: 'Complete', data: { ...seen, review: [] } };
    case 'review':
      return { type: 'Complete', data: { ...seen, review: 'all' } };
    case 'hold':
      return { type: 'Hold', data: seen };
    case 'park':
      return { type: 'Park', data: seen };
    case 'open':
      return { type: 'OpenWindow', data: { window } };
    case 'close':
      return { type: 'CloseWindow', data: { window } };
    case 'pause':
      // One key on most pads: it turns the pause on and off.
      return paused ? { type: 'ResumeWindow', data: { window } } : { type: 'PauseWindow', data: { window } };
    case 'rate':
      return { type: 'RequestRating', data: { window } };
    case 'resume':
      return { type: 'ResumeWindow', data: { window } };
    default:
      return undefined;
  }
}
