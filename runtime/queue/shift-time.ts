/**
 * A correction of the wall clock moves the times of all that is open with it (F21): who has waited ten minutes before the
 * correction has waited ten minutes after it. What the calendar fixes (opening times, deadlines, appointments) stays.
 */
import type { DurationMs } from '../../devices/contract/terms.ts';
import type { CurrentCall, DueTimer, HallState, RatingState, Ticket, WindowState } from './state.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Follow-ups are due at the end of a working day, whatever the clock showed meanwhile. */
const byCalendar: ReadonlySet<DueTimer['kind']> = new Set(['follow-up']);

export function shiftTime(state: HallState, byMs: DurationMs): void {
  if (byMs === 0) return;
  const timers = [...state.timers].filter(({ kind }) => !byCalendar.has(kind));
  for (const timer of timers) state.timers.remove(timer);
  // All by the same: their order in the lanes stays.
  for (const ticket of state.tickets.values()) shiftTicket(ticket, byMs);
  for (const window of state.windows.values()) shiftWindow(window, byMs);
  for (const rating of state.ratings.values()) shiftRating(rating, byMs);
  for (const seen of state.learned.arrivals.values()) seen.at += byMs;
  for (const [window, at] of state.balancedAt) state.balancedAt.set(window, at + byMs);
  state.recentCalls = state.recentCalls.map((call) => ({ ...call, calledAt: call.calledAt + byMs }));
  const { proposal } = state;
  if (proposal !== null) state.proposal = { ...proposal, at: proposal.at + byMs, until: proposal.until + byMs };
  for (const timer of timers) state.timers.insert({ ...timer, at: timer.at + byMs });
}

/** 0 stands for "not yet". */
function move<K extends string>(of: Record<K, number>, byMs: number, ...names: readonly K[]): void {
  for (const name of names) if (of[name] !== 0) of[name] += byMs;
}

export function shiftTicket(ticket: Writable<Ticket>, byMs: DurationMs): void {
  move(ticket, byMs, 'pressedAt', 'issuedAt', 'since', 'returnBy');
  for (const matter of ticket.matters) move(matter, byMs, 'decidedAt');
}

function shiftWindow(window: WindowState, byMs: DurationMs): void {
  move(window, byMs, 'freeSince', 'idleSince');
  const call: Writable<CurrentCall> | null = window.call;
  if (call !== null) move(call, byMs, 'calledAt', 'takenAt', 'firstTakenAt', 'firstCalledAt', 'startedAt');
  if (window.rating !== null) window.rating = { ...window.rating, armedUntil: window.rating.armedUntil + byMs };
  if (window.slip !== null) window.slip = { ...window.slip, at: window.slip.at + byMs };
}

function shiftRating(rating: Writable<RatingState>, byMs: DurationMs): void {
  move(rating, byMs, 'from', 'armedUntil', 'until', 'ratedAt');
}
