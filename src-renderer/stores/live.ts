// The ward as it is now: every patient's values, predictions, alarms and devices, kept current by events.
import { create } from 'zustand';
import type { EventPayload } from '../../src-main/contract/events.ts';
import type { Alarm, CurrentValue, Device, Patient, PatientLive, Prediction } from '../../src-main/contract/models.ts';
import { addPoints, type RecentPoint, type RecentSeries } from './recent.ts';

export type Ward = ReadonlyMap<number, PatientLive>;

interface LiveState {
  readonly ward: Ward;
  /** Last ten minutes of what tiles draw, per patient. */
  readonly recent: ReadonlyMap<number, RecentSeries>;
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly problem: string;
}

export const useLive = create<LiveState>(() => ({ ward: new Map(), recent: new Map(), phase: 'loading', problem: '' }));

export function clearLive(): void {
  useLive.setState({ ward: new Map(), recent: new Map(), phase: 'loading', problem: '' });
}

export function setWard(patients: readonly PatientLive[]): void {
  useLive.setState((state) => ({
    ward: new Map(patients.map((live) => [live.patient.patientId, live])),
    recent: patients.reduce((recent, live) => remember(recent, live.patient.patientId, live.values), state.recent),
    phase: 'ready',
    problem: '',
  }));
}

export function setWardFailed(problem: string): void {
  useLive.setState((state) => ({ phase: state.ward.size > 0 ? 'ready' : 'failed', problem }));
}

export function putPatientLive(live: PatientLive): void {
  useLive.setState((state) => ({ ward: new Map(state.ward).set(live.patient.patientId, live) }));
}

/** The console's word is final: a retracted entry may well bring back an earlier value. */
export function applyValues({ patientId, values, news2 }: EventPayload<'values.changed'>): void {
  useLive.setState((state) => {
    const changed = change(state.ward, patientId, (live) => ({
      ...live,
      values: replaceBy(live.values, values, (v) => v.kind),
      news2,
    }));
    return changed === state.ward ? state : { ward: changed, recent: remember(state.recent, patientId, values) };
  });
}

export function applyPrediction(prediction: Prediction): void {
  useLive.setState((state) => ({
    ward: change(state.ward, prediction.patientId, (live) => ({
      ...live,
      predictions: replaceBy(live.predictions, [prediction], (p) => p.model),
    })),
  }));
}

/** All others were withdrawn. */
export function applyStanding({ patientId, predictions }: EventPayload<'predictions.stand'>): void {
  useLive.setState((state) => ({ ward: change(state.ward, patientId, (live) => ({ ...live, predictions })) }));
}

export function applyAlarm(alarm: Alarm): void {
  const { patientId } = alarm;
  if (patientId === null) return;
  useLive.setState((state) => ({
    ward: change(state.ward, patientId, (live) => {
      const others = live.alarms.filter((other) => other.alarmId !== alarm.alarmId);
      return { ...live, alarms: alarm.state === 'cleared' ? others : [...others, alarm] };
    }),
  }));
}

/** A device is shown with the one patient who wears it. */
export function applyDevice(device: Device): void {
  useLive.setState((state) => {
    const wornBy = device.revokedAtMs === null ? (device.boundTo?.patientId ?? null) : null;
    const ward = new Map(state.ward);
    for (const [patientId, live] of state.ward) {
      const index = live.devices.findIndex((other) => other.deviceId === device.deviceId);
      if (patientId === wornBy) {
        const devices = index < 0 ? [...live.devices, device] : live.devices.with(index, device);
        ward.set(patientId, { ...live, devices });
      } else if (index >= 0) {
        ward.set(patientId, { ...live, devices: live.devices.toSpliced(index, 1) });
      }
    }
    return { ward };
  });
}

/** Returns whether the patient is on the ward but unknown here, so that the caller asks for the rest. */
export function applyPatient(patient: Patient): boolean {
  const { ward } = useLive.getState();
  const live = ward.get(patient.patientId);
  if (patient.dischargedAtMs !== null) {
    const without = new Map(ward);
    without.delete(patient.patientId);
    useLive.setState({ ward: without });
    return false;
  }
  if (live === undefined) return true;
  useLive.setState({ ward: new Map(ward).set(patient.patientId, { ...live, patient }) });
  return false;
}

/** Puts history under what has been heard live, for the sparkline of a tile that has just appeared. */
export function setRecent(patientId: number, points: readonly RecentPoint[]): void {
  useLive.setState((state) => ({ recent: new Map(state.recent).set(patientId, addPoints(state.recent.get(patientId), points)) }));
}

function change(ward: Ward, patientId: number, how: (live: PatientLive) => PatientLive): Ward {
  const live = ward.get(patientId);
  return live === undefined ? ward : new Map(ward).set(patientId, how(live));
}

function replaceBy<T>(old: readonly T[], incoming: readonly T[], key: (item: T) => unknown): readonly T[] {
  const keys = new Set(incoming.map(key));
  return [...old.filter((item) => !keys.has(key(item))), ...incoming];
}

function remember(
  recent: ReadonlyMap<number, RecentSeries>,
  patientId: number,
  values: readonly CurrentValue[],
): ReadonlyMap<number, RecentSeries> {
  const points = values.map(({ kind, takenAtMs, value }) => ({ kind, atMs: takenAtMs, value }));
  return new Map(recent).set(patientId, addPoints(recent.get(patientId), points));
}

export function usePatientLive(patientId: number): PatientLive | undefined {
  return useLive((state) => state.ward.get(patientId));
}
