/** The node's outbox and notes in one SQLite file: what a device sent is on disk before anybody hears of it. */
import type { Random } from '../../drivers/random.ts';
import { uuidFrom } from '../../drivers/random.ts';
import { type FileKind, SqliteFile, type SqliteFileOptions } from './sqlite-file.ts';
import type { NodeChange, NodeStore, OutboxRow, RowAnswer } from './store.ts';
import { OutboxFull } from './store.ts';

export interface SqliteNodeStoreOptions extends SqliteFileOptions {
  /** For the stream's id. */
  readonly random: Random;
  /** Unanswered events at most. Default 20 000. */
  readonly limit?: number;
  /** Answered events kept for a hub restored from a backup (F11), at most; the oldest go first. Default 100 000. */
  readonly answeredLimit?: number;
}

export const defaultOutboxLimit = 20_000;
export const defaultAnsweredLimit = 100_000;

const outboxFile: FileKind = {
  applicationId: 0x68616c6e, // "haln"
  name: "halld node's outbox",
  steps: [
    `CREATE TABLE self (one INTEGER PRIMARY KEY CHECK (one = 1), stream TEXT NOT NULL,
       last_seq INTEGER NOT NULL, durable_through INTEGER NOT NULL) STRICT;
     CREATE TABLE outbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, device TEXT NOT NULL,
       data TEXT NOT NULL, at TEXT NOT NULL, hub_at REAL, boot TEXT NOT NULL, monotonic_ms REAL NOT NULL,
       answered INTEGER NOT NULL DEFAULT 0) STRICT;
     CREATE INDEX outbox_answered ON outbox (answered, seq);
     CREATE TABLE notes (device TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
       PRIMARY KEY (device, key)) STRICT, WITHOUT ROWID;
     CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
    'ALTER TABLE outbox ADD COLUMN answer TEXT',
  ],
};

const columns = 'seq, id, type, device, data, at, hub_at, boot, monotonic_ms';

export class SqliteNodeStore implements NodeStore {
  #file: SqliteFile;
  #random: Random;
  #limit: number;
  #answeredLimit: number;
  #stream = '';
  #lastSeq = 0;
  #durableThrough = 0;
  #waiting = 0;

  constructor(options: SqliteNodeStoreOptions) {
    this.#file = new SqliteFile(outboxFile, options);
    this.#random = options.random;
    this.#limit = options.limit ?? defaultOutboxLimit;
    this.#answeredLimit = options.answeredLimit ?? defaultAnsweredLimit;
  }

  open(): { readonly stream: string; readonly lastSeq: number } {
    this.#file.open();
    this.#file.transact(() => {
      if (this.#file.prepare('SELECT 1 FROM self').get() === undefined)
        this.#file.prepare('INSERT INTO self VALUES (1, ?, 0, 0)').run(uuidFrom(this.#random));
    }, 'open-');
    this.#reload();
    return { stream: this.#stream, lastSeq: this.#lastSeq };
  }

  close(): void {
    this.#file.close();
  }

  transact(change: NodeChange): readonly OutboxRow[] {
    try {
      return this.#file.transact(() => this.#apply(change));
    } catch (error) {
      this.#reload();
      throw error;
    }
  }

  unanswered(): readonly OutboxRow[] {
    return this.#rows('answered = 0', 0);
  }

  answeredAbove(seq: number): readonly OutboxRow[] {
    return this.#rows('answered = 1', seq);
  }

  notes(device: string): ReadonlyMap<string, unknown> {
    const rows = this.#file.read(() =>
      this.#file.prepare('SELECT key, value FROM notes WHERE device = ? ORDER BY key').all(device),
    );
    return new Map(rows.map((row) => [String(row.key), JSON.parse(String(row.value))]));
  }

  facts(): Readonly<Record<string, string | number>> {
    const rows = this.#file.read(() => this.#file.prepare('SELECT key, value FROM facts ORDER BY key').all());
    return Object.fromEntries(rows.map((row) => [String(row.key), JSON.parse(String(row.value))]));
  }

  newStream(): string {
    try {
      this.#file.transact(() => {
        // Answered rows stay behind: their answers were taken, and sent again they would be taken twice.
        this.#file.prepare('DELETE FROM outbox WHERE answered = 1').run();
        const rows = this.#file.prepare('SELECT seq FROM outbox ORDER BY seq').all();
        const move = this.#file.prepare('UPDATE outbox SET seq = ? WHERE seq = ?');
        // Ascending, and never above the old number: no row meets another.
        rows.forEach((row, index) => {
          move.run(index + 1, Number(row.seq));
        });
        this.#file
          .prepare('UPDATE self SET stream = ?, last_seq = ?, durable_through = 0')
          .run(uuidFrom(this.#random), rows.length);
      }, 'stream-');
    } finally {
      this.#reload();
    }
    return this.#stream;
  }

  #apply(change: NodeChange): readonly OutboxRow[] {
    if (change.durableThrough !== undefined && change.durableThrough > this.#durableThrough) {
      this.#durableThrough = change.durableThrough;
      this.#file.prepare('UPDATE self SET durable_through = ?').run(change.durableThrough);
      this.#file.prepare('DELETE FROM outbox WHERE answered = 1 AND seq <= ?').run(change.durableThrough);
    }
    for (const seq of change.answered ?? []) this.#answer(seq, change.answers?.[seq]);
    const appended = (change.append ?? []).map((row) => this.#append(row));
    if (appended.length > 0) {
      if (this.#waiting > this.#limit) throw new OutboxFull(this.#limit);
      this.#file.prepare('UPDATE self SET last_seq = ?').run(this.#lastSeq);
    }
    for (const { device, key, value } of change.notes ?? []) {
      if (value === undefined) this.#file.prepare('DELETE FROM notes WHERE device = ? AND key = ?').run(device, key);
      else this.#file.prepare('INSERT OR REPLACE INTO notes VALUES (?, ?, ?)').run(device, key, JSON.stringify(value));
    }
    for (const [key, value] of Object.entries(change.facts ?? {}))
      this.#file.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)').run(key, JSON.stringify(value));
    return appended;
  }

  #answer(seq: number, answer: RowAnswer | undefined): void {
    const done =
      seq <= this.#durableThrough
        ? this.#file.prepare('DELETE FROM outbox WHERE seq = ? AND answered = 0').run(seq)
        : this.#file
            .prepare('UPDATE outbox SET answered = 1, answer = ? WHERE seq = ? AND answered = 0')
            .run(answer === undefined ? null : JSON.stringify(answer), seq);
    this.#waiting -= Number(done.changes);
    if (seq > this.#durableThrough) {
      this.#file
        .prepare(
          `DELETE FROM outbox WHERE answered = 1 AND seq <= (
             SELECT seq FROM outbox WHERE answered = 1 ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
        )
        .run(this.#answeredLimit);
    }
  }

  /** An id that waits already is not sent twice; one that was answered is asked again, and the hub repeats its answer. */
  #append(row: Omit<OutboxRow, 'seq'>): OutboxRow {
    const known = this.#file.prepare(`SELECT ${columns}, answered FROM outbox WHERE id = ?`).get(row.id);
    if (known !== undefined && Number(known.answered) === 0) return rowOf(known);
    if (known !== undefined) this.#file.prepare('DELETE FROM outbox WHERE id = ?').run(row.id);
    const seq = this.#lastSeq + 1;
    const data = JSON.stringify(row.data ?? null);
    this.#file
      .prepare(`INSERT INTO outbox (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(seq, row.id, row.type, row.device, data, row.at, row.hubAt, row.boot, row.monotonicMs);
    this.#lastSeq = seq;
    this.#waiting += 1;
    return { ...row, seq, data: JSON.parse(data) };
  }

  #rows(which: string, above: number): readonly OutboxRow[] {
    const sql = `SELECT ${columns}, answer FROM outbox WHERE ${which} AND seq > ? ORDER BY seq`;
    return this.#file.read(() => this.#file.prepare(sql).all(above).map(rowOf));
  }

  /** What is kept in memory, read again: after opening, and after a transaction that was undone. */
  #reload(): void {
    if (!this.#file.isOpen) return;
    const self = this.#file.prepare('SELECT stream, last_seq, durable_through FROM self').get();
    this.#stream = String(self?.stream);
    this.#lastSeq = Number(self?.last_seq);
    this.#durableThrough = Number(self?.durable_through);
    this.#waiting = Number(this.#file.prepare('SELECT count(*) AS n FROM outbox WHERE answered = 0').get()?.n);
  }
}

function rowOf(row: Readonly<Record<string, unknown>>): OutboxRow {
  return {
    seq: Number(row.seq),
    id: String(row.id),
    type: String(row.type),
    device: String(row.device),
    data: JSON.parse(String(row.data)),
    at: String(row.at),
    hubAt: row.hub_at === null ? null : Number(row.hub_at),
    boot: String(row.boot),
    monotonicMs: Number(row.monotonic_ms),
    ...(typeof row.answer === 'string' ? { answer: JSON.parse(row.answer) as RowAnswer } : {}),
  };
}
