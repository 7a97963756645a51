/**
 * The hall's time: a correction of the wall clock, doubt about it, and a day that a wrong clock opened or closed (F21, F22).
 * While the clock is in doubt no day begins or ends; numbers go on under the day that is open.
 */
import type { BusinessDay, DurationMs, Instant, TicketId } from '../../../devices/contract/terms.ts';
import { numberOf } from '../../../devices/contract/terms.ts';
import { accept, head } from '../answer.ts';
import { businessDay, dayAt, localOffsets } from '../calendar.ts';
import type { CommandData, CommandHead, CommandOf } from '../commands.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import { enterLane, rebuildLanes } from '../lanes.ts';
import type { Decision } from '../queue.ts';
import { shiftTicket, shiftTime } from '../shift-time.ts';
import type { DayState, HallState, KeptDay, Ticket } from '../state.ts';

declare module '../commands.ts' {
  interface CommandData {
    /** Hub time goes on at `to`. `shiftMs`: by how much the clock was wrong; 0 when the time really passed (the hub was off). */
    StepClock: { readonly from: Instant; readonly to: Instant; readonly shiftMs: DurationMs };
    /** The wall clock is not credible. */
    DoubtClock: { readonly wall: Instant; readonly reason: string };
    TrustClock: { readonly wall: Instant; readonly reason: string };
  }
}

declare module '../events.ts' {
  interface EventData {
    ClockStepped: CommandData['StepClock'];
    ClockDoubted: CommandData['DoubtClock'];
    ClockTrusted: CommandData['TrustClock'];
    /** `from` was opened by a wrong clock: `day` goes on, with the numbers and the visitors of both. */
    DayTakenBack: {
      readonly from: BusinessDay;
      readonly day: BusinessDay;
      readonly schedule: DaySchedule;
      readonly offsets: DayOffsets;
      /** Ended by the wrong clock; they wait again. */
      readonly restored: readonly TicketId[];
    };
  }
}

export const clockCommands = {
  StepClock: {
    decide: (_state, { from, to, shiftMs, ...command }) =>
      accept({ ...head(command), type: 'ClockStepped', from, to, shiftMs }),
  },
  DoubtClock: { decide: doubtClock },
  TrustClock: { decide: trustClock },
} satisfies Partial<Handlers>;

export const clockChanges = {
  ClockStepped: clockStepped,
  ClockDoubted: (state, { wall, reason, at }) => {
    state.clockDoubt = { since: at, wall, reason };
  },
  ClockTrusted: (state) => {
    state.clockDoubt = null;
  },
  DayTakenBack: dayTakenBack,
} satisfies Partial<Changes>;

/** Commands that are about time itself: nothing falls due before them, and they need no open day. */
export const aboutTime: ReadonlySet<string> = new Set([
  'Tick',
  'ConfigureHall',
  'StepClock',
  'DoubtClock',
  'TrustClock',
]);

function doubtClock(state: HallState, command: CommandOf<'DoubtClock'>): Decision {
  if (state.clockDoubt?.reason === command.reason) return accept();
  return accept({ ...head(command), type: 'ClockDoubted', wall: command.wall, reason: command.reason });
}

function trustClock(state: HallState, command: CommandOf<'TrustClock'>): Decision {
  if (state.clockDoubt === null && command.by.kind === 'hub') return accept();
  return accept({ ...head(command), type: 'ClockTrusted', wall: command.wall, reason: command.reason });
}

function clockStepped(state: HallState, { shiftMs }: EventOf<'ClockStepped'>): void {
  shiftTime(state, shiftMs);
  for (const kept of state.keptDays.values()) for (const ticket of kept.tickets) shiftTicket(ticket, shiftMs);
}

/** The open day lies after the hall's date: a clock that has been corrected since opened it. */
export function takenBack(state: HallState, command: CommandHead): QueueEvent[] {
  const { rules, day: open } = state;
  if (rules === null || open === null || businessDay(rules.timeZone, command.at) >= open.day) return [];
  const { day, schedule } = dayAt(rules, command.at);
  const offsets = localOffsets(rules.timeZone, day);
  const tickets = state.keptDays.get(day)?.tickets ?? [];
  // A number that two visitors hold stays with the one who waits now.
  const restored = tickets.filter(({ number }) => !state.byNumber.has(number)).map(({ id }) => id);
  return [{ ...head(command), type: 'DayTakenBack', from: open.day, day, schedule, offsets, restored }];
}

function dayTakenBack(state: HallState, event: EventOf<'DayTakenBack'>): void {
  const { from, day, schedule, restored } = event;
  const { day: wrong } = state;
  if (wrong === null) return;
  const kept = state.keptDays.get(day);
  state.keptDays.delete(day);
  // Numbers of the wrong day are on papers: when its date comes, they are not given again.
  state.keptDays.set(from, keptDay(wrong, []));
  state.day = { ...(kept === undefined ? copyOf(wrong) : copyOf(kept.numbers)), day, schedule };
  // The counters of both: whoever holds a number of the wrong day waits on, and it is not given twice.
  for (const [prefix, next] of wrong.next) state.day.next.set(prefix, Math.max(next, state.day.next.get(prefix) ?? 0));
  for (const number of wrong.fromBlocks) state.day.fromBlocks.add(number);
  // Which blocks its kiosks had is not known any more.
  if (state.leasesBarredUntil < day) state.leasesBarredUntil = day;
  for (const ticket of state.tickets.values()) if (ticket.day === from) (ticket as { day: BusinessDay }).day = day;
  const again = new Set(restored);
  for (const ticket of kept?.tickets ?? []) if (again.has(ticket.id)) restore(state, ticket);
  rebuildLanes(state);
}

function restore(state: HallState, ticket: Ticket): void {
  state.tickets.set(ticket.id, ticket);
  state.byNumber.set(numberOf(ticket.id), ticket.id);
  if (ticket.print === 'pending') ticket.print = 'unknown';
  ticket.toWindow = null;
  enterLane(state, ticket);
}

export function keptDay(day: DayState, tickets: readonly Ticket[]): KeptDay {
  return { numbers: copyOf(day), tickets };
}

export function copyOf(day: DayState): DayState {
  return {
    ...day,
    next: new Map(day.next),
    fromBlocks: new Set(day.fromBlocks),
    gaps: new Map(day.gaps),
    issued: new Map(day.issued),
  };
}
