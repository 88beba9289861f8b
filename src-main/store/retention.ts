// How long each kind of stored data is kept: the rules, what they would remove, and the removal in steps too small to hold anything up.
import type { RetentionKind, RetentionPreview, RetentionRule } from '../contract/models.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { By } from './ports.ts';
import { HOUR_MS, MINUTE_MS } from './rollups.ts';

const DAY_MS = 86_400_000;

interface Table {
  /** Whose rows lie together, in order of the column. */
  readonly owner: 'source' | 'patient';
  readonly table: string;
  /** The same rows and those that have arrived and are not filed yet. */
  readonly all: string;
  readonly column: string;
  /** What one unit of the column is, ms. */
  readonly unitMs: number;
}

const TABLES: { readonly [K in RetentionKind]: Table } = {
  raw: { owner: 'source', table: 'packed_reading', all: 'reading', column: 'taken_at_ms', unitMs: 1 },
  minutes: { owner: 'source', table: 'minute_rollup', all: 'minute_rollup', column: 'bucket', unitMs: MINUTE_MS },
  hours: { owner: 'source', table: 'hour_rollup', all: 'hour_rollup', column: 'bucket', unitMs: HOUR_MS },
  scores: { owner: 'patient', table: 'filed_score', all: 'score', column: 'scored_at_ms', unitMs: 1 },
};
const KINDS = Object.keys(TABLES) as readonly RetentionKind[];

/** Whole days by UTC, so that no minute or hour is ever kept in part. Null: for ever. */
export function keptFromMs(keepDays: number | null, nowMs: number): number {
  return keepDays === null ? 0 : Math.floor((nowMs - keepDays * DAY_MS) / DAY_MS) * DAY_MS;
}

export function retentionReads(db: ReadableDatabase) {
  const all = db.prepare<[], RetentionRule>('SELECT kind, keep_days AS keepDays, kept_from_ms AS keptFromMs FROM retention');
  return {
    /** One rule per kind, in the order of their size; what nobody has said anything about is kept for ever. */
    retention(): readonly RetentionRule[] {
      const saved = new Map(all.all().map((rule) => [rule.kind, rule]));
      return KINDS.map((kind) => saved.get(kind) ?? { kind, keepDays: null, keptFromMs: 0 });
    },
  };
}

/** What would go if everything before `beforeMs` went. Counts rows one by one: belongs on a thread of its own. */
export function previewRetention(db: ReadableDatabase, kind: RetentionKind, beforeMs: number): RetentionPreview {
  const { owner, table, all, column, unitMs } = TABLES[kind];
  const before = Math.floor(beforeMs / unitMs);
  const ofOwner = db.prepare<[number, number], { rows: number; first: number | null; last: number | null }>(
    `SELECT count(*) AS rows, min(${column}) AS first, max(${column}) AS last FROM ${all} WHERE ${owner}_id = ? AND ${column} < ?`,
  );
  let [rows, fromMs, toMs] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const id of ownersOf(db, owner).all()) {
    const found = ofOwner.get(id, before);
    if (found === undefined || found.first === null || found.last === null) continue;
    rows += found.rows;
    fromMs = Math.min(fromMs, found.first * unitMs);
    toMs = Math.max(toMs, (found.last + 1) * unitMs);
  }
  return { kind, rows, bytes: bytesOf(db, table, rows), period: rows === 0 ? null : { fromMs, toMs } };
}

function ownersOf(db: ReadableDatabase, owner: Table['owner']) {
  return db.prepare<[], number>(`SELECT ${owner}_id FROM ${owner}`).pluck();
}

/** The pages of the table, shared out among its rows. */
function bytesOf(db: ReadableDatabase, table: string, rows: number): number {
  if (rows === 0) return 0;
  const pages = db
    .prepare<[string], { bytes: number; cells: number }>(
      'SELECT sum(pgsize) AS bytes, sum(ncell) AS cells FROM dbstat WHERE aggregate = TRUE AND name = ?',
    )
    .get(table);
  return pages === undefined || pages.cells === 0 ? 0 : Math.round((pages.bytes / pages.cells) * rows);
}

/** `forgetSets` is told that the input sets last named before `beforeMs` go: no new score may name one. */
export function retentionWrites(db: WritableDatabase, audit: AuditWrites, forgetSets: (beforeMs: number) => void) {
  const reads = retentionReads(db);
  const save = db.prepare<[string, number | null]>(
    'INSERT INTO retention (kind, keep_days) VALUES (?, ?) ON CONFLICT DO UPDATE SET keep_days = excluded.keep_days',
  );
  const advance = db.prepare<[string, number]>(
    `INSERT INTO retention (kind, kept_from_ms) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET kept_from_ms = max(kept_from_ms, excluded.kept_from_ms)`,
  );
  const removeSets = db.prepare<[number, number]>(
    'DELETE FROM input_set WHERE input_set_id IN (SELECT input_set_id FROM input_set WHERE used_until_ms < ? LIMIT ?)',
  );
  const uncount = db.prepare<[number, number]>('UPDATE source SET reading_count = max(0, reading_count - ?) WHERE source_id = ?');
  const steps = new Map(
    KINDS.map((kind) => {
      const { owner, table, column } = TABLES[kind];
      // What was withdrawn is kept as long as what stands.
      const tables = (kind === 'scores' ? [table, 'withdrawn_score'] : [table]).map((name) => ({
        rest: db
          .prepare<[number, number, number], number>(
            `SELECT ${column} FROM ${name} WHERE ${owner}_id = ? AND ${column} < ? ORDER BY ${column} LIMIT 1 OFFSET ?`,
          )
          .pluck(),
        remove: db.prepare<[number, number]>(`DELETE FROM ${name} WHERE ${owner}_id = ? AND ${column} < ?`),
      }));
      return [kind, { owners: ownersOf(db, owner), tables }] as const;
    }),
  );

  return {
    saveRetention(ask: By & { rules: readonly Pick<RetentionRule, 'kind' | 'keepDays'>[] }): readonly RetentionRule[] {
      for (const { kind, keepDays } of ask.rules) save.run(kind, keepDays);
      const words = ask.rules.map(({ kind, keepDays }) => `${kind} ${keepDays === null ? 'for ever' : `${keepDays} days`}`);
      audit.append(ask, 'retention.save', 'storage', words.join(', '));
      return reads.retention();
    },
    /** From now on nothing before `beforeMs` is taken in or read as this kind; the rows themselves go with `removeOld`. */
    forgetBefore({ kind, beforeMs }: { kind: RetentionKind; beforeMs: number }): void {
      advance.run(kind, beforeMs);
    },
    /** Removes about `limit` filed rows that lie before what is kept. Done when it answers 0. */
    removeOld({ kind, limit }: { kind: RetentionKind; limit: number }): number {
      const statements = steps.get(kind);
      const rule = reads.retention().find((each) => each.kind === kind);
      if (statements === undefined || rule === undefined || rule.keptFromMs === 0) return 0;
      const before = Math.floor(rule.keptFromMs / TABLES[kind].unitMs);
      for (const id of statements.owners.all()) {
        for (const { rest, remove } of statements.tables) {
          const { changes } = remove.run(id, rest.get(id, before, limit) ?? before);
          if (changes === 0) continue;
          if (kind === 'raw') uncount.run(changes, id);
          return changes;
        }
      }
      if (kind !== 'scores') return 0;
      // The inputs that those scores shared.
      forgetSets(before);
      return removeSets.run(before, limit).changes;
    },
  };
}
