// What a person enters about a patient beside vital signs: one table of inputs the models and NEWS2 ask for.
import type { Limits, VitalKind } from './kinds.ts';

export const INPUT_KINDS = [
  'heightCm',
  'weightKg',
  'glucoseOgttMgDl',
  'insulinUuMl',
  'skinThicknessMm',
  'pregnancies',
  'diabetesPedigree',
  'cholesterolMgDl',
  'fastingGlucoseOver120',
  'chestPainType',
  'restingEcg',
  'maxHeartRatePerMin',
  'exerciseAngina',
  'stDepressionMm',
  'stSlope',
  'majorVessels',
  'thal',
  'consciousness',
  'supplementalOxygen',
  'inspiredOxygenPercent',
] as const;

export type InputKind = (typeof INPUT_KINDS)[number];

/** Everything that can be entered by hand and kept as one observation. */
export type ObservationKind = VitalKind | InputKind;

export interface InputOption {
  readonly value: number;
  readonly label: string;
}

export interface InputDefinition {
  readonly kind: InputKind;
  readonly title: string;
  readonly ucum: string;
  readonly unitLabel: string;
  readonly loinc: string | null;
  readonly decimals: number;
  readonly hard: Limits;
  readonly soft: Limits;
  /** Present for coded inputs: the value is one of these. */
  readonly options?: readonly InputOption[];
  readonly group: 'body' | 'diabetes' | 'heart' | 'news2';
}

const YES_NO: readonly InputOption[] = [
  { value: 0, label: 'No' },
  { value: 1, label: 'Yes' },
];

/** Codes of the heart inputs are those of the UCI heart disease data (Janosi, Steinbrunn, Pfisterer, Detrano). */
export const INPUTS: { readonly [K in InputKind]: InputDefinition } = {
  heightCm: measured('heightCm', 'Height', 'cm', 'cm', '8302-2', 0, [40, 250], [120, 210], 'body'),
  weightKg: measured('weightKg', 'Weight', 'kg', 'kg', '29463-7', 1, [2, 400], [35, 200], 'body'),
  glucoseOgttMgDl: measured(
    'glucoseOgttMgDl',
    'Glucose, 2 h after 75 g OGTT',
    'mg/dL',
    'mg/dL',
    '1518-0',
    0,
    [10, 1000],
    [50, 400],
    'diabetes',
  ),
  insulinUuMl: measured(
    'insulinUuMl',
    'Insulin, 2 h after 75 g OGTT',
    'u[IU]/mL',
    'µU/mL',
    '20448-7',
    0,
    [0, 1000],
    [2, 600],
    'diabetes',
  ),
  skinThicknessMm: measured('skinThicknessMm', 'Triceps skinfold', 'mm', 'mm', null, 0, [1, 120], [5, 70], 'diabetes'),
  pregnancies: measured('pregnancies', 'Pregnancies', '1', '', '11996-6', 0, [0, 30], [0, 15], 'diabetes'),
  diabetesPedigree: measured('diabetesPedigree', 'Diabetes pedigree function', '1', '', null, 3, [0, 3], [0.05, 2.5], 'diabetes'),
  cholesterolMgDl: measured(
    'cholesterolMgDl',
    'Total cholesterol',
    'mg/dL',
    'mg/dL',
    '2093-3',
    0,
    [20, 1000],
    [90, 450],
    'heart',
  ),
  fastingGlucoseOver120: coded('fastingGlucoseOver120', 'Fasting glucose above 120 mg/dL', null, YES_NO, 'heart'),
  chestPainType: coded(
    'chestPainType',
    'Chest pain',
    null,
    [
      { value: 1, label: 'Typical angina' },
      { value: 2, label: 'Atypical angina' },
      { value: 3, label: 'Non-anginal pain' },
      { value: 4, label: 'No chest pain' },
    ],
    'heart',
  ),
  restingEcg: coded(
    'restingEcg',
    'Resting ECG',
    null,
    [
      { value: 0, label: 'Normal' },
      { value: 1, label: 'ST-T abnormality' },
      { value: 2, label: 'Left ventricular hypertrophy' },
    ],
    'heart',
  ),
  maxHeartRatePerMin: measured(
    'maxHeartRatePerMin',
    'Highest heart rate in exercise test',
    '/min',
    '/min',
    null,
    0,
    [40, 250],
    [60, 220],
    'heart',
  ),
  exerciseAngina: coded('exerciseAngina', 'Angina on exercise', null, YES_NO, 'heart'),
  stDepressionMm: measured('stDepressionMm', 'ST depression on exercise', 'mm', 'mm', null, 1, [-5, 15], [0, 7], 'heart'),
  stSlope: coded(
    'stSlope',
    'Slope of ST segment at peak exercise',
    null,
    [
      { value: 1, label: 'Upsloping' },
      { value: 2, label: 'Flat' },
      { value: 3, label: 'Downsloping' },
    ],
    'heart',
  ),
  majorVessels: measured('majorVessels', 'Major vessels coloured by fluoroscopy', '1', '', null, 0, [0, 3], [0, 3], 'heart'),
  thal: coded(
    'thal',
    'Thallium scan',
    null,
    [
      { value: 3, label: 'Normal' },
      { value: 6, label: 'Fixed defect' },
      { value: 7, label: 'Reversible defect' },
    ],
    'heart',
  ),
  consciousness: coded(
    'consciousness',
    'Consciousness (ACVPU)',
    '67775-7',
    [
      { value: 0, label: 'Alert' },
      { value: 1, label: 'New confusion' },
      { value: 2, label: 'Responds to voice' },
      { value: 3, label: 'Responds to pain' },
      { value: 4, label: 'Unresponsive' },
    ],
    'news2',
  ),
  supplementalOxygen: coded('supplementalOxygen', 'Supplemental oxygen', null, YES_NO, 'news2'),
  inspiredOxygenPercent: measured(
    'inspiredOxygenPercent',
    'Inspired oxygen (FiO₂)',
    '%',
    '%',
    '3150-6',
    0,
    [21, 100],
    [21, 80],
    'news2',
  ),
};

function measured(
  kind: InputKind,
  title: string,
  ucum: string,
  unitLabel: string,
  loinc: string | null,
  decimals: number,
  hard: readonly [number, number],
  soft: readonly [number, number],
  group: InputDefinition['group'],
): InputDefinition {
  return {
    kind,
    title,
    ucum,
    unitLabel,
    loinc,
    decimals,
    hard: { low: hard[0], high: hard[1] },
    soft: { low: soft[0], high: soft[1] },
    group,
  };
}

function coded(
  kind: InputKind,
  title: string,
  loinc: string | null,
  options: readonly InputOption[],
  group: InputDefinition['group'],
): InputDefinition {
  const values = options.map((option) => option.value);
  const limits = { low: Math.min(...values), high: Math.max(...values) };
  return { kind, title, ucum: '1', unitLabel: '', loinc, decimals: 0, hard: limits, soft: limits, options, group };
}
