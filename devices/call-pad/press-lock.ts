/**
 * Five impatient presses are one call: while an ask of a key is unanswered, while the window's view has not moved on after
 * it, and while the same key is being hammered, a further press of it asks nothing.
 */
import type { CommandId } from '../contract/terms.ts';

interface Ask {
  readonly id: CommandId;
  /** What was asked: asks of one kind hold each other up. */
  readonly what: string;
  /** The key that asked. */
  readonly key: string;
  readonly atMs: number;
  /** The window's revision that the clerk saw; `undefined` without a view. */
  readonly windowRev: number | undefined;
}

/** Nobody has read the board again within so short a time after the last press. */
const hammeringMs = 1000;

export class PressLock {
  readonly #lifeMs: number;
  readonly #asks = new Map<string, Ask & { answered: boolean }>();
  readonly #lastPressMs = new Map<string, number>();

  /** `lifeMs`: after this the hub refuses the ask as stale (F13), so it holds nobody up any more. */
  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** May this be asked now? Remembers the press either way. */
  tryTake(what: string, atMs: number): boolean {
    const lastMs = this.#lastPressMs.get(what);
    this.#lastPressMs.set(what, atMs);
    const ask = this.#asks.get(what);
    if (ask !== undefined && atMs - ask.atMs < this.#lifeMs) return false;
    return lastMs === undefined || atMs - lastMs >= hammeringMs;
  }

  asked(ask: Ask): void {
    for (const [what, { atMs }] of this.#asks) if (ask.atMs - atMs >= this.#lifeMs) this.#asks.delete(what);
    for (const [what, atMs] of this.#lastPressMs) if (ask.atMs - atMs >= hammeringMs) this.#lastPressMs.delete(what);
    this.#asks.set(ask.what, { ...ask, answered: false });
  }

  /** The press asked nothing after all: it was refused here, with a reason of its own. */
  notAsked(what: string): void {
    this.#lastPressMs.delete(what);
  }

  /** The key whose ask this was. */
  answer(id: CommandId, ok: boolean): string | undefined {
    for (const ask of this.#asks.values()) {
      if (ask.id !== id) continue;
      if (ok && ask.windowRev !== undefined) ask.answered = true;
      else this.#asks.delete(ask.what);
      // A refused press may be tried again at once.
      if (!ok) this.#lastPressMs.delete(ask.what);
      return ask.key;
    }
    return undefined;
  }

  /** The view moved on: what it answers no longer holds anybody up. */
  seen(windowRev: number): void {
    for (const ask of [...this.#asks.values()])
      if (ask.answered && ask.windowRev !== undefined && windowRev > ask.windowRev) this.#asks.delete(ask.what);
  }

  get open(): number {
    return this.#asks.size;
  }

  clear(): void {
    this.#asks.clear();
    this.#lastPressMs.clear();
  }
}
