// A set of alarms with clocks that the test turns by hand, and a record of all that was told.
import { Alarms, type AlarmsOptions } from '../../src-main/alarms/alarms.ts';
import { defaultRules } from '../../src-main/alarms/rules.ts';
import type { Alarm, AudioPause, CurrentValue, Observation, Patient, Prediction } from '../../src-main/contract/models.ts';
import type { Measurement } from '../../src-main/links/link.ts';

export const START_MS = Date.UTC(2026, 0, 5, 8);

export const ADA: Patient = {
  patientId: 1,
  mrn: '1001',
  name: 'Ada',
  birthDate: '1960-05-01',
  sex: 'female',
  location: '',
  note: '',
  admittedAtMs: 0,
  dischargedAtMs: null,
};

/** Hers of START_MS, far too low. */
export const LOW_SPO2: CurrentValue = {
  kind: 'spo2',
  value: 80,
  special: null,
  takenAtMs: START_MS,
  receivedAtMs: START_MS,
  source: 'device',
  deviceId: 'HEALTH01',
  quality: [],
  trendPerMinute: null,
};

export const MODELS = (['diabetes', 'heart', 'hypoxia'] as const).map((name) => ({
  name,
  title: name,
  thresholds: { moderate: 0.3, high: 0.6 },
}));

export function bench(options: Partial<AlarmsOptions> = {}) {
  const clock = { wallMs: START_MS, mono: 1_000_000 };
  const told: Alarm[] = [];
  const saved: Alarm[] = [];
  const reminded: Alarm[] = [];
  const pauses: AudioPause[] = [];
  const alarms = new Alarms({
    now: () => clock.wallMs,
    monotonicNow: () => clock.mono,
    onChange: (alarm) => told.push(alarm),
    onReminder: (alarm) => reminded.push(alarm),
    onAudioPause: (pause) => pauses.push(pause),
    persist: async (alarm) => saved.push(alarm),
    rules: defaultRules(MODELS),
    units: () => ({ glucoseUnit: 'mg/dL', temperatureUnit: 'Cel' }),
    lostSignalAfterSeconds: 60,
    ...options,
  });
  const pass = (ms: number) => {
    clock.wallMs += ms;
    clock.mono += ms;
  };
  /** Second by second, as the console ticks. */
  const run = (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      pass(1000);
      alarms.tick();
    }
  };
  let sequence = 0;
  const reading = (values: Measurement['values'], more: Partial<Measurement> = {}): Measurement => {
    sequence += 1;
    return {
      deviceId: 'HEALTH01',
      takenAtMs: clock.wallMs,
      receivedAtMs: clock.wallMs,
      sequence,
      origin: 'live',
      values,
      specials: {},
      quality: 0,
      ...more,
    };
  };
  /** One reading of patient 1, a second after the last. */
  const hear = (values: Measurement['values'], more: Partial<Measurement> = {}) => {
    pass(1000);
    return alarms.onMeasurement(1, reading(values, more));
  };
  const open = () => alarms.open().map((alarm) => `${alarm.rule}:${alarm.state}`);
  return { alarms, clock, told, saved, reminded, pauses, pass, run, reading, hear, open };
}

export function observation(
  kind: Observation['kind'],
  value: number,
  takenAtMs: number,
  more: Partial<Observation> = {},
): Observation {
  return {
    observationId: 1,
    patientId: 1,
    kind,
    value,
    enteredValue: String(value),
    enteredUnit: '',
    takenAtMs,
    recordedAtMs: takenAtMs,
    recordedBy: 'Nurse Ada',
    note: '',
    overrides: null,
    retractedAtMs: null,
    retractedBy: null,
    retractedReason: null,
    ...more,
  };
}

export function prediction(probability: number | null, scoredAtMs: number, model: Prediction['model'] = 'hypoxia'): Prediction {
  const level = probability === null ? 'abstained' : probability >= 0.6 ? 'high' : 'low';
  return { predictionId: 'p', patientId: 1, model, version: '1', scoredAtMs, probability, level, missing: [] };
}
