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
  patient: { title: 'a patient who wears the device', enterAs: [] },
  ageYears: { title: 'Age (from the birth date)', enterAs: [] },
  sex: { title: 'Sex (from the patient record)', enterAs: [] },
  bmiKgM2: { title: 'Body-mass index (height and weight)', enterAs: ['heightCm', 'weightKg'] },
  systolicMmHg: { title: VITALS.systolic.title, enterAs: ['systolic', 'diastolic'] },
  diastolicMmHg: { title: VITALS.diastolic.title, enterAs: ['systolic', 'diastolic'] },
  spo2NowPercent: { title: 'Oxygen saturation now', enterAs: ['spo2'] },
  'spo2NowPercent >= 90': { title: 'Oxygen saturation of 90% or more', enterAs: [] },
  spo2Min12hPercent: { title: 'Lowest oxygen saturation in 12 h', enterAs: ['spo2'] },
  spo2Mean6hPercent: { title: 'Mean oxygen saturation in 6 h', enterAs: ['spo2'] },
  spo2Below92Percent12h: { title: 'Time with oxygen saturation below 92 % in 12 h', enterAs: ['spo2'] },
  spo2Change12hPercent: { title: 'Change of oxygen saturation from hour to hour in 12 h', enterAs: ['spo2'] },
  spo2Trend6hPercentPerHour: { title: 'Trend of oxygen saturation in 6 h', enterAs: ['spo2'] },
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
