// Rules of the history chart: what was not measured is not drawn, what was measured is drawn in the unit on the axis.
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../src-renderer/charts/chart-option.ts';
import { displayUnitOf } from '../../src-renderer/charts/display-unit.ts';
import { historyOption, historyTable, historyTooltip } from '../../src-renderer/charts/history-chart.ts';
import { lonelyPoints, nearestIndex, overlay, resolutionText } from '../../src-renderer/charts/history-series.ts';
import {
  alarmed,
  HOUR_MS,
  historyInput,
  MINUTE_MS,
  MMOL_L,
  observed,
  rule,
  START_MS,
  seriesNamed,
  seriesWithGap,
} from './charts-data.ts';

const glucose = seriesWithGap('glucose', 180.1559);
const inMmol = displayUnitOf('glucose', MMOL_L);

describe('history chart', () => {
  it('keeps a gap null in mean and band, and does not join over it', () => {
    const option = historyOption(historyInput([seriesWithGap('heartRate', 80)]));
    for (const name of ['Heart rate', 'Heart rate min', 'Heart rate max']) {
      const series = seriesNamed(option, name);
      expect(series.connectNulls).toBe(false);
      expect(series.data[2]).toEqual([START_MS + 2 * MINUTE_MS, null]);
      expect(series.data.filter((point) => (point as [number, number | null])[1] === null)).toHaveLength(1);
    }
  });

  it('draws the band from min to max: the lower line plus the spread stacked on it', () => {
    const source = seriesWithGap('heartRate', 80);
    const option = historyOption(historyInput([source]));
    const low = seriesNamed(option, 'Heart rate min');
    const spread = seriesNamed(option, 'Heart rate max');
    expect(low.stack).toBe(spread.stack);
    const tops = low.data.map((point, at) => {
      const [, least] = point as [number, number | null];
      const [, more] = spread.data[at] as [number, number | null];
      return least === null || more === null ? null : least + more;
    });
    expect(low.data.map((point) => (point as [number, number | null])[1])).toEqual(source.min);
    expect(tops).toEqual(source.max);
  });

  it('stacks each vital of a shared chart on its own', () => {
    const option = historyOption(historyInput([seriesWithGap('systolic', 120), seriesWithGap('diastolic', 80)]));
    expect(seriesNamed(option, 'Systolic pressure min').stack).not.toBe(seriesNamed(option, 'Diastolic pressure min').stack);
  });

  it('converts values, limits and entries to the unit shown', () => {
    const input = historyInput([glucose], { unit: inMmol, rules: [rule()], observations: [observed()] });
    const option = historyOption(input);
    const mean = seriesNamed(option, 'Glucose');
    expect(mean.data[0]).toEqual([START_MS, 10]);
    const { data } = mean.markLine as { data: readonly { yAxis: number; label: { formatter: string } }[] };
    expect(data[0]?.yAxis).toBeCloseTo(250 / 18.01559, 1);
    expect(data[0]?.label.formatter).toBe('medium > 13.9');
    const [entered] = seriesNamed(option, 'Entered by hand').data as readonly { value: [number, number] }[];
    expect(entered?.value).toEqual([START_MS + 2 * MINUTE_MS, 10]);
    expect(option.yAxis).toMatchObject({ name: 'mmol/L' });
  });

  it('reads a limit that is already written in the unit shown as that, never as mg/dL', () => {
    const option = historyOption(historyInput([glucose], { unit: inMmol, rules: [rule({ limit: 13.9, unit: 'mmol/L' })] }));
    const { data } = seriesNamed(option, 'Glucose').markLine as { data: readonly { yAxis: number }[] };
    expect(data[0]?.yAxis).toBe(13.9);
  });

  it('says which of two lines a limit is meant for', () => {
    const rules = [rule({ subject: 'systolic', comparison: 'below', limit: 90, unit: 'mmHg', priority: 'high' })];
    const option = historyOption(historyInput([seriesWithGap('systolic', 120), seriesWithGap('diastolic', 80)], { rules }));
    const { data } = seriesNamed(option, 'Systolic pressure').markLine as { data: readonly { label: { formatter: string } }[] };
    expect(data[0]?.label.formatter).toBe('SYS high < 90');
  });

  it('leaves retracted entries and other vitals’ entries out', () => {
    const observations = [
      observed(),
      observed({ observationId: 2, retractedAtMs: START_MS }),
      observed({ observationId: 3, kind: 'spo2' }),
    ];
    expect(seriesNamed(historyOption(historyInput([glucose], { observations })), 'Entered by hand').data).toHaveLength(1);
  });

  it('marks alarms of the rules about its vital only', () => {
    const input = historyInput([glucose], { rules: [rule()], alarms: [alarmed(), alarmed({ alarmId: 'a2', rule: 'spo2-low' })] });
    expect(seriesNamed(historyOption(input), 'Alarms').data).toHaveLength(1);
  });

  it('keeps the axis wide enough for every minimum, maximum and entry', () => {
    const input = historyInput([seriesWithGap('heartRate', 80)], { observations: [observed({ kind: 'heartRate', value: 196 })] });
    const { min, max } = historyOption(input).yAxis as { min: number; max: number };
    expect(max).toBeGreaterThanOrEqual(196);
    expect(min).toBeLessThanOrEqual(76);
  });

  it('never shows an oxygen axis above 100 %', () => {
    expect(historyOption(historyInput([seriesWithGap('spo2', 95)])).yAxis).toMatchObject({ max: 100 });
  });

  it('lets a rule of the patient stand in for the ward’s of the same kind', () => {
    const own = rule({ patientId: 7, limit: 300 });
    expect(rulesOf([rule(), own, rule({ enabled: false, comparison: 'below' })], 'glucose')).toEqual([own]);
  });

  it('writes names in a tooltip as text, not as markup', () => {
    const input = historyInput([glucose], { observations: [observed({ recordedBy: '<img src=x>' })] });
    const html = historyTooltip(input, START_MS + 2 * MINUTE_MS);
    expect(html).not.toContain('<img');
    expect(html).toContain('&#60;img src=x&#62;');
  });

  it('says nothing in the tooltip where nothing was measured', () => {
    expect(historyTooltip(historyInput([glucose]), START_MS + 2 * MINUTE_MS)).toBe('');
    expect(historyTooltip(historyInput([glucose]), START_MS)).toContain('<b>180 mg/dL</b> (177 mg/dL to 185 mg/dL)');
  });

  it('tells the same in its table, gaps included, in the clinic’s time', () => {
    const { rows } = historyTable(historyInput([seriesWithGap('heartRate', 80)]));
    expect(rows).toHaveLength(5);
    expect(rows[2]).toEqual(['3 Nov 2026, 13:02', 'Heart rate', 'gap: no readings', '–', '–', 'device']);
    expect(rows[4]).toEqual(['3 Nov 2026, 13:00', 'Heart rate', '80 /min', '77 /min', '85 /min', 'device']);
  });
});

