// A patient with everything the models ask for, to take away from.
import { fileURLToPath } from 'node:url';
import type { Dated, PatientFacts, RecentSamples } from '../../src-main/risk/port.ts';
import type { ObservationKind } from '../../src-main/vitals/inputs.ts';
import type { VitalKind } from '../../src-main/vitals/kinds.ts';

export const MODELS_DIR = fileURLToPath(new URL('../../models', import.meta.url));
export const AT_MS = Date.UTC(2026, 5, 15, 10, 0, 30);
export const MINUTE = 60_000;
export const DAY = 86_400_000;

export function ago(value: number, ms: number): Dated {
  return { value, takenAtMs: AT_MS - ms };
}

/** Observations of an hour ago. */
export const ENTERED: { readonly [K in ObservationKind]?: Dated } = {
  heightCm: ago(165, 3_600_000),
  weightKg: ago(82, 3_600_000),
  glucoseOgttMgDl: ago(150, 3_600_000),
  insulinUuMl: ago(130, 3_600_000),
  skinThicknessMm: ago(30, 3_600_000),
  pregnancies: ago(2, 3_600_000),
  diabetesPedigree: ago(0.5, 3_600_000),
  cholesterolMgDl: ago(240, 3_600_000),
  fastingGlucoseOver120: ago(0, 3_600_000),
  chestPainType: ago(4, 3_600_000),
  restingEcg: ago(1, 3_600_000),
  maxHeartRatePerMin: ago(130, 3_600_000),
  exerciseAngina: ago(1, 3_600_000),
  stDepressionMm: ago(1.8, 3_600_000),
  stSlope: ago(2, 3_600_000),
  majorVessels: ago(1, 3_600_000),
  thal: ago(7, 3_600_000),
};

export const MEASURED: { readonly [K in VitalKind]?: Dated } = {
  systolic: ago(142, 5 * MINUTE),
  diastolic: ago(88, 5 * MINUTE),
  spo2: ago(95, 10_000),
  heartRate: ago(82, 10_000),
  glucose: ago(180, 2 * MINUTE),
};

/** One sample a minute over six hours, the newest `AT_MS`'s own minute. */
export function minutes(value: (age: number) => number, count = 360): RecentSamples {
  const ages = Array.from({ length: count }, (_, index) => count - 1 - index);
  return { timesMs: ages.map((age) => AT_MS - age * MINUTE), values: ages.map(value) };
}

interface Parts {
  readonly entered?: { readonly [K in ObservationKind]?: Dated };
  readonly measured?: { readonly [K in VitalKind]?: Dated };
  readonly recent?: { readonly [K in VitalKind]?: RecentSamples };
  readonly birthDate?: string;
  readonly sex?: PatientFacts['sex'];
}

export function facts(parts: Parts = {}): PatientFacts {
  const recent = parts.recent ?? { spo2: minutes((age) => 94 + (age % 5)), heartRate: minutes(() => 82, 30) };
  return {
    patientId: 1,
    birthDate: parts.birthDate ?? '1966-06-16',
    sex: parts.sex ?? 'female',
    observations: asMap<ObservationKind, Dated>(parts.entered ?? ENTERED),
    vitals: asMap<VitalKind, Dated>(parts.measured ?? MEASURED),
    recent: asMap<VitalKind, RecentSamples>(recent),
    atMs: AT_MS,
  };
}

export function without<T extends object>(all: T, ...keys: readonly (keyof T)[]): T {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key as keyof T))) as T;
}

function asMap<K extends string, V>(of: { readonly [key in K]?: V }): ReadonlyMap<K, V> {
  return new Map(Object.entries(of) as [K, V][]);
}
