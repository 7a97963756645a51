/** `2026-11-23` in the hall's time zone, wherever this computer stands. */
export function businessDay(timeZone: string, nowMs: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(nowMs);
}
