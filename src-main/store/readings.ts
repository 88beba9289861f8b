// Readings: what a batch would change (plan), and the change itself (store).
import type { Measurement } from '../links/link.ts';
import { arrivalWrites } from './arrivals.ts';
import type { WritableDatabase } from './database.ts';
import { packSql } from './packed-reading.ts';
import type { ReadingRow } from './ports.ts';
import { readingId } from './reading-id.ts';
import { rollupWrites } from './rollups.ts';
import type { EncodedScores, scoreWrites } from './scores.ts';
import {
  ALL,
  asReading,
  asRow,
  findReading,
  fromRaw,
  meet,
  type RawRow,
  type ReadingPlan,
  type StoredRow,
} from './stored-row.ts';
import { isScored, SCORED_SQL, VITAL_COLUMNS } from './vital-columns.ts';

type ScoreWrites = ReturnType<typeof scoreWrites>;

export function readingWrites(db: WritableDatabase, scores: ScoreWrites) {
  const find = findReading(db);
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
      const raw = find(sourceId, takenAtMs, sequence);
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
      const raw = find(sourceId, measurement.takenAtMs, measurement.sequence);
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
