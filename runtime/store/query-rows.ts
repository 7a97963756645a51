/** Reads with a limit, on a connection that cannot write. */
import type { DatabaseSync } from 'node:sqlite';
import { asStoreError, StoreError } from './store-error.ts';

/** A page or a report never needs more; a query that does is a mistake and must not take the hub's memory. */
const maxQueryRows = 50_000;

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
