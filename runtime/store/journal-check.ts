/**
 * Whether a hub's file is what it says: every page whole, no line of the journal missing, the tables what the journal
 * makes of them, the snapshot what a replay gives. Reads beside a running hub, from one moment's sight of the file.
 */
import { DatabaseSync } from 'node:sqlite';
import { hallAsText } from '../queue/audit.ts';
import { evolve } from '../queue/evolve.ts';
import { hallFromSnapshot } from '../queue/snapshot.ts';
import { emptyHall, type HallState } from '../queue/state.ts';
import type { HallReader } from './hall-reader.ts';
import { eventOf, projectEntry } from './hall-tables.ts';
import { projectionSchema, projectionTables, projectionVersion } from './projection-schema.ts';
import { quickCheck } from './sqlite-file.ts';

export interface JournalCheck {
  readonly events: number;
  /** Number of the first line that is kept, the rules before it not counted. */
  readonly from: number;
  readonly days: number;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly snapshot: { readonly seq: number; readonly usable: boolean } | undefined;
  /** In the words of a technician; none = all is well. */
  readonly findings: readonly string[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

export function checkJournal({ db }: HallReader, queueCode: string): JournalCheck {
  const findings: string[] = [];
  const notes: string[] = [];
  const one = (sql: string) => db.prepare(sql).get() ?? {};
  const damage = quickCheck(db, '1');
  if (damage !== undefined) findings.push(`a page of the file is damaged (${damage}): restore the last backup`);
  db.exec('BEGIN');
  try {
    const from = Math.max(1, Number(one("SELECT value FROM meta WHERE key = 'journal_from'").value ?? 1));
    const { n: events, last } = one(`SELECT count(*) AS n, max(seq) AS last FROM journal WHERE seq >= ${from}`);
    const missing = Number(last ?? from - 1) - from + 1 - Number(events);
    if (missing !== 0) findings.push(`${missing} lines of the journal are missing: restore the last backup`);
    const days = one('SELECT count(*) AS n, min(day) AS first, max(day) AS last FROM days');
    const kept = one('SELECT seq, code, state FROM snapshots ORDER BY seq DESC LIMIT 1');
    const usable = kept.code === queueCode;
    const replay = new Replay(usable && from === 1 ? Number(kept.seq) : 0);
    for (const row of db.prepare('SELECT seq, event FROM journal ORDER BY seq').iterate())
      replay.take(Number(row.seq), String(row.event));
    const version = Number(one("SELECT value FROM meta WHERE key = 'projection_version'").value);
    if (version !== projectionVersion) notes.push('the tables are of another program: its next start makes them anew');
    else if (from > 1) notes.push('tables and snapshot are not compared: the journal’s first days were let go');
    else findings.push(...replay.differences(db));
    if (kept.seq !== undefined && !usable) notes.push('the snapshot is of another program: the next start replays all');
    if (usable && from === 1 && replay.textAtSnapshot !== hallAsText(hallFromSnapshot(String(kept.state))))
      findings.push('the snapshot is not what the journal gives: delete it with --forget-snapshots');
    replay.close();
    return {
      events: Number(events),
      from,
      days: Number(days.n),
      firstDay: String(days.first ?? ''),
      lastDay: String(days.last ?? ''),
      snapshot: kept.seq === undefined ? undefined : { seq: Number(kept.seq), usable },
      findings,
      notes,
    };
  } finally {
    db.exec('COMMIT');
  }
}

/** The journal once more: its tables in memory, and the hall as it was at the snapshot. */
class Replay {
  textAtSnapshot = '';
  #snapshotSeq: number;
  #state: HallState = emptyHall();
  #tables = new DatabaseSync(':memory:');
  #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  constructor(snapshotSeq: number) {
    this.#snapshotSeq = snapshotSeq;
    this.#tables.exec(projectionSchema);
    this.#tables.exec('BEGIN');
  }

  take(seq: number, text: string): void {
    const event = eventOf(text);
    projectEntry((sql) => this.#prepare(sql), { seq, event });
    if (seq > this.#snapshotSeq) return;
    this.#state = evolve(this.#state, event);
    if (seq === this.#snapshotSeq) this.textAtSnapshot = hallAsText(this.#state);
  }

  /** Row by row, in the order of the keys. */
  differences(db: DatabaseSync): string[] {
    const found: string[] = [];
    for (const table of projectionTables) {
      const sql = `SELECT * FROM ${table} ORDER BY 1, 2`;
      const kept = db.prepare(sql).iterate();
      let row = 0;
      let differs = 0;
      for (const made of this.#tables.prepare(sql).iterate()) {
        const beside = kept.next();
        row += 1;
        if (beside.done === true || JSON.stringify(beside.value) !== JSON.stringify(made)) differs += 1;
      }
      while (kept.next().done !== true) differs += 1;
      if (differs > 0)
        found.push(`${differs} rows of the table ${table} differ from the journal (of ${row}): --rebuild`);
    }
    return found;
  }

  close(): void {
    this.#tables.close();
  }

  #prepare(sql: string) {
    const known = this.#statements.get(sql) ?? this.#tables.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}
