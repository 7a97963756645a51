/** What can be asked of the hall's queue. Time, ids and the business day come in with the command. */
import type { HallRules, WindowRole, WindowRules } from '../../devices/contract/hall.ts';
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
import type { CheckInResult, NumberBlock } from '../../devices/contract/ticket.ts';

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
      /** The number that a hub before this one gave, and that is on paper (F11). */
      readonly given?: TicketId;
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
  | (Base & {
      readonly type: 'LeaseBlocks';
      readonly prefixes: readonly string[];
      readonly held: readonly (NumberBlock & { readonly left: number })[];
      /** `false` while a hub that has just begun still hears who holds what: nothing new is leased. */
      readonly grant: boolean;
    })
  /** By the hub: numbers that its nodes have seen, and whether it was restored from a backup (F11). */
  | (Base & {
      readonly type: 'NoteRestored';
      readonly tickets: readonly TicketId[];
      /** The new epoch, where nodes know more than this journal. */
      readonly epoch: number | null;
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
      /** The matters it goes on with; absent = those that are open. */
      readonly matters?: readonly MatterId[] | undefined;
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
      /** Of the paper; absent = the day of the press. */
      readonly day?: BusinessDay | undefined;
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
      /** Codes of the reasons for a low rating. */
      readonly reasons?: readonly string[] | undefined;
    })
  | (Base & { readonly type: 'StrayRating'; readonly window: WindowId; readonly key: string; readonly reason: string })
  | (Base & {
      readonly type: 'RatingUnavailable';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly reason: 'pad-away' | 'hub-away' | 'declined';
    })
  /** Once more for the service that ended last here, while its visitor still stands there. */
  | (Base & { readonly type: 'RequestRating'; readonly window: WindowId })
  | (Base & {
      readonly type: 'AddRatingReason';
      readonly serving: ServingId;
      readonly window: WindowId;
      readonly reason: string;
    })
  | (Base & { readonly type: 'PressRefused'; readonly key: string; readonly reason: string })
  | DeskCommand
  | SupervisorCommand;

/** The consultation desk, the appointment page, the back office's call-backs. Texts stay outside: `reference` names them. */
type DeskCommand =
  | (Base & {
      readonly type: 'ChangeMatters';
      readonly ticket: TicketId;
      readonly add: readonly MatterId[];
      readonly remove: readonly MatterId[];
    })
  | (Base & {
      readonly type: 'RecordAssistance';
      readonly ticket: TicketId | null;
      /** 帮办代办 and 引导. */
      readonly kind: 'assistance' | 'guidance';
      readonly outcome: AssistanceOutcome;
      readonly matter?: MatterId | undefined;
    })
  | (Base & {
      readonly type: 'RecordComplaint';
      readonly complaint: string;
      readonly ticket: TicketId | null;
      readonly kind: 'complaint' | 'suggestion';
      readonly reference: string;
    })
  | (Base & { readonly type: 'SettleComplaint'; readonly complaint: string; readonly outcome: string })
  | (Base & { readonly type: 'ReprintTicket'; readonly ticket: TicketId; readonly reason: string })
  /** The window's printer gave the acceptance slip (受理单) of a service. */
  | (Base & {
      readonly type: 'SlipPrinted';
      readonly ticket: TicketId;
      readonly window: WindowId;
      readonly verdict: 'printed' | 'failed' | 'unknown';
    })
  | (Base & {
      readonly type: 'BookAppointment';
      readonly appointment: string;
      readonly service: ServiceId;
      readonly matters: readonly MatterId[];
      readonly from: Instant;
      readonly to: Instant;
    })
  | (Base & { readonly type: 'CancelAppointment'; readonly appointment: string })
  | (Base & {
      readonly type: 'CheckIn';
      readonly appointment: string;
      /** What a hub gave for it that was lost since (F11). */
      readonly given?: Pick<CheckInResult, 'ticket' | 'service' | 'matters'>;
    })
  | (Base & {
      readonly type: 'RecordFollowUp';
      readonly serving: ServingId;
      readonly step: FollowUpStep;
      readonly reference: string;
    });

/** By a supervisor, or the hub's balancer: each with its reason, kept in the journal. */
type SupervisorCommand =
  | (Base & {
      readonly type: 'SetWindowRole';
      readonly window: WindowId;
      readonly role: WindowRole;
      readonly why: string;
    })
  | (Base & {
      readonly type: 'SetWindowServices';
      readonly window: WindowId;
      readonly serves: WindowRules['serves'];
      readonly why: string;
    })
  | (Base & {
      readonly type: 'MoveTicket';
      readonly ticket: TicketId;
      readonly to: { readonly service: ServiceId } | { readonly window: WindowId };
      readonly place: 'front' | 'end' | 'age';
      readonly why: string;
    })
  | (Base & {
      readonly type: 'ChangeClass';
      readonly ticket: TicketId;
      readonly class: TicketClass;
      readonly why: string;
    })
  /** A window that nobody can finish: its visitor is parked, its held ones become anybody's, it closes. */
  | (Base & { readonly type: 'FreeWindow'; readonly window: WindowId; readonly why: string })
  /** Looks whether a window should change its task; does or proposes it as the rules say. */
  | (Base & { readonly type: 'Balance' })
  | (Base & { readonly type: 'AcceptBalance'; readonly proposal: string })
  | (Base & { readonly type: 'DeclineBalance'; readonly proposal: string; readonly why: string });

export type AssistanceOutcome = 'solved' | 'number-issued' | 'referred' | 'not-solved';
/** `wrong-rating` sets the rating aside and is a supervisor's. */
export type FollowUpStep = 'called-back' | 'not-reached' | 'settled' | 'wrong-rating';

export type QueueCommandType = QueueCommand['type'];
