// The history of one vital (or of a pressure pair): mean line in its min–max band, gaps as gaps, people's entries and alarms marked.
import type { Alarm, Observation, Series, ThresholdRule } from '../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import {
  type ChartOption,
  type ChartTable,
  escapeHtml,
  type Span,
  shownLimits,
  timeAxis,
  tooltipLook,
  valueAxis,
} from './chart-option.ts';
import { dateTimeText, tickText } from './clinic-time.ts';
import { type DisplayUnit, shown, valueText } from './display-unit.ts';
import { lonelyPoints, nearestIndex } from './history-series.ts';
import type { ChartColours } from './palette.ts';
import { axisRange, NORMAL_BANDS } from './value-range.ts';

export interface HistoryChartInput {
  /** Series of one unit: one vital, or systolic and diastolic. */
  readonly lines: readonly Series[];
  readonly range: Span;
  /** The part in view. */
  readonly window: Span;
  readonly rules: readonly ThresholdRule[];
  readonly observations: readonly Observation[];
  readonly alarms: readonly Alarm[];
  readonly unit: DisplayUnit;
  readonly timeZone: string;
  readonly colours: ChartColours;
  /** The chart that carries the slider; the others follow it. */
  readonly slider: boolean;
}

type Point = [atMs: number, value: number | null];

/** Lines that share a chart differ in stroke, not in colour alone. */
const STROKES: { readonly [K in VitalKind]?: 'dashed' | 'dotted' } = {
  diastolic: 'dashed',
  meanPressure: 'dotted',
  pulseRate: 'dotted',
};

/** Values people entered that still stand, of the vitals in the chart. */
export const standingObservations = (input: Pick<HistoryChartInput, 'lines' | 'observations'>): readonly Observation[] =>
  input.observations.filter(
    ({ kind, retractedAtMs }) => retractedAtMs === null && input.lines.some((series) => series.kind === kind),
  );

/** Alarms raised by a rule about a vital in the chart. */
export const alarmsOf = (input: Pick<HistoryChartInput, 'lines' | 'alarms' | 'rules'>): readonly Alarm[] =>
  input.alarms.filter(({ rule }) => {
    const subject = input.rules.find(({ ruleId }) => ruleId === rule)?.subject;
    return input.lines.some(({ kind }) => kind === subject);
  });

export function historyOption(input: HistoryChartInput): ChartOption {
  const { lines, range, window, unit, colours, timeZone } = input;
  const first = lines[0];
  if (!first) return {};
  const entered = standingObservations(input);
  const extent = axisRange(
    first.kind,
    [...lines.flatMap(({ min, max }) => [...min, ...max]), ...entered.map(({ value }) => value)],
    unit.show,
  );
  return {
    animation: false,
    grid: { left: 58, right: lines.length > 1 ? 116 : 92, top: 12, bottom: input.slider ? 66 : 26 },
    tooltip: {
      ...tooltipLook(colours),
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: colours.axisLine } },
      formatter: (parameters) => {
        const one = Array.isArray(parameters) ? parameters[0] : parameters;
        const at = one && 'axisValue' in one ? Number(one.axisValue) : Number.NaN;
        return Number.isNaN(at) ? '' : historyTooltip(input, at);
      },
    },
    xAxis: timeAxis(range, window, timeZone, colours),
    yAxis: {
      ...valueAxis(extent, colours, 5),
      name: unit.label,
      nameTextStyle: { color: colours.mutedText },
      nameGap: 36,
      nameLocation: 'middle',
    },
    dataZoom: zoom(input),
    series: [
      ...lines.flatMap((series, at) => lineSeries(series, at === 0, input, extent)),
      ...markSeries(input, entered, extent.high),
    ],
  };
}

