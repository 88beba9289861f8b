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
  /**
   * Of samples that are minute means and grow in place: another number whenever anything but the newest mean has changed, so that
   * what was worked out from the others can be used again. Left out: nothing may be taken for granted.
   */
  readonly settled?: number;
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
  /** When each input was taken, never after `atMs`; NaN where it has no time. */
  readonly takenAtMs: Float64Array;
  /** Index into INPUT_SOURCES for each input. */
  readonly sources: Uint8Array;
  readonly atMs: number;
}

/** One model's inputs of one moment of one patient. */
export type InputRow = Pick<Scored, 'features' | 'takenAtMs' | 'sources'>;

/** What all models are to be asked about one moment of one patient; no longer tied to the facts it was made from. */
export interface Question {
  readonly patientId: number;
  readonly atMs: number;
  /** In the models' own order. */
  readonly rows: readonly InputRow[];
}

export interface Answers {
  /** One list per question, in order; models that failed are not in it. */
  readonly scored: readonly (readonly Scored[])[];
  /** Models that failed, in plain words. */
  readonly problems: readonly string[];
}

export interface RiskModels {
  /** Every model of the manifest, with the levels in force. */
  readonly info: readonly ModelInfo[];
  /** Those that can be run: each answers every question, be it that it abstains. */
  readonly inUse: readonly RiskModel[];
  /** For scores from now on; null: back to the manifest's. A model that is not there is left alone. */
  setLevels(model: RiskModel, levels: RiskLevels | null): void;
  /** Works out the inputs now, so that the facts may change afterwards. */
  ask(facts: PatientFacts): Question;
  /**
   * One batched run per model; of `only` those models, where it is given. A model that fails yields nothing for the batch and says so
   * in `problems`.
   */
  answer(questions: readonly Question[], only?: readonly RiskModel[]): Promise<Answers>;
  /** The receipt of a stored result: labels, ages, ranges, and what pushed it up and down. */
  explain(scored: Scored, predictionId: string): Promise<Receipt>;
}

/** A kept photo's probability of malignancy, and the model that gave it. */
export interface KeptResult {
  readonly patientId: number;
  readonly takenAtMs: number;
  readonly malignancy: number;
  readonly version: string;
  readonly sha256: string;
}
