// A patient's history for charts and statistics: the right resolution for the span, gaps as gaps, and no spike lost.
import type { Series } from '../contract/models.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { ReadableDatabase } from './database.ts';
import { deviceReads, type Segment } from './devices.ts';
import type { Period, VitalStatistics } from './ports.ts';
import { retentionReads } from './retention.ts';
import { addTo, HOUR_MS, MINUTE_MS, noTotals, rollupReads, type Take, type Totals } from './rollups.ts';
import { columnOf, isScored, specialAt, VITAL_COLUMNS, type VitalColumn } from './vital-columns.ts';

/** Most raw rows read for one series: about 20 ms. Above it minutes are near enough. */
const MOST_RAW_ROWS = 20_000;
/** A span that can be had in single readings, even of two devices at one a second, is read at once and not counted before. */
const SHORT_MS = 2 * HOUR_MS;
/** No silence shorter than this is a gap. */
const SHORTEST_GAP_MS = 90_000;

/**
 * Points in order of time, as columns: an object for each of tens of thousands would keep the collector busy. A count of 0 is a break:
 * something was sent, but no number that may be drawn.
 */
interface Points {
  readonly atMs: readonly number[];
  readonly count: readonly number[];
  readonly sum: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** How many values there are, and where they begin and end; infinite where there is none. */
interface Survey {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

const NO_POINTS: Points = { atMs: [], count: [], sum: [], min: [], max: [] };

export function historyReads(db: ReadableDatabase) {
  const devices = deviceReads(db);
  const rollups = rollupReads(db);
  const { retention } = retentionReads(db);
  type RawRow = [atMs: number, quality: number, specials: number, ...values: (number | null)[]];
  const rawOf = (columns: readonly VitalColumn[]) =>
    db
      .prepare<[number, number, number, number], RawRow>(
        `SELECT taken_at_ms, quality, specials, ${columns.map(({ column }) => column).join(', ')} FROM reading
         WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? LIMIT ?`,
      )
      .raw();
  /** By the columns asked for together: screens ask for the same few sets again and again. */
  const rawStatements = new Map<string, ReturnType<typeof rawOf>>();

  /** Totals of a vital over the segments, and the rough extent (to the hour) of where there is any. */
  function survey(segments: readonly Segment[], column: VitalColumn): Survey & { readonly totals: Totals } {
    const totals = noTotals();
    let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { sourceId, fromMs, toMs } of segments) {
      rollups.collect(sourceId, column, fromMs, toMs, HOUR_MS, (atMs, count, sum, min, max) => {
        addTo(totals, count, sum, min, max);
        firstMs = Math.min(firstMs, atMs);
        lastMs = Math.max(lastMs, Math.min(atMs + HOUR_MS, toMs));
      });
    }
    return { totals, count: totals.count, firstMs, lastMs };
  }

  /**
   * Every raw value of each column, those of unscored quality and the specials as breaks. One pass, for the rows are the same.
   * Null where there are more than `most` rows.
   */
  function rawPoints(
    segments: readonly Segment[],
    columns: readonly VitalColumn[],
    most: number,
  ): ReadonlyMap<VitalColumn, Points> | null {
    if (columns.length === 0) return new Map();
    const key = columns.map(({ code }) => code).join();
    const statement = rawStatements.get(key) ?? rawOf(columns);
    rawStatements.set(key, statement);
    const rows: RawRow[] = [];
    for (const { sourceId, fromMs, toMs } of segments) {
      for (const row of statement.all(sourceId, fromMs, toMs, most + 1 - rows.length)) rows.push(row);
      if (rows.length > most) return null;
    }
    // Even one device's rows may be out of order: those not filed yet follow the filed, each lot in its own order.
    rows.sort(([a], [b]) => a - b);
    return new Map(columns.map((column, index) => [column, pointsOf(rows, column, 3 + index)]));
  }

  function pointsOf(rows: readonly RawRow[], { shift }: VitalColumn, at: number): Points {
    const [atMs, count, values]: [number[], number[], number[]] = [[], [], []];
    for (const row of rows) {
      const value = row[at] ?? null;
      if (value === null && specialAt(row[2], shift) === null) continue;
      atMs.push(row[0]);
      count.push(value !== null && isScored(row[1]) ? 1 : 0);
      values.push(value ?? 0);
    }
    return { atMs, count, sum: values, min: values, max: values };
  }

