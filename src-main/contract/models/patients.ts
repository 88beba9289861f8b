// A patient of the clinic.
import { z } from 'zod';
import { id, timeMs } from './fields.ts';

export const sex = z.enum(['female', 'male', 'other', 'unknown']);

export const patient = z
  .object({
    patientId: id,
    /** Medical record number: what staff call the patient by. */
    mrn: z.string(),
    name: z.string(),
    birthDate: z.iso.date(),
    sex,
    location: z.string(),
    note: z.string(),
    admittedAtMs: timeMs,
    dischargedAtMs: timeMs.nullable(),
  })
  .readonly();
export type Patient = z.infer<typeof patient>;
