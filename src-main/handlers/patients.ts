// Patients: list, admit, correct, discharge, readmit.
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleEvent } from '../contract/events.ts';
import type { Patient } from '../contract/models.ts';
import type { By, Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { by, type HandlersOf } from './handler.ts';

export interface PatientParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly now: () => number;
  readonly emit: (event: ConsoleEvent) => void;
  /** Takes a new or changed patient into the ward in memory. */
  readonly patientChanged: (patient: Patient) => Promise<void>;
  /** Ends every binding of a device to this patient. */
  readonly unbindAll: (patientId: number, who: By) => Promise<void>;
}

export function patientHandlers(parts: PatientParts): Omit<HandlersOf<'patient'>, 'patient.live'> {
  const { reads, writes, now } = parts;

  async function refuseTakenMrn(mrn: string, except?: number): Promise<void> {
    const other = await reads.patientByMrn({ mrn });
    if (other === null || other.patientId === except) return;
    throw new ConsoleError('already_exists', `MRN ${mrn} belongs to ${other.name} (born ${other.birthDate}).`, {
      field: 'mrn',
      value: mrn,
    });
  }

  function refuseFutureBirth(birthDate: string): void {
    const today = new Date(now()).toISOString().slice(0, 10);
    if (birthDate > today || birthDate < '1880-01-01') {
      throw new ConsoleError('out_of_range', 'The birth date must lie between 1880 and today.', {
        field: 'birthDate',
        limit: `1880-01-01 – ${today}`,
        value: birthDate,
      });
    }
  }

  async function existing(patientId: number): Promise<Patient> {
    const found = await reads.patient({ patientId });
    if (found === null) throw new ConsoleError('not_found', 'There is no such patient.');
    return found;
  }

  async function announce(patient: Patient): Promise<Patient> {
    await parts.patientChanged(patient);
    parts.emit({ name: 'patient.changed', payload: patient });
    return patient;
  }

  return {
    'patient.list': async (params) => [...(await reads.patients(params))],
    'patient.add': async (params, caller) => {
      refuseFutureBirth(params.birthDate);
      await refuseTakenMrn(params.mrn);
      return announce(await writes.addPatient({ ...by(caller, now()), patient: params }));
    },
    'patient.update': async (params, caller) => {
      await existing(params.patientId);
      refuseFutureBirth(params.birthDate);
      await refuseTakenMrn(params.mrn, params.patientId);
      return announce(await writes.updatePatient({ ...by(caller, now()), patient: params }));
    },
    'patient.discharge': async ({ patientId }, caller) => {
      const who = by(caller, now());
      await existing(patientId);
      await parts.unbindAll(patientId, who);
      const patient = await writes.setDischarged({ ...who, patientId, discharged: true });
      // What another screen bound meanwhile; from here on the store binds nothing to them.
      await parts.unbindAll(patientId, who);
      return announce(patient);
    },
    'patient.readmit': async ({ patientId }, caller) => {
      await existing(patientId);
      return announce(await writes.setDischarged({ ...by(caller, now()), patientId, discharged: false }));
    },
  };
}
