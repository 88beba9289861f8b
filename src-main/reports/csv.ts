// The CSV export: every reading, entry, prediction and alarm of a patient and period as one table, row by row (RFC 4180).
import type { Alarm, Observation, Prediction } from '../contract/models.ts';
import type { Period, ReadingRow } from '../store/ports.ts';
import { VITAL_KINDS, VITALS } from '../vitals/kinds.ts';
import { definitionOf } from '../vitals/units.ts';
import { type ClinicTime, clinicTime } from './clinic-time.ts';
import { observationValue, qualityWords } from './display.ts';
import type { ReportReads } from './report-data.ts';
import { alarmsOf, predictionsOf, RISK_MODELS, readingsOf } from './walk.ts';

/** Without it spreadsheets on Windows read UTF-8 as their own code page and spoil names and µ. */
export const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';

/** Columns that every row has; vital columns are in canonical units whatever the console shows. */
const COLUMNS = [
  /** reading, entry, prediction or alarm */
  'record',
  'taken_at_utc',
  'taken_at_local',
  /** When it reached the console, or was typed in. */
  'recorded_at_utc',
  'device_id',
  'sequence',
  'origin',
  ...VITAL_KINDS,
  'quality',
  /** What was entered, the model, or the alarm rule. */
  'item',
  'value',
  'unit',
  /** Label of a coded entry, risk level, alarm priority. */
  'level',
  'detail',
  'entered_value',
  'entered_unit',
  'recorded_by',
  'overrides_device_id',
  'overrides_taken_at_utc',
  'overrides_device_value',
  'ended_at_utc',
  'acknowledged_at_utc',
  'acknowledged_by',
  'retracted_at_utc',
  'retracted_by',
  'retracted_reason',
] as const;
type Column = (typeof COLUMNS)[number];
type Row = Partial<Record<Column, string>>;

/** What else wants to see the rows' sources while they pass; a report gathers from the same single walk. */
export interface CsvWatcher {
  reading?(row: ReadingRow): void;
  prediction?(prediction: Prediction): void;
}

/**
 * Lines of the export with their line ends, the byte order mark before the first. Reads page by page: memory does not grow with
 * the period. The same stored data gives the same bytes.
 */
export function* csvLines(reads: ReportReads, period: Period, watcher: CsvWatcher = {}): Generator<string> {
  const time = clinicTime(reads.settings().timeZone);
  yield BYTE_ORDER_MARK + COLUMNS.map((column) => quoted(heading(column, time))).join(',') + LINE_END;
  for (const reading of readingsOf(reads, period)) {
    watcher.reading?.(reading);
    yield line(readingRow(reading, time));
  }
  for (const observation of observationsOf(reads, period)) yield line(observationRow(observation, reads, time));
  for (const model of RISK_MODELS) {
    for (const prediction of predictionsOf(reads, period, model)) {
      watcher.prediction?.(prediction);
      yield line(predictionRow(prediction, time));
    }
  }
  for (const alarm of alarmsOf(reads, period).alarms) yield line(alarmRow(alarm, time));
}

/** What people entered, oldest first, retracted entries included. */
export function observationsOf(reads: Pick<ReportReads, 'observations'>, period: Period): readonly Observation[] {
  return [...reads.observations(period)].sort((a, b) => a.takenAtMs - b.takenAtMs || a.observationId - b.observationId);
}

function heading(column: Column, time: ClinicTime): string {
  if (column === 'taken_at_local') return `taken_at_local (${time.zone})`;
  if (column in VITALS) return `${column} [${VITALS[column as keyof typeof VITALS].ucum}]`;
  return column;
}

