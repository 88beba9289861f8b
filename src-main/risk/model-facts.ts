// What was measured of a model, from its metrics.json, its card and its row in the manifest: one shape for every model there is.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConsoleError } from '../contract/errors.ts';
import { type ModelFacts, type ModelGroup, riskModel } from '../contract/models.ts';
import { POPULATIONS, titleOf, UNIT_LABELS } from './receipt.ts';

const optional = z.number().nullish();

const groupMetrics = z.object({
  n: z.number().int(),
  positives: z.number().int(),
  auc: optional,
  aucLow: optional,
  aucHigh: optional,
  ece: optional,
});

const overall = groupMetrics.extend({
  brier: optional,
  brierOfBaseRate: optional,
  eceOfChance: optional,
  eceLow: optional,
  eceHigh: optional,
  averagePrecision: optional,
  balancedAccuracy: optional,
  balancedAccuracyLow: optional,
  balancedAccuracyHigh: optional,
});

/** A rate is null where there was nothing to count. */
const operating = z.object({ sensitivity: z.number().nullable(), falseAlarmRate: z.number().nullable() });

const metricsFile = z.looseObject({
  model: z.string(),
  version: z.string(),
  evaluation: z.string(),
  crossValidated: overall.optional(),
  /** A model too large to be trained five times over is judged on rows kept back. */
  heldOut: overall.optional(),
  reliability: z
    .array(
      z.object({
        meanProbability: z.number(),
        observedRate: z.number(),
        observedLow: optional,
        observedHigh: optional,
        n: z.number().int(),
      }),
    )
    .optional(),
  baseline: z.object({ name: z.string(), auc: optional }).optional().catch(undefined),
  overBaseline: z.object({ aucGain: z.number(), low: optional, high: optional }).optional().catch(undefined),
  thresholds: z
    .object({
      moderate: z.number(),
      high: z.number(),
      target: z.string().optional(),
      atModerate: operating.optional(),
      atHigh: operating.optional(),
    })
    .optional(),
  operatingPoints: z.array(operating.extend({ probability: z.number() })).optional(),
});
type Metrics = z.infer<typeof metricsFile>;

const manifestRow = z.object({
  name: z.string(),
  title: z.string(),
  version: z.string(),
  kind: z.string(),
  outcome: z.string().default(''),
  sha256: z.string().default(''),
  population: z.string().optional(),
  inputs: z
    .array(
      z.object({
        name: z.string(),
        title: z.string(),
        unit: z.string(),
        min: z.number(),
        max: z.number(),
        required: z.boolean(),
        description: z.string(),
        categories: z.record(z.string(), z.string()).optional(),
      }),
    )
    .default([]),
});
type ManifestRow = z.infer<typeof manifestRow>;

/** Parts of metrics.json that are a table of groups, in the order they are shown. */
const GROUP_TITLES: Readonly<Record<string, string>> = {
  leaveOneSiteOut: 'Each site predicted by a model that never saw it',
  bySite: 'By site',
  bySex: 'By sex',
  byAge: 'By age',
  byDiagnosis: 'By diagnosis',
  byInputsGiven: 'By which inputs are given',
};

/** @throws ConsoleError `not_found` for a name without a card; `unavailable` where its files cannot be understood. */
export async function loadModelFacts(modelsDir: string, model: string): Promise<ModelFacts> {
  const folder = join(modelsDir, model);
  const [metricsText, card, manifestText] = await Promise.all([
    readFile(join(folder, 'metrics.json'), 'utf8').catch(() => null),
    readFile(join(folder, 'CARD.md'), 'utf8').catch(() => null),
    readFile(join(modelsDir, 'manifest.json'), 'utf8').catch(() => '{}'),
  ]);
  if (metricsText === null || card === null) {
    throw new ConsoleError('not_found', `There is no model card of "${model}" here.`, { field: 'model', value: model });
  }
  try {
    return factsOf(metricsFile.parse(JSON.parse(metricsText)), rowOf(manifestText, model), card);
  } catch (error) {
    const why =
      error instanceof z.ZodError ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') : error;
    throw new ConsoleError('unavailable', `What was measured of "${model}" cannot be read: ${why}`, {
      field: 'model',
      value: model,
    });
  }
}

/** A row of its own that is not valid leaves the metrics to speak. */
function rowOf(manifestText: string, model: string): ManifestRow | null {
  const rows = z.object({ models: z.array(z.unknown()) }).safeParse(JSON.parse(manifestText)).data?.models ?? [];
  return rows.flatMap((row) => manifestRow.safeParse(row).data ?? []).find(({ name }) => name === model) ?? null;
}

