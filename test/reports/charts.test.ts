// Charts of a report: gaps stay gaps, axes hold what is drawn, and the SVG has nothing that print cannot show.
import { describe, expect, it } from 'vitest';
import { type ChartPanel, chartPanels } from '../../src-main/reports/chart-panels.ts';
import { limitLabels, riskChart, vitalChart } from '../../src-main/reports/charts.ts';
import { clinicTime } from '../../src-main/reports/clinic-time.ts';
import { gatherReport } from '../../src-main/reports/gather.ts';
import { fakeStore, MODELS, SETTINGS } from './fake-store.ts';
import { entry, simulatedStay } from './simulated-day.ts';

const FROM = Date.parse('2025-03-29T10:00:00Z');
const HOUR = 3_600_000;
const DAY = { fromMs: FROM, toMs: FROM + 24 * HOUR };
const BERLIN = clinicTime('Europe/Berlin');
const ASK = { patientId: 7, ...DAY, modelInfo: MODELS, generatedAtMs: DAY.toMs, generatedBy: 'Nora Nurse' };

function panel(values: readonly (number | null)[], more: Partial<ChartPanel> = {}): ChartPanel {
  const line = { label: 'Heart rate', timesMs: values.map((_, at) => FROM + at * HOUR), mean: values, min: values, max: values };
  return {
    title: 'Heart rate',
    unit: '/min',
    lines: [line],
    entries: [],
    limits: [],
    low: 50,
    high: 110,
    banded: false,
    count: values.length,
    ...more,
  };
}

const labels = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map((match) => match[1] ?? '');
/** The path of the first pen. */
const curve = (svg: string) => /<path d="([^"]+)"[^>]*stroke="#0b3c6f"[^>]*stroke-width="1.3"/.exec(svg)?.[1] ?? '';

describe('a vital chart', () => {
  it('starts anew after a gap instead of drawing over it', () => {
    expect(curve(vitalChart(panel([70, 72, 74, 76]), DAY, BERLIN)).match(/M/g)).toHaveLength(1);
    expect(curve(vitalChart(panel([70, 72, null, 76, 78]), DAY, BERLIN)).match(/M/g)).toHaveLength(2);
  });

  it('marks a value that stands alone between two gaps, for no line leads to it', () => {
    const many = Array.from({ length: 300 }, (_, at) => (at % 150 === 75 || Math.abs((at % 150) - 75) > 2 ? 70 : null));
    const line = { label: 'x', timesMs: many.map((_, at) => FROM + at * 280_000), mean: many, min: many, max: many };
    const marks = vitalChart(panel(many, { lines: [line] }), DAY, BERLIN).match(/matrix\(1\.3,0,0,1\.3/g);
    expect(marks).toHaveLength(2);
  });

  it('has local hours and the name of the new day on its axis', () => {
    const found = labels(vitalChart(panel([70, 72]), DAY, BERLIN));
    expect(found).toContain('30 Mar');
    expect(found).toContain('22:00');
    expect(found).not.toContain('02:00');
  });

  it('keeps the usual range on the axis and widens it for what lies outside', () => {
    const numbers = (svg: string) => labels(svg).map(Number).filter(Number.isFinite);
    const usual = numbers(vitalChart(panel([70, 72]), DAY, BERLIN));
    expect([Math.min(...usual), Math.max(...usual)]).toEqual([40, 120]);
    const wide = numbers(vitalChart(panel([70, 188]), DAY, BERLIN));
    expect(Math.max(...wide)).toBeGreaterThanOrEqual(188);
    const ceiling = numbers(vitalChart(panel([97, 99.6], { low: 88, high: 100, ceiling: 100 }), DAY, BERLIN));
    expect(Math.max(...ceiling)).toBe(100);
  });

  it('draws the band only where there is more than one value behind a point', () => {
    const values = [70, 72, 74];
    const line = {
      label: 'x',
      timesMs: values.map((_, at) => FROM + at * HOUR),
      mean: values,
      min: [60, 61, 62],
      max: [80, 81, 82],
    };
    expect(vitalChart(panel(values, { lines: [line], banded: true }), DAY, BERLIN)).toContain('fill="#b9cbe0"');
    expect(vitalChart(panel(values), DAY, BERLIN)).not.toContain('#b9cbe0');
  });

  it('has no style sheet and no font but the one in the document', () => {
    const svg = vitalChart(panel([70, 72, null, 80]), DAY, BERLIN);
    expect(svg).not.toContain('<style');
    expect([...svg.matchAll(/font-family:([^;"]+)/g)].every((match) => match[1] === 'Roboto')).toBe(true);
  });
});

describe('which charts', () => {
  it('only those with something to draw, in the units of the settings; retracted entries are not drawn', () => {
    const contents = simulatedStay(FROM, FROM + 3 * HOUR);
    const settings = { ...SETTINGS, glucoseUnit: 'mmol/L' as const };
    const panels = chartPanels(gatherReport(fakeStore({ ...contents, settings, observations: [] }), ASK));
    expect(panels.map((one) => one.title)).toEqual([
      'Heart rate',
      'Oxygen saturation',
      'Blood pressure',
      'Glucose',
      'Respiratory rate',
    ]);
    const glucose = panels.find((one) => one.title === 'Glucose');
    expect(glucose?.unit).toBe('mmol/L');
    expect(Math.max(...(glucose?.lines[0]?.max ?? []).map((value) => value ?? 0))).toBeLessThan(20);
    expect(glucose?.limits.map((limit) => limit.value.toFixed(1))).toEqual(['10.0', '3.9']);
    expect(panels.find((one) => one.title === 'Blood pressure')?.limits).toEqual([{ value: 180, of: 'SYS' }]);
    const retracted = entry(1, { kind: 'temperature', value: 39, takenAtMs: FROM, retractedAtMs: FROM });
    expect(chartPanels(gatherReport(fakeStore({ observations: [retracted] }), ASK))).toEqual([]);
  });

  it('a risk chart reaches from 0 to 100 % with the thresholds of the model', () => {
    const model = gatherReport(fakeStore(simulatedStay(FROM, FROM + 3 * HOUR)), ASK).models.find(
      (one) => one.model === 'diabetes',
    );
    if (model === undefined) throw new Error('no such model');
    expect(labels(riskChart(model, DAY, BERLIN))).toEqual(expect.arrayContaining(['0%', '50%', '100%', '30%', '60%']));
  });
});

describe('limits of a chart', () => {
  const label = String;

  it('are written beside their own lines where there is room', () => {
    const limits = limitLabels(
      [
        { value: 110, of: '' },
        { value: 41, of: '' },
      ],
      9,
      label,
    );
    expect(limits).toEqual([
      { value: 41, words: '41' },
      { value: 110, words: '110' },
    ]);
  });

  it('share a place where they would lie on one another, and say once of which line they are', () => {
    const limits = limitLabels(
      [
        { value: 101, of: 'SYS' },
        { value: 91, of: 'SYS' },
        { value: 95, of: 'DIA' },
        { value: 219, of: 'SYS' },
      ],
      12,
      label,
    );
    expect(limits.map(({ words }) => words)).toEqual(['SYS 91, DIA 95, SYS 101', '', '', 'SYS 219']);
  });
});
