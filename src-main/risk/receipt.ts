// The receipt of a result: every input with its age, source, range and contribution, in words a person can check.
import type { ModelInfo, Receipt, ReceiptInput, RiskLevels } from '../contract/models.ts';
import { INPUTS } from '../vitals/inputs.ts';
import type { Contributions } from './explain.ts';
import type { ManifestInput, ModelEntry } from './manifest.ts';
import { INPUT_SOURCES, type InputSource, type Scored } from './port.ts';

/** UCUM codes as people read them. */
export const UNIT_LABELS: Readonly<Record<string, string>> = {
  a: 'years',
  '1': '',
  '{count}': '',
  'kg/m2': 'kg/m²',
  'mm[Hg]': 'mmHg',
  'u[IU]/mL': 'µU/mL',
};

/** Whom a model was trained on, where its manifest entry does not say. */
export const POPULATIONS: Readonly<Record<ModelEntry['name'], string>> = {
  diabetes: 'Trained on women of Pima heritage of 21 years and over; for anybody else it has not been tested.',
  heart: 'Trained on people examined for suspected coronary disease in three hospitals around 1988.',
  hypoxia: 'Trained on adults in intensive care; on a general ward it has not been tested.',
};

/** A stored result, and the levels that hold today. */
export interface Explained {
  readonly scored: Scored;
  readonly predictionId: string;
  readonly levelsNow: RiskLevels | null;
}

export function receiptOf(entry: ModelEntry, { scored, predictionId, levelsNow }: Explained, why: Contributions): Receipt {
  const inputs = entry.inputs.map((input, index) => receiptInput(entry, input, index, scored, why));
  const { patientId, model, version, probability, level, missing } = scored;
  return {
    prediction: { predictionId, patientId, model, version, scoredAtMs: scored.atMs, probability, level, missing },
    title: entry.title,
    modelKind: kindInWords(entry),
    sha256: scored.basis?.sha256 ?? entry.sha256,
    thresholds: scored.basis?.levels ?? entry.thresholds,
    thresholdsNow: levelsNow,
    contributionUnit: why.unit,
    contributionMethod: why.method,
    inputs,
    performance: performanceInWords(entry),
  };
}

export function modelInfo(entry: ModelEntry, problem: string | null): ModelInfo {
  return {
    name: entry.name,
    title: entry.title,
    version: entry.version,
    kind: kindInWords(entry),
    sha256: entry.sha256,
    thresholds: entry.thresholds,
    defaultThresholds: entry.thresholds,
    performance: performanceInWords(entry),
    requiredInputs: entry.inputs.filter((input) => input.required).map((input) => input.name),
    optionalInputs: entry.inputs.filter((input) => !input.required).map((input) => input.name),
    problem,
  };
}

function receiptInput(entry: ModelEntry, input: ManifestInput, index: number, scored: Scored, why: Contributions): ReceiptInput {
  const stored = scored.features[index] ?? Number.NaN;
  const value = Number.isNaN(stored) ? null : tidy(stored);
  const source = value === null ? 'missing' : (INPUT_SOURCES[scored.sources[index] ?? 0] ?? 'missing');
  const takenAtMs = scored.takenAtMs[index] ?? Number.NaN;
  const coded = input.categories !== undefined;
  const outsideTraining =
    value !== null && (coded ? input.categories?.[String(value)] === undefined : value < input.min || value > input.max);
  return {
    name: input.name,
    title: titleOf(input),
    unit: UNIT_LABELS[input.unit] ?? input.unit,
    value,
    label: value === null || !coded ? null : labelOf(input, value),
    source,
    takenAtMs: Number.isNaN(takenAtMs) ? null : takenAtMs,
    required: input.required,
    outsideTraining,
    trainingLow: coded ? null : input.min,
    trainingHigh: coded ? null : input.max,
    contribution: why.values[index] ?? null,
    remark: remarkOf(entry, input, value, source, outsideTraining),
  };
}

function remarkOf(
  entry: ModelEntry,
  input: ManifestInput,
  value: number | null,
  source: InputSource,
  outsideTraining: boolean,
): string {
  const remarks: string[] = [];
  if (value === null) remarks.push(input.required ? 'Needed: without it the model abstains.' : 'Not given.');
  if (source === 'stand-in' && input.name === 'glucoseOgttMgDl') {
    remarks.push('A random or CGM glucose is used in place of the 2 h OGTT value the model was trained on.');
  }
  if (source === 'stand-in' && input.name === 'heartRateNowPerMin')
    remarks.push('The pulse rate is used in place of the heart rate.');
  if (source === 'derived' && input.name === 'bmiKgM2') remarks.push('From height and weight; as old as the older of the two.');
  if (source === 'derived' && input.name === 'inspiredOxygenPercent')
    remarks.push('Room air, as no supplemental oxygen is given.');
  if (outsideTraining && input.categories === undefined) remarks.push('Outside the range the model was trained on.');
  if (outsideTraining && input.categories !== undefined) remarks.push('A code the model does not know.');
  const { appliesWhen } = entry;
  if (appliesWhen?.input === input.name && value !== null && value < appliesWhen.min) remarks.push(`${appliesWhen.otherwise}.`);
  return remarks.join(' ');
}

/** The label of the entry form where it has the same code, so that people meet the same words in both places. */
function labelOf(input: ManifestInput, value: number): string {
  const form = Object.values(INPUTS).find((each) => each.kind === input.name);
  return form?.options?.find((option) => option.value === value)?.label ?? input.categories?.[String(value)] ?? String(value);
}

/** The title of the entry form where it has this input; derived ones have only their own. */
export function titleOf({ name, title }: Pick<ManifestInput, 'name' | 'title'>): string {
  return Object.values(INPUTS).find((each) => each.kind === name)?.title ?? title;
}

function kindInWords(entry: ModelEntry): string {
  return entry.kind.replaceAll('-', ' ');
}

function performanceInWords(entry: ModelEntry): string {
  const { auc, aucLow, aucHigh, brier, n, positives, evaluation } = entry.performance;
  return (
    `AUC ${auc.toFixed(2)} (95% interval ${aucLow.toFixed(2)}–${aucHigh.toFixed(2)}), Brier score ${brier.toFixed(3)}; ` +
    `${n} rows, ${positives} with the outcome: ${entry.outcome}. ${evaluation}. ${entry.population ?? POPULATIONS[entry.name]}`
  );
}

/** float32 back to the number people entered: 27.7, not 27.700000762939453. */
function tidy(value: number): number {
  return Number(value.toPrecision(7));
}
