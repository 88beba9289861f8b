// The ward in memory: who is here, what is current of each patient, and NEWS2 from it.
import type { Alarm, CurrentValue, Device, Observation, Patient, PatientLive, Prediction, RiskModel } from './contract/models.ts';
import { FUTURE_MS, QUALITY, type QualityFlag, UNSCORED_QUALITY } from './links/link.ts';
import { VITALS, type VitalKind } from './vitals/kinds.ts';
import { news2 } from './vitals/news2.ts';

/** Consciousness and oxygen are observed at the bedside, at most half a day before they say nothing about now. */
const OBSERVED_FOR_MS = 12 * 3_600_000;

const UNSCORED_FLAGS: ReadonlySet<string> = new Set(
  (Object.keys(QUALITY) as QualityFlag[]).filter((flag) => (QUALITY[flag] & UNSCORED_QUALITY) !== 0),
);

const OBSERVED_KINDS = ['consciousness', 'supplementalOxygen'] as const;
type ObservedKind = (typeof OBSERVED_KINDS)[number];

export interface WardParts {
  readonly values: (patientId: number) => readonly CurrentValue[];
  readonly openAlarms: () => readonly Alarm[];
  readonly devices: () => readonly Device[];
  readonly now: () => number;
}

interface Entry {
  readonly patient: Patient;
  readonly predictions: Map<RiskModel, Prediction>;
  readonly observed: Map<ObservedKind, { value: number; takenAtMs: number }>;
  /** As JSON, the NEWS2 that the screens were told last. */
  toldNews2: string;
}

export class Ward {
  readonly #parts: WardParts;
  readonly #entries = new Map<number, Entry>();

  constructor(parts: WardParts) {
    this.#parts = parts;
  }

  patientIds(): number[] {
    return [...this.#entries.keys()];
  }

  patient(patientId: number): Patient | null {
    return this.#entries.get(patientId)?.patient ?? null;
  }

  /** Takes in a new, readmitted or corrected patient; what is known of a patient already here stays. */
  put(patient: Patient): void {
    const known = this.#entries.get(patient.patientId);
    this.#entries.set(patient.patientId, {
      patient,
      predictions: known?.predictions ?? new Map(),
      observed: known?.observed ?? new Map(),
      toldNews2: known?.toldNews2 ?? '',
    });
  }

  remove(patientId: number): void {
    this.#entries.delete(patientId);
  }

  /** An older prediction than the one known is left aside, unless that is of a time to come: the clock was set back since. */
  predicted(prediction: Prediction): void {
    const predictions = this.#entries.get(prediction.patientId)?.predictions;
    const known = predictions?.get(prediction.model);
    const isAhead = known !== undefined && known.scoredAtMs > this.#parts.now() + FUTURE_MS;
    if (known === undefined || isAhead || known.scoredAtMs <= prediction.scoredAtMs)
      predictions?.set(prediction.model, prediction);
  }

  /** Only these stand. Returns the models of which something else was known, and not the results of others. */
  setPredictions(patientId: number, standing: readonly Prediction[]): readonly RiskModel[] {
    const predictions = this.#entries.get(patientId)?.predictions;
    if (predictions === undefined) return [];
    const known = new Map(predictions);
    predictions.clear();
    for (const prediction of standing) predictions.set(prediction.model, prediction);
    return [...new Set([...known.keys(), ...predictions.keys()])].filter(
      (model) => known.get(model)?.predictionId !== predictions.get(model)?.predictionId,
    );
  }

  /** Replaces what is known of consciousness and oxygen by what these observations say; retracted ones say nothing. */
  setObserved(patientId: number, observations: readonly Observation[]): void {
    const observed = this.#entries.get(patientId)?.observed;
    observed?.clear();
    for (const observation of observations) this.observed(observation);
  }

  observed(observation: Observation): void {
    const kind = OBSERVED_KINDS.find((each) => each === observation.kind);
    if (kind === undefined || observation.retractedAtMs !== null) return;
    const observed = this.#entries.get(observation.patientId)?.observed;
    const known = observed?.get(kind);
    if (known === undefined || known.takenAtMs <= observation.takenAtMs) observed?.set(kind, observation);
  }

  news2(patientId: number): PatientLive['news2'] {
    return this.#news2(patientId, this.#parts.values(patientId));
  }

  #news2(patientId: number, values: readonly CurrentValue[]): PatientLive['news2'] {
    const now = this.#parts.now();
    // Of a time to come is what was taken before the clock was set back: nobody knows how old it is.
    const isCurrent = (takenAtMs: number, forMs: number): boolean => now - takenAtMs <= forMs && takenAtMs - now <= FUTURE_MS;
    const current = (kind: VitalKind): number | null => {
      const found = values.find((value) => value.kind === kind);
      if (found === undefined || !isCurrent(found.takenAtMs, VITALS[kind].currentForMs)) return null;
      // A finger clip that lies on the table still sends numbers.
      return found.quality.some((flag) => UNSCORED_FLAGS.has(flag)) ? null : found.value;
    };
    const observed = (kind: ObservedKind): number | null => {
      const found = this.#entries.get(patientId)?.observed.get(kind);
      return found === undefined || !isCurrent(found.takenAtMs, OBSERVED_FOR_MS) ? null : found.value;
    };
    const { score, complete, missing, band, anySingleThree } = news2({
      respiratoryRate: current('respiratoryRate'),
      spo2: current('spo2'),
      supplementalOxygen: observed('supplementalOxygen'),
      systolic: current('systolic'),
      pulse: current('heartRate') ?? current('pulseRate'),
      consciousness: observed('consciousness'),
      temperature: current('temperature'),
    });
    return { score, complete, missing, band, anySingleThree };
  }

  /** NEWS2 as it is now, to be told to the screens. */
  tellNews2(patientId: number): PatientLive['news2'] {
    const now = this.news2(patientId);
    const entry = this.#entries.get(patientId);
    if (entry !== undefined) entry.toldNews2 = JSON.stringify(now);
    return now;
  }

  /** The same; null where it is what the screens were told last. */
  changedNews2(patientId: number): PatientLive['news2'] | null {
    const told = this.#entries.get(patientId)?.toldNews2;
    const now = this.tellNews2(patientId);
    return JSON.stringify(now) === told ? null : now;
  }

  /** Everything a tile or the patient screen begins with; null for a patient who is not here. */
  live(patientId: number): PatientLive | null {
    const entry = this.#entries.get(patientId);
    if (entry === undefined) return null;
    const ofPatient = (alarm: Alarm): boolean => alarm.patientId === patientId;
    const wornByPatient = (device: Device): boolean => device.boundTo?.patientId === patientId;
    return this.#live(entry, this.#parts.openAlarms().filter(ofPatient), this.#parts.devices().filter(wornByPatient));
  }

  /** The same of everybody who is here; alarms and devices are gone through once, not once for each patient. */
  allLive(): PatientLive[] {
    const alarms = Map.groupBy(this.#parts.openAlarms(), ({ patientId }) => patientId);
    const devices = Map.groupBy(this.#parts.devices(), ({ boundTo }) => boundTo?.patientId ?? null);
    return [...this.#entries].map(([id, entry]) => this.#live(entry, alarms.get(id) ?? [], devices.get(id) ?? []));
  }

  #live({ patient, predictions }: Entry, alarms: readonly Alarm[], devices: readonly Device[]): PatientLive {
    const values = this.#parts.values(patient.patientId);
    const news2 = this.#news2(patient.patientId, values);
    return { patient, values, predictions: [...predictions.values()], alarms, devices, news2 };
  }
}
