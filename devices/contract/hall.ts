/** The hall's rules as plain types: what the queue needs to know, and nothing about wires. The config produces them. */
import type {
  ClerkId,
  DurationMs,
  HallId,
  LocalText,
  MatterId,
  RatingLevel,
  ServiceId,
  TicketClass,
  WindowId,
} from './terms.ts';

export interface HallRules {
  /** Rises with every change; enters the journal as `HallConfigured`. */
  readonly rev: number;
  readonly hall: HallId;
  readonly name: LocalText;
  /** IANA name, `Asia/Shanghai`. */
  readonly timeZone: string;
  readonly calendar: Calendar;
  readonly numbering: Numbering;
  readonly departments: readonly Department[];
  readonly matters: readonly Matter[];
  readonly services: readonly Service[];
  readonly windows: readonly WindowRules[];
  readonly clerks: readonly Clerk[];
  readonly calling: CallRules;
  readonly rating: RatingRules;
  /** Absent: 30 minutes early, 15 minutes late. */
  readonly appointments?: AppointmentRules;
  /** Absent: windows change their tasks by hand alone. */
  readonly balancing?: BalanceRules;
}

export interface AppointmentRules {
  /** Check-in opens so long before the appointment, and closes so long after its end. */
  readonly earlyMs: DurationMs;
  readonly lateMs: DurationMs;
}

export interface BalanceRules {
  /** `act`: the hub changes windows by itself; `propose`: a supervisor accepts or declines. */
  readonly mode: 'off' | 'propose' | 'act';
  /** How often the hub looks. */
  readonly everyMs: DurationMs;
  /** The task or service that lacks a window must expect a wait so many times that of the other, and so long. */
  readonly ratio: number;
  readonly leastWaitMs: DurationMs;
  /** Between two changes of the hall, and before the same window changes again. */
  readonly pauseMs: DurationMs;
  readonly leastIntake: number;
  readonly leastCertificate: number;
  /** Windows that do something else than these rules say, at most at a time. */
  readonly mostChanged: number;
  /** A proposal that nobody answers ends after it. */
  readonly proposalLifeMs: DurationMs;
}

/** Minutes after local midnight. */
export type MinuteOfDay = number;

export interface Span {
  readonly from: MinuteOfDay;
  readonly to: MinuteOfDay;
}

export interface Calendar {
  /** Index 0 = Monday … 6 = Sunday; no span = closed. Two spans leave a lunch break. */
  readonly week: readonly (readonly Span[])[];
  /** Days that differ: closed (no span) or other hours. */
  readonly exceptions: Readonly<Record<string, readonly Span[]>>;
  /** How long before the first span numbers are given. */
  readonly ticketingLeadMs: DurationMs;
  /** Numbers end this long before the last span ends, or earlier when the capacity left is used up. */
  readonly lastTicketBeforeCloseMs: DurationMs;
  readonly lastTicketByCapacity: boolean;
}

export interface Numbering {
  readonly digits: number;
  readonly start: number;
  /** Numbers that kiosks give by themselves while the hub is away (F7); absent = they give none. */
  readonly blocks?: BlockRules;
}

export interface BlockRules {
  /** The first and the last count of this range; the hub gives lower ones alone. */
  readonly from: number;
  readonly to: number;
  /** Numbers in one block. */
  readonly size: number;
}

export interface Department {
  readonly id: string;
  readonly name: LocalText;
}

export interface Matter {
  readonly id: MatterId;
  /** The code in the government's list of matters. */
  readonly code: string;
  readonly name: LocalText;
  readonly department: string;
  readonly documents: readonly LocalText[];
  readonly standardMs: DurationMs;
  readonly decided: 'on-the-spot' | 'back-office';
}

export interface Service {
  readonly id: ServiceId;
  readonly prefix: string;
  readonly name: LocalText;
  readonly matters: readonly MatterId[];
  /** Several matters done as one thing (一件事一次办): a ticket that names none has them all. */
  readonly together?: boolean;
  /** Lower is served first by a window that serves several tiers. */
  readonly tier: number;
  /** Tickets a day; `null` = no limit. */
  readonly dailyQuota: number | null;
}

export type WindowRole = 'intake' | 'certificate' | 'desk';

export interface WindowRules {
  readonly id: WindowId;
  /** As on its sign. */
  readonly number: number;
  readonly name: LocalText;
  readonly zone: string;
  readonly role: WindowRole;
  /** `all` = comprehensive: whatever its clerk is authorised for. */
  readonly serves: 'all' | readonly { readonly service: ServiceId; readonly tier: number }[];
  /** `false`: no rating keypad stands here, so no rating is offered. */
  readonly rated?: boolean;
}

export interface Clerk {
  readonly id: ClerkId;
  readonly name: string;
  /** `all`, or the matters the clerk may take. */
  readonly matters: 'all' | readonly MatterId[];
  /** Salted hash of the PIN (scrypt, `salt:hash` in hex); never the PIN. */
  readonly pinHash: string | null;
  readonly supervisor: boolean;
}

export type CallPolicy =
  /** Each class earns credit at its own rate a minute waited; the most credit is called. */
  | { readonly kind: 'accumulating'; readonly ratesPerMinute: Readonly<Record<TicketClass, number>> }
  | { readonly kind: 'fifo' }
  /** Classes in this order, FIFO inside. */
  | { readonly kind: 'strict'; readonly order: readonly TicketClass[] }
  /** `n` of `first`, then `m` of the others, and again. */
  | { readonly kind: 'alternate'; readonly first: TicketClass; readonly n: number; readonly m: number };

export interface CallRules {
  readonly policy: CallPolicy;
  readonly recallLimit: number;
  readonly recallPauseMs: DurationMs;
  /** A visitor may be marked missed only after so many calls and so long after the first. */
  readonly minCallsBeforeMiss: number;
  readonly minMsBeforeMiss: DurationMs;
  /** A missed ticket may come back this long after its miss, and how it is then ranked. */
  readonly returnWithinMs: DurationMs;
  /** A `CallNext` older than this is refused as stale (F13). */
  readonly commandLifeMs: DurationMs;
  /** Whether the certificate queue takes the ticket when all its reviewed matters are ready, or the first. */
  readonly certificateWhen: 'all' | 'first';
  /** A call while somebody is being served completes that service first. Absent = the call is refused. */
  readonly nextCompletes?: boolean;
}

export interface RatingRules {
  readonly timeoutMs: DurationMs;
  /** Levels at or below this open a follow-up. */
  readonly followUpLevel: number;
  readonly followUpWorkingDays: number;
  /** What a service counts as that was offered a rating and got none; absent = as nothing, above all not as satisfied. */
  readonly notRatedCounts?: Readonly<Partial<Record<OfferedReason, RatingLevel>>>;
}

/** The visitor could have rated: pressed "no", let the time pass, or the next service took the keypad. */
export type OfferedReason = 'declined' | 'timed-out' | 'superseded';
