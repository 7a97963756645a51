/**
 * One SQLite file with one writer, as both stores use it: lock, checks at opening, schema steps, durable transactions.
 *
 * Pragmas, and why (sqlite.org/pragma.html):
 * - `journal_mode=WAL`: readers never wait for the writer, and a commit is one append and one fsync.
 * - `synchronous=FULL`: in WAL mode this syncs the log at every commit; NORMAL may lose acknowledged commits with the power.
 * - `journal_size_limit`: the log is cut back after a checkpoint, so a long day does not eat an SD card.
 * - `secure_delete=ON`: what is deleted is overwritten with zeros: an outbox held what a clerk typed, a journal's file a contact.
 * - `cell_size_check=ON`, `trusted_schema=OFF`: a damaged or foreign file is noticed, not obeyed.
 * - `foreign_keys` stays off: the only references are in projections, which a rebuild fills in journal order anyway.
 */
import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import type { FaultPoint } from './store.ts';
import { asStoreError, StoreError } from './store-error.ts';

/** The log is cut back to this after a checkpoint. */
const logLimitBytes = 16 * 1024 * 1024;
/** Readable and writable by this user alone: an outbox may hold what a clerk typed. */
const fileMode = 0o600;

/** Half a second of reading; a larger file is checked whole by `halld journal`. */
const wholeCheckBytes = 256 * 1024 * 1024;

/** Somebody looks at the file with another program: a short wait is no fault. */
export const waitForLockMs = 2_000;

export interface FileKind {
  /** `PRAGMA application_id`: tells a journal from an outbox and from other people's databases. */
  readonly applicationId: number;
  readonly name: string;
  /** Checked at every opening, however large the file: what a start reads first. */
  readonly essential?: readonly string[];
  /** Step n brings version n to n + 1. Steps are only ever added at the end. */
  readonly steps: readonly string[];
}

export interface SqliteFileOptions {
  readonly file: string;
  readonly fault?: FaultPoint | undefined;
  /** Largest size of the file; a commit beyond it fails with `full`. Default: the disk's own. */
  readonly maxBytes?: number | undefined;
}

export class SqliteFile {
  readonly file: string;
  #kind: FileKind;
  #fault: FaultPoint;
  #maxBytes: number | undefined;
  #db: DatabaseSync | undefined;
  #lock: DatabaseSync | undefined;
  #statements = new Map<string, StatementSync>();

  constructor(kind: FileKind, options: SqliteFileOptions) {
    this.#kind = kind;
    this.file = options.file;
    this.#fault = options.fault ?? (() => undefined);
    this.#maxBytes = options.maxBytes;
  }

  get isOpen(): boolean {
    return this.#db !== undefined;
  }

