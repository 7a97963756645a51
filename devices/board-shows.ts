/** What a visitor sees on a board, as far as anybody can know: the third promise, for whoever reads the device's state. */
import type { LineDisplay, ShowOutcome } from '../drivers/line-display/line-display.ts';
import type { BoardShows } from './contract/presence.ts';

export function boardShows(board: LineDisplay, outcome: ShowOutcome | 'pending'): BoardShows {
  const errors = board.health.faults.filter(({ severity }) => severity === 'error');
  // A board that refuses is not silent: its own clock of self-clearing may run on what it shows.
  if (errors.some(({ kind }) => kind === 'said')) return 'unknown';
  if (errors.length > 0) return board.capabilities.selfClears ? 'clears-itself' : 'unknown';
  if (outcome === 'pending') return 'on-its-way';
  return outcome === 'sent' ? 'sent' : 'wanted';
}
