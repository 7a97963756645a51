/** A log line as a technician reads it on a terminal: time, level, place, sentence, and what else is known behind it. */
import type { LogFields, LogLevel, LogPlace } from '../../drivers/log.ts';

export interface LogEntry {
  /** Wall clock. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly place: LogPlace;
  readonly fields: LogFields;
  readonly message: string;
}

const colours: Readonly<Record<LogLevel, number>> = { trace: 90, debug: 36, info: 32, warn: 33, error: 31 };
const dim = 2;

/** With the stack of an error below it; `colour`: with ANSI colours. */
export function logText({ atMs, level, place, fields, message }: LogEntry, colour: boolean): string {
  const paint = (code: number, text: string) => (colour && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text);
  const { error, ...others } = fields;
  const where = [...new Set([place.node, place.device, place.driver, place.port, place.part])]
    .filter(Boolean)
    .join(' ');
  const said = error === undefined || error instanceof Error ? others : fields;
  const known = Object.entries(said)
    // A value that the sentence has already is left out.
    .filter(([, value]) => typeof value !== 'string' || !message.includes(value))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const head = `${timeOf(atMs)} ${paint(colours[level], level.padEnd(5))} ${paint(dim, where.padEnd(placeWidth))} ${message}`;
  const line = known.length === 0 ? head : `${head}  ${paint(dim, known.join(' '))}`;
  return error instanceof Error ? `${line}\n${error.stack ?? error.message}` : line;
}

const placeWidth = 14;

function timeOf(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const millis = String(at.getMilliseconds()).padStart(3, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${millis}`;
}
