/**
 * What a box writes down, as an interface; `boot` gives one on pino. Never a phone number, never a secret. `info` tells a
 * technician the life of a box in plain sentences, `debug` every decision, `trace` every chunk on a wire.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a line comes from; each part narrows the one above it. */
export interface LogPlace {
  readonly node?: string;
  readonly device?: string;
  readonly driver?: string;
  readonly port?: string;
  /** A part of the hub or of a node that is none of these: `hub`, `outbox`, `web`. */
  readonly part?: string;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  trace(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** Something that cannot happen happened: logged as an error with its stack, and counted. `doing` says what failed. */
  defect(error: unknown, doing: string): void;
  /** `false`: a line of this level is thrown away, so its fields need not be made. */
  writes(level: LogLevel): boolean;
  /** The same log at a narrower place. */
  at(place: LogPlace): Log;
}

const nothing = (): void => {};

export const silentLog: Log = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  defect: nothing,
  writes: () => false,
  at: () => silentLog,
};

/** The same log, with `noticed` called at each defect: how a device enters its `internal` fault. */
export function withDefects(log: Log, noticed: (error: unknown) => void): Log {
  return {
    trace: (fields, message) => log.trace(fields, message),
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    defect: (error, doing) => {
      log.defect(error, doing);
      noticed(error);
    },
    writes: (level) => log.writes(level),
    at: (place) => withDefects(log.at(place), noticed),
  };
}

/** Writes the same thing once, then counts: bad input must not fill a disk. Remembers at most `limit` different things. */
export class OnceLog {
  #log: Log;
  #limit: number;
  #seen = new Map<string, number>();

  constructor(log: Log, limit = 500) {
    this.#log = log;
    this.#limit = limit;
  }

  warn(key: string, fields: LogFields, message: string): void {
    const times = this.#seen.get(key) ?? 0;
    if (times === 0 && this.#seen.size >= this.#limit) this.#seen.clear();
    this.#seen.set(key, times + 1);
    if (times === 0) this.#log.warn(fields, message);
  }
}
