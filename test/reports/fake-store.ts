// A store in memory for report tests: answers the questions of StoreReads from plain arrays, as the SQLite store does.
import type {
  Alarm,
  ModelInfo,
  Observation,
  Patient,
  Prediction,
  Series,
  Settings,
  ThresholdRule,
} from '../../src-main/contract/models.ts';
import type { Photo } from '../../src-main/contract/photos.ts';
import { UNSCORED_QUALITY } from '../../src-main/links/link.ts';
import type { ReportReads } from '../../src-main/reports/report-data.ts';
import type { DeviceRecord, Period, ReadingRow, VitalStatistics, Worn } from '../../src-main/store/ports.ts';
import { VITAL_KINDS, type VitalKind } from '../../src-main/vitals/kinds.ts';

export interface FakeContents {
  readonly settings: Settings;
  readonly patient: Patient;
  readonly readings: readonly ReadingRow[];
  readonly observations: readonly Observation[];
  readonly photos: readonly Photo[];
  readonly predictions: readonly Prediction[];
  readonly alarms: readonly Alarm[];
  readonly thresholds: readonly ThresholdRule[];
  readonly devices: readonly DeviceRecord[];
  readonly worn: readonly Worn[];
}

export const SETTINGS: Settings = {
  clinicName: 'Harbour Clinic',
  timeZone: 'Europe/Berlin',
  glucoseUnit: 'mg/dL',
  temperatureUnit: 'Cel',
  lostSignalAfterSeconds: 60,
};

export const PATIENT: Patient = {
  patientId: 7,
  mrn: '1001',
  name: 'Ada Example',
  birthDate: '1960-05-01',
  sex: 'female',
  location: 'Ward 2, bed 4',
  note: '',
  admittedAtMs: Date.parse('2025-03-01T09:20:00Z'),
  dischargedAtMs: null,
};

export const EMPTY: FakeContents = {
  settings: SETTINGS,
  patient: PATIENT,
  readings: [],
  observations: [],
  photos: [],
  predictions: [],
  alarms: [],
  thresholds: [],
  devices: [],
  worn: [],
};

export const MODELS: readonly ModelInfo[] = [
  model('diabetes', 'Diabetes', 'logistic regression', 'AUC 0.83 on 154 held-out cases'),
  model('heart', 'Heart disease risk', 'random forest', 'AUC 0.90 on 61 held-out cases'),
  model('hypoxia', 'Hypoxia in the next 30 min', 'support vector machine', 'AUC 0.88 on 2,104 held-out windows'),
];

function model(name: ModelInfo['name'], title: string, kind: string, performance: string): ModelInfo {
  return {
    name,
    title,
    version: '1.0.0',
    kind,
    sha256: `${name.length}f3a9c1e`.repeat(8).slice(0, 64),
    thresholds: { moderate: 0.3, high: 0.6 },
    defaultThresholds: { moderate: 0.3, high: 0.6 },
    performance,
    requiredInputs: [],
    optionalInputs: [],
    problem: null,
  };
}

export interface FakeStore extends ReportReads {
  /** Pages of readings that were asked for. */
  readonly pages: { count: number };
}

