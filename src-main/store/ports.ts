// What the rest of the console may ask of the store: reads (query worker) and writes (engine worker) are different types.
import type {
  Alarm,
  AuditEntry,
  Binding,
  BluetoothSettings,
  CgmOctetOrder,
  Claim,
  ModelInfo,
  Observation,
  Patient,
  Prediction,
  Receipt,
  RetentionKind,
  RetentionRule,
  RiskLevels,
  RiskModel,
  Role,
  Series,
  Settings,
  ThresholdRule,
  UnclaimedSpan,
  User,
} from '../contract/models.ts';
import type { Photo, PhotoCrop, PhotoOutcome, PhotoRun, SkinSpot } from '../contract/photos.ts';
import type { ClockEpoch, DeviceMemory, Measurement, RecordStream, StoredPrediction, StreamPosition } from '../links/link.ts';
import type { KeptResult } from '../risk/port.ts';
import type { ObservationKind } from '../vitals/inputs.ts';
import type { VitalKind } from '../vitals/kinds.ts';

/** A device as stored; what is only known while it runs (state, battery, counts) is added by intake/device-board. */
export interface DeviceRecord {
  readonly sourceId: number;
  readonly deviceId: string;
  readonly transport: 'bluetooth' | 'http' | 'mqtt';
  readonly name: string;
  readonly address: string | null;
  readonly model: string;
  readonly firmware: string;
  readonly addedAtMs: number;
  readonly revokedAtMs: number | null;
  readonly lastHeardAtMs: number | null;
  /** When and from which address its token was last used; null: never, or it has none. */
  readonly tokenUsedAtMs: number | null;
  readonly tokenUsedFrom: string | null;
  readonly cgmOctetOrder: CgmOctetOrder;
}

export interface UserRecord extends User {
  readonly passwordHash: string;
}

/** One stored reading as reports and exports need it, canonical units. */
/** A time of a device that is a patient's: [fromMs, toMs), open where it has not ended. */
export interface Worn {
  readonly deviceId: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Only those of its readings are meant that were in doubt. */
  readonly wasInDoubt: boolean;
}

export interface ReadingRow {
  readonly readingId: string;
  readonly deviceId: string;
  readonly takenAtMs: number;
  readonly receivedAtMs: number;
  readonly sequence: number;
  readonly origin: 'live' | 'backfill';
  readonly quality: number;
  readonly values: { readonly [K in VitalKind]?: number };
  readonly specials: { readonly [K in VitalKind]?: string };
}

