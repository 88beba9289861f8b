// Readings where they are written first: in the order they arrive, with their scores beside them. Filed by device in one go later on.
import type { WritableDatabase } from './database.ts';
import { PACKED_COLUMNS, packSql } from './packed-reading.ts';
import type { ReadingIdentity } from './reading-id.ts';
import { rollupWrites } from './rollups.ts';
import type { EncodedScores } from './scores.ts';
import { SCORED_SQL, VITAL_COLUMNS } from './vital-columns.ts';

/** From this many arrivals on they are filed. More would make every commit and every query dearer, fewer the filing. */
export const FILE_AT = 1024;
/** Filed in one transaction while readings come in: a batch waits for no more than that. */
export const FILED_AT_ONCE = 128;

const VITALS = VITAL_COLUMNS.map(({ column }) => column).join(', ');
const READING = `source_id, taken_at_ms, sequence, received_after_ms, backfilled, quality, specials, ${VITALS}`;
const packed = packSql((column) => column);
const MINUTE_SQL = 'taken_at_ms / 60000';

/** Where an arrival lies in the order in which they are filed, by device: source, time taken, sequence. */
export type Place = readonly [sourceId: number, takenAtMs: number, sequence: number];
type Span = [...Place, ...Place];
const BEFORE_ALL: Place = [0, 0, 0];
const AFTER_ALL: Place = [Number.MAX_SAFE_INTEGER, 0, 0];
const PLACE = 'source_id, taken_at_ms, sequence';
const WITHIN = `(${PLACE}) > (?, ?, ?) AND (${PLACE}) <= (?, ?, ?)`;

/** source, minute, then count, sum, min and max of each vital. */
type MinuteRow = readonly (number | null)[];

export function arrivalWrites(db: WritableDatabase) {
  const columns = `${READING}, patient_id, scored_at_ms, models, results`;
  const insert = db.prepare<(number | null | Buffer)[]>(
    `INSERT INTO arrival (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})`,
  );
  const IS_IT = 'source_id = ? AND taken_at_ms = ? AND sequence = ?';
  const scoresOf = db.prepare<[number, number, number], EncodedScores>(
    `SELECT patient_id AS patientId, scored_at_ms AS scoredAtMs, models, results FROM arrival WHERE ${IS_IT} AND results IS NOT NULL`,
  );
  const clearScores = db.prepare<[number, number, number]>(
    `UPDATE arrival SET patient_id = NULL, scored_at_ms = NULL, models = 0, results = NULL WHERE ${IS_IT}`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM arrival').pluck();
  const minutes = db
    .prepare<Span, MinuteRow>(
      `SELECT source_id, ${MINUTE_SQL}, ${VITAL_COLUMNS.map(({ column }) => `count(${column}), sum(${column}), min(${column}), max(${column})`).join(', ')}
       FROM arrival WHERE ${WITHIN} AND ${SCORED_SQL} GROUP BY 1, 2`,
    )
    .raw();
  const fileReadings = db.prepare<Span>(
    `INSERT INTO packed_reading (${PACKED_COLUMNS})
     SELECT source_id, taken_at_ms, sequence, ${packed.received}, ${packed.flags}, ${packed.vitals}, ${packed.more_vitals}
     FROM arrival WHERE ${WITHIN} ORDER BY ${PLACE}`,
  );
  const fileScores = db.prepare<Span>(
    `INSERT OR REPLACE INTO filed_score (patient_id, scored_at_ms, source_id, taken_before_ms, sequence, models, results)
     SELECT patient_id, scored_at_ms, source_id, scored_at_ms - taken_at_ms, sequence, models, results FROM arrival
     WHERE ${WITHIN} AND results IS NOT NULL ORDER BY patient_id, scored_at_ms`,
  );
  const fileCounts = db.prepare<Span>(
    `UPDATE source SET reading_count = reading_count + a.n, last_heard_at_ms = max(coalesce(last_heard_at_ms, 0), a.heard)
     FROM (SELECT source_id AS id, count(*) AS n, max(taken_at_ms + received_after_ms) AS heard FROM arrival WHERE ${WITHIN} GROUP BY source_id) a
     WHERE source_id = a.id`,
  );
  const remove = db.prepare<Span>(`DELETE FROM arrival WHERE ${WITHIN}`);
  const placeAfter = db
    .prepare<[...Place, number], [number, number, number]>(
      `SELECT ${PLACE} FROM arrival WHERE (${PLACE}) > (?, ?, ?) ORDER BY ${PLACE} LIMIT 1 OFFSET ?`,
    )
    .raw();
  const rollups = rollupWrites(db);

  return {
    count: (): number => count.get() ?? 0,
    /** `values`: the columns of a reading in the table's order. */
    insert(values: readonly (number | null)[], scores: EncodedScores | null): void {
      if (scores === null) insert.run(...values, null, null, 0, null);
      else insert.run(...values, scores.patientId, scores.scoredAtMs, scores.models, scores.results);
    },
    /** Takes the scores off a reading that has not been filed, for whoever has later ones of it. Null where it has none. */
    takeScores({ sourceId, takenAtMs, sequence }: ReadingIdentity): EncodedScores | null {
      const taken = scoresOf.get(sourceId, takenAtMs, sequence) ?? null;
      if (taken !== null) clearScores.run(sourceId, takenAtMs, sequence);
      return taken;
    },
    /**
     * Moves the first `most` arrivals behind `after` to where their device's and their patient's rows lie, and into the roll-ups. Answers
     * with the last one of them, or null where none is left behind it. Call within a transaction.
     */
    file(most: number, after: Place = BEFORE_ALL): Place | null {
      const last = Number.isFinite(most) ? (placeAfter.get(...after, most - 1) ?? null) : null;
      const span: Span = [...after, ...(last ?? AFTER_ALL)];
      rollups.discard();
      for (const row of minutes.all(...span)) {
        const [source, minute] = [row[0] ?? 0, row[1] ?? 0];
        VITAL_COLUMNS.forEach(({ code }, index) => {
          const [n, sum, min, max] = row.slice(2 + 4 * index, 6 + 4 * index);
          if (n) rollups.addMinute(source, code, minute, { count: n, sum: sum ?? 0, min: min ?? 0, max: max ?? 0 });
        });
      }
      rollups.flush();
      for (const statement of [fileReadings, fileScores, fileCounts, remove]) statement.run(...span);
      return last;
    },
  };
}
