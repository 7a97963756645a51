/**
 * A hall as text and back, so that a start need not replay years. What follows from the rest is not written but made again:
 * the rules' index, the tickets' lanes, the timers' order. Only for the same program: a snapshot is a cache of the journal.
 */
import { addLane } from './lanes.ts';
import { indexRules } from './rules-index.ts';
import { type DueTimer, emptyHall, type HallState, type Lane, newLane, type Ticket } from './state.ts';

interface LaneText extends Pick<Lane, 'key' | 'service' | 'window' | 'class' | 'phase' | 'workMs'> {
  readonly profiles: readonly number[];
  readonly tickets: readonly Ticket['id'][];
}

interface SnapshotText {
  readonly state: Partial<HallState>;
  /** In the order of their making: where credit is equal, it decides. */
  readonly lanes: readonly LaneText[];
  readonly timers: readonly DueTimer[];
}

export function snapshotOf(state: HallState): string {
  const { index: _index, lanes, lanesOfService: _byService, lanesOfWindow: _byWindow, timers, ...rest } = state;
  const text: SnapshotText = {
    state: rest,
    lanes: [...lanes.values()].map(({ profiles, tickets, ...lane }) => ({
      ...lane,
      profiles: [...profiles],
      tickets: [...tickets].map(({ id }) => id),
    })),
    timers: [...timers],
  };
  return JSON.stringify(text, (key, value) => {
    if (key === 'lane') return null;
    if (value instanceof Map) return { $map: [...value] };
    if (value instanceof Set) return { $set: [...value] };
    return value;
  });
}

/** The text is this program's own, checked by whoever kept it. */
export function hallFromSnapshot(text: string): HallState {
  const { state, lanes, timers } = JSON.parse(text, (_key, value) => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value.$map)) return new Map(value.$map);
    if (Array.isArray(value.$set)) return new Set(value.$set);
    return value;
  }) as SnapshotText;
  const hall: HallState = { ...emptyHall(), ...state };
  hall.index = indexRules(hall.rules);
  for (const { tickets, profiles, workMs, ...from } of lanes) {
    const lane = newLane(from.key, { ...from, profiles: new Set(profiles) });
    lane.workMs = workMs;
    for (const id of tickets) {
      const ticket = hall.tickets.get(id);
      if (ticket === undefined) throw new Error(`the snapshot's lane ${from.key} holds ${id}, which is not open`);
      ticket.lane = lane;
      lane.tickets.insert(ticket);
    }
    addLane(hall, lane);
  }
  for (const timer of timers) hall.timers.insert(timer);
  return hall;
}
