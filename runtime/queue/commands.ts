/** What can be asked of the hall's queue. Time, ids and the business day come in with the command. */
import type { HallRules } from '../../devices/contract/hall.ts';
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

/** Who asks: a device at a node, a person at a page, the hub itself. Never a name or a phone number. */
export interface Actor {
  readonly kind: 'device' | 'desk' | 'office' | 'supervisor' | 'hub';
  /** `k1/panel` for a device, the desk's id, …  */
  readonly id: string;
}

interface Base {
  readonly id: CommandId;
  /** When the hub took it, hub time; rises from command to command. */
  readonly at: Instant;
  /** When it happened, hub time, never later than `at` (F8): press time decides waiting credit. */
  readonly happenedAt: Instant;
  readonly by: Actor;
}

/** A pad repeats the window revision it saw (F13). */
interface OnWindow extends Base {
  readonly window: WindowId;
  readonly windowRev?: number | undefined;
}

export type QueueCommand =
  | (Base & { readonly type: 'ConfigureHall'; readonly rules: HallRules })
  /** Lets everything that is due happen: print time-outs (F4), ratings not given (F15), the end of the day. */
  | (Base & { readonly type: 'Tick' })
  | (Base & {
      readonly type: 'IssueTicket';
      readonly service: ServiceId;
      readonly matters: readonly MatterId[];
      readonly class: TicketClass;
    })
  | (Base & {
      readonly type: 'IssuedFromBlock';
      readonly commandId: CommandId;
      readonly ticket: TicketId;
      readonly lease: string;
      readonly service: ServiceId;
      readonly matters: readonly MatterId[];
      readonly class: TicketClass;
    })
  | (Base & { readonly type: 'CancelIssue'; readonly commandId: CommandId; readonly reason: string })
  | (Base & {
      readonly type: 'TicketPrinted';
      readonly ticket: TicketId;
      readonly verdict: 'printed' | 'unknown';
      readonly reason?: string | undefined;
    })
  | (Base & { readonly type: 'TicketPrintFailed'; readonly ticket: TicketId; readonly reason: string })
  | (Base & { readonly type: 'VoidTicket'; readonly ticket: TicketId; readonly reason: string })
  /** The visitor of a missed, parked or overnight ticket is here: it queues again. */
  | (Base & { readonly type: 'ReturnTicket'; readonly ticket: TicketId })
  | (OnWindow & { readonly type: 'CallNext' })
  | (OnWindow & { readonly type: 'CallNumber'; readonly number: TicketNumber })
  | (OnWindow & { readonly type: 'Recall' })
  | (OnWindow & { readonly type: 'Start' })
  | (OnWindow & { readonly type: 'Miss' })
  | (OnWindow & { readonly type: 'Complete'; readonly review: 'all' | readonly MatterId[] })
  | (OnWindow & { readonly type: 'Hold' })
  | (OnWindow & { readonly type: 'Park' })
  | (OnWindow & {
      readonly type: 'Transfer';
      readonly to: { readonly service: ServiceId } | { readonly window: WindowId };
      readonly place: 'front' | 'end' | 'age';
    })
  | (Base & { readonly type: 'OpenWindow'; readonly window: WindowId })
  | (Base & { readonly type: 'CloseWindow'; readonly window: WindowId })
  | (Base & { readonly type: 'PauseWindow'; readonly window: WindowId; readonly reason: string })
  | (Base & { readonly type: 'ResumeWindow'; readonly window: WindowId })
  /** The hub has checked the PIN before. */
  | (Base & { readonly type: 'ClerkLogin'; readonly window: WindowId; readonly clerk: ClerkId })
  | (Base & { readonly type: 'ClerkLogout'; readonly window: WindowId })
  | (Base & {
      readonly type: 'CalledByHand';
      readonly window: WindowId;
      readonly number: TicketNumber;
      readonly day: BusinessDay;
    })
  | (Base & {
      readonly type: 'CallShown';
      readonly window: WindowId;
      readonly board: string;
      readonly ticket: TicketId;
      readonly call: number;
      readonly outcome: 'shown' | 'sent';
    })
  | (Base & {
      readonly type: 'MatterReady';
      readonly ticket: TicketId;
      readonly matter: MatterId;
      readonly outcome: 'granted' | 'refused';
    })
  | (Base & {
      readonly type: 'RateService';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly level: RatingLevel;
    })
  | (Base & { readonly type: 'StrayRating'; readonly window: WindowId; readonly key: string; readonly reason: string })
  | (Base & {
      readonly type: 'RatingUnavailable';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly reason: 'pad-away' | 'hub-away';
    })
  | (Base & { readonly type: 'PressRefused'; readonly key: string; readonly reason: string });

export type QueueCommandType = QueueCommand['type'];
