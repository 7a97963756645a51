/** What is known of a hall right now: only what is open. Ended tickets leave; the journal and its projections keep them. */
import type { HallRules, WindowRole, WindowRules } from '../../devices/contract/hall.ts';
import type {
  BusinessDay,
  ClerkId,
  CommandId,
  Instant,
  MatterId,
  ServiceId,
  ServingId,
  TicketClass,
  TicketId,
  TicketNumber,
  WindowId,
} from '../../devices/contract/terms.ts';
import type { NumberBlock } from '../../devices/contract/ticket.ts';
import type { BalanceChange, DaySchedule } from './events.ts';
import { type Learned, nothingLearned, type Promised } from './learned.ts';
import { Ordered } from './ordered.ts';
import type { RulesIndex } from './rules-index.ts';
import { indexRules } from './rules-index.ts';

/** `intake`: the matters are handed in; `certificate`: what came of them is fetched, with the same number. */
export type Phase = 'intake' | 'certificate';

/**
 * `printing` has a number and no known paper yet; `waiting` may be called. `served` lies between the end of a service
 * and what follows from it, within one command. Aside: `held` (its window calls it again), `parked` (any window does,
 * by number), `missed` (did not come), `review` (the back office has it).
 */
export type Stage = 'printing' | 'waiting' | 'called' | 'serving' | 'served' | 'review' | 'held' | 'parked' | 'missed';

export type MatterState = 'open' | 'review' | 'granted' | 'refused' | 'done';

export interface TicketMatter {
  readonly matter: MatterId;
  state: MatterState;
  decidedAt: Instant;
}

export interface Ticket {
  readonly id: TicketId;
  readonly number: TicketNumber;
  readonly day: BusinessDay;
  /** Rises with every ticket: breaks ties of equal press times. */
  readonly seq: number;
  readonly commandId: CommandId;
  /** Press time: the order in the queue (F6). */
  readonly pressedAt: Instant;
  readonly issuedAt: Instant;
  /** The wait its paper tells; `null` for none. */
  readonly promised: Promised | null;
  service: ServiceId;
  class: TicketClass;
  matters: TicketMatter[];
  phase: Phase;
  stage: Stage;
  print: 'pending' | 'printed' | 'unknown' | 'failed';
  /** Waiting credit counts from here. */
  since: Instant;
  /** Put to the front by a transfer: called before all that are not. */
  front: boolean;
  /** Only this window may call it by itself. */
  toWindow: WindowId | null;
  /** Where it is called, served or held. */
  window: WindowId | null;
  /** All calls of its life: each call's number, for ever. */
  calls: number;
  servings: number;
  /** A missed ticket comes back until then. */
  returnBy: Instant;
  /** What it was given for, if its visitor had booked. */
  appointment: Appointment | null;
  /** Papers printed of it. */
  copies: number;
  /** How long it is expected to occupy a window: kept while it waits. */
  workMs: number;
  /** The lane it waits in. */
  lane: Lane | null;
}

/** Waiting tickets that a window either may take or may not, all together: FIFO inside. */
export interface Lane {
  readonly key: string;
  readonly service: ServiceId;
  /** Addressed to one window, or `null`. */
  readonly window: WindowId | null;
  readonly class: TicketClass;
  readonly phase: Phase;
  /** Indexes of the authorisation profiles whose clerks may take these tickets. */
  readonly profiles: ReadonlySet<number>;
  readonly tickets: Ordered<Ticket>;
  /** Sum over its tickets. */
  workMs: number;
}

export interface CurrentCall {
  readonly ticket: TicketId;
  status: 'called' | 'serving';
  /** Number of the first call of this round, and of the latest. */
  readonly firstCall: number;
  call: number;
  /** The clerk's press of the latest call: where the press-to-shown delay starts. */
  calledAt: Instant;
  /** When the hub took the latest call: recall pause. */
  takenAt: Instant;
  readonly firstTakenAt: Instant;
  /** The clerk's press of the first call: the window is occupied from here. */
  readonly firstCalledAt: Instant;
  /** The window's revision at the first call: a key pressed at a sight before it meant another visitor. */
  readonly rev: number;
  serving: ServingId | null;
  startedAt: Instant;
  /** Boards that reported this call. */
  shownBy: string[];
}

