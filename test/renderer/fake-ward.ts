// A made-up ward for looking at the screens without a backend: eight patients, one of each kind of trouble.
import type { Alarm, CurrentValue, Device, Patient, PatientLive, Prediction, RiskLevel } from '../../src-main/contract/models.ts';
import { VITAL_KINDS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { PLAIN_LINK } from './fake-links.ts';

export interface FakePatient {
  readonly patient: Patient;
  /** Typical value per kind; a missing kind has never been measured. */
  readonly typical: Partial<Record<VitalKind, number>>;
  /** Seconds ago of kinds that have stopped coming. */
  readonly stalled: Partial<Record<VitalKind, number>>;
  readonly risk: readonly [diabetes: number | null, heart: number | null, hypoxia: number | null];
  readonly deviceId: string | null;
}

const DAY_MS = 86_400_000;
const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));

function person(
  patientId: number,
  name: string,
  birthDate: string,
  sex: Patient['sex'],
  location: string,
  rest: Omit<FakePatient, 'patient'>,
): FakePatient {
  const admittedAtMs = Date.now() - patientId * 0.7 * DAY_MS;
  const mrn = String(104_200 + patientId * 37);
  return {
    patient: {
      patientId,
      mrn,
      name,
      birthDate,
      sex,
      location,
      note: '',
      admittedAtMs: Math.round(admittedAtMs),
      dischargedAtMs: null,
    },
    ...rest,
  };
}

const full = (hr: number, spo2: number, sys: number, dia: number, glucose: number, rr: number, temperature: number) => ({
  heartRate: hr,
  spo2,
  systolic: sys,
  diastolic: dia,
  meanPressure: Math.round((sys + 2 * dia) / 3),
  glucose,
  respiratoryRate: rr,
  temperature,
});

export const FAKE_WARD: readonly FakePatient[] = [
  person(1, 'Ada Example', '1960-05-01', 'female', 'A1', {
    typical: full(74, 97, 128, 79, 112, 15, 36.7),
    stalled: {},
    risk: [0.18, 0.22, 0.04],
    deviceId: 'WEAR-01',
  }),
  person(2, 'Bartholomew Featherstonehaugh-Montgomery', '1948-11-23', 'male', 'A2', {
    typical: full(128, 87, 96, 58, 164, 26, 38.9),
    stalled: {},
    risk: [0.57, 0.81, 0.93],
    deviceId: 'WEAR-02',
  }),
  person(3, 'María José Núñez Álvarez', '1971-02-14', 'female', 'A3', {
    typical: { heartRate: 88, spo2: 95, systolic: 142, diastolic: 91, glucose: 262 },
    stalled: { systolic: 2900, diastolic: 2900 },
    risk: [0.86, null, 0.12],
    deviceId: 'WEAR-03',
  }),
  person(4, 'Jürgen Weiß', '1985-07-30', 'male', 'A4', {
    typical: { heartRate: 67, spo2: 98 },
    stalled: { heartRate: 1140, spo2: 1140 },
    risk: [null, null, 0.03],
    deviceId: 'WEAR-04',
  }),
  person(5, 'Nguyễn Thị Minh Khai', '1993-09-09', 'female', 'B1', {
    typical: full(81, 99, 117, 72, 58, 17, 37.1),
    stalled: {},
    risk: [0.07, 0.05, 0.02],
    deviceId: 'WEAR-05',
  }),
  person(6, 'Kofi Mensah', '1956-01-19', 'male', 'B2', {
    typical: { ...full(58, 94, 151, 88, 138, 13, 36.4) },
    stalled: { glucose: 5400, temperature: 9000 },
    risk: [0.44, 0.63, 0.31],
    deviceId: 'WEAR-06',
  }),
  person(7, 'Olga Petrovna Kuznetsova', '1939-12-31', 'female', 'B3', {
    typical: { systolic: 134, diastolic: 76, glucose: 121 },
    stalled: { systolic: 600, diastolic: 600, glucose: 420 },
    risk: [null, null, null],
    deviceId: null,
  }),
  person(8, 'Sam Okafor', '2001-03-17', 'other', 'B4', {
    typical: {},
    stalled: {},
    risk: [null, null, null],
    deviceId: 'WEAR-08',
  }),
];

const SPREAD: Readonly<Record<VitalKind, number>> = {
  heartRate: 5,
  pulseRate: 5,
  spo2: 1.2,
  systolic: 5,
  diastolic: 3,
  meanPressure: 4,
  glucose: 9,
  respiratoryRate: 1.5,
  temperature: 0.15,
};

/** A smooth, repeatable wander around the typical value; the same instant always gives the same value. */
export function valueAt(who: FakePatient, kind: VitalKind, atMs: number): number | null {
  const typical = who.typical[kind];
  if (typical === undefined) return null;
  const seed = who.patient.patientId * 7 + VITAL_KINDS.indexOf(kind) * 3;
  const minutes = atMs / 60_000;
  const wave =
    Math.sin(minutes / 3 + seed) * 0.5 + Math.sin(minutes / 17 + seed * 2) * 0.7 + Math.sin(minutes * 2.3 + seed) * 0.25;
  const value = typical + wave * SPREAD[kind];
  return round(kind === 'spo2' ? Math.min(100, value) : value, kind === 'temperature' ? 1 : 0);
}

