// A made-up patient's stay, the same on every run: pulse and oxygen every ten seconds, cuff, sensor glucose, entries, predictions, alarms.
import type { Alarm, Observation, Prediction, ThresholdRule } from '../../src-main/contract/models.ts';
import { QUALITY } from '../../src-main/links/link.ts';
import type { ReadingRow } from '../../src-main/store/ports.ts';
import { type FakeContents, PATIENT, SETTINGS } from './fake-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Pseudo-random numbers from 0 to 1 (mulberry32), so that a failing test fails again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function simulatedStay(fromMs: number, toMs: number, everyMs = 10_000): FakeContents {
  const random = randomNumbers(11);
  const noise = (size: number) => (random() + random() + random() - 1.5) * size;
  const readings: ReadingRow[] = [];
  const row = (deviceId: string, takenAtMs: number, more: Partial<ReadingRow>, lateMs = 400): void => {
    readings.push({
      readingId: `${deviceId}:${takenAtMs}`,
      deviceId,
      takenAtMs,
      receivedAtMs: takenAtMs + lateMs,
      sequence: readings.length,
      origin: 'live',
      quality: 0,
      values: {},
      specials: {},
      ...more,
    });
  };
  const hours = (atMs: number) => (atMs - fromMs) / HOUR;
  const dipAt = fromMs + (toMs - fromMs) * 0.45;
  for (let at = fromMs; at < toMs; at += everyMs) {
    const h = hours(at);
    const off = h % 24 > 14 && h % 24 < 15.3;
    if (off) continue;
    const dip = Math.exp(-(((at - dipAt) / (20 * MINUTE)) ** 2));
    const heartRate = 74 + 9 * Math.cos((h / 24) * 2 * Math.PI) + 24 * dip + noise(7);
    row('PULSEOX-7F21', at, {
      values: {
        heartRate: Math.round(heartRate * 10) / 10,
        spo2: Math.min(100, Math.round((97 - 11 * dip + noise(1.6)) * 10) / 10),
        respiratoryRate: Math.round((15 + 8 * dip + noise(3)) * 10) / 10,
      },
      quality: random() < 0.004 ? QUALITY.questionable | QUALITY.movement : random() < 0.01 ? QUALITY.lowPerfusion : 0,
    });
  }
  for (let at = fromMs + 12 * MINUTE; at < toMs; at += 30 * MINUTE) {
    const h = hours(at);
    const systolic = 134 + 8 * Math.cos((h / 24) * 2 * Math.PI) + noise(16);
    const diastolic = 82 + noise(10);
    if (Math.round(h * 2) % 17 === 9)
      row('CUFF-02', at, { specials: { systolic: 'NaN', diastolic: 'NaN' }, quality: QUALITY.cuffLoose }, 130_000);
    else
      row(
        'CUFF-02',
        at,
        {
          values: {
            systolic: Math.round(systolic),
            diastolic: Math.round(diastolic),
            meanPressure: Math.round(diastolic + (systolic - diastolic) / 3),
          },
        },
        130_000,
      );
  }
  for (let at = fromMs; at < toMs; at += 5 * MINUTE) {
    const h = hours(at) % 24;
    const meal = [1, 5.5, 11].reduce(
      (sum, start) => sum + (h > start ? 85 * ((h - start) / 0.8) * Math.exp(1 - (h - start) / 0.8) : 0),
      0,
    );
    const backfill = h > 14 && h < 15.3;
    row(
      'CGM-A1',
      at,
      { values: { glucose: Math.round(108 + meal * 0.9 + noise(8)) }, origin: backfill ? 'backfill' : 'live' },
      backfill ? 2 * HOUR : 900,
    );
  }

  const predictions: Prediction[] = [];
  const predict = (
    model: Prediction['model'],
    scoredAtMs: number,
    probability: number | null,
    missing: readonly string[] = [],
  ): void => {
    const level = probability === null ? 'abstained' : probability >= 0.6 ? 'high' : probability >= 0.3 ? 'moderate' : 'low';
    predictions.push({
      predictionId: `${model}:${scoredAtMs}`,
      patientId: PATIENT.patientId,
      model,
      version: '1.0.0',
      scoredAtMs,
      probability,
      level,
      missing,
    });
  };
  for (let at = fromMs + MINUTE; at < toMs; at += MINUTE) {
    const dip = Math.exp(-(((at - dipAt) / (25 * MINUTE)) ** 2));
    if (hours(at) % 24 < 14 || hours(at) % 24 > 15.3)
      predict('hypoxia', at, Math.min(0.98, Math.max(0.01, 0.07 + 0.8 * dip + noise(0.05))));
    if (at % (5 * MINUTE) < MINUTE) predict('diabetes', at, 0.46 + noise(0.02), ['skinThicknessMm', 'insulinUuMl']);
    if (at % (10 * MINUTE) < MINUTE) predict('heart', at, null, ['chestPainType', 'stDepressionMm', 'thal', 'majorVessels']);
  }

  return {
    settings: SETTINGS,
    patient: PATIENT,
    readings,
    predictions,
    observations: simulatedEntries(fromMs),
    photos: [],
    alarms: simulatedAlarms(fromMs, dipAt),
    thresholds: simulatedRules(),
    devices: [
      device('PULSEOX-7F21', 'Pulse oximeter 7F21', 'WristOx 3150', '1.4'),
      device('CUFF-02', 'Upper arm cuff', 'BP-8', '2.0.1'),
      device('CGM-A1', 'Glucose sensor', 'Wear-G', '0.9'),
    ],
    worn: ['PULSEOX-7F21', 'CUFF-02', 'CGM-A1'].map((deviceId, at) => ({
      deviceId,
      fromMs: at === 1 ? fromMs + 5 * MINUTE : fromMs - HOUR,
      toMs: at === 2 ? toMs - HOUR : null,
      wasInDoubt: false,
    })),
  };
}

