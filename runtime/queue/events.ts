/** What happened in the hall, in the past tense: the journal. No personal data; a ticket refers to a contact by an opaque id. */
import type { HallRules, OfferedReason, WindowRole, WindowRules } from '../../devices/contract/hall.ts';
import type {
  BusinessDay,
  ClerkId,
  CommandId,
  Instant,
  MatterId,
  RatingLevel,
  ServiceId,
  ServingId,
  TicketClass,
  TicketId,
  TicketNumber,
  WindowId,
} from '../../devices/contract/terms.ts';
import type { NumberBlock } from '../../devices/contract/ticket.ts';
import type { Actor, AssistanceOutcome, FollowUpStep } from './commands.ts';

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

interface Base {
  readonly at: Instant;
  readonly happenedAt: Instant;
  readonly by: Actor;
  /** The command it came from; several events may share one. */
  readonly commandId: CommandId;
}

export type QueueEvent =
  | (Base & { readonly type: 'HallConfigured'; readonly rules: HallRules })
  | (Base & { readonly type: 'DayOpened'; readonly day: BusinessDay; readonly schedule?: DaySchedule })
  /** The calendar was changed in the middle of the day. */
  | (Base & { readonly type: 'DayRescheduled'; readonly day: BusinessDay; readonly schedule: DaySchedule })
  | (Base & { readonly type: 'DayClosed'; readonly day: BusinessDay })
  | (Base & {
      readonly type: 'TicketIssued';
      readonly ticket: TicketId;
      readonly service: ServiceId;
      readonly matters: readonly MatterId[];
      readonly class: TicketClass;
      readonly lease?: string;
      /** By a hub whose journal was lost: told again by the box that printed it. */
      readonly given?: true;
      /** What the paper says. */
      readonly promised?: {
        readonly ahead: number;
        readonly lowMs?: number;
        readonly highMs?: number;
        /** The middle of the range before it was rounded: what the range's width is learned from. */
        readonly middleMs?: number;
      };
    })
  /** This journal is a backup: nodes know of an epoch, of events or numbers that are not in it. */
  | (Base & { readonly type: 'HallRestored'; readonly epoch: number; readonly barredUntil: BusinessDay })
  /** Given by a hub whose journal was lost: the count goes on above them. */
  | (Base & { readonly type: 'NumbersSeen'; readonly tickets: readonly TicketId[] })
  /** Nobody but this kiosk gives these numbers on that day. `reported`: the kiosk told a hub that had forgotten. */
  | (Base & NumberBlock & { readonly type: 'BlockLeased'; readonly kiosk: string; readonly reported?: true })
  | (Base & {
      readonly type: 'IssueCancelled';
      readonly commandId: CommandId;
      readonly cancelled: CommandId;
      readonly ticket: TicketId | null;
      readonly reason: string;
    })
  | (Base & {
      readonly type: 'TicketPrinted';
      readonly ticket: TicketId;
      readonly verdict: 'printed' | 'unknown';
      readonly reason?: string | undefined;
    })
  | (Base & { readonly type: 'TicketPrintFailed'; readonly ticket: TicketId; readonly reason: string })
  | (Base & { readonly type: 'TicketVoided'; readonly ticket: TicketId; readonly reason: string })
  /** `why` is the call policy's reason, readable: "A012: 14 min x 1.0, ahead of B003: 5 min x 2.0". */
  | (Base & {
      readonly type: 'TicketCalled';
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly call: number;
      readonly why: string;
      readonly how?: 'policy' | 'number' | 'recall' | 'hand';
    })
  | (Base & {
      readonly type: 'ServiceStarted';
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly serving: ServingId;
      readonly clerk: ClerkId | null;
    })
  | (Base & {
      readonly type: 'ServiceCompleted';
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly serving: ServingId;
      readonly clerk: ClerkId | null;
      readonly review: readonly MatterId[];
      readonly done: readonly MatterId[];
      readonly ratingUntil: Instant;
    })
  | (Base & {
      readonly type: 'TicketMissed';
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly calls: number;
    })
  | (Base & { readonly type: 'TicketHeld'; readonly ticket: TicketId; readonly window: WindowId })
  | (Base & { readonly type: 'TicketParked'; readonly ticket: TicketId; readonly window: WindowId })
  /** Back in the queue, from wherever it was aside; a missed one as `returning`. */
  | (Base & { readonly type: 'TicketReturned'; readonly ticket: TicketId; readonly class: TicketClass })
  | (Base & {
      readonly type: 'TicketTransferred';
      readonly ticket: TicketId;
      readonly from: WindowId;
      readonly to: { readonly service: ServiceId } | { readonly window: WindowId };
      readonly place: 'front' | 'end' | 'age';
    })
  | (Base & {
      readonly type: 'MatterDecided';
      readonly ticket: TicketId;
      readonly matter: MatterId;
      readonly outcome: 'granted' | 'refused';
    })
  /** Enters the certificate queue with the same number. */
  | (Base & { readonly type: 'CertificateReady'; readonly ticket: TicketId })
  | (Base & { readonly type: 'TicketClosed'; readonly ticket: TicketId; readonly reason: 'done' | 'day-end' | 'gone' })
  | (Base & { readonly type: 'WindowOpened'; readonly window: WindowId })
  | (Base & { readonly type: 'WindowClosed'; readonly window: WindowId })
  | (Base & { readonly type: 'WindowPaused'; readonly window: WindowId; readonly reason: string })
  | (Base & { readonly type: 'WindowResumed'; readonly window: WindowId })
  | (Base & {
      readonly type: 'WindowRoleChanged';
      readonly window: WindowId;
      readonly role: WindowRole;
      readonly why: string;
      /** Accepted by whoever did it. */
      readonly proposal?: string;
    })
  | (Base & { readonly type: 'ClerkLoggedIn'; readonly window: WindowId; readonly clerk: ClerkId })
  | (Base & { readonly type: 'ClerkLoggedOut'; readonly window: WindowId; readonly clerk: ClerkId })
  | (Base & {
      readonly type: 'CallShown';
      readonly window: WindowId;
      readonly board: string;
      readonly ticket: TicketId;
      readonly call: number;
      readonly outcome: 'shown' | 'sent';
      readonly delayMs: number;
    })
  | (Base & {
      readonly type: 'CalledByHand';
      readonly window: WindowId;
      readonly number: TicketNumber;
      readonly day: BusinessDay;
      readonly merged: boolean;
    })
  | (Base & {
      readonly type: 'ServiceRated';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly clerk: ClerkId | null;
      readonly level: RatingLevel;
      readonly reasons?: readonly string[];
    })
  | (Base & {
      readonly type: 'RatingNotGiven';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly reason: OfferedReason | 'pad-away' | 'hub-away' | 'no-keypad';
      /** By the rules of that day; absent = as nothing. */
      readonly countsAs?: RatingLevel;
    })
  /** The clerk invites again: the keypad is armed once more for this service. */
  | (Base & {
      readonly type: 'RatingRequested';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly ratingUntil: Instant;
    })
  | (Base & {
      readonly type: 'RatingReasonGiven';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly reason: string;
    })
  | (Base & { readonly type: 'StrayRating'; readonly window: WindowId; readonly key: string; readonly reason: string })
  | (Base & { readonly type: 'PressRefused'; readonly key: string; readonly reason: string })
  | (Base & {
      readonly type: 'MattersChanged';
      readonly ticket: TicketId;
      readonly add: readonly MatterId[];
      readonly remove: readonly MatterId[];
    })
  | (Base & {
      readonly type: 'AssistanceGiven';
      readonly ticket: TicketId | null;
      readonly kind: 'assistance' | 'guidance';
      readonly outcome: AssistanceOutcome;
      readonly matter?: MatterId | undefined;
    })
  | (Base & {
      readonly type: 'ComplaintRecorded';
      readonly complaint: string;
      readonly ticket: TicketId | null;
      readonly kind: 'complaint' | 'suggestion';
      readonly reference: string;
      readonly dueAt: Instant;
    })
  | (Base & { readonly type: 'ComplaintSettled'; readonly complaint: string; readonly outcome: string })
  | (Base & {
      readonly type: 'TicketReprinted';
      readonly ticket: TicketId;
      /** 2 for the second paper: printed on it. */
      readonly copy: number;
      readonly reason: string;
    })
  | (Base & {
      readonly type: 'AcceptanceSlipGiven';
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly matters: readonly MatterId[];
      readonly verdict: 'printed' | 'failed' | 'unknown';
    })
  | (Base & {
      readonly type: 'AppointmentBooked';
      readonly appointment: string;
      readonly day: BusinessDay;
      readonly service: ServiceId;
      readonly matters: readonly MatterId[];
      readonly from: Instant;
      readonly to: Instant;
    })
  | (Base & { readonly type: 'AppointmentCancelled'; readonly appointment: string })
  | (Base & { readonly type: 'AppointmentMissed'; readonly appointment: string })
  | (Base & {
      readonly type: 'AppointmentKept';
      readonly appointment: string;
      readonly ticket: TicketId;
      /** After its window: an ordinary number. */
      readonly late: boolean;
    })
  | (Base & {
      readonly type: 'FollowUpOpened';
      readonly serving: ServingId;
      readonly clerk: ClerkId | null;
      readonly level: RatingLevel;
      readonly dueAt: Instant;
    })
  | (Base & {
      readonly type: 'FollowUpRecorded';
      readonly serving: ServingId;
      readonly step: FollowUpStep;
      readonly reference: string;
    })
  | (Base & { readonly type: 'FollowUpOverdue'; readonly serving: ServingId })
  /** A supervisor found it wrong: reports leave it out, the journal keeps it. */
  | (Base & { readonly type: 'RatingSetAside'; readonly serving: ServingId; readonly reference: string })
  | (Base & {
      readonly type: 'WindowServesChanged';
      readonly window: WindowId;
      readonly serves: WindowRules['serves'];
      readonly why: string;
      /** By the balancer, for this service, until it is needed no more. */
      readonly lends?: ServiceId;
      readonly proposal?: string;
    })
  | (Base & {
      readonly type: 'TicketMoved';
      readonly ticket: TicketId;
      readonly to: { readonly service: ServiceId } | { readonly window: WindowId };
      readonly place: 'front' | 'end' | 'age';
      readonly why: string;
    })
  | (Base & {
      readonly type: 'TicketClassChanged';
      readonly ticket: TicketId;
      readonly class: TicketClass;
      readonly why: string;
    })
  | (Base & { readonly type: 'WindowFreed'; readonly window: WindowId; readonly why: string })
  | (Base &
      BalanceChange & {
        readonly type: 'BalanceProposed';
        readonly proposal: string;
        readonly until: Instant;
      })
  | (Base & {
      readonly type: 'BalanceWithdrawn';
      readonly proposal: string;
      readonly reason: 'not-needed' | 'expired' | 'declined';
      readonly why?: string;
    })
  /** A command that was refused as its effect: stale, too late. Journaled where the rules ask for it (F13). */
  | (Base & {
      readonly type: 'CommandRefused';
      readonly command: string;
      readonly code: string;
      readonly message: string;
    });

export type QueueEventType = QueueEvent['type'];
