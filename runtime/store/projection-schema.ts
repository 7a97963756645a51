/** The tables that pages and reports read, in plain SQL. Times are hub time in milliseconds since 1970. */

/** Rises with every change of the tables or of what is written to them: an older file is rebuilt when it is opened. */
export const projectionVersion = 5;

export const projectionTables = [
  'days',
  'departments',
  'matters',
  'service_list',
  'tickets',
  'ticket_matters',
  'calls',
  'services',
  'ratings',
  'windows',
  'appointments',
  'complaints',
  'follow_ups',
  'assistances',
  'slips',
] as const;

/**
 * `tickets.status` is the queue's stage (`printing`, `waiting`, `called`, `serving`, `served`, `review`, `held`,
 * `parked`, `missed`), and after it `done`, `closed`, `void`; `record` for a paper that came after its day (F18).
 * `days.ends_at` is local midnight, `offset_ms` local time minus UTC, `offset_then_ms` from `offset_changes_at`
 * on; `service_list.department` is NULL where a service has matters of several.
 * A number issued twice on one day breaks the key, and with it the whole batch.
 */
export const projectionSchema = `
CREATE TABLE days (day TEXT PRIMARY KEY, opened_at INTEGER NOT NULL, closed_at INTEGER, ends_at INTEGER,
  offset_ms INTEGER, offset_changes_at INTEGER, offset_then_ms INTEGER)
  WITHOUT ROWID;
CREATE TABLE departments (department TEXT PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE matters (matter TEXT PRIMARY KEY, code TEXT NOT NULL, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
  department TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE service_list (service TEXT PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT NOT NULL, department TEXT)
  WITHOUT ROWID;
CREATE TABLE tickets (ticket TEXT PRIMARY KEY, day TEXT NOT NULL, number TEXT NOT NULL, service TEXT NOT NULL,
  class TEXT NOT NULL, leg TEXT NOT NULL DEFAULT 'intake', status TEXT NOT NULL, pressed_at INTEGER NOT NULL,
  issued_at INTEGER NOT NULL, issued_by TEXT NOT NULL, lease TEXT, promised_ahead INTEGER, promised_low_ms INTEGER,
  promised_high_ms INTEGER, print TEXT NOT NULL DEFAULT 'pending', print_reason TEXT, printed_at INTEGER,
  waiting_since INTEGER NOT NULL, window TEXT, to_window TEXT, calls INTEGER NOT NULL DEFAULT 0,
  copies INTEGER NOT NULL DEFAULT 1, called_at INTEGER,
  closed_at INTEGER, closed_reason TEXT) WITHOUT ROWID;
CREATE INDEX tickets_by_day ON tickets (day, status);
CREATE TABLE ticket_matters (ticket TEXT NOT NULL, matter TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open',
  decided_at INTEGER, PRIMARY KEY (ticket, matter)) WITHOUT ROWID;
CREATE TABLE calls (seq INTEGER PRIMARY KEY, ticket TEXT NOT NULL, day TEXT NOT NULL, window TEXT NOT NULL,
  call INTEGER NOT NULL, at INTEGER NOT NULL, how TEXT, service TEXT, leg TEXT, clerk TEXT, wait_ms INTEGER,
  why TEXT NOT NULL, board TEXT, outcome TEXT, delay_ms INTEGER, missed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX calls_by_ticket ON calls (ticket, call);
CREATE INDEX calls_by_day ON calls (day, window);
CREATE TABLE services (serving TEXT PRIMARY KEY, ticket TEXT NOT NULL, day TEXT NOT NULL, service TEXT, leg TEXT,
  window TEXT NOT NULL, clerk TEXT, called_at INTEGER, started_at INTEGER NOT NULL, completed_at INTEGER,
  walk_ms INTEGER, service_ms INTEGER, review TEXT, done TEXT, rating_until INTEGER) WITHOUT ROWID;
CREATE INDEX services_by_day ON services (day, window);
CREATE INDEX services_by_ticket ON services (ticket);
CREATE TABLE ratings (serving TEXT PRIMARY KEY, day TEXT, window TEXT NOT NULL, clerk TEXT, level INTEGER, reason TEXT,
  at INTEGER NOT NULL, reasons TEXT, set_aside INTEGER NOT NULL DEFAULT 0, offered INTEGER NOT NULL DEFAULT 1,
  counts_as INTEGER) WITHOUT ROWID;
CREATE INDEX ratings_by_day ON ratings (day, window);
CREATE TABLE windows (window TEXT PRIMARY KEY, number INTEGER, name_zh TEXT, name_en TEXT, zone TEXT, role TEXT,
  rules_role TEXT, state TEXT NOT NULL DEFAULT 'closed', reason TEXT NOT NULL DEFAULT '', clerk TEXT, ticket TEXT,
  since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE appointments (appointment TEXT PRIMARY KEY, day TEXT NOT NULL, service TEXT NOT NULL, matters TEXT NOT NULL,
  from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, status TEXT NOT NULL, ticket TEXT) WITHOUT ROWID;
CREATE INDEX appointments_by_day ON appointments (day, status);
CREATE TABLE complaints (complaint TEXT PRIMARY KEY, ticket TEXT, kind TEXT NOT NULL, reference TEXT NOT NULL,
  recorded_at INTEGER NOT NULL, due_at INTEGER NOT NULL, outcome TEXT, settled_at INTEGER) WITHOUT ROWID;
CREATE INDEX complaints_by_time ON complaints (recorded_at);
CREATE TABLE follow_ups (serving TEXT PRIMARY KEY, clerk TEXT, level INTEGER NOT NULL, opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL, step TEXT NOT NULL DEFAULT 'opened', reference TEXT, step_at INTEGER,
  overdue INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE assistances (seq INTEGER PRIMARY KEY, ticket TEXT, kind TEXT NOT NULL, outcome TEXT NOT NULL, matter TEXT,
  at INTEGER NOT NULL);
CREATE INDEX assistances_by_time ON assistances (at);
CREATE TABLE slips (seq INTEGER PRIMARY KEY, ticket TEXT NOT NULL, window TEXT NOT NULL, matters TEXT NOT NULL,
  verdict TEXT NOT NULL, at INTEGER NOT NULL);`;
