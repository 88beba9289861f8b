// What there is to draw of a report's vital signs: which charts, with which lines, marks and limits, in the units of the clinic.
import type { Observation, Series } from '../contract/models.ts';
import { VITALS, type VitalKind } from '../vitals/kinds.ts';
import { findUnit, toCanonical } from '../vitals/units.ts';
import { shownNumber, shownUnit } from './display.ts';
import type { ReportData } from './report-data.ts';

interface PanelDefinition {
  readonly title: string;
  readonly kinds: readonly VitalKind[];
  /** Always within the axis, canonical unit, so that charts of different days and patients compare. */
  readonly low: number;
  readonly high: number;
  /** The axis never goes beyond. */
  readonly ceiling?: number;
}

const PANELS: readonly PanelDefinition[] = [
  { title: 'Heart rate', kinds: ['heartRate', 'pulseRate'], low: 50, high: 110 },
  { title: 'Oxygen saturation', kinds: ['spo2'], low: 88, high: 100, ceiling: 100 },
  { title: 'Blood pressure', kinds: ['systolic', 'diastolic', 'meanPressure'], low: 60, high: 150 },
  { title: 'Glucose', kinds: ['glucose'], low: 54, high: 200 },
  { title: 'Respiratory rate', kinds: ['respiratoryRate'], low: 8, high: 26 },
  { title: 'Body temperature', kinds: ['temperature'], low: 35.5, high: 38.5 },
];

export interface ChartLine {
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

export interface ChartPanel {
  readonly title: string;
  readonly unit: string;
  /** Display unit. */
  readonly lines: readonly ChartLine[];
  readonly entries: readonly { readonly atMs: number; readonly value: number }[];
  /** Alarm limits, display unit; `of` names the line where there are several. */
  readonly limits: readonly { readonly value: number; readonly of: string }[];
  readonly low: number;
  readonly high: number;
  readonly ceiling?: number;
  /** True where lines are means with a band from min to max around them. */
  readonly banded: boolean;
  /** Raw readings behind it. */
  readonly count: number;
}

/** The charts there is anything to draw for, in display units; nothing of ECharts in it. */
export function chartPanels(data: ReportData): readonly ChartPanel[] {
  return PANELS.flatMap((panel) => {
    const series = panel.kinds.flatMap((kind) =>
      data.series.filter((one) => one.kind === kind && one.mean.some((value) => value !== null)),
    );
    const entries = data.observations.filter(
      (one) => one.retractedAtMs === null && panel.kinds.some((kind) => kind === one.kind),
    );
    if (series.length === 0 && entries.length === 0) return [];
    const [first = 'heartRate'] = panel.kinds;
    const shown = (value: number) => shownNumber(first, value, data.settings);
    return [
      {
        title: panel.title,
        unit: shownUnit(first, data.settings),
        lines: series.map((one) => chartLine(one, shown)),
        entries: entries.map((one: Observation) => ({ atMs: one.takenAtMs, value: shown(one.value) })),
        limits: alarmLimits(data, panel.kinds, series.length > 1).map(({ value, of }) => ({ value: shown(value), of })),
        low: shown(panel.low),
        high: shown(panel.high),
        ...(panel.ceiling === undefined ? {} : { ceiling: shown(panel.ceiling) }),
        banded: series.some((one) =>
          one.mean.some((value, at) => value !== null && (one.min[at] !== value || one.max[at] !== value)),
        ),
        count: series.reduce((sum, one) => sum + one.count, 0),
      },
    ];
  });
}

function chartLine(series: Series, shown: (value: number) => number): ChartLine {
  const column = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : shown(value)));
  return {
    label: VITALS[series.kind].title,
    timesMs: series.timesMs,
    mean: column(series.mean),
    min: column(series.min),
    max: column(series.max),
  };
}

function alarmLimits(
  data: ReportData,
  kinds: readonly VitalKind[],
  named: boolean,
): readonly { readonly value: number; readonly of: string }[] {
  const limits = new Map<number, Set<string>>();
  for (const rule of data.thresholds) {
    const kind = kinds.find((one) => one === rule.subject);
    if (kind === undefined || findUnit(kind, rule.unit) === null) continue;
    const value = toCanonical(kind, rule.limit, rule.unit);
    limits.set(value, (limits.get(value) ?? new Set()).add(VITALS[kind].short));
  }
  return [...limits].map(([value, shorts]) => ({ value, of: named ? [...shorts].join('/') : '' }));
}
