// Minute and hour roll-ups of the filed readings: added to when arrivals are filed, rebuilt where quality changed, and read together with
// the arrivals without leaking a neighbour.
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { SCORED_SQL, VITAL_COLUMNS, type VitalColumn } from './vital-columns.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Count, sum, least and greatest of value × scale. */
export interface Totals {
  count: number;
  sum: number;
  min: number;
  max: number;
}

type RollupRow = [bucket: number, count: number, sum: number, min: number, max: number];
/** Null where there is no row. */
type TotalsRow = [count: number | null, sum: number, min: number, max: number];

export function addTo(totals: Totals, count: number, sum: number, min: number, max: number): void {
  totals.count += count;
  totals.sum += sum;
  if (min < totals.min) totals.min = min;
  if (max > totals.max) totals.max = max;
}

export const noTotals = (): Totals => ({ count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY });

/** Receives one piece of a span: a raw value, a minute or an hour, beginning at `atMs`. */
export type Take = (atMs: number, count: number, sum: number, min: number, max: number) => void;

export function rollupReads(db: ReadableDatabase) {
  const rollupsOf = (table: string, bucketMs: number) => {
    const where = 'source_id = ? AND vital = ? AND bucket >= ? AND bucket < ?';
    type Where = [source: number, vital: number, from: number, to: number];
    return {
      bucketMs,
      each: db
        .prepare<Where, RollupRow>(`SELECT bucket, count, sum, min, max FROM ${table} WHERE ${where} ORDER BY bucket`)
        .raw(),
      together: db
        .prepare<Where, TotalsRow>(`SELECT sum(count), sum(sum), min(min), max(max) FROM ${table} WHERE ${where}`)
        .raw(),
      next: db.prepare<Where, number | null>(`SELECT min(bucket) FROM ${table} WHERE ${where}`).pluck(),
    };
  };
  const minutes = rollupsOf('minute_rollup', MINUTE_MS);
  const hours = rollupsOf('hour_rollup', HOUR_MS);
  const rawOf = (table: 'reading' | 'filed_reading' | 'arrival') =>
    new Map(
      VITAL_COLUMNS.map(({ code, column }) => [
        code,
        db
          .prepare<[number, number, number], [number, number]>(
            `SELECT taken_at_ms, ${column} FROM ${table}
             WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? AND ${column} IS NOT NULL AND ${SCORED_SQL}`,
          )
          .raw(),
      ]),
    );
  const taker =
    (statements: ReturnType<typeof rawOf>) =>
    (source: number, column: VitalColumn, fromMs: number, toMs: number, take: Take): void => {
      if (fromMs >= toMs) return;
      for (const [atMs, value] of statements.get(column.code)?.all(source, fromMs, toMs) ?? [])
        take(atMs, 1, value, value, value);
    };
  const takeRaw = taker(rawOf('reading'));
  const takeFiled = taker(rawOf('filed_reading'));
  const takeArrived = taker(rawOf('arrival'));

  /** Groups of buckets, each told by its beginning, no earlier than `first`; one search for each, as GROUP BY would sort all rows anew. */
  function takeRollups(
    { bucketMs, each, together, next }: ReturnType<typeof rollupsOf>,
    source: number,
    { code }: VitalColumn,
    first: number,
    end: number,
    group: number,
    take: Take,
  ): void {
    if (group === 1) {
      for (const [bucket, count, sum, min, max] of each.all(source, code, first, end))
        take(bucket * bucketMs, count, sum, min, max);
      return;
    }
    let from = next.get(source, code, first, end) ?? end;
    while (from < end) {
      const begin = Math.floor(from / group) * group;
      const to = Math.min(begin + group, end);
      const [count, ...totals] = together.get(source, code, from, to) ?? [null, 0, 0, 0];
      if (count !== null) take(Math.max(begin, first) * bucketMs, count, ...totals);
      // Where nothing was measured for years there is no group to ask for.
      from = count === null ? (next.get(source, code, to, end) ?? end) : to;
    }
  }

  /** What the roll-ups do not hold yet, told as if they did: by the beginning of its group of buckets, no earlier than `first`. */
  function takeArrivals(
    source: number,
    column: VitalColumn,
    first: number,
    end: number,
    bucketMs: number,
    group: number,
    take: Take,
  ) {
    takeArrived(source, column, first * bucketMs, end * bucketMs, (atMs, ...totals) => {
      const bucket = Math.floor(Math.floor(atMs / bucketMs) / group) * group;
      take(Math.max(bucket, first) * bucketMs, ...totals);
    });
  }

  function takeMinutes(source: number, column: VitalColumn, fromMs: number, toMs: number, group: number, take: Take): void {
    const [first, end] = [Math.ceil(fromMs / MINUTE_MS), Math.floor(toMs / MINUTE_MS)];
    if (first >= end) {
      takeRaw(source, column, fromMs, toMs, take);
      return;
    }
    takeRaw(source, column, fromMs, first * MINUTE_MS, take);
    takeRollups(minutes, source, column, first, end, group, take);
    takeArrivals(source, column, first, end, MINUTE_MS, group, take);
    takeRaw(source, column, end * MINUTE_MS, toMs, take);
  }

  function takeHours(source: number, column: VitalColumn, fromMs: number, toMs: number, group: number, take: Take): void {
    const [first, end] = [Math.ceil(fromMs / HOUR_MS), Math.floor(toMs / HOUR_MS)];
    if (first >= end) {
      takeMinutes(source, column, fromMs, toMs, 60, take);
      return;
    }
    takeMinutes(source, column, fromMs, first * HOUR_MS, 60, take);
    takeRollups(hours, source, column, first, end, group, take);
    takeArrivals(source, column, first, end, HOUR_MS, group, take);
    takeMinutes(source, column, end * HOUR_MS, toMs, 60, take);
  }

  return {
    /**
     * Hands everything scored of one vital of one source in [fromMs, toMs) to `take`, in pieces that end at multiples of `widthMs`
     * at the latest. Whole minutes and hours come from roll-ups; the rest from raw rows, so that nothing from outside the span
     * gets in. A width below a minute means raw rows.
     */
    collect(source: number, column: VitalColumn, fromMs: number, toMs: number, widthMs: number, take: Take): void {
      if (widthMs < MINUTE_MS) takeRaw(source, column, fromMs, toMs, take);
      else if (widthMs < HOUR_MS) takeMinutes(source, column, fromMs, toMs, Math.floor(widthMs / MINUTE_MS), take);
      else takeHours(source, column, fromMs, toMs, Math.floor(widthMs / HOUR_MS), take);
    },
    /** Every raw value, filed or not. */
    takeRaw,
    /** Only what the roll-ups are made from. */
    takeFiled,
  };
}

