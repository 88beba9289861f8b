// Alarms, the pause of their sound, and the rules that raise them.
import { z } from 'zod';
import { id, timeMs } from './fields.ts';

const alarmState = z.enum(['active', 'latched', 'acknowledged', 'cleared']);
const alarmPriority = z.enum(['high', 'medium', 'low']);
export type AlarmPriority = z.infer<typeof alarmPriority>;

export const alarm = z
  .object({
    alarmId: z.string(),
    category: z.enum(['physiological', 'technical']),
    rule: z.string(),
    priority: alarmPriority,
    patientId: id.nullable(),
    deviceId: z.string().nullable(),
    message: z.string(),
    /** The value and limit that raised it, in words with unit. */
    detail: z.string(),
    raisedAtMs: timeMs,
    /** When the condition was last seen to hold. */
    lastSeenAtMs: timeMs,
    /** When the condition ended; null while it holds. */
    endedAtMs: timeMs.nullable(),
    acknowledgedAtMs: timeMs.nullable(),
    acknowledgedBy: z.string().nullable(),
    /**
     * active: condition holds, nobody has acknowledged. latched: condition ended, nobody has acknowledged.
     * acknowledged: acknowledged while it holds. cleared: acknowledged and ended; a technical alarm clears with its cause.
     */
    state: alarmState,
  })
  .readonly();
export type Alarm = z.infer<typeof alarm>;

/** Audio pause of the console: visuals stay, a higher priority breaks through. */
export const audioPause = z.object({ untilMs: timeMs, by: z.string(), maxPriority: alarmPriority }).readonly().nullable();
export type AudioPause = z.infer<typeof audioPause>;

export const thresholdRule = z
  .object({
    ruleId: z.string(),
    title: z.string(),
    /** A vital, or `risk.<model>` whose unit is probability. */
    subject: z.string(),
    comparison: z.enum(['below', 'above']),
    limit: z.number(),
    unit: z.string(),
    /** The value must pass the limit this much the other way before the condition ends. */
    hysteresis: z.number().min(0),
    /** Consecutive readings before it is raised. */
    consecutive: z.number().int().min(1).max(20),
    priority: alarmPriority,
    enabled: z.boolean(),
    /** Null: for every patient. */
    patientId: id.nullable(),
  })
  .readonly();
export type ThresholdRule = z.infer<typeof thresholdRule>;
