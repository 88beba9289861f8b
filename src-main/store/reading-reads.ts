// Reading readings back: in pages, the newest of each kind, the nearest to a moment, and whether what is sent is stored already.
import { countsFromOf, FUTURE_MS, type Measurement } from '../links/link.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { ReadableDatabase } from './database.ts';
import { deviceReads, type Segment } from './devices.ts';
import type { Period, ReadingRow } from './ports.ts';
import { parseReadingId, readingId } from './reading-id.ts';
import { HOUR_MS } from './rollups.ts';
import { ALL, asReading, asRow, findReading, fromRaw, meet, type RawRow } from './stored-row.ts';
import { VITAL_COLUMNS } from './vital-columns.ts';

/** By time, then source, then sequence. */
function orderRaw(a: RawRow, b: RawRow): number {
  const difference = (index: number): number => (a[index] ?? 0) - (b[index] ?? 0);
  return difference(1) || difference(0) || difference(2);
}

const takenAt = (raw: RawRow): number => fromRaw(raw).takenAtMs;
const countsFrom = (raw: RawRow): number => {
  const { takenAtMs, receivedAfterMs } = fromRaw(raw);
  return countsFromOf({ takenAtMs, receivedAtMs: takenAtMs + receivedAfterMs });
};

/** Which counts from later; of the same moment the later by the device's clock. */
function isNewer(one: RawRow, other: RawRow): boolean {
  return (countsFrom(one) - countsFrom(other) || orderRaw(one, other)) > 0;
}

