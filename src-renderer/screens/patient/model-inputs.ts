// What the models' inputs are called in words, and which fields of the entry form supply each.
import type { ModelInfo, Prediction } from '../../../src-main/contract/models.ts';
import { INPUT_KINDS, INPUTS, type InputKind, type ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { VITAL_KINDS, VITALS, type VitalKind } from '../../../src-main/vitals/kinds.ts';
import { definitionOf } from '../../../src-main/vitals/units.ts';

interface ModelInput {
  readonly title: string;
  /** Fields that supply it; none where it comes from the patient's record. */
  readonly enter: readonly ObservationKind[];
}

/** Inputs that are worked out from others, or go by a name of their own. */
const DERIVED: { readonly [name: string]: ModelInput } = {
  ageYears: { title: 'Age (from the birth date)', enter: [] },
  sex: { title: 'Sex (from the patient record)', enter: [] },
  bmiKgM2: { title: 'Body-mass index (height and weight)', enter: ['heightCm', 'weightKg'] },
  systolicMmHg: { title: 'Systolic pressure', enter: ['systolic', 'diastolic'] },
  diastolicMmHg: { title: 'Diastolic pressure', enter: ['systolic', 'diastolic'] },
  spo2NowPercent: { title: 'Oxygen saturation now', enter: ['spo2'] },
  spo2Min6hPercent: { title: 'Lowest oxygen saturation in 6 h', enter: ['spo2'] },
  spo2Mean6hPercent: { title: 'Mean oxygen saturation in 6 h', enter: ['spo2'] },
  spo2Sd6hPercent: { title: 'Variability of oxygen saturation in 6 h', enter: ['spo2'] },
  spo2Trend6hPercentPerHour: { title: 'Trend of oxygen saturation in 6 h', enter: ['spo2'] },
  heartRateNowPerMin: { title: 'Heart rate now', enter: ['heartRate'] },
};

/** By name, or by title where that is what the model gives. */
function modelInput(name: string): ModelInput {
  const derived = DERIVED[name];
  if (derived) return derived;
  if (VITAL_KINDS.some((kind) => kind === name)) return { title: VITALS[name as VitalKind].title, enter: [name as VitalKind] };
  if (INPUT_KINDS.some((kind) => kind === name)) return { title: INPUTS[name as InputKind].title, enter: [name as InputKind] };
  const kind = [...VITAL_KINDS, ...INPUT_KINDS].find((one) => definitionOf(one).title === name);
  return { title: name, enter: kind ? [kind] : [] };
}

export const inputTitle = (name: string): string => modelInput(name).title;

/** Fields of the entry form that would supply these inputs, each once. */
export const fieldsFor = (names: readonly string[]): readonly ObservationKind[] => [
  ...new Set(names.flatMap((name) => modelInput(name).enter)),
];

/** What an abstaining model needs: the required ones it lacks, or all it lacks where the model's list is not known. */
export function needed(prediction: Prediction, model: ModelInfo | undefined): readonly string[] {
  const required = prediction.missing.filter((name) => model?.requiredInputs.includes(name));
  return required.length > 0 ? required : prediction.missing;
}

/** Inputs that would make the result better but are not needed for one. */
export function helpful(prediction: Prediction, model: ModelInfo | undefined): readonly string[] {
  return prediction.missing.filter((name) => model !== undefined && !model.requiredInputs.includes(name));
}
