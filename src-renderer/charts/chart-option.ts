// What all charts share: the option type, the clinic's time axis, a quiet value axis, and the table that says the same in words.
import type { LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type {
  DataZoomComponentOption,
  GridComponentOption,
  MarkAreaComponentOption,
  MarkLineComponentOption,
  MarkPointComponentOption,
  TooltipComponentOption,
} from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { ThresholdRule } from '../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { clinicTicks, tickText } from './clinic-time.ts';
import type { DisplayUnit } from './display-unit.ts';
import type { ChartColours } from './palette.ts';

export type ChartOption = ComposeOption<
  | LineSeriesOption
  | ScatterSeriesOption
  | GridComponentOption
  | TooltipComponentOption
  | DataZoomComponentOption
  | MarkAreaComponentOption
  | MarkLineComponentOption
  | MarkPointComponentOption
>;

/** The chart's content as a table, for those who cannot or do not want to read a picture. */
export interface ChartTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A span of time in UTC milliseconds, start before end. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Time across `range`; ticks are laid out for `window`, the part in view, and a little beyond it for panning. */
export function timeAxis(range: Span, window: Span, timeZone: string, colours: ChartColours, wantedTicks = 8) {
  const spanMs = window.toMs - window.fromMs;
  const ticks = clinicTicks(
    Math.max(range.fromMs, window.fromMs - spanMs),
    Math.min(range.toMs, window.toMs + spanMs),
    timeZone,
    wantedTicks * Math.min(3, (range.toMs - range.fromMs) / spanMs),
  );
  return {
    type: 'time' as const,
    min: range.fromMs,
    max: range.toMs,
    axisLine: { lineStyle: { color: colours.axisLine } },
    axisTick: { show: true, customValues: [...ticks], lineStyle: { color: colours.axisLine } },
    axisLabel: {
      customValues: [...ticks],
      formatter: (atMs: number) => tickText(atMs, spanMs, timeZone),
      color: colours.mutedText,
      fontSize: 12,
      hideOverlap: true,
    },
    splitLine: { show: true, lineStyle: { color: colours.gridLine } },
  };
}

/** Round values inside the range, about `wanted` of them: 1, 2, 5 (and above ten 2.5) times a power of ten apart. */
export function valueTicks(low: number, high: number, wanted: number): readonly number[] {
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const factors = power >= 10 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10];
  const step = power * (factors.find((times) => power * times >= rough * 0.999) ?? 10);
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1)
    ticks.push(Number((at * step).toFixed(6)));
  return ticks;
}

export function valueAxis(extent: { readonly low: number; readonly high: number }, colours: ChartColours, wantedTicks = 4) {
  const ticks = [...valueTicks(extent.low, extent.high, wantedTicks)];
  return {
    type: 'value' as const,
    min: extent.low,
    max: extent.high,
    axisLine: { show: false },
    axisTick: { show: false, customValues: ticks },
    axisLabel: { color: colours.mutedText, fontSize: 12, customValues: ticks },
    splitLine: { lineStyle: { color: colours.gridLine } },
  };
}

export function tooltipLook(colours: ChartColours) {
  return {
    confine: true,
    backgroundColor: colours.surface,
    borderColor: colours.axisLine,
    textStyle: { color: colours.text, fontSize: 13 },
    transitionDuration: 0,
  };
}

/** A limit in the unit shown; rules store canonical units, and one written in mmol/L is read as that and not as mg/dL. */
function shownLimit(rule: Pick<ThresholdRule, 'limit' | 'unit'>, kind: VitalKind, unit: DisplayUnit): number {
  const { ucum, unitLabel } = VITALS[kind];
  const inShownUnit = rule.unit === unit.label && rule.unit !== ucum && rule.unit !== unitLabel;
  const limit = inShownUnit ? rule.limit : unit.show(rule.limit);
  return Number(limit.toFixed(unit.decimals + 1));
}

/** Rules that apply to a vital of one patient: where the patient has a rule of their own, it stands in for the general one. */
export function rulesOf(rules: readonly ThresholdRule[], kind: VitalKind): readonly ThresholdRule[] {
  const mine = rules.filter((rule) => rule.subject === kind && rule.enabled);
  return mine.filter(
    (rule) =>
      rule.patientId !== null ||
      !mine.some((own) => own.patientId !== null && own.comparison === rule.comparison && own.priority === rule.priority),
  );
}

const PRIORITY_RANK = { high: 0, medium: 1, low: 2 } as const;

export interface ShownLimit {
  readonly rule: ThresholdRule;
  /** In the unit shown. */
  readonly at: number;
  /** False where its words would lie on those of a limit of higher priority: the line must do. */
  readonly labelled: boolean;
}

/** Limits of one vital in the unit shown, highest priority first. @param apart least distance of two labels on the axis */
export function shownLimits(
  rules: readonly ThresholdRule[],
  kind: VitalKind,
  unit: DisplayUnit,
  apart: number,
): readonly ShownLimit[] {
  const taken: number[] = [];
  return rulesOf(rules, kind)
    .map((rule) => ({ rule, at: shownLimit(rule, kind, unit) }))
    .sort((a, b) => PRIORITY_RANK[a.rule.priority] - PRIORITY_RANK[b.rule.priority])
    .map(({ rule, at }) => {
      const labelled = taken.every((other) => Math.abs(other - at) >= apart);
      if (labelled) taken.push(at);
      return { rule, at, labelled };
    });
}

/** Text for an HTML tooltip: what people typed must never be read as markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
