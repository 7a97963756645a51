/** What a simulated day is made of: who comes when, how long things take, what people do. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { DurationMs, Instant, MatterId, ServiceId, TicketClass } from '../../devices/contract/terms.ts';
import type { Random } from '../../drivers/random.ts';

export interface Visitor {
  readonly at: Instant;
  readonly service: ServiceId;
  readonly matters: readonly MatterId[];
  readonly class: TicketClass;
  /** Drawn with the visitor, not at the window, so that every layout serves the same people. */
  readonly serviceMs: DurationMs;
  readonly walkMs: DurationMs;
  /** Leaves the hall before the call, without a word. */
  readonly noShow: boolean;
  /** Time the back office takes; `null` = nothing goes to it. */
  readonly officeMs: DurationMs | null;
  readonly certificateMs: DurationMs;
  /** When the booked time begins and ends; `null` = came without one. `at` is when the visitor stands at the kiosk. */
  readonly booked?: { readonly from: Instant; readonly to: Instant } | null;
}

export interface Behaviour {
  /** Standard deviation of a service time over its mean, log-normal. */
  readonly variation: number;
  /** `exponential` and `fixed` are for checks against formulas. */
  readonly law: 'log-normal' | 'exponential' | 'fixed';
  readonly walkMs: DurationMs;
  /** A clerk's rest between visitors. */
  readonly restMs: DurationMs;
  readonly noShowShare: number;
  /** How long a clerk waits for somebody who does not come. */
  readonly missAfterMs: DurationMs;
  readonly classes: Readonly<Partial<Record<TicketClass, number>>>;
  /** Visitors with two and with three matters. */
  readonly severalMatters: readonly [number, number];
  readonly officeMs: DurationMs;
  readonly certificateMs: DurationMs;
  /** Each clerk once in the morning and once in the afternoon. */
  readonly breakMs: DurationMs;
  /** Share of services that are rated. */
  readonly ratedShare: number;
}

export const usualBehaviour: Behaviour = {
  variation: 0.7,
  law: 'log-normal',
  walkMs: 20_000,
  restMs: 15_000,
  noShowShare: 0.02,
  missAfterMs: 45_000,
  classes: { ordinary: 0.9, priority: 0.08, returning: 0.02 },
  severalMatters: [0.12, 0.04],
  officeMs: 40 * 60_000,
  certificateMs: 90_000,
  breakMs: 10 * 60_000,
  ratedShare: 0.6,
};

/** No walks, rests, breaks or no-shows: a queue as in a textbook. */
export const bareBehaviour: Behaviour = {
  ...usualBehaviour,
  law: 'exponential',
  walkMs: 0,
  restMs: 0,
  noShowShare: 0,
  classes: { ordinary: 1 },
  severalMatters: [0, 0],
  breakMs: 0,
  ratedShare: 0,
};

export interface DayPlan {
  readonly rules: HallRules;
  /** Any instant of the day. */
  readonly day: Instant;
  readonly visitors: readonly Visitor[];
  readonly behaviour: Behaviour;
  readonly random: Random;
  /** Keeps the journal of the day. */
  readonly keepJournal?: boolean;
}