function lineSeries(series: Series, carriesMarks: boolean, input: HistoryChartInput, extent: { low: number; high: number }) {
  const { unit, colours } = input;
  const colour = colours.vital[series.kind];
  const name = VITALS[series.kind].title;
  const at = (values: readonly (number | null)[]): Point[] =>
    series.timesMs.map((atMs, index) => [atMs, shown(values[index] ?? null, unit)]);
  const low = at(series.min);
  const high = at(series.max);
  const spread = low.map(([atMs, least], index): Point => {
    const most = high[index]?.[1] ?? null;
    return [atMs, least === null || most === null ? null : Number((most - least).toFixed(4))];
  });
  const mean = at(series.mean);
  const quiet = { type: 'line' as const, symbol: 'none', silent: true, connectNulls: false, lineStyle: { opacity: 0 } };
  const normal = NORMAL_BANDS[series.kind];
  return [
    // The band is the space between two stacked lines: the lower one, and on it the spread.
    { ...quiet, name: `${name} min`, stack: `${series.kind} band`, stackStrategy: 'all' as const, data: low },
    {
      ...quiet,
      name: `${name} max`,
      stack: `${series.kind} band`,
      stackStrategy: 'all' as const,
      data: spread,
      areaStyle: { color: colour, opacity: 0.22 },
    },
    {
      type: 'line' as const,
      name,
      data: mean,
      connectNulls: false,
      showSymbol: false,
      lineStyle: { color: colour, width: 1.8, type: STROKES[series.kind] ?? ('solid' as const) },
      itemStyle: { color: colour },
      ...(carriesMarks && normal
        ? {
            markArea: {
              silent: true,
              itemStyle: { color: colours.normalBand },
              data: [
                [
                  { yAxis: Math.max(extent.low, unit.show(normal.low)) },
                  { yAxis: Math.min(extent.high, unit.show(normal.high)) },
                ] as [{ yAxis: number }, { yAxis: number }],
              ],
            },
          }
        : {}),
      markLine: {
        silent: true,
        symbol: 'none',
        label: { position: 'end' as const, distance: 5, fontSize: 11 },
        data: shownLimits(input.rules, series.kind, unit, (extent.high - extent.low) / 10).map(({ rule, at, labelled }) => ({
          yAxis: at,
          lineStyle: { color: colours[rule.priority], type: 'dashed' as const, width: 1 },
          label: {
            show: labelled,
            color: colours[rule.priority],
            formatter: `${input.lines.length > 1 ? `${VITALS[series.kind].short} ` : ''}${rule.priority} ${rule.comparison === 'above' ? '>' : '<'} ${at.toFixed(unit.decimals)}`,
          },
        })),
      },
    },
    {
      type: 'scatter' as const,
      name: `${name}, single`,
      data: lonelyPoints(series).flatMap((index) => (mean[index] ? [mean[index]] : [])),
      symbol: series.kind === 'diastolic' ? 'triangle' : 'circle',
      symbolSize: 6,
      itemStyle: { color: colour },
    },
  ];
}

/** Shape tells them apart without colour: diamonds were entered by people, downward pins are alarms. */
function markSeries(input: HistoryChartInput, entered: readonly Observation[], top: number) {
  const { colours, unit } = input;
  return [
    {
      type: 'scatter' as const,
      name: 'Entered by hand',
      symbol: 'diamond',
      symbolSize: 13,
      z: 5,
      data: entered.map(({ takenAtMs, value, kind }) => ({
        value: [takenAtMs, shown(value, unit)] as Point,
        itemStyle: {
          color: colours.surface,
          borderColor: kind === 'diastolic' ? colours.vital.diastolic : colours.manual,
          borderWidth: 2,
        },
      })),
    },
    {
      type: 'scatter' as const,
      name: 'Alarms',
      symbol: 'triangle',
      symbolRotate: 180,
      z: 6,
      data: alarmsOf(input).map(({ raisedAtMs, priority }) => ({
        value: [raisedAtMs, top] as Point,
        symbolSize: priority === 'high' ? 13 : 10,
        itemStyle:
          priority === 'low'
            ? { color: colours.surface, borderColor: colours.low, borderWidth: 2 }
            : { color: colours[priority] },
      })),
    },
  ];
}

