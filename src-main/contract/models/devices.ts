// Devices, and which patient wears which.
import { z } from 'zod';
import { id, timeMs } from './fields.ts';

export const binding = z
  .object({
    bindingId: id,
    deviceId: z.string(),
    patientId: id,
    fromMs: timeMs,
    toMs: timeMs.nullable(),
    /** When somebody made it: `fromMs` may lie before that. */
    boundAtMs: timeMs,
    boundBy: z.string(),
  })
  .readonly();
export type Binding = z.infer<typeof binding>;

const rejectionCount = z.object({ reason: z.string(), count: z.number().int(), lastAtMs: timeMs }).readonly();
export type RejectionCount = z.infer<typeof rejectionCount>;

export const cgmOctetOrder = z.enum(['status-first', 'warning-first']);
export type CgmOctetOrder = z.infer<typeof cgmOctetOrder>;

export const device = z
  .object({
    deviceId: z.string(),
    transport: z.enum(['bluetooth', 'http', 'mqtt']),
    name: z.string(),
    address: z.string().nullable(),
    model: z.string(),
    firmware: z.string(),
    /** Never heard of since the console started: `unseen`. */
    state: z.enum(['unseen', 'discovered', 'connecting', 'connected', 'lost', 'stopped']),
    detail: z.string(),
    batteryPercent: z.number().nullable(),
    rssiDbm: z.number().nullable(),
    clockOffsetMs: z.number().nullable(),
    lastHeardAtMs: timeMs.nullable(),
    addedAtMs: timeMs,
    revokedAtMs: timeMs.nullable(),
    /** Of devices that come by HTTP or MQTT: when and from which address the token was last used. */
    tokenUsedAtMs: timeMs.nullable(),
    tokenUsedFrom: z.string().nullable(),
    /** `untilMs`: when the binding ends by itself; null where bindings do not run out. */
    boundTo: z
      .object({ patientId: id, name: z.string(), mrn: z.string(), fromMs: timeMs, untilMs: timeMs.nullable() })
      .readonly()
      .nullable(),
    /**
     * Why its readings are believed. proved: a HealthSense wearable that knows its token; token: sent with each message over the
     * network; paired: a standard device that a person has paired. refused: it has not proved its token, and nothing of it is taken.
     */
    trust: z.enum(['proved', 'token', 'paired', 'refused']),
    /** corrected: it is wrong, by `clockOffsetMs`, and what it dates is put right on arrival and marked. */
    clock: z.enum(['unknown', 'right', 'corrected', 'unset']),
    /** Stored records it is handing in at present (`expected` 0: nobody knows how many); null while there are none. */
    backfill: z.object({ received: z.number().int(), expected: z.number().int() }).readonly().nullable(),
    /** Null: it has none, or has not been connected yet. */
    ecg: z
      .object({ lead: z.enum(['I', 'II']), sampleRateHz: z.number().int() })
      .readonly()
      .nullable(),
    /** How its continuous glucose sensor orders the three status octets. */
    cgmOctetOrder: cgmOctetOrder,
    accepted: z.number().int(),
    /** Of those accepted: how many it had kept and handed in later. */
    backfilled: z.number().int(),
    duplicates: z.number().int(),
    rejected: z.number().int(),
    /** Records it no longer has, by gaps in their numbers. */
    lost: z.number().int(),
    /** Readings heard while bound to nobody. */
    unbound: z.number().int(),
    lastRejection: z.string(),
    /** Why frames and readings were rejected since the console started, most frequent first, at most eight reasons. */
    rejections: z.array(rejectionCount).readonly(),
  })
  .readonly();
export type Device = z.infer<typeof device>;
