/**
 * Visitors and clerks by themselves, so that one can watch a day: they press the simulated machines' keys, as people would,
 * and the back office decides. Seeded; `speed` makes their time run faster, the hall's own clock stays what it is.
 */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { WindowView } from '../../devices/contract/view.ts';
import type { Clock, Timer } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { Random } from '../../drivers/random.ts';
import type { BenchMachine, HallDesk, TicketSummary } from '../web/needs.ts';

export interface AutoParts {
  readonly rules: HallRules;
  readonly machines: readonly BenchMachine[];
  readonly desk: () => HallDesk | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const stepMs = 250;
/** A visitor at a kiosk every so often, in the visitors' own time. */
const meanArrivalMs = 20_000;
const walkMs = 12_000;
const reviewMs = 180_000;
const ratingChance = 0.8;
const missChance = 0.04;
/** Most people are kind: the shares of levels up to 1, 2, 3 and 4. */
const levelsBelow = [0.02, 0.05, 0.15, 0.45];

interface ClerkMind {
  /** When the clerk acts next, in visitors' time. */
  readyMs: number;
  state: string;
}

export class Auto {
  #parts: AutoParts;
  #timer: Timer | undefined;
  #speed = 1;
  #nowMs = 0;
  #nextArrivalMs = 0;
  #clerks = new Map<string, ClerkMind>();
  #reviews = new Map<string, number>();
  #rated = new Set<string>();

  constructor(parts: AutoParts) {
    this.#parts = parts;
  }

  get running(): boolean {
    return this.#timer !== undefined;
  }

  get speed(): number {
    return this.#speed;
  }

  set(running: boolean, speed = this.#speed): void {
    this.#speed = Math.min(100, Math.max(0.1, speed));
    this.#timer?.cancel();
    this.#timer = undefined;
    if (running) this.#again();
  }

  #again(): void {
    this.#timer = this.#parts.clock.after(stepMs, () => {
      this.#nowMs += stepMs * this.#speed;
      this.#step();
      this.#again();
    });
  }

  #step(): void {
    const desk = this.#parts.desk();
    if (desk === undefined) return;
    const { windows, tickets } = desk.snapshot();
    this.#arrivals();
    for (const view of windows) this.#clerk(view);
    this.#office(tickets, desk);
  }

  #arrivals(): void {
    const { machines, random } = this.#parts;
    if (this.#nowMs < this.#nextArrivalMs) return;
    this.#nextArrivalMs = this.#nowMs - Math.log(1 - random()) * meanArrivalMs;
    const panels = machines.filter(({ part }) => part === 'panel');
    const panel = panels[Math.floor(random() * panels.length)];
    if (panel !== undefined) this.#press(panel, String(1 + Math.floor(random() * 8)));
  }

  #clerk(view: WindowView): void {
    const { machines, random } = this.#parts;
    const pad = machines.find(({ part, window }) => part === 'pad' && window === view.window);
    if (pad === undefined || view.role === 'desk') return;
    this.#rate(view);
    const state = `${view.state} ${view.call?.ticket ?? ''} ${view.call?.status ?? ''} ${view.call === null ? Math.min(view.waiting, 1) : ''}`;
    const mind = this.#clerks.get(view.window);
    if (mind?.state !== state) {
      this.#clerks.set(view.window, { state, readyMs: this.#nowMs + this.#delayFor(view) });
      return;
    }
    if (this.#nowMs < mind.readyMs) return;
    // The same key again a little later, if nothing comes of it.
    mind.readyMs = this.#nowMs + 5_000 * this.#speed;
    if (view.state === 'closed') this.#press(pad, 'open');
    else if (view.state === 'paused') this.#press(pad, 'pause');
    else if (view.call === null) {
      if (view.waiting > 0) this.#press(pad, 'next');
    } else if (view.call.status === 'called') this.#press(pad, random() < missChance ? 'miss' : 'start');
    else this.#press(pad, view.role === 'intake' && random() < 0.5 ? 'review' : 'complete');
  }

  #delayFor(view: WindowView): number {
    const { random } = this.#parts;
    if (view.call === null) return 1_000 + random() * 3_000;
    if (view.call.status === 'called') return walkMs * (0.5 + random());
    const standardMs = view.role === 'certificate' ? 120_000 : 420_000;
    return standardMs * (0.4 + random() * 1.2);
  }

  #rate(view: WindowView): void {
    const { machines, random } = this.#parts;
    if (view.rating === null || this.#rated.has(view.rating.serving)) return;
    this.#rated.add(view.rating.serving);
    if (this.#rated.size > 5_000) this.#rated.clear();
    const keypad = machines.find(({ part, window }) => part === 'rating' && window === view.window);
    if (keypad === undefined || random() > ratingChance) return;
    const drawn = random();
    const level = 1 + levelsBelow.filter((below) => below < drawn).length;
    this.#parts.clock.after(1_000, () => this.#press(keypad, `level-${level}`));
  }

  #office(tickets: readonly TicketSummary[], desk: HallDesk): void {
    const { log } = this.#parts;
    for (const { ticket, matters } of tickets) {
      for (const { matter, state } of matters) {
        if (state !== 'review') continue;
        const key = `${ticket} ${matter}`;
        const dueMs = this.#reviews.get(key) ?? this.#nowMs + reviewMs * (0.5 + this.#parts.random());
        this.#reviews.set(key, dueMs);
        if (this.#nowMs < dueMs) continue;
        this.#reviews.delete(key);
        desk
          .submit('MatterReady', { ticket, matter, outcome: 'granted' }, { kind: 'office', id: 'auto' })
          .catch((error: unknown) => log.debug({ error: String(error) }, 'the hub is away: MatterReady is not sent'));
      }
    }
    if (this.#reviews.size > 5_000) this.#reviews.clear();
  }

  #press(machine: BenchMachine, key: string): void {
    try {
      machine.act({ type: 'press', key });
    } catch (error) {
      this.#parts.log.debug({ key, error: String(error) }, 'a pad without that key, or without its cable');
    }
  }
}
