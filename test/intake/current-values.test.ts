// What is current: the newest live value of a kind, a person's where it is newer or overrides, special values as they are.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CurrentValue, Observation } from '../../src-main/contract/models.ts';
import { CurrentValues } from '../../src-main/intake/current-values.ts';
import { Trend } from '../../src-main/intake/trend.ts';
import { QUALITY } from '../../src-main/links/link.ts';
import { measurement, T0 } from '../store/measurement.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function entry(over: Partial<Observation> = {}): Observation {
  return {
    observationId: 1,
    patientId: 7,
    kind: 'spo2',
    value: 96,
    enteredValue: '96',
    enteredUnit: '%',
    takenAtMs: T0,
    recordedAtMs: T0,
    recordedBy: 'nurse',
    note: '',
    overrides: null,
    retractedAtMs: null,
    retractedBy: null,
    retractedReason: null,
    ...over,
  };
}

const spo2 = (value: number, takenAtMs: number) => measurement({ takenAtMs, values: { spo2: value } });

function open() {
  const events: (readonly CurrentValue[])[] = [];
  const values = new CurrentValues({ onChange: (_, changed) => events.push(changed) });
  const shown = () => values.of(7).map(({ kind, value, source }) => [kind, value, source]);
  return { values, events, shown };
}

beforeEach(() => {
  vi.useFakeTimers({ now: T0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('device values', () => {
  test('the newest live value of each kind is current, out of order or not', () => {
    const { values, shown } = open();
    values.deviceReading(7, measurement({ takenAtMs: T0, values: { spo2: 97, heartRate: 70 } }));
    values.deviceReading(7, spo2(95, T0 + 2 * SECOND));
    values.deviceReading(7, spo2(96, T0 + SECOND));
    expect(shown()).toEqual([
      ['heartRate', 70, 'device'],
      ['spo2', 95, 'device'],
    ]);
  });

  test('from a clock that ran ahead give way to what comes in after it was put right, and to an entry made since', () => {
    const { values, shown } = open();
    const at = (receivedAtMs: number, aheadMs: number, value: number) =>
      values.deviceReading(7, { ...spo2(value, receivedAtMs + aheadMs), receivedAtMs });
    at(T0, 4 * MINUTE, 97);
    expect(shown()).toEqual([['spo2', 97, 'device']]);
    at(T0 + SECOND, 0, 72);
    expect(shown()).toEqual([['spo2', 72, 'device']]);
    at(T0 + 2 * SECOND, 4 * MINUTE, 96);
    values.observation(entry({ value: 71, takenAtMs: T0 + 3 * SECOND, recordedAtMs: T0 + 3 * SECOND }));
    expect(shown()).toEqual([['spo2', 71, 'manual']]);
  });

  test('of one message keep the order of their device, however far ahead its clock is', () => {
    const { values, shown } = open();
    for (const [aheadMs, value] of [
      [2 * MINUTE, 95],
      [4 * MINUTE, 97],
      [3 * MINUTE, 96],
    ] as const) {
      values.deviceReading(7, { ...spo2(value, T0 + aheadMs), receivedAtMs: T0 });
    }
    expect(shown()).toEqual([['spo2', 97, 'device']]);
  });

  test('back-filled values never become current', () => {
    const { values, shown, events } = open();
    values.deviceReading(7, { ...spo2(88, T0 + SECOND), origin: 'backfill' });
    expect(shown()).toEqual([]);
    expect(events).toEqual([]);
  });

  test('a special value is shown as what it is, quality by name', () => {
    const { values } = open();
    values.deviceReading(7, spo2(97, T0));
    values.deviceReading(
      7,
      measurement({ takenAtMs: T0 + 1, values: {}, specials: { spo2: 'NRes' }, quality: QUALITY.sensorOff | QUALITY.movement }),
    );
    expect(values.of(7)).toMatchObject([
      { kind: 'spo2', value: null, special: 'NRes', quality: ['sensorOff', 'movement'], trendPerMinute: null },
    ]);
  });
});

describe('entries by hand', () => {
  test('are current until a newer device reading comes', () => {
    const { values, shown } = open();
    values.deviceReading(7, spo2(71, T0 - SECOND));
    values.observation(entry());
    expect(shown()).toEqual([['spo2', 96, 'manual']]);
    values.deviceReading(7, spo2(94, T0 + SECOND));
    expect(shown()).toEqual([['spo2', 94, 'device']]);
  });

  test('that override a device reading replace it even when it was taken a little later', () => {
    const { values, shown } = open();
    values.deviceReading(7, spo2(71, T0 + 20 * SECOND));
    values.observation(entry({ overrides: null }));
    expect(shown()).toEqual([['spo2', 71, 'device']]);
    values.observation(entry({ observationId: 2, overrides: { deviceId: 'HEALTH01', takenAtMs: T0 + 20 * SECOND, value: 71 } }));
    expect(shown()).toEqual([['spo2', 96, 'manual']]);
  });

  test('that are retracted give way to what was there before', () => {
    const { values, shown, events } = open();
    values.deviceReading(7, spo2(97, T0 - MINUTE));
    values.observation(entry({ observationId: 1, value: 95 }));
    values.observation(entry({ observationId: 2, value: 94, takenAtMs: T0 + 1 }));
    values.observation(entry({ observationId: 2, value: 94, takenAtMs: T0 + 1, retractedAtMs: T0 + 2 }));
    expect(shown()).toEqual([['spo2', 95, 'manual']]);
    values.observation(entry({ observationId: 1, value: 95, retractedAtMs: T0 + 3 }));
    expect(shown()).toEqual([['spo2', 97, 'device']]);
    vi.advanceTimersByTime(SECOND);
    expect(events.at(-1)).toMatchObject([{ kind: 'spo2', value: 97 }]);
  });

  test('of other kinds are no vital signs', () => {
    const { values, shown } = open();
    values.observation(entry({ kind: 'heightCm', value: 170 }));
    expect(shown()).toEqual([]);
  });
});

test('at the start the store’s rows are taken in without an event', () => {
  const { values, events, shown } = open();
  const row = { readingId: 'r', ...spo2(93, T0 - MINUTE), specials: { glucose: 'HI' } };
  values.load(7, [row], [entry({ kind: 'temperature', value: 37.1 })]);
  vi.advanceTimersByTime(SECOND);
  expect(events).toEqual([]);
  expect(shown()).toEqual([
    ['spo2', 93, 'device'],
    ['glucose', null, 'device'],
    ['temperature', 37.1, 'manual'],
  ]);
});

test('at most four events a second leave per patient, the last one with the newest values', () => {
  const { values, events } = open();
  for (let index = 0; index < 100; index++) {
    values.deviceReading(
      7,
      measurement({ takenAtMs: T0 + index * 20, values: index % 2 === 0 ? { spo2: 90 } : { heartRate: 60 + index } }),
    );
    vi.advanceTimersByTime(20);
  }
  vi.advanceTimersByTime(SECOND);
  expect(events.length).toBeGreaterThanOrEqual(8);
  expect(events.length).toBeLessThanOrEqual(10);
  expect(events.at(-1)).toContainEqual(expect.objectContaining({ kind: 'heartRate', value: 159 }));
});

describe('the trend', () => {
  test('is the least-squares slope per minute over two minutes, over fifteen for glucose', () => {
    const heart = new Trend('heartRate');
    for (let second = 0; second <= 300; second++) heart.add(T0 + second * SECOND, second < 180 ? 50 : 60 + (second - 180) / 30);
    expect(heart.perMinute()).toBeCloseTo(2, 9);
    const glucose = new Trend('glucose');
    for (const [minute, value] of [
      [0, 100],
      [5, 112],
      [10, 120],
      [15, 136],
    ] as const) {
      glucose.add(T0 + minute * MINUTE, value);
    }
    expect(glucose.perMinute()).toBeCloseTo(2.32, 9);
  });

  test('is the same slope from a hundred readings a second', () => {
    const glucose = new Trend('glucose');
    for (let n = 0; n < 120_000; n++) glucose.add(T0 + n * 10, 100 + (n * 10) / MINUTE + (n % 2));
    expect(glucose.perMinute()).toBeCloseTo(1, 2);
  });

  test('is not told from too few readings or too short a time', () => {
    const trend = new Trend('spo2');
    for (const second of [0, 1, 2]) trend.add(T0 + second * SECOND, 97);
    expect(trend.perMinute()).toBeNull();
    trend.add(T0 + 60 * SECOND, 96);
    expect(trend.perMinute()).not.toBeNull();
  });

  test('leaves out unscored quality', () => {
    const { values } = open();
    for (let second = 0; second <= 60; second++) {
      values.deviceReading(7, {
        ...spo2(second === 30 ? 50 : 97, T0 + second * SECOND),
        quality: second === 30 ? QUALITY.invalid : 0,
      });
    }
    expect(values.of(7)[0]?.trendPerMinute).toBeCloseTo(0, 12);
  });
});

describe('the clock set back by an hour', () => {
  const back = (value: number) =>
    measurement({ takenAtMs: T0 - HOUR + SECOND, receivedAtMs: T0 - HOUR + SECOND + 400, values: { spo2: value } });

  test('what is heard since is current, and screens hear of it at once', () => {
    const { values, events, shown } = open();
    values.deviceReading(7, spo2(97, T0));
    vi.setSystemTime(T0 - HOUR);
    vi.advanceTimersByTime(SECOND);
    values.deviceReading(7, back(85));
    vi.advanceTimersByTime(SECOND);
    expect(shown()).toEqual([['spo2', 85, 'device']]);
    expect(events.map((changed) => changed.map(({ value }) => value))).toEqual([[97], [85]]);
  });

  test('a trend begins anew', () => {
    const trend = new Trend('spo2');
    for (const second of [0, 30, 60]) trend.add(T0 + second * SECOND, 97);
    for (const second of [0, 30, 60]) trend.add(T0 - HOUR + second * SECOND, 97 - second / 30);
    expect(trend.perMinute()).toBeCloseTo(-2);
  });
});

describe('whose a value is', () => {
  test('one that turns out to be somebody else’s is taken back, and screens are told that there is none', () => {
    const { values, events, shown } = open();
    values.deviceReading(7, spo2(85, T0));
    values.withdraw(7, () => false);
    vi.advanceTimersByTime(SECOND);
    expect(shown()).toEqual([]);
    expect(events.at(-1)).toMatchObject([{ kind: 'spo2', value: null, special: null, deviceId: null }]);
  });

  test('what the store knows fills what is missing and replaces nothing newer', () => {
    const { values, shown } = open();
    const row = (taken: number, over: object) => ({
      ...measurement({ takenAtMs: taken, receivedAtMs: taken, ...over }),
      readingId: 'r',
    });
    values.deviceReading(7, spo2(97, T0));
    values.refill(7, [row(T0 - HOUR, { values: { spo2: 90, glucose: 120 } })], []);
    expect(shown()).toEqual([
      ['spo2', 97, 'device'],
      ['glucose', 120, 'device'],
    ]);
  });

  test('of somebody who has left nothing is kept or told', () => {
    const { values, events, shown } = open();
    values.deviceReading(7, spo2(97, T0));
    values.deviceReading(7, spo2(96, T0 + SECOND));
    values.forget(7);
    vi.advanceTimersByTime(SECOND);
    expect(shown()).toEqual([]);
    expect(events).toHaveLength(1);
  });

  test('a repeat of what is current tells the screens nothing', () => {
    const { values, events } = open();
    values.deviceReading(7, spo2(97, T0));
    vi.advanceTimersByTime(SECOND);
    values.deviceReading(7, spo2(97, T0));
    vi.advanceTimersByTime(SECOND);
    expect(events).toHaveLength(1);
  });
});
