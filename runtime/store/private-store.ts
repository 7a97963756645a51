/**
 * What visitors said and where to reach them: the only place of a hall that holds personal data. Each text is encrypted
 * (AES-256-GCM, NIST SP 800-38D) under a key that lies in another file, and erased after its time; the journal knows a
 * reference. What is erased is overwritten, in the file and in its log, so that no copy stays behind.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { type FileKind, SqliteFile, type SqliteFileOptions } from './sqlite-file.ts';

export const privateKinds = ['contact', 'complaint', 'answer', 'follow-up'] as const;
export type PrivateKind = (typeof privateKinds)[number];

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

const privateFile: FileKind = {
  applicationId: 0x68616c70, // "halp"
  name: 'file of private texts',
  steps: [
    `CREATE TABLE texts (reference TEXT PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, sealed BLOB NOT NULL)
       STRICT, WITHOUT ROWID;
     CREATE INDEX texts_by_age ON texts (kind, at);`,
  ],
};

export interface PrivateStoreOptions extends SqliteFileOptions {
  /** 32 bytes; without it nothing can be kept, and nothing is kept in the clear. */
  readonly key: Uint8Array | undefined;
}

export class PrivateStore {
  #file: SqliteFile;
  #key: Uint8Array | undefined;

  constructor({ key, ...file }: PrivateStoreOptions) {
    if (key !== undefined && key.length !== keyBytes) throw new Error(`a key has ${keyBytes} bytes, not ${key.length}`);
    this.#key = key;
    this.#file = new SqliteFile(privateFile, file);
  }

  get usable(): boolean {
    return this.#key !== undefined;
  }

  open(): void {
    this.#file.open();
    this.#file.exec('PRAGMA secure_delete=ON');
  }

  close(): void {
    this.#file.close();
  }

  /** The first text under a reference stays: a repeated request changes nothing. `true` if this one was kept. */
  put(reference: string, kind: PrivateKind, text: string, at: number): boolean {
    const sealed = this.#seal(reference, text);
    const { changes } = this.#file.transact(() =>
      this.#file
        .prepare('INSERT OR IGNORE INTO texts (reference, kind, at, sealed) VALUES (?, ?, ?, ?)')
        .run(reference, kind, Math.floor(at), sealed),
    );
    return Number(changes) > 0;
  }

  /** `undefined`: never kept, erased, or sealed with another key. */
  get(reference: string): string | undefined {
    const row = this.#file.read(() =>
      this.#file.prepare('SELECT sealed FROM texts WHERE reference = ?').get(reference),
    );
    return row === undefined ? undefined : this.#unseal(reference, row.sealed as Uint8Array);
  }

  /** Which of these references still have a text. */
  kept(references: readonly string[]): ReadonlySet<string> {
    const rows = this.#file.read(() =>
      this.#file
        .prepare('SELECT reference FROM texts WHERE reference IN (SELECT value FROM json_each(?))')
        .all(JSON.stringify(references)),
    );
    return new Set(rows.map(({ reference }) => String(reference)));
  }

  references(kind: PrivateKind): readonly string[] {
    const rows = this.#file.read(() => this.#file.prepare('SELECT reference FROM texts WHERE kind = ?').all(kind));
    return rows.map(({ reference }) => String(reference));
  }

  erase(references: readonly string[]): number {
    return this.#erased(() =>
      this.#file
        .prepare('DELETE FROM texts WHERE reference IN (SELECT value FROM json_each(?))')
        .run(JSON.stringify(references)),
    );
  }

  /** Everything of these kinds that was written before an instant. */
  purge(kinds: readonly PrivateKind[], before: number): number {
    return this.#erased(() =>
      this.#file
        .prepare('DELETE FROM texts WHERE at < ? AND kind IN (SELECT value FROM json_each(?))')
        .run(Math.floor(before), JSON.stringify(kinds)),
    );
  }

  count(): number {
    return Number(this.#file.read(() => this.#file.prepare('SELECT count(*) AS n FROM texts').get())?.n ?? 0);
  }

  #erased(work: () => { readonly changes: number | bigint }): number {
    const changes = Number(this.#file.transact(work).changes);
    // The write-ahead log still has the pages as they were.
    if (changes > 0) this.#file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return changes;
  }

  #seal(reference: string, text: string): Uint8Array {
    if (this.#key === undefined) throw new Error('no key: nothing can be kept');
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    // A sealed text moved under another reference does not open.
    cipher.setAAD(Buffer.from(reference));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  #unseal(reference: string, sealed: Uint8Array): string | undefined {
    if (this.#key === undefined) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(reference));
    decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      return undefined;
    }
  }
}

export interface KeptKind {
  readonly kind: string;
  readonly texts: number;
  readonly oldestAt: number;
}

/** What a file holds, by kind, for whoever has no key; beside a running hub. */
export function keptKinds(file: string): readonly KeptKind[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db
      .prepare('SELECT kind, count(*) AS n, min(at) AS oldest FROM texts GROUP BY kind ORDER BY kind')
      .all();
    return rows.map(({ kind, n, oldest }) => ({ kind: String(kind), texts: Number(n), oldestAt: Number(oldest) }));
  } finally {
    db.close();
  }
}
