/** Time that moves only when told: a whole hall runs a day in seconds, and the same seed gives the same day. */
import type { Clock, Timer } from '../clock.ts';
import { Agenda, type AgendaEntry } from './agenda.ts';

interface Entry extends AgendaEntry {
  readonly task: () => void;
  cancelled: boolean;
}

export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallStartMs: number;
  #order = 0;
  #agenda = new Agenda<Entry>();
  #turnEnd: (() => void)[] = [];

  /** `wallStartMs`: what the wall shows at monotonic 0. */
  constructor(wallStartMs = Date.UTC(2026, 10, 23, 0, 30)) {
    this.#wallStartMs = wallStartMs;
  }

  wallMs(): number {
    return this.#wallStartMs + Math.floor(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  /** Somebody sets the wall clock. */
  stepWall(byMs: number): void {
    this.#wallStartMs += byMs;
  }

  after(delayMs: number, task: () => void): Timer {
    const entry: Entry = { at: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task, cancelled: false };
    this.#agenda.add(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  }

  atTurnEnd(task: () => void): void {
    this.#turnEnd.push(task);
  }

  /** Runs all that falls due in the next `byMs`, in order, promises settled in between. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await this.settle();
    for (;;) {
      const entry = this.#agenda.first;
      if (entry === undefined || entry.at > untilMs) break;
      this.#agenda.takeFirst();
      if (entry.cancelled) continue;
      this.#nowMs = entry.at;
      entry.task();
      await this.settle();
    }
    this.#nowMs = untilMs;
  }

  /** Advances in steps until `done()`; throws after `limitMs` of virtual time. */
  async until(done: () => boolean, limitMs = 60_000): Promise<void> {
    const endMs = this.#nowMs + limitMs;
    await this.settle();
    while (!done()) {
      const next = this.#agenda.first;
      if (next === undefined || next.at > endMs) throw new Error(`not reached within ${limitMs} ms of virtual time`);
      await this.advance(Math.max(0, next.at - this.#nowMs));
    }
  }

  /** Lets promises and turn-end tasks run without moving time. */
  async settle(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const tasks = this.#turnEnd.splice(0);
      if (tasks.length === 0) return;
      for (const task of tasks) task();
    }
  }
}
