// Opening the database file: one writable connection with full durability, and read-only ones that cannot be mistaken for it.
import Database from 'better-sqlite3';
import { storeError } from './errors.ts';
import { migrate } from './migrations/index.ts';

declare const readable: unique symbol;
declare const writable: unique symbol;

type Raw = Database.Database;

/** Can be asked, not changed. The writable one can be asked too. */
export interface ReadableDatabase extends Pick<Raw, 'prepare' | 'pragma' | 'close' | 'transaction'> {
  readonly [readable]: true;
}

/** The only connection that may change anything; the engine worker holds the one of a running console. */
export interface WritableDatabase extends ReadableDatabase, Pick<Raw, 'exec' | 'inTransaction'> {
  readonly [writable]: true;
}

const BUSY_TIMEOUT_MS = 5000;

export interface OpenOptions {
  /** Upper bound of the file in pages of 4096 bytes; beyond it a write fails as on a full disk. */
  readonly maxPages?: number;
}

/**
 * Opens (or creates) the file for writing and brings its schema up to date.
 * WAL with synchronous=FULL: what is committed survives a power loss.
 * @throws ConsoleError `unavailable` when the file was written by a newer HealthSense.
 */
export function openWritable(path: string, options: OpenOptions = {}): WritableDatabase {
  const raw = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    raw.pragma('journal_mode = WAL');
    raw.pragma('synchronous = FULL');
    raw.pragma('foreign_keys = ON');
    // Fewer, larger checkpoints and room for the pages a ward writes to: commits at full load take about a third less.
    raw.pragma('wal_autocheckpoint = 4000');
    raw.pragma('cache_size = -32768');
    migrate(raw, path);
    if (options.maxPages !== undefined) raw.pragma(`max_page_count = ${Math.trunc(options.maxPages)}`);
  } catch (error) {
    raw.close();
    throw storeError(error);
  }
  return raw as Raw & { readonly [readable]: true; readonly [writable]: true };
}

/** Opens an existing, migrated file read-only. @throws when the file is not there. */
export function openReadable(path: string): ReadableDatabase {
  const raw = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  raw.pragma('query_only = ON');
  return raw as Raw & { readonly [readable]: true };
}
