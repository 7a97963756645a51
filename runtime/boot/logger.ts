/** The program's log on standard error: readable text on a terminal, else one JSON object a line, by pino. */
import pino from 'pino';
import { systemClock } from '../../drivers/clock.ts';
import type { Log, LogFields, LogLevel, LogPlace } from '../../drivers/log.ts';
import { LogLevels, type LogThreshold, writesAt } from './log-levels.ts';
import { type LogEntry, logText } from './log-text.ts';

export interface LogOptions {
  /** As `HALLD_LOG` (log-levels.ts); default: that variable. */
  readonly levels?: string | undefined;
  /** The level of places that `levels` does not name; default `info`. */
  readonly usual?: LogThreshold;
  /** Takes the lines that are written; default: standard error. */
  readonly write?: (entry: LogEntry) => void;
  /** Wall clock of the lines, ms. */
  readonly wallMs?: () => number;
}

/** Throws `LogLevelError` where the levels are wrong. */
export function createLog(place: LogPlace, options: LogOptions = {}): Log {
  const levels = LogLevels.parse(options.levels ?? process.env.HALLD_LOG ?? '', options.usual);
  const write = options.write ?? (process.stderr.isTTY ? textWriter() : jsonWriter());
  return new PlacedLog({ levels, write, wallMs: options.wallMs ?? (() => systemClock.wallMs()) }, place);
}

interface LogOutput {
  readonly levels: LogLevels;
  readonly write: (entry: LogEntry) => void;
  readonly wallMs: () => number;
}

/** Never written, whoever put it there. */
const secrets = new Set(['phone', 'pin', 'password']);

class PlacedLog implements Log {
  readonly #output: LogOutput;
  readonly #place: LogPlace;
  readonly #threshold: LogThreshold;

  constructor(output: LogOutput, place: LogPlace) {
    this.#output = output;
    this.#place = place;
    this.#threshold = output.levels.at(place);
  }

  trace(fields: LogFields, message: string): void {
    this.#write('trace', fields, message);
  }

  debug(fields: LogFields, message: string): void {
    this.#write('debug', fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#write('info', fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#write('warn', fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#write('error', fields, message);
  }

  defect(error: unknown, doing: string): void {
    this.#write('error', { error: error instanceof Error ? error : new Error(String(error)) }, doing);
  }

  writes(level: LogLevel): boolean {
    return writesAt(this.#threshold, level);
  }

  at(place: LogPlace): Log {
    return new PlacedLog(this.#output, { ...this.#place, ...place });
  }

  #write(level: LogLevel, fields: LogFields, message: string): void {
    if (!this.writes(level)) return;
    const kept = Object.entries(fields).map(([name, value]) => [name, secrets.has(name) ? '[hidden]' : value] as const);
    const { write, wallMs } = this.#output;
    write({ atMs: wallMs(), level, place: this.#place, fields: Object.fromEntries(kept), message });
  }
}

function textWriter(): (entry: LogEntry) => void {
  const colour = process.env.NO_COLOR === undefined;
  return (entry) => void process.stderr.write(`${logText(entry, colour)}\n`);
}

function jsonWriter(): (entry: LogEntry) => void {
  const logger = pino(
    { level: 'trace', base: {}, timestamp: false, serializers: { error: errorFields } },
    pino.destination({ dest: 2, sync: true }),
  );
  return ({ atMs, level, place, fields, message }) => logger[level]({ time: atMs, ...place, ...fields }, message);
}

function errorFields(error: unknown): unknown {
  return error instanceof Error ? pino.stdSerializers.err(error) : error;
}
