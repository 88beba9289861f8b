// Backup and restore from the command line: on the database itself, whether a console runs on it or not.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConsoleError } from '../contract/errors.ts';
import { BACKUP_MADE, backupWords } from '../handlers/backups.ts';
import { auditWrites } from '../store/audit.ts';
import { backupDatabase, type OnProgress } from '../store/backup.ts';
import { openWritable } from '../store/database.ts';
import { lockDirectory } from '../store/directory-lock.ts';
import { SCHEMA } from '../store/migrations/index.ts';
import type { By } from '../store/ports.ts';
import { restoreDatabase } from '../store/restore.ts';
import { databasePath, dataDirFrom } from './data-dir.ts';

function byCommandLine(): By {
  return { actor: 'Command line', atMs: Date.now() };
}

/** @returns what is in the copy, in words */
export async function backup(dataDir: string | undefined, out: string, onProgress: OnProgress): Promise<string> {
  const source = databasePath(dataDirFrom(dataDir));
  if (!existsSync(source)) throw new ConsoleError('not_found', `There is no database in ${dirname(source)}.`);
  const target = resolve(out);
  if (!existsSync(dirname(target))) throw new ConsoleError('not_found', `There is no folder ${dirname(target)}.`);
  const by = byCommandLine();
  const made = await backupDatabase(source, target, onProgress);
  const words = backupWords(made);
  // A database of an older version is copied, not changed: opening it for writing would bring it up to date.
  if (made.schema === SCHEMA) noteBackup(source, by, target, words);
  return `${words}; the copy is checked and whole: ${target}`;
}

/** @returns what was restored and where the replaced database is, in words */
export async function restore(dataDir: string | undefined, file: string, onProgress: OnProgress): Promise<string> {
  const folder = dataDirFrom(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(folder);
  try {
    const restored = restoreDatabase(databasePath(folder), resolve(file), byCommandLine(), onProgress);
    const kept = restored.replaced === null ? '' : ` The database that was there is kept as ${restored.replaced}.`;
    return `${backupWords(restored)} restored; everybody has to sign in again.${kept}`;
  } finally {
    lock.release();
  }
}

function noteBackup(source: string, by: By, target: string, words: string): void {
  const db = openWritable(source);
  try {
    db.transaction(() => auditWrites(db).append(by, BACKUP_MADE, target, words)).immediate();
  } finally {
    db.close();
  }
}
