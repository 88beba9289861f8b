// From what is known of a patient to one row of model inputs: each with its age and where it came from.
import type { ObservationKind } from '../../vitals/inputs.ts';
import type { VitalKind } from '../../vitals/kinds.ts';
import type { ManifestInput } from '../manifest.ts';
import { INPUT_SOURCES, type InputRow, type InputSource, type PatientFacts } from '../port.ts';

export interface FeatureValue {
  readonly value: number;
  /** Null: it has no time (age, sex). */
  readonly takenAtMs: number | null;
  readonly source: Exclude<InputSource, 'missing'>;
}

/** A model's inputs by the manifest's names; null is missing. */
export type FeatureValues = Readonly<Record<string, FeatureValue | null>>;

/** A value older than its `maxAgeMs` is missing. One dated after `atMs` (a device clock ahead of ours) counts as taken then. */
export function featureRow(inputs: readonly ManifestInput[], values: FeatureValues, atMs: number): InputRow {
  const features = new Float32Array(inputs.length).fill(Number.NaN);
  const takenAtMs = new Float64Array(inputs.length).fill(Number.NaN);
  const sources = new Uint8Array(inputs.length);
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index] as ManifestInput;
    const given = values[input.name] ?? null;
    if (given === null || !Number.isFinite(given.value)) continue;
    const takenMs = given.takenAtMs === null ? null : Math.min(given.takenAtMs, atMs);
    if (takenMs !== null && input.maxAgeMs !== null && atMs - takenMs > input.maxAgeMs) continue;
    features[index] = given.value;
    sources[index] = SOURCE_CODES[given.source];
    if (takenMs !== null) takenAtMs[index] = takenMs;
  }
  return { features, takenAtMs, sources };
}

const SOURCE_CODES = Object.fromEntries(INPUT_SOURCES.map((source, code) => [source, code])) as Record<InputSource, number>;

/** What a person entered. */
export function entered(facts: PatientFacts, kind: ObservationKind): FeatureValue | null {
  const found = facts.observations.get(kind);
  return found === undefined ? null : { ...found, source: 'manual' };
}

/** The newest of a vital, by a device or by a person; at the same moment the person's. */
export function newest(facts: PatientFacts, kind: VitalKind): FeatureValue | null {
  const manual = entered(facts, kind);
  const device = facts.vitals.get(kind);
  if (device === undefined || (manual?.takenAtMs ?? Number.NEGATIVE_INFINITY) >= device.takenAtMs) return manual;
  return { ...device, source: 'device' };
}

/** Whole years at `atMs`, by the calendar (UTC); null for a birth date that is none. */
export function ageYears(facts: PatientFacts): FeatureValue | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(facts.birthDate);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const at = new Date(facts.atMs);
  const hadBirthday = at.getUTCMonth() + 1 > month || (at.getUTCMonth() + 1 === month && at.getUTCDate() >= day);
  const value = at.getUTCFullYear() - year - (hadBirthday ? 0 : 1);
  return value < 0 ? null : { value, takenAtMs: null, source: 'profile' };
}
