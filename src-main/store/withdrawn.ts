// What a corrected binding leaves behind: scores of one patient that were made from readings which are another's. They are taken out of
// the patient's history and kept, so that a receipt can still say what was shown, and since when it is not.
import { FUTURE_MS } from '../links/link.ts';
import { INPUT_SOURCES } from '../risk/port.ts';
import type { AuditWrites } from './audit.ts';
import type { WritableDatabase } from './database.ts';
import type { Wearing } from './devices.ts';
import type { By } from './ports.ts';
import type { ReadingIdentity } from './reading-id.ts';
import { type DecodedResult, decodeInputSet, decodeInputs, decodeResults, type Inputs } from './results-codec.ts';
import { MODEL_CODES } from './risk-levels.ts';
import { HOUR_MS } from './rollups.ts';
import { isScored, VITAL_COLUMNS } from './vital-columns.ts';

/** A stretch of a source's time, [fromMs, toMs), whose readings are another's than before; null: nobody's. */
export interface Move {
  readonly sourceId: number;
  /** The source its scores name, where the readings were put beside it (doubtful.ts). */
  readonly scoredAs?: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly formerId: number | null;
  readonly patientId: number | null;
}

/** The hypoxia model looks back this far (models/hypoxia/FEATURES.md). */
const LOOKS_BACK_MS = 12 * 3_600_000;
const LOOKED_BACK_ON = VITAL_COLUMNS.filter(({ kind }) => kind === 'spo2' || kind === 'heartRate' || kind === 'pulseRate');
const MEASURED: ReadonlySet<number> = new Set(
  (['device', 'derived', 'stand-in'] as const).map((source) => INPUT_SOURCES.indexOf(source)),
);

/** Looked through in one transaction. */
const STEP = 500;

interface Due extends By {
  readonly sourceId: number;
  readonly scoredAs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly formerId: number;
  /** Scores from then on have been looked through. */
  readonly beforeMs: number;
  readonly withdrawn: number;
}

interface Row {
  readonly scoredAtMs: number;
  readonly sourceId: number;
  readonly takenBeforeMs: number;
  readonly sequence: number;
  readonly results: Buffer;
}

/** Where two states of the bindings of one source differ, in order of time. */
export function movesOf(sourceId: number, before: readonly Wearing[], after: readonly Wearing[]): readonly Move[] {
  const end = (toMs: number | null): number => toMs ?? Number.MAX_SAFE_INTEGER;
  const edges = [...new Set([...before, ...after].flatMap(({ fromMs, toMs }) => [fromMs, end(toMs)]))].sort((a, b) => a - b);
  const wearer = (list: readonly Wearing[], atMs: number): number | null =>
    list.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < end(toMs))?.patientId ?? null;
  return edges.slice(0, -1).flatMap((fromMs, index) => {
    const [formerId, patientId] = [wearer(before, fromMs), wearer(after, fromMs)];
    return formerId === patientId ? [] : [{ sourceId, fromMs, toMs: edges[index + 1] ?? fromMs, formerId, patientId }];
  });
}

