// Readings: what a batch would change (plan), the change itself (store), and reading them back.
import { countsFromOf, FUTURE_MS, type Measurement } from '../links/link.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import { arrivalWrites } from './arrivals.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { deviceReads, type Segment } from './devices.ts';
import { mostStored, packSql } from './packed-reading.ts';
import type { Period, ReadingRow } from './ports.ts';
import { parseReadingId, readingId } from './reading-id.ts';
import { HOUR_MS, rollupWrites } from './rollups.ts';
import type { EncodedScores, scoreWrites } from './scores.ts';
import { isScored, packSpecials, SCORED_SQL, unpackSpecials, VITAL_COLUMNS } from './vital-columns.ts';

const VITAL_NAMES = VITAL_COLUMNS.map(({ column }) => column).join(', ');
const ALL = `source_id, taken_at_ms, sequence, received_after_ms, backfilled, quality, specials, ${VITAL_NAMES}`;
const FIRST_VITAL = 7;
const MOST_STORED = VITAL_COLUMNS.map(mostStored);

type ScoreWrites = ReturnType<typeof scoreWrites>;
type RawRow = readonly (number | null)[];

/** One row as it stands or will stand; `vitals` in the order of VITAL_COLUMNS, value × scale. */
interface StoredRow {
  readonly sourceId: number;
  readonly takenAtMs: number;
  readonly sequence: number;
  readonly receivedAfterMs: number;
  readonly backfilled: number;
  readonly quality: number;
  readonly specials: number;
  readonly vitals: readonly (number | null)[];
}

/** What is to become of one measurement. `added` are positions in VITAL_COLUMNS whose numbers are new. */
export type ReadingPlan =
  | {
      readonly action: 'insert' | 'fill';
      readonly row: StoredRow;
      readonly added: readonly number[];
      /** The quality before a fill; its scored state decides whether roll-ups are rebuilt. */
      readonly qualityBefore: number;
    }
  | { readonly action: 'duplicate' }
  | { readonly action: 'conflict'; readonly kind: VitalKind; readonly stored: number; readonly sent: number };

function fromRaw(raw: RawRow): StoredRow {
  const at = (index: number): number => raw[index] ?? 0;
  return {
    sourceId: at(0),
    takenAtMs: at(1),
    sequence: at(2),
    receivedAfterMs: at(3),
    backfilled: at(4),
    quality: at(5),
    specials: at(6),
    vitals: raw.slice(FIRST_VITAL),
  };
}

function asRow(sourceId: number, measurement: Measurement): StoredRow {
  return {
    sourceId,
    takenAtMs: measurement.takenAtMs,
    sequence: measurement.sequence,
    receivedAfterMs: measurement.receivedAtMs - measurement.takenAtMs,
    backfilled: measurement.origin === 'backfill' ? 1 : 0,
    quality: measurement.quality,
    specials: packSpecials(measurement.specials),
    vitals: VITAL_COLUMNS.map((column, index) => {
      const value = measurement.values[column.kind];
      if (value === undefined) return null;
      const stored = Math.round(value * column.scale);
      // Filed, it would change the numbers beside it. The intake has refused what is outside the hard limits, which are narrower.
      if (!(stored >= 1 && stored <= (MOST_STORED[index] ?? 0))) throw new RangeError(`${column.kind} ${value} cannot be stored`);
      return stored;
    }),
  };
}

/** Compares a frame with what is stored under its identity. A special value is a stored answer like a number. */
function meet(stored: StoredRow, sent: StoredRow): ReadingPlan {
  const vitals = [...stored.vitals];
  let specials = stored.specials;
  const added: number[] = [];
  for (const [index, { kind, scale, shift }] of VITAL_COLUMNS.entries()) {
    const [was, is] = [stored.vitals[index] ?? null, sent.vitals[index] ?? null];
    const [wasSpecial, isSpecial] = [(stored.specials >> shift) & 7, (sent.specials >> shift) & 7];
    if (is === null && isSpecial === 0) continue;
    if (was === null && wasSpecial === 0) {
      vitals[index] = is;
      specials |= isSpecial << shift;
      if (is !== null) added.push(index);
    } else if (was !== is || wasSpecial !== isSpecial) {
      const inUnit = (value: number | null): number => (value === null ? Number.NaN : value / scale);
      return { action: 'conflict', kind, stored: inUnit(was), sent: inUnit(is) };
    }
  }
  if (added.length === 0 && specials === stored.specials) return { action: 'duplicate' };
  const row = { ...stored, vitals, specials, quality: stored.quality | sent.quality };
  return { action: 'fill', row, added, qualityBefore: stored.quality };
}

