// The vital signs HealthSense knows: one table with code, unit, scale and limits of each kind.

export const VITAL_KINDS = [
  'heartRate',
  'pulseRate',
  'spo2',
  'systolic',
  'diastolic',
  'meanPressure',
  'glucose',
  'respiratoryRate',
  'temperature',
] as const;

export type VitalKind = (typeof VITAL_KINDS)[number];

/** Inclusive limits in the kind's canonical unit. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

export interface VitalDefinition {
  readonly kind: VitalKind;
  readonly title: string;
  /** What stands above a numeral on a tile. */
  readonly short: string;
  /** Canonical unit as UCUM writes it, and as people read it. */
  readonly ucum: string;
  readonly unitLabel: string;
  readonly loinc: string;
  readonly decimals: number;
  /** Stored integers are value × scale. */
  readonly scale: number;
  /** Outside these a value is refused. */
  readonly hard: Limits;
  /** Outside these a person is asked to confirm. */
  readonly soft: Limits;
  /** How long after it was taken a value may be shown as current. */
  readonly currentForMs: number;
}

const minutes = (n: number): number => n * 60_000;

/** Sources: LOINC/UCUM from the FHIR vital-signs profiles; limits are proposals for a clinician to approve. */
export const VITALS: { readonly [K in VitalKind]: VitalDefinition } = {
  heartRate: vital('heartRate', 'Heart rate', 'HR', '/min', '/min', '8867-4', 0, 10, [10, 300], [30, 220], 1),
  pulseRate: vital('pulseRate', 'Pulse rate', 'PR', '/min', '/min', '8889-8', 0, 10, [10, 300], [30, 220], 1),
  spo2: vital('spo2', 'Oxygen saturation', 'SpO₂', '%', '%', '59408-5', 0, 10, [30, 100], [70, 100], 1),
  systolic: vital('systolic', 'Systolic pressure', 'SYS', 'mm[Hg]', 'mmHg', '8480-6', 0, 10, [30, 300], [70, 220], 30),
  diastolic: vital('diastolic', 'Diastolic pressure', 'DIA', 'mm[Hg]', 'mmHg', '8462-4', 0, 10, [10, 200], [40, 130], 30),
  meanPressure: vital(
    'meanPressure',
    'Mean arterial pressure',
    'MAP',
    'mm[Hg]',
    'mmHg',
    '8478-0',
    0,
    10,
    [15, 250],
    [50, 160],
    30,
  ),
  glucose: vital('glucose', 'Glucose', 'GLU', 'mg/dL', 'mg/dL', '2339-0', 0, 10, [10, 1000], [40, 500], 15),
  respiratoryRate: vital('respiratoryRate', 'Respiratory rate', 'RR', '/min', '/min', '9279-1', 0, 10, [2, 80], [6, 40], 5),
  temperature: vital('temperature', 'Body temperature', 'TEMP', 'Cel', '°C', '8310-5', 1, 100, [25, 45], [34, 41], 60),
};

function vital(
  kind: VitalKind,
  title: string,
  short: string,
  ucum: string,
  unitLabel: string,
  loinc: string,
  decimals: number,
  scale: number,
  hard: readonly [number, number],
  soft: readonly [number, number],
  currentForMinutes: number,
): VitalDefinition {
  return {
    kind,
    title,
    short,
    ucum,
    unitLabel,
    loinc,
    decimals,
    scale,
    hard: { low: hard[0], high: hard[1] },
    soft: { low: soft[0], high: soft[1] },
    currentForMs: minutes(currentForMinutes),
  };
}