export interface AcceptanceSlip {
  readonly serving: ServingId;
  readonly ticket: TicketId;
  readonly matters: readonly MatterId[];
  readonly at: Instant;
}

export interface WindowState {
  readonly id: WindowId;
  rules: WindowRules;
  role: WindowRole;
  serves: WindowRules['serves'];
  state: 'closed' | 'open' | 'paused';
  pauseReason: string;
  /** Rises with the window's own events, not with ratings or boards (F13). */
  rev: number;
  clerk: ClerkId | null;
  call: CurrentCall | null;
  rating: { readonly serving: ServingId; readonly armedUntil: Instant } | null;
  /** The service that ended last here. */
  lastServing: ServingId | null;
  /** The acceptance slip (受理单) of the last service here that sent matters to the back office. */
  slip: AcceptanceSlip | null;
  held: TicketId[];
  /** When its last visitor ended, 0 after a pause: how long it rests between visitors is learned. */
  freeSince: Instant;
  /** Open and without a visitor from then on. */
  idleSince: Instant;
}

/** A service that ended and may be, or was, rated (F15). */
export interface RatingState {
  readonly serving: ServingId;
  readonly day: BusinessDay;
  readonly window: WindowId;
  readonly clerk: ClerkId | null;
  readonly service: ServiceId;
  /** A press counts from here to `until`, whenever it arrives. */
  readonly from: Instant;
  armedUntil: Instant;
  /** Earlier than `armedUntil` once the next service took the keypad. */
  until: Instant;
  outcome: 'armed' | 'rated' | 'not-given';
  /** When the press was made; 0 until then. */
  ratedAt: Instant;
  /** Codes of the reasons for it. */
  readonly reasons: string[];
}

export interface Appointment {
  readonly id: string;
  readonly day: BusinessDay;
  readonly service: ServiceId;
  readonly matters: readonly MatterId[];
  readonly from: Instant;
  readonly to: Instant;
}

export interface Proposal {
  readonly id: string;
  readonly change: BalanceChange;
  readonly at: Instant;
  readonly until: Instant;
}

/** A low rating that somebody has to look after. */
export interface FollowUp {
  readonly serving: ServingId;
  readonly dueAt: Instant;
  overdue: boolean;
}

export interface DayState {
  readonly day: BusinessDay;
  schedule: DaySchedule;
  /** Prefix to the next number to give. */
  readonly next: Map<string, number>;
  /** Numbers given out of leased blocks, or by a hub before: the counter steps over them. */
  readonly fromBlocks: Set<TicketNumber>;
  /** By prefix, counts that a lost journal gave: only boxes that printed them know which. */
  readonly gaps: Map<string, { readonly from: number; readonly to: number }[]>;
  /** Tickets given today by service, voids taken off: quotas. */
  readonly issued: Map<ServiceId, number>;
}

/** A day that has ended: its numbers are not given again, and a wrong clock's end of it can be taken back. */
export interface KeptDay {
  readonly numbers: DayState;
  /** Ended with the day. */
  readonly tickets: readonly Ticket[];
}

/** Why no day begins or ends (F22). */
export interface ClockDoubt {
  readonly since: Instant;
  /** What the wall clock showed. */
  readonly wall: Instant;
  readonly reason: string;
}

/** Numbers that one kiosk alone gives on one day (F7). */
export interface Lease extends NumberBlock {
  readonly kiosk: string;
}

/** What became of an ask, by command id: F1 and F3 need it before, and after, the ask itself arrives. */
export interface AskState {
  readonly day: BusinessDay;
  readonly fate: 'issued' | 'cancelled' | 'superseded';
  readonly ticket: TicketId | null;
}

/** Something that happens by itself at a time: see `Tick`. */
export interface DueTimer {
  readonly at: Instant;
  readonly kind: 'print' | 'rating' | 'return' | 'follow-up';
  readonly key: string;
}

export interface RecentCall {
  readonly ticket: TicketId;
  readonly number: TicketNumber;
  readonly window: WindowId;
  readonly calledAt: Instant;
  readonly call: number;
}