function device(deviceId: string, name: string, model: string, firmware: string) {
  return {
    sourceId: 1,
    deviceId,
    transport: 'bluetooth' as const,
    name,
    address: null,
    model,
    firmware,
    addedAtMs: 0,
    revokedAtMs: null,
    lastHeardAtMs: null,
    tokenUsedAtMs: null,
    tokenUsedFrom: null,
    cgmOctetOrder: 'status-first' as const,
  };
}

export function entry(
  observationId: number,
  more: Partial<Observation> & Pick<Observation, 'kind' | 'value' | 'takenAtMs'>,
): Observation {
  return {
    observationId,
    patientId: PATIENT.patientId,
    enteredValue: String(more.value),
    enteredUnit: '',
    recordedAtMs: more.takenAtMs + 2 * MINUTE,
    recordedBy: 'Nora Nurse',
    note: '',
    overrides: null,
    retractedAtMs: null,
    retractedBy: null,
    retractedReason: null,
    ...more,
  };
}

function simulatedEntries(fromMs: number): Observation[] {
  const at = (hours: number) => fromMs + hours * HOUR;
  return [
    entry(1, { kind: 'heightCm', value: 171, enteredUnit: 'cm', takenAtMs: at(0.4) }),
    entry(2, { kind: 'weightKg', value: 78.4711, enteredValue: '173', enteredUnit: '[lb_av]', takenAtMs: at(0.4) }),
    entry(3, { kind: 'temperature', value: 37.2, enteredUnit: 'Cel', takenAtMs: at(0.5) }),
    entry(4, {
      kind: 'temperature',
      value: 39.7,
      enteredUnit: 'Cel',
      takenAtMs: at(6),
      retractedAtMs: at(6.1),
      retractedBy: 'Nora Nurse',
      retractedReason: 'typed into the wrong patient',
    }),
    entry(5, { kind: 'temperature', value: 37.6, enteredUnit: 'Cel', takenAtMs: at(12), recordedAtMs: at(13.2) }),
    entry(6, {
      kind: 'glucose',
      value: 154,
      enteredValue: '8,5',
      enteredUnit: 'mmol/L',
      takenAtMs: at(9),
      note: 'fingerstick before lunch',
    }),
    entry(7, {
      kind: 'spo2',
      value: 93,
      enteredUnit: '%',
      takenAtMs: at(14.9),
      note: 'probe moved to the left hand',
      overrides: { deviceId: 'PULSEOX-7F21', takenAtMs: at(14.89), value: 86 },
    }),
    entry(8, { kind: 'consciousness', value: 0, takenAtMs: at(15) }),
    entry(9, { kind: 'chestPainType', value: 4, takenAtMs: at(15), recordedBy: 'Dr Dora Doctor' }),
    entry(10, { kind: 'insulinUuMl', value: 94, enteredUnit: 'u[IU]/mL', takenAtMs: at(15.1) }),
  ];
}

