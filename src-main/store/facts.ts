// What is known of a patient at a moment, read from the database: the start of the engine's memory of a patient.
import { ConsoleError } from '../contract/errors.ts';
import { countsFromOf, FUTURE_MS } from '../links/link.ts';
import { type Dated, RECENT_KINDS } from '../risk/port.ts';
import type { ObservationKind } from '../vitals/inputs.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { ReadableDatabase } from './database.ts';
import { deviceReads } from './devices.ts';
import { observationReads } from './observations.ts';
import { patientReads } from './patients.ts';
import { HOUR_MS, MINUTE_MS, rollupReads } from './rollups.ts';
import { SCORED_SQL, VITAL_COLUMNS, type VitalColumn } from './vital-columns.ts';

/** Minute means as columns: `minutes` count from 1970, ascending. */
export interface MinuteMeans {
  readonly minutes: number[];
  readonly sums: number[];
  readonly counts: number[];
}

interface Newest extends Dated {
  readonly countsFromMs: number;
}

/** What counts from the same moment came in together, and keeps the order of the device. */
function isNewer(one: Newest, other: Newest): boolean {
  return one.countsFromMs > other.countsFromMs || (one.countsFromMs === other.countsFromMs && one.takenAtMs >= other.takenAtMs);
}

export interface LoadedFacts {
  readonly birthDate: string;
  readonly sex: 'female' | 'male' | 'other' | 'unknown';
  readonly observations: Map<ObservationKind, Dated>;
  readonly vitals: Map<VitalKind, Dated>;
  readonly recent: Map<VitalKind, MinuteMeans>;
}

export function factReads(db: ReadableDatabase) {
  const patients = patientReads(db);
  const devices = deviceReads(db);
  const observations = observationReads(db);
  const rollups = rollupReads(db);
  const hourBefore = db
    .prepare<[number, number, number, number], number>(
      'SELECT bucket FROM hour_rollup WHERE source_id = ? AND vital = ? AND bucket >= ? AND bucket < ? ORDER BY bucket DESC LIMIT 1',
    )
    .pluck();

  const lastArrival = new Map(
    VITAL_COLUMNS.map(({ code, column }) => [
      code,
      db
        .prepare<[number, number, number], number | null>(
          `SELECT max(taken_at_ms) FROM arrival WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ?
             AND ${column} IS NOT NULL AND ${SCORED_SQL}`,
        )
        .pluck(),
    ]),
  );

  const numbers = new Map(
    VITAL_COLUMNS.map(({ code, column }) => [
      code,
      db.prepare<[number, number, number], { stored: number; takenAtMs: number; receivedAtMs: number }>(
        `SELECT ${column} AS stored, taken_at_ms AS takenAtMs, taken_at_ms + received_after_ms AS receivedAtMs FROM reading
         WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? AND ${column} IS NOT NULL AND ${SCORED_SQL}`,
      ),
    ]),
  );

  /** Goes back hour by hour along the roll-up, so that a device that never measures this kind costs nothing. */
  function newest(sourceId: number, column: VitalColumn, fromMs: number, toMs: number): Newest | null {
    let hour: number | undefined = Math.floor((toMs - 1) / HOUR_MS) + 1;
    const arrivedMs = lastArrival.get(column.code)?.get(sourceId, fromMs, toMs) ?? null;
    let arrivedHour = arrivedMs === null ? null : Math.floor(arrivedMs / HOUR_MS);
    for (;;) {
      hour = hourBefore.get(sourceId, column.code, Math.floor(fromMs / HOUR_MS), hour);
      if (arrivedHour !== null) {
        hour = Math.max(hour ?? arrivedHour, arrivedHour);
        arrivedHour = null;
      }
      if (hour === undefined) return null;
      let found: Newest | null = null;
      // One that is dated into this hour may have come in before the last ones of the hour before it.
      const [from, to] = [Math.max(fromMs, hour * HOUR_MS - FUTURE_MS), Math.min(toMs, (hour + 1) * HOUR_MS)];
      for (const { stored, ...times } of numbers.get(column.code)?.all(sourceId, from, to) ?? []) {
        const one = { value: stored / column.scale, takenAtMs: times.takenAtMs, countsFromMs: countsFromOf(times) };
        if (found === null || isNewer(one, found)) found = one;
      }
      if (found !== null) return found;
    }
  }

  return {
    /**
     * Facts as they stood at `untilMs` (inclusive): the newest entries and scored device values up to then, and the minute means of
     * the `windowMs` before the newest of them. Device values are dated by when they count from (links/link.ts). One that a person has
     * overridden is left out.
     * @throws ConsoleError `not_found`
     */
    facts(patientId: number, untilMs: number, windowMs: number): LoadedFacts {
      const patient = patients.patient({ patientId });
      if (patient === null) throw new ConsoleError('not_found', 'There is no such patient.');
      const entries = new Map<ObservationKind, Dated>();
      const overridden = new Set<string>();
      for (const entry of observations.observations({ patientId, toMs: untilMs + 1 })) {
        if (entry.retractedAtMs !== null) continue;
        entries.set(entry.kind, { value: entry.value, takenAtMs: entry.takenAtMs });
        if (entry.overrides !== null) overridden.add(`${entry.kind} ${entry.overrides.takenAtMs}`);
      }
      const vitals = new Map<VitalKind, Dated>();
      const recent = new Map<VitalKind, MinuteMeans>();
      const segments = devices.segments({ patientId, fromMs: Number.MIN_SAFE_INTEGER, toMs: untilMs + 1 });
      for (const column of VITAL_COLUMNS) {
        let last: Newest | null = null;
        for (const { sourceId, fromMs, toMs } of segments) {
          const found = newest(sourceId, column, Math.max(fromMs, 0), toMs);
          if (found !== null && (last === null || isNewer(found, last))) last = found;
        }
        if (last === null) continue;
        const { value, takenAtMs, countsFromMs } = last;
        if (!overridden.has(`${column.kind} ${takenAtMs}`)) vitals.set(column.kind, { value, takenAtMs: countsFromMs });
        if (!RECENT_KINDS.has(column.kind)) continue;
        const since = Math.floor((countsFromMs - windowMs) / MINUTE_MS) * MINUTE_MS;
        const minutes = new Map<number, { sum: number; count: number }>();
        for (const { sourceId, fromMs, toMs } of segments) {
          if (toMs <= since) continue;
          rollups.collect(sourceId, column, Math.max(fromMs, since), toMs, MINUTE_MS, (atMs, count, sum) => {
            const minute = Math.floor(atMs / MINUTE_MS);
            const entry = minutes.get(minute) ?? { sum: 0, count: 0 };
            minutes.set(minute, { sum: entry.sum + sum / column.scale, count: entry.count + count });
          });
        }
        const ordered = [...minutes].sort(([a], [b]) => a - b);
        recent.set(column.kind, {
          minutes: ordered.map(([minute]) => minute),
          sums: ordered.map(([, { sum }]) => sum),
          counts: ordered.map(([, { count }]) => count),
        });
      }
      return { birthDate: patient.birthDate, sex: patient.sex, observations: entries, vitals, recent };
    },
  };
}
