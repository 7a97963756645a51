/** Time as an argument. Everything that waits takes a `Clock`; only `runtime/boot` hands out the real one. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970, for people and for the hall's calendar. Steps when somebody sets the clock. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start. Never steps; the only base for ages and deadlines. */
  monotonicMs(): number;
  /** Runs `task` once, `delayMs` from now. */
  after(delayMs: number, task: () => void): Timer;
  /** Runs `task` once at the end of this turn of the event loop: what a group commit waits for. */
  atTurnEnd(task: () => void): void;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  atTurnEnd(task) {
    setImmediate(task);
  },
};

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
