// Histories: the resolution follows the span, roll-ups say what raw rows say, gaps are gaps, spikes stay.
import { expect, test } from 'vitest';
import { type Measurement, QUALITY } from '../../src-main/links/link.ts';
import { ADA, by, DAY, HOUR, MINUTE, measurement, openStore, SECOND, T0 } from './fixtures.ts';

function openWorn() {
  const store = openStore();
  const { patientId } = store.plain.addPatient({ ...by(T0 - 9 * DAY), patient: ADA });
  store.plain.putDevice({ ...by(T0 - 9 * DAY), deviceId: 'HEALTH01', transport: 'bluetooth' });
  store.plain.bind({ ...by(T0 - 9 * DAY), deviceId: 'HEALTH01', patientId });
  return { ...store, patientId };
}

/** Values that look random and are the same each time. */
const rateAt = (index: number): number => 60 + ((index * 7919) % 41);

function stream(count: number, stepMs: number, over: (index: number) => Partial<Measurement> = () => ({})): Measurement[] {
  return Array.from({ length: count }, (_, index) =>
    measurement({ takenAtMs: T0 + index * stepMs, values: { heartRate: rateAt(index) }, ...over(index) }),
  );
}

test('few readings come back raw, more in buckets of seconds, minutes and hours, within the asked number of points', () => {
  const { put, reader, patientId } = openWorn();
  put(...stream(30_000, 10 * SECOND));
  const ask = (toMs: number, maxPoints: number) =>
    reader.history({ patientId, fromMs: T0, toMs, kinds: ['heartRate'], maxPoints })[0];
  expect(ask(T0 + HOUR, 1000)).toMatchObject({ resolution: 'raw', count: 360 });
  expect(ask(T0 + 3 * HOUR, 1000)).toMatchObject({ resolution: 'raw', count: 1080 });
  expect(ask(T0 + 2 * DAY, 1000)).toMatchObject({ resolution: 'minute', count: 17_280 });
  expect(ask(T0 + 9 * DAY, 50)).toMatchObject({ resolution: 'hour', count: 30_000 });
  for (const maxPoints of [10, 50, 300, 1000]) {
    for (const toMs of [T0 + HOUR, T0 + DAY, T0 + 9 * DAY]) {
      const points = ask(toMs, maxPoints)?.timesMs.length ?? 0;
      expect(points).toBeLessThanOrEqual(maxPoints + 1);
      expect(points).toBeGreaterThan(maxPoints / 3);
    }
  }
});

test('roll-ups say what the raw rows say, whatever the order they came in', () => {
  const { put, reader, patientId } = openWorn();
  const values = stream(5000, 17 * SECOND);
  // Interleaved from both ends, in batches: late readings repair their buckets.
  const shuffled = values
    .map((_, index) => values[index % 2 === 0 ? index / 2 : values.length - (index + 1) / 2])
    .filter((value) => value !== undefined);
  for (let at = 0; at < shuffled.length; at += 64) put(...shuffled.slice(at, at + 64));
  const raw = values.map((_, index) => rateAt(index));
  const [statistics] = reader.statistics({ patientId, fromMs: T0 - DAY, toMs: T0 + 9 * DAY });
  expect(statistics).toEqual({
    kind: 'heartRate',
    count: raw.length,
    min: Math.min(...raw),
    max: Math.max(...raw),
    mean: raw.reduce((sum, value) => sum + value, 0) / raw.length,
    firstAtMs: T0,
    lastAtMs: T0 + 4999 * 17 * SECOND,
  });
  const [from, to] = [T0 + HOUR + 12_345, T0 + 13 * HOUR + 54_321];
  const within = values
    .filter(({ takenAtMs }) => takenAtMs >= from && takenAtMs < to)
    .map(({ values: { heartRate = 0 } }) => heartRate);
  const [part] = reader.statistics({ patientId, fromMs: from, toMs: to });
  expect(part?.count).toBe(within.length);
  expect(part?.mean).toBeCloseTo(within.reduce((sum, value) => sum + value, 0) / within.length, 9);
});

test('a spike of one second is in the maximum at every resolution', () => {
  const { put, reader, patientId } = openWorn();
  put(...stream(20_000, 5 * SECOND, (index) => (index === 7777 ? { values: { heartRate: 199 } } : {})));
  for (const maxPoints of [10, 24, 100, 1000]) {
    const [series] = reader.history({ patientId, fromMs: T0, toMs: T0 + 2 * DAY, kinds: ['heartRate'], maxPoints });
    expect(Math.max(...(series?.max ?? []).map((value) => value ?? 0))).toBe(199);
  }
});

