// A consistent copy of the whole database in one file, taken while others may go on reading and writing.
import { renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';

/** Writes the copy under a temporary name first, so that `target` is either the old or a whole new copy. */
export function backupInto(db: Pick<Database.Database, 'prepare'>, target: string): void {
  const partial = `${target}.part`;
  rmSync(partial, { force: true });
  db.prepare('VACUUM INTO @target').run({ target: partial });
  renameSync(partial, target);
}
