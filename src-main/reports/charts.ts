// Charts of a report as vector drawings: ECharts options, and their rendering to SVG without a screen. Made for black and white print.
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { ChartLine, ChartPanel } from './chart-panels.ts';
import type { ClinicTime } from './clinic-time.ts';
import type { ModelHistory, ProbabilitySeries, ReportData } from './report-data.ts';

echarts.use([CustomChart, LineChart, ScatterChart, GridComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer]);

/** In longer periods the lines of midnight would run into each other. */
export const LONGEST_WITH_DAYS_MS = 62 * 86_400_000;
/** Points of paper; ECharts' pixels become points one to one. */
export const CHART_WIDTH = 515;
const CHART_HEIGHT = 100;
const RISK_HEIGHT = 80;
const LABEL = 7.5;
const INK = '#1b1b1b';
const RULE = '#d5d5d5';
const DAY_RULE = '#7d7d7d';
/** Lighter, so that a row of them does not look like data. */
const MANY_DAYS_RULE = '#b5b5b5';
/** Above and below the lines, for the time axis. */
const AXIS_ROOM = 22;
/** On the right, for what the alarm limits are. */
export const LIMIT_MARGIN = 48;
const MOST_TICKS = 12;

/** Told apart without colour too: by dash, by weight and by the shape of their points. */
const PENS = [
  { color: '#0b3c6f', width: 1.3, dash: 'solid' as const, symbol: 'circle' },
  { color: '#a8480f', width: 1.1, dash: [4, 2], symbol: 'rect' },
  { color: '#5c5c5c', width: 0.9, dash: [1.5, 1.5], symbol: 'triangle' },
];
/** Fewer points than this each get a mark of their own. */
const MARKED_POINTS = 120;

/** How a line is drawn, for the key under a chart's title: a short sample as SVG. */
export function penSample(index: number): string {
  const pen = PENS[index % PENS.length] ?? PENS[0];
  const dash = pen === undefined || typeof pen.dash === 'string' ? '' : ` stroke-dasharray="${pen.dash.join(' ')}"`;
  return `<svg width="18" height="6" viewBox="0 0 18 6"><path d="M0 3L18 3" stroke="${pen?.color}" stroke-width="${pen?.width}"${dash} fill="none"/></svg>`;
}

/** One vital chart as SVG. */
export function vitalChart(panel: ChartPanel, data: Pick<ReportData, 'fromMs' | 'toMs'>, time: ClinicTime): string {
  const axis = valueAxis(panel);
  const series: object[] = [];
  panel.lines.forEach((line, index) => {
    if (panel.banded) series.push(band(line, index));
    series.push(curve(line, index));
  });
  if (panel.entries.length > 0) {
    series.push({
      type: 'scatter',
      symbol: 'diamond',
      symbolSize: 8,
      itemStyle: { color: '#ffffff', borderColor: INK, borderWidth: 1.2, opacity: 1 },
      data: panel.entries.map((entry) => [entry.atMs, entry.value]),
      z: 5,
    });
  }
  const limits = panel.limits.filter((limit) => limit.value >= axis.min && limit.value <= axis.max);
  series.push(limitLines(limitLabels(limits, labelHeight(axis.max - axis.min, CHART_HEIGHT), tidy)));
  return render(CHART_HEIGHT, {
    ...frame(CHART_HEIGHT),
    xAxis: timeAxis(data, time),
    yAxis: yAxis(axis.min, axis.max, axis.interval, (value) => value.toFixed(axis.decimals).replace('-', '−')),
    series: [...series, dayLines(data, time)],
  });
}

