/**
 * The one way to notify listeners: typed, several listeners, each `on` returns its undo. A listener that throws is a
 * defect of whoever owns the listener: it is logged there with its stack, and the other listeners are still called.
 */
import type { Log } from './log.ts';

export type Undo = () => void;

/** What others see of a signal: they may listen, not emit. */
export interface Listenable<T> {
  /** Calls `listener` at every `emit` from now on. `log`: of the listener's owner, which answers for what it throws. */
  on(listener: (value: T) => void, log?: Log): Undo;
}

interface Entry<T> {
  readonly listener: (value: T) => void;
  readonly log: Log;
}

export class Signal<T = void> implements Listenable<T> {
  #log: Log;
  #entries = new Set<Entry<T>>();

  /** `log`: answers for listeners that name no log of their own. */
  constructor(log: Log) {
    this.#log = log;
  }

  get size(): number {
    return this.#entries.size;
  }

  on(listener: (value: T) => void, log: Log = this.#log): Undo {
    const entry = { listener, log };
    this.#entries.add(entry);
    return () => this.#entries.delete(entry);
  }

  /**
   * Calls each listener in the order in which they came; one that was removed meanwhile is not called.
   * `holds`: asked before each; `false` ends the round, because what was emitted holds no longer.
   */
  emit(value: T, holds: () => boolean = () => true): void {
    for (const entry of [...this.#entries]) {
      if (!holds()) return;
      if (!this.#entries.has(entry)) continue;
      try {
        entry.listener(value);
      } catch (error) {
        entry.log.defect(error, 'a listener failed');
      }
    }
  }
}

/** The signal of a state: `on` calls the listener at once with the present state, if there is one, then at every change. */
export class StateSignal<T> extends Signal<T> {
  #present: () => T | undefined;
  #own: Log;

  constructor(log: Log, present: () => T | undefined) {
    super(log);
    this.#own = log;
    this.#present = present;
  }

  override on(listener: (value: T) => void, log: Log = this.#own): Undo {
    const undo = super.on(listener, log);
    const present = this.#present();
    if (present === undefined) return undo;
    try {
      listener(present);
    } catch (error) {
      log.defect(error, 'a listener failed');
    }
    return undo;
  }
}
