/**
 * Calling by hand (failure rule F14): while the hub is away, what the pads of this box said makes a window's view here,
 * marked as called by hand, until the hub gives its next view of that window. It is made of the outbox alone, so it
 * stands again after a restart.
 */
import type { HallRules } from '../../devices/contract/hall.ts';
import { ticketId } from '../../devices/contract/terms.ts';
import type { SeenWindowView } from '../../devices/contract/view.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { OutboxRow } from '../store/store.ts';
import type { HubSight } from './hub-sight.ts';
import type { ViewCache } from './view-cache.ts';

export interface ByHandParts {
  readonly rules: HallRules;
  readonly views: ViewCache;
  readonly sight: HubSight;
  readonly clock: Clock;
}

/** A hub that is back and knows nothing newer of the window has the last word after so long. */
const hubsTurnMs = 5_000;
/** The view that follows from an answer may come a moment after it. */
const viewAfterAnswerMs = 500;

export class ByHandViews {
  readonly #parts: ByHandParts;
  readonly #views = new Map<string, SeenWindowView>();
  /** Events of a window that the hub has not answered yet: until then it cannot know of the call. */
  readonly #open = new Map<string, Set<string>>();
  /** Windows whose view came from the hub that is back. */
  readonly #seen = new Set<string>();
  readonly #ending = new Map<string, Timer>();
  #turn: Timer | undefined;

  constructor(parts: ByHandParts) {
    this.#parts = parts;
    parts.views.onWindowTaken = (window) => this.#taken(window);
    parts.sight.onSight(({ fresh }) => this.#hub(fresh));
  }

  /** Rows that are on the disk now, oldest first. */
  written(rows: readonly OutboxRow[]): void {
    for (const row of rows) this.#written(row);
  }

  answered(row: OutboxRow): void {
    const window = windowOf(row);
    const open = window === undefined ? undefined : this.#open.get(window);
    if (window === undefined || open === undefined) return;
    open.delete(row.id);
    if (open.size > 0) return;
    this.#open.delete(window);
    if (this.#seen.has(window) && !this.#ending.has(window))
      this.#ending.set(
        window,
        this.#parts.clock.after(viewAfterAnswerMs, () => this.#end(window)),
      );
  }

  close(): void {
    this.#turn?.cancel();
    for (const timer of this.#ending.values()) timer.cancel();
  }

  /** The hub has the word again once it has heard all that was said here, or shows the same call itself. */
  #taken(window: string): void {
    const local = this.#views.get(window);
    if (local === undefined || !this.#parts.sight.sight.fresh) return;
    this.#seen.add(window);
    const same = local.call !== null && this.#parts.views.lastWindow(window)?.call?.ticket === local.call.ticket;
    if (same || !this.#open.has(window)) this.#end(window);
  }

  #written(row: OutboxRow): void {
    const window = windowOf(row);
    if (window === undefined) return;
    const next = this.#next(row, window);
    if (next === undefined) return;
    this.#views.set(window, next);
    this.#ending.get(window)?.cancel();
    this.#ending.delete(window);
    this.#open.set(window, (this.#open.get(window) ?? new Set()).add(row.id));
    this.#parts.views.showLocal(window, next);
    this.#hub(this.#parts.sight.sight.fresh);
  }

  /** `undefined`: the event changes nothing that is shown by hand. */
  #next(row: OutboxRow, window: string): SeenWindowView | undefined {
    const shown = this.#views.get(window);
    if (row.type === 'CalledByHand') return this.#called(row, window, shown);
    if (shown?.call == null) return undefined;
    if (row.type === 'Start') return { ...shown, call: { ...shown.call, status: 'serving' } };
    return ending.has(row.type) ? { ...shown, call: null } : undefined;
  }

  #called(row: OutboxRow, window: string, shown: SeenWindowView | undefined): SeenWindowView | undefined {
    const { rules, views, sight, clock } = this.#parts;
    const sign = rules.windows.find(({ id }) => id === window);
    if (sign === undefined) return undefined;
    const { day, number } = row.data as { readonly day: string; readonly number: string };
    const ticket = ticketId(day, number);
    const now = sight.hubTime() ?? clock.wallMs();
    const known: SeenWindowView = shown ??
      views.lastWindow(window) ?? {
        v: 1,
        epoch: Math.max(1, sight.sight.epoch),
        rev: 0,
        valid_until: now,
        window,
        number: sign.number,
        name: sign.name,
        role: sign.role,
        state: 'open',
        window_rev: 0,
        call: null,
        rating: null,
        waiting: 0,
        held: [],
        clerk: null,
      };
    const again = shown?.call?.ticket === ticket ? shown.call.call : 0;
    const call = { ticket, number, call: again + 1, called_at: row.hubAt ?? now, status: 'called' as const };
    return { ...known, state: 'open', call, by_hand: true };
  }

  #hub(fresh: boolean): void {
    this.#turn?.cancel();
    this.#turn = undefined;
    if (!fresh) this.#seen.clear();
    if (!fresh || this.#views.size === 0) return;
    this.#turn = this.#parts.clock.after(hubsTurnMs, () => {
      for (const window of [...this.#views.keys()]) this.#end(window);
    });
  }

  #end(window: string): void {
    this.#views.delete(window);
    this.#open.delete(window);
    this.#seen.delete(window);
    this.#ending.get(window)?.cancel();
    this.#ending.delete(window);
    this.#parts.views.showLocal(window, undefined);
  }
}

const ending = new Set<string>(['Complete', 'Miss', 'Hold', 'Park', 'Transfer']);

function windowOf({ data }: OutboxRow): string | undefined {
  const { window } = (typeof data === 'object' && data !== null ? data : {}) as { readonly window?: unknown };
  return typeof window === 'string' ? window : undefined;
}