/** Probability of one model over the period as SVG, thresholds as dashed lines. */
export function riskChart(history: ModelHistory, data: Pick<ReportData, 'fromMs' | 'toMs'>, time: ClinicTime): string {
  const line = riskLine(history.probabilities);
  const thresholds =
    history.info === null
      ? []
      : [history.info.thresholds.moderate, history.info.thresholds.high].map((value) => ({ value, of: '' }));
  return render(RISK_HEIGHT, {
    ...frame(RISK_HEIGHT),
    xAxis: timeAxis(data, time),
    yAxis: yAxis(0, 1, 0.5, asPercent),
    series: [
      band(line, 0),
      curve(line, 0),
      limitLines(limitLabels(thresholds, labelHeight(1, RISK_HEIGHT), asPercent)),
      dayLines(data, time),
    ],
  });
}

function riskLine(curve: ProbabilitySeries): ChartLine {
  return { label: 'Probability', ...curve };
}

function frame(height: number): object {
  return {
    animation: false,
    textStyle: { fontFamily: 'Roboto', fontSize: LABEL, color: INK },
    grid: { left: 30, right: LIMIT_MARGIN, top: 6, width: CHART_WIDTH - 30 - LIMIT_MARGIN, height: height - AXIS_ROOM },
  };
}

function timeAxis(data: Pick<ReportData, 'fromMs' | 'toMs'>, time: ClinicTime): object {
  const ticks = time.ticks(data.fromMs, data.toMs, MOST_TICKS);
  const labels = new Map(ticks.map((tick) => [tick.atMs, tick]));
  const at = ticks.map((tick) => tick.atMs);
  return {
    type: 'value',
    min: data.fromMs,
    max: data.toMs,
    axisLine: { onZero: false, lineStyle: { color: INK, width: 0.6 } },
    axisTick: { customValues: at, length: 3, lineStyle: { color: INK, width: 0.6 } },
    splitLine: { show: false },
    axisLabel: {
      customValues: at,
      fontSize: LABEL,
      color: INK,
      margin: 5,
      hideOverlap: true,
      formatter: (value: number) => labels.get(value)?.label ?? '',
    },
  };
}

function yAxis(min: number, max: number, interval: number, label: (value: number) => string): object {
  return {
    type: 'value',
    min,
    max,
    interval,
    axisLine: { show: true, onZero: false, lineStyle: { color: INK, width: 0.6 } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: RULE, width: 0.4 } },
    axisLabel: {
      fontSize: LABEL,
      color: INK,
      margin: 5,
      formatter: label,
    },
  };
}

/** Round ends and steps that hold the usual range and everything drawn. */
function valueAxis(panel: ChartPanel): {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
  readonly decimals: number;
} {
  let low = panel.low;
  let high = panel.high;
  const take = (value: number | null | undefined): void => {
    if (value === null || value === undefined) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const line of panel.lines) {
    for (const value of line.min) take(value);
    for (const value of line.max) take(value);
  }
  for (const entry of panel.entries) take(entry.value);
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 5, 10].map((step) => step * power).find((step) => step >= rough * 0.999) ?? power * 10;
  const min = Math.floor(low / interval + 1e-9) * interval;
  const max = Math.min(Math.ceil(high / interval - 1e-9) * interval, panel.ceiling ?? Number.POSITIVE_INFINITY);
  return { min, max, interval, decimals: Math.max(0, -Math.floor(Math.log10(interval) + 1e-9)) };
}

/** The line of means; gaps stay gaps, and a point with a gap on both sides is marked, for it has no line. */
function curve(line: ChartLine, index: number): object {
  const pen = PENS[index % PENS.length] ?? { color: INK, width: 1, dash: 'solid' as const, symbol: 'circle' };
  const few = line.mean.filter((value) => value !== null).length < MARKED_POINTS;
  const alone = (at: number) => (line.mean[at - 1] ?? null) === null && (line.mean[at + 1] ?? null) === null;
  return {
    type: 'line',
    connectNulls: false,
    showAllSymbol: true,
    lineStyle: { color: pen.color, width: pen.width, type: pen.dash, join: 'round' },
    itemStyle: { color: pen.color, opacity: 1 },
    data: line.timesMs.map((atMs, at) => ({
      value: [atMs, line.mean[at] ?? null],
      symbol: few || alone(at) ? pen.symbol : 'none',
      symbolSize: 2.6,
    })),
    z: 3,
  };
}

