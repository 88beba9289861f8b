// Everything the ward shows of one patient.
import { z } from 'zod';
import { alarm } from './alarms.ts';
import { device } from './devices.ts';
import { patient } from './patients.ts';
import { prediction } from './risk.ts';
import { currentValue } from './values.ts';

export const patientLive = z
  .object({
    patient,
    values: z.array(currentValue).readonly(),
    predictions: z.array(prediction).readonly(),
    alarms: z.array(alarm).readonly(),
    devices: z.array(device).readonly(),
    news2: z
      .object({
        score: z.number().int(),
        complete: z.boolean(),
        missing: z.array(z.string()).readonly(),
        band: z.enum(['none', 'low', 'low-medium', 'medium', 'high']),
        anySingleThree: z.boolean(),
      })
      .readonly(),
  })
  .readonly();
export type PatientLive = z.infer<typeof patientLive>;