export function readingWrites(db: WritableDatabase, scores: ScoreWrites) {
  const find = db
    .prepare<[number, number, number], RawRow>(
      `SELECT ${ALL} FROM reading WHERE source_id = ? AND taken_at_ms = ? AND sequence = ?`,
    )
    .raw();
  const newest = db.prepare<[number], number | null>('SELECT max(taken_at_ms) FROM filed_reading WHERE source_id = ?').pluck();
  const newestArrival = db.prepare<[number], number | null>('SELECT max(taken_at_ms) FROM arrival WHERE source_id = ?').pluck();
  const fillIn = (table: 'packed_reading' | 'arrival', set: string) =>
    db.prepare<[Readonly<Record<string, number | null>>]>(
      `UPDATE ${table} SET ${set} WHERE source_id = @source_id AND taken_at_ms = @taken_at_ms AND sequence = @sequence`,
    );
  const filled = ['quality', 'specials', ...VITAL_COLUMNS.map(({ column }) => column)];
  const fillArrival = fillIn('arrival', filled.map((column) => `${column} = @${column}`).join(', '));
  const { flags, vitals, more_vitals: moreVitals } = packSql((column) => `@${column}`);
  const fillFiled = fillIn('packed_reading', `flags = ${flags}, vitals = ${vitals}, more_vitals = ${moreVitals}`);
  const singlePosts = db
    .prepare<[], RawRow>(
      `SELECT ${ALL}, device_id FROM arrival JOIN source USING (source_id)
       WHERE results IS NULL AND transport IN ('http', 'mqtt') AND doubtful_of IS NULL AND ${SCORED_SQL}
         AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.source_id = arrival.source_id AND taken_at_ms BETWEEN c.from_ms AND c.to_ms)
       ORDER BY arrival_id`,
    )
    .raw();
  const rollups = rollupWrites(db);
  const arrivals = arrivalWrites(db);
  /** Newest time ever planned for a source: what is newer cannot be stored already. Too new is no harm. */
  const newestMs = new Map<number, number>();

  function isBeyondAll({ sourceId, takenAtMs }: StoredRow): boolean {
    let known = newestMs.get(sourceId);
    if (known === undefined) {
      known = Math.max(newest.get(sourceId) ?? -1, newestArrival.get(sourceId) ?? -1);
      newestMs.set(sourceId, known);
    }
    if (takenAtMs <= known) return false;
    newestMs.set(sourceId, takenAtMs);
    return true;
  }

  function planOne(sent: StoredRow, earlier: Map<string, StoredRow> | null): ReadingPlan {
    const { sourceId, takenAtMs, sequence } = sent;
    const key = earlier === null ? '' : readingId(sourceId, takenAtMs, sequence);
    let stored = earlier?.get(key);
    if (!isBeyondAll(sent) && stored === undefined) {
      const raw = find.get(sourceId, takenAtMs, sequence);
      if (raw !== undefined) stored = fromRaw(raw);
    }
    if (stored === undefined) {
      earlier?.set(key, sent);
      const added: number[] = [];
      for (let index = 0; index < sent.vitals.length; index++) if (sent.vitals[index] !== null) added.push(index);
      return { action: 'insert', row: sent, added, qualityBefore: sent.quality };
    }
    const plan = meet(stored, sent);
    if (plan.action === 'fill') earlier?.set(key, plan.row);
    return plan;
  }

  function fill(row: StoredRow, added: readonly number[], qualityBefore: number): void {
    const values: Record<string, number | null> = {
      source_id: row.sourceId,
      taken_at_ms: row.takenAtMs,
      sequence: row.sequence,
      quality: row.quality,
      specials: row.specials,
    };
    for (const [index, { column }] of VITAL_COLUMNS.entries()) values[column] = row.vitals[index] ?? null;
    // An arrival is counted when it is filed.
    if (fillArrival.run(values).changes > 0) return;
    fillFiled.run(values);
    if (isScored(row.quality)) {
      for (const index of added) {
        const [column, value] = [VITAL_COLUMNS[index], row.vitals[index]];
        if (column !== undefined && value !== undefined && value !== null)
          rollups.add(row.sourceId, column.code, row.takenAtMs, value);
      }
      rollups.flush();
    } else if (isScored(qualityBefore)) rollups.rebuild(row.sourceId, row.takenAtMs);
  }

  return {
    /** Whether all that a measurement says is stored already under this source. */
    holds(sourceId: number, measurement: Measurement): boolean {
      const raw = find.get(sourceId, measurement.takenAtMs, measurement.sequence);
      return raw !== undefined && meet(fromRaw(raw), asRow(sourceId, measurement)).action === 'duplicate';
    },
    /** Another process has changed the database. */
    forget: (): void => newestMs.clear(),
    /** Decides for each measurement, in order, seeing those before it in the batch as stored. Changes nothing. */
    plan(batch: readonly { readonly sourceId: number; readonly measurement: Measurement }[]): readonly ReadingPlan[] {
      const earlier = batch.length === 1 ? null : new Map<string, StoredRow>();
      return batch.map(({ sourceId, measurement }) => planOne(asRow(sourceId, measurement), earlier));
    },
    /**
     * Carries a plan out, with the scores that each reading caused (null: none). Call within a transaction that also ends the
     * plan's validity.
     */
    store(plans: readonly ReadingPlan[], caused: readonly (EncodedScores | null)[]): void {
      rollups.discard();
      for (const [index, plan] of plans.entries()) {
        if (plan.action !== 'insert' && plan.action !== 'fill') continue;
        const { row, added, qualityBefore } = plan;
        const made = caused[index] ?? null;
        if (plan.action === 'insert') {
          const { sourceId, takenAtMs, sequence, receivedAfterMs, backfilled, quality, specials, vitals } = row;
          arrivals.insert([sourceId, takenAtMs, sequence, receivedAfterMs, backfilled, quality, specials, ...vitals], made);
        } else {
          fill(row, added, qualityBefore);
          if (made === null) continue;
          // Earlier scores are filed first, so that the later ones meet them there.
          const earlier = arrivals.takeScores(row);
          if (earlier !== null) scores.file(row, earlier);
          scores.file(row, made);
        }
      }
    },
    /**
     * Single posts, of those that have not been filed yet, with which no score was stored. Nobody's when it came, a reading that was
     * claimed later is none of them: it was never to be scored.
     */
    withoutScore(): readonly ReadingRow[] {
      return singlePosts.all().flatMap((row) => {
        const raw = row.slice(0, -1);
        const reading = asReading(raw, String(row.at(-1)));
        return Object.keys(reading.values).length === 0 ? [] : [reading];
      });
    },
    arrivals,
  };
}

function asReading(raw: RawRow, deviceId: string): ReadingRow {
  const row = fromRaw(raw);
  const values: { [K in VitalKind]?: number } = {};
  for (const [index, { kind, scale }] of VITAL_COLUMNS.entries()) {
    const value = row.vitals[index];
    if (value !== null && value !== undefined) values[kind] = value / scale;
  }
  return {
    readingId: readingId(row.sourceId, row.takenAtMs, row.sequence),
    deviceId,
    takenAtMs: row.takenAtMs,
    receivedAtMs: row.takenAtMs + row.receivedAfterMs,
    sequence: row.sequence,
    origin: row.backfilled === 1 ? 'backfill' : 'live',
    quality: row.quality,
    values,
    specials: unpackSpecials(row.specials),
  };
}

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
