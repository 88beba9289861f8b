// Readings of a network device that may be another wearer's, and where they are kept until a person says whose they are.
//
// A post carries the device's time and nothing else to tell an old reading by. After the device has gone from one patient to the next, a
// reading dated to the former may be one that was kept, or one of the next wearer dated by a clock that runs behind: of a device that
// was switched off meanwhile, say, and goes on from the time it knew. No later reading tells which, since a clock can be put right
// between the two. So it is nobody's, and a person decides.
import type { Measurement } from '../links/link.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { rollupWrites } from './rollups.ts';

/** A clock lags at most as long as a reading was on its way, so a shorter way leaves no doubt worth a person's time. */
export const SURELY_WITHIN_MS = 10_000;

interface Late {
  readonly sourceId: number;
  readonly sinceMs: number;
  readonly fromMs: number;
  readonly surelyMs: number;
}

export interface DoubtfulSource {
  readonly sourceId: number;
  /** The device's own, not that of the source beside it. */
  readonly deviceId: string;
  readonly name: string;
  readonly isDoubtful: boolean;
}

/** Whether the wearer at the time a reading carries may not be the one it was taken of. `patientAt`: who wore its device when. */
export function isDoubtful(
  { takenAtMs, receivedAtMs, wearerSaid = false }: Measurement,
  patientAt: (atMs: number) => number | null,
): boolean {
  if (wearerSaid || receivedAtMs - takenAtMs <= SURELY_WITHIN_MS) return false;
  const dated = patientAt(takenAtMs);
  return dated !== null && patientAt(receivedAtMs) !== dated;
}

export function doubtfulReads(db: ReadableDatabase) {
  const beside = db.prepare<[number], number>('SELECT source_id FROM source WHERE doubtful_of = ?').pluck();
  const all = db.prepare<[], { sourceId: number; deviceId: string; name: string; isDoubtful: number }>(
    `SELECT s.source_id AS sourceId, coalesce(o.device_id, s.device_id) AS deviceId, coalesce(o.name, s.name) AS name,
       s.doubtful_of IS NOT NULL AS isDoubtful
     FROM source s LEFT JOIN source o ON o.source_id = s.doubtful_of WHERE s.device_id IS NOT NULL ORDER BY 2, 4`,
  );
  return {
    /** The source beside the device's; null: nothing of it was ever in doubt. */
    besideOf: (sourceId: number): number | null => beside.get(sourceId) ?? null,
    /** Every device, and those beside them. */
    sources: (): readonly DoubtfulSource[] => all.all().map((source) => ({ ...source, isDoubtful: source.isDoubtful === 1 })),
  };
}

/** How far before a binding that is corrected readings are looked at again: no clock that anybody reads runs further behind. */
const LOOK_BACK_MS = 24 * 3_600_000;

export function doubtfulWrites(db: WritableDatabase) {
  const IS_LATE =
    'source_id = @sourceId AND taken_at_ms >= @sinceMs AND taken_at_ms < @fromMs AND (received >> 1) > @surelyMs AND taken_at_ms + (received >> 1) >= @fromMs';
  const late = db.prepare<[Late], { takenAtMs: number; minute: number }>(
    `SELECT taken_at_ms AS takenAtMs, taken_at_ms / 60000 AS minute FROM packed_reading WHERE ${IS_LATE} ORDER BY taken_at_ms`,
  );
  // Whosever it turns out to be, it is history: as if back-filled.
  const copy = db.prepare<[Late & { besideId: number }]>(
    `INSERT OR IGNORE INTO packed_reading (source_id, taken_at_ms, sequence, received, flags, vitals, more_vitals)
     SELECT @besideId, taken_at_ms, sequence, received | 1, flags, vitals, more_vitals FROM packed_reading WHERE ${IS_LATE}`,
  );
  // Only what is there now; under an identity that was taken already it stays where it is.
  const remove = db.prepare<[Late & { besideId: number }]>(
    `DELETE FROM packed_reading WHERE ${IS_LATE} AND EXISTS (SELECT 1 FROM packed_reading b WHERE b.source_id = @besideId
       AND b.taken_at_ms = packed_reading.taken_at_ms AND b.sequence = packed_reading.sequence AND b.received = packed_reading.received | 1
       AND b.flags = packed_reading.flags AND b.vitals = packed_reading.vitals AND b.more_vitals = packed_reading.more_vitals)`,
  );
  const count = db.prepare<[number, number]>('UPDATE source SET reading_count = max(0, reading_count + ?) WHERE source_id = ?');
  const rollups = rollupWrites(db);

  const { besideOf } = doubtfulReads(db);
  const add = db.prepare<[number]>(
    `INSERT INTO source (device_id, transport, added_at_ms, doubtful_of)
     SELECT device_id || ' (in doubt)', transport, added_at_ms, source_id FROM source WHERE source_id = ?`,
  );
  const network = db
    .prepare<[number], number>(
      "SELECT 1 FROM source WHERE source_id = ? AND transport IN ('http', 'mqtt') AND doubtful_of IS NULL",
    )
    .pluck();
  const known = new Map<number, number | null>();
  return {
    besideOf(sourceId: number): number | null {
      let beside = known.get(sourceId);
      if (beside === undefined) {
        beside = besideOf(sourceId);
        known.set(sourceId, beside);
      }
      return beside;
    },
    /** Whether the source is a network device's own, whose readings carry its time and nothing else. */
    isNetwork: (sourceId: number): boolean => network.get(sourceId) !== undefined,
    /** Call within a transaction. */
    addBeside(sourceId: number): number {
      const beside = besideOf(sourceId) ?? Number(add.run(sourceId).lastInsertRowid);
      known.delete(sourceId);
      return beside;
    },
    /**
     * The device was given on at `fromMs`, as is only said now: what it sent since then and dated to before is in doubt, too. Call within
     * the transaction, when all arrivals are filed. Null: there is no such reading.
     */
    setAsideLate(ask: {
      sourceId: number;
      besideId: () => number;
      sinceMs: number;
      fromMs: number;
    }): (Late & { besideId: number }) | null {
      const { sourceId, fromMs } = ask;
      const which: Late = { sourceId, fromMs, sinceMs: Math.max(ask.sinceMs, fromMs - LOOK_BACK_MS), surelyMs: SURELY_WITHIN_MS };
      const found = late.all(which);
      const [first] = found;
      if (first === undefined) return null;
      const besideId = ask.besideId();
      copy.run({ ...which, besideId });
      const { changes } = remove.run({ ...which, besideId });
      count.run(-changes, sourceId);
      count.run(changes, besideId);
      for (const minute of new Set(found.map((each) => each.minute)))
        for (const each of [sourceId, besideId]) rollups.rebuild(each, minute * 60_000);
      return { ...which, sinceMs: first.takenAtMs, besideId };
    },
    forget: (): void => known.clear(),
  };
}
