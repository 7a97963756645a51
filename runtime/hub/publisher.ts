/**
 * Publishes what boards and pages show. A window's own change goes out at once, counts of people waiting at most a few
 * times a second; everything again at each connection, since a broker's memory is only a cache.
 */

import type { HallRules } from '../../devices/contract/hall.ts';
import type { LocalText } from '../../devices/contract/terms.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { HallView, ServiceView, WindowView } from '../../devices/contract/view.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import { Signal } from '../../drivers/signal.ts';
import type { Bus } from '../bus/bus.ts';
import type { QueueEvent } from '../queue/events.ts';
import { touched } from '../queue/selectors.ts';
import type { LiveQueue } from './command-loop.ts';
import type { CurrentEpoch } from './hub-epoch.ts';
import { TransferHolds } from './transfer-holds.ts';
import { hallView, serviceView, type ViewHead, windowView } from './views.ts';

type View = WindowView | ServiceView | HallView;

export interface PublisherSettings {
  readonly bus: Bus;
  readonly epoch: CurrentEpoch;
  readonly queue: LiveQueue;
  readonly rules: HallRules;
  /** Read at each comparison: they depend on which boxes are there. */
  readonly notices: () => readonly LocalText[];
}

const softEveryMs = 300;
/**
 * What a broker acknowledged it may still not deliver to everybody. A changed view is sent again at these ages, and every
 * view now and then; whoever has it drops the repeat by its revision.
 */
const sendAgainMs = [1_000, 4_000];
/** A few views at a time: a hall of two hundred windows updates its counts at this pace, and no call waits behind them. */
const comparedATurn = 2;
const turnPauseMs = 5;
const everyViewMs = 15_000;

export class Publisher {
  readonly counters = { views: 0, publishFailed: 0 };
  readonly holds: TransferHolds;
  /** A view changed, or all were compared. */
  readonly changed: Signal;
  #clock: Clock;
  #log: Log;
  #settings: PublisherSettings;
  #rev = 0;
  #latest = new Map<string, { content: string; view: View; again: Timer | undefined }>();
  #round: Timer | undefined;
  #toCompare: (() => void)[] = [];
  #comparing: Timer | undefined;
  /** Something changed meanwhile. */
  #compareAgain = false;
  #softTimer: Timer | undefined;
  #stopped = false;

  constructor(context: Context, settings: PublisherSettings) {
    this.changed = new Signal(context.log);
    this.#clock = context.clock;
    this.#log = context.log;
    this.#settings = settings;
    this.holds = new TransferHolds(context);
    this.holds.released.on(() => this.#released());
  }

  /** After a commit: the windows that these events touch, now; the rest soon. */
  apply(events: readonly QueueEvent[]): void {
    if (this.#stopped) return;
    this.holds.apply(events);
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

  /** Something outside the queue changed (a notice, the time): compare everything soon. */
  soon(): void {
    if (this.#stopped) return;
    if (this.#comparing !== undefined) {
      this.#compareAgain = true;
      return;
    }
    this.#softTimer ??= this.#clock.after(softEveryMs, () => {
      this.#softTimer = undefined;
      this.refresh();
    });
  }

  /**
   * Compares everything with what was last published; publishes what differs. A few views a turn, so that a call does not
   * wait behind the counts of two hundred windows.
   */
  refresh(): void {
    const rules = this.#settings.rules;
    this.#toCompare = [
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
    this.#compareNext();
  }

  #compareNext(): void {
    this.#comparing?.cancel();
    this.#comparing = undefined;
    for (const compare of this.#toCompare.splice(0, comparedATurn)) compare();
    if (this.#toCompare.length > 0) {
      this.#comparing = this.#clock.after(turnPauseMs, () => this.#compareNext());
      return;
    }
    this.changed.emit();
    if (!this.#compareAgain) return;
    this.#compareAgain = false;
    this.soon();
  }

  /** Everything under the new epoch: what an older one published is not shown (F12). */
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
    for (const { id } of this.#settings.rules.windows) this.#window(id, true);
    this.#hall();
  }

  /** What the loop still finishes is published by the next hub, under its own epoch. */
  stop(): void {
    this.#stopped = true;
    this.holds.stop();
    this.#softTimer?.cancel();
    this.#softTimer = undefined;
    this.#round?.cancel();
    this.#comparing?.cancel();
    for (const { again } of this.#latest.values()) again?.cancel();
  }

  /** One view after the other, all within the round. */
  #nextRound(topics: readonly string[] = [...this.#latest.keys()]): void {
    this.#round?.cancel();
    const pauseMs = everyViewMs / Math.max(1, this.#latest.size);
    this.#round = this.#clock.after(pauseMs, () => {
      const [topic, ...rest] = topics;
      const latest = topic === undefined ? undefined : this.#latest.get(topic);
      if (topic !== undefined && latest !== undefined) this.#send(topic, latest.view);
      this.#nextRound(rest.length > 0 ? rest : undefined);
    });
  }

  #sendAgain(topic: string, times: number): void {
    const latest = this.#latest.get(topic);
    const ageMs = sendAgainMs[times];
    if (latest === undefined || ageMs === undefined) return;
    latest.again?.cancel();
    latest.again = this.#clock.after(ageMs - (sendAgainMs[times - 1] ?? 0), () => {
      this.#send(topic, latest.view);
      this.#sendAgain(topic, times + 1);
    });
  }

  /** `again`: a window's own change, worth repeating; a count of people waiting comes round by itself. */
  #window(id: string, again: boolean): void {
    const { queue, rules } = this.#settings;
    const make = (head: ViewHead) => {
      const view = windowView(queue.state, rules, id, head);
      // F16: shown when the board of the window before shows something else.
      return view !== undefined && this.holds.holdsWindow(view) ? undefined : view;
    };
    this.#offer(topics.windowView(rules.hall, id), make, again);
  }

  #service(id: string): void {
    const { queue, rules } = this.#settings;
    this.#offer(topics.serviceView(rules.hall, id), (head) => serviceView(queue.state, id, head));
  }

  #hall(): void {
    const { queue, rules, notices } = this.#settings;
    this.#offer(topics.hallView(rules.hall), (head) => {
      const view = hallView(queue.state, rules, notices(), head);
      return this.holds.holdsHall(view) ? undefined : view;
    });
  }

  #offer(topic: string, make: (head: ViewHead) => View | undefined, again = false): void {
    const at = this.#settings.queue.now();
    const view = make({ epoch: this.#settings.epoch.current, rev: this.#rev + 1, at });
    if (view === undefined) return;
    const content = JSON.stringify({ ...view, rev: 0, valid_until: 0 });
    if (this.#latest.get(topic)?.content === content) return;
    this.#rev += 1;
    this.#latest.get(topic)?.again?.cancel();
    this.#latest.set(topic, { content, view, again: undefined });
    this.#send(topic, view);
    if (again) this.#sendAgain(topic, 0);
    this.changed.emit();
  }

  #send(topic: string, view: View): void {
    const { bus } = this.#settings;
    if (!bus.connected) return;
    this.counters.views += 1;
    this.#log.trace({ topic, rev: view.rev }, 'view published');
    // A view that is lost here is published again at the next connection: boards are level-triggered.
    bus.publish(topic, JSON.stringify(view), { qos: 1, retain: true }).catch((error: unknown) => {
      this.counters.publishFailed += 1;
      this.#log.debug({ topic, error: String(error) }, 'a view was not sent');
    });
  }
}
