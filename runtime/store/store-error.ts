/** What can go wrong with a store's file, in words for a technician. SQLite's result codes: sqlite.org/rescode.html. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

export type StoreErrorCode =
  | 'locked' // another process, or another store of this one, writes the file
  | 'corrupt' // not a database, or its pages contradict each other
  | 'too-new' // written by a later halld
  | 'wrong-kind' // a database, but not this store's
  | 'full' // no room on the disk
  | 'io' // the disk refuses, or the path cannot be opened
  | 'closed' // not open, or given up after an error
  | 'conflict' // the same identity with another content
  | 'unstorable' // a value that no column takes, or a statement that fails over it
  | 'too-much'; // a query with more rows than anybody should read at once

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** What was to be written is wrong, not the disk or the file: nothing was written, and the store goes on. */
export function isUnstorable(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'conflict' || error.code === 'unstorable');
}

/** Primary result codes, the low byte of `errcode`. */
const sqliteError = 1;
const sqliteTooBig = 18;
const sqliteMismatch = 20;
const sqliteRange = 25;
const sqliteBusy = 5;
const sqliteLocked = 6;
const sqliteReadOnly = 8;
const sqliteIoError = 10;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteCannotOpen = 14;
const sqliteConstraint = 19;
const sqliteNotADatabase = 26;

/** Less than this free is a full disk: SQLite reports some failed writes as errors of the disk. */
const noRoomBytes = 64 * 1024;

/** Names the fault of an error of `node:sqlite` or of the file system; anything else passes as it is. */
export function asStoreError(error: unknown, file: string): unknown {
  if (error instanceof StoreError) return error;
  const { errcode, code, errno } = (error ?? {}) as { errcode?: unknown; code?: unknown; errno?: unknown };
  const said = error instanceof Error ? error.message : String(error);
  const make = (kind: StoreErrorCode, what: string) =>
    new StoreError(kind, `${file}: ${what} (${said})`, { cause: error });
  const full = () => make('full', 'the disk is full: make room, then start again');
  const unstorable = () => make('unstorable', 'this value cannot be stored: please report this');
  if (typeof errcode !== 'number') {
    if (typeof errno === 'number') return systemFault(String(code));
    // Node refuses the value itself: no number that SQLite knows, or a type that it does not have.
    return code === 'ERR_INVALID_ARG_TYPE' || code === 'ERR_OUT_OF_RANGE' || code === 'ERR_INVALID_ARG_VALUE'
      ? unstorable()
      : error;
  }
  switch (errcode & 0xff) {
    case sqliteBusy:
    case sqliteLocked:
      return make('locked', 'another process uses this store: stop it first');
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return make('corrupt', 'the file is damaged: keep it, restore the last backup in its place');
    case sqliteFull:
      return full();
    case sqliteReadOnly:
      return make('io', 'the file cannot be written: check its owner and the mount');
    case sqliteIoError:
      return noRoom(file) ? full() : make('io', 'the disk reports an error: check the disk and the file system');
    case sqliteCannotOpen:
      return noRoom(file) ? full() : make('io', 'the file cannot be opened: check the folder, its owner and the mount');
    case sqliteConstraint:
      return make('conflict', 'the same identity was written twice: please report this');
    case sqliteError:
    case sqliteTooBig:
    case sqliteMismatch:
    case sqliteRange:
      return unstorable();
    default:
      return error;
  }

  /** Codes of errno(3). */
  function systemFault(name: string): StoreError {
    switch (name) {
      case 'ENOSPC':
      case 'EDQUOT':
        return full();
      case 'ENOTDIR':
      case 'EEXIST':
        return make('io', 'a file is in the place of a folder: check the data folder in the config or --data');
      case 'EACCES':
      case 'EPERM':
        return make('io', 'this user may not write there: check the owner of the folder');
      case 'EROFS':
        return make('io', 'the file system is mounted read-only: check the mount');
      default:
        return make('io', 'cannot be created or written: check the disk, the folder and its owner');
    }
  }
}

function noRoom(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < noRoomBytes;
  } catch {
    // A folder that cannot be asked is not known to be full.
    return false;
  }
}
