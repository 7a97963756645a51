/** The calendar on a board's own clock face, from a wall time already shifted to the hall's zone. */
import type { CivilTime } from './line-display.ts';

export function civilTime(wallMs: number): CivilTime {
  const date = new Date(wallMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
  };
}
