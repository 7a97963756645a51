/**
 * The hub's journal in one SQLite file: events, answers, stream marks and projections in one transaction a batch, synced
 * before `commit` resolves. The sync stops the event loop for its duration: that is the price of a simple, ordered hub,
 * and why the hub commits once a turn.
 */
import { DatabaseSync } from 'node:sqlite';
import type { BusinessDay, CommandId, NodeId } from '../../devices/contract/terms.ts';
import { answerOf, answerText, appendEntry, dayBefore, eventOf, journalFile, projectEntry } from './hall-tables.ts';
import { projectionSchema, projectionTables, projectionVersion } from './projection-schema.ts';
import { SqliteFile, type SqliteFileOptions, waitForLockMs } from './sqlite-file.ts';
import type { HallBatch, HallStore, JournalEntry, StoredAnswer, StreamMark } from './store.ts';
import { asStoreError, StoreError } from './store-error.ts';

const replayPage = 2_000;
/** A page or a report never needs more; a query that does is a mistake and must not take the hub's memory. */
export const maxQueryRows = 50_000;

export class SqliteHallStore implements HallStore {
  #file: SqliteFile;
  #reader: DatabaseSync | undefined;
  #lastSeq = 0;
  #day: BusinessDay | null = null;
  #prepare = (sql: string) => this.#file.prepare(sql);

  constructor(options: SqliteFileOptions) {
    this.#file = new SqliteFile(journalFile, options);
  }