  /** Values gathered in buckets of `widthMs`; a bucket is drawn at the middle of the part of it that lies in the period. */
  function bucketPoints(period: Period, widthMs: number, each: (add: Take) => void): Points {
    const buckets = new Map<number, Totals>();
    each((atMs, count, sum, min, max) => {
      const bucket = Math.floor(atMs / widthMs);
      let totals = buckets.get(bucket);
      if (totals === undefined) {
        totals = noTotals();
        buckets.set(bucket, totals);
      }
      if (count > 0) addTo(totals, count, sum, min, max);
    });
    const middle = (bucket: number): number =>
      Math.round((Math.max(bucket * widthMs, period.fromMs) + Math.min((bucket + 1) * widthMs, period.toMs)) / 2);
    const sorted = [...buckets].sort(([a], [b]) => a - b);
    return {
      atMs: sorted.map(([bucket]) => middle(bucket)),
      count: sorted.map(([, { count }]) => count),
      sum: sorted.map(([, { sum }]) => sum),
      min: sorted.map(([, { min }]) => min),
      max: sorted.map(([, { max }]) => max),
    };
  }

  /** Before which single readings, and minutes, have been removed: then the next coarser one is drawn. */
  function keptFrom(): Readonly<Record<'rawMs' | 'minutesMs', number>> {
    const kept = new Map(retention().map(({ kind, keptFromMs }) => [kind, keptFromMs]));
    return { rawMs: kept.get('raw') ?? 0, minutesMs: kept.get('minutes') ?? 0 };
  }

  /** What a series is to be drawn from. */
  function plan({ count, firstMs, lastMs }: Survey, maxPoints: number, kept: ReturnType<typeof keptFrom>) {
    const widthMs = count === 0 ? 0 : (lastMs - firstMs) / (maxPoints - 1);
    const rawIsKept = firstMs >= kept.rawMs;
    if (rawIsKept && count <= maxPoints) return { unit: 'raw', widthMs: 0 } as const;
    if (rawIsKept && widthMs < MINUTE_MS && count <= MOST_RAW_ROWS) return { unit: 'raw', widthMs: Math.ceil(widthMs) } as const;
    const unit = widthMs <= HOUR_MS && firstMs >= kept.minutesMs ? 'minute' : 'hour';
    const unitMs = unit === 'minute' ? MINUTE_MS : HOUR_MS;
    return { unit, widthMs: Math.max(Math.ceil(widthMs / unitMs), 1) * unitMs } as const;
  }

  function rolledUp(period: Period, segments: readonly Segment[], column: VitalColumn, widthMs: number): Points {
    return bucketPoints(period, widthMs, (add) => {
      for (const { sourceId, fromMs, toMs } of segments) rollups.collect(sourceId, column, fromMs, toMs, widthMs, add);
    });
  }

