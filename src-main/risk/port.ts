// What the engine worker hands to the models and gets back: facts in, scored results with their receipts' inputs out.
import type { ModelInfo, Receipt, RiskLevel, RiskLevels, RiskModel } from '../contract/models.ts';
import type { ObservationKind } from '../vitals/inputs.ts';
import type { VitalKind } from '../vitals/kinds.ts';

export interface Dated {
  readonly value: number;
  readonly takenAtMs: number;
}

/** One vital's recent device samples, oldest first, unscored quality left out. Columns, so that nothing is copied per sample. */
export interface RecentSamples {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** The vitals whose recent course a model reads (models/hypoxia/FEATURES.md); of the others the newest value is enough. */
export const RECENT_KINDS: ReadonlySet<VitalKind> = new Set<VitalKind>(['spo2', 'heartRate', 'pulseRate']);

/** Everything the models may know of one patient at `atMs`. */
export interface PatientFacts {
  readonly patientId: number;
  readonly birthDate: string;
  readonly sex: 'female' | 'male' | 'other' | 'unknown';
  /** Newest observation by a person per kind, retracted ones left out. */
  readonly observations: ReadonlyMap<ObservationKind, Dated>;
  /** Newest device value per kind. */
  readonly vitals: ReadonlyMap<VitalKind, Dated>;
  /** Of RECENT_KINDS, samples of the hours the hypoxia features look at, thinned to what those features need. */
  readonly recent: ReadonlyMap<VitalKind, RecentSamples>;
  readonly atMs: number;
}

/** Where an input came from; the number is what the store keeps. */
export const INPUT_SOURCES = ['missing', 'device', 'manual', 'profile', 'derived', 'stand-in'] as const;
export type InputSource = (typeof INPUT_SOURCES)[number];

/** Under which file and which levels a result was made. One object per model, until either changes. */
export interface ScoreBasis {
  readonly sha256: string;
  readonly levels: RiskLevels;
}

/** One model's result for one patient, with everything a receipt needs to be made again. */
export interface Scored {
  readonly patientId: number;
  readonly model: RiskModel;
  readonly version: string;
  /** Null when the model abstained; `missing` then names the required inputs it lacked. */
  readonly probability: number | null;
  readonly level: RiskLevel;
  /** Null: stored before this was kept. */
  readonly basis: ScoreBasis | null;
  /** Names of all inputs that were missing, required or not. */
  readonly missing: readonly string[];
  /** In the manifest's order; NaN is missing. */
  readonly features: Float32Array;
  /** Seconds before `atMs` that each input was taken; -1 where it has no time. */
  readonly agesSeconds: Int32Array;
  /** Index into INPUT_SOURCES for each input. */
  readonly sources: Uint8Array;
  readonly atMs: number;
}

export interface RiskModels {
  /** Every model of the manifest, with the levels in force. */
  readonly info: readonly ModelInfo[];
  /** For scores from now on; null: back to the manifest's. A model that is not there is left alone. */
  setLevels(model: RiskModel, levels: RiskLevels | null): void;
  /** One batched run per model. A model that fails yields nothing for the batch and says so in `problems`. */
  score(subjects: readonly PatientFacts[]): Promise<{ readonly scored: readonly Scored[]; readonly problems: readonly string[] }>;
  /** The receipt of a stored result: labels, ages, ranges, and what pushed it up and down. */
  explain(scored: Scored, predictionId: string): Promise<Receipt>;
}
