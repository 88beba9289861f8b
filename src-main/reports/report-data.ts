// Everything a report says, gathered and settled: the document and the charts are drawn from this alone.
import type {
  Alarm,
  ModelInfo,
  Observation,
  Patient,
  Prediction,
  RiskLevel,
  RiskModel,
  Series,
  Settings,
  ThresholdRule,
} from '../contract/models.ts';
import type { Photo } from '../contract/photos.ts';
import type { StoreReads, VitalStatistics, Worn } from '../store/ports.ts';
import type { GlucoseSummary } from './glucose.ts';

/** The part of the store that reports read. */
export type ReportReads = Pick<
  StoreReads,
  | 'settings'
  | 'patient'
  | 'devices'
  | 'worn'
  | 'history'
  | 'readings'
  | 'statistics'
  | 'observations'
  | 'photos'
  | 'predictions'
  | 'latestPredictions'
  | 'alarms'
  | 'thresholds'
>;

export interface ReportAsk {
  readonly patientId: number;
  /** UTC ms; the period is [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly modelInfo: readonly ModelInfo[];
  readonly generatedAtMs: number;
  /** Display name of the person who asked for it. */
  readonly generatedBy: string;
  /** Alarm rules in force, defaults included, for the limits in charts; left out: those that people have saved. */
  readonly thresholds?: readonly ThresholdRule[];
}

/** Statistics of one local day of the clinic, cut to the period. */
export interface DayStatistics {
  readonly fromMs: number;
  readonly toMs: number;
  readonly statistics: readonly VitalStatistics[];
}

export interface LevelChange {
  readonly atMs: number;
  /** Null for the first result in the period. */
  readonly from: RiskLevel | null;
  readonly to: RiskLevel;
  readonly probability: number | null;
  readonly version: string;
  readonly missing: readonly string[];
}

/** Columns of a probability over time; null is a gap: nothing scored, or the model abstained. */
export interface ProbabilitySeries {
  readonly timesMs: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

export interface ModelHistory {
  readonly model: RiskModel;
  /** The model in use now; null when it is not among those the console knows. */
  readonly info: ModelInfo | null;
  /** Results in the period by level. */
  readonly counts: { readonly [L in RiskLevel]: number };
  readonly versions: readonly string[];
  readonly last: Prediction | null;
  /** Newest result at all, where the period has none. */
  readonly outsidePeriod: Prediction | null;
  readonly changes: readonly LevelChange[];
  readonly probabilities: ProbabilitySeries;
}

export interface ClockOffset {
  /** Live readings it was measured on. */
  readonly samples: number;
  /** Device clock minus console clock, at arrival. */
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export interface DeviceUse {
  readonly deviceId: string;
  readonly name: string;
  readonly model: string;
  readonly firmware: string;
  readonly worn: readonly Omit<Worn, 'deviceId'>[];
  readonly readings: number;
  readonly backfilled: number;
  readonly clockUnset: number;
  readonly clock: ClockOffset | null;
}

export interface ReportData {
  readonly patient: Patient;
  readonly fromMs: number;
  readonly toMs: number;
  readonly generatedAtMs: number;
  readonly generatedBy: string;
  readonly settings: Settings;
  readonly readings: number;
  /** Readings whose quality bars them from statistics and models. */
  readonly unscoredReadings: number;
  /** Special values (HI, LO, NaN, …) per report, by what they are. */
  readonly specials: Readonly<Record<string, number>>;
  readonly statistics: readonly VitalStatistics[];
  /** Empty when the period lies within one local day, or has more than two months. */
  readonly days: readonly DayStatistics[];
  readonly series: readonly Series[];
  readonly thresholds: readonly ThresholdRule[];
  /** Oldest first, retracted ones included. */
  readonly observations: readonly Observation[];
  /** Oldest first, retracted ones included. */
  readonly photos: readonly Photo[];
  readonly models: readonly ModelHistory[];
  /** Newest first. */
  readonly alarms: readonly Alarm[];
  /** False when the store held more alarms than one report asks for. */
  readonly alarmsComplete: boolean;
  readonly devices: readonly DeviceUse[];
  readonly glucose: GlucoseSummary | null;
  /** SHA-256, hex, of the CSV export of the same patient and period, byte for byte. */
  readonly fingerprint: string;
  readonly csvRows: number;
}