  open(): void {
    if (this.#db !== undefined) throw new StoreError('locked', `${this.file}: this store is open already`);
    try {
      createPrivately(this.file);
      this.#lock = takeLock(this.file);
      this.#db = new DatabaseSync(this.file, { timeout: waitForLockMs });
      this.#prepareFile(this.#db);
    } catch (error) {
      this.close();
      throw asStoreError(error, this.file);
    }
  }

  close(): void {
    const [db, lock] = [this.#db, this.#lock];
    this.#db = undefined;
    this.#lock = undefined;
    this.#statements.clear();
    if (db?.isOpen) db.close();
    if (lock?.isOpen) lock.close();
  }

  /** Prepared once; valid until `close`. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#db === undefined) throw new StoreError('closed', `${this.file}: the store is not open`);
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  exec(sql: string): void {
    if (this.#db === undefined) throw new StoreError('closed', `${this.file}: the store is not open`);
    this.#db.exec(sql);
  }

  /** Runs a read with this file's errors named. */
  read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, this.file);
    }
  }

  /** All of `work` on disk when it returns, or none of it. `label` goes before `-commit` in the fault points' names. */
  transact<T>(work: () => T, label = ''): T {
    const db = this.#db;
    if (db === undefined) throw new StoreError('closed', `${this.file}: the store is not open`);
    let result: T;
    let committing = false;
    try {
      db.exec('BEGIN IMMEDIATE');
      result = work();
      this.#fault(`${label}before-commit`);
      committing = true;
      db.exec('COMMIT');
    } catch (error) {
      const named = asStoreError(error, this.file);
      this.#undo(db, isFatal(named) || (committing && !isFull(named)));
      throw named;
    }
    this.#fault(`${label}after-commit`);
    return result;
  }

  /** A whole copy, page by page beside the work; one that is broken off leaves the copy before as it was. */
  async backup(to: string): Promise<void> {
    const db = this.#db;
    if (db === undefined) throw new StoreError('closed', `${this.file}: the store is not open`);
    const unfinished = `${to}.part`;
    try {
      rmSync(unfinished, { force: true });
      createPrivately(unfinished);
      await backup(db, unfinished);
      renameSync(unfinished, to);
    } catch (error) {
      throw asStoreError(error, to);
    }
  }

  /** Brings the write-ahead log into the file and empties it; does nothing while somebody still reads from it. */
  foldLog(): boolean {
    const db = this.#db;
    if (db === undefined) throw new StoreError('closed', `${this.file}: the store is not open`);
    return Number(db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy) === 0;
  }

  /** Every page, or, where that would keep a hall closed for a minute, those that a start depends on. */
  #damage(db: DatabaseSync): string | undefined {
    const bytes = pragma(db, 'page_count') * pragma(db, 'page_size');
    const { essential } = this.#kind;
    if (essential === undefined || bytes <= wholeCheckBytes) return quickCheck(db, '1');
    const known = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => name);
    for (const table of essential) {
      const damage = known.includes(table) ? quickCheck(db, table) : undefined;
      if (damage !== undefined) return damage;
    }
    return undefined;
  }

  /** After a failed fsync nobody knows what is on the disk, and trying again may lie: the store is given up. */
  #undo(db: DatabaseSync, fatal: boolean): void {
    try {
      if (db.isTransaction) db.exec('ROLLBACK');
    } catch {
      // The error that led here is thrown; a file that cannot even be rolled back is closed.
      this.close();
      return;
    }
    if (fatal) this.close();
  }

  #prepareFile(db: DatabaseSync): void {
    const applicationId = pragma(db, 'application_id');
    const version = pragma(db, 'user_version');
    const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0);
    const fresh = applicationId === 0 && version === 0 && tables === 0;
    if (!fresh && applicationId !== this.#kind.applicationId)
      throw new StoreError(
        'wrong-kind',
        `${this.file}: this is not a ${this.#kind.name}; check the path in the config`,
      );
    if (version > this.#kind.steps.length) {
      const versions = `it has version ${version}, this program knows ${this.#kind.steps.length}`;
      throw new StoreError('too-new', `${this.file}: written by a newer halld (${versions}): install that one again`);
    }
    const damage = this.#damage(db);
    if (damage !== undefined)
      throw new StoreError(
        'corrupt',
        `${this.file}: damaged (${damage}): keep it, restore the last backup in its place`,
      );
    db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=${logLimitBytes};
      PRAGMA secure_delete=ON; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF`);
    if (this.#maxBytes !== undefined)
      db.exec(`PRAGMA max_page_count=${Math.floor(this.#maxBytes / pragma(db, 'page_size'))}`);
    db.exec('BEGIN IMMEDIATE');
    if (fresh) db.exec(`PRAGMA application_id=${this.#kind.applicationId}`);
    for (const step of this.#kind.steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version=${this.#kind.steps.length}; COMMIT`);
  }
}

/** `what`: a table, or how many findings are enough. */
export function quickCheck(db: DatabaseSync, what: string): string | undefined {
  const found = db.prepare(`PRAGMA quick_check(${what})`).get()?.quick_check;
  return found === 'ok' ? undefined : String(found);
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
}

/** A full disk leaves the file whole: room can be made and work goes on. A bad disk or file does not. */
function isFatal(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'io' || error.code === 'corrupt');
}

function isFull(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'full';
}

function createPrivately(file: string): void {
  makeFolder(dirname(file));
  try {
    closeSync(openSync(file, 'a', fileMode));
  } catch (error) {
    throw asStoreError(error, file);
  }
}

/** With the folders above it. Throws `StoreError`. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw asStoreError(error, folder);
  }
}

/**
 * One writer a file: a transaction held on an empty database beside it. The system releases it with the process, however
 * that dies, and SQLite keeps two stores of one process apart too.
 */
function takeLock(file: string): DatabaseSync {
  const path = `${file}.lock`;
  createPrivately(path);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    const named = asStoreError(cause, file);
    if (!(named instanceof StoreError) || named.code !== 'locked') throw named;
    const message = `${file}: another process writes this store: two hubs or two nodes share one file; stop one of them`;
    throw new StoreError('locked', message, { cause });
  }
  return lock;
}
