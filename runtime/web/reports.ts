/**
 * What a manager asks of the day, in plain SQL over the hub's tables (no clerk's name, no visitor's). A part whose
 * table a store does not have is `null`, and the page says so.
 */
import type { HallDesk } from './needs.ts';

type Rows = readonly Record<string, unknown>[];

/** SQL that SQLite and PostgreSQL both understand; `?` is the business day. */
const questions = {
  /** Numbers given, waiting and finished, by service. */
  tickets: `SELECT service, count(*) AS issued,
      sum(CASE WHEN status = 'void' THEN 1 ELSE 0 END) AS voided,
      sum(CASE WHEN EXISTS (SELECT 1 FROM services s WHERE s.ticket = tickets.ticket AND s.completed_at IS NOT NULL)
        THEN 1 ELSE 0 END) AS served,
      sum(CASE WHEN status = 'missed' THEN 1 ELSE 0 END) AS missed
    FROM tickets WHERE day = ? GROUP BY service ORDER BY service`,
  /** How long people waited and were served, by window. */
  windows: `SELECT s.window AS "window", count(*) AS services, avg(s.service_ms) AS service_ms, avg(s.walk_ms) AS walk_ms,
      max(s.service_ms) AS longest_ms
    FROM services s WHERE s.day = ? GROUP BY s.window ORDER BY s.window`,
  /** Waiting time to the first call, by hour of the call. */
  waits: `SELECT (at / 3600000) AS hour, count(*) AS calls, avg(wait_ms) AS wait_ms, max(wait_ms) AS longest_ms
    FROM calls WHERE day = ? AND wait_ms IS NOT NULL GROUP BY (at / 3600000) ORDER BY (at / 3600000)`,
  /** From the clerk's press to the board's acknowledgement. */
  boards: `SELECT outcome, count(*) AS calls, avg(delay_ms) AS delay_ms, max(delay_ms) AS longest_ms
    FROM calls WHERE day = ? GROUP BY outcome ORDER BY outcome`,
  /** Levels 5 to 1; without a level the reason why none was given. */
  ratings: `SELECT "window", level, reason, count(*) AS ratings
    FROM ratings WHERE day = ? GROUP BY "window", level, reason ORDER BY "window"`,
  /**
   * By clerk: how many services were offered a rating at all, and what came of the offers. `counted` are those that have a
   * level by themselves or by the rules; who was never asked is in none of them.
   */
  offers: `SELECT s.clerk AS clerk, count(*) AS services, sum(r.offered) AS offered,
      1.0 - sum(r.offered) * 1.0 / count(*) AS not_offered_share,
      sum(CASE WHEN r.level IS NULL THEN 0 ELSE 1 END) AS rated,
      sum(CASE WHEN r.reason = 'declined' THEN 1 ELSE 0 END) AS declined,
      sum(CASE WHEN r.reason = 'timed-out' THEN 1 ELSE 0 END) AS timed_out,
      sum(CASE WHEN r.reason = 'superseded' THEN 1 ELSE 0 END) AS superseded,
      sum(CASE WHEN r.reason = 'pad-away' THEN 1 ELSE 0 END) AS pad_away,
      sum(CASE WHEN r.reason = 'hub-away' THEN 1 ELSE 0 END) AS hub_away,
      sum(CASE WHEN r.reason = 'no-keypad' THEN 1 ELSE 0 END) AS no_keypad,
      sum(CASE WHEN r.counts_as IS NULL OR r.set_aside = 1 THEN 0 ELSE 1 END) AS counted
    FROM services s JOIN ratings r ON r.serving = s.serving WHERE s.day = ?
    GROUP BY s.clerk ORDER BY s.clerk`,
} as const;

type Question = keyof typeof questions;
export type TodayReport = { readonly day: string } & { readonly [Q in Question]: Rows | null };

export async function todayReport(desk: HallDesk, nowMs: number): Promise<TodayReport> {
  const day = businessDay(desk.rules.timeZone, nowMs);
  const answers = await Promise.all(
    Object.entries(questions).map(async ([question, sql]) => {
      try {
        return [question, await desk.query(sql, [day])] as const;
      } catch {
        return [question, null] as const;
      }
    }),
  );
  return { day, ...(Object.fromEntries(answers) as Record<Question, Rows | null>) };
}

/** `2026-11-23` in the hall's time zone. */
export function businessDay(timeZone: string, nowMs: number): string {
  const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(nowMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}