export function fakeStore(given: Partial<FakeContents> = {}): FakeStore {
  const all: FakeContents = { ...EMPTY, ...given };
  const readings = [...all.readings].sort((a, b) => a.takenAtMs - b.takenAtMs || (a.readingId < b.readingId ? -1 : 1));
  const within = (period: Period) =>
    period.patientId === all.patient.patientId
      ? readings.filter((row) => row.takenAtMs >= period.fromMs && row.takenAtMs < period.toMs)
      : [];
  const scored = (period: Period) => within(period).filter((row) => (row.quality & UNSCORED_QUALITY) === 0);
  const pages = { count: 0 };
  return {
    pages,
    settings: () => all.settings,
    patient: ({ patientId }) => (patientId === all.patient.patientId ? all.patient : null),
    devices: () => all.devices,
    worn: () => all.worn,
    history: (ask) => ask.kinds.map((kind) => seriesOf(kind, scored(ask), ask)),
    readings: ({ limit, after, ...period }) => {
      pages.count += 1;
      const rows = within(period);
      const start = after === null ? 0 : rows.findIndex((row) => row.readingId === after.readingId) + 1;
      return rows.slice(start, start + limit);
    },
    statistics: (period) => VITAL_KINDS.flatMap((kind) => statisticsOf(kind, scored(period))),
    photos: ({ patientId, fromMs = 0, toMs = Number.POSITIVE_INFINITY }) =>
      all.photos.filter((one) => one.patientId === patientId && one.takenAtMs >= fromMs && one.takenAtMs < toMs),
    observations: ({ patientId, fromMs = 0, toMs = Number.POSITIVE_INFINITY }) =>
      all.observations.filter((one) => one.patientId === patientId && one.takenAtMs >= fromMs && one.takenAtMs < toMs),
    predictions: ({ model: name, fromMs, toMs, limit }) =>
      all.predictions
        .filter((one) => one.model === name && one.scoredAtMs >= fromMs && one.scoredAtMs < toMs)
        .sort((a, b) => a.scoredAtMs - b.scoredAtMs)
        .slice(-limit),
    latestPredictions: () =>
      MODELS.flatMap(({ name }) =>
        all.predictions
          .filter((one) => one.model === name)
          .sort((a, b) => b.scoredAtMs - a.scoredAtMs)
          .slice(0, 1),
      ),
    alarms: ({ limit }) => [...all.alarms].sort((a, b) => b.raisedAtMs - a.raisedAtMs).slice(0, limit),
    thresholds: () => all.thresholds,
  };
}

function statisticsOf(kind: VitalKind, rows: readonly ReadingRow[]): VitalStatistics[] {
  const found = rows.filter((row) => row.values[kind] !== undefined);
  const values = found.map((row) => row.values[kind] ?? 0);
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return [];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    {
      kind,
      count: values.length,
      min: values.reduce((a, b) => Math.min(a, b)),
      max: values.reduce((a, b) => Math.max(a, b)),
      mean,
      firstAtMs: first.takenAtMs,
      lastAtMs: last.takenAtMs,
    },
  ];
}

/** Buckets of equal width; a null where more than five usual steps pass without a reading. */
function seriesOf(kind: VitalKind, rows: readonly ReadingRow[], ask: Period & { maxPoints: number }): Series {
  const found = rows.filter((row) => row.values[kind] !== undefined);
  const width = found.length <= ask.maxPoints ? 1 : (ask.toMs - ask.fromMs) / ask.maxPoints;
  const columns = {
    timesMs: [] as number[],
    mean: [] as (number | null)[],
    min: [] as (number | null)[],
    max: [] as (number | null)[],
  };
  const usual = found.length < 2 ? 1 : ((found.at(-1)?.takenAtMs ?? 0) - (found[0]?.takenAtMs ?? 0)) / found.length;
  let bucket: { index: number; atMs: number; values: number[] } | null = null;
  const flush = (): void => {
    if (bucket === null) return;
    columns.timesMs.push(bucket.atMs);
    columns.mean.push(bucket.values.reduce((a, b) => a + b, 0) / bucket.values.length);
    columns.min.push(Math.min(...bucket.values));
    columns.max.push(Math.max(...bucket.values));
  };
  for (const row of found) {
    const index = Math.floor((row.takenAtMs - ask.fromMs) / width);
    if (bucket !== null && bucket.index === index) {
      bucket.values.push(row.values[kind] ?? 0);
      continue;
    }
    flush();
    if (bucket !== null && row.takenAtMs - bucket.atMs > Math.max(width, usual) * 5) {
      columns.timesMs.push(bucket.atMs + Math.max(width, usual));
      columns.mean.push(null);
      columns.min.push(null);
      columns.max.push(null);
    }
    bucket = { index, atMs: row.takenAtMs, values: [row.values[kind] ?? 0] };
  }
  flush();
  return { kind, ...columns, resolution: width === 1 ? 'raw' : 'minute', count: found.length };
}
