// The one interface every way in implements: a link turns bytes into measurements and knows nothing of what follows.
import type { CgmOctetOrder, SpecialValue } from '../contract/models.ts';
import type { VitalKind } from '../vitals/kinds.ts';

/** Quality bits kept with a reading; any of `UNSCORED_QUALITY` bars it from models, thresholds and statistics. */
export const QUALITY = {
  questionable: 1 << 0,
  invalid: 1 << 1,
  demonstration: 1 << 2,
  sensorOff: 1 << 3,
  lowPerfusion: 1 << 4,
  movement: 1 << 5,
  cuffLoose: 1 << 6,
  irregularPulse: 1 << 7,
  badPosition: 1 << 8,
  calibrationRequired: 1 << 9,
  sensorFault: 1 << 10,
  clockUnset: 1 << 11,
  /** Its clock is wrong by a known amount, and the time given is put right by it. */
  clockCorrected: 1 << 12,
} as const;

export type QualityFlag = keyof typeof QUALITY;

export const UNSCORED_QUALITY =
  QUALITY.questionable | QUALITY.invalid | QUALITY.demonstration | QUALITY.sensorOff | QUALITY.sensorFault | QUALITY.cuffLoose;

/** How far a device's clock may run ahead of the console's; what is dated later is refused. */
export const FUTURE_MS = 5 * 60_000;

/**
 * One moment of one device, in canonical units (see vitals/kinds.ts).
 * Identity: deviceId + kind + takenAtMs + sequence.
 */
export interface Measurement {
  /** What the device calls itself: the HealthSense device id, or the Bluetooth identity of other devices. */
  readonly deviceId: string;
  /** UTC ms by the device's clock. */
  readonly takenAtMs: number;
  /** UTC ms by this console's clock. */
  readonly receivedAtMs: number;
  /** The device's own record number; 0 where it has none. Beyond u32: which millisecond of a leap second it was. */
  readonly sequence: number;
  /** Live values may become current; back-filled ones go to history only. */
  readonly origin: 'live' | 'backfill';
  readonly values: { readonly [K in VitalKind]?: number };
  /** Special values stay what they are; a kind is in `values` or here, never in both. */
  readonly specials: { readonly [K in VitalKind]?: SpecialValue };
  /** Bits of QUALITY. */
  readonly quality: number;
  /** A person has said who wore the device then, as in an import; its clock is not asked. */
  readonly wearerSaid?: boolean;
}

/**
 * From when on a reading counts, UTC ms. Nothing is measured after it has come in: what a clock that runs ahead has sent must not hide what
 * comes after it until its time is reached.
 */
export function countsFromOf({ takenAtMs, receivedAtMs }: Pick<Measurement, 'takenAtMs' | 'receivedAtMs'>): number {
  return Math.min(takenAtMs, receivedAtMs);
}

/** Why an item was not stored. `code` is stable and part of the HTTP contract. */
export interface FieldProblem {
  readonly code: string;
  readonly field: string;
  readonly limit?: string;
  readonly value?: unknown;
  readonly message: string;
}

export interface StoredPrediction {
  readonly model: string;
  readonly version: string;
  /** Null when the model abstained. */
  readonly probability: number | null;
  readonly level: 'low' | 'moderate' | 'high' | 'abstained';
  readonly missing: readonly string[];
}

export interface RaisedAlert {
  readonly alarmId: string;
  readonly rule: string;
  readonly priority: 'high' | 'medium' | 'low';
  readonly message: string;
}

export type IntakeOutcome =
  | {
      readonly status: 'stored' | 'duplicate';
      readonly readingId: string;
      readonly predictions: readonly StoredPrediction[];
      /** True: stored before all models could answer. A repeat of the reading is answered with those that have come by then. */
      readonly predictionsFollow?: boolean;
      readonly alerts: readonly RaisedAlert[];
    }
  | { readonly status: 'rejected'; readonly problems: readonly FieldProblem[] }
  /** Same identity, different value: refused, nothing overwritten. */
  | { readonly status: 'conflict'; readonly problems: readonly FieldProblem[] };

/** Predictions that were made after their reading was answered. */
export interface LatePredictions {
  readonly deviceId: string;
  readonly readingId: string;
  readonly predictions: readonly StoredPrediction[];
}

/** Records that a device numbers itself and keeps until they are acknowledged or asked for again. */
export type RecordStream = 'records' | 'glucose' | 'cgm';

/** How far a stream is committed. */
export interface StreamPosition {
  /** Sequence number; for `cgm` minutes since the session began. */
  readonly position: number;
  /** What the position counts within: the number of a wearable's store, when a sensor's session began (UTC ms), else 0. */
  readonly anchor: number;
  /** When the record of that position was taken, UTC ms. */
  readonly takenAtMs: number;
}

/** A device's clock as it was found; records numbered up to `untilSequence` were dated by it. */
export interface ClockEpoch {
  readonly measuredAtMs: number;
  /** Device minus console. */
  readonly offsetMs: number;
  /** Null: holds on. */
  readonly untilSequence: number | null;
}

/** What a link must know of a device when it connects. */
export interface DeviceMemory {
  /** SHA-256 of its token as 64 hexadecimal digits, the key of its proof; null: it has no token, or is revoked. */
  readonly tokenHash: string | null;
  readonly cgmOctetOrder: CgmOctetOrder;
  readonly records: StreamPosition | null;
  readonly glucose: StreamPosition | null;
  readonly cgm: StreamPosition | null;
  /** Oldest first. */
  readonly clock: readonly ClockEpoch[];
}

/** What a device tells about itself beside its readings. */
export interface DeviceStatus {
  readonly deviceId: string;
  readonly state: 'discovered' | 'connecting' | 'connected' | 'lost' | 'stopped';
  readonly transport: 'bluetooth' | 'http' | 'mqtt';
  readonly address?: string;
  readonly name?: string;
  readonly batteryPercent?: number;
  readonly rssiDbm?: number;
  readonly manufacturer?: string;
  readonly modelNumber?: string;
  readonly firmware?: string;
  /** Plain words for the person who must act on it. */
  readonly detail?: string;
  /** Device clock minus console clock, where it is known. */
  readonly clockOffsetMs?: number;
  readonly clock?: 'unknown' | 'right' | 'corrected' | 'unset';
  /** How it was admitted; `refused`: it has not proved who it is, and nothing of it is taken. */
  readonly trust?: 'proved' | 'paired' | 'refused';
  /** Records it had kept and hands in now (`expected` 0: nobody knows how many); null: none at present. */
  readonly backfill?: { readonly received: number; readonly expected: number } | null;
  readonly ecg?: { readonly lead: 'I' | 'II'; readonly sampleRateHz: number } | null;
  /** Records that were gone before they could be read, since this console started. */
  readonly lostRecords?: number;
}

/** Where a link hands on what it heard. */
export interface LinkSink {
  /** Resolves when every stored item is committed to disk; one outcome per measurement, in order. */
  accept(batch: readonly Measurement[]): Promise<readonly IntakeOutcome[]>;
  deviceStatus(status: DeviceStatus): void;
  /** A frame or message that could not be decoded: counted and shown on the device's row. */
  frameRejected(deviceId: string, reason: string): void;
}

export interface Link {
  start(): Promise<void>;
  stop(): Promise<void>;
}
