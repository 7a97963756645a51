/** Keys with a second meaning when held: decided at release, or when the time is reached. */
export interface HoldDecision {
  readonly key: string;
  readonly atMs: number;
  readonly heldMs: number;
}

export class LongHold {
  readonly #holdMs: ReadonlyMap<string, number>;
  readonly #open = new Map<string, number>();

  constructor(holdMs: ReadonlyMap<string, number>) {
    this.#holdMs = holdMs;
  }

  get dueMs(): number | undefined {
    let soonest: number | undefined;
    for (const [key, atMs] of this.#open) {
      const dueMs = atMs + (this.#holdMs.get(key) ?? 0);
      if (soonest === undefined || dueMs < soonest) soonest = dueMs;
    }
    return soonest;
  }

  /** A plain key is decided at once; `undefined` = wait. */
  press(key: string, atMs: number): HoldDecision | undefined {
    if (!this.#holdMs.has(key)) return { key, atMs, heldMs: 0 };
    this.#open.set(key, atMs);
    return undefined;
  }

  release(key: string): HoldDecision | undefined {
    const atMs = this.#open.get(key);
    if (atMs === undefined) return undefined;
    this.#open.delete(key);
    return { key, atMs, heldMs: 0 };
  }

  settle(nowMs: number): readonly HoldDecision[] {
    const decided: HoldDecision[] = [];
    for (const [key, atMs] of this.#open) {
      const holdMs = this.#holdMs.get(key) ?? 0;
      if (nowMs - atMs < holdMs) continue;
      this.#open.delete(key);
      decided.push({ key, atMs, heldMs: holdMs });
    }
    return decided;
  }

  /** The pad is gone: nobody knows how long it would have been held. */
  drop(): readonly { readonly key: string; readonly atMs: number }[] {
    const dropped = [...this.#open].map(([key, atMs]) => ({ key, atMs }));
    this.#open.clear();
    return dropped;
  }
}
