/**
 * Publishes what boards and pages show. A window's own change goes out at once, counts of people waiting at most a few
 * times a second; everything again at each connection, since a broker's memory is only a cache.
 */

import type { HallRules } from '../../devices/contract/hall.ts';
import type { LocalText } from '../../devices/contract/terms.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { HallView, ServiceView, WindowView } from '../../devices/contract/view.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { QueueEvent } from '../queue/events.ts';
import { touched } from '../queue/selectors.ts';
import type { HallState } from '../queue/state.ts';
import { TransferHolds } from './transfer-holds.ts';
import { hallView, serviceView, type ViewHead, windowView } from './views.ts';

type View = WindowView | ServiceView | HallView;

export interface PublisherParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly epoch: () => number;
  readonly state: () => HallState;
  readonly rules: () => HallRules;
  readonly notices: () => readonly LocalText[];
  readonly now: () => number;
}

const softEveryMs = 300;
/**
 * What a broker acknowledged it may still not deliver to everybody. A changed view is said again at these ages, and every
 * view now and then; whoever has it drops the repeat by its revision.
 */
const sayAgainMs = [1_000, 4_000];
/** A few views at a time: a hall of two hundred windows tells its counts at this pace, and no call waits behind them. */
const looksATurn = 2;
const turnPauseMs = 5;
const everyViewMs = 15_000;

export class Publisher {
  readonly counters = { views: 0, publishFailed: 0 };
  readonly holds: TransferHolds;
  #parts: PublisherParts;
  #rev = 0;
  #latest = new Map<string, { content: string; view: View; again: Timer | undefined }>();
  #round: Timer | undefined;
  #toLook: (() => void)[] = [];
  #looking: Timer | undefined;
  /** Something changed while looking. */
  #lookAgain = false;
  #softTimer: Timer | undefined;
  #stopped = false;
  #listeners = new Set<() => void>();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.holds = new TransferHolds(parts.clock, () => this.#released());
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** After a commit: the windows that these events touch, now; the rest soon. */
  took(events: readonly QueueEvent[]): void {
    if (this.#stopped) return;
    this.holds.took(events);
    const urgent = new Set<string>();
    let soft = false;
    for (const event of events) {
      const touch = touched(event);
      for (const window of touch.urgent) urgent.add(window);
      soft ||= touch.windows === 'all' || touch.services === 'all' || touch.windows.length > 0;
    }
    for (const window of urgent) this.#window(window, true);
    if (urgent.size > 0) this.#hall();
    if (soft) this.soon();
  }

  /** Something outside the queue changed (a notice, the time): look at everything soon. */
  soon(): void {
    if (this.#stopped) return;
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      return;
    }
    this.#softTimer ??= this.#parts.clock.after(softEveryMs, () => {
      this.#softTimer = undefined;
      this.refresh();
    });
  }

  /**
   * Compares everything with what was last published; publishes what differs. A few views a turn, so that a call does not
   * wait behind the counts of two hundred windows.
   */
  refresh(): void {
    const rules = this.#parts.rules();
    this.#toLook = [
      () => this.#hall(),
      ...rules.services.map(
        ({ id }) =>
          () =>
            this.#service(id),
      ),
      ...rules.windows.map(
        ({ id }) =>
          () =>
            this.#window(id, false),
      ),
    ];
    this.#lookOn();
  }

  #lookOn(): void {
    this.#looking?.cancel();
    this.#looking = undefined;
    for (const look of this.#toLook.splice(0, looksATurn)) look();
    if (this.#toLook.length > 0) {
      this.#looking = this.#parts.clock.after(turnPauseMs, () => this.#lookOn());
      return;
    }
    for (const listener of this.#listeners) listener();
    if (!this.#lookAgain) return;
    this.#lookAgain = false;
    this.soon();
  }

  /** Everything under the new epoch: nobody shows what an older one said (F12). */
  newEpoch(): void {
    for (const { again } of this.#latest.values()) again?.cancel();
    this.#latest.clear();
    this.refresh();
  }

  /** A new connection: the broker may know nothing. */
  republish(): void {
    this.refresh();
    for (const [topic, { view }] of this.#latest) this.#send(topic, view);
    this.#nextRound();
  }

  /** What waited for a board (F16) goes out at once. */
  #released(): void {
    for (const { id } of this.#parts.rules().windows) this.#window(id, true);
    this.#hall();
  }

  /** What the loop still finishes is said by the next hub, under its own epoch. */
  stop(): void {
    this.#stopped = true;
    this.holds.stop();
    this.#softTimer?.cancel();
    this.#softTimer = undefined;
    this.#round?.cancel();
    this.#looking?.cancel();
    for (const { again } of this.#latest.values()) again?.cancel();
  }

  /** One view after the other, all within the round. */
  #nextRound(topics: readonly string[] = [...this.#latest.keys()]): void {
    this.#round?.cancel();
    const pauseMs = everyViewMs / Math.max(1, this.#latest.size);
    this.#round = this.#parts.clock.after(pauseMs, () => {
      const [topic, ...rest] = topics;
      const latest = topic === undefined ? undefined : this.#latest.get(topic);
      if (topic !== undefined && latest !== undefined) this.#send(topic, latest.view);
      this.#nextRound(rest.length > 0 ? rest : undefined);
    });
  }

  #sayAgain(topic: string, times: number): void {
    const latest = this.#latest.get(topic);
    const ageMs = sayAgainMs[times];
    if (latest === undefined || ageMs === undefined) return;
    latest.again?.cancel();
    latest.again = this.#parts.clock.after(ageMs - (sayAgainMs[times - 1] ?? 0), () => {
      this.#send(topic, latest.view);
      this.#sayAgain(topic, times + 1);
    });
  }

  /** `again`: a window's own change, worth repeating; a count of people waiting comes round by itself. */
  #window(id: string, again: boolean): void {
    const { state, rules } = this.#parts;
    const hall = rules().hall;
    const make = (head: ViewHead) => {
      const view = windowView(state(), rules(), id, head);
      // F16: shown when the board of the window before has said something else.
      return view !== undefined && this.holds.holdsWindow(view) ? undefined : view;
    };
    this.#offer(topics.windowView(hall, id), make, again);
  }

  #service(id: string): void {
    const { state, rules } = this.#parts;
    this.#offer(topics.serviceView(rules().hall, id), (head) => serviceView(state(), id, head));
  }

  #hall(): void {
    const { state, rules, notices } = this.#parts;
    this.#offer(topics.hallView(rules().hall), (head) => {
      const view = hallView(state(), rules(), notices(), head);
      return this.holds.holdsHall(view) ? undefined : view;
    });
  }

  #offer(topic: string, make: (head: ViewHead) => View | undefined, again = false): void {
    const at = this.#parts.now();
    const view = make({ epoch: this.#parts.epoch(), rev: this.#rev + 1, at });
    if (view === undefined) return;
    const content = JSON.stringify({ ...view, rev: 0, valid_until: 0 });
    if (this.#latest.get(topic)?.content === content) return;
    this.#rev += 1;
    this.#latest.get(topic)?.again?.cancel();
    this.#latest.set(topic, { content, view, again: undefined });
    this.#send(topic, view);
    if (again) this.#sayAgain(topic, 0);
    for (const listener of this.#listeners) listener();
  }

  #send(topic: string, view: View): void {
    if (!this.#parts.bus.connected) return;
    this.counters.views += 1;
    // A view that is lost here is published again at the next connection: boards are level-triggered.
    this.#parts.bus.publish(topic, JSON.stringify(view), { qos: 1, retain: true }).catch(() => {
      this.counters.publishFailed += 1;
    });
  }
}
