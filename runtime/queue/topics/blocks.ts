/** Blocks of numbers leased to kiosks (F7): today's, where numbers are given, and the next business day's; and what a restored hub learns from its boxes (F11). */
import type { HallRules } from '../../../devices/contract/hall.ts';
import {
  type BusinessDay,
  dayOf,
  numberOf,
  type TicketId,
  type TicketNumber,
} from '../../../devices/contract/terms.ts';
import { type LeaseResult, type NumberBlock, zLeaseResult } from '../../../devices/contract/ticket.ts';
import { accept, head, refuse } from '../answer.ts';
import { nextBlock, overlap } from '../blocks.ts';
import { nextBusinessDay, scheduleOf } from '../calendar.ts';
import type { CommandOf, FromDevice } from '../commands.ts';
import type { DaySchedule, EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import { countFrom, splitNumber } from '../numbers.ts';
import type { Decision } from '../queue.ts';
import type { HallState, Lease } from '../state.ts';

declare module '../commands.ts' {
  interface CommandData {
    LeaseBlocks: FromDevice<'LeaseBlocks'> & {
      /** `false` while a hub that has just begun still collects who holds what: nothing new is leased. */
      readonly grant: boolean;
    };
    /** By the hub: numbers that its nodes have seen, and whether it was restored from a backup (F11). */
    /** By the hub, for a person: takes back what a box claimed beyond all that one hall can have given (F25). */
    HealHall: object;
    NoteRestored: {
      readonly tickets: readonly TicketId[];
      /** The new epoch, where nodes know more than this journal. */
      readonly epoch: number | null;
    };
  }
}

declare module '../events.ts' {
  interface EventData {
    /** Nobody but this kiosk gives these numbers on that day. `reported`: by the kiosk, to a hub that had forgotten. */
    BlockLeased: NumberBlock & { readonly kiosk: string; readonly reported?: true };
    /** This journal is a backup: nodes know of an epoch, of events or numbers that are not in it. */
    HallRestored: { readonly epoch: number; readonly barredUntil: BusinessDay };
    /** By prefix, where numbers go on; `given` lie above that, `leases` never were. */
    HallHealed: {
      readonly next: Readonly<Record<string, number>>;
      readonly given: readonly TicketNumber[];
      readonly leases: readonly string[];
    };
    /** Given by a hub whose journal was lost: the count goes on above them. */
    NumbersSeen: { readonly tickets: readonly TicketId[] };
  }
}

export const blocksCommands = {
  LeaseBlocks: {
    fromDevice: (data, { mayLease = false, answered }) => {
      // Sent again: what was leased then is held, and nothing new is asked for.
      const before = (zLeaseResult.safeParse(answered).data?.blocks ?? []).map((block) => ({ ...block, left: 0 }));
      return { ...data, held: [...data.held, ...before], grant: mayLease && answered === undefined };
    },
    decide: leaseBlocks,
  },
  NoteRestored: { decide: noteRestored },
  HealHall: { decide: healHall },
} satisfies Partial<Handlers>;

export const blocksChanges = {
  BlockLeased: blockLeased,
  HallRestored: (state, event) => {
    state.leasesBarredUntil = event.barredUntil;
  },
  NumbersSeen: numbersSeen,
  HallHealed: hallHealed,
} satisfies Partial<Changes>;

/** A kiosk that loses its store again and again must not empty the hall's range. */
export const leasesAKiosk = 40;

export function leaseBlocks(state: HallState, command: CommandOf<'LeaseBlocks'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const blocks = rules.numbering.blocks;
  if (blocks === undefined) return refuse('no-blocks', 'this hall leases no numbers: its kiosks wait for the hub');
  const kiosk = command.by.id;
  const known = [...state.leases.values()].flat();
  const events: QueueEvent[] = [];
  const reported: NumberBlock[] = [];
  const revoked: string[] = [];
  for (const { left: _left, ...block } of command.held) {
    if (block.day < day.day) continue;
    const same = known.find((each) => each.lease === block.lease);
    if (same?.kiosk === kiosk) continue;
    // A hub restored from a backup hears of leases it gave and forgot (F11); the first to tell keeps the range.
    const others = [...known, ...reported].filter((each) => each.prefix === block.prefix);
    if (same !== undefined || block.from > block.to || others.some((each) => overlap(each, block))) {
      revoked.push(block.lease);
      continue;
    }
    reported.push(block);
    events.push({ ...head(command), type: 'BlockLeased', ...block, kiosk, reported: true });
  }
  const days = leaseDays(rules, day);
  const given: NumberBlock[] = [];
  const prefixes = new Set(rules.services.map((service) => service.prefix));
  for (const prefix of new Set(command.prefixes)) {
    if (!prefixes.has(prefix)) continue;
    for (const [forDay] of days) {
      if (!command.grant || forDay <= state.leasesBarredUntil) continue;
      const left = command.held
        .filter((each) => each.prefix === prefix && each.day === forDay && !revoked.includes(each.lease))
        .reduce((sum, each) => sum + each.left, 0);
      if (left >= blocks.size / 2) continue;
      const had = known.filter((each) => each.kiosk === kiosk && each.prefix === prefix && each.day === forDay);
      if (had.length >= leasesAKiosk) continue;
      const range = nextBlock(state, blocks, prefix, [...reported, ...given]);
      if (range === undefined) continue;
      const block = { lease: leaseName(prefix, range.from, forDay), day: forDay, prefix, ...range };
      given.push(block);
      events.push({ ...head(command), type: 'BlockLeased', ...block, kiosk });
    }
  }
  const answer: LeaseResult = {
    days: days.map(([forDay, schedule]) => ({
      day: forDay,
      tickets_from: schedule.ticketsFrom,
      tickets_until: schedule.ticketsUntil,
      ends_at: schedule.endsAt,
    })),
    blocks: given,
    revoked,
  };
  return { ok: true, events, answer };
}

export function leaseName(prefix: string, from: number, day: BusinessDay): string {
  return `${prefix}${from}-${day}`;
}

function leaseDays(
  rules: HallRules,
  today: { readonly day: BusinessDay; readonly schedule: DaySchedule },
): readonly (readonly [BusinessDay, DaySchedule])[] {
  const next = nextBusinessDay(rules.calendar, today.day);
  return [
    ...(today.schedule.spans.length > 0 ? [[today.day, today.schedule] as const] : []),
    ...(next === undefined ? [] : [[next, scheduleOf(rules, next)] as const]),
  ];
}

export function noteRestored(state: HallState, command: CommandOf<'NoteRestored'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const events: QueueEvent[] = [];
  if (command.epoch !== null) {
    // Blocks leased for today and the next business day may be in boxes that nobody hears: none of these days is leased again.
    const barredUntil = nextBusinessDay(rules.calendar, day.day) ?? day.day;
    events.push({ ...head(command), type: 'HallRestored', epoch: command.epoch, barredUntil });
  }
  const tickets = numbersAbove(state, command.tickets);
  if (tickets.length > 0) events.push({ ...head(command), type: 'NumbersSeen', tickets });
  return accept(...events);
}

/** Those of today that this hub has not given yet. */
export function numbersAbove(
  state: HallState,
  tickets: CommandOf<'NoteRestored'>['tickets'],
): CommandOf<'NoteRestored'>['tickets'] {
  const { rules, day } = state;
  if (rules === null || day === null) return [];
  return tickets.filter((ticket) => {
    const { prefix, count } = splitNumber(ticket.slice(ticket.indexOf('/') + 1));
    return dayOf(ticket) === day.day && count >= (day.next.get(prefix) ?? rules.numbering.start);
  });
}

export function blockLeased(state: HallState, event: EventOf<'BlockLeased'>): void {
  const { lease, kiosk, prefix, day, from, to } = event;
  const leases = state.leases.get(prefix) ?? [];
  leases.push({ lease, kiosk, prefix, day, from, to });
  state.leases.set(prefix, leases);
  state.blockNext.set(prefix, to + 1);
}

/** For boxes that were away for days. */
const pastLeasesKept = 10_000;

export function knownLease(state: HallState, lease: string): Lease | undefined {
  for (const leases of state.leases.values()) {
    const found = leases.find((each) => each.lease === lease);
    if (found !== undefined) return found;
  }
  return state.pastLeases.findLast((each) => each.lease === lease);
}

export function blocksExpire(state: HallState, closed: BusinessDay): void {
  for (const [prefix, leases] of state.leases) {
    const over = leases.filter((each) => each.day <= closed);
    if (over.length > 0) state.pastLeases = [...state.pastLeases, ...over].slice(-pastLeasesKept);
    const left = leases.filter((each) => each.day > closed);
    if (left.length > 0) state.leases.set(prefix, left);
    else state.leases.delete(prefix);
  }
}

export function numbersSeen(state: HallState, event: EventOf<'NumbersSeen'>): void {
  const { day, rules } = state;
  if (day === null) return;
  for (const ticket of event.tickets) {
    if (dayOf(ticket) === day.day) countFrom(day, rules?.numbering.start ?? 0, numberOf(ticket));
  }
}

/** So many numbers of one prefix can a lost journal have given at a time. */
const largestGap = 1_000;

export function healHall(state: HallState, command: CommandOf<'HealHall'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const next: Record<string, number> = {};
  for (const [prefix, gaps] of day.gaps) {
    const wrong = gaps.filter(({ from, to }) => to - from >= largestGap).map(({ from }) => from);
    if (wrong.length > 0) next[prefix] = Math.min(...wrong);
  }
  const size = rules.numbering.blocks?.size ?? 0;
  const wrongLeases = [...state.leases.values()].flat().filter(({ from, to }) => to - from + 1 > size);
  const given = [...state.asks.values()].flatMap(({ ticket }) => {
    if (ticket === null || dayOf(ticket) !== day.day) return [];
    const { prefix, count } = splitNumber(numberOf(ticket));
    return count >= (next[prefix] ?? Number.POSITIVE_INFINITY) ? [numberOf(ticket)] : [];
  });
  if (Object.keys(next).length + wrongLeases.length === 0) return accept();
  const leases = wrongLeases.map(({ lease }) => lease);
  return accept({ ...head(command), type: 'HallHealed', next, given, leases });
}

export function hallHealed(state: HallState, event: EventOf<'HallHealed'>): void {
  const { day } = state;
  for (const [prefix, leases] of state.leases) {
    const left = leases.filter(({ lease }) => !event.leases.includes(lease));
    if (left.length === leases.length) continue;
    state.leases.set(prefix, left);
    state.blockNext.delete(prefix);
  }
  if (day === null) return;
  for (const [prefix, count] of Object.entries(event.next)) {
    day.next.set(prefix, count);
    day.gaps.set(
      prefix,
      (day.gaps.get(prefix) ?? []).filter(({ to }) => to < count),
    );
  }
  // The counter steps over them.
  for (const number of event.given) day.fromBlocks.add(number);
}
