// Gathers everything a report says from the store, in one walk through the period's readings.
import { createHash } from 'node:crypto';
import { ConsoleError } from '../contract/errors.ts';
import type { Settings, ThresholdRule } from '../contract/models.ts';
import { UNSCORED_QUALITY } from '../links/link.ts';
import type { Period, ReadingRow } from '../store/ports.ts';
import { VITAL_KINDS } from '../vitals/kinds.ts';
import { clinicTime } from './clinic-time.ts';
import { csvLines, observationsOf } from './csv.ts';
import { DeviceTally } from './device-use.ts';
import { GlucoseTally } from './glucose.ts';
import { PredictionHistory } from './prediction-history.ts';
import type { DayStatistics, ReportAsk, ReportData, ReportReads } from './report-data.ts';
import { alarmsOf, RISK_MODELS } from './walk.ts';

/** Points per chart curve: about one per point of paper width. */
const CHART_POINTS = 600;
/** More days than this are not listed one by one. */
const MOST_DAYS = 62;

/**
 * Runs in the query worker: reads are synchronous. Takes time in proportion to the readings of the period.
 * @throws ConsoleError not_found for an unknown patient, invalid_params for a period that does not end after it starts.
 */
export function gatherReport(reads: ReportReads, ask: ReportAsk): ReportData {
  const { patientId, fromMs, toMs } = ask;
  const period: Period = { patientId, fromMs, toMs };
  const patient = reportPatient(reads, period);
  const settings = reads.settings();

  const histories = new Map(RISK_MODELS.map((model) => [model, new PredictionHistory(model, fromMs, toMs)]));
  const devices = new DeviceTally();
  const glucose = new GlucoseTally();
  const specials: Record<string, number> = {};
  let readings = 0;
  let unscoredReadings = 0;
  const countReading = (reading: ReadingRow): void => {
    readings += 1;
    if ((reading.quality & UNSCORED_QUALITY) !== 0) unscoredReadings += 1;
    for (const special of Object.values(reading.specials)) specials[special] = (specials[special] ?? 0) + 1;
    devices.add(reading);
    glucose.add(reading);
  };
  const hash = createHash('sha256');
  let csvRows = -1;
  for (const line of csvLines(reads, period, {
    reading: countReading,
    prediction: (one) => histories.get(one.model)?.add(one),
  })) {
    hash.update(line);
    csvRows += 1;
  }

  const newest = reads.latestPredictions({ patientId });
  const alarms = alarmsOf(reads, period);
  return {
    patient,
    fromMs,
    toMs,
    generatedAtMs: ask.generatedAtMs,
    generatedBy: ask.generatedBy,
    settings,
    readings,
    unscoredReadings,
    specials,
    statistics: reads.statistics(period),
    days: dayStatistics(reads, period, settings),
    series: reads.history({ ...period, kinds: VITAL_KINDS, maxPoints: CHART_POINTS }),
    thresholds: rulesFor(ask.thresholds ?? reads.thresholds(), patientId),
    observations: observationsOf(reads, period),
    photos: reads.photos({ patientId, fromMs, toMs }),
    models: [...histories].map(([model, history]) =>
      history.finish(ask.modelInfo.find((one) => one.name === model) ?? null, newest.find((one) => one.model === model) ?? null),
    ),
    alarms: [...alarms.alarms].reverse(),
    alarmsComplete: alarms.complete,
    devices: devices.finish(reads.worn(period), reads.devices()),
    glucose: glucose.finish(period, settings),
    fingerprint: hash.digest('hex'),
    csvRows,
  };
}

/** The patient a report is asked for, after the period was checked. */
export function reportPatient(reads: Pick<ReportReads, 'patient'>, period: Period) {
  if (!(period.toMs > period.fromMs)) {
    throw new ConsoleError('invalid_params', 'The period of a report must end after it starts.', {
      field: 'toMs',
      limit: `after ${period.fromMs}`,
      value: String(period.toMs),
    });
  }
  const patient = reads.patient({ patientId: period.patientId });
  if (patient === null)
    throw new ConsoleError('not_found', 'There is no such patient.', { field: 'patientId', value: String(period.patientId) });
  return patient;
}

function dayStatistics(reads: ReportReads, period: Period, settings: Settings): readonly DayStatistics[] {
  if (period.toMs - period.fromMs > MOST_DAYS * 86_400_000) return [];
  const days = clinicTime(settings.timeZone).days(period.fromMs, period.toMs);
  if (days.length < 2) return [];
  return days.map(({ fromMs, toMs }) => ({ fromMs, toMs, statistics: reads.statistics({ ...period, fromMs, toMs }) }));
}

/** The rules that hold for a patient: their own where there is one, else the one for everybody. */
function rulesFor(rules: readonly ThresholdRule[], patientId: number): readonly ThresholdRule[] {
  const own = rules.filter((rule) => rule.patientId === patientId);
  const general = rules.filter((rule) => rule.patientId === null && !own.some((one) => one.ruleId === rule.ruleId));
  return [...own, ...general].filter((rule) => rule.enabled);
}
