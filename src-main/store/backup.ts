// A consistent copy of the whole database in one file, taken while others go on reading and writing, and proved before it counts.
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ConsoleError } from '../contract/errors.ts';
import { type CheckedDatabase, checkDatabase, countsOf } from './check.ts';
import { storeError } from './errors.ts';

/** Four mebibytes a step: between two of them the thread can hear that it should stop. */
const PAGES_PER_STEP = 1024;

/** What is being done, and how much of it; null where that cannot be told. */
export type OnProgress = (step: string, done: number | null) => void;

/** Writes the copy under a temporary name first, so that `target` is either the old or a whole new copy. */
export function backupInto(db: Pick<Database.Database, 'prepare'>, target: string): void {
  const partial = `${target}.part`;
  rmSync(partial, { force: true });
  db.prepare('VACUUM INTO @target').run({ target: partial });
  renameSync(partial, target);
}

/**
 * Copies the database at `source` as it is at this moment: every change committed before the call is in it. The copy is one file,
 * readable by its owner alone, and takes its name only after it has passed the same checks as a restore.
 * @throws DiskFullError; ConsoleError `internal` where the copy does not pass
 */
export async function backupDatabase(source: string, target: string, onProgress: OnProgress): Promise<CheckedDatabase> {
  const partial = `${target}.part`;
  removeDatabase(partial);
  try {
    const counts = await copyPages(source, partial, onProgress);
    makeOneFile(partial);
    const checked = checkDatabase(partial, onProgress);
    const differs = Object.entries(counts).filter(([table, count]) => checked.counts[table] !== count);
    const problem = checked.problem ?? (differs.length === 0 ? null : `${differs[0]?.[0]} has lost rows`);
    if (problem !== null) throw new ConsoleError('internal', `The copy is not what the database holds: ${problem}.`);
    syncFile(partial);
    renameSync(partial, target);
    return checked;
  } catch (error) {
    removeDatabase(partial);
    throw storeError(error);
  }
}

/** One file, its write-ahead log and its index. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** @returns how many rows each table has in what was copied */
async function copyPages(source: string, target: string, onProgress: OnProgress): Promise<Readonly<Record<string, number>>> {
  const db = new Database(source, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    // One read transaction around all of it: what others commit meanwhile neither gets in nor makes the copying start anew.
    db.exec('BEGIN');
    const counts = countsOf(db);
    onProgress('Copying', 0);
    await db.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress('Copying', totalPages === 0 ? null : 1 - remainingPages / totalPages);
        return PAGES_PER_STEP;
      },
    });
    db.exec('COMMIT');
    return counts;
  } finally {
    db.close();
  }
}

/** Without a write-ahead log beside it, so that it can be carried away as it is. */
function makeOneFile(path: string): void {
  chmodSync(path, 0o600);
  const db = new Database(path);
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}