function factsOf(metrics: Metrics, row: ManifestRow | null, card: string): ModelFacts {
  const { model, version, evaluation, reliability = [] } = metrics;
  const name = riskModel.safeParse(model).data;
  const whole = metrics.heldOut ?? metrics.crossValidated;
  return {
    model,
    title: row?.title ?? model,
    version,
    kind: (row?.kind ?? '').replaceAll('-', ' '),
    sha256: row?.sha256 ?? '',
    outcome: row?.outcome ?? '',
    evaluation,
    n: whole?.n ?? 0,
    positives: whole?.positives ?? 0,
    figures: whole === undefined ? [] : figuresOf(whole, metrics),
    reliability: reliability.map(({ observedLow, observedHigh, ...group }) => ({
      ...group,
      observedLow: observedLow ?? null,
      observedHigh: observedHigh ?? null,
    })),
    operatingPoints: operatingPointsOf(metrics),
    levelsChosenBy: metrics.thresholds?.target ?? '',
    groups: groupsOf(metrics),
    inputs: (row?.inputs ?? []).map(({ min, max, unit, categories, ...input }) => ({
      name: input.name,
      title: titleOf(input),
      unit: UNIT_LABELS[unit] ?? unit,
      low: categories === undefined ? min : null,
      high: categories === undefined ? max : null,
      required: input.required,
      description: input.description,
    })),
    population: row?.population ?? (name === undefined ? '' : POPULATIONS[name]),
    licence: sectionOf(card, 'Data and licence'),
    use: sectionOf(card, 'Use'),
    limits: sectionOf(card, 'Limits'),
    card,
  };
}

function figuresOf(whole: z.infer<typeof overall>, { baseline, overBaseline }: Metrics): ModelFacts['figures'] {
  const figure = (title: string, help: string, value: number | null | undefined, low?: number | null, high?: number | null) =>
    typeof value === 'number' ? [{ title, value, low: low ?? null, high: high ?? null, help }] : [];
  const baseRate = whole.brierOfBaseRate;
  const byChance = whole.eceOfChance;
  return [
    ...figure(
      'AUC',
      'Of two people, one with the outcome and one without, how often the model gives the higher probability to the right one. 0.5 is a coin, 1 is perfect.',
      whole.auc,
      whole.aucLow,
      whole.aucHigh,
    ),
    ...figure(
      'AUC above its baseline',
      `What the model adds to the honest baseline${baseline === undefined ? '' : ` (${baseline.name})`}. An interval that includes 0 means: perhaps nothing.`,
      overBaseline?.aucGain,
      overBaseline?.low,
      overBaseline?.high,
    ),
    ...figure(
      'Balanced accuracy',
      'Share named rightly, averaged over the diagnoses, so that a rare one counts as much as a common one.',
      whole.balancedAccuracy,
      whole.balancedAccuracyLow,
      whole.balancedAccuracyHigh,
    ),
    ...figure(
      'Brier score',
      `Mean squared distance of the probability from what happened; less is better.${
        typeof baseRate === 'number' ? ` Always saying the average would score ${baseRate.toFixed(3)}.` : ''
      }`,
      whole.brier,
    ),
    ...figure(
      'Expected calibration error',
      `How far, on average, the probability said lies from the share that had the outcome. 0 is perfect${
        typeof byChance === 'number' ? `; on so many rows a perfect model would show about ${byChance.toFixed(3)}` : ''
      }.`,
      whole.ece,
      whole.eceLow,
      whole.eceHigh,
    ),
    ...figure(
      'Average precision',
      'Share of those flagged who have the outcome, averaged over all limits; the share of everybody who has it is what chance gives.',
      whole.averagePrecision,
    ),
  ];
}

/** The whole curve where it was kept, else the two levels. */
function operatingPointsOf({ operatingPoints, thresholds }: Metrics): ModelFacts['operatingPoints'] {
  const points =
    operatingPoints ??
    (thresholds === undefined
      ? []
      : [
          ...(thresholds.atModerate === undefined ? [] : [{ probability: thresholds.moderate, ...thresholds.atModerate }]),
          ...(thresholds.atHigh === undefined ? [] : [{ probability: thresholds.high, ...thresholds.atHigh }]),
        ]);
  return points
    .flatMap(({ probability, sensitivity, falseAlarmRate }) =>
      sensitivity === null || falseAlarmRate === null ? [] : [{ probability, sensitivity, falseAlarmRate }],
    )
    .sort((a, b) => a.probability - b.probability);
}

function groupsOf(metrics: Metrics): ModelFacts['groups'] {
  return Object.entries(GROUP_TITLES).flatMap(([key, title]) => {
    const parsed = z.record(z.string(), groupMetrics).safeParse(metrics[key]);
    if (!parsed.success) return [];
    const rows = Object.entries(parsed.data).map(
      ([name, { n, positives, auc, aucLow, aucHigh, ece }]): ModelGroup => ({
        name,
        n,
        positives,
        auc: auc ?? null,
        aucLow: aucLow ?? null,
        aucHigh: aucHigh ?? null,
        ece: ece ?? null,
      }),
    );
    return rows.length === 0 ? [] : [{ title, rows }];
  });
}

/** The text below a heading of the card, up to the next one; empty where there is none. */
function sectionOf(card: string, heading: string): string {
  const lines = card.split('\n');
  const start = lines.findIndex((line) => line.trim() === `## ${heading}`);
  if (start < 0) return '';
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#{1,2} /.test(line));
  return (end < 0 ? rest : rest.slice(0, end)).join('\n').trim();
}
