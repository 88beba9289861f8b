// The live strip: the last minutes of one vital, sliding; a silence is drawn as a silence.
import type { ThresholdRule } from '../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import {
  type ChartOption,
  type ChartTable,
  type ShownLimit,
  type Span,
  shownLimits,
  timeAxis,
  tooltipLook,
  valueAxis,
} from './chart-option.ts';
import { clockSecondsText, clockText } from './clinic-time.ts';
import { type DisplayUnit, shown, valueText } from './display-unit.ts';
import type { ChartColours } from './palette.ts';
import { axisRange, type ValueRange } from './value-range.ts';

export interface Sample {
  readonly atMs: number;
  /** Canonical unit; null where the device said that it had no number. */
  readonly value: number | null;
}

export interface LiveStripInput {
  /** One vital, or two that belong together (systolic and diastolic). */
  readonly lines: readonly { readonly kind: VitalKind; readonly samples: readonly Sample[] }[];
  readonly nowMs: number;
  readonly windowMs: number;
  /** Longer than this between two samples is a gap. */
  readonly gapAfterMs: number;
  /** Points far apart (cuff, finger stick) are dots; a stream is a line. */
  readonly shape: 'line' | 'dots';
  readonly rules: readonly ThresholdRule[];
  readonly unit: DisplayUnit;
  readonly timeZone: string;
  readonly colours: ChartColours;
}

type Point = [atMs: number, value: number | null];

/** Samples in the window as points in the shown unit; a null stands inside every silence longer than `gapAfterMs`. */
export function stripPoints(samples: readonly Sample[], fromMs: number, gapAfterMs: number, unit: DisplayUnit): Point[] {
  const points: Point[] = [];
  let lastMs = Number.NaN;
  for (const { atMs, value } of samples) {
    if (atMs < fromMs) continue;
    if (atMs - lastMs > gapAfterMs) points.push([lastMs + 1, null]);
    points.push([atMs, shown(value, unit)]);
    lastMs = atMs;
  }
  return points;
}

/** Points with a silence on both sides: a line would not show them. */
function lonely(points: readonly Point[], at: number): boolean {
  return points[at]?.[1] !== null && (points[at - 1]?.[1] ?? null) === null && (points[at + 1]?.[1] ?? null) === null;
}

/**
 * The silence that counts as a gap: three times the usual distance of these samples, so that a device that reports once a
 * minute is a line and not a row of gaps, but never under `leastMs` nor over five minutes more than it.
 */
export function gapOf(samples: readonly Sample[], leastMs: number): number {
  const apart = samples.slice(1).map(({ atMs }, at) => atMs - (samples[at]?.atMs ?? atMs));
  const median = apart.sort((a, b) => a - b)[Math.floor(apart.length / 2)] ?? 0;
  return Math.min(Math.max(leastMs, 3 * median), leastMs + 5 * 60_000);
}

/** Adds newer samples and drops those older than the window; a sample of a time already held replaces it. */
export function appendSamples(held: readonly Sample[], more: readonly Sample[], keepFromMs: number): readonly Sample[] {
  const byTime = new Map<number, Sample>();
  for (const sample of [...held, ...more]) if (sample.atMs >= keepFromMs) byTime.set(sample.atMs, sample);
  return [...byTime.values()].sort((a, b) => a.atMs - b.atMs);
}

/** A sample may be a little newer than the clock's last tick: the strip ends with it, so that the newest is never cut off. */
const AHEAD_MS = 5_000;

function stripSpan({ lines, nowMs, windowMs }: LiveStripInput): Span {
  const newest = lines.map(({ samples }) => samples.at(-1)?.atMs ?? 0).filter((atMs) => atMs <= nowMs + AHEAD_MS);
  const toMs = Math.max(nowMs, ...newest);
  return { fromMs: toMs - windowMs, toMs };
}

