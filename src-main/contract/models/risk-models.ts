// The risk models themselves: which are in use, and what was measured of them.
import { z } from 'zod';
import { riskLevels, riskModel } from './risk.ts';

export const modelInfo = z
  .object({
    name: riskModel,
    title: z.string(),
    version: z.string(),
    kind: z.string(),
    sha256: z.string(),
    /** In force: the clinic's, or those the model was trained with. */
    thresholds: riskLevels,
    /** Those the model was trained with. */
    defaultThresholds: riskLevels,
    performance: z.string(),
    requiredInputs: z.array(z.string()).readonly(),
    optionalInputs: z.array(z.string()).readonly(),
    /** Plain words where the model is not in use: a wrong hash, a missing file. */
    problem: z.string().nullable(),
  })
  .readonly();
export type ModelInfo = z.infer<typeof modelInfo>;

/** How well a model did on one group of its evaluation. AUC is null where a group holds only one outcome. */
const modelGroup = z
  .object({
    name: z.string(),
    n: z.number().int(),
    positives: z.number().int(),
    auc: z.number().nullable(),
    aucLow: z.number().nullable(),
    aucHigh: z.number().nullable(),
    ece: z.number().nullable(),
  })
  .readonly();
export type ModelGroup = z.infer<typeof modelGroup>;

/** What was measured of a model, and for whom it is meant: the same for a table of values and for a photo. */
export const modelFacts = z
  .object({
    model: z.string(),
    title: z.string(),
    version: z.string(),
    kind: z.string(),
    sha256: z.string(),
    /** What its probability is the probability of. */
    outcome: z.string(),
    evaluation: z.string(),
    n: z.number().int(),
    positives: z.number().int(),
    /** Named figures with their 95 % interval where there is one: AUC, Brier score, expected calibration error and the like. */
    figures: z
      .array(
        z
          .object({
            title: z.string(),
            value: z.number(),
            low: z.number().nullable(),
            high: z.number().nullable(),
            /** What the figure means, in a sentence. */
            help: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    /** Mean probability said against the share that had the outcome. */
    reliability: z
      .array(
        z
          .object({
            meanProbability: z.number(),
            observedRate: z.number(),
            observedLow: z.number().nullable(),
            observedHigh: z.number().nullable(),
            n: z.number().int(),
          })
          .readonly(),
      )
      .readonly(),
    /** Share of those with the outcome found, and of those without it flagged, from a probability on; lowest probability first. */
    operatingPoints: z
      .array(z.object({ probability: z.number(), sensitivity: z.number(), falseAlarmRate: z.number() }).readonly())
      .readonly(),
    /** How the levels the model was trained with were chosen. */
    levelsChosenBy: z.string(),
    groups: z.array(z.object({ title: z.string(), rows: z.array(modelGroup).readonly() }).readonly()).readonly(),
    inputs: z
      .array(
        z
          .object({
            name: z.string(),
            title: z.string(),
            unit: z.string(),
            /** Range of the training values; null for coded inputs. */
            low: z.number().nullable(),
            high: z.number().nullable(),
            required: z.boolean(),
            description: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    population: z.string(),
    licence: z.string(),
    use: z.string(),
    limits: z.string(),
    /** The whole card, as Markdown. */
    card: z.string(),
  })
  .readonly();
export type ModelFacts = z.infer<typeof modelFacts>;
