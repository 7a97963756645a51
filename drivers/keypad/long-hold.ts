/** Keys with a second meaning when held: decided at release, or when the time is reached. */
export interface Hold {
  readonly ms: number;
  /** What the key is when it was held. */
  readonly key: string;
}

export interface HoldDecision {
  readonly key: string;
  readonly atMs: number;
  readonly heldMs: number;
}

export class LongHold {
  readonly #holds: ReadonlyMap<string, Hold>;
  readonly #open = new Map<string, number>();

  constructor(holds: ReadonlyMap<string, Hold>) {
    this.#holds = holds;
  }

  get dueMs(): number | undefined {
    let soonest: number | undefined;
    for (const [key, atMs] of this.#open) {
      const dueMs = atMs + (this.#holds.get(key)?.ms ?? 0);
      if (soonest === undefined || dueMs < soonest) soonest = dueMs;
    }
    return soonest;
  }

  /** A plain key is decided at once; `undefined` = wait. */
  press(key: string, atMs: number): HoldDecision | undefined {
    if (!this.#holds.has(key)) return { key, atMs, heldMs: 0 };
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
      const hold = this.#holds.get(key);
      if (hold === undefined || nowMs - atMs < hold.ms) continue;
      this.#open.delete(key);
      decided.push({ key: hold.key, atMs, heldMs: hold.ms });
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
