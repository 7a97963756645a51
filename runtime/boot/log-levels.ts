/**
 * Which lines of the log are written: `HALLD_LOG` is a list of levels, each for all places or for those that a pattern
 * names, such as `info,escpos:debug,port/k1-printer:trace`. Of two that match a place the later one counts.
 */
import type { LogLevel, LogPlace } from '../../drivers/log.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogThreshold = LogLevel | 'silent';

const placeKeys = ['node', 'device', 'driver', 'port', 'part'] as const;
type PlaceKey = (typeof placeKeys)[number];

interface LevelRule {
  /** `undefined`: any part of a place. */
  readonly key: PlaceKey | undefined;
  /** `undefined`: everywhere. */
  readonly pattern: RegExp | undefined;
  readonly level: LogThreshold;
}

/** The text of `HALLD_LOG` is wrong; the message says what is right. */
export class LogLevelError extends Error {
  constructor(item: string, why: string) {
    super(
      `HALLD_LOG: "${item}" ${why}. It is a list such as info,escpos:debug,port/k1-printer:trace; levels: ${logLevels.join(', ')}; places: ${placeKeys.join(', ')}`,
    );
    this.name = 'LogLevelError';
  }
}

export class LogLevels {
  readonly #rules: readonly LevelRule[];

  private constructor(rules: readonly LevelRule[]) {
    this.#rules = rules;
  }

  /** `text` as in `HALLD_LOG`; where it names no level for all places, `usual` is that level. Throws `LogLevelError`. */
  static parse(text: string, usual: LogThreshold = 'info'): LogLevels {
    const items = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return new LogLevels([{ key: undefined, pattern: undefined, level: usual }, ...items.map(ruleOf)]);
  }

  /** The lowest level that is written at a place. */
  at(place: LogPlace): LogThreshold {
    return this.#rules.findLast((rule) => matches(rule, place))?.level ?? 'info';
  }
}

export function writesAt(threshold: LogThreshold, level: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(threshold);
}

function ruleOf(item: string): LevelRule {
  const colon = item.lastIndexOf(':');
  const name = item.slice(colon + 1);
  const level = logLevels.find((each) => each === name);
  if (level === undefined)
    throw new LogLevelError(item, colon < 0 ? 'is no level' : `names no level: "${name}" is none`);
  if (colon < 0) return { key: undefined, pattern: undefined, level };
  const place = item.slice(0, colon);
  const slash = place.indexOf('/');
  const key = placeKeys.find((each) => each === place.slice(0, slash));
  const pattern = key === undefined ? place : place.slice(slash + 1);
  if (pattern === '') throw new LogLevelError(item, 'names no place');
  return { key, pattern: globOf(pattern), level };
}

/** `*` any characters, `?` one. */
function globOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

function matches({ key, pattern }: LevelRule, place: LogPlace): boolean {
  if (pattern === undefined) return true;
  return placeKeys.some(
    (each) => (key === undefined || key === each) && namesOf(place, each).some((name) => pattern.test(name)),
  );
}

/** A port is called `printer`, `k1-printer` or `k1/printer`; so is a device. */
function namesOf(place: LogPlace, key: PlaceKey): readonly string[] {
  const name = place[key];
  if (name === undefined) return [];
  return place.node === undefined || key === 'node' ? [name] : [name, `${place.node}-${name}`, `${place.node}/${name}`];
}
