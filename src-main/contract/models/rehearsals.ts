// Stored results and readings judged again, before a limit is changed.
import { z } from 'zod';
import { timeMs } from './fields.ts';
import { riskLevels } from './risk.ts';

const levelOutcome = z
  .object({
    levels: riskLevels,
    /** Results at each level. */
    low: z.number().int(),
    moderate: z.number().int(),
    high: z.number().int(),
    /** Patients who reached it at least once. */
    patientsModerate: z.number().int(),
    patientsHigh: z.number().int(),
    alarms: z.number().int(),
    alarmsPerDay: z.number(),
  })
  .readonly();
export type LevelOutcome = z.infer<typeof levelOutcome>;

/** Stored results judged again: by the levels in force, and by those proposed. */
export const levelRehearsal = z
  .object({
    fromMs: timeMs,
    toMs: timeMs,
    /** Days from the first result looked at to the end; at least one. */
    days: z.number(),
    patients: z.number().int(),
    results: z.number().int(),
    /** Results per percent of probability: 0 to 1 %, … 99 to 100 %. */
    histogram: z.array(z.number().int()).length(100).readonly(),
    now: levelOutcome,
    proposed: levelOutcome,
  })
  .readonly();
export type LevelRehearsal = z.infer<typeof levelRehearsal>;

const ruleOutcome = z.object({ alarms: z.number().int(), alarmsPerDay: z.number(), patients: z.number().int() }).readonly();

/** Stored readings judged again: by an alarm rule as it is, and as proposed. */
export const ruleRehearsal = z
  .object({
    fromMs: timeMs,
    toMs: timeMs,
    days: z.number(),
    patients: z.number().int(),
    now: ruleOutcome,
    proposed: ruleOutcome,
  })
  .readonly();
export type RuleRehearsal = z.infer<typeof ruleRehearsal>;
