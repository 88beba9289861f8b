// Readings that are nobody's, and the claims that gave them to somebody.
import { z } from 'zod';
import { id, timeMs } from './fields.ts';
import { vitalKind } from './values.ts';

/** Readings of one device that are nobody's, with no longer pause between them than half an hour. */
export const unclaimedSpan = z
  .object({
    deviceId: z.string(),
    deviceName: z.string(),
    /** Dated to a time when somebody wore the device who does so no longer: its clock may run behind. */
    isDoubtful: z.boolean(),
    fromMs: timeMs,
    /** Of the last reading; a claim of [fromMs, toMs] takes all of them. */
    toMs: timeMs,
    count: z.number().int(),
    /** What was measured, to recognise somebody by; canonical units. */
    vitals: z
      .array(z.object({ kind: vitalKind, count: z.number().int(), min: z.number(), max: z.number() }).readonly())
      .readonly(),
  })
  .readonly();
export type UnclaimedSpan = z.infer<typeof unclaimedSpan>;

export const claim = z
  .object({
    claimId: id,
    deviceId: z.string(),
    fromMs: timeMs,
    toMs: timeMs,
    /** Null: set aside as nobody's. */
    patientId: id.nullable(),
    patientName: z.string(),
    claimedAtMs: timeMs,
    claimedBy: z.string(),
    undoneAtMs: timeMs.nullable(),
    undoneBy: z.string().nullable(),
  })
  .readonly();
export type Claim = z.infer<typeof claim>;
