/**
 * Rating pads whose whole box is away: nobody can tell the visitor's answer, and the box itself cannot say so. What the hub
 * hears of the boxes goes into the queue as a fact, so that a replay never has to guess it (F15).
 */
import type { Instant, ServingId, WindowId } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { QueueCommand } from '../queue/commands.ts';
import type { HallState, WindowState } from '../queue/state.ts';
import type { NodeRegistry } from './node-registry.ts';

/** Where a rating pad hangs. */
export interface PadPlace {
  readonly node: string;
  readonly window: WindowId;
}

export interface RatingWatchParts {
  readonly pads: readonly PadPlace[];
  readonly nodes: NodeRegistry;
  readonly clock: Clock;
  readonly state: () => HallState;
  readonly now: () => number;
  readonly tell: (make: (at: Instant, id: string) => QueueCommand) => void;
  readonly newId: () => string;
}

/** A box that reconnects takes less, and its pad stays lit meanwhile: as long as the pad itself waits for a replug. */
const padAwayAfterMs = 2_000;

/** More than the time between two looks. */
const endsWithinMs = 1_500;
/** With a visitor at the window these end a service, and the next one takes the keypad from the one before. */
const endsService: ReadonlySet<string> = new Set([
  'Complete',
  'CallNext',
  'CallNumber',
  'CalledByHand',
  'Transfer',
] satisfies QueueCommand['type'][]);

export class RatingWatch {
  readonly counters = { padsAway: 0 };
  readonly #parts: RatingWatchParts;
  readonly #nodesOf: ReadonlyMap<WindowId, readonly string[]>;
  #fromMs = 0;
  /** Hub time of the same moment. */
  #from = 0;

  constructor(parts: RatingWatchParts) {
    this.#parts = parts;
    const byWindow = Map.groupBy(parts.pads, ({ window }) => window);
    this.#nodesOf = new Map([...byWindow].map(([window, pads]) => [window, pads.map(({ node }) => node)]));
  }

  /** The hub listens from now on. */
  start(): void {
    this.#fromMs = this.#parts.clock.monotonicMs();
    this.#from = this.#parts.now();
  }

  /** To be called every second. A box that is back in time still asks: what counts is that it is away at the end. */
  look(): void {
    const { now, tell } = this.#parts;
    for (const window of this.#nodesOf.keys()) {
      const rating = this.#unoffered(window);
      if (rating === undefined || rating.armedUntil - now() > endsWithinMs) continue;
      tell((at, id) => this.#padAway(rating.serving, window, at, id));
    }
  }

  /** What the queue has to know before this command. */
  before(command: QueueCommand): QueueCommand | undefined {
    const { state, newId } = this.#parts;
    if (!('window' in command) || !endsService.has(command.type)) return undefined;
    const rating = state().windows.get(command.window)?.call == null ? undefined : this.#unoffered(command.window);
    return rating === undefined ? undefined : this.#padAway(rating.serving, command.window, command.at, newId());
  }

  #padAway(serving: ServingId, window: WindowId, at: Instant, id: string): QueueCommand {
    this.counters.padsAway += 1;
    const by = { kind: 'hub', id: 'hub' } as const;
    return { type: 'RatingUnavailable', serving, window, reason: 'pad-away', id, at, happenedAt: at, by };
  }

  #unoffered(window: WindowId): NonNullable<WindowState['rating']> | undefined {
    const rating = this.#parts.state().windows.get(window)?.rating ?? undefined;
    const nodes = this.#nodesOf.get(window) ?? [];
    const away = rating !== undefined && nodes.length > 0 && nodes.every((node) => this.#away(node, rating.serving));
    return away ? rating : undefined;
  }

  #away(node: string, serving: ServingId): boolean {
    const { nodes, clock, state } = this.#parts;
    const sinceMs = nodes.awaySinceMs(node, this.#fromMs);
    if (sinceMs === undefined || clock.monotonicMs() - sinceMs < padAwayAfterMs) return false;
    // One never heard of may have been there before this hub began, with its pad lit.
    return nodes.knows(node) || (state().ratings.get(serving)?.from ?? 0) >= this.#from;
  }
}
