/**
 * What the hub does beside the hall's work: keeps a snapshot of the queue, so that a start replays minutes and not years,
 * and at the end of a day removes what is older than it may be. Never in the way: a piece at a time, and a failure is logged,
 * not fatal.
 */
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { QueueEvent } from '../queue/events.ts';
import { snapshotOf } from '../queue/snapshot.ts';
import type { HallState } from '../queue/state.ts';
import type { HallStore, Retention } from '../store/store.ts';

/**
 * Days of a large hall: writing ten megabytes takes a tenth of a second, for which at midnight nobody waits, and a day is
 * replayed in less. This is for a hall whose days do not end.
 */
const eventsBetweenSnapshots = 200_000;
const usualRetention: Retention = { answersDays: 30, journalDays: null };
const pauseBetweenPiecesMs = 200;

export interface HousekeepingSettings {
  readonly store: HallStore;
  /** Absent: answers for 30 days, the journal for ever. */
  readonly retention: Retention | undefined;
  /** Fingerprint of the queue's code; absent: no snapshots are kept. */
  readonly queueCode: string | undefined;
  /** Number of the entry the hub started from. */
  readonly lastSnapshot: number;
}

export class Housekeeping {
  readonly counters = { snapshots: 0, pruned: 0, housekeepingFailed: 0 };
  #clock: Clock;
  #log: Log;
  #settings: HousekeepingSettings;
  #lastSnapshot: number;
  #timer: Timer | undefined;
  #stopped = false;

  constructor({ clock, log }: Context, settings: HousekeepingSettings) {
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#lastSnapshot = settings.lastSnapshot;
  }

  /** After a commit: `state` is the hall after entry `seq`. */
  took(events: readonly QueueEvent[], state: HallState, seq: number): void {
    const opened = events.findLast((event) => event.type === 'DayOpened');
    if (opened !== undefined || seq - this.#lastSnapshot >= eventsBetweenSnapshots) void this.#snapshot(state, seq);
    if (opened !== undefined) this.#prune(opened.day);
  }

  /** At a clean end: the next start replays nothing. */
  async stop(state: HallState, seq: number): Promise<void> {
    this.crash();
    await this.#snapshot(state, seq);
  }

  crash(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #snapshot(state: HallState, seq: number): Promise<void> {
    const { queueCode, store } = this.#settings;
    if (queueCode === undefined || seq === this.#lastSnapshot) return;
    this.#lastSnapshot = seq;
    await this.#careful('a snapshot of the queue', async () => {
      await store.saveSnapshot({ seq, code: queueCode, state: snapshotOf(state) });
      this.counters.snapshots += 1;
      this.#log.debug({ seq }, 'a snapshot of the queue is kept');
    });
  }

  #prune(today: string): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(pauseBetweenPiecesMs, () => {
      void this.#careful('removing old entries', async () => {
        const more = await this.#settings.store.prune(today, this.#settings.retention ?? usualRetention);
        this.counters.pruned += 1;
        if (more && !this.#stopped) this.#prune(today);
      });
    });
  }

  /** The hall goes on without it: the journal holds everything. */
  async #careful(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.counters.housekeepingFailed += 1;
      this.#log.warn({ error: String(error) }, `${what} failed: check the disk of the hub`);
    }
  }
}
