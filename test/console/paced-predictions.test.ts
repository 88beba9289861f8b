// Results on their way to the screens: few messages however many come, the newest always, and nothing else is held up or overtaken.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Alarms } from '../../src-main/alarms/alarms.ts';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import type { Alarm, Device, Patient, Prediction, RiskModel } from '../../src-main/contract/models.ts';
import { PacedPredictions } from '../../src-main/paced-predictions.ts';
import type { Ward } from '../../src-main/ward.ts';
import { WardDesk, type WardDeskParts } from '../../src-main/ward-desk.ts';

function prediction(scoredAtMs: number, { patientId = 7, model = 'hypoxia' as RiskModel } = {}): Prediction {
  const predictionId = `${patientId}-${model}-${scoredAtMs}`;
  return { predictionId, patientId, model, version: '1', scoredAtMs, probability: 0.5, level: 'moderate', missing: [] };
}

function result(scoredAtMs: number, of: { patientId?: number; model?: RiskModel } = {}): ConsoleEvent {
  return { name: 'prediction.changed', payload: prediction(scoredAtMs, of) };
}

const alarmOf = (patientId: number | null): ConsoleEvent => ({ name: 'alarm.changed', payload: { patientId } as Alarm });
const leftBy = (patientId: number): ConsoleEvent => ({
  name: 'patient.changed',
  payload: { patientId, dischargedAtMs: 1 } as Patient,
});
const deviceOf = (patientId: number | null): ConsoleEvent => ({
  name: 'device.changed',
  payload: { deviceId: 'HEALTH01', boundTo: patientId === null ? null : { patientId } } as Device,
});

function open() {
  let told: string[] = [];
  const paced = new PacedPredictions((event) =>
    told.push(event.name === 'prediction.changed' ? event.payload.predictionId : event.name),
  );
  /** What the screens have heard since this was asked last. */
  const heard = (): readonly string[] => {
    const lately = told;
    told = [];
    return lately;
  };
  return { emit: paced.emit, close: () => paced.close(), heard };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('pace', () => {
  test('the first is told at once, the newest of those that follow a quarter of a second later', () => {
    const { emit, heard } = open();
    for (const scoredAtMs of [1, 2, 3]) emit(result(scoredAtMs));
    expect(heard()).toEqual(['7-hypoxia-1']);
    vi.advanceTimersByTime(249);
    expect(heard()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard()).toEqual(['7-hypoxia-3']);
    vi.advanceTimersByTime(10_000);
    expect(heard()).toEqual([]);
  });

  test('patients and models have each their own pace', () => {
    const { emit, heard } = open();
    for (const scoredAtMs of [1, 2]) {
      emit(result(scoredAtMs));
      emit(result(scoredAtMs, { model: 'heart' }));
      emit(result(scoredAtMs, { patientId: 8 }));
    }
    expect(heard()).toEqual(['7-hypoxia-1', '7-heart-1', '8-hypoxia-1']);
    vi.advanceTimersByTime(250);
    expect(heard()).toEqual(['7-hypoxia-2', '7-heart-2', '8-hypoxia-2']);
  });

  test('ten seconds of a hundred results a second are told four times a second, and the last one is the last', () => {
    const { emit, heard } = open();
    for (let atMs = 0; atMs < 10_000; atMs += 10) {
      emit(result(atMs));
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(250);
    const all = heard();
    expect(all.length).toBeGreaterThanOrEqual(40);
    expect(all.length).toBeLessThanOrEqual(42);
    expect(all.at(-1)).toBe('7-hypoxia-9990');
  });

  test('after a quiet time the next is told at once again', () => {
    const { emit, heard } = open();
    emit(result(1));
    vi.advanceTimersByTime(250);
    emit(result(2));
    expect(heard()).toEqual(['7-hypoxia-1', '7-hypoxia-2']);
  });

  test('nothing is told once it is closed', () => {
    const { emit, heard, close } = open();
    for (const scoredAtMs of [1, 2]) emit(result(scoredAtMs));
    close();
    vi.advanceTimersByTime(10_000);
    expect(heard()).toEqual(['7-hypoxia-1']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('order', () => {
  test.each([
    ['an alarm', alarmOf(7)],
    ['a discharge', leftBy(7)],
    ['a device that is worn', deviceOf(7)],
    ['a photo', { name: 'photo.changed', payload: { patientId: 7 } } as const],
  ])('%s of the patient is told at once, after what is held back', (_, event) => {
    const { emit, heard } = open();
    for (const scoredAtMs of [1, 2]) emit(result(scoredAtMs));
    emit(event);
    expect(heard()).toEqual(['7-hypoxia-1', '7-hypoxia-2', event.name]);
    vi.advanceTimersByTime(10_000);
    expect(heard()).toEqual([]);
  });

  const unclaimed: ConsoleEvent = { name: 'unclaimed.changed', payload: { deviceIds: [] } };
  test.each([
    ['an alarm of another patient', alarmOf(8)],
    ['an alarm of no patient', alarmOf(null)],
    ['a device that nobody wears', deviceOf(null)],
    ['what concerns no one patient', unclaimed],
  ])('%s is told at once and releases nothing', (_, event) => {
    const { emit, heard } = open();
    for (const scoredAtMs of [1, 2]) emit(result(scoredAtMs));
    emit(event);
    expect(heard()).toEqual(['7-hypoxia-1', event.name]);
  });

  test('a result that raises an alarm is told before it, and at once', () => {
    const { emit, heard } = open();
    const ward = { predicted: () => undefined, patient: () => ({}) } as unknown as Ward;
    const alarms = { onPrediction: () => emit(alarmOf(7)) } as unknown as Alarms;
    const desk = new WardDesk({ ward, alarms, emit } as unknown as WardDeskParts);
    for (const scoredAtMs of [1, 2]) desk.predicted(prediction(scoredAtMs));
    expect(heard()).toEqual(['7-hypoxia-1', 'alarm.changed', '7-hypoxia-2', 'alarm.changed']);
  });

  test('a result released by another event counts: the next waits its time after it', () => {
    const { emit, heard } = open();
    for (const scoredAtMs of [1, 2]) emit(result(scoredAtMs));
    vi.advanceTimersByTime(200);
    emit(alarmOf(7));
    emit(result(3));
    vi.advanceTimersByTime(249);
    expect(heard()).toEqual(['7-hypoxia-1', '7-hypoxia-2', 'alarm.changed']);
    vi.advanceTimersByTime(1);
    expect(heard()).toEqual(['7-hypoxia-3']);
  });
});
