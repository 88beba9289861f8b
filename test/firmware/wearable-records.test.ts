// The simulated wearable over its whole way: what its sensors say becomes records and electrocardiogram frames.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ECG_CHARACTERISTIC, ECG_SERVICE } from '../../firmware/raspberry-pi/ecg-service.ts';
import { BLUETOOTH_WAY } from '../../firmware/raspberry-pi/health-service.ts';
import { createSimulatedWearable, RecordStore } from '../../firmware/raspberry-pi/index.ts';
import { PROFILES } from '../../firmware/raspberry-pi/patient-profiles.ts';
import { Physiology } from '../../firmware/raspberry-pi/physiology.ts';
import { recordsOf } from '../../firmware/raspberry-pi/records.ts';
import { simulatedEcg } from '../../firmware/raspberry-pi/sensors/simulated-ecg.ts';

const START = Date.UTC(2026, 0, 5, 6);
const NOTHING = { heart: null, oximeter: null, respiration: null, glucose: null, cuff: null };

beforeEach(() => vi.useFakeTimers({ now: START }));
afterEach(() => vi.useRealTimers());

function wearable(store: RecordStore) {
  const options = { serial: 'HS-TEST', name: 'Band', address: '02:00:00:00:00:01', token: 'only-for-tests', store };
  return createSimulatedWearable({ ...options, dropOutsPerHour: 0 });
}

const memory = (): RecordStore => new RecordStore({ path: ':memory:', capacity: 10_000, ways: [BLUETOOTH_WAY] });

describe('records', () => {
  it('every second is kept, connected or not, whatever its sensors say', () => {
    const store = memory();
    const { start, stop } = wearable(store);
    start();
    vi.advanceTimersByTime(10 * 60_000);
    stop();
    const kept = store.from(1, 10_000);
    expect(new Set(kept.map(({ takenAtMs }) => takenAtMs)).size).toBe(600);
    expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_, at) => at + 1));
    expect(kept.filter(({ values }) => 'heartRate' in values)).toHaveLength(600);
    expect(kept.filter(({ values }) => 'glucose' in values)).toHaveLength(2);
    expect(kept.filter(({ values }) => 'systolic' in values)).toHaveLength(2);
    expect(kept.filter(({ values }) => 'respiratoryRate' in values)).toHaveLength(120);
  });

  it('values of one quality share a record; the cuff has its own', () => {
    const heart = { heartRatePerMin: 70, contact: true, rrIntervalsMs: [] };
    const oximeter = { spo2Percent: 96, pulseRatePerMin: 71, pulseAmplitudePercent: 3, lowPerfusion: false, offUser: false };
    const cuff = {
      systolicMmHg: 120,
      diastolicMmHg: 80,
      meanMmHg: null,
      pulseRatePerMin: 70,
      movement: false,
      cuffLoose: false,
      irregularPulse: true,
      takenAtMs: START + 5,
    };
    expect(recordsOf({ ...NOTHING, heart, oximeter: { ...oximeter, questionable: false }, cuff }, START)).toEqual([
      { takenAtMs: START, values: { heartRate: 70, spo2: 96, pulseRate: 71 }, quality: 0 },
      { takenAtMs: START + 5, values: { systolic: 120, diastolic: 80, pulseRate: 70 }, quality: 1 << 7 },
    ]);
    expect(recordsOf({ ...NOTHING, heart, oximeter: { ...oximeter, questionable: true } }, START)).toEqual([
      { takenAtMs: START, values: { heartRate: 70 }, quality: 0 },
      { takenAtMs: START, values: { spo2: 96, pulseRate: 71 }, quality: 1 },
    ]);
  });

  it('off the skin there is no value, and it is said why', () => {
    const heart = { heartRatePerMin: 0, contact: false, rrIntervalsMs: [] };
    expect(recordsOf({ ...NOTHING, heart }, START)).toEqual([{ takenAtMs: START, values: { heartRate: null }, quality: 1 << 3 }]);
  });

  it('a wearable without a token offers no records', () => {
    const { peripheral } = createSimulatedWearable({ serial: 'HS-TEST', name: 'Band', address: '02:00:00:00:00:01' });
    expect(peripheral.services.some(({ uuid }) => uuid.startsWith('5c4d0010'))).toBe(false);
  });
});

describe('electrocardiogram', () => {
  it('leaves in five frames a second without a hole, and only while somebody listens', () => {
    const frames: Uint8Array[] = [];
    const { peripheral, start, stop } = wearable(memory());
    start();
    vi.advanceTimersByTime(3_000);
    peripheral.connected({ notify: (_service, _uuid, bytes) => frames.push(bytes), lost: () => {} });
    vi.advanceTimersByTime(1_000);
    expect(frames).toHaveLength(0);
    peripheral.setNotify(ECG_SERVICE, ECG_CHARACTERISTIC.samples, true);
    vi.advanceTimersByTime(60_000);
    stop();
    const indices = frames.map((bytes) => new DataView(bytes.buffer).getUint32(0, true));
    expect(frames.length).toBeGreaterThanOrEqual(299);
    expect(indices).toEqual(indices.map((_, at) => (indices[0] ?? 0) + 50 * at));
    expect(indices[0]).toBeGreaterThanOrEqual(950);
    expect(frames.every((bytes) => bytes.length === 80)).toBe(true);
  });

  it('beats as the heart does', () => {
    const body = new Physiology(PROFILES.healthy, 3, START);
    const ecg = simulatedEcg(() => ({ ...body.state(), heartRatePerMin: 90, worn: true, moving: false }), 1);
    ecg.take(0, true);
    const samples = Array.from({ length: 60 }, (_, second) => ecg.take((second + 1) * 1_000, true).samples).flat();
    expect(samples).toHaveLength(15_000);
    const beats = samples.filter(
      (sample, at) => sample > 120 && sample >= (samples[at - 1] ?? 0) && sample > (samples[at + 1] ?? 0),
    );
    expect(beats.length).toBeGreaterThanOrEqual(88);
    expect(beats.length).toBeLessThanOrEqual(92);
  });

  it('off the skin it says so, at the rail', () => {
    const body = new Physiology(PROFILES.healthy, 3, START);
    const ecg = simulatedEcg(() => ({ ...body.state(), worn: false }), 1);
    ecg.take(0, true);
    expect(ecg.take(1_000, true)).toMatchObject({ leadOff: true, saturated: true });
  });
});