  return {
    /**
     * One series per kind asked, about `maxPoints` points at most (breaks come on top). What a person wears is followed through
     * all devices. [fromMs, toMs).
     */
    history(ask: Period & { kinds: readonly VitalKind[]; maxPoints: number }): readonly Series[] {
      const segments = devices.segments(ask);
      const kept = keptFrom();
      const columns = ask.kinds.map(columnOf);
      const isShort = ask.toMs - ask.fromMs <= SHORT_MS && ask.fromMs >= kept.rawMs;
      const atOnce = isShort ? rawPoints(segments, columns, MOST_RAW_ROWS) : null;
      const plans = columns.map((column) => {
        const points = atOnce?.get(column);
        const surveyed = points === undefined ? survey(segments, column) : surveyOf(points);
        return { column, count: surveyed.count, ...plan(surveyed, ask.maxPoints, kept) };
      });
      const single = plans.filter(({ unit, count }) => unit === 'raw' && count > 0).map(({ column }) => column);
      const raw = atOnce ?? rawPoints(segments, single, Number.MAX_SAFE_INTEGER - 1);
      return plans.map(({ column, count, unit, widthMs }) => {
        if (unit !== 'raw') return drawn(column, rolledUp(ask, segments, column, widthMs), widthMs, unit, count);
        const points = (count > 0 ? raw?.get(column) : undefined) ?? NO_POINTS;
        if (widthMs === 0) return drawn(column, points, 0, 'raw', count);
        const gathered = bucketPoints(ask, widthMs, (add) => {
          for (const [index, atMs] of points.atMs.entries()) {
            const value = points.sum[index] ?? 0;
            add(atMs, points.count[index] ?? 0, value, value, value);
          }
        });
        return drawn(column, gathered, widthMs, 'raw', count);
      });
    },
    /** Kinds without a reading in the period are left out. */
    statistics(ask: Period): readonly VitalStatistics[] {
      const segments = devices.segments(ask);
      return VITAL_COLUMNS.flatMap((column) => {
        const { totals, firstMs, lastMs } = survey(segments, column);
        if (totals.count === 0) return [];
        let [firstAtMs, lastAtMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        const ends = (atMs: number): void => {
          firstAtMs = Math.min(firstAtMs, atMs);
          lastAtMs = Math.max(lastAtMs, atMs);
        };
        for (const { sourceId, fromMs, toMs } of segments) {
          rollups.takeRaw(sourceId, column, Math.max(fromMs, firstMs), Math.min(toMs, firstMs + HOUR_MS), ends);
          rollups.takeRaw(sourceId, column, Math.max(fromMs, lastMs - HOUR_MS), Math.min(toMs, lastMs), ends);
        }
        return [
          {
            kind: column.kind,
            count: totals.count,
            min: totals.min / column.scale,
            max: totals.max / column.scale,
            mean: totals.sum / totals.count / column.scale,
            // Where the single readings are removed the hour is all that is known.
            firstAtMs: Number.isFinite(firstAtMs) ? firstAtMs : firstMs,
            lastAtMs: Number.isFinite(lastAtMs) ? lastAtMs : lastMs,
          },
        ];
      });
    },
  };
}

/** The same of what has been read already. */
function surveyOf({ atMs, count }: Points): Survey {
  const scored = atMs.filter((_, index) => count[index] !== 0);
  const [firstMs, lastMs] = [scored[0] ?? Number.POSITIVE_INFINITY, scored.at(-1) ?? Number.NEGATIVE_INFINITY];
  return { count: scored.length, firstMs, lastMs };
}

function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Puts a null between two points where the silence is longer than was to be expected, or where a break lies between them. */
function drawn(column: VitalColumn, points: Points, widthMs: number, resolution: Series['resolution'], count: number): Series {
  const steps: number[] = [];
  let before: number | null = null;
  let longest = Math.max(SHORTEST_GAP_MS, 2 * widthMs);
  let isBeyond = false;
  for (const [index, atMs] of points.atMs.entries()) {
    if (points.count[index] === 0) continue;
    if (before !== null) {
      steps.push(atMs - before);
      isBeyond ||= atMs - before > longest;
    }
    before = atMs;
  }
  // What is usual matters only where something may be a gap at all: the sorting is a tenth of the work.
  if (isBeyond) longest = Math.max(longest, 5 * median(steps));
  const timesMs: number[] = [];
  const [mean, min, max]: [(number | null)[], (number | null)[], (number | null)[]] = [[], [], []];
  let last: number | null = null;
  let breakAtMs: number | null = null;
  for (const [index, atMs] of points.atMs.entries()) {
    const counted = points.count[index] ?? 0;
    if (counted === 0) {
      if (last !== null) breakAtMs ??= atMs;
      continue;
    }
    if (last !== null && (breakAtMs !== null || atMs - last > longest)) {
      timesMs.push(breakAtMs ?? Math.round((last + atMs) / 2));
      for (const list of [mean, min, max]) list.push(null);
    }
    timesMs.push(atMs);
    mean.push((points.sum[index] ?? 0) / counted / column.scale);
    min.push((points.min[index] ?? 0) / column.scale);
    max.push((points.max[index] ?? 0) / column.scale);
    last = atMs;
    breakAtMs = null;
  }
  // A single reading is its own mean, least and greatest: one list goes to the other thread then, not three.
  const extremes = widthMs === 0 ? { min: mean, max: mean } : { min, max };
  return { kind: column.kind, timesMs, mean, ...extremes, resolution, count };
}
