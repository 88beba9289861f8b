// What is stored or heard of a patient becomes what is in memory (ward, current values, alarms), and the screens are told.
import type { Alarms } from './alarms/alarms.ts';
import type { ConsoleEvent } from './contract/events.ts';
import type { CurrentValue, Observation, Patient, Prediction } from './contract/models.ts';
import type { Intake } from './intake/intake.ts';
import type { Remote, StoreReads } from './store/ports.ts';
import type { Ward } from './ward.ts';

export interface WardDeskParts {
  readonly reads: Pick<Remote<StoreReads>, 'observations' | 'latestPredictions'>;
  readonly ward: Ward;
  readonly intake: Intake;
  readonly alarms: Alarms;
  readonly emit: (event: ConsoleEvent) => void;
  readonly now: () => number;
}

const OBSERVED_SINCE_MS = 24 * 3_600_000;

export class WardDesk {
  readonly #parts: WardDeskParts;

  constructor(parts: WardDeskParts) {
    this.#parts = parts;
  }

  /** A patient as stored now: on the ward from here on, still, or no longer. */
  async takeIn(patient: Patient): Promise<void> {
    const { reads, ward, intake, alarms } = this.#parts;
    const { patientId } = patient;
    if (patient.dischargedAtMs !== null) {
      alarms.patientLeft(patientId);
      ward.remove(patientId);
      intake.left(patientId);
      return;
    }
    const isNew = ward.patient(patientId) === null;
    ward.put(patient);
    if (isNew) await intake.arrived(patientId);
    await this.#takeInObserved(patientId);
    for (const prediction of await reads.latestPredictions({ patientId })) ward.predicted(prediction);
  }

  /** The kinds that changed. */
  valuesChanged(patientId: number, values: readonly CurrentValue[]): void {
    const { ward, emit } = this.#parts;
    emit({ name: 'values.changed', payload: { patientId, values: [...values], news2: ward.tellNews2(patientId) } });
  }

  predicted(prediction: Prediction): void {
    const { ward, alarms, emit } = this.#parts;
    ward.predicted(prediction);
    // First the result, then the alarm that it raises.
    emit({ name: 'prediction.changed', payload: prediction });
    if (ward.patient(prediction.patientId) !== null) alarms.onPrediction(prediction);
  }

  /** A device is this patient's, or is not any more, now or for a time gone by: of what was scored only what is stored still stands. */
  async rebound(patientId: number): Promise<void> {
    const { reads, ward, alarms, emit } = this.#parts;
    const predictions = [...(await reads.latestPredictions({ patientId }))];
    const changed = ward.setPredictions(patientId, predictions);
    for (const model of changed) {
      alarms.predictionStands(patientId, model, predictions.find((each) => each.model === model) ?? null);
    }
    if (changed.length > 0) emit({ name: 'predictions.stand', payload: { patientId, predictions } });
    emit({ name: 'history.changed', payload: { patientId } });
  }

  /** Of one patient. */
  observed(observations: readonly Observation[]): void {
    const { ward, intake, alarms } = this.#parts;
    for (const observation of observations) {
      ward.observed(observation);
      intake.observation(observation);
      // Written down after the discharge, it belongs to the history.
      if (ward.patient(observation.patientId) !== null) alarms.onObservation(observation);
    }
    for (const { patientId } of observations.slice(0, 1)) this.#announceNews2(patientId);
  }

  async retracted(observation: Observation): Promise<void> {
    const { intake, alarms } = this.#parts;
    intake.observation(observation);
    alarms.onObservation(observation);
    await this.#takeInObserved(observation.patientId);
    this.#announceNews2(observation.patientId);
  }

  /** NEWS2 changes with time alone, as values grow too old for it. */
  announceNews2(): void {
    for (const patientId of this.#parts.ward.patientIds()) this.#announceNews2(patientId);
  }

  async #takeInObserved(patientId: number): Promise<void> {
    const { reads, ward, now } = this.#parts;
    ward.setObserved(patientId, await reads.observations({ patientId, fromMs: now() - OBSERVED_SINCE_MS }));
  }

  /** Where it is not what the screens were told last: they hear of it without a value. */
  #announceNews2(patientId: number): void {
    const { ward, emit } = this.#parts;
    if (ward.patient(patientId) === null) return;
    const news2 = ward.changedNews2(patientId);
    if (news2 !== null) emit({ name: 'values.changed', payload: { patientId, values: [], news2 } });
  }
}
