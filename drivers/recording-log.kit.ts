/** A log that keeps its lines for a test to read. */
import type { Log, LogFields, LogLevel, LogPlace } from './log.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly place: LogPlace;
  readonly fields: LogFields;
  readonly message: string;
}

export class RecordingLog implements Log {
  readonly lines: LogLine[];
  #place: LogPlace;

  constructor(lines: LogLine[] = [], place: LogPlace = {}) {
    this.lines = lines;
    this.#place = place;
  }

  /** The defects so far, as their messages. */
  get defects(): readonly string[] {
    return this.lines.flatMap(({ level, fields }) =>
      level === 'error' && fields.error instanceof Error ? [fields.error.message] : [],
    );
  }

  trace(fields: LogFields, message: string): void {
    this.#keep('trace', fields, message);
  }

  debug(fields: LogFields, message: string): void {
    this.#keep('debug', fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#keep('info', fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#keep('warn', fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#keep('error', fields, message);
  }

  defect(error: unknown, doing: string): void {
    this.#keep('error', { error }, doing);
  }

  writes(): boolean {
    return true;
  }

  at(place: LogPlace): Log {
    return new RecordingLog(this.lines, { ...this.#place, ...place });
  }

  #keep(level: LogLevel, fields: LogFields, message: string): void {
    this.lines.push({ level, place: this.#place, fields, message });
  }
}
