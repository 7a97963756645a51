/**
 * The hall's queue as two pure functions. `decide` looks, `evolve` changes: no clock, no I/O, no random, so the same
 * journal gives the same hall everywhere. A state belongs to whoever replays it: `evolve` may reuse its argument.
 */
import type { QueueEvent } from './events.ts';

export interface Refusal {
  /** Stable and kebab-case: `window-busy`, `nobody-waiting`, `stale`, `closed` … */
  readonly code: string;
  /** For the person who pressed. */
  readonly message: string;
}

export type Decision =
  /** `answer` is what the sender gets back, in wire form (`IssueResult` for `IssueTicket`). */
  | { readonly ok: true; readonly events: readonly QueueEvent[]; readonly answer?: unknown }
  /** `events` may hold the refusal itself where the rules journal it (F13). */
  | { readonly ok: false; readonly refusal: Refusal; readonly events: readonly QueueEvent[] };
