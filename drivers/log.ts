/** What the hub and the nodes write down; `boot` gives a pino logger. Never a phone number, never a secret. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Says the same thing once, then counts: bad input must not fill a disk. Remembers at most `limit` different things. */
export class OnceLog {
  #log: Log;
  #limit: number;
  #seen = new Map<string, number>();

  constructor(log: Log, limit = 500) {
    this.#log = log;
    this.#limit = limit;
  }

  warn(key: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    const times = this.#seen.get(key) ?? 0;
    if (times === 0 && this.#seen.size >= this.#limit) this.#seen.clear();
    this.#seen.set(key, times + 1);
    if (times === 0) this.#log.warn(fields, message);
  }
}
