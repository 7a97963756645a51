/**
 * Is there a hub, which one, and what time is it there? `hub/state` beats every 2 s; the offset is kept on the monotonic
 * clock, so that nobody's wall clock matters (F8, F12).
 */
import { highestEpoch, hubStaleAfterMs, zHubState } from '../../devices/contract/presence.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';

/** After the broker's connection breaks, so long may a hub be silent before boards say so. */
const graceWithoutBrokerMs = 2_000;
const offsetSamples = 8;
const correctedMs = 10_000;
const olderPauseMs = 5_000;

export interface Sight {
  readonly fresh: boolean;
  readonly epoch: number;
}

export class HubSight {
  #clock: Clock;
  #epoch: number;
  #fresh = false;
  #sealKey: string | undefined;
  #timer: Timer | undefined;
  #offsets: number[] = [];
  /** Hub time minus wall clock as a process before this one last knew it: all there is after a restart without a hub. */
  #wallOffset: number | undefined;
  #listeners = new Set<(sight: Sight) => void>();
  #toldOlder: () => void = () => {};
  #olderMs = Number.NEGATIVE_INFINITY;
  readonly counters = { beats: 0, staleEpochs: 0, bad: 0, lost: 0 };

  /** `epochSeen` is the highest epoch this node ever saw: a lower one never counts again. */
  constructor(clock: Clock, epochSeen: number, wallOffset?: number) {
    this.#clock = clock;
    // One that no hub ever had is not kept: the box would refuse every hub for good.
    this.#epoch = Number.isSafeInteger(epochSeen) && epochSeen <= highestEpoch ? epochSeen : 0;
    this.#wallOffset = wallOffset;
  }

  /** To be stored: see the constructor. */
  get wallOffset(): number | undefined {
    const now = this.#offsets.length > 0 ? this.hubTime() : undefined;
    return now === undefined ? undefined : now - this.#clock.wallMs();
  }

  get sight(): Sight {
    return { fresh: this.#fresh, epoch: this.#epoch };
  }

  /** What the hub process last heard of opens (see `bus/seal.ts`). */
  get sealKey(): string | undefined {
    return this.#sealKey;
  }

  /** A hub of an epoch before the one last seen: it does not know what this box knows. Said at most so often. */
  onOlder(listener: () => void): void {
    this.#toldOlder = listener;
  }

  #older(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#olderMs < olderPauseMs) return;
    this.#olderMs = nowMs;
    this.#toldOlder();
  }

  onSight(listener: (sight: Sight) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hub time at a monotonic moment (default now); `undefined` while no hub was ever heard. */
  hubTime(monotonicMs = this.#clock.monotonicMs()): number | undefined {
    if (this.#offsets.length > 0) return Math.floor(monotonicMs + Math.max(...this.#offsets));
    if (this.#wallOffset === undefined) return undefined;
    return Math.floor(this.#clock.wallMs() + this.#wallOffset - (this.#clock.monotonicMs() - monotonicMs));
  }

  /** A `hub/state` message; gives `false` for one that cannot be used. */
  take(value: unknown, retained: boolean): boolean {
    const parsed = zHubState.safeParse(value);
    if (!parsed.success) {
      this.counters.bad += 1;
      return false;
    }
    const { state, epoch, time, seal_key: sealKey, void_epochs: voided } = parsed.data;
    const never = voided !== undefined && voided.from <= this.#epoch && this.#epoch <= voided.through;
    if (epoch < this.#epoch && !never) {
      this.counters.staleEpochs += 1;
      this.#older();
      return true;
    }
    const newEpoch = epoch !== this.#epoch;
    this.#epoch = epoch;
    if (state !== 'leading') {
      this.#set(false, newEpoch);
      return true;
    }
    // What a broker kept says which epoch was last, not that its hub still lives.
    if (retained) {
      if (newEpoch) this.#set(this.#fresh, true);
      return true;
    }
    this.counters.beats += 1;
    this.#sealKey = sealKey;
    const offset = time - this.#clock.monotonicMs();
    // No message is so late: the hub's clock was corrected, and older samples are of the time before.
    if (this.#offsets.some((each) => Math.abs(each - offset) > correctedMs)) this.#offsets = [];
    this.#offsets.push(offset);
    if (this.#offsets.length > offsetSamples) this.#offsets.shift();
    this.#expireIn(hubStaleAfterMs);
    this.#set(true, newEpoch);
    return true;
  }

  brokerLost(): void {
    if (this.#fresh) this.#expireIn(graceWithoutBrokerMs);
  }

  /** Nobody is told any more, also when the broker's connection ends after this. */
  close(): void {
    this.#timer?.cancel();
    this.#listeners.clear();
  }

  #expireIn(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(ms, () => this.#set(false, false));
  }

  #set(fresh: boolean, always: boolean): void {
    if (this.#fresh === fresh && !always) return;
    if (this.#fresh && !fresh) this.counters.lost += 1;
    this.#fresh = fresh;
    for (const listener of this.#listeners) listener(this.sight);
  }
}
