/**
 * Is the wall clock credible (F22)? It is when the system is synchronised, when most boxes agree with it and it is not before
 * the journal, when a person confirmed it, or when nothing contradicts it. While it is not, hub time goes on by elapsed time
 * alone, no day begins or ends, and the hub has the fault `clock-doubtful`.
 */
import type { DurationMs, Instant } from '../../devices/contract/terms.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import type { Actor, CommandOf } from '../queue/commands.ts';
import type { HallState } from '../queue/state.ts';
import { driftMs, type HubClock } from './hub-clock.ts';
import { hubActor, type OwnCommands } from './own-commands.ts';

/** What the hub's machine knows of its clock. */
export interface ClockWitness {
  /** Whether a time server keeps it; `undefined` = nothing tells. */
  synchronised(): boolean | undefined;
  /** Hub time kept last, on disk; 0 = none. A restart goes on from here. */
  readonly floor: Instant;
  keep(at: Instant): void;
  /** A person at this machine confirmed the wall clock ("halld clock confirm"); asked once. */
  takeConfirmation(): boolean;
}

/** A witness that vouches for its clock: worlds in virtual time. */
export const trustedClock: ClockWitness = {
  synchronised: () => true,
  floor: 0,
  keep: () => undefined,
  takeConfirmation: () => false,
};

/** What a box showed last: its wall clock, and when that came, monotonic. */
export interface BoxTime {
  readonly wall: Instant;
  readonly atMs: number;
}

export interface ClockWatchSettings {
  readonly hubClock: HubClock;
  readonly witness: ClockWitness;
  readonly queue: { readonly state: HallState };
  readonly own: OwnCommands;
  readonly boxes: () => readonly BoxTime[];
}

/** No clock of this program's hall can show less. */
const programBuilt: Instant = Date.UTC(2026, 8, 1);
/** A hub that was off for so long at most is believed: a wrong time zone is half an hour at least. */
const shortAbsenceMs: DurationMs = 25 * 60_000;
/** A running clock may be corrected by so much without a witness. */
const smallCorrectionMs: DurationMs = 60_000;
const boxAgreesMs: DurationMs = 30_000;
const keepEveryMs: DurationMs = 60_000;

export class ClockWatch {
  readonly counters = { clockSteps: 0, clockDoubts: 0 };
  #log: Log;
  #settings: ClockWatchSettings;
  /** The hub was off for a time that nobody knows. */
  #absent = false;
  #busy = false;
  #keptMs = Number.NEGATIVE_INFINITY;

  constructor({ log }: Context, settings: ClockWatchSettings) {
    this.#log = log;
    this.#settings = settings;
  }

  get doubt(): HallState['clockDoubt'] {
    return this.#settings.queue.state.clockDoubt;
  }

  /** Sets hub time, before any command. Resolves when the doubt, if any, is on record. */
  async start(): Promise<void> {
    const { hubClock, queue, witness } = this.#settings;
    const last = Math.max(queue.state.lastAt, witness.floor);
    const { wall } = hubClock;
    hubClock.set(last === 0 ? wall : last);
    this.#absent = last !== 0;
    const confirmed = witness.takeConfirmation();
    const why = confirmed ? undefined : this.#contradiction();
    if (why !== undefined) return this.#doubt(why);
    await this.#believe(confirmed ? 'confirmed at the hub' : 'credible at start');
  }

