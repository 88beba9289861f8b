// Pictures of a model: does its probability come true (reliability), and what of its stored results lies beyond which level.
import type { ModelFacts, RiskLevels } from '../../src-main/contract/models.ts';
import { type ChartOption, type ChartTable, tooltipLook, valueAxis } from './chart-option.ts';
import type { ChartColours } from './palette.ts';

const percent = (share: number): number => Number((share * 100).toFixed(1));
/** Below one result, on a scale that has no zero. */
const FLOOR = 0.7;
const TOPS_PERCENT = [25, 50] as const;

/** A model that calls 14% high would be a corner of a full scale. */
function topOf(highestPercent: number): number {
  return TOPS_PERCENT.find((top) => highestPercent < top * 0.95) ?? 100;
}

const percentAxis = (top: number, name: string, colours: ChartColours) => ({
  ...valueAxis({ low: 0, high: top }, colours, 5),
  axisLabel: { color: colours.mutedText, fontSize: 12, formatter: '{value}%' },
  name,
  nameLocation: 'middle' as const,
  nameTextStyle: { color: colours.mutedText, fontSize: 12 },
});

/** One point per group of results: what was said against what came true; on the line, both agree. */
export function reliabilityOption(reliability: ModelFacts['reliability'], colours: ChartColours): ChartOption {
  const points = reliability.map(({ meanProbability, observedRate }): [number, number] => [
    percent(meanProbability),
    percent(observedRate),
  ]);
  const top = topOf(Math.max(0, ...points.flat()));
  return {
    animation: false,
    grid: { left: 60, right: 16, top: 12, bottom: 44 },
    tooltip: {
      ...tooltipLook(colours),
      trigger: 'item',
      formatter: (parameters) => {
        const one = Array.isArray(parameters) ? parameters[0] : parameters;
        const group = reliability[one?.dataIndex ?? -1];
        return group === undefined
          ? ''
          : `said ${percent(group.meanProbability)}%, came true ${percent(group.observedRate)}%<br>${group.n} results`;
      },
    },
    xAxis: { ...percentAxis(top, 'Probability the model said', colours), nameGap: 28 },
    yAxis: { ...percentAxis(top, 'Share that came true', colours), nameGap: 42 },
    series: [
      {
        type: 'line',
        name: 'Perfect',
        silent: true,
        symbol: 'none',
        tooltip: { show: false },
        data: [
          [0, 0],
          [top, top],
        ],
        lineStyle: { color: colours.axisLine, type: 'dashed', width: 1 },
      },
      {
        type: 'line',
        name: '95% interval',
        silent: true,
        symbol: 'none',
        tooltip: { show: false },
        data: reliability.flatMap(({ meanProbability, observedLow, observedHigh }): [number, number | null][] => {
          const at = percent(meanProbability);
          return observedLow === null || observedHigh === null
            ? []
            : [
                [at, percent(observedLow)],
                [at, Math.min(top, percent(observedHigh))],
                [at, null],
              ];
        }),
        lineStyle: { color: colours.risk, width: 1, opacity: 0.6 },
      },
      {
        type: 'line',
        name: 'Model',
        data: points,
        symbol: 'circle',
        symbolSize: 9,
        lineStyle: { color: colours.risk, width: 2 },
        itemStyle: { color: colours.risk },
      },
    ],
  };
}

export function reliabilityTable(reliability: ModelFacts['reliability']): ChartTable {
  return {
    caption: 'What the model said against what came true',
    columns: ['Mean probability', 'Came true', 'Results'],
    rows: reliability.map(({ meanProbability, observedRate, n }) => [
      `${percent(meanProbability)}%`,
      `${percent(observedRate)}%`,
      String(n),
    ]),
  };
}

/** What is drawn of a rehearsal: results per percent of probability, and both pairs of levels. */
export interface Rehearsed {
  readonly histogram: readonly number[];
  readonly now: { readonly levels: RiskLevels };
  readonly proposed: { readonly levels: RiskLevels };
}

/** Steps per percent of probability, on a logarithmic scale as most results are low; the levels as upright lines. */
export function rehearsalOption({ histogram, now, proposed }: Rehearsed, colours: ChartColours): ChartOption {
  const highest = histogram.findLastIndex((count) => count > 0) + 1;
  const top = topOf(Math.max(highest, percent(now.levels.high), percent(proposed.levels.high)));
  const most = Math.max(10, ...histogram);
  // The right edge of the last percent is the left edge of nothing.
  const steps = [...histogram.slice(0, top), 0].map((count, bin): [number, number] => [bin, Math.max(count, FLOOR)]);
  const line = (at: number, word: string, align: 'left' | 'right', colour: string, dashed: boolean) => ({
    xAxis: percent(at),
    lineStyle: { color: colour, type: dashed ? ('dashed' as const) : ('solid' as const), width: dashed ? 1 : 2 },
    label: { show: !dashed, formatter: `${word} ${percent(at)}%`, color: colour, fontSize: 11, align },
  });
  const lines = (levels: RiskLevels, dashed: boolean) => [
    line(levels.moderate, 'moderate', 'right', colours.medium, dashed),
    line(levels.high, 'high', 'left', colours.high, dashed),
  ];
  return {
    animation: false,
    grid: { left: 60, right: 24, top: 26, bottom: 44 },
    tooltip: { ...tooltipLook(colours), show: false },
    xAxis: { ...percentAxis(top, 'Probability', colours), nameGap: 28 },
    yAxis: {
      type: 'log',
      min: FLOOR,
      max: 10 ** Math.ceil(Math.log10(most)),
      name: 'Results (log. scale)',
      nameLocation: 'middle',
      nameGap: 42,
      nameTextStyle: { color: colours.mutedText, fontSize: 12 },
      axisLabel: { color: colours.mutedText, fontSize: 12, formatter: (count: number) => (count < 1 ? '' : String(count)) },
      splitLine: { lineStyle: { color: colours.gridLine } },
    },
    series: [
      {
        type: 'line',
        name: 'Results',
        step: 'end',
        symbol: 'none',
        data: steps,
        lineStyle: { color: colours.risk, width: 1 },
        areaStyle: { color: colours.risk, opacity: 0.35, origin: 'start' },
        markLine: { silent: true, symbol: 'none', data: [...lines(now.levels, true), ...lines(proposed.levels, false)] },
      },
    ],
  };
}

/** In tens of percent: a hundred rows would say less. */
export function rehearsalTable({ histogram }: Pick<Rehearsed, 'histogram'>): ChartTable {
  const tens = Array.from({ length: 10 }, (_, ten) => histogram.slice(ten * 10, ten * 10 + 10));
  return {
    caption: 'Stored results by probability',
    columns: ['Probability', 'Results'],
    rows: tens.map((bins, ten) => [`${ten * 10} to ${ten * 10 + 10}%`, String(bins.reduce((sum, count) => sum + count, 0))]),
  };
}
