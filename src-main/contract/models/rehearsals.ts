// Stored results and readings judged again, before a limit is changed.
import { z } from 'zod';
import { timeMs } from './fields.ts';
import { riskLevels } from './risk.ts';

const levelCounts = z.object({
  levels: riskLevels,
  /** Results at each level. */
  low: z.number().int(),
  moderate: z.number().int(),
  high: z.number().int(),
  /** Patients who reached it at least once. */
  patientsModerate: z.number().int(),
  patientsHigh: z.number().int(),
});
export type LevelCounts = Readonly<z.infer<typeof levelCounts>>;

const levelOutcome = levelCounts.extend({ alarms: z.number().int(), alarmsPerDay: z.number() }).readonly();
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

/** Kept photos judged again. A photo raises no alarm: whoever takes it sees its level. */
export const photoRehearsal = z
  .object({
    /** When the oldest and the newest of them were taken; null where there are none. */
    period: z.object({ fromMs: timeMs, toMs: timeMs }).readonly().nullable(),
    patients: z.number().int(),
    results: z.number().int(),
    /** Results of another version of the model: its probabilities are not these, so they are not counted. */
    ofOtherVersions: z.number().int(),
    /** Results per percent of probability: 0 to 1 %, … 99 to 100 %. */
    histogram: z.array(z.number().int()).length(100).readonly(),
    now: levelCounts.readonly(),
    proposed: levelCounts.readonly(),
  })
  .readonly();
export type PhotoRehearsal = z.infer<typeof photoRehearsal>;

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
