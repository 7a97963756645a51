/**
 * Rating pads whose whole box is away: the visitor could not answer, and the box cannot report it. What the hub knows of
 * the boxes goes into the queue as a fact, so that a replay never has to guess it (F15).
 */
import type { Instant, ServingId, WindowId } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { type Random, uuidFrom } from '../../drivers/random.ts';
import type { QueueCommand } from '../queue/commands.ts';
import type { HallState, WindowState } from '../queue/state.ts';
import type { NodeRegistry } from './node-registry.ts';
import { hubActor, type MakeCommand } from './own-commands.ts';

/** The box and the window of a rating pad. */
export interface PadPlace {
  readonly node: string;
  readonly window: WindowId;
}

export interface RatingWatchSettings {
  readonly pads: readonly PadPlace[];
  readonly nodes: NodeRegistry;
}

/** A box that reconnects takes less, and its pad stays lit meanwhile: as long as the pad itself waits for a replug. */
const padAwayAfterMs = 2_000;

/** More than the time between two checks. */
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
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #nodes: NodeRegistry;
  readonly #nodesOf: ReadonlyMap<WindowId, readonly string[]>;
  #fromMs = 0;
  /** Hub time of the same moment. */
  #from = 0;

  constructor({ clock, random }: Context, { pads, nodes }: RatingWatchSettings) {
    this.#clock = clock;
    this.#random = random;
    this.#nodes = nodes;
    const byWindow = Map.groupBy(pads, ({ window }) => window);
    this.#nodesOf = new Map([...byWindow].map(([window, places]) => [window, places.map(({ node }) => node)]));
  }

  /** The hub is connected from now on; `now`: hub time. */
  start(now: Instant): void {
    this.#fromMs = this.#clock.monotonicMs();
    this.#from = now;
  }

  /** To be called every second: what the queue has to know. A box that is back in time still asks: what counts is that it is away at the end. */
  due({ state, now }: { readonly state: HallState; readonly now: Instant }): readonly MakeCommand[] {
    return [...this.#nodesOf.keys()].flatMap((window) => {
      const rating = this.#unoffered(state, window);
      if (rating === undefined || rating.armedUntil - now > endsWithinMs) return [];
      return [(at, id) => this.#padAway(rating.serving, window, at, id)];
    });
  }

  /** What the queue has to know before this command. */
  before(command: QueueCommand, state: HallState): QueueCommand | undefined {
    if (!('window' in command) || !endsService.has(command.type)) return undefined;
    const visited = state.windows.get(command.window)?.call != null;
    const rating = visited ? this.#unoffered(state, command.window) : undefined;
    return rating === undefined
      ? undefined
      : this.#padAway(rating.serving, command.window, command.at, uuidFrom(this.#random));
  }

  #padAway(serving: ServingId, window: WindowId, at: Instant, id: string): QueueCommand {
    this.counters.padsAway += 1;
    const by = hubActor;
    return { type: 'RatingUnavailable', serving, window, reason: 'pad-away', id, at, happenedAt: at, by };
  }

  #unoffered(state: HallState, window: WindowId): NonNullable<WindowState['rating']> | undefined {
    const rating = state.windows.get(window)?.rating ?? undefined;
    const nodes = this.#nodesOf.get(window) ?? [];
    const away =
      rating !== undefined && nodes.length > 0 && nodes.every((node) => this.#away(state, node, rating.serving));
    return away ? rating : undefined;
  }

  #away(state: HallState, node: string, serving: ServingId): boolean {
    const sinceMs = this.#nodes.awaySinceMs(node, this.#fromMs);
    if (sinceMs === undefined || this.#clock.monotonicMs() - sinceMs < padAwayAfterMs) return false;
    // One that never connected may have been there before this hub began, with its pad lit.
    return this.#nodes.knows(node) || (state.ratings.get(serving)?.from ?? 0) >= this.#from;
  }
}
