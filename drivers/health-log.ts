/** Writes a device's health to its log as a technician reads it: ready, at fault with its remedy, fault over. */
import type { Context } from './context.ts';
import type { Health, HealthState } from './health.ts';
import { LimitedLog } from './limited-log.ts';
import type { Log } from './log.ts';

export class HealthLog {
  readonly #log: Log;
  readonly #limited: LimitedLog;
  /** Faults whose beginning was written: only their end is written. */
  readonly #open = new Set<string>();
  #faults = new Set<string>();
  #state: HealthState = 'closed';

  constructor(context: Pick<Context, 'clock' | 'log'>) {
    this.#log = context.log;
    this.#limited = new LimitedLog(context);
  }

  changed({ state, faults }: Health): void {
    for (const { code, severity, remedy } of faults) {
      if (this.#faults.has(code)) continue;
      const level = severity === 'error' ? 'warn' : 'info';
      if (this.#limited.write(level, `enter ${code}`, { fault: code, remedy }, `fault ${code}: ${remedy}`))
        this.#open.add(code);
    }
    const codes = new Set(faults.map(({ code }) => code));
    for (const code of this.#faults)
      if (!codes.has(code) && this.#open.delete(code))
        // As often as its beginning was written, which is limited.
        this.#log.info({ fault: code }, `fault ${code} is over`);
    this.#faults = codes;
    // Busy is part of every job; the job has a line of its own.
    if (state === this.#state || state === 'busy') return;
    if (state === 'ready' && this.#state !== 'fault') this.#limited.write('info', 'ready', {}, 'device ready');
    this.#state = state;
  }
}
