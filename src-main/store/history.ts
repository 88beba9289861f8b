// A patient's history for charts and statistics: the right resolution for the span, gaps as gaps, and no spike lost.
import type { Series } from '../contract/models.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { ReadableDatabase } from './database.ts';
import { deviceReads, type Segment } from './devices.ts';
import type { Period, VitalStatistics } from './ports.ts';
import { retentionReads } from './retention.ts';
import { addTo, HOUR_MS, MINUTE_MS, noTotals, rollupReads, type Totals } from './rollups.ts';
import { columnOf, isScored, VITAL_COLUMNS, type VitalColumn } from './vital-columns.ts';

/** Most raw rows read for one series: about 20 ms. Above it minutes are near enough. */
const MOST_RAW_ROWS = 20_000;
/** No silence shorter than this is a gap. */
const SHORTEST_GAP_MS = 90_000;

interface Point {
  readonly atMs: number;
  /** Null: something was sent here, but no number that may be drawn. */
  readonly totals: Totals | null;
}

export function historyReads(db: ReadableDatabase) {
  const devices = deviceReads(db);
  const rollups = rollupReads(db);
  const { retention } = retentionReads(db);
  const raw = new Map(
    VITAL_COLUMNS.map(({ code, column, shift }) => [
      code,
      db
        .prepare<[number, number, number], [number, number | null, number]>(
          `SELECT taken_at_ms, ${column}, quality FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ?
             AND (${column} IS NOT NULL OR ((specials >> ${shift}) & 7) <> 0)`,
        )
        .raw(),
    ]),
  );

  /** Totals of a vital over the segments, and the rough extent (to the hour) of where there is any. */
  function survey(segments: readonly Segment[], column: VitalColumn): { totals: Totals; firstMs: number; lastMs: number } {
    const totals = noTotals();
    let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { sourceId, fromMs, toMs } of segments) {
      rollups.collect(sourceId, column, fromMs, toMs, HOUR_MS, (atMs, count, sum, min, max) => {
        addTo(totals, count, sum, min, max);
        firstMs = Math.min(firstMs, atMs);
        lastMs = Math.max(lastMs, Math.min(atMs + HOUR_MS, toMs));
      });
    }
    return { totals, firstMs, lastMs };
  }

  /** Every raw value, those of unscored quality and the specials as breaks. */
  function rawPoints(segments: readonly Segment[], column: VitalColumn): Point[] {
    const points: Point[] = [];
    for (const { sourceId, fromMs, toMs } of segments) {
      for (const [atMs, value, quality] of raw.get(column.code)?.iterate(sourceId, fromMs, toMs) ?? []) {
        const drawn = value !== null && isScored(quality);
        points.push({ atMs, totals: drawn ? { count: 1, sum: value, min: value, max: value } : null });
      }
    }
    // Even one device's rows may be out of order: those not filed yet follow the filed, each lot in its own order.
    return points.sort((a, b) => a.atMs - b.atMs);
  }

  /** Values gathered in buckets of `widthMs`; a bucket is drawn at the middle of the part of it that lies in the period. */
  function bucketPoints(
    period: Period,
    widthMs: number,
    each: (add: (atMs: number, totals: Totals | null) => void) => void,
  ): Point[] {
    const buckets = new Map<number, Totals | null>();
    each((atMs, piece) => {
      const bucket = Math.floor(atMs / widthMs);
      let totals = buckets.get(bucket) ?? null;
      if (totals === null) {
        totals = piece === null ? null : noTotals();
        buckets.set(bucket, totals);
      }
      if (piece !== null && totals !== null) addTo(totals, piece.count, piece.sum, piece.min, piece.max);
    });
    const middle = (bucket: number): number =>
      Math.round((Math.max(bucket * widthMs, period.fromMs) + Math.min((bucket + 1) * widthMs, period.toMs)) / 2);
    return [...buckets].map(([bucket, totals]) => ({ atMs: middle(bucket), totals })).sort((a, b) => a.atMs - b.atMs);
  }

  /** Whether single readings, and minutes, of that time have been removed: then the next coarser one is drawn. */
  function goneAt(atMs: number): readonly [raw: boolean, minutes: boolean] {
    const kept = new Map(retention().map(({ kind, keptFromMs }) => [kind, keptFromMs]));
    return [atMs < (kept.get('raw') ?? 0), atMs < (kept.get('minutes') ?? 0)];
  }

  function series(period: Period, segments: readonly Segment[], column: VitalColumn, maxPoints: number): Series {
    const { totals, firstMs, lastMs } = survey(segments, column);
    const widthMs = totals.count === 0 ? 0 : (lastMs - firstMs) / (maxPoints - 1);
    const [rawGone, minutesGone] = goneAt(firstMs);
    if (totals.count <= maxPoints && !rawGone) return drawn(column, rawPoints(segments, column), 0, 'raw', totals.count);
    if (widthMs < MINUTE_MS && !rawGone && totals.count <= MOST_RAW_ROWS) {
      const width = Math.ceil(widthMs);
      const points = rawPoints(segments, column);
      const gathered = bucketPoints(period, width, (add) => {
        for (const { atMs, totals: piece } of points) add(atMs, piece);
      });
      return drawn(column, gathered, width, 'raw', totals.count);
    }
    const unit = widthMs <= HOUR_MS && !minutesGone ? MINUTE_MS : HOUR_MS;
    const width = Math.max(Math.ceil(widthMs / unit), 1) * unit;
    const gathered = bucketPoints(period, width, (add) => {
      for (const { sourceId, fromMs, toMs } of segments) {
        rollups.collect(sourceId, column, fromMs, toMs, width, (atMs, count, sum, min, max) =>
          add(atMs, { count, sum, min, max }),
        );
      }
    });
    return drawn(column, gathered, width, unit === MINUTE_MS ? 'minute' : 'hour', totals.count);
  }

  return {
    /**
     * One series per kind asked, about `maxPoints` points at most (breaks come on top). What a person wears is followed through
     * all devices. [fromMs, toMs).
     */
    history(ask: Period & { kinds: readonly VitalKind[]; maxPoints: number }): readonly Series[] {
      const segments = devices.segments(ask);
      return ask.kinds.map((kind) => series(ask, segments, columnOf(kind), ask.maxPoints));
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

function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Puts a null between two points where the silence is longer than was to be expected, or where a break lies between them. */
function drawn(
  column: VitalColumn,
  points: readonly Point[],
  widthMs: number,
  resolution: Series['resolution'],
  count: number,
): Series {
  const steps: number[] = [];
  let before: number | null = null;
  for (const { atMs, totals } of points) {
    if (totals === null) continue;
    if (before !== null) steps.push(atMs - before);
    before = atMs;
  }
  const longest = Math.max(SHORTEST_GAP_MS, 5 * median(steps), 2 * widthMs);
  const timesMs: number[] = [];
  const [mean, min, max]: [(number | null)[], (number | null)[], (number | null)[]] = [[], [], []];
  let last: number | null = null;
  let breakAtMs: number | null = null;
  for (const { atMs, totals } of points) {
    if (totals === null) {
      if (last !== null) breakAtMs ??= atMs;
      continue;
    }
    if (last !== null && (breakAtMs !== null || atMs - last > longest)) {
      timesMs.push(breakAtMs ?? Math.round((last + atMs) / 2));
      for (const list of [mean, min, max]) list.push(null);
    }
    timesMs.push(atMs);
    mean.push(totals.sum / totals.count / column.scale);
    min.push(totals.min / column.scale);
    max.push(totals.max / column.scale);
    last = atMs;
    breakAtMs = null;
  }
  return { kind: column.kind, timesMs, mean, min, max, resolution, count };
}