/** How often a kind is measured, in seconds. */
export const EVERY_SECONDS: Readonly<Record<VitalKind, number>> = {
  heartRate: 1,
  pulseRate: 1,
  spo2: 1,
  systolic: 300,
  diastolic: 300,
  meanPressure: 300,
  glucose: 60,
  respiratoryRate: 10,
  temperature: 300,
};

export function currentValueOf(who: FakePatient, kind: VitalKind, nowMs: number): CurrentValue | null {
  const stalledSeconds = who.stalled[kind];
  const takenAtMs =
    stalledSeconds === undefined
      ? Math.floor(nowMs / (EVERY_SECONDS[kind] * 1000)) * EVERY_SECONDS[kind] * 1000
      : STARTED_AT_MS - stalledSeconds * 1000;
  const value = valueAt(who, kind, takenAtMs);
  if (value === null) return null;
  const before = valueAt(who, kind, takenAtMs - 60_000) ?? value;
  const manual = who.deviceId === null;
  return {
    kind,
    value,
    special: null,
    takenAtMs,
    receivedAtMs: takenAtMs + 180,
    source: manual ? 'manual' : 'device',
    deviceId: manual ? null : who.deviceId,
    quality: [],
    trendPerMinute: round(value - before, 2),
  };
}

const STARTED_AT_MS = Date.now();

export function predictionsOf(who: FakePatient, nowMs: number): readonly Prediction[] {
  const missing = { diabetes: ['BMI'], heart: ['Total cholesterol', 'Chest pain'], hypoxia: ['Oxygen saturation'] } as const;
  return (['diabetes', 'heart', 'hypoxia'] as const).map((model, index) => {
    const probability = who.risk[index] ?? null;
    return {
      predictionId: `${who.patient.patientId}:${model}:${nowMs}`,
      patientId: who.patient.patientId,
      model,
      version: '1.0.0',
      scoredAtMs: nowMs - 4_000,
      probability,
      level: levelOf(probability),
      missing: probability === null ? missing[model] : [],
    };
  });
}

function levelOf(probability: number | null): RiskLevel {
  if (probability === null) return 'abstained';
  if (probability >= 0.7) return 'high';
  return probability >= 0.4 ? 'moderate' : 'low';
}

export function news2Of(who: FakePatient): PatientLive['news2'] {
  const scores: readonly PatientLive['news2'][] = [
    { score: 0, complete: true, missing: [], band: 'none', anySingleThree: false },
    { score: 11, complete: true, missing: [], band: 'high', anySingleThree: true },
    {
      score: 2,
      complete: false,
      missing: ['Respiratory rate', 'Temperature', 'Consciousness'],
      band: 'low',
      anySingleThree: false,
    },
    {
      score: 0,
      complete: false,
      missing: ['Systolic pressure', 'Temperature', 'Respiratory rate'],
      band: 'none',
      anySingleThree: false,
    },
    { score: 0, complete: true, missing: [], band: 'none', anySingleThree: false },
    { score: 3, complete: false, missing: ['Consciousness'], band: 'low-medium', anySingleThree: true },
    { score: 0, complete: false, missing: ['Pulse', 'Oxygen saturation'], band: 'none', anySingleThree: false },
    { score: 0, complete: false, missing: ['everything'], band: 'none', anySingleThree: false },
  ];
  return scores[who.patient.patientId - 1] ?? { score: 0, complete: false, missing: [], band: 'none', anySingleThree: false };
}

