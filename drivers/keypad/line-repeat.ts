/**
 * Pads that report presses only, over lines that may deliver each twice: the same key again within the window of the last
 * time is the same press. EV1527 transmitters repeat 3 to 30 times (EV1527 data sheet): their window is 500 ms.
 * A pad that counts its presses needs no window: the count decides, through a lost connection too.
 */
interface Run {
  readonly firstMs: number;
  lastMs: number;
  readonly count: number | undefined;
}

/** A pad that lost its power starts to count again; a line that repeats does not take so long. */
const countMemoryMs = 10_000;

export class LineRepeat {
  readonly #windowMs: number;
  readonly #runs = new Map<string, Run>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Is this one more of a press already counted? */
  again(key: string, count: number | undefined, atMs: number): boolean {
    const run = this.#runs.get(key);
    const memoryMs = count === undefined ? this.#windowMs : countMemoryMs;
    if (run !== undefined && run.count === count && atMs <= run.lastMs + memoryMs) {
      run.lastMs = atMs;
      return true;
    }
    this.#runs.set(key, { firstMs: atMs, lastMs: atMs, count });
    return false;
  }

  /** How long it has been repeating without a pause; 0 = not at all. */
  runningMs(key: string, nowMs: number): number {
    const run = this.#runs.get(key);
    return run === undefined || nowMs > run.lastMs + this.#windowMs ? 0 : run.lastMs - run.firstMs;
  }

  /** When a run of repeats is over if none comes any more. */
  endsMs(key: string): number {
    return (this.#runs.get(key)?.lastMs ?? Number.NEGATIVE_INFINITY) + this.#windowMs;
  }
}
