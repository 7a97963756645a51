/**
 * What happened in the hall, in the past tense: the journal. No personal data; a ticket refers to a contact by an opaque
 * id. Each topic in `topics/` adds its events here; their names and fields are what journals on disk hold.
 */
import type { WindowRole, WindowRules } from '../../devices/contract/hall.ts';
import type { CommandId, Instant, ServiceId, WindowId } from '../../devices/contract/terms.ts';
import type { Actor } from './commands.ts';

/** What the balancer changes at one window, and why. */
export type BalanceChange = { readonly window: WindowId; readonly why: string } & (
  | { readonly role: WindowRole }
  /** `lends`: a service more than its own; absent = back to its own. */
  | { readonly serves: WindowRules['serves']; readonly lends?: ServiceId }
);

/** A business day's times as instants: worked out from the calendar once, in `decide`, so that no replay asks a time-zone table. */
export interface DaySchedule {
  /** When the windows serve; none = closed that day. */
  readonly spans: readonly { readonly from: Instant; readonly to: Instant }[];
  /** Numbers are given in between; equal = none. */
  readonly ticketsFrom: Instant;
  readonly ticketsUntil: Instant;
  /** Local midnight: open tickets are closed, numbers start again. */
  readonly endsAt: Instant;
}

/** Local time minus UTC in milliseconds: `ms` from the day's beginning, `thenMs` from `changesAt`. */
export interface DayOffsets {
  readonly ms: number;
  readonly changesAt?: Instant;
  readonly thenMs?: number;
}

interface EventHead {
  readonly at: Instant;
  readonly happenedAt: Instant;
  readonly by: Actor;
  /** The command it came from; several events may share one. */
  readonly commandId: CommandId;
}

/** What each type of event carries beside its head. */
export interface EventData {
  /** A command that was refused as its effect: stale, too late. Journaled where the rules ask for it (F13). */
  CommandRefused: { readonly command: string; readonly code: string; readonly message: string };
}

export type QueueEventType = keyof EventData;
/** One event of the union, by its type. */
export type EventOf<T extends QueueEventType> = T extends QueueEventType
  ? EventHead & { readonly type: T } & EventData[T]
  : never;
export type QueueEvent = EventOf<QueueEventType>;
