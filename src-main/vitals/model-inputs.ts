// What the risk models call their inputs, in people's words, and what to enter or measure to supply one that is missing.
import { INPUTS, type ObservationKind } from './inputs.ts';
import { VITALS } from './kinds.ts';

export interface ModelInputHelp {
  readonly title: string;
  /** Observations a person can enter to supply it; empty where the patient's record or a device's readings supply it. */
  readonly enterAs: readonly ObservationKind[];
}

/** Names that are not kinds of observation themselves, or that more than one kind supplies. */
const DERIVED: { readonly [name: string]: ModelInputHelp } = {
  patient: { title: 'A patient who wears the device', enterAs: [] },
  ageYears: { title: 'Age', enterAs: [] },
  sex: { title: 'Sex', enterAs: [] },
  bmiKgM2: { title: 'Body-mass index', enterAs: ['heightCm', 'weightKg'] },
  systolicMmHg: { title: VITALS.systolic.title, enterAs: ['systolic'] },
  diastolicMmHg: { title: VITALS.diastolic.title, enterAs: ['diastolic'] },
  spo2NowPercent: { title: 'SpO₂ now', enterAs: ['spo2'] },
  spo2Min6hPercent: { title: 'Lowest SpO₂, 6 h', enterAs: [] },
  spo2Mean6hPercent: { title: 'Mean SpO₂, 6 h', enterAs: [] },
  spo2Sd6hPercent: { title: 'Variability of SpO₂, 6 h', enterAs: [] },
  spo2Trend6hPercentPerHour: { title: 'Trend of SpO₂, 6 h', enterAs: [] },
  heartRateNowPerMin: { title: 'Heart rate now', enterAs: ['heartRate'] },
  inspiredOxygenPercent: { title: INPUTS.inspiredOxygenPercent.title, enterAs: ['inspiredOxygenPercent', 'supplementalOxygen'] },
};

/** Title and ways to supply a model input named in a prediction's `missing`; a name nobody knows is its own title. */
export function modelInputHelp(name: string): ModelInputHelp {
  const derived = DERIVED[name];
  if (derived !== undefined) return derived;
  const input = Object.values(INPUTS).find((each) => each.kind === name);
  return input === undefined ? { title: name, enterAs: [] } : { title: input.title, enterAs: [input.kind] };
}
