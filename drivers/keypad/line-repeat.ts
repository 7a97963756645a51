/**
 * Pads that tell presses only, over lines that may say each twice: the same key again within the window of the last
 * time is the same press. EV1527 transmitters repeat 3 to 30 times (EV1527 data sheet): their window is 500 ms.
 */
export class LineRepeat {
  readonly #windowMs: number;
  readonly #runs = new Map<string, { firstMs: number; lastMs: number }>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Is this one more of a press already counted? */
  again(key: string, atMs: number): boolean {
    const run = this.#runs.get(key);
    if (run !== undefined && atMs <= run.lastMs + this.#windowMs) {
      run.lastMs = atMs;
      return true;
    }
    this.#runs.set(key, { firstMs: atMs, lastMs: atMs });
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

  reset(): void {
    this.#runs.clear();
  }
}
