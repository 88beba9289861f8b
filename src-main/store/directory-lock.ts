// One console per data directory: a lock that the operating system lets go by itself, however the process ends.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ConsoleError } from '../contract/errors.ts';

export interface DirectoryLock {
  release(): void;
}

/**
 * Held through an exclusive SQLite transaction on a file of its own: the same locks the database itself relies on, on every system.
 * @throws ConsoleError `unavailable` where a running console has it
 */
export function lockDirectory(dataDir: string): DirectoryLock {
  const holderFile = join(dataDir, 'console.pid');
  const lock = new Database(join(dataDir, 'console.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error;
    throw new ConsoleError(
      'unavailable',
      `HealthSense is already running on ${dataDir}${holderWords(holderFile)}. Close it first, or use another data directory.`,
    );
  }
  writeHolder(holderFile);
  return {
    release() {
      if (!lock.open) return;
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
}

/** Only for people; a full disk must not keep a console from starting. */
function writeHolder(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { mode: 0o600 });
  } catch {
    rmSync(file, { force: true });
  }
}

function holderWords(file: string): string {
  try {
    return ` (process ${readFileSync(file, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
