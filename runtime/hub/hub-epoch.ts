/** The epoch a hub leads under (F11, F12), and from when on it leases blocks of numbers. */
import type { Clock } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import { Signal } from '../../drivers/signal.ts';
import type { HallStore, VoidEpochs } from '../store/store.ts';

/** A hub that has just begun is first told which blocks its kiosks hold, and then leases new ones (F11). */
const leaseAfterMs = 10_000;
/**
 * Epochs rise by a random step: a hub restored from a copy and started as often as the lost one begins another epoch than the
 * boxes have seen, so that they compare notes with it.
 */
export const longestEpochStep = 10_000;

export interface CurrentEpoch {
  /** 0 = it has not begun. */
  readonly current: number;
  /** Epochs that never were. */
  readonly voided?: VoidEpochs | undefined;
}

export class HubEpoch implements CurrentEpoch {
  /** Another epoch has begun. */
  readonly changed: Signal<number>;
  #clock: Clock;
  #random: () => number;
  #store: HallStore;
  #current = 0;
  #voided: VoidEpochs | undefined;
  #leasesFromMs = Number.POSITIVE_INFINITY;

  constructor({ clock, random, log }: Context, { store }: { readonly store: HallStore }) {
    this.changed = new Signal(log);
    this.#clock = clock;
    this.#random = random;
    this.#store = store;
  }

  get current(): number {
    return this.#current;
  }

  /** Told to every box: what it has seen of these it forgets. */
  get voided(): VoidEpochs | undefined {
    return this.#voided;
  }

  get mayLease(): boolean {
    return this.#clock.monotonicMs() >= this.#leasesFromMs;
  }

  /** Above every epoch of this store and above `floor`; on disk when it resolves. */
  async begin(floor: number): Promise<number> {
    const step = 1 + Math.floor(this.#random() * longestEpochStep);
    this.#current = await this.#store.beginEpoch(Math.max(floor, this.#current), step);
    this.#voided = await this.#store.voidEpochs();
    this.delayLeases();
    this.changed.emit(this.#current);
    return this.#current;
  }

  delayLeases(): void {
    this.#leasesFromMs = this.#clock.monotonicMs() + leaseAfterMs;
  }
}
