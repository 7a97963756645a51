/**
 * The hub's file, read by another process beside it: for reports and checks, which may take their time there. It cannot
 * write, and holds no lock that a writer waits for.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { queryRows } from './query-rows.ts';
import { waitForLockMs } from './sqlite-file.ts';

export class HallReader {
  readonly file: string;
  readonly db: DatabaseSync;

  private constructor(file: string) {
    this.file = file;
    this.db = new DatabaseSync(file, { readOnly: true, timeout: waitForLockMs });
    this.db.exec('PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536');
  }

  /** `undefined`: there is none. */
  static open(file: string): HallReader | undefined {
    return existsSync(file) ? new HallReader(file) : undefined;
  }

  async query(sql: string, parameters: readonly (string | number | null)[] = []) {
    return queryRows(this.db, sql, parameters, this.file);
  }

  close(): void {
    this.db.close();
  }
}
