// Readings of a network device that may be another wearer's, and where they are kept until a person says whose they are.
//
// A post carries the device's time and nothing else to tell an old reading by. After the device has gone from one patient to the next, a
// reading dated to the former may be one that was kept, or one of the next wearer dated by a clock that runs behind: of a device that
// was switched off meanwhile, say, and goes on from the time it knew. No later reading tells which, since a clock can be put right
// between the two. So it is nobody's, and a person decides.
import type { Measurement } from '../links/link.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';

/** A clock lags at most as long as a reading was on its way, so a shorter way leaves no doubt worth a person's time. */
export const SURELY_WITHIN_MS = 10_000;

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

export function doubtfulWrites(db: WritableDatabase) {
  const { besideOf } = doubtfulReads(db);
  const add = db.prepare<[number]>(
    `INSERT INTO source (device_id, transport, added_at_ms, doubtful_of)
     SELECT device_id || ' (in doubt)', transport, added_at_ms, source_id FROM source WHERE source_id = ?`,
  );
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
    /** Call within a transaction. */
    addBeside(sourceId: number): number {
      const beside = besideOf(sourceId) ?? Number(add.run(sourceId).lastInsertRowid);
      known.delete(sourceId);
      return beside;
    },
    forget: (): void => known.clear(),
  };
}
