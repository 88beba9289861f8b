// Risk predictions: per model the last result with version, threshold and missing inputs, its course, and every change of level.
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import type { ModelInfo, Prediction, RiskLevel } from '../../contract/models.ts';
import { modelInputHelp } from '../../vitals/model-inputs.ts';
import { RISK_TITLES } from '../../vitals/risk-titles.ts';
import { CHART_WIDTH, riskChart } from '../charts.ts';
import type { ClinicTime } from '../clinic-time.ts';
import { plural, whole } from '../display.ts';
import { printable, wrapped } from '../printable.ts';
import type { LevelChange, ModelHistory, ReportData } from '../report-data.ts';
import { heading, nothing, remark, subheading, table } from './parts.ts';

const MOST_CHANGES = 20;
const LEVEL_WORDS: { readonly [L in RiskLevel]: string } = {
  low: 'Low',
  moderate: 'Moderate',
  high: 'High',
  abstained: 'Abstained',
};

export function predictionsSection(data: ReportData, time: ClinicTime): Content[] {
  const content: Content[] = [heading('Risk predictions')];
  if (data.models.every((model) => model.last === null && model.outsidePeriod === null)) {
    return [...content, nothing('No predictions in this period.'), ...data.models.flatMap((model) => problemOf(model.info))];
  }
  content.push(
    remark(
      'A probability is what the model computes from the inputs it had, not a finding. A model that lacks a required input abstains.',
    ),
    table(
      [
        { title: 'Model', width: 82 },
        { title: 'Last result', width: 88 },
        { title: 'Probability', width: 48, right: true },
        { title: 'Level', width: 54 },
        { title: 'Thresholds', width: 78 },
        { title: 'Missing inputs', width: '*' },
      ],
      data.models.map((model) => lastRow(model, time)),
    ),
  );
  return [{ unbreakable: true, stack: content }, ...data.models.flatMap((model) => modelBlock(model, data, time))];
}

function lastRow(model: ModelHistory, time: ClinicTime): TableCell[] {
  const title = modelTitle(model);
  const last = model.last;
  if (last === null) {
    const other = model.outsidePeriod;
    const when = other === null ? 'None' : `None in this period; the newest result is of ${time.dateTime(other.scoredAtMs)}`;
    return [title, { text: when, colSpan: 5 }, {}, {}, {}, {}];
  }
  return [
    title,
    time.dateTime(last.scoredAtMs),
    { text: last.probability === null ? '–' : percent(last.probability), bold: true },
    { text: LEVEL_WORDS[last.level], bold: last.level === 'high' || last.level === 'moderate' },
    thresholdText(model.info, last),
    missingText(last.missing) || 'None',
  ];
}

/** Thresholds are known of the version in use only. */
function thresholdText(info: ModelInfo | null, prediction: Pick<Prediction, 'version'>): string {
  if (info === null || info.version !== prediction.version)
    return `of version ${printable(prediction.version).text}: not known here`;
  return `moderate from ${thresholdPercent(info.thresholds.moderate)}, high from ${thresholdPercent(info.thresholds.high)}`;
}

function modelBlock(model: ModelHistory, data: ReportData, time: ClinicTime): Content[] {
  if (model.last === null) return problemOf(model.info);
  const drawn = model.probabilities.mean.some((value) => value !== null);
  const head: Content[] = [subheading(modelTitle(model)), remark(`${identity(model)}\n${countsText(model)}`)];
  const chart: Content[] = drawn ? [{ svg: riskChart(model, data, time), width: CHART_WIDTH }] : [];
  const content: Content[] = [{ unbreakable: true, stack: [...head, ...chart] }, ...problemOf(model.info)];
  if (model.changes.length > 1) content.push({ stack: changesTable(model.changes, time), margin: [0, 5, 0, 0] });
  return content;
}

function identity(model: ModelHistory): string {
  const { info, versions } = model;
  const parts = [versions.length === 1 ? `Version ${versions[0]}` : `Versions ${versions.join(', ')}`];
  if (info === null) parts.push('the model is not installed now');
  else {
    parts.push(info.kind);
    const which =
      versions.length === 1 && versions[0] === info.version ? '' : ` (version ${info.version}, in use when this report was made)`;
    parts.push(`SHA-256 ${info.sha256.slice(0, 12)}…${which}`);
    if (info.performance !== '') parts.push(info.performance);
  }
  return parts.join(' · ');
}

function countsText(model: ModelHistory): string {
  const { counts } = model;
  const scored = counts.low + counts.moderate + counts.high;
  const abstained = counts.abstained === 0 ? '' : ` Abstained ${plural(counts.abstained, 'time')}.`;
  return `Scored ${plural(scored, 'time')} in this period: low ${whole(counts.low)}, moderate ${whole(counts.moderate)}, high ${whole(counts.high)}.${abstained}`;
}

function changesTable(changes: readonly LevelChange[], time: ClinicTime): Content[] {
  const newest = changes.slice(-MOST_CHANGES).reverse();
  const content: Content[] = [
    table(
      [
        { title: 'Level changed', width: 100 },
        { title: 'From', width: 60 },
        { title: 'To', width: 60 },
        { title: 'Probability', width: 52, right: true },
        { title: 'Version', width: 60 },
        { title: 'Missing inputs', width: '*' },
      ],
      newest.map((change) => [
        time.dateTime(change.atMs),
        change.from === null ? 'first result' : LEVEL_WORDS[change.from],
        { text: LEVEL_WORDS[change.to], bold: change.to === 'high' },
        change.probability === null ? '–' : percent(change.probability),
        wrapped(change.version),
        missingText(change.missing),
      ]),
    ),
  ];
  if (changes.length > newest.length)
    content.push(remark(`Newest first; and ${whole(changes.length - newest.length)} earlier: see CSV.`));
  return content;
}

function problemOf(info: ModelInfo | null): Content[] {
  return info?.problem == null ? [] : [remark(`${info.title}: not in use. ${info.problem}`)];
}

function modelTitle(model: ModelHistory): string {
  return wrapped(model.info?.title ?? RISK_TITLES[model.model]);
}

function missingText(missing: readonly string[]): string {
  return wrapped(missing.map((name) => modelInputHelp(name).title).join('; '));
}

function percent(probability: number): string {
  return `${(probability * 100).toFixed(1)}%`;
}

/** Without the decimals it does not have. */
function thresholdPercent(threshold: number): string {
  return `${Math.round(threshold * 1000) / 10}%`;
}
