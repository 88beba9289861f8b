// Rules of live strips, prediction charts and colours.
import { describe, expect, it } from 'vitest';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import { valueTicks } from '../../src-renderer/charts/chart-option.ts';
import { displayUnitOf } from '../../src-renderer/charts/display-unit.ts';
import {
  appendSamples,
  gapOf,
  type LiveStripInput,
  liveStripOption,
  liveStripTable,
  stripPoints,
} from '../../src-renderer/charts/live-strip.ts';
import { CHART_COLOURS, contrast } from '../../src-renderer/charts/palette.ts';
import {
  abstentions,
  type PredictionChartInput,
  predictionOption,
  predictionTable,
  predictionTooltip,
} from '../../src-renderer/charts/prediction-chart.ts';
import { COLOURS, MG_DL, MINUTE_MS, MMOL_L, RANGE, rule, START_MS, scored, seriesNamed } from './charts-data.ts';

const second = (count: number, value: number | null = 80) => ({ atMs: START_MS + count * 1000, value });
const perMinute = displayUnitOf('heartRate', MG_DL);

const strip = (change: Partial<LiveStripInput> = {}): LiveStripInput => ({
  lines: [{ kind: 'heartRate', samples: [second(0), second(1, 82), second(40, 84)] }],
  nowMs: START_MS + MINUTE_MS,
  windowMs: 10 * MINUTE_MS,
  gapAfterMs: 15_000,
  shape: 'line',
  rules: [],
  unit: perMinute,
  timeZone: 'Europe/Berlin',
  colours: COLOURS,
  ...change,
});

describe('live strip', () => {
  it('draws a silence longer than the limit as a gap and a shorter one as a line', () => {
    const points = stripPoints([second(0), second(10), second(30)], 0, 15_000, perMinute);
    expect(points.map(([, value]) => value)).toEqual([80, 80, null, 80]);
  });

  it('draws a value that is no number as a gap', () => {
    expect(stripPoints([second(0), second(1, null), second(2)], 0, 15_000, perMinute)[1]?.[1]).toBeNull();
    expect(seriesNamed(liveStripOption(strip()), 'Heart rate').connectNulls).toBe(false);
  });

  it('takes a device that reports once a minute as a line, and one that fell silent as a gap', () => {
    const everyMinute = [0, 60, 120, 180].map((count) => second(count));
    expect(gapOf(everyMinute, 15_000)).toBe(180_000);
    expect(
      gapOf(
        [0, 1, 2, 3, 60].map((count) => second(count)),
        15_000,
      ),
    ).toBe(15_000);
    expect(gapOf([second(0), second(7_200)], 15_000)).toBe(315_000);
    expect(gapOf([], 15_000)).toBe(15_000);
  });

  it('draws a sample between two silences as a dot', () => {
    const samples = [0, 1, 2, 60, 120, 121].map((count) => second(count));
    const { data } = seriesNamed(
      liveStripOption(strip({ lines: [{ kind: 'heartRate', samples }], nowMs: START_MS + 2 * MINUTE_MS })),
      'Heart rate',
    );
    expect(data.filter((point) => !Array.isArray(point))).toEqual([
      expect.objectContaining({ value: [START_MS + MINUTE_MS, 80], symbol: 'circle' }),
    ]);
  });

  it('marks the newest number, not the newest silence', () => {
    const option = liveStripOption(strip({ lines: [{ kind: 'heartRate', samples: [second(0, 70), second(1, null)] }] }));
    const { data } = seriesNamed(option, 'Heart rate').markPoint as { data: readonly { coord: readonly number[] }[] };
    expect(data[0]?.coord).toEqual([START_MS, 70]);
  });

  it('slides: samples before the window are neither drawn nor listed', () => {
    const input = strip({ nowMs: START_MS + 10 * MINUTE_MS + 30_000 });
    expect(
      seriesNamed(liveStripOption(input), 'Heart rate').data.filter((point) => (point as [number, number | null])[1] !== null),
    ).toHaveLength(1);
    expect(liveStripTable(input).rows).toEqual([['13:00:40', '84 /min']]);
  });

  it('ends with a sample newer than the clock’s last tick, and not with a device clock that runs far ahead', () => {
    const end = (ahead: number) =>
      (
        liveStripOption(
          strip({ lines: [{ kind: 'heartRate', samples: [{ atMs: START_MS + ahead, value: 80 }] }], nowMs: START_MS }),
        ).xAxis as { max: number }
      ).max;
    expect(end(800)).toBe(START_MS + 800);
    expect(end(60 * MINUTE_MS)).toBe(START_MS);
  });

  it('shades beyond a limit up to the end of the axis, in the unit shown', () => {
    const lines = [{ kind: 'glucose' as const, samples: [second(0, 260)] }];
    const option = liveStripOption(strip({ lines, rules: [rule()], unit: displayUnitOf('glucose', MMOL_L) }));
    const { data } = seriesNamed(option, 'Glucose').markArea as { data: readonly (readonly { yAxis: number }[])[] };
    const { max } = option.yAxis as { max: number };
    expect(data[0]?.[0]?.yAxis).toBeCloseTo(13.88, 1);
    expect(data[0]?.[1]?.yAxis).toBe(max);
  });

  it('shades nothing behind two lines, where a limit is meant for one of them', () => {
    const lines = [
      { kind: 'systolic' as const, samples: [second(0, 120)] },
      { kind: 'diastolic' as const, samples: [second(0, 80)] },
    ];
    const rules = [rule({ subject: 'systolic', comparison: 'below', limit: 90, unit: 'mmHg', priority: 'high' })];
    const series = seriesNamed(liveStripOption(strip({ lines, rules })), 'Systolic pressure');
    expect(series.markArea).toBeUndefined();
    expect((series.markLine as { data: readonly { label: { formatter: string } }[] }).data[0]?.label.formatter).toBe('SYS 90');
  });

  it('keeps samples in time order, each instant once, and forgets the old', () => {
    const held = appendSamples([second(0), second(5)], [second(3, 81), second(5, 99)], START_MS + 1000);
    expect(held).toEqual([second(3, 81), second(5, 99)]);
  });
});

