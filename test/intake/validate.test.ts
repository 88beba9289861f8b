// What may be stored, vital by vital, and what the answer says where it may not.
import { describe, expect, test } from 'vitest';
import { EARLIEST_MS, limitText, validate } from '../../src-main/intake/validate.ts';
import { FUTURE_MS, type Measurement } from '../../src-main/links/link.ts';
import { VITAL_KINDS, VITALS } from '../../src-main/vitals/kinds.ts';
import { measurement, T0 } from '../store/measurement.ts';

const codes = (over: Partial<Measurement>, nowMs = T0) =>
  validate(measurement(over), nowMs).map(({ code, field }) => `${code} ${field}`);

test('the reading of the brief is valid', () => {
  const values = { glucose: 145, systolic: 130, diastolic: 85, spo2: 92, heartRate: 87 };
  expect(validate(measurement({ values }), T0)).toEqual([]);
});

test.each(VITAL_KINDS)('%s: both limits are valid, beyond them it is refused with field, limit and value', (kind) => {
  const { low, high } = VITALS[kind].hard;
  expect(codes({ values: { [kind]: low } })).toEqual([]);
  expect(codes({ values: { [kind]: high } })).toEqual([]);
  for (const value of [low - 0.1, high + 0.1, 0, -1]) {
    expect(validate(measurement({ values: { [kind]: value } }), T0)).toMatchObject([
      { code: 'out_of_range', field: kind, limit: limitText(VITALS[kind]), value },
    ]);
  }
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(codes({ values: { [kind]: value } })).toEqual([`not_a_number ${kind}`]);
  }
});

test('the words are plain', () => {
  expect(validate(measurement({ values: { spo2: 920 } }), T0)).toEqual([
    {
      code: 'out_of_range',
      field: 'spo2',
      limit: '30–100 %',
      value: 920,
      message: 'Oxygen saturation 920 % is outside 30–100 %.',
    },
  ]);
});

test('every problem of a reading is told, not only the first', () => {
  expect(codes({ values: { spo2: 920, heartRate: 5 }, takenAtMs: 0, sequence: -1 })).toEqual([
    'time_too_old takenAtMs',
    'invalid_sequence sequence',
    'out_of_range spo2',
    'out_of_range heartRate',
  ]);
});

describe('blood pressure', () => {
  test.each([
    [120, 80, []],
    [120, 120, ['diastolic_not_below_systolic diastolic']],
    [90, 110, ['diastolic_not_below_systolic diastolic']],
  ])('%d/%d', (systolic, diastolic, expected) => {
    expect(codes({ values: { systolic, diastolic } })).toEqual(expected);
  });
});

describe('time', () => {
  test.each<[string, number, string[]]>([
    ['the first moment of 2000', EARLIEST_MS, []],
    ['a millisecond before it', EARLIEST_MS - 1, ['time_too_old takenAtMs']],
    ['1970', 0, ['time_too_old takenAtMs']],
    ['five minutes ahead', T0 + FUTURE_MS, []],
    ['a millisecond more', T0 + FUTURE_MS + 1, ['time_in_future takenAtMs']],
    ['far beyond any date', 9e15, ['time_in_future takenAtMs']],
    ['not a number', Number.NaN, ['invalid_time takenAtMs']],
    ['not whole', T0 + 0.5, ['invalid_time takenAtMs']],
  ])('%s', (_, takenAtMs, expected) => {
    expect(codes({ takenAtMs })).toEqual(expected);
  });
});

describe('shape', () => {
  test.each<[string, Partial<Measurement>, string[]]>([
    ['no value at all', { values: {} }, ['empty values']],
    ['only a special value', { values: {}, specials: { spo2: 'NaN' } }, []],
    ['a number and a special for one kind', { values: { spo2: 97 }, specials: { spo2: 'HI' } }, ['value_and_special spo2']],
    ['an unknown vital', { values: { mood: 5 } as Measurement['values'] }, ['unknown_vital mood']],
    ['an unknown special', { specials: { toString: 'NaN' } as Measurement['specials'] }, ['unknown_vital toString']],
    ['no device id', { deviceId: '' }, ['invalid_device_id deviceId']],
    ['a very long device id', { deviceId: 'x'.repeat(81) }, ['invalid_device_id deviceId']],
    ['a broken sequence number', { sequence: 1.5 }, ['invalid_sequence sequence']],
    ['broken quality', { quality: -1 }, ['invalid_quality quality']],
    ['no time of receipt', { receivedAtMs: Number.NaN }, ['invalid_time receivedAtMs']],
  ])('%s', (_, over, expected) => {
    expect(codes(over)).toEqual(expected);
  });
});
