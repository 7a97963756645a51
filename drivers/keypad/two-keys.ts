/**
 * Two keys at once are refused. A press may have to wait `settleMs` for a second key to show itself; a press beside a
 * key that is down is refused, unless the pad is typed on with rollover.
 */
export interface Waiting {
  readonly key: string;
  readonly atMs: number;
}

export class TwoKeys {
  readonly #settleMs: number;
  readonly #rollover: boolean;
  #waiting: Waiting | undefined;
  #spoiledUntilMs = Number.NEGATIVE_INFINITY;

  constructor(settleMs: number, rollover: boolean) {
    this.#settleMs = settleMs;
    this.#rollover = rollover;
  }

  get dueMs(): number | undefined {
    return this.#waiting === undefined ? undefined : this.#waiting.atMs + this.#settleMs;
  }

  /** Keys that went down in one instant, `othersDown` beside keys already down. */
  press(
    keys: readonly string[],
    atMs: number,
    othersDown: boolean,
  ): { readonly clean: readonly Waiting[]; readonly refused: readonly Waiting[] } {
    const now = keys.map((key) => ({ key, atMs }));
    const waiting = this.#waiting;
    const together = keys.length > 1 || waiting !== undefined || atMs < this.#spoiledUntilMs;
    if (together || (othersDown && !this.#rollover)) {
      this.#waiting = undefined;
      if (together) this.#spoiledUntilMs = atMs + this.#settleMs;
      return { clean: [], refused: waiting === undefined ? now : [waiting, ...now] };
    }
    if (this.#settleMs === 0) return { clean: now, refused: [] };
    this.#waiting = now[0];
    return { clean: [], refused: [] };
  }

  /** No second key came: the press is accepted. */
  settle(nowMs: number): Waiting | undefined {
    const { dueMs } = this;
    return dueMs === undefined || nowMs < dueMs ? undefined : this.takeWaiting();
  }

  /** The pad is gone: what was pressed before stands. */
  takeWaiting(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
