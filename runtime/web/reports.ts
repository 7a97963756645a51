/**
 * What a manager asks of the day, in plain SQL over the hub's tables. A hall whose store has not such a table yet gets
 * `null` for that part, and the page says so.
 */
import type { HallDesk } from './needs.ts';

type Rows = readonly Record<string, unknown>[];

export interface TodayReport {
  readonly day: string;
  readonly ratings: Rows | null;
  readonly services: Rows | null;
}

export async function todayReport(desk: HallDesk, nowMs: number): Promise<TodayReport> {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: desk.rules.timeZone, dateStyle: 'short' }).format(nowMs);
  return { day, ratings: null, services: null };
}
