/**
 * The hub's journal in one SQLite file: events, answers, stream marks and projections in one transaction a batch, synced
 * before `commit` resolves. The sync stops the event loop for its duration: that is the price of a simple, ordered hub,
 * and why the hub commits once a turn.
 */
import { createHash } from 'node:crypto';
import type { BusinessDay, CommandId, NodeId } from '../../devices/contract/terms.ts';
import {
  answerOf,
  answerText,
  appendEntry,
  bareAnswerId,
  boxAnswerId,
  eventOf,
  journalFile,
  projectEntry,
} from './hall-tables.ts';
import { pruneAnswers, pruneJournal } from './journal-pruning.ts';
import { projectionSchema, projectionTables, projectionVersion } from './projection-schema.ts';
import { ReaderThread } from './reader-thread.ts';
import type { SqlValue } from './sql-change.ts';
import { SqliteFile, type SqliteFileOptions } from './sqlite-file.ts';
import type {
  HallBatch,
  HallSnapshot,
  HallStore,
  JournalEntry,
  Retention,
  StoredAnswer,
  StreamMark,
  VoidEpochs,
} from './store.ts';
import { asStoreError, StoreError } from './store-error.ts';

const replayPage = 2_000;
/** No hall starts its hub so often. */
const mostEpochs = 1_000_000_000;
/** As far as a hub believes a box: above the epoch of the healing. */
const startsBelowVoid = 100_000_000;
/** The one before the last, should the last be damaged. */
const snapshotsKept = 2;

