// What people entered: one row per value, with what was typed, what it overrides, and its retraction. Rows are never removed.
import { ConsoleError } from '../contract/errors.ts';
import type { Observation } from '../contract/models.ts';
import type { ObservationKind } from '../vitals/inputs.ts';
import { VITALS, type VitalKind } from '../vitals/kinds.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { By, NewObservation } from './ports.ts';
import { readingReads } from './reading-reads.ts';

interface Row extends Omit<Observation, 'overrides'> {
  readonly overriddenDeviceId: string | null;
  readonly overriddenAtMs: number | null;
  readonly overriddenValue: number | null;
}

const ALL = `observation_id AS observationId, patient_id AS patientId, kind, value, entered_value AS enteredValue, entered_unit AS enteredUnit,
  taken_at_ms AS takenAtMs, recorded_at_ms AS recordedAtMs, recorded_by AS recordedBy, note, overridden_device_id AS overriddenDeviceId,
  overridden_at_ms AS overriddenAtMs, overridden_value AS overriddenValue, retracted_at_ms AS retractedAtMs, retracted_by AS retractedBy,
  retracted_reason AS retractedReason`;

function fromRow({ overriddenDeviceId, overriddenAtMs, overriddenValue, ...row }: Row): Observation {
  const overrides =
    overriddenDeviceId === null || overriddenAtMs === null
      ? null
      : { deviceId: overriddenDeviceId, takenAtMs: overriddenAtMs, value: overriddenValue };
  return { ...row, overrides };
}

export function observationReads(db: ReadableDatabase) {
  const list = db.prepare<[number, number, number], Row>(
    `SELECT ${ALL} FROM observation WHERE patient_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? ORDER BY taken_at_ms, observation_id`,
  );
  const byId = db.prepare<[number], Row>(`SELECT ${ALL} FROM observation WHERE observation_id = ?`);
  return {
    /** Oldest first, retracted ones included (they say so). */
    observations: (ask: { patientId: number; fromMs?: number; toMs?: number }): readonly Observation[] =>
      list.all(ask.patientId, ask.fromMs ?? Number.MIN_SAFE_INTEGER, ask.toMs ?? Number.MAX_SAFE_INTEGER).map(fromRow),
    observation(observationId: number): Observation | null {
      const row = byId.get(observationId);
      return row === undefined ? null : fromRow(row);
    },
  };
}

/** How far from the entry the overridden device reading may lie: as long as it may be called current, at least five minutes. */
function overrideReachMs(kind: VitalKind): number {
  return Math.max(VITALS[kind].currentForMs, 5 * 60_000);
}

function isVital(kind: ObservationKind): kind is VitalKind {
  return Object.hasOwn(VITALS, kind);
}

export function observationWrites(db: WritableDatabase, audit: AuditWrites) {
  const reads = observationReads(db);
  const readings = readingReads(db);
  const insert = db.prepare<[Omit<Row, 'observationId' | 'retractedAtMs' | 'retractedBy' | 'retractedReason'>]>(
    `INSERT INTO observation (patient_id, kind, value, entered_value, entered_unit, taken_at_ms, recorded_at_ms, recorded_by, note,
       overridden_device_id, overridden_at_ms, overridden_value)
     VALUES (@patientId, @kind, @value, @enteredValue, @enteredUnit, @takenAtMs, @recordedAtMs, @recordedBy, @note,
       @overriddenDeviceId, @overriddenAtMs, @overriddenValue)`,
  );
  const retract = db.prepare<[number, string, string, number]>(
    'UPDATE observation SET retracted_at_ms = ?, retracted_by = ?, retracted_reason = ? WHERE observation_id = ?',
  );

  function known(observationId: number): Observation {
    const found = reads.observation(observationId);
    if (found === null) {
      throw new ConsoleError('not_found', 'There is no such entry.', { field: 'observationId', value: String(observationId) });
    }
    return found;
  }

  return {
    addObservations(
      ask: By & { patientId: number; takenAtMs: number; note: string; entries: readonly NewObservation[] },
    ): readonly Observation[] {
      return ask.entries.map((entry) => {
        const { kind } = entry;
        const overridden =
          entry.override && isVital(kind) ? readings.nearest(ask.patientId, kind, ask.takenAtMs, overrideReachMs(kind)) : null;
        const { lastInsertRowid } = insert.run({
          patientId: ask.patientId,
          kind,
          value: entry.value,
          enteredValue: entry.enteredValue,
          enteredUnit: entry.enteredUnit,
          takenAtMs: ask.takenAtMs,
          recordedAtMs: ask.atMs,
          recordedBy: ask.actor,
          note: ask.note,
          overriddenDeviceId: overridden?.deviceId ?? null,
          overriddenAtMs: overridden?.takenAtMs ?? null,
          overriddenValue: overridden?.value ?? null,
        });
        const instead = overridden === null ? '' : ` instead of ${overridden.value ?? 'no number'} from ${overridden.deviceId}`;
        audit.append(
          ask,
          'observation.add',
          `patient ${ask.patientId}`,
          `${kind} ${entry.enteredValue} ${entry.enteredUnit}`.trim() + instead,
        );
        return known(Number(lastInsertRowid));
      });
    },
    /** @throws ConsoleError `not_found`, or `conflict` when it is retracted already. */
    retractObservation(ask: By & { observationId: number; reason: string }): Observation {
      const before = known(ask.observationId);
      if (before.retractedAtMs !== null) {
        throw new ConsoleError('conflict', `This entry was retracted already by ${before.retractedBy ?? 'someone'}.`);
      }
      retract.run(ask.atMs, ask.actor, ask.reason, ask.observationId);
      audit.append(
        ask,
        'observation.retract',
        `patient ${before.patientId}`,
        `${before.kind} ${before.enteredValue}: ${ask.reason}`,
      );
      return known(ask.observationId);
    },
  };
}
