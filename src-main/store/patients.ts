// Patients: added, changed, discharged and readmitted, never removed.
import { ConsoleError } from '../contract/errors.ts';
import type { Patient } from '../contract/models.ts';
import type { AuditWrites } from './audit.ts';
import { changes } from './changes.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { isAlreadyThere } from './errors.ts';
import type { By } from './ports.ts';

const COLUMNS =
  'patient_id AS patientId, mrn, name, birth_date AS birthDate, sex, location, note, admitted_at_ms AS admittedAtMs, discharged_at_ms AS dischargedAtMs';

type Fields = Omit<Patient, 'patientId' | 'admittedAtMs' | 'dischargedAtMs'>;

export function patientReads(db: ReadableDatabase) {
  const all = db.prepare<[], Patient>(`SELECT ${COLUMNS} FROM patient ORDER BY location, name, patient_id`);
  const admitted = db.prepare<[], Patient>(
    `SELECT ${COLUMNS} FROM patient WHERE discharged_at_ms IS NULL ORDER BY location, name, patient_id`,
  );
  const byId = db.prepare<[number], Patient>(`SELECT ${COLUMNS} FROM patient WHERE patient_id = ?`);
  const byMrn = db.prepare<[string], Patient>(`SELECT ${COLUMNS} FROM patient WHERE mrn = ?`);
  return {
    patients: (ask: { includeDischarged: boolean }): readonly Patient[] => (ask.includeDischarged ? all : admitted).all(),
    patient: (ask: { patientId: number }): Patient | null => byId.get(ask.patientId) ?? null,
    patientByMrn: (ask: { mrn: string }): Patient | null => byMrn.get(ask.mrn) ?? null,
  };
}

export function patientWrites(db: WritableDatabase, audit: AuditWrites) {
  const reads = patientReads(db);
  const insert = db.prepare<[Fields & { admittedAtMs: number }]>(
    `INSERT INTO patient (mrn, name, birth_date, sex, location, note, admitted_at_ms)
     VALUES (@mrn, @name, @birthDate, @sex, @location, @note, @admittedAtMs)`,
  );
  const update = db.prepare<[Fields & { patientId: number }]>(
    `UPDATE patient SET mrn = @mrn, name = @name, birth_date = @birthDate, sex = @sex, location = @location, note = @note
     WHERE patient_id = @patientId`,
  );
  const discharge = db.prepare<[number | null, number]>('UPDATE patient SET discharged_at_ms = ? WHERE patient_id = ?');

  /** @throws ConsoleError `not_found` */
  function known(patientId: number): Patient {
    const found = reads.patient({ patientId });
    if (found === null)
      throw new ConsoleError('not_found', 'There is no such patient.', { field: 'patientId', value: String(patientId) });
    return found;
  }

  function unlessTaken<R>(mrn: string, change: () => R): R {
    try {
      return change();
    } catch (error) {
      if (!isAlreadyThere(error)) throw error;
      throw new ConsoleError('already_exists', `Another patient has the record number ${mrn}.`, { field: 'mrn', value: mrn });
    }
  }

  return {
    known,
    addPatient(ask: By & { patient: Fields }): Patient {
      const { mrn, name, birthDate, sex, location, note } = ask.patient;
      const row = { mrn, name, birthDate, sex, location, note, admittedAtMs: ask.atMs };
      const added = unlessTaken(mrn, () => insert.run(row));
      const patientId = Number(added.lastInsertRowid);
      audit.append(ask, 'patient.add', `patient ${patientId}`, `mrn ${mrn}`);
      return known(patientId);
    },
    updatePatient(ask: By & { patient: Omit<Patient, 'admittedAtMs' | 'dischargedAtMs'> }): Patient {
      const { patientId, mrn, name, birthDate, sex, location, note } = ask.patient;
      const before = known(patientId);
      const row = { patientId, mrn, name, birthDate, sex, location, note };
      unlessTaken(mrn, () => update.run(row));
      audit.append(ask, 'patient.update', `patient ${patientId}`, changes(before, row));
      return known(patientId);
    },
    setDischarged(ask: By & { patientId: number; discharged: boolean }): Patient {
      const before = known(ask.patientId);
      if ((before.dischargedAtMs !== null) === ask.discharged) return before;
      discharge.run(ask.discharged ? ask.atMs : null, ask.patientId);
      audit.append(ask, ask.discharged ? 'patient.discharge' : 'patient.readmit', `patient ${ask.patientId}`, '');
      return known(ask.patientId);
    },
  };
}
