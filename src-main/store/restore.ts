// Puts a backup in the place of the database. What was there is kept beside it, and at no moment is there no database.
import { copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ConsoleError } from '../contract/errors.ts';
import { auditWrites } from './audit.ts';
import { type OnProgress, removeDatabase, syncFile } from './backup.ts';
import { type CheckedDatabase, checkDatabase } from './check.ts';
import { openWritable } from './database.ts';
import { storeError } from './errors.ts';
import type { By } from './ports.ts';

export interface Restored extends CheckedDatabase {
  /** Where the database that was there is kept; null: there was none. */
  readonly replaced: string | null;
}

/** @throws ConsoleError `conflict` where it is damaged, of a newer schema, or nothing of HealthSense's */
function checkedBackup(path: string, onProgress: OnProgress): CheckedDatabase {
  if (!existsSync(path)) throw new ConsoleError('not_found', `There is no file ${path}.`);
  const checked = checkDatabase(path, onProgress);
  if (checked.problem !== null) throw new ConsoleError('conflict', `This backup cannot be restored: ${checked.problem}.`);
  return checked;
}

/**
 * No console may have the database open. Users are signed out; users, passwords and device tokens are those of the backup.
 * @throws as `checkedBackup`; DiskFullError. Then the database is as it was.
 */
export function restoreDatabase(databasePath: string, backupPath: string, by: By, onProgress: OnProgress): Restored {
  const checked = checkedBackup(backupPath, onProgress);
  const incoming = `${databasePath}.incoming`;
  removeDatabase(incoming);
  try {
    onProgress('Copying', null);
    copyFileSync(backupPath, incoming);
    prepare(incoming, by, checked);
    syncFile(incoming);
    onProgress('Replacing the database', null);
    const replaced = existsSync(databasePath) ? setAside(databasePath, by.atMs) : null;
    renameSync(incoming, databasePath);
    return { ...checked, replaced };
  } catch (error) {
    removeDatabase(incoming);
    throw storeError(error);
  }
}

/** Takes the database that was set aside back into its place. */
export function undoRestore(databasePath: string, replaced: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(`${databasePath}${suffix}`, { force: true });
  renameSync(replaced, databasePath);
}

/** Brought up to date and signed in the audit before it takes the place: what fails here has changed nothing. */
function prepare(path: string, by: By, { readings }: CheckedDatabase): void {
  const db = openWritable(path);
  try {
    db.transaction(() => {
      db.exec('DELETE FROM session');
      auditWrites(db).append(
        by,
        'backup.restore',
        'database',
        `${readings} readings; users and device tokens are those of the backup`,
      );
    }).immediate();
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

/** A second name for the same file, so that the first never points to nothing. */
function setAside(databasePath: string, atMs: number): string {
  const aside = `${databasePath}.replaced-${new Date(atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  foldLog(databasePath);
  try {
    linkSync(databasePath, aside);
  } catch {
    // Some file systems know no second names.
    copyFileSync(databasePath, aside);
    syncFile(aside);
  }
  // A log of the old database must not be taken for one of the new.
  for (const suffix of ['-wal', '-shm']) rmSync(`${databasePath}${suffix}`, { force: true });
  return aside;
}

/**
 * What is still in the write-ahead log goes into the file; a database too damaged for that is set aside as it is, log and all.
 * @throws SqliteError SQLITE_BUSY where another program has the database open: leaving the log is possible for the last one only
 */
function foldLog(databasePath: string): void {
  try {
    const db = new Database(databasePath, { timeout: 500 });
    try {
      db.pragma('journal_mode = DELETE');
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw error;
    if (existsSync(`${databasePath}-wal`)) copyFileSync(`${databasePath}-wal`, `${databasePath}.damaged-wal`);
  }
}