/** From min to max around the means, one area per stretch without a gap. */
function band(line: ChartLine, index: number): object {
  const stretches: [number, number, number][][] = [[]];
  line.timesMs.forEach((atMs, at) => {
    const min = line.min[at] ?? null;
    const max = line.max[at] ?? null;
    if (min === null || max === null) stretches.push([]);
    else stretches.at(-1)?.push([atMs, min, max]);
  });
  const drawn = stretches.filter((stretch) => stretch.length > 1);
  return {
    type: 'custom',
    silent: true,
    data: drawn.map((stretch) => [stretch[0]?.[0] ?? 0, 0]),
    renderItem: (params: { dataIndex: number }, api: { coord(point: [number, number]): number[] }) => {
      const stretch = drawn[params.dataIndex] ?? [];
      const upper = stretch.map(([atMs, , max]) => api.coord([atMs, max]));
      const lower = stretch.map(([atMs, min]) => api.coord([atMs, min])).reverse();
      return {
        type: 'polygon',
        shape: { points: [...upper, ...lower] },
        style: { fill: index === 0 ? '#b9cbe0' : '#e3cdbd', opacity: 0.75 },
      };
    },
    z: 2,
  };
}

interface LabelledLimit {
  readonly value: number;
  /** Empty where its words stand at the one below. */
  readonly words: string;
}

/** Limits too close to be written one above the other share a place: `SYS 91, 101`. */
export function limitLabels(
  limits: ChartPanel['limits'],
  apart: number,
  label: (value: number) => string,
): readonly LabelledLimit[] {
  const groups: (readonly { readonly value: number; readonly of: string }[])[] = [];
  for (const limit of [...limits].sort((a, b) => a.value - b.value)) {
    const last = groups.at(-1);
    const lowest = last?.[0];
    if (last !== undefined && lowest !== undefined && limit.value - lowest.value < apart) groups.splice(-1, 1, [...last, limit]);
    else groups.push([limit]);
  }
  return groups.flatMap((group) => {
    const words = group.map(({ value, of }, at) => `${of === group[at - 1]?.of ? '' : of} ${label(value)}`.trim());
    return group.map(({ value }, at) => ({ value, words: at === 0 ? words.join(', ') : '' }));
  });
}

/** What a line of label takes of the value axis. */
const labelHeight = (range: number, chartHeight: number): number => (range * LABEL * 1.2) / (chartHeight - AXIS_ROOM);

function limitLines(limits: readonly LabelledLimit[]): object {
  return {
    type: 'line',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: '#8a1c1c', width: 0.7, type: [1, 2] },
      label: {
        position: 'end',
        distance: 3,
        fontSize: LABEL,
        color: '#8a1c1c',
        formatter: (mark: { name: string }) => mark.name,
      },
      data: limits.map(({ value, words }) => ({ yAxis: value, name: words })),
    },
  };
}

function asPercent(share: number): string {
  return `${tidy(share * 100)}%`;
}

function tidy(value: number): string {
  return String(Math.round(value * 10) / 10).replace('-', '−');
}

function dayLines(data: Pick<ReportData, 'fromMs' | 'toMs'>, time: ClinicTime): object {
  const starts = data.toMs - data.fromMs > LONGEST_WITH_DAYS_MS ? [] : time.days(data.fromMs, data.toMs).slice(1);
  return {
    type: 'line',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      label: { show: false },
      lineStyle: { color: starts.length > 3 ? MANY_DAYS_RULE : DAY_RULE, width: 0.6, type: 'solid' },
      data: starts.map((day) => ({ xAxis: day.fromMs })),
    },
  };
}

function render(height: number, option: object): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: CHART_WIDTH, height });
  try {
    chart.setOption(option as Parameters<typeof chart.setOption>[0]);
    return forPaper(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** Leaves out what only a screen needs, and the running number in names that would make equal charts differ. */
function forPaper(svg: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>/, '')
    .replace(/ (class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, '');
}
