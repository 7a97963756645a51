/** Log lines that may repeat: the same thing at most once a period, with the number of lines left out at its next one. */
import type { Context } from './context.ts';
import type { LogFields, LogLevel } from './log.ts';

interface Written {
  readonly atMs: number;
  leftOut: number;
}

export class LimitedLog {
  readonly #context: Pick<Context, 'clock' | 'log'>;
  readonly #periodMs: number;
  readonly #keys: number;
  readonly #written = new Map<string, Written>();

  /** `keys`: how many different things are remembered at most. */
  constructor(
    context: Pick<Context, 'clock' | 'log'>,
    { periodMs = 60_000, keys = 200 }: { readonly periodMs?: number; readonly keys?: number } = {},
  ) {
    this.#context = context;
    this.#periodMs = periodMs;
    this.#keys = keys;
  }

  /** `key` names what repeats. `true`: the line was written. */
  write(level: LogLevel, key: string, fields: LogFields, message: string): boolean {
    const { clock, log } = this.#context;
    const nowMs = clock.monotonicMs();
    const before = this.#written.get(key);
    if (before !== undefined && nowMs - before.atMs < this.#periodMs) {
      before.leftOut += 1;
      return false;
    }
    if (before === undefined && this.#written.size >= this.#keys) this.#written.clear();
    this.#written.set(key, { atMs: nowMs, leftOut: 0 });
    log[level](
      before === undefined || before.leftOut === 0 ? fields : { ...fields, left_out: before.leftOut },
      message,
    );
    return true;
  }
}
