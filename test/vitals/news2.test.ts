// NEWS2: every cut point of the college's chart 1, bands, and the rule that what is missing is never 0.
import { describe, expect, it } from 'vitest';
import { type News2Input, type News2Parameter, news2 } from '../../src-main/vitals/news2.ts';

const HEALTHY: News2Input = {
  respiratoryRate: 16,
  spo2: 98,
  supplementalOxygen: 0,
  systolic: 120,
  pulse: 70,
  consciousness: 0,
  temperature: 37,
};

function points(
  parameter: News2Parameter,
  value: number,
  options?: { spo2Scale2: boolean },
  more: News2Input = {},
): number | null | undefined {
  return news2({ ...HEALTHY, ...more, [parameter]: value }, options).parts.find((part) => part.parameter === parameter)?.points;
}

describe('cut points', () => {
  it.each<[News2Parameter, readonly (readonly [number, number])[]]>([
    [
      'respiratoryRate',
      [
        [2, 3],
        [8, 3],
        [9, 1],
        [11, 1],
        [12, 0],
        [20, 0],
        [21, 2],
        [24, 2],
        [25, 3],
        [60, 3],
      ],
    ],
    [
      'spo2',
      [
        [60, 3],
        [91, 3],
        [92, 2],
        [93, 2],
        [94, 1],
        [95, 1],
        [96, 0],
        [100, 0],
      ],
    ],
    [
      'supplementalOxygen',
      [
        [0, 0],
        [1, 2],
      ],
    ],
    [
      'systolic',
      [
        [40, 3],
        [90, 3],
        [91, 2],
        [100, 2],
        [101, 1],
        [110, 1],
        [111, 0],
        [219, 0],
        [220, 3],
        [280, 3],
      ],
    ],
    [
      'pulse',
      [
        [20, 3],
        [40, 3],
        [41, 1],
        [50, 1],
        [51, 0],
        [90, 0],
        [91, 1],
        [110, 1],
        [111, 2],
        [130, 2],
        [131, 3],
        [200, 3],
      ],
    ],
    [
      'consciousness',
      [
        [0, 0],
        [1, 3],
        [2, 3],
        [3, 3],
        [4, 3],
      ],
    ],
    [
      'temperature',
      [
        [30, 3],
        [35.0, 3],
        [35.1, 1],
        [36.0, 1],
        [36.1, 0],
        [38.0, 0],
        [38.1, 1],
        [39.0, 1],
        [39.1, 2],
        [42, 2],
      ],
    ],
  ])('%s scores as in the chart', (parameter, table) => {
    for (const [value, expected] of table) expect(points(parameter, value), `${parameter} ${value}`).toBe(expected);
  });

  it('SpO2 scale 2 on air', () => {
    const table = [
      [83, 3],
      [84, 2],
      [85, 2],
      [86, 1],
      [87, 1],
      [88, 0],
      [92, 0],
      [93, 0],
      [97, 0],
      [100, 0],
    ] as const;
    for (const [value, expected] of table) expect(points('spo2', value, { spo2Scale2: true }), `SpO2 ${value}`).toBe(expected);
  });

  it('SpO2 scale 2 on oxygen', () => {
    const table = [
      [83, 3],
      [84, 2],
      [85, 2],
      [86, 1],
      [87, 1],
      [88, 0],
      [92, 0],
      [93, 1],
      [94, 1],
      [95, 2],
      [96, 2],
      [97, 3],
      [100, 3],
    ] as const;
    for (const [value, expected] of table) {
      expect(points('spo2', value, { spo2Scale2: true }, { supplementalOxygen: 1 }), `SpO2 ${value}`).toBe(expected);
    }
  });

  it('uses scale 1 unless scale 2 is prescribed', () => {
    expect(points('spo2', 90)).toBe(3);
    expect(points('spo2', 90, { spo2Scale2: true })).toBe(0);
  });

  it('rounds as shown before it scores', () => {
    expect(points('spo2', 91.4)).toBe(3);
    expect(points('spo2', 91.5)).toBe(2);
    expect(points('temperature', 38.04)).toBe(0);
    expect(points('temperature', 38.06)).toBe(1);
  });
});

describe('bands', () => {
  it.each([
    ['all normal', {}, 0, 'none'],
    ['one point', { spo2: 95 }, 1, 'low'],
    ['four points, none of them three', { spo2: 93, respiratoryRate: 22 }, 4, 'low'],
    ['a single three', { respiratoryRate: 25 }, 3, 'low-medium'],
    ['five', { spo2: 93, respiratoryRate: 22, pulse: 95 }, 5, 'medium'],
    ['six', { spo2: 91, respiratoryRate: 25 }, 6, 'medium'],
    ['seven', { spo2: 91, respiratoryRate: 25, pulse: 95 }, 7, 'high'],
    [
      'everything wrong',
      { respiratoryRate: 30, spo2: 80, supplementalOxygen: 1, systolic: 80, pulse: 140, consciousness: 2, temperature: 34 },
      20,
      'high',
    ],
  ] as const)('%s', (_name, change, score, band) => {
    const result = news2({ ...HEALTHY, ...change });
    expect(result).toMatchObject({ score, band, complete: true, missing: [] });
  });
});

describe('missing parameters', () => {
  it('are named, leave the score partial, and are never 0', () => {
    const { temperature: _left, consciousness: _out, ...rest } = HEALTHY;
    const result = news2({ ...rest, respiratoryRate: 25 });
    expect(result).toMatchObject({ score: 3, complete: false, missing: ['Consciousness', 'Temperature'], anySingleThree: true });
    expect(result.parts.filter((part) => part.points === null).map((part) => part.parameter)).toEqual([
      'consciousness',
      'temperature',
    ]);
  });

  it('null and NaN are missing', () => {
    expect(news2({ ...HEALTHY, spo2: Number.NaN, pulse: null }).missing).toEqual(['Oxygen saturation', 'Pulse']);
  });

  it('nothing measured is no score at all', () => {
    expect(news2({})).toMatchObject({ score: 0, complete: false, band: 'none' });
    expect(news2({}).missing).toHaveLength(7);
  });

  it('scale 2 does not score 93% and above without knowing whether it is on oxygen', () => {
    expect(points('spo2', 95, { spo2Scale2: true }, { supplementalOxygen: null })).toBeNull();
    expect(points('spo2', 85, { spo2Scale2: true }, { supplementalOxygen: null })).toBe(2);
  });
});
