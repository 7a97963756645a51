/**
 * One key's contact. A press counts at its first edge (a visitor waits for it); what bounces after it, and a release
 * that does not last, is chatter. Sheet value for membrane and switch pads: 30 ms.
 */
export type ContactVerdict =
  /** The first edge of a press. */
  | 'press'
  | 'chatter'
  /** Down again without a release in between: the pad or the line repeats itself. */
  | 'repeat'
  | 'released'
  | 'nothing';

/** A key reported down again after so long without a message: its release message was lost in transmission. */
const lostReleaseMs = 1000;

export class Contact {
  readonly #debounceMs: number;
  #down = false;
  #raw = false;
  #sinceMs = 0;
  #lastMs = 0;

  constructor(debounceMs: number) {
    this.#debounceMs = debounceMs;
  }

  /** Debounced: stays true until a release has lasted. */
  get down(): boolean {
    return this.#down;
  }

  /** The last reported state, bounces included. */
  get raw(): boolean {
    return this.#raw;
  }

  /** When the present press began. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** When `settle` has something to decide. */
  get dueMs(): number | undefined {
    return this.#down && !this.#raw ? this.#lastMs + this.#debounceMs : undefined;
  }

  press(atMs: number): ContactVerdict {
    const wasRaw = this.#raw;
    const quietMs = atMs - this.#lastMs;
    this.#raw = true;
    this.#lastMs = atMs;
    if (this.#down && !(wasRaw && quietMs >= lostReleaseMs)) return wasRaw ? 'repeat' : 'chatter';
    this.#down = true;
    this.#sinceMs = atMs;
    return 'press';
  }

  release(atMs: number): void {
    if (!this.#raw) return;
    this.#raw = false;
    this.#lastMs = atMs;
  }

  /** Time has passed: has the release lasted? */
  settle(nowMs: number): ContactVerdict {
    const { dueMs } = this;
    if (dueMs === undefined || nowMs < dueMs) return 'nothing';
    this.#down = false;
    return 'released';
  }
}