function zoom({ window, slider, colours, timeZone }: HistoryChartInput) {
  const view = { startValue: window.fromMs, endValue: window.toMs, filterMode: 'none' as const };
  const spanMs = window.toMs - window.fromMs;
  return [
    // The wheel alone scrolls the page: zooming asks for Ctrl.
    {
      type: 'inside' as const,
      id: 'zoom-inside',
      ...view,
      zoomOnMouseWheel: 'ctrl' as const,
      moveOnMouseWheel: false,
      minValueSpan: 60_000,
    },
    {
      type: 'slider' as const,
      id: 'zoom-slider',
      ...view,
      show: slider,
      height: 26,
      bottom: 8,
      minValueSpan: 60_000,
      borderColor: colours.axisLine,
      fillerColor: `${colours.low}26`,
      handleStyle: { color: colours.surface, borderColor: colours.low },
      moveHandleStyle: { color: colours.low, opacity: 0.5 },
      dataBackground: { lineStyle: { color: colours.axisLine }, areaStyle: { color: colours.axisLine, opacity: 0.25 } },
      selectedDataBackground: { lineStyle: { color: colours.low }, areaStyle: { color: colours.low, opacity: 0.2 } },
      textStyle: { color: colours.mutedText },
      labelFormatter: (atMs: number) => tickText(Math.round(atMs / 60_000) * 60_000, spanMs, timeZone),
    },
  ];
}

/** What stands beside the pointer: device values with their spread, then entries and alarms close by. */
export function historyTooltip(input: HistoryChartInput, atMs: number): string {
  const { lines, window, unit, timeZone } = input;
  const nearMs = (window.toMs - window.fromMs) / 120;
  const rows = lines.flatMap((series) => {
    const index = nearestIndex(series.timesMs, atMs);
    const mean = series.mean[index] ?? null;
    const pointMs = series.timesMs[index];
    if (mean === null || pointMs === undefined || Math.abs(pointMs - atMs) > Math.max(nearMs, 90_000)) return [];
    const [low, high] = [series.min[index] ?? mean, series.max[index] ?? mean];
    const spread = low === high ? '' : ` (${valueText(low, unit)} to ${valueText(high, unit)})`;
    return [`${VITALS[series.kind].title}: <b>${valueText(mean, unit)}</b>${spread}`];
  });
  for (const one of standingObservations(input)) {
    if (Math.abs(one.takenAtMs - atMs) > nearMs) continue;
    rows.push(
      `◇ ${VITALS[one.kind as keyof typeof VITALS].title}: <b>${valueText(one.value, unit)}</b> entered by ${escapeHtml(one.recordedBy)}`,
    );
  }
  for (const one of alarmsOf(input)) {
    if (Math.abs(one.raisedAtMs - atMs) > nearMs) continue;
    rows.push(`▼ ${one.priority} alarm: ${escapeHtml(one.message)}`);
  }
  return rows.length === 0 ? '' : `${dateTimeText(atMs, timeZone)}<br>${rows.join('<br>')}`;
}

/** Newest first; a gap is a row that says so. */
export function historyTable(input: HistoryChartInput): ChartTable {
  const { lines, unit, timeZone, window } = input;
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : valueText(value, unit);
  const rows: { readonly atMs: number; readonly cells: readonly string[] }[] = [];
  for (const series of lines) {
    series.timesMs.forEach((atMs, at) => {
      if (atMs < window.fromMs || atMs > window.toMs) return;
      const name = VITALS[series.kind].title;
      const gap = series.mean[at] === null;
      if (gap && rows.at(-1)?.cells[1] === 'gap: no readings') return;
      rows.push({
        atMs,
        cells: gap
          ? [name, 'gap: no readings', '–', '–', 'device']
          : [name, text(series.mean[at]), text(series.min[at]), text(series.max[at]), 'device'],
      });
    });
  }
  for (const one of standingObservations(input)) {
    if (one.takenAtMs < window.fromMs || one.takenAtMs > window.toMs) continue;
    const value = text(one.value);
    rows.push({
      atMs: one.takenAtMs,
      cells: [VITALS[one.kind as keyof typeof VITALS].title, value, value, value, `by hand, ${one.recordedBy}`],
    });
  }
  rows.sort((a, b) => b.atMs - a.atMs);
  return {
    caption: lines.map(({ kind }) => VITALS[kind].title).join(' and '),
    columns: ['Time', 'Vital', 'Mean', 'Min', 'Max', 'Source'],
    rows: rows.map(({ atMs, cells }) => [dateTimeText(atMs, timeZone), ...cells]),
  };
}