export function readingReads(db: ReadableDatabase) {
  const devices = deviceReads(db);
  const find = findReading(db);
  const sourcesOf = db
    .prepare<[{ deviceId: string }], number>(
      `SELECT source_id FROM source WHERE device_id = @deviceId
         OR doubtful_of = (SELECT source_id FROM source WHERE device_id = @deviceId)`,
    )
    .pluck();
  const page = db
    .prepare<[number, number, number, number], RawRow>(
      `SELECT ${ALL} FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? ORDER BY taken_at_ms, sequence LIMIT ?`,
    )
    .raw();
  const pageAfter = db
    .prepare<[number, number, number, number, number], RawRow>(
      `SELECT ${ALL} FROM reading WHERE source_id = ? AND (taken_at_ms, sequence) > (?, ?) AND taken_at_ms < ?
       ORDER BY taken_at_ms, sequence LIMIT ?`,
    )
    .raw();
  const newestBy = (order: string) =>
    new Map(
      VITAL_COLUMNS.map(({ kind, column, shift }) => [
        kind,
        db
          .prepare<[number, number, number], RawRow>(
            `SELECT ${ALL} FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ?
             AND (${column} IS NOT NULL OR ((specials >> ${shift}) & 7) <> 0) AND backfilled = 0
           ORDER BY ${order} taken_at_ms DESC, sequence DESC LIMIT 1`,
          )
          .raw(),
      ]),
    );
  const newest = newestBy('');
  /** Sorts all of the time it is given. */
  const newestToCount = newestBy('taken_at_ms + min(received_after_ms, 0) DESC,');
  const around = new Map(
    VITAL_COLUMNS.map(({ kind, column, shift }) => {
      const side = (order: string) =>
        db
          .prepare<[number, number, number], [number, number | null]>(
            `SELECT taken_at_ms, ${column} FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ?
               AND (${column} IS NOT NULL OR ((specials >> ${shift}) & 7) <> 0)
             ORDER BY taken_at_ms ${order}, sequence ${order} LIMIT 1`,
          )
          .raw();
      return [kind, { before: side('DESC'), after: side('ASC') }] as const;
    }),
  );
  const anyScored = db
    .prepare<[number, number, number], number>(
      'SELECT 1 FROM hour_rollup WHERE source_id = ? AND vital = ? AND bucket >= ? LIMIT 1',
    )
    .pluck();
  const anyArrival = new Map(
    VITAL_COLUMNS.map(({ code, column }) => [
      code,
      db
        .prepare<[number, number], number>(
          `SELECT 1 FROM arrival WHERE source_id = ? AND taken_at_ms >= ? AND ${column} IS NOT NULL LIMIT 1`,
        )
        .pluck(),
    ]),
  );
  const size = db.prepare<[], { readings: number }>(
    'SELECT coalesce(sum(reading_count), 0) + (SELECT count(*) FROM arrival) AS readings FROM source',
  );

  return {
    /** Raw readings of [fromMs, toMs) by time, then source, then sequence; at most `limit`, after the row named. */
    readings(ask: Period & { limit: number; after: { takenAtMs: number; readingId: string } | null }): readonly ReadingRow[] {
      const last = ask.after === null ? null : parseReadingId(ask.after.readingId);
      const rows: { readonly raw: RawRow; readonly deviceId: string }[] = [];
      for (const piece of devices.segments(ask)) {
        let found: RawRow[];
        if (last === null || last.takenAtMs < piece.fromMs) {
          found = page.all(piece.sourceId, piece.fromMs, piece.toMs, ask.limit);
        } else {
          // At the very millisecond of the last row, sources before its own are done and those after it are not begun.
          const sequence =
            piece.sourceId < last.sourceId ? Number.MAX_SAFE_INTEGER : piece.sourceId > last.sourceId ? -1 : last.sequence;
          found = pageAfter.all(piece.sourceId, last.takenAtMs, sequence, piece.toMs, ask.limit);
        }
        for (const raw of found) rows.push({ raw, deviceId: piece.deviceId });
      }
      rows.sort((a, b) => orderRaw(a.raw, b.raw));
      return rows.slice(0, ask.limit).map(({ raw, deviceId }) => asReading(raw, deviceId));
    },
    /**
     * Live readings only: what was back-filled never becomes current. Each row holds the newest answer of at least one kind by when it
     * counts from, a special value or one of unscored quality included, of the kinds that the device has measured in that time.
     */
    latest(ask: { patientId: number; sinceMs: number }): readonly ReadingRow[] {
      const pieces = devices.segments({ patientId: ask.patientId, fromMs: ask.sinceMs, toMs: Number.MAX_SAFE_INTEGER });
      const rows = new Map<string, { readonly raw: RawRow; readonly deviceId: string }>();
      for (const { kind, code } of VITAL_COLUMNS) {
        let best: { readonly raw: RawRow; readonly deviceId: string } | null = null;
        for (const { sourceId, deviceId, fromMs, toMs } of pieces) {
          // Saves reading the whole time back for a kind this device does not measure.
          const maybe =
            anyScored.get(sourceId, code, Math.floor(fromMs / HOUR_MS)) !== undefined ||
            anyArrival.get(code)?.get(sourceId, fromMs) !== undefined;
          if (!maybe) continue;
          let raw = newest.get(kind)?.get(sourceId, fromMs, toMs);
          if (raw !== undefined && countsFrom(raw) < takenAt(raw)) {
            raw = newestToCount.get(kind)?.get(sourceId, Math.max(fromMs, takenAt(raw) - FUTURE_MS), toMs);
          }
          if (raw !== undefined && (best === null || isNewer(raw, best.raw))) best = { raw, deviceId };
        }
        if (best !== null) rows.set(best.raw.slice(0, 3).join(), best);
      }
      return [...rows.values()].sort((a, b) => orderRaw(a.raw, b.raw)).map(({ raw, deviceId }) => asReading(raw, deviceId));
    },
    /**
     * Of each measurement that is stored as it was sent the id of its reading, null of the others. In doubt or not: a repeat is one
     * wherever it lies.
     */
    stored(ask: { batch: readonly Measurement[] }): readonly (string | null)[] {
      return ask.batch.map((measurement) => {
        for (const sourceId of sourcesOf.all({ deviceId: measurement.deviceId })) {
          const raw = find(sourceId, measurement.takenAtMs, measurement.sequence);
          if (raw === undefined || meet(fromRaw(raw), asRow(sourceId, measurement)).action !== 'duplicate') continue;
          return readingId(sourceId, measurement.takenAtMs, measurement.sequence);
        }
        return null;
      });
    },
    /** The patient's device reading of a kind nearest to `atMs`, at most `withinMs` away; its value is null where it was a special. */
    nearest(patientId: number, kind: VitalKind, atMs: number, withinMs: number) {
      let best: { deviceId: string; takenAtMs: number; value: number | null } | null = null;
      const [statements, scale] = [around.get(kind), VITAL_COLUMNS.find((column) => column.kind === kind)?.scale ?? 1];
      const consider = (piece: Segment, found: [number, number | null] | undefined): void => {
        if (found === undefined) return;
        const [takenAtMs, value] = found;
        if (best !== null && Math.abs(best.takenAtMs - atMs) <= Math.abs(takenAtMs - atMs)) return;
        best = { deviceId: piece.deviceId, takenAtMs, value: value === null ? null : value / scale };
      };
      for (const piece of devices.segments({ patientId, fromMs: atMs - withinMs, toMs: atMs + withinMs + 1 })) {
        consider(piece, statements?.before.get(piece.sourceId, piece.fromMs, Math.min(piece.toMs, atMs + 1)));
        consider(piece, statements?.after.get(piece.sourceId, Math.max(piece.fromMs, atMs + 1), piece.toMs));
      }
      return best as { deviceId: string; takenAtMs: number; value: number | null } | null;
    },
    size(): { readonly readings: number; readonly bytes: number } {
      const pages = Number(db.pragma('page_count', { simple: true }));
      const bytes = pages * Number(db.pragma('page_size', { simple: true }));
      return { readings: size.get()?.readings ?? 0, bytes };
    },
  };
}
