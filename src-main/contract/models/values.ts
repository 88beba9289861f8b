// What was measured or observed of a patient: now, by hand, and over time.
import { z } from 'zod';
import { INPUT_KINDS } from '../../vitals/inputs.ts';
import { VITAL_KINDS } from '../../vitals/kinds.ts';
import { id, timeMs } from './fields.ts';

export const vitalKind = z.enum(VITAL_KINDS);
export const observationKind = z.enum([...VITAL_KINDS, ...INPUT_KINDS]);

/** Values that are not numbers (IEEE 11073 specials, meters' HI and LO): shown as what they are, never scored. */
export const specialValue = z.enum(['NaN', 'NRes', '+INF', '-INF', 'HI', 'LO']);
export type SpecialValue = z.infer<typeof specialValue>;

/** Where a value came from. */
const valueSource = z.enum(['device', 'manual', 'profile']);

export const currentValue = z
  .object({
    kind: vitalKind,
    /** Null when `special` says what the device sent instead of a number. */
    value: z.number().nullable(),
    special: specialValue.nullable(),
    takenAtMs: timeMs,
    receivedAtMs: timeMs,
    source: valueSource,
    deviceId: z.string().nullable(),
    quality: z.array(z.string()).readonly(),
    /** Change per minute over the last readings, canonical unit; null where it cannot be told. */
    trendPerMinute: z.number().nullable(),
  })
  .readonly();
export type CurrentValue = z.infer<typeof currentValue>;

export const observation = z
  .object({
    observationId: id,
    patientId: id,
    kind: observationKind,
    /** Canonical unit. */
    value: z.number(),
    /** As it was typed. */
    enteredValue: z.string(),
    enteredUnit: z.string(),
    takenAtMs: timeMs,
    recordedAtMs: timeMs,
    recordedBy: z.string(),
    note: z.string(),
    /** Set where a person's value replaces a device's; the device's value stays stored. */
    overrides: z.object({ deviceId: z.string(), takenAtMs: timeMs, value: z.number().nullable() }).readonly().nullable(),
    retractedAtMs: timeMs.nullable(),
    retractedBy: z.string().nullable(),
    retractedReason: z.string().nullable(),
  })
  .readonly();
export type Observation = z.infer<typeof observation>;

/** One series as columns; a null between two points is a gap and is drawn as one. */
export const series = z
  .object({
    kind: vitalKind,
    timesMs: z.array(timeMs).readonly(),
    mean: z.array(z.number().nullable()).readonly(),
    min: z.array(z.number().nullable()).readonly(),
    max: z.array(z.number().nullable()).readonly(),
    resolution: z.enum(['raw', 'minute', 'hour']),
    /** Raw readings behind the points. */
    count: z.number().int(),
  })
  .readonly();
export type Series = z.infer<typeof series>;
