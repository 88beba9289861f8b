// Vital signs: what was measured as a table with units, day by day where the period has several, and as charts.
import type { Column, Content, TableCell } from 'pdfmake/interfaces.js';
import type { VitalStatistics } from '../../store/ports.ts';
import { VITAL_KINDS, VITALS, type VitalKind } from '../../vitals/kinds.ts';
import { type ChartPanel, chartPanels } from '../chart-panels.ts';
import { CHART_WIDTH, LIMIT_MARGIN, LONGEST_WITH_DAYS_MS, penSample, vitalChart } from '../charts.ts';
import type { ClinicTime } from '../clinic-time.ts';
import { plural, shownNumeral, shownUnit, whole } from '../display.ts';
import type { ReportData } from '../report-data.ts';
import { heading, nothing, remark, SOFT, subheading, table } from './parts.ts';

export function vitalsSection(data: ReportData, time: ClinicTime): Content[] {
  const measured = VITAL_KINDS.flatMap((kind) => data.statistics.filter((one) => one.kind === kind && one.count > 0));
  if (data.readings === 0 && measured.length === 0)
    return [heading('Vital signs'), nothing('No readings in this period.'), ...chartsOf(data, time)];
  const content: Content[] = [heading('Vital signs')];
  if (measured.length === 0) content.push(nothing('No readings in this period that statistics may be made of.'));
  else content.push(summaryTable(data, time, measured));
  const left = leftOut(data);
  if (left !== '') content.push(remark(left));
  if (data.days.length > 1 && measured.length > 0) content.push(subheading('Day by day'), ...dailyTable(data, time, measured));
  return [...content, ...chartsOf(data, time)];
}

function summaryTable(data: ReportData, time: ClinicTime, statistics: readonly VitalStatistics[]): Content {
  const numeral = (one: VitalStatistics, value: number) => shownNumeral(one.kind, value, data.settings);
  return table(
    [
      { title: 'Device readings', width: '*' },
      { title: 'Unit', width: 34 },
      { title: 'Count', width: 40, right: true },
      { title: 'Mean', width: 36, right: true },
      { title: 'Min', width: 36, right: true },
      { title: 'Max', width: 36, right: true },
      { title: 'First', width: 88, right: true },
      { title: 'Last', width: 88, right: true },
    ],
    statistics.map((one) => [
      VITALS[one.kind].title,
      shownUnit(one.kind, data.settings),
      whole(one.count),
      { text: numeral(one, one.mean), bold: true },
      numeral(one, one.min),
      numeral(one, one.max),
      time.dateTime(one.firstAtMs),
      time.dateTime(one.lastAtMs),
    ]),
  );
}

/** What the figures do not contain, in one sentence each. */
function leftOut(data: ReportData): string {
  const parts: string[] = [];
  if (data.unscoredReadings > 0)
    parts.push(`${plural(data.unscoredReadings, 'reading')} of questionable quality left out of the figures.`);
  const specials = Object.entries(data.specials);
  if (specials.length > 0) {
    parts.push(
      `Values that are not numbers, also left out: ${specials.map(([special, count]) => `${special} (${whole(count)})`).join(', ')}.`,
    );
  }
  parts.push('Entries by hand are listed on their own and are not part of the figures.');
  return parts.join(' ');
}

function dailyTable(data: ReportData, time: ClinicTime, measured: readonly VitalStatistics[]): Content[] {
  const kinds = measured.map((one) => one.kind);
  const cell = (kind: VitalKind, statistics: readonly VitalStatistics[]): TableCell => {
    const one = statistics.find((each) => each.kind === kind && each.count > 0);
    if (one === undefined) return '–';
    const numeral = (value: number) => shownNumeral(kind, value, data.settings);
    return {
      stack: [
        { text: numeral(one.mean), bold: true },
        { text: `${numeral(one.min)}–${numeral(one.max)}`, color: SOFT, fontSize: 7 },
      ],
    };
  };
  return [
    table(
      [
        { title: 'Day', width: 62 },
        ...kinds.map((kind) => ({
          title: `${VITALS[kind].short} ${shownUnit(kind, data.settings)}`,
          width: '*' as const,
          right: true,
        })),
      ],
      data.days.map((day) => [partOfDay(day, time), ...kinds.map((kind) => cell(kind, day.statistics))]),
    ),
    remark(`Mean, and below it min–max, per day in ${time.zone}. First and last day may be cut by the period.`),
  ];
}

function partOfDay(day: { readonly fromMs: number }, time: ClinicTime): TableCell {
  return { text: time.date(day.fromMs), noWrap: true };
}

function chartsOf(data: ReportData, time: ClinicTime): Content[] {
  const panels = chartPanels(data);
  if (panels.length === 0) return [];
  const [first, ...others] = panels.map((panel) => chartBlock(panel, data, time));
  // The heading and its key go over to the next page with the first chart.
  return [{ unbreakable: true, stack: [heading('Charts'), remark(chartKey(data, panels, time)), first ?? ''] }, ...others];
}

function chartKey(data: ReportData, panels: readonly ChartPanel[], time: ClinicTime): string {
  const parts = [`Times in ${time.zone}`];
  if (data.toMs - data.fromMs <= LONGEST_WITH_DAYS_MS && time.dayStart(data.toMs) > data.fromMs)
    parts.push('upright grey lines: midnight');
  if (panels.some((panel) => panel.banded)) parts.push('line: mean; shaded: min to max around it');
  parts.push('a broken line is a time without readings');
  if (panels.some((panel) => panel.entries.length > 0)) parts.push('diamonds: entered by hand');
  if (panels.some((panel) => panel.limits.length > 0)) parts.push('dotted lines: alarm limits as set when this report was made');
  return `${parts.join('; ')}.`;
}

function chartBlock(panel: ChartPanel, data: ReportData, time: ClinicTime): Content {
  const key =
    panel.lines.length < 2
      ? []
      : panel.lines.flatMap((line, index): Column[] => [
          { stack: [{ svg: penSample(index), width: 18 }], width: 32, margin: [10, 3, 0, 0] },
          { text: line.label, width: 'auto', fontSize: 7.5 },
        ]);
  const resolution = panel.count > 0 ? plural(panel.count, 'reading') : 'entries by hand only';
  return {
    unbreakable: true,
    margin: [0, 4, 0, 2],
    stack: [
      {
        columns: [
          { width: 'auto', text: [{ text: panel.title, bold: true }, `, ${panel.unit}`], fontSize: 9 },
          ...key,
          { width: '*', text: resolution, alignment: 'right', fontSize: 7.5, color: SOFT, margin: [0, 1, LIMIT_MARGIN, 0] },
        ],
        columnGap: 0,
      },
      { svg: vitalChart(panel, data, time), width: CHART_WIDTH },
    ],
  };
}