describe('prediction chart', () => {
  const predictions = [
    scored(40, 0.9),
    scored(0, 0.3),
    scored(10, null, ['cholesterolMgDl']),
    scored(20, null, ['cholesterolMgDl']),
    scored(30, 0.5),
  ];
  const input: PredictionChartInput = {
    predictions,
    thresholds: { moderate: 0.4, high: 0.7 },
    range: RANGE,
    timeZone: 'Europe/Berlin',
    colours: COLOURS,
    titleOf: (name) => (name === 'cholesterolMgDl' ? 'Total cholesterol' : name),
  };

  it('shows an abstention as an open stretch with its reason, and no value in it', () => {
    expect(abstentions(input)).toEqual([
      { fromMs: START_MS + 10 * MINUTE_MS, toMs: START_MS + 30 * MINUTE_MS, reason: 'needs Total cholesterol' },
    ]);
    const points = seriesNamed(predictionOption(input), 'Probability').data as readonly [number, number | null][];
    expect(points.map(([, value]) => value)).toEqual([30, null, null, 50, 90, 90]);
  });

  it('keeps an abstention open to the end of the range, and splits it where the reason changes', () => {
    const list = [scored(0, null, ['a']), scored(5, null, ['b'])];
    expect(abstentions({ ...input, predictions: list }).map(({ reason, toMs }) => [reason, toMs])).toEqual([
      ['needs a', START_MS + 5 * MINUTE_MS],
      ['needs b', RANGE.toMs],
    ]);
  });

  it('draws both thresholds as lines in per cent and steps between results', () => {
    const series = seriesNamed(predictionOption(input), 'Probability');
    expect((series.markLine as { data: readonly { yAxis: number }[] }).data.map(({ yAxis }) => yAxis)).toEqual([40, 70]);
    expect(series.step).toBe('end');
  });

  it('fits the scale to a model whose high risks are small numbers, and never cuts a result', () => {
    const topOf = (high: number, probability: number): unknown => {
      const list = [scored(0, probability, [])];
      return predictionOption({ ...input, predictions: list, thresholds: { moderate: high / 2, high } }).yAxis;
    };
    expect(topOf(0.14, 0.02)).toMatchObject({ max: 25 });
    expect(topOf(0.14, 0.3)).toMatchObject({ max: 50 });
    expect(topOf(0.14, 0.9)).toMatchObject({ max: 100 });
    expect(topOf(0.7, 0.1)).toMatchObject({ max: 100 });
  });

  it('says what held at a time: the newest result before it', () => {
    expect(predictionTooltip(input, START_MS + 25 * MINUTE_MS)).toContain('Abstained: needs Total cholesterol');
    expect(predictionTooltip(input, START_MS + 35 * MINUTE_MS)).toContain('<b>50%</b> moderate');
    expect(predictionTooltip(input, START_MS - 1)).toBe('');
  });

  it('lists abstentions in its table with what was lacking', () => {
    expect(predictionTable(input).rows[3]).toEqual(['3 Nov 2026, 13:10', '–', 'abstained', 'Total cholesterol', '1.0.0']);
  });
});

describe('limits close together', () => {
  it('are all drawn, and the highest priority keeps its words', () => {
    const rules = [
      rule({ subject: 'spo2', comparison: 'below', limit: 94, unit: '%' }),
      rule({ ruleId: 'spo2-very-low', subject: 'spo2', comparison: 'below', limit: 92, unit: '%', priority: 'high' }),
    ];
    const option = liveStripOption(
      strip({ lines: [{ kind: 'spo2', samples: [second(0, 97)] }], rules, unit: displayUnitOf('spo2', MG_DL) }),
    );
    const { data } = seriesNamed(option, 'Oxygen saturation').markLine as {
      data: readonly { yAxis: number; label: { show: boolean } }[];
    };
    expect(data.map(({ yAxis, label }) => [yAxis, label.show])).toEqual([
      [92, true],
      [94, false],
    ]);
  });
});

describe('value ticks', () => {
  it('are round and inside the axis', () => {
    expect(valueTicks(50, 140, 5)).toEqual([60, 80, 100, 120, 140]);
    expect(valueTicks(35, 39, 4)).toEqual([35, 36, 37, 38, 39]);
    expect(valueTicks(3, 3, 4)).toEqual([]);
  });
});

describe('colours', () => {
  it.each(['light', 'dark'] as const)('keep lines at 3 : 1 and text at 4.5 : 1 on the %s card', (scheme) => {
    const colours = CHART_COLOURS[scheme];
    for (const kind of VITAL_KINDS) expect(contrast(colours.vital[kind], colours.surface)).toBeGreaterThanOrEqual(3);
    for (const line of [colours.risk, colours.control]) expect(contrast(line, colours.surface)).toBeGreaterThanOrEqual(3);
    for (const text of [colours.text, colours.mutedText, colours.high, colours.medium, colours.low]) {
      expect(contrast(text, colours.surface)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