/** Statistics of one vital over a period, device readings only, unscored quality left out. */
export interface VitalStatistics {
  readonly kind: VitalKind;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface Period {
  readonly patientId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Read-only questions, answered by the query worker on read-only connections. */
export interface StoreReads {
  settings(): Settings;
  patients(ask: { includeDischarged: boolean }): readonly Patient[];
  patient(ask: { patientId: number }): Patient | null;
  patientByMrn(ask: { mrn: string }): Patient | null;
  devices(): readonly DeviceRecord[];
  bindings(ask: { openOnly: boolean }): readonly Binding[];
  /** When the patient wore which device within the period, oldest first; readings in doubt that were claimed for them included. */
  worn(ask: Period): readonly Worn[];
  users(): readonly User[];
  userByName(ask: { userName: string }): UserRecord | null;
  userBySession(ask: { tokenHash: string; nowMs: number }): User | null;
  /** Device whose token has this hash and is not revoked. */
  deviceByToken(ask: { tokenHash: string }): DeviceRecord | null;
  history(ask: Period & { kinds: readonly VitalKind[]; maxPoints: number }): readonly Series[];
  /** Newest stored value of each kind of a patient, for the start of the console. */
  latest(ask: { patientId: number; sinceMs: number }): readonly ReadingRow[];
  /** Raw readings in order of time, in pages: `afterId` is the last row's readingId of the page before. */
  readings(ask: Period & { limit: number; after: { takenAtMs: number; readingId: string } | null }): readonly ReadingRow[];
  /** Of each measurement that is stored as it was sent the id of its reading, null of the others. */
  stored(ask: { batch: readonly Measurement[] }): readonly (string | null)[];
  statistics(ask: Period): readonly VitalStatistics[];
  observations(ask: { patientId: number; fromMs?: number; toMs?: number }): readonly Observation[];
  /** Oldest first, retracted ones included. */
  photos(ask: { patientId: number; fromMs?: number; toMs?: number }): readonly Photo[];
  /** Null where there is no such photo. */
  photoPictures(ask: { photoId: number }): { readonly cropPng: string; readonly heatMapPng: string | null } | null;
  photoPart(ask: {
    photoId: number;
    part: number;
  }): { readonly mediaType: Photo['mediaType']; readonly parts: number; readonly base64: string } | null;
  /** Every result of the skin model that stands, whoever's it is. */
  photoResults(): readonly KeptResult[];
  /** The clinic's levels of the skin model; null: those it was trained with. */
  skinLevels(): RiskLevels | null;
  predictions(ask: Period & { model: string; limit: number }): readonly Prediction[];
  latestPredictions(ask: { patientId: number }): readonly Prediction[];
  alarms(ask: { which: 'open' | 'all'; patientId?: number; fromMs?: number; toMs?: number; limit: number }): readonly Alarm[];
  thresholds(): readonly ThresholdRule[];
  audit(ask: { limit: number }): readonly AuditEntry[];
  retention(): readonly RetentionRule[];
  /** When the newest audit entry of this action was made; null: never. */
  lastDone(ask: { action: string }): number | null;
  size(): { readonly readings: number; readonly bytes: number };
  unclaimed(ask: { nowMs: number }): readonly UnclaimedSpan[];
  claims(ask: { limit: number }): readonly Claim[];
  deviceMemory(ask: { deviceId: string }): DeviceMemory | null;
  bluetoothSettings(): BluetoothSettings;
}

export interface NewObservation {
  readonly kind: ObservationKind;
  /** Canonical unit. */
  readonly value: number;
  readonly enteredValue: string;
  readonly enteredUnit: string;
  readonly override: boolean;
}

/** An assessed photo whose file has been taken in. */
export interface NewPhoto {
  readonly patientId: number;
  /** One of the patient's spots, or a new one. */
  readonly spot: { readonly spotId: number } | Pick<SkinSpot, 'region' | 'detail'>;
  readonly fileId: number;
  readonly takenAtMs: number;
  readonly note: string;
  readonly mediaType: Photo['mediaType'];
  readonly sha256: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly crop: PhotoCrop;
  readonly assessedAtMs: number;
  readonly outcome: PhotoOutcome;
  readonly run: PhotoRun;
  readonly cropPng: Uint8Array;
  readonly thumbnailPng: Uint8Array;
  readonly heatMapPng: Uint8Array | null;
}

/** Same order as the batch that was stored. */
export type StoreOutcome =
  | {
      readonly status: 'stored' | 'duplicate';
      readonly readingId: string;
      /** Whose it is by the binding at the time it was taken; null: nobody's. */
      readonly patientId: number | null;
      readonly predictions: readonly StoredPrediction[];
      /** Not all models have answered yet: the others' predictions follow. */
      readonly predictionsFollow?: boolean;
    }
  | { readonly status: 'conflict'; readonly kind: VitalKind; readonly stored: number; readonly sent: number };

export interface ScoredBatch {
  readonly outcomes: readonly StoreOutcome[];
  /** Receipts' headers that this batch produced, at most one per patient and model. */
  readonly predictions: readonly Prediction[];
}

/** Who did it: goes into the audit in the same transaction. */
export interface By {
  readonly actor: string;
  readonly atMs: number;
}

/** What a claim or its undoing has changed; `binding` null where the readings were set aside. */
/** Null: back to the levels the model was trained with. `standing`: those in force before, for the audit. */
export interface LevelChange extends By {
  readonly levels: RiskLevels | null;
  readonly standing: RiskLevels;
}

export interface ClaimChange {
  readonly claim: Claim;
  readonly binding: Binding | null;
}

/** Changes, made by the engine worker, the only writer. Every one resolves after commit. */
export interface StoreWrites {
  storeReadings(ask: { batch: readonly Measurement[] }): ScoredBatch;
  saveSettings(ask: By & { settings: Settings }): Settings;
  addPatient(ask: By & { patient: Omit<Patient, 'patientId' | 'admittedAtMs' | 'dischargedAtMs'> }): Patient;
  updatePatient(ask: By & { patient: Omit<Patient, 'admittedAtMs' | 'dischargedAtMs'> }): Patient;
  setDischarged(ask: By & { patientId: number; discharged: boolean }): Patient;
  /** `isFirst`: only where there is none yet. */
  addUser(ask: By & { userName: string; displayName: string; passwordHash: string; role: Role; isFirst?: boolean }): User;
  setUserDisabled(ask: By & { userId: number; disabled: boolean }): User;
  addSession(ask: By & { userId: number; tokenHash: string; expiresAtMs: number }): void;
  endSession(ask: { tokenHash: string }): void;
  /** Adds, or updates name, address, model and firmware of one that is known. A token hash given replaces the old one. */
  putDevice(
    ask: By & {
      deviceId: string;
      transport: DeviceRecord['transport'];
      name?: string;
      address?: string;
      model?: string;
      firmware?: string;
      tokenHash?: string;
    },
  ): DeviceRecord;
  revokeDevice(ask: By & { deviceId: string }): DeviceRecord;
  /** Null where there is no such device. Not audited: it happens all the time. */
  tokenUsed(ask: { deviceId: string; atMs: number; from: string }): DeviceRecord | null;
  /** Ends an open binding of the device and opens the new one, both at `fromMs` (now where left out, never before an earlier binding). */
  bind(ask: By & { deviceId: string; patientId: number; fromMs?: number }): Binding;
  unbind(ask: By & { deviceId: string; fromMs?: number; bindingId?: number }): Binding | null;
  /** A claim stands behind a binding of its own (null: set aside); undone, that binding is empty. */
  claim(
    ask: By & { deviceId: string; fromMs: number; toMs: number; patientId: number | null; isDoubtful?: boolean },
  ): ClaimChange;
  undoClaim(ask: By & { claimId: number }): ClaimChange;
  savePosition(ask: { deviceId: string; stream: RecordStream } & StreamPosition): void;
  saveClockEpoch(ask: { deviceId: string } & ClockEpoch): void;
  configureDevice(ask: By & { deviceId: string; cgmOctetOrder: CgmOctetOrder }): void;
  saveBluetoothSettings(ask: By & { settings: BluetoothSettings }): void;
  addObservations(ask: By & { patientId: number; takenAtMs: number; note: string; entries: readonly NewObservation[] }): {
    readonly observations: readonly Observation[];
    readonly predictions: readonly Prediction[];
  };
  retractObservation(ask: By & { observationId: number; reason: string }): {
    readonly observation: Observation;
    readonly predictions: readonly Prediction[];
  };
  /** Begins to take in a file; uploads that were given up are removed. Returns the file's number. */
  beginPhotoFile(ask: By & { patientId: number; byteLength: number }): number;
  addPhotoPart(ask: { fileId: number; part: number; bytes: Uint8Array }): void;
  addPhoto(ask: By & { photo: NewPhoto }): Photo;
  retractPhoto(ask: By & { photoId: number; reason: string }): Photo;
  saveAlarm(ask: { alarm: Alarm }): void;
  saveThreshold(ask: By & { rule: ThresholdRule }): ThresholdRule;
  saveRiskLevels(ask: LevelChange & { model: RiskModel }): void;
  saveSkinLevels(ask: LevelChange): void;
  saveRetention(ask: By & { rules: readonly Pick<RetentionRule, 'kind' | 'keepDays'>[] }): readonly RetentionRule[];
  /** From now on nothing before `beforeMs` is taken in or read as this kind. */
  forgetBefore(ask: { kind: RetentionKind; beforeMs: number }): void;
  /** Removes about `limit` rows before what is kept of this kind; 0: there are none left. */
  removeOld(ask: { kind: RetentionKind; limit: number }): number;
  addAudit(ask: By & { action: string; subject: string; detail: string }): void;
  /** Recomputes contributions from the stored inputs with the model version that made it. */
  receipt(ask: { predictionId: string }): Receipt | null;
  models(): readonly ModelInfo[];
}

/** The same questions asked across a thread: every answer becomes a promise. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...ask: infer A) => infer R ? (...ask: A) => Promise<R> : never;
};