test('buckets of minutes hold what was measured in them, whatever the silence between them and wherever the period begins', () => {
  const { put, reader, patientId } = openWorn();
  const values = stream(3 * 24 * 120, 30 * SECOND).filter(
    ({ takenAtMs }) => takenAtMs < T0 + 20 * HOUR || takenAtMs > T0 + 50 * HOUR,
  );
  put(...values);
  const [fromMs, toMs] = [T0 + 47 * MINUTE + 12_345, T0 + 3 * DAY - 13 * MINUTE - 54_321];
  const [series] = reader.history({ patientId, fromMs, toMs, kinds: ['heartRate'], maxPoints: 400 });
  if (series === undefined) throw new Error('no series');
  const widthMs = Math.ceil((toMs - fromMs) / 399 / MINUTE) * MINUTE;
  const expected = Map.groupBy(
    values.filter(({ takenAtMs }) => takenAtMs >= fromMs && takenAtMs < toMs),
    ({ takenAtMs }) => Math.floor(takenAtMs / widthMs),
  );
  const rates = [...expected.values()].map((within) => within.map(({ values: { heartRate = 0 } }) => heartRate));
  const told = series.timesMs.flatMap((_, index) => (series.mean[index] === null ? [] : [index]));
  expect(series).toMatchObject({ resolution: 'minute', count: rates.flat().length });
  expect(told.map((index) => series.min[index])).toEqual(rates.map((within) => Math.min(...within)));
  expect(told.map((index) => series.max[index])).toEqual(rates.map((within) => Math.max(...within)));
  for (const [bucket, within] of rates.entries()) {
    const mean = within.reduce((sum, rate) => sum + rate, 0) / within.length;
    expect(series.mean[told[bucket] ?? -1]).toBeCloseTo(mean, 9);
  }
});

test('a patient measured today and twice long ago: years of silence are no points', () => {
  const { put, reader, patientId, plain } = openWorn();
  plain.putDevice({ ...by(T0 - 9 * DAY), deviceId: 'POST01', transport: 'http' });
  plain.bind({ ...by(T0 - 9 * DAY), deviceId: 'POST01', patientId });
  const long = 20 * 365 * DAY;
  const old = [0, 1].map((hour) => ({ ...measurement({ takenAtMs: T0 - long + hour * HOUR }), deviceId: 'POST01' }));
  put(...old, ...stream(20_000, 4 * SECOND));
  const series = (maxPoints: number, fromMs: number) =>
    reader.history({ patientId, fromMs, toMs: T0 + 9 * DAY, kinds: ['heartRate'], maxPoints })[0];
  expect(series(1000, 0)).toMatchObject({ resolution: 'hour', count: 20_002 });
  expect(series(1000, 0)?.timesMs.length).toBeLessThan(20);
  expect(series(800, T0 - long + 2 * HOUR)).toMatchObject({ resolution: 'minute', count: 20_000 });
});

test('a short period of more single readings than are drawn from is drawn from roll-ups, or in seconds, with the same count', () => {
  const { put, reader, patientId } = openWorn();
  put(...stream(24_000, 250));
  const ask = (minutes: number, maxPoints: number) =>
    reader.history({ patientId, fromMs: T0, toMs: T0 + minutes * MINUTE, kinds: ['heartRate'], maxPoints })[0];
  expect(ask(10, 1000)).toMatchObject({ resolution: 'raw', count: 2400 });
  expect(ask(100, 1000)).toMatchObject({ resolution: 'minute', count: 24_000 });
  expect(ask(100, 1000)?.timesMs).toHaveLength(100);
});

test('a silence longer than expected is a null between two points, a shorter one is not', () => {
  const { put, reader, patientId } = openWorn();
  const at = (ms: number) => measurement({ takenAtMs: T0 + ms });
  put(at(0), at(SECOND), at(2 * SECOND), at(80 * SECOND), at(81 * SECOND), at(81 * SECOND + 91 * SECOND), at(173 * SECOND));
  const [series] = reader.history({ patientId, fromMs: T0, toMs: T0 + HOUR, kinds: ['heartRate'], maxPoints: 100 });
  expect(series?.mean).toEqual([72, 72, 72, 72, 72, null, 72, 72]);
  expect(series?.timesMs).toEqual([...(series?.timesMs ?? [])].sort((a, b) => a - b));
});