export function liveStripOption(input: LiveStripInput): ChartOption {
  const { lines, unit, colours, timeZone, shape } = input;
  const span = stripSpan(input);
  const first = lines[0];
  if (!first) return {};
  const visible = lines.flatMap(({ samples }) => samples.filter(({ atMs }) => atMs >= span.fromMs).map(({ value }) => value));
  const range = axisRange(first.kind, visible, unit.show);
  return {
    animation: false,
    grid: { left: 36, right: lines.length > 1 ? 56 : 40, top: 8, bottom: 20 },
    tooltip: {
      ...tooltipLook(colours),
      trigger: 'axis',
      axisPointer: { label: { show: false } },
      formatter: (parameters) => {
        const list = Array.isArray(parameters) ? parameters : [parameters];
        const rows = list.flatMap(({ value, seriesName }) =>
          Array.isArray(value) && typeof value[1] === 'number' ? [`${seriesName} <b>${value[1]}</b> ${unit.label}`] : [],
        );
        const atMs = Array.isArray(list[0]?.value) ? Number(list[0].value[0]) : null;
        return rows.length === 0 || atMs === null ? '' : `${clockSecondsText(atMs, timeZone)}<br>${rows.join('<br>')}`;
      },
    },
    xAxis: timeAxis(span, span, timeZone, colours, 4),
    yAxis: valueAxis(range, colours, 4),
    series: lines.map(({ kind, samples }) => {
      const points = stripPoints(samples, span.fromMs, gapOf(samples, input.gapAfterMs), unit);
      const last = points.findLast(([, value]) => value !== null);
      const colour = colours.vital[kind];
      const limits = shownLimits(input.rules, kind, unit, (range.high - range.low) / 5);
      return {
        type: 'line' as const,
        name: VITALS[kind].title,
        data: points.map((point, at) =>
          shape === 'line' && lonely(points, at) ? { value: point, symbol: 'circle', symbolSize: 4 } : point,
        ),
        connectNulls: false,
        showSymbol: true,
        symbol: shape === 'line' ? 'none' : kind === 'diastolic' ? 'triangle' : 'circle',
        symbolSize: shape === 'dots' ? 7 : 4,
        lineStyle: { color: colour, width: shape === 'dots' ? 1 : 2, ...(shape === 'dots' ? { type: 'dotted' as const } : {}) },
        itemStyle: { color: colour },
        ...(last ? { markPoint: lastMarker(last, colour, colours) } : {}),
        // Of two lines only one is meant by a limit: an area behind both would accuse the other.
        ...(lines.length === 1 ? { markArea: beyondLimits(limits, range, colours) } : {}),
        markLine: limitLines(limits, lines.length > 1 ? VITALS[kind].short : '', unit.decimals, colours),
      };
    }),
  };
}

function beyondLimits(limits: readonly ShownLimit[], range: ValueRange, colours: ChartColours) {
  return {
    silent: true,
    itemStyle: { color: colours.beyondLimit },
    data: limits
      .filter(({ at }) => at > range.low && at < range.high)
      .map(({ rule, at }): [{ yAxis: number }, { yAxis: number }] =>
        rule.comparison === 'above' ? [{ yAxis: at }, { yAxis: range.high }] : [{ yAxis: range.low }, { yAxis: at }],
      ),
  };
}

function limitLines(limits: readonly ShownLimit[], prefix: string, decimals: number, colours: ChartColours) {
  return {
    silent: true,
    symbol: 'none',
    data: limits.map(({ rule, at, labelled }) => ({
      yAxis: at,
      lineStyle: { color: colours[rule.priority], width: 1, type: 'dashed' as const },
      label: {
        show: labelled,
        position: 'end' as const,
        distance: 4,
        fontSize: 11,
        color: colours[rule.priority],
        formatter: `${prefix === '' ? '' : `${prefix} `}${at.toFixed(decimals)}`,
      },
    })),
  };
}

function lastMarker([atMs, value]: Point, colour: string, colours: ChartColours) {
  return {
    silent: true,
    symbol: 'circle',
    symbolSize: 9,
    itemStyle: { color: colour, borderColor: colours.surface, borderWidth: 2 },
    label: { show: false },
    data: [{ name: 'newest', coord: [atMs, value ?? 0] }],
  };
}

/** Newest first, one row per sample time. */
export function liveStripTable(input: LiveStripInput): ChartTable {
  const fromMs = input.nowMs - input.windowMs;
  const byTime = new Map<number, Map<VitalKind, string>>();
  for (const { kind, samples } of input.lines) {
    for (const { atMs, value } of samples) {
      if (atMs < fromMs) continue;
      const row = byTime.get(atMs) ?? new Map<VitalKind, string>();
      byTime.set(atMs, row.set(kind, value === null ? 'no number' : valueText(value, input.unit)));
    }
  }
  return {
    caption: `${input.lines.map(({ kind }) => VITALS[kind].title).join(' and ')} since ${clockText(fromMs, input.timeZone)}`,
    columns: ['Time', ...input.lines.map(({ kind }) => VITALS[kind].title)],
    rows: [...byTime]
      .sort(([a], [b]) => b - a)
      .map(([atMs, row]) => [clockSecondsText(atMs, input.timeZone), ...input.lines.map(({ kind }) => row.get(kind) ?? '–')]),
  };
}
