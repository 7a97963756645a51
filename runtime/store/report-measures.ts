/** Durations that reports spread out: mean, quantiles and longest, cut by whatever a duration knows of itself. */

export interface Measure {
  /**
   * Gives `id`, `value` in ms, and what it may be cut by: `ticket`, `day`, `hour`, `service`, `window`, `clerk`, `class`.
   * `?1` and `?2` are the first and the last business day.
   */
  readonly from: string;
  readonly cuts: readonly string[];
}

/** The local hour, by the offsets that the day was opened with; days of older journals have none, and end at local midnight. */
export const hour = (at: string) => `coalesce(
    ((${at}) + CASE WHEN (${at}) >= d.offset_changes_at THEN d.offset_then_ms ELSE d.offset_ms END) / 3600000 % 24,
    cast(24 - (d.ends_at - (${at})) / 3600000.0 AS INTEGER))`;

const callWaits = (leg: 'intake' | 'certificate') => `SELECT c.seq AS id, c.ticket, c.day, c.service, c.window, c.clerk,
    t.class, ${hour('c.at - c.wait_ms')} AS hour, c.wait_ms AS value
  FROM calls c JOIN tickets t ON t.ticket = c.ticket LEFT JOIN days d ON d.day = c.day
  WHERE c.day BETWEEN ?1 AND ?2 AND c.wait_ms IS NOT NULL AND c.leg = '${leg}'`;

const serviceTimes = (value: string) => `SELECT s.serving AS id, s.ticket, s.day, s.service, s.window, s.clerk, t.class,
    ${hour('s.started_at')} AS hour, ${value} AS value
  FROM services s JOIN tickets t ON t.ticket = s.ticket LEFT JOIN days d ON d.day = s.day
  WHERE s.day BETWEEN ?1 AND ?2 AND s.leg = 'intake' AND ${value} IS NOT NULL`;

const every = ['all', 'service', 'matter', 'department', 'window', 'clerk', 'hour', 'class', 'day'];

export const measures = {
  waits: { from: callWaits('intake'), cuts: every },
  certificateWaits: { from: callWaits('certificate'), cuts: ['all', 'service', 'window', 'hour', 'day'] },
  walks: { from: serviceTimes('s.walk_ms'), cuts: ['all', 'window', 'day'] },
  services: { from: serviceTimes('s.service_ms'), cuts: every },
  numberToCertificate: {
    from: `SELECT t.ticket AS id, t.ticket, t.day, t.service, t.class, ${hour('t.pressed_at')} AS hour,
        (SELECT max(s.completed_at) FROM services s WHERE s.ticket = t.ticket) - t.pressed_at AS value
      FROM tickets t LEFT JOIN days d ON d.day = t.day WHERE t.day BETWEEN ?1 AND ?2 AND t.closed_reason = 'done'`,
    cuts: ['all', 'service', 'matter', 'department', 'hour', 'class', 'day'],
  },
  pressToShown: {
    from: `SELECT c.seq AS id, c.ticket, c.day, c.service, c.window, c.clerk, ${hour('c.at')} AS hour,
        c.delay_ms AS value
      FROM calls c LEFT JOIN days d ON d.day = c.day
      WHERE c.day BETWEEN ?1 AND ?2 AND c.outcome = 'shown' AND c.delay_ms IS NOT NULL`,
    cuts: ['all', 'window', 'hour', 'day'],
  },
} as const satisfies Readonly<Record<string, Measure>>;

/** A visit with matters of two departments counts in both; one that named none, in that of its service. */
function keysOf(by: string): string {
  switch (by) {
    case 'all':
      return "SELECT '' AS key, value FROM b";
    case 'matter':
      return 'SELECT m.matter AS key, b.value FROM b JOIN ticket_matters m ON m.ticket = b.ticket';
    case 'department':
      return `SELECT key, value FROM (SELECT DISTINCT b.id, coalesce(m.department, l.department, '') AS key, b.value
        FROM b LEFT JOIN ticket_matters tm ON tm.ticket = b.ticket LEFT JOIN matters m ON m.matter = tm.matter
        LEFT JOIN service_list l ON l.service = b.service) AS by_department`;
    default:
      return `SELECT coalesce(${by}, '') AS key, value FROM b`;
  }
}

const seconds = (value: string) => `round(${value} / 1000.0, 3)`;
/** The value that `share` of all do not exceed. */
const quantile = (share: number) => seconds(`min(CASE WHEN rank >= ${share} * n THEN value END)`);

export function distribution(measure: Measure, by: string): string {
  return `WITH b AS (${measure.from}), k AS (${keysOf(by)}),
    r AS (SELECT key, value, row_number() OVER (PARTITION BY key ORDER BY value) AS rank,
      count(*) OVER (PARTITION BY key) AS n FROM k WHERE value IS NOT NULL)
  SELECT key, max(n) AS count, ${seconds('avg(value)')} AS mean_s, ${quantile(0.5)} AS p50_s, ${quantile(0.9)} AS p90_s,
    ${quantile(0.99)} AS p99_s, ${seconds('max(value)')} AS longest_s FROM r GROUP BY key ORDER BY key`;
}
