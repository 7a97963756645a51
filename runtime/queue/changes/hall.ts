/** New rules, and days that begin and end. */
import type { WindowRules } from '../../../devices/contract/hall.ts';
import type { DaySchedule } from '../events.ts';
import { rebuildLanes } from '../lanes.ts';
import { indexRules } from '../rules-index.ts';
import type { HallState, WindowState } from '../state.ts';
import { blocksExpire } from './blocks.ts';
import type { EventOf } from './of.ts';

/** A press within its interval counts whenever it arrives (F15), so long as the service is remembered. */
const ratingMemoryMs = 7 * 24 * 3_600_000;

export function hallConfigured(state: HallState, event: EventOf<'HallConfigured'>): void {
  const { rules } = event;
  const before = new Map(state.windows);
  state.rules = rules;
  state.index = indexRules(rules);
  state.windows.clear();
  for (const window of rules.windows) {
    const known = before.get(window.id);
    state.windows.set(window.id, known === undefined ? newWindow(window) : withRules(known, window));
  }
  state.windowsVersion += 1;
  state.proposal = null;
  for (const [id] of state.lent) if (!state.windows.has(id)) state.lent.delete(id);
  rebuildLanes(state);
}

function newWindow(rules: WindowRules): WindowState {
  return {
    id: rules.id,
    rules,
    role: rules.role,
    serves: rules.serves,
    state: 'closed',
    pauseReason: '',
    rev: 0,
    clerk: null,
    call: null,
    rating: null,
    lastServing: null,
    slip: null,
    held: [],
    freeSince: 0,
  };
}

/** What the file changed takes effect; what was changed by hand and not in the file stays. */
function withRules(window: WindowState, rules: WindowRules): WindowState {
  if (rules.role !== window.rules.role) window.role = rules.role;
  if (JSON.stringify(rules.serves) !== JSON.stringify(window.rules.serves)) window.serves = rules.serves;
  window.rules = rules;
  window.rev += 1;
  return window;
}

/** A day that an older journal opened without times: no numbers are given. */
const noSchedule: DaySchedule = { spans: [], ticketsFrom: 0, ticketsUntil: 0, endsAt: Number.MAX_SAFE_INTEGER };

export function dayOpened(state: HallState, event: EventOf<'DayOpened'>): void {
  state.day = {
    day: event.day,
    schedule: event.schedule ?? noSchedule,
    next: new Map(),
    fromBlocks: new Set(),
    gaps: new Map(),
    issued: new Map(),
  };
}

export function calendarChanged(state: HallState, event: EventOf<'DayRescheduled'>): void {
  if (state.day !== null) state.day.schedule = event.schedule;
}

/** Open tickets were closed one by one before. */
export function dayClosed(state: HallState, event: EventOf<'DayClosed'>): void {
  state.day = null;
  state.proposal = null;
  state.recentCalls = [];
  state.alternate = { first: 0, others: 0 };
  // A day off teaches nothing.
  if (state.learned.mostWindows > 0) state.learned.usualWindows = state.learned.mostWindows;
  state.windowsVersion += 1;
  state.learned.mostWindows = 0;
  blocksExpire(state, event.day);
  for (const [id, ask] of state.asks) if (ask.day < event.day) state.asks.delete(id);
  for (const [id, rating] of state.ratings) {
    if (rating.outcome !== 'armed' && rating.from < event.at - ratingMemoryMs) state.ratings.delete(id);
  }
  // Lanes are made again as they are needed: services and authorisations come and go over the years.
  rebuildLanes(state);
}