/** Gathers values so that each bucket is upserted once. */
export function rollupWrites(db: WritableDatabase) {
  const upsert = (table: string) =>
    db.prepare<[number, number, number, number, number, number, number]>(
      `INSERT INTO ${table} (source_id, vital, bucket, count, sum, min, max) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, sum = sum + excluded.sum,
         min = min(min, excluded.min), max = max(max, excluded.max)`,
    );
  const remove = (table: string) =>
    db.prepare<[number, number, number]>(`DELETE FROM ${table} WHERE source_id = ? AND vital = ? AND bucket = ?`);
  const tables = [
    { ms: MINUTE_MS, upsert: upsert('minute_rollup'), remove: remove('minute_rollup') },
    { ms: HOUR_MS, upsert: upsert('hour_rollup'), remove: remove('hour_rollup') },
  ];
  const reads = rollupReads(db);
  const gathered = tables.map(() => new Map<string, { source: number; vital: number; bucket: number; totals: Totals }>());

  function addMinute(source: number, vital: number, minute: number, { count, sum, min, max }: Totals): void {
    tables.forEach(({ ms }, index) => {
      const bucket = Math.floor((minute * MINUTE_MS) / ms);
      const key = `${source},${vital},${bucket}`;
      const into = gathered[index];
      let entry = into?.get(key);
      if (entry === undefined) {
        entry = { source, vital, bucket, totals: noTotals() };
        into?.set(key, entry);
      }
      addTo(entry.totals, count, sum, min, max);
    });
  }

  return {
    addMinute,
    add(source: number, vital: number, atMs: number, value: number): void {
      addMinute(source, vital, Math.floor(atMs / MINUTE_MS), { count: 1, sum: value, min: value, max: value });
    },
    /** Writes what was added since the last call. */
    flush(): void {
      tables.forEach((table, index) => {
        for (const { source, vital, bucket, totals } of gathered[index]?.values() ?? []) {
          table.upsert.run(source, vital, bucket, totals.count, totals.sum, totals.min, totals.max);
        }
      });
      this.discard();
    },
    discard(): void {
      for (const map of gathered) map.clear();
    },
    /** Makes the minute and the hour around `atMs` anew from filed rows, for every vital. Call `flush` first. */
    rebuild(source: number, atMs: number): void {
      for (const column of VITAL_COLUMNS) {
        for (const table of tables) {
          const bucket = Math.floor(atMs / table.ms);
          const totals = noTotals();
          reads.takeFiled(source, column, bucket * table.ms, (bucket + 1) * table.ms, (_, count, sum, min, max) =>
            addTo(totals, count, sum, min, max),
          );
          table.remove.run(source, column.code, bucket);
          if (totals.count > 0) table.upsert.run(source, column.code, bucket, totals.count, totals.sum, totals.min, totals.max);
        }
      }
    },
  };
}
