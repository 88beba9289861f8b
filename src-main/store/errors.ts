// What SQLite throws, in the words of this console: a full disk is its own error, and everything else keeps its cause.
import Database from 'better-sqlite3';
import { ConsoleError } from '../contract/errors.ts';

/** Nothing of the change was stored; what was stored before is whole, and the next attempt may work. */
export class DiskFullError extends ConsoleError {
  constructor() {
    super('disk_full');
    this.name = 'DiskFullError';
  }
}

/** Turns SQLite's own errors into coded ones; others pass through unchanged. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') return new DiskFullError();
  if (error.code.startsWith('SQLITE_BUSY')) {
    return new ConsoleError('unavailable', 'Another program holds the database. Close it and try again.');
  }
  // A disk that refuses to be written or read, or a file system turned read-only: what is not stored now may be later.
  if (error.code.startsWith('SQLITE_IOERR') || error.code.startsWith('SQLITE_READONLY') || error.code === 'SQLITE_CANTOPEN') {
    return new ConsoleError('unavailable', `The disk cannot be used for storing now (${error.code}).`);
  }
  return error;
}

/** True for the violation of a UNIQUE or PRIMARY KEY rule. */
export function isAlreadyThere(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
  );
}
