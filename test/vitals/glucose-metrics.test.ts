// Glucose metrics: ranges that add up, figures only where there is enough data.
import { describe, expect, it } from 'vitest';
import { glucoseManagementIndicator, glucoseMetrics, wholePercentages } from '../../src-main/vitals/glucose-metrics.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

function every(stepMs: number, days: number, value: (index: number) => number) {
  const count = Math.floor((days * DAY) / stepMs);
  const timesMs = Array.from({ length: count }, (_, index) => index * stepMs);
  return { timesMs, valuesMgDl: timesMs.map((_, index) => value(index)) };
}

describe('glucoseMetrics', () => {
  it('gives every figure for 14 full days', () => {
    const cycle = [50, 60, 100, 100, 100, 100, 150, 200, 260, 100];
    const readings = every(5 * MINUTE, 14, (index) => cycle[index % 10] ?? 0);
    const metrics = glucoseMetrics(readings, { fromMs: 0, toMs: 14 * DAY });
    expect(metrics?.count).toBe(4032);
    expect(metrics?.activePercent).toBeCloseTo(100, 6);
    expect(metrics?.meanMgDl).toBeCloseTo(122, 0);
    expect(metrics?.gmiPercent).toBeCloseTo(3.31 + 0.02392 * (metrics?.meanMgDl ?? 0), 10);
    expect(metrics?.shown).toEqual({ veryLow: 10, low: 10, inRange: 60, high: 10, veryHigh: 10 });
    expect(metrics?.targets).toMatchObject({ timeInRange: false, timeBelow: false, variation: false });
    expect(metrics?.needs).toEqual([]);
  });

  it('meets the targets of a steady day', () => {
    const metrics = glucoseMetrics(
      every(5 * MINUTE, 14, (index) => 110 + (index % 7)),
      { fromMs: 0, toMs: 14 * DAY },
    );
    expect(metrics?.targets).toEqual({
      timeInRange: true,
      timeBelow: true,
      timeVeryLow: true,
      timeAbove: true,
      timeVeryHigh: true,
      variation: true,
    });
  });

  it('computes the sample standard deviation and its share of the mean', () => {
    const readings = every(5 * MINUTE, 1, (index) => (index % 2 === 0 ? 90 : 110));
    const metrics = glucoseMetrics(readings, { fromMs: 0, toMs: DAY });
    expect(metrics?.sdMgDl).toBeCloseTo(10 * Math.sqrt(288 / 287), 10);
    expect(metrics?.cvPercent).toBeCloseTo(10 * Math.sqrt(288 / 287), 8);
  });

  it('is null without readings, and without spread below 30', () => {
    expect(glucoseMetrics({ timesMs: [], valuesMgDl: [] }, { fromMs: 0, toMs: DAY })).toBeNull();
    const few = glucoseMetrics({ timesMs: [0, 5 * MINUTE], valuesMgDl: [100, 110] }, { fromMs: 0, toMs: DAY });
    expect(few).toMatchObject({
      count: 2,
      meanMgDl: 105,
      sdMgDl: null,
      cvPercent: null,
      gmiPercent: null,
      exact: null,
      shown: null,
      targets: null,
    });
    expect(few?.needs).toHaveLength(3);
  });

  it('has no GMI for 13 days, nor for 14 days with the sensor active less than 70%', () => {
    expect(
      glucoseMetrics(
        every(5 * MINUTE, 13, () => 120),
        { fromMs: 0, toMs: 13 * DAY },
      )?.gmiPercent,
    ).toBeNull();
    const gaps = every(5 * MINUTE, 14 * 0.695, () => 120);
    const metrics = glucoseMetrics(gaps, { fromMs: 0, toMs: 14 * DAY });
    expect(metrics?.gmiPercent).toBeNull();
    expect(metrics?.needs).toEqual(['Figures need a sensor active 70% of the time; it was active 69%.']);
    expect(
      glucoseMetrics(
        every(5 * MINUTE, 14 * 0.71, () => 120),
        { fromMs: 0, toMs: 14 * DAY },
      )?.gmiPercent,
    ).not.toBeNull();
  });

  it('counts a sensor that reports every ten seconds no more than one that reports every five minutes', () => {
    const dense = glucoseMetrics(
      every(10_000, 1, () => 120),
      { fromMs: 0, toMs: DAY },
    );
    expect(dense?.activePercent).toBeLessThanOrEqual(100);
    expect(dense?.count).toBeLessThanOrEqual(320);
  });

  it('rounds before it classifies, in the unit that is read', () => {
    const at = (value: number, unit: 'mg/dL' | 'mmol/L') =>
      glucoseMetrics(
        every(5 * MINUTE, 1, () => value),
        { fromMs: 0, toMs: DAY, unit },
      )?.shown;
    expect(at(69.6, 'mg/dL')?.inRange).toBe(100);
    expect(at(69.4, 'mg/dL')?.low).toBe(100);
    expect(at(53.6, 'mg/dL')?.low).toBe(100);
    expect(at(180.4, 'mg/dL')?.inRange).toBe(100);
    expect(at(180.6, 'mg/dL')?.high).toBe(100);
    expect(at(250.6, 'mg/dL')?.veryHigh).toBe(100);
    // 180.9 mg/dL is read as 10.0 mmol/L: in range there.
    expect(at(180.9, 'mmol/L')?.inRange).toBe(100);
    expect(at(181.2, 'mmol/L')?.high).toBe(100);
    expect(at(3.9 * 18.01559, 'mmol/L')?.inRange).toBe(100);
  });

  it('leaves out readings outside the period and what is no number', () => {
    const metrics = glucoseMetrics(
      { timesMs: [0, DAY, 2 * DAY, 3 * DAY], valuesMgDl: [50, 100, Number.NaN, 300] },
      { fromMs: DAY, toMs: 2 * DAY },
    );
    expect(metrics).toMatchObject({ count: 1, meanMgDl: 100 });
  });
});

describe('wholePercentages', () => {
  it('add up to 100 for any counts', () => {
    let seed = 7;
    const next = () => {
      seed = (seed * 48271) % 2147483647;
      return seed % 1000;
    };
    for (let round = 0; round < 500; round += 1) {
      const counts = [next(), next(), next() + 1, next(), next()];
      const sum = counts.reduce((a, b) => a + b, 0);
      const [veryLow = 0, low = 0, inRange = 0, high = 0, veryHigh = 0] = counts.map((count) => (count / sum) * 100);
      const exact = { veryLow, low, inRange, high, veryHigh };
      const shown = wholePercentages(exact);
      expect(shown.veryLow + shown.low + shown.inRange + shown.high + shown.veryHigh).toBe(100);
      for (const key of ['veryLow', 'low', 'inRange', 'high', 'veryHigh'] as const)
        expect(Math.abs(shown[key] - exact[key])).toBeLessThan(1);
    }
  });
});

describe('glucoseManagementIndicator', () => {
  it('is 6.9% at a mean of 150 mg/dL', () => {
    expect(glucoseManagementIndicator(150)).toBeCloseTo(6.898, 6);
  });
});
