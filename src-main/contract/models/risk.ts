// Scores of the risk models, and the receipt of each.
import { z } from 'zod';
import { id, timeMs } from './fields.ts';

export const riskLevel = z.enum(['low', 'moderate', 'high', 'abstained']);
export type RiskLevel = z.infer<typeof riskLevel>;
export const riskModel = z.enum(['diabetes', 'heart', 'hypoxia']);
export type RiskModel = z.infer<typeof riskModel>;

/** Where moderate and high begin, as probabilities; the level of a result follows from them. */
export const riskLevels = z
  .object({ moderate: z.number().gt(0).lt(1), high: z.number().gt(0).lt(1) })
  .readonly()
  .refine(({ moderate, high }) => moderate < high, 'moderate must begin below high');
export type RiskLevels = z.infer<typeof riskLevels>;

export const prediction = z
  .object({
    /** Opaque; hand it back to `prediction.receipt`. */
    predictionId: z.string(),
    patientId: id,
    model: riskModel,
    version: z.string(),
    scoredAtMs: timeMs,
    probability: z.number().min(0).max(1).nullable(),
    level: riskLevel,
    missing: z.array(z.string()).readonly(),
  })
  .readonly();
export type Prediction = z.infer<typeof prediction>;

export const receiptInput = z
  .object({
    name: z.string(),
    title: z.string(),
    unit: z.string(),
    value: z.number().nullable(),
    /** For coded inputs: the label of the value. */
    label: z.string().nullable(),
    source: z.enum(['device', 'manual', 'profile', 'derived', 'stand-in', 'missing']),
    takenAtMs: timeMs.nullable(),
    required: z.boolean(),
    /** Outside the range the model was trained on. */
    outsideTraining: z.boolean(),
    trainingLow: z.number().nullable(),
    trainingHigh: z.number().nullable(),
    /** What this input added to the result, in `contributionUnit`; null where it cannot be told. */
    contribution: z.number().nullable(),
    remark: z.string(),
  })
  .readonly();
export type ReceiptInput = z.infer<typeof receiptInput>;

export const receipt = z
  .object({
    prediction,
    title: z.string(),
    modelKind: z.string(),
    sha256: z.string(),
    /** Those that held when it was scored. */
    thresholds: riskLevels,
    /** Those that hold now; null where the model is not here any more. */
    thresholdsNow: riskLevels.nullable(),
    contributionUnit: z.enum(['log-odds', 'probability']),
    contributionMethod: z.string(),
    inputs: z.array(receiptInput).readonly(),
    performance: z.string(),
    /** Given where it counts no longer: it had been made with readings that turned out to be another patient's. */
    withdrawn: z.object({ atMs: timeMs, by: z.string() }).readonly().optional(),
  })
  .readonly();
export type Receipt = z.infer<typeof receipt>;