function readingRow(reading: ReadingRow, time: ClinicTime): Row {
  const row: Row = {
    record: 'reading',
    ...taken(reading.takenAtMs, time),
    recorded_at_utc: utc(reading.receivedAtMs),
    device_id: spreadsheetSafe(reading.deviceId),
    sequence: String(reading.sequence),
    origin: reading.origin,
    quality: qualityWords(reading.quality).join('; '),
  };
  for (const kind of VITAL_KINDS) {
    const value = reading.values[kind];
    const special = reading.specials[kind];
    // Stored integers are value × scale: more digits than that would be noise of the division.
    if (special !== undefined) row[kind] = spreadsheetSafe(special);
    else if (value !== undefined) row[kind] = number(value, VITALS[kind].scale);
  }
  return row;
}

function observationRow(observation: Observation, reads: Pick<ReportReads, 'settings'>, time: ClinicTime): Row {
  const definition = definitionOf(observation.kind);
  const coded = 'options' in definition && definition.options !== undefined;
  return {
    record: 'entry',
    ...taken(observation.takenAtMs, time),
    recorded_at_utc: utc(observation.recordedAtMs),
    item: observation.kind,
    value: number(observation.value, 1000),
    unit: definition.ucum,
    level: coded ? spreadsheetSafe(observationValue(observation, reads.settings()).entered) : '',
    detail: spreadsheetSafe(observation.note),
    entered_value: spreadsheetSafe(observation.enteredValue),
    entered_unit: spreadsheetSafe(observation.enteredUnit),
    recorded_by: spreadsheetSafe(observation.recordedBy),
    overrides_device_id: spreadsheetSafe(observation.overrides?.deviceId ?? ''),
    overrides_taken_at_utc: utc(observation.overrides?.takenAtMs ?? null),
    overrides_device_value: number(observation.overrides?.value ?? null, 1000),
    retracted_at_utc: utc(observation.retractedAtMs),
    retracted_by: spreadsheetSafe(observation.retractedBy ?? ''),
    retracted_reason: spreadsheetSafe(observation.retractedReason ?? ''),
  };
}

function predictionRow(prediction: Prediction, time: ClinicTime): Row {
  return {
    record: 'prediction',
    ...taken(prediction.scoredAtMs, time),
    item: spreadsheetSafe(`${prediction.model} ${prediction.version}`),
    value: number(prediction.probability, 1e6),
    unit: prediction.probability === null ? '' : 'probability',
    level: prediction.level,
    detail: prediction.missing.length === 0 ? '' : spreadsheetSafe(`missing: ${prediction.missing.join('; ')}`),
  };
}

function alarmRow(alarm: Alarm, time: ClinicTime): Row {
  return {
    record: 'alarm',
    ...taken(alarm.raisedAtMs, time),
    device_id: spreadsheetSafe(alarm.deviceId ?? ''),
    item: spreadsheetSafe(alarm.rule),
    level: alarm.priority,
    detail: spreadsheetSafe([alarm.message, alarm.detail].filter((part) => part !== '').join(' — ')),
    ended_at_utc: utc(alarm.endedAtMs),
    acknowledged_at_utc: utc(alarm.acknowledgedAtMs),
    acknowledged_by: spreadsheetSafe(alarm.acknowledgedBy ?? ''),
  };
}

function taken(atMs: number, time: ClinicTime): Row {
  return { taken_at_utc: utc(atMs), taken_at_local: time.iso(atMs) };
}

function utc(atMs: number | null): string {
  return atMs === null ? '' : new Date(atMs).toISOString();
}

function number(value: number | null, scale: number): string {
  return value === null ? '' : String(Math.round(value * scale) / scale);
}

const PLAIN_NUMBER = /^[+-]?\d+([.,]\d+)?$/;

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe before it, which spreadsheets take for "this is text";
 * +INF and −INF get one too, plain numbers do not.
 */
export function spreadsheetSafe(value: string): string {
  return /^\s*[=+\-@\t\r]/.test(value) && !PLAIN_NUMBER.test(value) ? `'${value}` : value;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function line(row: Row): string {
  return COLUMNS.map((column) => quoted(row[column] ?? '')).join(',') + LINE_END;
}
