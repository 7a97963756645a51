/** What can go wrong with a store's file, in words for a technician. SQLite's result codes: sqlite.org/rescode.html. */
export type StoreErrorCode =
  | 'locked' // another process, or another store of this one, writes the file
  | 'corrupt' // not a database, or its pages contradict each other
  | 'too-new' // written by a later halld
  | 'wrong-kind' // a database, but not this store's
  | 'full' // no room on the disk
  | 'io' // the disk refuses, or the path cannot be opened
  | 'closed' // not open, or given up after an error
  | 'conflict' // the same identity with another content
  | 'too-much'; // a query with more rows than anybody should read at once

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Primary result codes, the low byte of `errcode`. */
const sqliteBusy = 5;
const sqliteLocked = 6;
const sqliteReadOnly = 8;
const sqliteIoError = 10;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteCannotOpen = 14;
const sqliteConstraint = 19;
const sqliteNotADatabase = 26;

/** Names the fault of an error thrown by `node:sqlite`; anything else passes as it is. */
export function asStoreError(error: unknown, file: string): unknown {
  const errcode = (error as { errcode?: unknown } | null)?.errcode;
  if (error instanceof StoreError || typeof errcode !== 'number') return error;
  const said = error instanceof Error ? error.message : String(error);
  const make = (code: StoreErrorCode, what: string) =>
    new StoreError(code, `${file}: ${what} (${said})`, { cause: error });
  switch (errcode & 0xff) {
    case sqliteBusy:
    case sqliteLocked:
      return make('locked', 'another process uses this store: stop it first');
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return make('corrupt', 'the file is damaged: keep it, restore the last backup in its place');
    case sqliteFull:
      return make('full', 'the disk is full: make room, then start again');
    case sqliteReadOnly:
      return make('io', 'the file cannot be written: check its owner and the mount');
    case sqliteIoError:
      return make('io', 'the disk reports an error: check the disk and the file system');
    case sqliteCannotOpen:
      return make('io', 'the file cannot be opened: check the folder, its owner and the mount');
    case sqliteConstraint:
      return make('conflict', 'the same identity was written twice: please report this');
    default:
      return error;
  }
}
