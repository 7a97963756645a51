/**
 * What the web server needs from the rest, as interfaces; `boot` fills them. The page outlives a stopped hub, so every
 * call may answer "away".
 */

import type { HallRules, WindowRules } from '../../devices/contract/hall.ts';
import type { DeviceState, NodeState } from '../../devices/contract/presence.ts';
import type { LocalText } from '../../devices/contract/terms.ts';
import type { HallView, ServiceView, WindowView } from '../../devices/contract/view.ts';

export type Submitted =
  | { readonly ok: true; readonly result?: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** A ticket as a page shows it: no personal data. */
export interface TicketSummary {
  readonly ticket: string;
  readonly number: string;
  readonly service: string;
  readonly class: string;
  readonly stage: string;
  /** `intake`, or `certificate` once the back office has decided. */
  readonly leg?: string;
  readonly matters: readonly { readonly matter: string; readonly state: string }[];
  readonly window: string | null;
  readonly issuedAt: number;
}

/** What the balancer would change, until a supervisor accepts or declines it. */
export interface BalanceProposal {
  readonly proposal: string;
  readonly window: string;
  /** Its new task, or what it would serve. */
  readonly role?: string;
  readonly serves?: WindowRules['serves'];
  readonly why: string;
  readonly until: number;
}

export interface NodeSummary {
  /** Another box, or another store, waits to be taken for this node (`AdoptBox`). */
  readonly otherWaits?: boolean;
  readonly node: string;
  readonly state: NodeState['state'] | 'silent' | 'unknown';
  readonly sinceMs: number;
  readonly devices: readonly DeviceState[];
}

export interface HallSnapshot {
  readonly hub: { readonly state: 'leading' | 'away'; readonly epoch: number; readonly timeMs: number };
  readonly hall: HallView | null;
  readonly windows: readonly WindowView[];
  readonly services: readonly ServiceView[];
  /** Open tickets, oldest first, at most 500. */
  readonly tickets: readonly TicketSummary[];
  readonly nodes: readonly NodeSummary[];
  /** The kiosks by the names that the hall's file gives them. */
  readonly kiosks?: readonly { readonly node: string; readonly id: string; readonly name: LocalText }[];
  readonly proposal?: BalanceProposal | undefined;
  readonly counters: Readonly<Record<string, number>>;
}

/** The hub's own tables, asked in SQL. */
export interface HallTables {
  readonly rules: HallRules;
  query(sql: string, parameters?: readonly (string | number | null)[]): Promise<readonly Record<string, unknown>[]>;
}

/** The fault `clock-doubtful`: what the clock of the hub shows, and the hall's own time beside it. */
export interface ClockFault {
  readonly reason: string;
  readonly shows: number;
  readonly hall: number;
  readonly since: number;
  readonly remedy: string;
}

export interface HallDesk extends HallTables {
  snapshot(): HallSnapshot;
  onChange(listener: () => void): () => void;
  /**
   * A command from a person at a page: `type` and `data` as on the wire (contract/messages.ts), `by` from the session.
   * Goes through the same decide, journal and answer as a node's event.
   */
  submit(
    type: string,
    data: unknown,
    by: { readonly kind: 'desk' | 'office' | 'supervisor'; readonly id: string },
    commandId?: string,
  ): Promise<Submitted>;
  /** A text kept outside the journal, by its reference; `undefined` once it is erased. For a supervisor. */
  privateText(reference: string): string | undefined;
}

/** One message on the wire, for the life line. `payload` is cut to 400 characters. */
export interface WireNote {
  readonly atMs: number;
  readonly topic: string;
  readonly bytes: number;
  readonly retain: boolean;
  readonly payload: string;
}

export interface WireTap {
  onMessage(listener: (note: WireNote) => void): () => void;
}

/** A simulated machine on the bench page. */
export interface BenchMachine {
  readonly id: string;
  readonly kind: string;
  readonly node: string;
  readonly device: string;
  readonly window: string | null;
  /** What the machine is to the device: `panel`, `printer`, `board`, `pad`, `rating`. */
  readonly part: string;
  /** What is written on its keys, by key name; without it a page writes the key's usual word, on a kiosk its name. */
  readonly labels?: Readonly<Record<string, LocalText>>;
  look(): unknown;
  act(action: { readonly type: string; readonly [key: string]: unknown }): void;
  onChange(listener: () => void): () => void;
  /** Pictures of paper, by the paper's id from `look()`; PNG. */
  picture?(paperId: string): Promise<Uint8Array | undefined>;
}

/** The demo's hands: present only where hardware is simulated. */
export interface Bench {
  readonly machines: readonly BenchMachine[];
  /** `running: false` stops it as a power cut would; `true` starts it again. */
  setHub(running: boolean): Promise<void>;
  setBroker(running: boolean): Promise<void>;
  setNode(node: string, running: boolean): Promise<void>;
  status(): { readonly hub: boolean; readonly broker: boolean; readonly nodes: Readonly<Record<string, boolean>> };
  onChange(listener: () => void): () => void;
  /** Visitors and clerks by themselves. */
  auto: { readonly running: boolean; readonly speed: number; set(running: boolean, speed?: number): void };
}