export function alarm(alarmId: string, more: Partial<Alarm> & Pick<Alarm, 'raisedAtMs'>): Alarm {
  return {
    alarmId,
    category: 'physiological',
    rule: 'spo2.low',
    priority: 'high',
    patientId: PATIENT.patientId,
    deviceId: null,
    message: 'SpO₂ low',
    detail: '86 % is below 90 %',
    lastSeenAtMs: more.raisedAtMs + MINUTE,
    endedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    state: 'active',
    ...more,
  };
}

function simulatedAlarms(fromMs: number, dipAt: number): Alarm[] {
  return [
    alarm('a1', {
      raisedAtMs: dipAt - 10 * MINUTE,
      endedAtMs: dipAt + 16 * MINUTE,
      acknowledgedAtMs: dipAt - 8.7 * MINUTE,
      acknowledgedBy: 'Nora Nurse',
      state: 'cleared',
    }),
    alarm('a2', {
      raisedAtMs: dipAt - 6 * MINUTE,
      rule: 'risk.hypoxia',
      priority: 'medium',
      message: 'Hypoxia risk high',
      detail: '0.62 is above 0.60',
      endedAtMs: dipAt + 15 * MINUTE,
      acknowledgedAtMs: dipAt - 5 * MINUTE,
      acknowledgedBy: 'Nora Nurse',
      state: 'cleared',
    }),
    alarm('a3', {
      raisedAtMs: fromMs + 14.02 * HOUR,
      category: 'technical',
      rule: 'signal.lost',
      priority: 'medium',
      deviceId: 'PULSEOX-7F21',
      message: 'No signal from PULSEOX-7F21',
      detail: 'nothing heard for 60 s',
      endedAtMs: fromMs + 15.3 * HOUR,
      acknowledgedAtMs: fromMs + 14.3 * HOUR,
      acknowledgedBy: 'Dr Dora Doctor',
      state: 'cleared',
    }),
    alarm('a4', {
      raisedAtMs: fromMs + 1.9 * HOUR,
      rule: 'glucose.high',
      priority: 'low',
      message: 'Glucose high',
      detail: '188 mg/dL is above 180 mg/dL',
      endedAtMs: fromMs + 2.6 * HOUR,
      state: 'latched',
    }),
  ];
}

function simulatedRules(): ThresholdRule[] {
  const rule = (ruleId: string, subject: string, comparison: 'below' | 'above', limit: number, unit: string): ThresholdRule => ({
    ruleId,
    title: ruleId,
    subject,
    comparison,
    limit,
    unit,
    hysteresis: 1,
    consecutive: 3,
    priority: 'high',
    enabled: true,
    patientId: null,
  });
  return [
    rule('spo2.low', 'spo2', 'below', 90, '%'),
    rule('heartRate.high', 'heartRate', 'above', 130, '/min'),
    rule('heartRate.low', 'heartRate', 'below', 45, '/min'),
    rule('systolic.high', 'systolic', 'above', 180, 'mm[Hg]'),
    rule('glucose.high', 'glucose', 'above', 180, 'mg/dL'),
    rule('glucose.low', 'glucose', 'below', 70, 'mg/dL'),
  ];
}
