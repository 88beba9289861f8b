// Brings a database file to the schema of this version: each migration once, in order, all in one transaction.
import type Database from 'better-sqlite3';
import { ConsoleError } from '../../contract/errors.ts';
import { backupInto } from '../backup.ts';
import { initial } from './0001-initial.ts';
import { tokenUseAndRetention } from './0002-token-use-and-retention.ts';
import { skinPhotos } from './0003-skin-photos.ts';
import { riskLevels } from './0004-risk-levels.ts';
import { links } from './0005-links.ts';
import { arrivals } from './0006-arrivals.ts';
import { packedReadings } from './0007-packed-readings.ts';
import { doubtfulReadings } from './0008-doubtful-readings.ts';
import { withdrawnScores } from './0009-withdrawn-scores.ts';
import { dueWithdrawals } from './0010-due-withdrawals.ts';
import { usedInputSets } from './0011-used-input-sets.ts';

export interface Migration {
  /** What `user_version` is after it. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** Refuses, in plain words, what the SQL could not carry over; before it and in the same transaction. @throws ConsoleError */
  readonly beforehand?: (db: Database.Database) => void;
  /** What SQL alone cannot do, after it and in the same transaction. */
  readonly afterwards?: (db: Database.Database) => void;
}

export const MIGRATIONS: readonly Migration[] = [
  initial,
  tokenUseAndRetention,
  skinPhotos,
  riskLevels,
  links,
  arrivals,
  packedReadings,
  doubtfulReadings,
  withdrawnScores,
  dueWithdrawals,
  usedInputSets,
];

/** What a database of this version says of itself in `user_version`. */
export const SCHEMA = MIGRATIONS.at(-1)?.version ?? 0;

/**
 * Runs what is missing. Before changing a file that already holds data, a copy is put beside it as `<file>.v<old>.backup`.
 * @throws ConsoleError `unavailable` when the file is of a newer schema than this program knows.
 */
export function migrate(db: Database.Database, path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const stored = Number(db.pragma('user_version', { simple: true }));
  const known = migrations.at(-1)?.version ?? 0;
  if (stored > known) {
    throw new ConsoleError(
      'unavailable',
      `The database was written by a newer version of HealthSense (schema ${stored}; this one knows up to ${known}). Install the newer version, or use another data directory.`,
    );
  }
  if (stored === known) return;
  if (stored > 0 && path !== ':memory:') backupInto(db, `${path}.v${stored}.backup`);
  db.transaction(() => {
    // Asked again under the lock: another process may have brought the file up to date meanwhile.
    const standing = Number(db.pragma('user_version', { simple: true }));
    for (const migration of migrations.filter(({ version }) => version > standing)) {
      migration.beforehand?.(db);
      db.exec(migration.sql);
      migration.afterwards?.(db);
      db.pragma(`user_version = ${migration.version}`);
    }
  }).exclusive();
}
