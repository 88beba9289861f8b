// Whether a database file is whole: its pages, its references, the chain of its audit; and what is in it.
import type Database from 'better-sqlite3';
import { auditReads } from './audit.ts';
import type { OnProgress } from './backup.ts';
import { openReadable } from './database.ts';
import { SCHEMA } from './migrations/index.ts';

export interface CheckedDatabase {
  /** What is wrong, in plain words; null: it is whole. */
  readonly problem: string | null;
  /** `user_version`; 0 where it is no database of HealthSense. */
  readonly schema: number;
  readonly readings: number;
  readonly patients: number;
  readonly newestReadingAtMs: number | null;
  /** Rows by table; of an older schema those it has. */
  readonly counts: Readonly<Record<string, number>>;
}

const TABLES = [
  'reading',
  'minute_rollup',
  'hour_rollup',
  'score',
  'observation',
  'alarm',
  'audit',
  'patient',
  'app_user',
  'source',
  'binding',
] as const;

export function countsOf(db: Pick<Database.Database, 'prepare'>): Readonly<Record<string, number>> {
  const there = new Set(db.prepare('SELECT name FROM sqlite_schema').pluck().all());
  return Object.fromEntries(
    TABLES.filter((table) => there.has(table)).map(
      (table) => [table, Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get())] as const,
    ),
  );
}

/** Reads every page: takes seconds for a large file, so it belongs on a thread of its own. */
export function checkDatabase(path: string, onProgress: OnProgress = () => undefined): CheckedDatabase {
  const nothing = { schema: 0, readings: 0, patients: 0, newestReadingAtMs: null, counts: {} };
  try {
    const db = openReadable(path);
    try {
      const schema = Number(db.pragma('user_version', { simple: true }));
      const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'reading'").get() !== undefined;
      if (schema === 0 || !isOurs) return { ...nothing, problem: 'it is no database of HealthSense' };
      if (schema > SCHEMA) {
        const words = `it was written by a newer version of HealthSense (schema ${schema}; this one knows up to ${SCHEMA})`;
        return { ...nothing, schema, problem: words };
      }
      onProgress('Checking every page', null);
      const pages = db.pragma('integrity_check(3)', { simple: true });
      onProgress('Checking references', null);
      const references = pages === 'ok' ? (db.pragma('foreign_key_check') as readonly unknown[]).length : 0;
      onProgress('Checking the audit', null);
      const broken = pages === 'ok' ? auditReads(db).firstBrokenAuditId() : null;
      onProgress('Counting', null);
      const counts = countsOf(db);
      return {
        problem: problemWords(pages, references, broken),
        schema,
        readings: counts.reading ?? 0,
        patients: counts.patient ?? 0,
        newestReadingAtMs: newestReadingAtMs(db),
        counts,
      };
    } finally {
      db.close();
    }
  } catch (error) {
    return { ...nothing, problem: `it cannot be read (${error instanceof Error ? error.message : String(error)})` };
  }
}

function problemWords(pages: unknown, references: number, brokenAuditId: number | null): string | null {
  if (pages !== 'ok') return `the file is damaged: ${String(pages)}`;
  if (references > 0) return `${references} rows refer to rows that are not there`;
  if (brokenAuditId !== null) return `the audit was changed at entry ${brokenAuditId}`;
  return null;
}

/**
 * Source by source: the key begins with the source. Of the tables, whichever this schema has: through the views that unpack readings
 * every one of them would be read.
 */
function newestReadingAtMs(db: Pick<Database.Database, 'prepare'>): number | null {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('reading', 'filed_reading', 'packed_reading', 'arrival')",
    )
    .pluck()
    .all();
  const newest = tables.flatMap((table) => {
    const ofTable = `SELECT max((SELECT max(taken_at_ms) FROM ${table} t WHERE t.source_id = source.source_id)) FROM source`;
    return db.prepare<[], number | null>(ofTable).pluck().get() ?? [];
  });
  return newest.length === 0 ? null : Math.max(...newest);
}
