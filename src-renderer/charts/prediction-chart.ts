// A model's results over time: probability as steps between its thresholds; where it abstained there is an open space that says why.
import type { Prediction } from '../../src-main/contract/models.ts';
import { type ChartOption, type ChartTable, escapeHtml, type Span, timeAxis, tooltipLook, valueAxis } from './chart-option.ts';
import { dateTimeText } from './clinic-time.ts';
import type { ChartColours } from './palette.ts';

export interface PredictionChartInput {
  readonly predictions: readonly Prediction[];
  readonly thresholds: { readonly moderate: number; readonly high: number };
  readonly range: Span;
  readonly timeZone: string;
  readonly colours: ChartColours;
  /** What an input's name means to a person. */
  readonly titleOf: (input: string) => string;
}

/** A stretch in which the model gave no result, and what it lacked. */
export interface Abstention extends Span {
  readonly reason: string;
}

const percent = (probability: number): number => Number((probability * 100).toFixed(1));

const inOrder = (predictions: readonly Prediction[]): readonly Prediction[] =>
  [...predictions].sort((a, b) => a.scoredAtMs - b.scoredAtMs);

/** Each stretch reaches from the first abstention to the next result, or to the end of the range. */
export function abstentions({ predictions, range, titleOf }: PredictionChartInput): readonly Abstention[] {
  const found: Abstention[] = [];
  let open: { fromMs: number; reason: string } | null = null;
  const close = (toMs: number): void => {
    if (open) found.push({ ...open, toMs });
    open = null;
  };
  for (const one of inOrder(predictions)) {
    if (one.probability !== null) {
      close(one.scoredAtMs);
      continue;
    }
    const reason = one.missing.length === 0 ? 'abstained' : `needs ${one.missing.map(titleOf).join(', ')}`;
    if (open && (open as { reason: string }).reason === reason) continue;
    close(one.scoredAtMs);
    open = { fromMs: one.scoredAtMs, reason };
  }
  close(range.toMs);
  return found;
}

export function predictionOption(input: PredictionChartInput): ChartOption {
  const { thresholds, range, colours, timeZone } = input;
  const points = inOrder(input.predictions).map((one): [number, number | null] => [
    one.scoredAtMs,
    one.probability === null ? null : percent(one.probability),
  ]);
  const last = input.predictions.length === 0 ? undefined : points.at(-1);
  // A result stands until the next one: the line is carried to the edge.
  if (last && last[1] !== null && last[0] < range.toMs) points.push([range.toMs, last[1]]);
  const threshold = (at: number, word: 'moderate' | 'high') => ({
    yAxis: percent(at),
    lineStyle: { color: word === 'high' ? colours.high : colours.medium, type: 'dashed' as const, width: 1 },
    label: { color: word === 'high' ? colours.high : colours.medium, formatter: `${word} from ${Math.round(at * 100)}%` },
  });
  const top = topOfAxis(Math.max(thresholds.high, ...points.map(([, value]) => (value ?? 0) / 100)));
  return {
    animation: false,
    grid: { left: 48, right: 16, top: 14, bottom: 26 },
    tooltip: {
      ...tooltipLook(colours),
      trigger: 'axis',
      formatter: (parameters) => {
        const one = Array.isArray(parameters) ? parameters[0] : parameters;
        const at = one && 'axisValue' in one ? Number(one.axisValue) : Number.NaN;
        return Number.isNaN(at) ? '' : predictionTooltip(input, at);
      },
    },
    xAxis: timeAxis(range, range, timeZone, colours, 6),
    yAxis: { ...valueAxis({ low: 0, high: top }, colours), axisLabel: { color: colours.mutedText, formatter: '{value}%' } },
    series: [
      {
        type: 'line',
        name: 'Probability',
        step: 'end',
        data: points,
        connectNulls: false,
        showSymbol: points.length < 40,
        symbolSize: 5,
        lineStyle: { color: colours.risk, width: 2 },
        itemStyle: { color: colours.risk },
        areaStyle: { color: colours.risk, opacity: 0.08 },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { position: 'insideStartTop', fontSize: 11 },
          data: [threshold(thresholds.moderate, 'moderate'), threshold(thresholds.high, 'high')],
        },
        markArea: {
          silent: true,
          itemStyle: { color: 'transparent', borderColor: colours.axisLine, borderType: 'dashed', borderWidth: 1 },
          label: { color: colours.mutedText, fontSize: 11, position: 'inside', overflow: 'truncate' },
          data: abstentions(input).map(({ fromMs, toMs, reason }): [{ name: string; xAxis: number }, { xAxis: number }] => [
            { name: (toMs - fromMs) / (range.toMs - range.fromMs) > 0.25 ? `abstained: ${reason}` : '', xAxis: fromMs },
            { xAxis: toMs },
          ]),
        },
      },
    ],
  };
}

/** What held at `atMs`: the newest result before it. */
export function predictionTooltip({ predictions, timeZone, titleOf }: PredictionChartInput, atMs: number): string {
  const one = inOrder(predictions).findLast(({ scoredAtMs }) => scoredAtMs <= atMs);
  if (!one) return '';
  const result =
    one.probability === null
      ? `Abstained: needs ${escapeHtml(one.missing.map(titleOf).join(', '))}`
      : `<b>${percent(one.probability)}%</b> ${one.level}`;
  return `${dateTimeText(one.scoredAtMs, timeZone)}<br>${result}<br>version ${escapeHtml(one.version)}`;
}

/** Newest first. */
export function predictionTable({ predictions, timeZone, titleOf }: PredictionChartInput): ChartTable {
  return {
    caption: 'Results of the model over time',
    columns: ['Scored at', 'Probability', 'Level', 'Lacked', 'Version'],
    rows: [...inOrder(predictions)]
      .reverse()
      .map((one) => [
        dateTimeText(one.scoredAtMs, timeZone),
        one.probability === null ? '–' : `${percent(one.probability)}%`,
        one.level,
        one.missing.map(titleOf).join(', ') || '–',
        one.version,
      ]),
  };
}

const TOPS_PERCENT = [25, 50] as const;

/** A model that calls 14% high would be a flat line at the foot of a full scale. */
function topOfAxis(highest: number): number {
  return TOPS_PERCENT.find((top) => highest * 100 < top * 0.8) ?? 100;
}
