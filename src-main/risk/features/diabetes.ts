// Inputs of the diabetes model: the oral glucose tolerance test where there is one, else a glucose that stands in for it and is marked so.
import type { PatientFacts } from '../port.ts';
import { ageYears, entered, type FeatureValue, type FeatureValues, newest } from './feature-row.ts';

/** A glucose of the moment says less about the tolerance test the older it is. */
const STAND_IN_FOR_MS = 24 * 3_600_000;
const OGTT_FOR_MS = 90 * 24 * 3_600_000;

export function diabetesFeatures(facts: PatientFacts): FeatureValues {
  return {
    glucoseOgttMgDl: glucose(facts),
    ageYears: ageYears(facts),
    bmiKgM2: bodyMassIndex(facts),
    diastolicMmHg: newest(facts, 'diastolic'),
    skinThicknessMm: entered(facts, 'skinThicknessMm'),
    insulinUuMl: entered(facts, 'insulinUuMl'),
    pregnancies: entered(facts, 'pregnancies'),
    diabetesPedigree: entered(facts, 'diabetesPedigree'),
  };
}

/** A tolerance test entered by a person comes first, however new the others are, unless it is too old to count. */
function glucose(facts: PatientFacts): FeatureValue | null {
  const ogtt = entered(facts, 'glucoseOgttMgDl');
  if (ogtt !== null && facts.atMs - (ogtt.takenAtMs ?? facts.atMs) <= OGTT_FOR_MS) return ogtt;
  const other = newest(facts, 'glucose');
  if (other === null || facts.atMs - (other.takenAtMs ?? facts.atMs) > STAND_IN_FOR_MS) return null;
  return { ...other, source: 'stand-in' };
}

/** kg/m², as old as the older of height and weight. */
export function bodyMassIndex(facts: PatientFacts): FeatureValue | null {
  const height = facts.observations.get('heightCm');
  const weight = facts.observations.get('weightKg');
  if (height === undefined || weight === undefined || height.value <= 0) return null;
  const value = weight.value / (height.value / 100) ** 2;
  return { value, takenAtMs: Math.min(height.takenAtMs, weight.takenAtMs), source: 'derived' };
}
