/** A key that stays down far longer than a finger does: a spilt drink, a bent panel. It is named, and trusted again only after a while up. */
export class StuckKeys {
  readonly #afterMs: number;
  readonly #stuck = new Set<string>();
  readonly #mistrustUntilMs = new Map<string, number>();

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  get keys(): readonly string[] {
    return [...this.#stuck];
  }

  has(key: string): boolean {
    return this.#stuck.has(key);
  }

  dueMs(downSinceMs: number): number {
    return downSinceMs + this.#afterMs;
  }

  /** True when it is found stuck just now. */
  held(key: string, heldMs: number): boolean {
    if (heldMs < this.#afterMs || this.#stuck.has(key)) return false;
    this.#stuck.add(key);
    return true;
  }

  /** True when it was stuck. */
  released(key: string, nowMs: number): boolean {
    if (!this.#stuck.delete(key)) return false;
    this.#mistrustUntilMs.set(key, nowMs + trustAfterMs);
    return true;
  }

  /** A contact that was stuck a moment ago and comes again. */
  mistrusted(key: string, atMs: number): boolean {
    return this.#stuck.has(key) || atMs < (this.#mistrustUntilMs.get(key) ?? Number.NEGATIVE_INFINITY);
  }

  reset(): void {
    this.#stuck.clear();
    this.#mistrustUntilMs.clear();
  }
}

const trustAfterMs = 1000;