  /** Every second. */
  async check(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#check();
    } finally {
      this.#busy = false;
    }
  }

  /** A person says that the wall clock is right. */
  async confirm(by: Actor): Promise<void> {
    await this.#believe('confirmed by a person', by);
  }

  async #check(): Promise<void> {
    const { hubClock, witness } = this.#settings;
    if (witness.takeConfirmation()) return this.confirm({ kind: 'supervisor', id: 'halld-clock' });
    const why = this.#contradiction();
    if (why !== undefined) return this.#doubt(why);
    if (this.doubt !== null || Math.abs(hubClock.differenceMs) > driftMs) await this.#believe('credible again');
    hubClock.follow();
    if (hubClock.monotonicMs - this.#keptMs >= keepEveryMs) this.#keep();
  }

  /** Why the wall clock is not credible. */
  #contradiction(): string | undefined {
    const { hubClock, queue, witness } = this.#settings;
    const { wall, differenceMs: apart } = hubClock;
    if (wall < programBuilt) return `the clock shows a time before ${timeOf(programBuilt)}`;
    const synchronised = witness.synchronised();
    if (synchronised === true) return undefined;
    if (this.#boxesAgree() && wall >= queue.state.lastAt) return undefined;
    const fresh = queue.state.day === null && queue.state.lastAt === 0 && witness.floor === 0;
    if (fresh && synchronised === false) return 'the clock is not synchronised, and this hall has no journal yet';
    const [back, forward] = this.#absent ? [driftMs, shortAbsenceMs] : [smallCorrectionMs, smallCorrectionMs];
    if (apart < -back) return `the clock is ${spanOf(-apart)} behind the hall's own time`;
    if (apart > forward) return `the clock is ${spanOf(apart)} ahead of the hall's own time`;
    return undefined;
  }

  /** Most of those whose clock was ever set. */
  #boxesAgree(): boolean {
    const { boxes, hubClock } = this.#settings;
    const set = boxes().filter(({ wall }) => wall >= programBuilt);
    const times = set.map(({ wall, atMs }) => wall + (hubClock.monotonicMs - atMs));
    const agree = times.filter((time) => Math.abs(time - hubClock.wall) <= boxAgreesMs).length;
    return agree * 2 > times.length;
  }

  async #doubt(reason: string): Promise<void> {
    if (this.doubt !== null) return;
    const { hubClock, own } = this.#settings;
    const { wall } = hubClock;
    this.counters.clockDoubts += 1;
    this.#log.error(
      { wall: timeOf(wall), hallTime: timeOf(hubClock.now()) },
      `clock-doubtful: ${reason}; the clock shows ${timeOf(wall)}, the hall ${timeOf(hubClock.now())}: ${clockRemedy}`,
    );
    await own.run((at, id) => ({ type: 'DoubtClock', id, at, happenedAt: at, by: hubActor, wall, reason }));
  }

  async #believe(reason: string, by: Actor = hubActor): Promise<void> {
    const { hubClock, own } = this.#settings;
    const { wall } = hubClock;
    const from = hubClock.now();
    const apart = wall - from;
    // While the hub was off, time passed: whoever waited has waited longer.
    const passed = this.#absent && apart >= 0;
    if (passed) hubClock.set(wall);
    else if (Math.abs(apart) > driftMs) await this.#step(from, wall);
    this.#absent = false;
    if (this.doubt !== null || by.kind !== 'hub') {
      this.#log.warn({ wall: timeOf(wall) }, `the clock is believed: ${reason}`);
      await own.runOnce(
        (at, id) => ({ type: 'TrustClock', id, at, happenedAt: at, by, wall, reason }),
        by,
        own.newId(),
      );
      await own.run((at, id) => ({ type: 'Tick', id, at, happenedAt: at, by: hubActor }));
    }
    this.#keep();
  }

  async #step(from: Instant, to: Instant): Promise<void> {
    const { hubClock, own } = this.#settings;
    this.counters.clockSteps += 1;
    this.#log.warn(
      { from: timeOf(from), to: timeOf(to) },
      `the clock was corrected by ${spanOf(Math.abs(to - from))}: those who wait keep their waiting time`,
    );
    let step: CommandOf<'StepClock'> | undefined;
    await own.run((at, id) => {
      // Once: a group that is tried again steps no second time.
      if (step === undefined) {
        hubClock.set(to);
        step = { type: 'StepClock', id, at: to, happenedAt: to, by: hubActor, from: at, to, shiftMs: to - at };
      }
      return step;
    });
    if (this.doubt === null) await own.run((at, id) => ({ type: 'Tick', id, at, happenedAt: at, by: hubActor }));
  }

  #keep(): void {
    const { hubClock, witness } = this.#settings;
    this.#keptMs = hubClock.monotonicMs;
    witness.keep(hubClock.now());
  }
}

export const clockRemedy =
  'set the clock or the time server of the hub; when the time is right, run "halld clock confirm" there, or confirm it in the console';

function timeOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).concat('Z');
}

function spanOf(ms: DurationMs): string {
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 48 * 3_600_000) return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
  return `${Math.round(ms / 86_400_000)} days`;
}