  async open(): Promise<void> {
    this.#file.open();
    try {
      this.#file.transact(() => this.#check(), 'open-');
      this.#reader = new DatabaseSync(this.#file.file, { readOnly: true, timeout: waitForLockMs });
    } catch (error) {
      await this.close();
      throw asStoreError(error, this.#file.file);
    }
  }

  async close(): Promise<void> {
    if (this.#reader?.isOpen) this.#reader.close();
    this.#reader = undefined;
    this.#file.close();
  }

  /** How the writer's connection syncs, as SQLite itself says: `full` or the store is not what it promises. */
  get syncs(): 'full' | 'less' {
    return Number(this.#file.prepare('PRAGMA synchronous').get()?.synchronous) >= 2 ? 'full' : 'less';
  }

  async beginEpoch(floor: number): Promise<number> {
    return this.#file.transact(() => {
      const epoch = Math.max(this.#meta('epoch'), floor) + 1;
      this.#setMeta('epoch', epoch);
      return epoch;
    }, 'epoch-');
  }

  async replay(afterSeq: number, take: (entries: readonly JournalEntry[]) => void): Promise<void> {
    const page = this.#file.prepare(`SELECT seq, event FROM journal WHERE seq > ? ORDER BY seq LIMIT ${replayPage}`);
    let after = afterSeq;
    for (;;) {
      const rows = this.#file.read(() => page.all(after));
      if (rows.length === 0) return;
      const entries = rows.map((row) => ({ seq: Number(row.seq), event: eventOf(String(row.event)) }));
      take(entries);
      after = entries.at(-1)?.seq ?? after;
    }
  }

  async commit(batch: HallBatch): Promise<number> {
    const day = this.#day;
    const lastSeq = this.#lastSeq;
    try {
      return this.#file.transact(() => this.#write(batch));
    } catch (error) {
      // Undone, or stopped at a fault point after the commit: the file says which.
      if (this.#file.isOpen) this.#lastSeq = this.#storedLast();
      if (this.#lastSeq === lastSeq) this.#day = day;
      throw error;
    }
  }

  async marks(): Promise<readonly StreamMark[]> {
    const rows = this.#file.read(() => this.#file.prepare('SELECT * FROM marks ORDER BY node, stream').all());
    return rows.map((row) => ({
      node: String(row.node),
      stream: String(row.stream),
      upto: Number(row.upto),
      happenedAt: Number(row.happened_at),
      adopted: Number(row.adopted) === 1,
    }));
  }

  async answerTo(node: NodeId, stream: string, seq: number): Promise<StoredAnswer | undefined> {
    const row = this.#file.read(() =>
      this.#file
        .prepare('SELECT id, answer FROM applied JOIN answers USING (id) WHERE node = ? AND stream = ? AND seq = ?')
        .get(node, stream, seq),
    );
    return row === undefined ? undefined : answerOf(String(row.id), String(row.answer));
  }

  async answerById(id: CommandId): Promise<StoredAnswer | undefined> {
    const row = this.#file.read(() => this.#file.prepare('SELECT answer FROM answers WHERE id = ?').get(id));
    return row === undefined ? undefined : answerOf(id, String(row.answer));
  }

  async query(sql: string, parameters: readonly (string | number | null)[] = []) {
    const reader = this.#reader;
    if (reader === undefined) throw new StoreError('closed', `${this.#file.file}: the store is not open`);
    return queryRows(reader, sql, parameters, this.#file.file);
  }

  async prune(today: BusinessDay, keepDays: number): Promise<void> {
    this.#file.transact(() => {
      // Given before the first day was opened: kept as if given today.
      this.#file.prepare('UPDATE answers SET day = ? WHERE day IS NULL').run(today);
      this.#file.prepare('DELETE FROM answers WHERE day < ?').run(dayBefore(today, keepDays));
      this.#file.prepare('DELETE FROM applied WHERE NOT EXISTS (SELECT 1 FROM answers WHERE id = applied.id)').run();
    }, 'prune-');
  }

  /** Makes the tables that pages and reports read anew from the journal. Returns how many events it took. */
  async rebuildProjections(): Promise<number> {
    return this.#file.transact(() => this.#rebuild(), 'rebuild-');
  }

  #write(batch: HallBatch): number {
    for (const event of batch.events) {
      if (event.type === 'DayOpened') this.#day = event.day;
      this.#lastSeq += 1;
      appendEntry(this.#prepare, { seq: this.#lastSeq, event }, this.#day);
    }
    const answer = this.#file.prepare('INSERT OR IGNORE INTO answers VALUES (?, ?, ?)');
    for (const given of batch.answers) answer.run(given.id, answerText(given), this.#day);
    const applied = this.#file.prepare('INSERT INTO applied VALUES (?, ?, ?, ?)');
    for (const one of batch.applied) {
      answer.run(one.answer.id, answerText(one.answer), this.#day);
      applied.run(one.node, one.stream, one.seq, one.answer.id);
    }
    const mark = this.#file.prepare(
      `INSERT INTO marks VALUES (?, ?, ?, ?, ?) ON CONFLICT (node, stream) DO UPDATE SET
         upto = max(upto, excluded.upto), happened_at = max(happened_at, excluded.happened_at),
         adopted = excluded.adopted`,
    );
    for (const m of batch.marks) mark.run(m.node, m.stream, m.upto, m.happenedAt, m.adopted ? 1 : 0);
    return this.#lastSeq;
  }

  #check(): void {
    this.#lastSeq = this.#storedLast();
    const count = Number(this.#file.prepare('SELECT count(*) AS n FROM journal').get()?.n);
    if (count !== this.#lastSeq) {
      const gap = `${count} events, the last has number ${this.#lastSeq}`;
      throw new StoreError('corrupt', `${this.#file.file}: the journal has a gap (${gap}): restore the last backup`);
    }
    const opened = this.#file
      .prepare("SELECT event FROM journal WHERE type = 'DayOpened' ORDER BY seq DESC LIMIT 1")
      .get();
    const event = opened === undefined ? undefined : eventOf(String(opened.event));
    this.#day = event?.type === 'DayOpened' ? event.day : null;
    if (this.#meta('projection_version') !== projectionVersion) this.#rebuild();
  }

  #rebuild(): number {
    for (const table of projectionTables) this.#file.exec(`DROP TABLE IF EXISTS ${table}`);
    this.#file.exec(projectionSchema);
    let count = 0;
    for (const row of this.#file.prepare('SELECT seq, event FROM journal ORDER BY seq').iterate()) {
      projectEntry(this.#prepare, { seq: Number(row.seq), event: eventOf(String(row.event)) });
      count += 1;
    }
    this.#setMeta('projection_version', projectionVersion);
    return count;
  }

  #storedLast(): number {
    return Number(this.#file.prepare('SELECT max(seq) AS last FROM journal').get()?.last ?? 0);
  }

  #meta(key: string): number {
    return Number(this.#file.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.value ?? 0);
  }

  #setMeta(key: string, value: number): void {
    this.#file.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(key, value);
  }
}

/** Reads with a limit, on a connection that cannot write. */
export function queryRows(
  reader: DatabaseSync,
  sql: string,
  parameters: readonly (string | number | null)[],
  file: string,
): readonly Record<string, unknown>[] {
  try {
    const rows: Record<string, unknown>[] = [];
    for (const row of reader.prepare(sql).iterate(...parameters)) {
      if (rows.length === maxQueryRows)
        throw new StoreError('too-much', `a query gave more than ${maxQueryRows} rows: narrow it to a day or a window`);
      rows.push({ ...row });
    }
    return rows;
  } catch (error) {
    throw asStoreError(error, file);
  }
}