export class SqliteHallStore implements HallStore {
  #file: SqliteFile;
  #reader: ReaderThread | undefined;
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
      this.#reader = new ReaderThread(this.#file.file);
    } catch (error) {
      await this.close();
      throw asStoreError(error, this.#file.file);
    }
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    this.#file.close();
    await reader?.close();
  }

  /** How the writer's connection syncs, as SQLite itself says: `full` or the store is not what it promises. */
  get syncs(): 'full' | 'less' {
    return Number(this.#file.prepare('PRAGMA synchronous').get()?.synchronous) >= 2 ? 'full' : 'less';
  }

  async beginEpoch(floor: number, step = 1): Promise<number> {
    return this.#file.transact(() => {
      const epoch = Math.max(this.#meta('epoch'), floor) + step;
      if (epoch > mostEpochs) {
        const what = `epoch ${epoch} cannot be right: a box claimed it, or the file was changed; run "halld heal"`;
        throw new StoreError('corrupt', `${this.#file.file}: ${what}`);
      }
      this.#setMeta('epoch', epoch);
      return epoch;
    }, 'epoch-');
  }

  async voidEpochs(): Promise<VoidEpochs | undefined> {
    const from = this.#file.read(() => this.#meta('void_from'));
    return from === 0 ? undefined : { from, through: Number.MAX_SAFE_INTEGER };
  }

  /** The hub begins again below an epoch that no hall can have reached; boxes are told which epochs never were. */
  async healEpoch(): Promise<VoidEpochs & { readonly epoch: number; readonly before: number }> {
    return this.#file.transact(() => {
      const before = this.#meta('epoch');
      const epoch = before > mostEpochs ? this.#lastEpochBelow(mostEpochs) : before;
      const from = epoch + startsBelowVoid;
      this.#setMeta('epoch', epoch);
      this.#setMeta('void_from', from);
      return { epoch, before, from, through: Number.MAX_SAFE_INTEGER };
    }, 'heal-');
  }

  /** As the journal has it from restored copies; 1 where there were none. */
  #lastEpochBelow(limit: number): number {
    const row = this.#file
      .prepare(
        `SELECT max(CAST(json_extract(event, '$.epoch') AS REAL)) AS epoch FROM journal
           WHERE type = 'HallRestored' AND CAST(json_extract(event, '$.epoch') AS REAL) <= ?`,
      )
      .get(limit);
    return Math.max(1, Number(row?.epoch ?? 1));
  }

  async snapshot(code: string): Promise<HallSnapshot | undefined> {
    const rows = this.#file.read(() =>
      this.#file
        .prepare('SELECT * FROM snapshots WHERE code = ? AND seq <= ? ORDER BY seq DESC')
        .all(code, this.#lastSeq),
    );
    const whole = rows.find(({ state, digest }) => digestOf(String(state)) === digest);
    return whole === undefined ? undefined : { seq: Number(whole.seq), code, state: String(whole.state) };
  }

  async saveSnapshot({ seq, code, state }: HallSnapshot): Promise<void> {
    this.#file.transact(() => {
      this.#file.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)').run(seq, code, digestOf(state), state);
      this.#file
        .prepare(
          `DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ${snapshotsKept})`,
        )
        .run();
    }, 'snapshot-');
  }

  async replay(afterSeq: number, take: (entries: readonly JournalEntry[]) => void): Promise<void> {
    const page = this.#file.prepare(`SELECT seq, event FROM journal WHERE seq > ? ORDER BY seq LIMIT ${replayPage}`);
    let after = afterSeq;
    for (;;) {
      const rows = this.#file.read(() => page.all(after));
      if (rows.length === 0) return;
      const entries = rows.map((row) => ({ seq: Number(row.seq), event: eventOf(String(row.event)) }));
      for (const { seq } of entries) {
        // Below the declared beginning the rules alone were kept.
        if (seq !== after + 1 && seq > Math.max(this.#meta('journal_from'), 1)) throw this.#gap(after + 1);
        after = seq;
      }
      take(entries);
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
    return row === undefined ? undefined : answerOf(bareAnswerId(node, String(row.id)), String(row.answer));
  }

  async answerById(id: CommandId): Promise<StoredAnswer | undefined> {
    const row = this.#file.read(() => this.#file.prepare('SELECT answer FROM answers WHERE id = ?').get(id));
    return row === undefined ? undefined : answerOf(id, String(row.answer));
  }

  async answerOfBox(node: NodeId, id: CommandId): Promise<StoredAnswer | undefined> {
    const row = this.#file.read(() =>
      this.#file
        .prepare(
          `SELECT answer FROM answers WHERE id = ?1 UNION ALL
             SELECT answer FROM answers WHERE id = ?2 AND EXISTS (SELECT 1 FROM applied WHERE id = ?2 AND node = ?3)`,
        )
        .get(boxAnswerId(node, id), id, node),
    );
    return row === undefined ? undefined : answerOf(id, String(row.answer));
  }

  async backup(file: string): Promise<void> {
    await this.#file.backup(file);
  }

  async query(sql: string, parameters: readonly (string | number | null)[] = []) {
    const reader = this.#reader;
    if (reader === undefined) throw new StoreError('closed', `${this.#file.file}: the store is not open`);
    return reader.query(sql, parameters);
  }

  async prune(today: BusinessDay, keep: Retention): Promise<boolean> {
    const file = {
      run: (sql: string, ...values: SqlValue[]) => void this.#file.prepare(sql).run(...values),
      get: (sql: string, ...values: SqlValue[]) => this.#file.prepare(sql).get(...values),
    };
    const more = this.#file.transact(() => {
      return pruneAnswers(file, today, keep.answersDays) || pruneJournal(file, today, keep);
    }, 'prune-');
    // What was overwritten in the file is not to live on in the log beside it.
    if (!more) this.#file.foldLog();
    return more;
  }

  /** The next start replays the whole journal. */
  async forgetSnapshots(): Promise<void> {
    this.#file.transact(() => this.#file.prepare('DELETE FROM snapshots').run(), 'forget-');
  }

  /** Makes the tables that pages and reports read anew from the journal. Returns how many events it took. */
  async rebuildProjections(): Promise<number> {
    return this.#file.transact(() => this.#rebuild(), 'rebuild-');
  }

  #write(batch: HallBatch): number {
    for (const event of batch.events) {
      if (event.type === 'DayOpened' || event.type === 'DayTakenBack') this.#day = event.day;
      this.#lastSeq += 1;
      appendEntry(this.#prepare, { seq: this.#lastSeq, event }, this.#day);
    }
    const answer = this.#file.prepare('INSERT OR IGNORE INTO answers VALUES (?, ?, ?)');
    for (const given of batch.answers) answer.run(given.id, answerText(given), this.#day);
    const applied = this.#file.prepare('INSERT INTO applied VALUES (?, ?, ?, ?)');
    for (const one of batch.applied) {
      const id = boxAnswerId(one.node, one.answer.id);
      answer.run(id, answerText(one.answer), this.#day);
      applied.run(one.node, one.stream, one.seq, id);
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
    // What a snapshot tells is not read again at a start, and counting years of it would take as long.
    const known = Number(this.#file.prepare('SELECT min(seq) AS seq FROM snapshots').get()?.seq ?? 0);
    const from = Math.max(known, this.#meta('journal_from') - 1);
    const count = Number(this.#file.prepare('SELECT count(*) AS n FROM journal WHERE seq > ?').get(from)?.n);
    if (count !== this.#lastSeq - from) throw this.#gap(from + 1);
    const opened = this.#file
      .prepare("SELECT event FROM journal WHERE type IN ('DayOpened', 'DayTakenBack') ORDER BY seq DESC LIMIT 1")
      .get();
    const event = opened === undefined ? undefined : eventOf(String(opened.event));
    this.#day = event?.type === 'DayOpened' || event?.type === 'DayTakenBack' ? event.day : null;
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

  #gap(near: number): StoreError {
    const where = `at or after line ${near}; the last has number ${this.#lastSeq}`;
    return new StoreError('corrupt', `${this.#file.file}: the journal has a gap (${where}): restore the last backup`);
  }

  #storedLast(): number {
    return Number(this.#file.prepare('SELECT max(seq) AS last FROM journal').get()?.last ?? 0);
  }

  #meta(key: string): number {
    // As text: an integer beyond what a number holds exactly would not be read at all.
    const row = this.#file.prepare('SELECT CAST(value AS TEXT) AS value FROM meta WHERE key = ?').get(key);
    return Number(row?.value ?? 0);
  }

  #setMeta(key: string, value: number): void {
    this.#file.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(key, value);
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
