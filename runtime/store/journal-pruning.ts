/**
 * Day-end housekeeping of a journal file, a bounded piece at a time: old answers, and where the hall says so old days of
 * the journal with the tables made of them. What goes is overwritten (`secure_delete`), not only forgotten.
 */
import type { BusinessDay } from '../../devices/contract/terms.ts';
import { dayBefore } from './hall-tables.ts';
import type { SqlValue } from './sql-change.ts';
import type { Retention } from './store.ts';

/** Lines that go in one transaction: some 50 ms, in which the hub answers nobody. */
const prunedAtOnce = 5_000;

export interface Pruning {
  readonly run: (sql: string, ...values: SqlValue[]) => void;
  readonly get: (sql: string, ...values: SqlValue[]) => Record<string, unknown> | undefined;
}

/** `true`: more is left. */
export function pruneAnswers({ run, get }: Pruning, today: BusinessDay, keepDays: number): boolean {
  // Given before the first day was opened: kept as if given today.
  run('UPDATE answers SET day = ? WHERE day IS NULL', today);
  const oldest = dayBefore(today, keepDays);
  const old = `SELECT id FROM answers WHERE day < ? ORDER BY day, id LIMIT ${prunedAtOnce}`;
  run(`DELETE FROM applied WHERE id IN (${old})`, oldest);
  run(`DELETE FROM answers WHERE id IN (${old})`, oldest);
  return get('SELECT 1 AS more FROM answers WHERE day < ? LIMIT 1', oldest) !== undefined;
}

/** `true`: more is left. */
export function pruneJournal(file: Pruning, today: BusinessDay, keep: Retention): boolean {
  if (keep.journalDays === null) return false;
  const { run, get } = file;
  const number = (sql: string, ...values: SqlValue[]) => Number(get(sql, ...values)?.n ?? 0);
  // By whole days, and never beyond what every kept snapshot already tells.
  const covered = number('SELECT min(seq) AS n FROM snapshots');
  const from = number(
    "SELECT max(seq) AS n FROM journal WHERE type = 'DayOpened' AND day <= ? AND seq <= ?",
    dayBefore(today, keep.journalDays),
    covered + 1,
  );
  if (from === 0) return false;
  run(
    `INSERT INTO meta VALUES ('journal_from', ?) ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
    from,
  );
  // The rules in force then stay: without them no later line means anything.
  const rules = number("SELECT max(seq) AS n FROM journal WHERE type = 'HallConfigured' AND seq < ?", from);
  run(
    `DELETE FROM journal WHERE seq IN
       (SELECT seq FROM journal WHERE seq < ? AND seq <> ? ORDER BY seq LIMIT ${prunedAtOnce})`,
    from,
    rules,
  );
  if (number('SELECT count(*) AS n FROM (SELECT 1 FROM journal WHERE seq < ? AND seq <> ? LIMIT 1)', from, rules) > 0)
    return true;
  return pruneTables(file, String(get('SELECT day FROM journal WHERE seq = ?', from)?.day));
}

/** One day of the tables; tickets that are still open stay with all that belongs to them. */
function pruneTables({ run, get }: Pruning, from: BusinessDay): boolean {
  const oldest = get('SELECT min(day) AS day FROM days WHERE day < ?', from)?.day;
  if (typeof oldest !== 'string') return false;
  const nextDay = dayBefore(oldest, -1);
  const open = 'SELECT ticket FROM tickets WHERE day = ?1 AND closed_at IS NULL';
  for (const table of ['calls', 'services']) {
    run(`DELETE FROM ${table} WHERE day = ?1 AND ticket NOT IN (${open})`, oldest);
  }
  run('DELETE FROM ratings WHERE day = ?', oldest);
  // Keys begin with the business day: `2026-11-23/A012`, `2026-11-23/A012#1`.
  for (const table of ['ticket_matters', 'slips', 'assistances']) {
    run(`DELETE FROM ${table} WHERE ticket >= ?1 AND ticket < ?2 AND ticket NOT IN (${open})`, oldest, nextDay);
  }
  run(
    `DELETE FROM follow_ups WHERE serving >= ?1 AND serving < ?2 AND step IN ('settled', 'set-aside')`,
    oldest,
    nextDay,
  );
  const span = 'BETWEEN (SELECT opened_at FROM days WHERE day = ?1) AND (SELECT closed_at FROM days WHERE day = ?1)';
  run(`DELETE FROM assistances WHERE ticket IS NULL AND at ${span}`, oldest);
  run(`DELETE FROM complaints WHERE settled_at IS NOT NULL AND recorded_at ${span}`, oldest);
  run('DELETE FROM appointments WHERE day = ?', oldest);
  run('DELETE FROM tickets WHERE day = ? AND closed_at IS NOT NULL', oldest);
  run('DELETE FROM days WHERE day = ?', oldest);
  return true;
}