test('a cuff every 15 minutes has no gaps; six hours without it are one', () => {
  const { put, reader, patientId } = openWorn();
  const cuffs = [0, 1, 2, 3, 4, 5, 29, 30, 31].map((quarter) =>
    measurement({ takenAtMs: T0 + quarter * 15 * MINUTE, values: { systolic: 120 } }),
  );
  put(...cuffs);
  const [series] = reader.history({ patientId, fromMs: T0, toMs: T0 + DAY, kinds: ['systolic'], maxPoints: 100 });
  expect(series?.mean.map((value) => (value === null ? '-' : 'o')).join('')).toBe('oooooo-ooo');
});

test('a gap shows in roll-ups as well', () => {
  const { put, reader, patientId } = openWorn();
  put(...stream(20_000, 5 * SECOND).filter(({ takenAtMs }) => takenAtMs < T0 + 6 * HOUR || takenAtMs > T0 + 12 * HOUR));
  const [series] = reader.history({ patientId, fromMs: T0, toMs: T0 + 2 * DAY, kinds: ['heartRate'], maxPoints: 200 });
  expect(series?.resolution).toBe('minute');
  expect(series?.mean.filter((value) => value === null)).toHaveLength(1);
});

test('special values and unscored quality are gaps, not values', () => {
  const { put, reader, patientId } = openWorn();
  put(
    ...stream(30, SECOND, (index) => {
      if (index === 10) return { values: {}, specials: { heartRate: 'NaN' } };
      if (index === 20 || index === 21) return { values: { heartRate: 250 }, quality: QUALITY.sensorOff };
      return { values: { heartRate: 70 } };
    }),
  );
  const [series] = reader.history({ patientId, fromMs: T0, toMs: T0 + HOUR, kinds: ['heartRate'], maxPoints: 100 });
  expect(series?.count).toBe(27);
  expect(series?.mean.map((value) => (value === null ? '-' : 'o')).join('')).toBe('oooooooooo-ooooooooo-oooooooo');
  expect(series?.max.every((value) => value === null || value === 70)).toBe(true);
});

test('an entry by hand that overrides leaves the device history and statistics alone', () => {
  const { put, plain, writer, reader, patientId } = openWorn();
  plain.putDevice({ ...by(), deviceId: 'HEALTH01', transport: 'bluetooth' });
  put(
    measurement({ takenAtMs: T0 + 30 * SECOND, receivedAtMs: T0 + 30 * SECOND, values: { spo2: 71 } }),
    measurement({ takenAtMs: T0 + 90 * SECOND, receivedAtMs: T0 + 90 * SECOND, values: { spo2: 95 } }),
  );
  const entries = [{ kind: 'spo2', value: 96, enteredValue: '96', enteredUnit: '%', override: true }] as const;
  const [entry] = writer.addObservations({ ...by(T0 + MINUTE), patientId, takenAtMs: T0 + 40 * SECOND, note: '', entries });
  expect(entry?.overrides).toEqual({ deviceId: 'HEALTH01', takenAtMs: T0 + 30 * SECOND, value: 71 });
  const [series] = reader.history({ patientId, fromMs: T0, toMs: T0 + HOUR, kinds: ['spo2'], maxPoints: 100 });
  expect(series?.mean).toEqual([71, 95]);
  expect(reader.statistics({ patientId, fromMs: T0, toMs: T0 + HOUR })).toMatchObject([{ min: 71 }]);
  expect(writer.facts(patientId, T0 + 60 * SECOND, HOUR).vitals.has('spo2')).toBe(false);
  expect(writer.facts(patientId, T0 + 2 * MINUTE, HOUR).vitals.get('spo2')).toEqual({ value: 95, takenAtMs: T0 + 90 * SECOND });
});

test('no reading in the period: an empty series and no statistics', () => {
  const { reader, patientId } = openWorn();
  expect(reader.history({ patientId, fromMs: T0, toMs: T0 + DAY, kinds: ['glucose'], maxPoints: 100 })).toEqual([
    { kind: 'glucose', timesMs: [], mean: [], min: [], max: [], resolution: 'raw', count: 0 },
  ]);
  expect(reader.statistics({ patientId, fromMs: T0, toMs: T0 + DAY })).toEqual([]);
});

test('raw points of one device are in order of time, whatever part of them has been filed', () => {
  const { put, writer, reader, patientId } = openWorn();
  const minute = (at: number) => measurement({ takenAtMs: T0 + at * MINUTE, values: { heartRate: 60 + at } });
  put(minute(1), minute(3));
  writer.fileArrivals();
  put(minute(2));
  put(minute(0));
  const [series] = reader.history({ patientId, fromMs: T0, toMs: T0 + HOUR, kinds: ['heartRate'], maxPoints: 100 });
  expect(series?.timesMs).toEqual([0, 1, 2, 3].map((at) => T0 + at * MINUTE));
});