export interface HallState {
  rules: HallRules | null;
  index: RulesIndex;
  day: DayState | null;
  clockDoubt: ClockDoubt | null;
  /** Hub time of the last event. */
  lastAt: Instant;
  /** The day before, and days that a wrong clock opened. */
  readonly keptDays: Map<BusinessDay, KeptDay>;
  /** Tickets that the end of the open day has ended so far. */
  endedWithDay: Ticket[];
  /** Open tickets alone. */
  readonly tickets: Map<TicketId, Ticket>;
  /** Numbers of open tickets: unique in the hall, whatever their day (F18). */
  readonly byNumber: Map<TicketNumber, TicketId>;
  readonly lanes: Map<string, Lane>;
  /** The same lanes by service and phase, and those addressed to a window. */
  readonly lanesOfService: Map<string, Lane[]>;
  readonly lanesOfWindow: Map<WindowId, Lane[]>;
  readonly windows: Map<WindowId, WindowState>;
  /** Tickets in stage `printing`: in no lane yet, and ahead of whoever comes next. */
  readonly printing: Set<TicketId>;
  readonly timers: Ordered<DueTimer>;
  /** By prefix, those of days that are not over. */
  readonly leases: Map<string, Lease[]>;
  /** Those of the last days that are over: a box that was away reports what it gave. */
  pastLeases: Lease[];
  /** Boxes where the hub ordered a paper of an open ticket: they report what became of it. */
  readonly papersAt: Map<TicketId, readonly string[]>;
  /** By prefix, where the next block is looked for. */
  readonly blockNext: Map<string, number>;
  /** No block of these days is leased: a hub restored from a backup cannot know who has which (F11). */
  leasesBarredUntil: BusinessDay;
  /** By whoever asked and its command id: see `askKey`. */
  readonly asks: Map<string, AskState>;
  readonly ratings: Map<ServingId, RatingState>;
  readonly appointments: Map<string, Appointment>;
  readonly followUps: Map<ServingId, FollowUp>;
  /** Complaints and suggestions without an answer, with their deadline. */
  readonly complaints: Map<string, Instant>;
  /** When windows last changed their tasks, in the hall and by window. */
  readonly balancedAt: Map<WindowId, Instant>;
  /** Windows that the balancer gave a service more, and which. */
  readonly lent: Map<WindowId, ServiceId>;
  /** What the balancer would change, waiting for a supervisor. */
  proposal: Proposal | null;
  recentCalls: RecentCall[];
  /** Where the `alternate` policy stands: how many of the first class, and of the others, in this round. */
  alternate: { first: number; others: number };
  /** Rises when windows open, close, or change what they serve. */
  windowsVersion: number;
  readonly learned: Learned;
  /** Tickets in lanes. */
  waiting: number;
  ticketSeq: number;
}

export function emptyHall(): HallState {
  return {
    rules: null,
    index: indexRules(null),
    day: null,
    clockDoubt: null,
    lastAt: 0,
    keptDays: new Map(),
    endedWithDay: [],
    tickets: new Map(),
    byNumber: new Map(),
    lanes: new Map(),
    lanesOfService: new Map(),
    lanesOfWindow: new Map(),
    windows: new Map(),
    printing: new Set(),
    timers: new Ordered(compareTimers),
    leases: new Map(),
    pastLeases: [],
    papersAt: new Map(),
    blockNext: new Map(),
    leasesBarredUntil: '',
    asks: new Map(),
    ratings: new Map(),
    appointments: new Map(),
    followUps: new Map(),
    complaints: new Map(),
    balancedAt: new Map(),
    lent: new Map(),
    proposal: null,
    recentCalls: [],
    alternate: { first: 0, others: 0 },
    windowsVersion: 0,
    learned: nothingLearned(),
    waiting: 0,
    ticketSeq: 0,
  };
}

export function newLane(key: string, from: Omit<Lane, 'key' | 'tickets' | 'workMs'>): Lane {
  return { ...from, key, tickets: new Ordered(compareTickets), workMs: 0 };
}

/** FIFO by press time; what was put to the front goes first. */
function compareTickets(a: Ticket, b: Ticket): number {
  if (a.front !== b.front) return a.front ? -1 : 1;
  return a.since - b.since || a.seq - b.seq;
}

function compareTimers(a: DueTimer, b: DueTimer): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
}