export function initialDevices(): readonly Device[] {
  const states: Readonly<Record<string, Partial<Device>>> = {
    'WEAR-01': { ecg: { lead: 'II', sampleRateHz: 250 } },
    'WEAR-02': {
      batteryPercent: 34,
      rssiDbm: -71,
      rejected: 3,
      lastRejection: 'spo2: 920 is above the limit of 100%',
      rejections: [
        { reason: 'spo2: 920 is above the limit of 100%', count: 2, lastAtMs: STARTED_AT_MS - 40_000 },
        { reason: 'frame is 2 bytes short', count: 1, lastAtMs: STARTED_AT_MS - 300_000 },
      ],
      clock: 'corrected',
      clockOffsetMs: -7 * 60_000,
    },
    'WEAR-03': { trust: 'paired', name: 'Beurer PO60', model: 'PO60', clock: 'unset' },
    'WEAR-04': {
      state: 'lost',
      detail: 'The link was lost. It is tried again by itself.',
      batteryPercent: 9,
      rssiDbm: -92,
      lastHeardAtMs: STARTED_AT_MS - 1_140_000,
    },
    'WEAR-05': { backfill: { received: 1_240, expected: 3_600 }, lost: 12 },
    'WEAR-06': { batteryPercent: 58, rssiDbm: -79, duplicates: 41, trust: 'token' },
    'WEAR-08': { state: 'connecting', detail: 'Asking for its services', batteryPercent: null, rssiDbm: -66, accepted: 0 },
  };
  const worn = FAKE_WARD.flatMap((who, index) => (who.deviceId === null ? [] : [{ who, deviceId: who.deviceId, index }]));
  const devices: Device[] = worn.map(({ who, deviceId, index }) => ({
    deviceId,
    transport: index === 5 ? 'mqtt' : 'bluetooth',
    name: `HealthSense Band ${index + 1}`,
    address: index === 5 ? null : `C8:2B:96:00:1A:0${index}`,
    model: 'Band 2',
    firmware: '1.4.2',
    state: 'connected',
    detail: '',
    batteryPercent: 92 - index * 6,
    rssiDbm: index === 5 ? null : -58 - index * 2,
    clockOffsetMs: 120,
    lastHeardAtMs: STARTED_AT_MS,
    addedAtMs: STARTED_AT_MS - 9 * DAY_MS,
    revokedAtMs: null,
    tokenUsedAtMs: null,
    tokenUsedFrom: null,
    boundTo: {
      patientId: who.patient.patientId,
      name: who.patient.name,
      mrn: who.patient.mrn,
      fromMs: who.patient.admittedAtMs,
      untilMs: null,
    },
    ...PLAIN_LINK,
    accepted: 18_240 - index * 911,
    duplicates: index,
    rejected: 0,
    unbound: 0,
    lastRejection: '',
    ...states[deviceId],
  }));
  const first = devices[0];
  if (first === undefined) return devices;
  devices.push(
    {
      ...first,
      deviceId: 'WEAR-09',
      name: 'HealthSense Band 9',
      address: 'C8:2B:96:00:1A:09',
      boundTo: null,
      unbound: 212,
      accepted: 212,
      batteryPercent: 77,
    },
    {
      ...first,
      deviceId: 'HEALTH01',
      transport: 'http',
      name: 'Corridor gateway',
      address: null,
      state: 'unseen',
      batteryPercent: null,
      rssiDbm: null,
      lastHeardAtMs: null,
      boundTo: null,
      accepted: 0,
    },
  );
  return devices;
}

function alarm(alarmId: string, patientId: number | null, deviceId: string | null, rest: Partial<Alarm>): Alarm {
  const raisedAtMs = rest.raisedAtMs ?? STARTED_AT_MS - 120_000;
  return {
    alarmId,
    category: 'physiological',
    rule: 'rule',
    priority: 'medium',
    patientId,
    deviceId,
    message: '',
    detail: '',
    raisedAtMs,
    lastSeenAtMs: STARTED_AT_MS,
    endedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    state: 'active',
    ...rest,
  };
}

export function initialAlarms(): readonly Alarm[] {
  const ago = (seconds: number): number => STARTED_AT_MS - seconds * 1000;
  return [
    alarm('a1', 2, null, {
      rule: 'spo2.low',
      priority: 'high',
      message: 'Oxygen saturation low',
      detail: '87% is below the limit of 90%',
      raisedAtMs: ago(95),
    }),
    alarm('a2', 2, null, {
      rule: 'risk.hypoxia',
      priority: 'medium',
      message: 'Hypoxia risk high',
      detail: '93% is above the limit of 70%',
      raisedAtMs: ago(80),
    }),
    alarm('a3', 3, null, {
      rule: 'glucose.high',
      message: 'Glucose high',
      detail: '262 mg/dL is above the limit of 250 mg/dL',
      raisedAtMs: ago(610),
    }),
    alarm('a4', 5, null, {
      rule: 'glucose.low',
      message: 'Glucose low',
      detail: '58 mg/dL is below the limit of 70 mg/dL',
      raisedAtMs: ago(300),
      state: 'acknowledged',
      acknowledgedAtMs: ago(200),
      acknowledgedBy: 'Nina Nurse',
    }),
    alarm('a5', 4, 'WEAR-04', {
      category: 'technical',
      rule: 'signal.lost',
      priority: 'low',
      message: 'Signal lost',
      detail: 'HealthSense Band 4 has not been heard for 19 min',
      raisedAtMs: ago(1080),
    }),
    alarm('a6', 6, null, {
      rule: 'heartRate.low',
      message: 'Heart rate low',
      detail: '48 /min was below the limit of 50 /min',
      raisedAtMs: ago(2400),
      endedAtMs: ago(2200),
      state: 'latched',
    }),
    alarm('a7', 1, null, {
      rule: 'heartRate.high',
      message: 'Heart rate high',
      detail: '124 /min was above the limit of 120 /min',
      raisedAtMs: ago(9000),
      endedAtMs: ago(8800),
      state: 'cleared',
      acknowledgedAtMs: ago(8900),
      acknowledgedBy: 'Dr. Emil Doctor',
    }),
  ];
}