describe('history series', () => {
  it('lays finer data over the overview inside the window only', () => {
    const fine = { ...seriesWithGap('heartRate', 90), resolution: 'raw' as const, count: 12 };
    const merged = overlay(seriesWithGap('heartRate', 80), fine, {
      fromMs: START_MS + MINUTE_MS,
      toMs: START_MS + 3 * MINUTE_MS,
    });
    expect(merged.mean).toEqual([80, 92, null, 91, 80]);
    expect(merged.timesMs).toEqual([...merged.timesMs].sort((a, b) => a - b));
    expect(merged).toMatchObject({ resolution: 'raw', count: 12 });
  });

  it('finds points that a line would not show', () => {
    const series = { ...seriesWithGap('spo2', 95), mean: [95, null, 96, null, 97] };
    expect(lonelyPoints(series)).toEqual([0, 2, 4]);
  });

  it('finds the nearest point, and none in an empty series', () => {
    const times = [0, 10, 20];
    expect([-5, 4, 6, 14, 99].map((atMs) => nearestIndex(times, atMs))).toEqual([0, 0, 1, 1, 2]);
    expect(nearestIndex([], 5)).toBe(-1);
  });

  it('says the coarsest resolution and how many readings lie behind it', () => {
    const raw = { ...seriesWithGap('spo2', 95), resolution: 'raw' as const, count: 1_000 };
    expect(resolutionText([seriesWithGap('heartRate', 80), raw])).toBe(
      '1,240 readings, one point a minute: mean line, min–max band',
    );
    expect(resolutionText([{ ...raw, count: 0 }])).toBe('No readings in this period');
  });

  it('keeps the slider’s marks in the clinic’s zone', () => {
    const window = { fromMs: START_MS, toMs: START_MS + 24 * HOUR_MS };
    const { dataZoom } = historyOption(historyInput([seriesWithGap('spo2', 95)], { range: window, window, slider: true }));
    const slider = (dataZoom as readonly { id?: string; labelFormatter?: (atMs: number) => string }[]).find(
      ({ id }) => id === 'zoom-slider',
    );
    expect(slider?.labelFormatter?.(START_MS)).toBe('13:00');
  });
});
