// A live ECG.
import { z } from 'zod';
import { id, timeMs } from './fields.ts';

/** One frame of a live ECG, told only to screens that watch this patient. Nothing of it is stored. */
export const ecgFrame = z
  .object({
    patientId: id,
    deviceId: z.string(),
    /** Position of the first sample since the wearable began. */
    sampleIndex: z.number().int(),
    sampleRateHz: z.number().int(),
    lead: z.enum(['I', 'II']),
    nanovoltPerCount: z.number().int(),
    /** Signed counts, 12 bits. */
    samples: z.array(z.number().int()).readonly(),
    leadOff: z.boolean(),
    saturated: z.boolean(),
    /** Samples missing before these: a gap, to be drawn as one. */
    missingBefore: z.number().int(),
    receivedAtMs: timeMs,
  })
  .readonly();
export type EcgFrame = z.infer<typeof ecgFrame>;