export function withdrawnWrites(db: WritableDatabase, audit: AuditWrites) {
  const worn = db.prepare<[number], Wearing>(
    'SELECT patient_id AS patientId, from_ms AS fromMs, to_ms AS toMs FROM binding WHERE source_id = ? AND (to_ms IS NULL OR to_ms > from_ms)',
  );
  const anyReading = db
    .prepare<[number, number, number], number>(
      'SELECT 1 FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? LIMIT 1',
    )
    .pluck();
  const end = (order: 'ASC' | 'DESC') =>
    db
      .prepare<[number, number, number], number>(
        `SELECT taken_at_ms + min(received_after_ms, 0) FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ?
           AND coalesce(${LOOKED_BACK_ON.map(({ column }) => column).join(', ')}) IS NOT NULL ORDER BY taken_at_ms ${order} LIMIT 1`,
      )
      .pluck();
  const ahead = db
    .prepare<[number, number, number], number>(
      `SELECT taken_at_ms + received_after_ms FROM reading
       WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? AND received_after_ms < 0`,
    )
    .pluck();
  const ends = { first: end('ASC'), last: end('DESC') };
  const newest = db.prepare<[number, number, number], { takenAtMs: number; sequence: number; quality: number }>(
    `SELECT taken_at_ms AS takenAtMs, sequence, quality FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ?
     ORDER BY taken_at_ms DESC, sequence DESC LIMIT 20`,
  );
  const scoredWithin = db.prepare<[number, number, number], Row>(
    `SELECT scored_at_ms AS scoredAtMs, source_id AS sourceId, taken_before_ms AS takenBeforeMs, sequence, results FROM filed_score
     WHERE patient_id = ? AND scored_at_ms >= ? AND scored_at_ms < ?`,
  );
  const lastOfStep = db
    .prepare<[number, number, number], number>(
      `SELECT scored_at_ms FROM filed_score WHERE patient_id = ? AND scored_at_ms >= ? AND scored_at_ms < ?
       ORDER BY scored_at_ms DESC LIMIT 1 OFFSET ${STEP - 1}`,
    )
    .pluck();
  const addDue = db.prepare<[Due]>(
    `INSERT INTO due_withdrawal (source_id, scored_as, from_ms, to_ms, former_id, before_ms, withdrawn, at_ms, actor)
     VALUES (@sourceId, @scoredAs, @fromMs, @toMs, @formerId, @beforeMs, @withdrawn, @atMs, @actor)`,
  );
  const firstDue = db.prepare<[], Due & { readonly id: number }>(
    `SELECT due_withdrawal_id AS id, source_id AS sourceId, scored_as AS scoredAs, from_ms AS fromMs, to_ms AS toMs, former_id AS formerId,
       before_ms AS beforeMs, withdrawn, at_ms AS atMs, actor FROM due_withdrawal ORDER BY due_withdrawal_id LIMIT 1`,
  );
  const proceed = db.prepare<[number, number, number]>(
    'UPDATE due_withdrawal SET before_ms = ?, withdrawn = ? WHERE due_withdrawal_id = ?',
  );
  const settle = db.prepare<[number]>('DELETE FROM due_withdrawal WHERE due_withdrawal_id = ?');
  const inputSet = db.prepare<[number], Buffer>('SELECT inputs FROM input_set WHERE input_set_id = ?').pluck();
  const IS_IT = 'patient_id = ? AND scored_at_ms = ? AND source_id = ? AND taken_before_ms = ? AND sequence = ?';
  const keep = db.prepare<[number, string, number, number, number, number, number]>(
    `INSERT OR REPLACE INTO withdrawn_score SELECT patient_id, scored_at_ms, source_id, taken_before_ms, sequence, models, results, ?, ?
     FROM filed_score WHERE ${IS_IT}`,
  );
  const remove = db.prepare<[number, number, number, number, number]>(`DELETE FROM filed_score WHERE ${IS_IT}`);

  /** Those of the former wearer's scores of [sinceMs, beforeMs) that hold anything of what has moved. */
  function tainted({ sourceId, scoredAs, fromMs, toMs, formerId, beforeMs }: Due, sinceMs: number): readonly Row[] {
    const firstMs = ends.first.get(sourceId, fromMs, toMs);
    const lastMs = ends.last.get(sourceId, fromMs, toMs);
    const isReading = (atMs: number): boolean =>
      fromMs <= atMs && atMs < toMs && anyReading.get(sourceId, atMs, atMs + 1) !== undefined;
    /** By hour: when those count from that are dated ahead (links/link.ts); an input names that moment. */
    const aheadOfHour = new Map<number, ReadonlySet<number>>();
    const countsFromThen = (atMs: number): boolean => {
      if (atMs < fromMs - FUTURE_MS || atMs >= toMs) return false;
      const hour = Math.floor(atMs / HOUR_MS);
      let found = aheadOfHour.get(hour);
      if (found === undefined) {
        const [from, to] = [Math.max(fromMs, hour * HOUR_MS), Math.min(toMs, (hour + 1) * HOUR_MS + FUTURE_MS)];
        found = new Set(ahead.all(sourceId, from, to));
        aheadOfHour.set(hour, found);
      }
      return found.has(atMs);
    };
    const isMoved = (atMs: number): boolean => isReading(atMs) || countsFromThen(atMs);
    const inputsOf = ({ results, scoredAtMs }: Row, { baseId, inputsAt }: DecodedResult): Inputs => {
      const set = baseId === 0 ? undefined : inputSet.get(baseId);
      return decodeInputs(results, inputsAt, scoredAtMs, set === undefined ? null : decodeInputSet(set));
    };
    const uses = (row: Row, result: DecodedResult): boolean => {
      const { takenAtMs, sources } = inputsOf(row, result);
      if (takenAtMs.some((atMs, index) => MEASURED.has(sources[index] ?? 0) && isMoved(atMs))) return true;
      if (result.model !== MODEL_CODES.hypoxia || result.probability === null || firstMs === undefined || lastMs === undefined)
        return false;
      return firstMs <= row.scoredAtMs && lastMs >= row.scoredAtMs - LOOKS_BACK_MS;
    };
    return scoredWithin.all(formerId, sinceMs, beforeMs).filter((row) => {
      if (row.sourceId === scoredAs && isReading(row.scoredAtMs - row.takenBeforeMs)) return true;
      return decodeResults(row.results).some((result) => uses(row, result));
    });
  }

  /** Looks through the next scores. Call within a transaction. */
  function step(due: Due): { readonly withdrawn: number; readonly beforeMs: number; readonly isDone: boolean } {
    const { formerId, fromMs, beforeMs, atMs, actor } = due;
    // A score may have been made with a reading before the time that reading is dated to.
    const firstMs = fromMs - FUTURE_MS;
    const sinceMs = lastOfStep.get(formerId, firstMs, beforeMs);
    const found = tainted(due, sinceMs ?? firstMs);
    for (const { scoredAtMs, sourceId, takenBeforeMs, sequence } of found) {
      const it = [formerId, scoredAtMs, sourceId, takenBeforeMs, sequence] as const;
      keep.run(atMs, actor, ...it);
      remove.run(...it);
    }
    return { withdrawn: due.withdrawn + found.length, beforeMs: sinceMs ?? firstMs, isDone: sinceMs === undefined };
  }

  function say(by: By, patientId: number, count: number): void {
    if (count === 0) return;
    audit.append(by, 'prediction.withdraw', `patient ${patientId}`, `${count} moments scored with readings that are another’s`);
  }

  return {
    /** Who wore the source when, to be given to `withdraw` after the change. */
    wearingsOf: (sourceId: number): readonly Wearing[] => worn.all(sourceId),
    /** What has moved since `before` and has readings. */
    moves: (sourceId: number, before: readonly Wearing[]): readonly Move[] =>
      movesOf(sourceId, before, worn.all(sourceId)).filter(
        ({ fromMs, toMs }) => anyReading.get(sourceId, fromMs, toMs) !== undefined,
      ),
    /**
     * Takes out the newest of the scores concerned, and leaves a note of those that are still to be looked through. Call within the
     * transaction of the change, when all arrivals are filed.
     */
    withdraw({ actor, atMs }: By, moves: readonly Move[]): void {
      const counts = new Map<number, number>();
      for (const { formerId, sourceId, scoredAs = sourceId, fromMs, toMs } of moves) {
        if (formerId === null) continue;
        const due = { sourceId, scoredAs, fromMs, toMs, formerId, beforeMs: Number.MAX_SAFE_INTEGER, withdrawn: 0, atMs, actor };
        const { isDone, ...soFar } = step(due);
        if (isDone) counts.set(formerId, (counts.get(formerId) ?? 0) + soFar.withdrawn);
        else addDue.run({ ...due, ...soFar });
      }
      for (const [patientId, count] of counts) say({ actor, atMs }, patientId, count);
    },
    /** Whether scores are still to be looked through. */
    isDue: (): boolean => firstDue.get() !== undefined,
    /** Looks through the next of them. Call within a transaction. */
    proceed(): void {
      const due = firstDue.get();
      if (due === undefined) return;
      const { withdrawn, beforeMs, isDone } = step(due);
      if (!isDone) {
        proceed.run(beforeMs, withdrawn, due.id);
        return;
      }
      settle.run(due.id);
      say(due, due.formerId, withdrawn);
    },
    /** The newest reading that has come to each patient and may be scored. */
    newestMoved(moves: readonly Move[]): readonly { readonly patientId: number; readonly identity: ReadingIdentity }[] {
      const found = new Map<number, ReadingIdentity>();
      for (const { sourceId, fromMs, toMs, patientId } of moves) {
        const row = newest.all(sourceId, fromMs, toMs).find(({ quality }) => isScored(quality));
        if (patientId === null || row === undefined) continue;
        const { takenAtMs, sequence } = row;
        if (takenAtMs >= (found.get(patientId)?.takenAtMs ?? 0)) found.set(patientId, { sourceId, takenAtMs, sequence });
      }
      return [...found].map(([patientId, identity]) => ({ patientId, identity }));
    },
  };
}
