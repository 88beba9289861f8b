// Continuous glucose metrics of one sensor: time in ranges with targets, mean, spread, GMI, and what is lacking for each.
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import type { GlucoseMetrics, RangeShares } from '../../vitals/glucose-metrics.ts';
import { duration } from '../clinic-time.ts';
import { shownNumeral, shownUnit, whole } from '../display.ts';
import type { ReportData } from '../report-data.ts';
import { TEXT_WIDTH } from './page-frame.ts';
import { heading, INK, nothing, remark, table } from './parts.ts';

/** Drawn and listed lowest first; greys far enough apart for a photocopy. */
const RANGES: readonly {
  readonly key: keyof RangeShares;
  readonly title: string;
  readonly mgDl: string;
  readonly mmolL: string;
  readonly grey: string;
}[] = [
  { key: 'veryLow', title: 'Very low', mgDl: 'below 54', mmolL: 'below 3.0', grey: '#1b1b1b' },
  { key: 'low', title: 'Low', mgDl: '54–69', mmolL: '3.0–3.8', grey: '#6b6b6b' },
  { key: 'inRange', title: 'In range', mgDl: '70–180', mmolL: '3.9–10.0', grey: '#e9efe4' },
  { key: 'high', title: 'High', mgDl: '181–250', mmolL: '10.1–13.9', grey: '#b4b4b4' },
  { key: 'veryHigh', title: 'Very high', mgDl: 'above 250', mmolL: 'above 13.9', grey: '#454545' },
];

export function glucoseSection(data: ReportData): Content[] {
  const { glucose } = data;
  if (glucose === null) return [];
  const { metrics } = glucose;
  if (metrics === null) return [heading('Continuous glucose'), nothing(glucose.remark)];
  const content: Content[] = [
    heading('Continuous glucose'),
    remark(
      `Sensor ${glucose.deviceId}: ${whole(metrics.count)} ${metrics.count === 1 ? 'reading' : 'readings'} counted, one every ${duration(glucose.stepMs)}; active ${Math.floor(metrics.activePercent)}% of the period. ${[glucose.remark, 'Entries by hand are never mixed in.'].join(' ').trim()}`,
    ),
    figures(metrics, data),
  ];
  if (metrics.shown !== null) content.push(rangeBar(metrics.shown), rangeTable(metrics, metrics.shown, data));
  if (metrics.needs.length > 0)
    content.push(remark([...metrics.needs, 'Figures over less than that describe this period only.'].join(' ')));
  return [{ unbreakable: true, stack: content }];
}

function figures(metrics: GlucoseMetrics, data: ReportData): Content {
  const numeral = (mgDl: number) => `${shownNumeral('glucose', mgDl, data.settings)} ${shownUnit('glucose', data.settings)}`;
  const missing = 'not enough data';
  return table(
    [
      { title: 'Mean', width: '*' },
      { title: 'Standard deviation', width: '*' },
      { title: 'Coefficient of variation (target ≤ 36%)', width: 170 },
      { title: 'Glucose management indicator', width: 130 },
    ],
    [
      [
        { text: numeral(metrics.meanMgDl), bold: true },
        metrics.sdMgDl === null ? missing : numeral(metrics.sdMgDl),
        metrics.cvPercent === null ? missing : `${metrics.cvPercent.toFixed(1)}%`,
        metrics.gmiPercent === null ? missing : `${metrics.gmiPercent.toFixed(1)}%`,
      ],
    ],
  );
}

/** One bar over the width of the page, a part for every range. */
function rangeBar(shares: RangeShares): Content {
  const height = 12;
  let x = 0;
  const parts = RANGES.map((range) => {
    const w = (shares[range.key] / 100) * TEXT_WIDTH;
    const part = { type: 'rect' as const, x, y: 0, w, h: height, color: range.grey, lineColor: INK, lineWidth: 0.4 };
    x += w;
    return part;
  }).filter((part) => part.w > 0);
  return { canvas: parts, margin: [0, 8, 0, 4] };
}

function rangeTable(metrics: GlucoseMetrics, shown: RangeShares, data: ReportData): Content {
  const unit = shownUnit('glucose', data.settings);
  const met = (yes: boolean | undefined): string => (yes === undefined ? '' : yes ? 'met' : 'not met');
  const below = shown.veryLow + shown.low;
  const above = shown.high + shown.veryHigh;
  const targets: { readonly [K in keyof RangeShares]: string } = {
    veryLow: `< 1%: ${met(metrics.targets?.timeVeryLow)}`,
    low: `low and very low together (${below}%) < 4%: ${met(metrics.targets?.timeBelow)}`,
    inRange: `> 70%: ${met(metrics.targets?.timeInRange)}`,
    high: `high and very high together (${above}%) < 25%: ${met(metrics.targets?.timeAbove)}`,
    veryHigh: `< 5%: ${met(metrics.targets?.timeVeryHigh)}`,
  };
  return table(
    [
      { title: '', width: 12 },
      { title: 'Range', width: 80 },
      { title: unit, width: 80 },
      { title: 'Share of readings', width: 90, right: true },
      { title: 'Target for most adults', width: '*' },
    ],
    [...RANGES]
      .reverse()
      .map((range): TableCell[] => [
        { canvas: [{ type: 'rect', x: 0, y: 1, w: 8, h: 7, color: range.grey, lineColor: INK, lineWidth: 0.4 }] },
        range.title,
        unit === 'mmol/L' ? range.mmolL : range.mgDl,
        { text: `${shown[range.key]}%`, bold: range.key === 'inRange' },
        targets[range.key],
      ]),
  );
}
