// Entries by hand: the value as typed and as stored, who and when, what it replaced; retracted ones struck through with the reason.
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import type { Observation } from '../../contract/models.ts';
import { definitionOf } from '../../vitals/units.ts';
import type { ClinicTime } from '../clinic-time.ts';
import { observationValue, storedText, whole } from '../display.ts';
import { wrapped } from '../printable.ts';
import type { ReportData } from '../report-data.ts';
import { heading, nothing, remark, SOFT, table } from './parts.ts';

const MOST_ENTRIES = 300;
/** Typed in this much after it was taken: the report says so. */
const LATE_MS = 15 * 60_000;

export function entriesSection(data: ReportData, time: ClinicTime): Content[] {
  const { observations } = data;
  if (observations.length === 0) return [heading('Entries by hand'), nothing('No entries in this period.')];
  const shown = observations.slice(-MOST_ENTRIES);
  const content: Content[] = [
    heading('Entries by hand'),
    table(
      [
        { title: 'Taken', width: 88 },
        { title: 'What', width: 100 },
        { title: 'Value', width: 76 },
        { title: 'By', width: 72 },
        { title: 'Remarks', width: '*' },
      ],
      shown.map((one) => entryRow(one, data, time)),
    ),
  ];
  if (observations.length > shown.length)
    content.push(remark(`And ${whole(observations.length - shown.length)} earlier: see CSV.`));
  return content;
}

function entryRow(observation: Observation, data: ReportData, time: ClinicTime): TableCell[] {
  const retracted = observation.retractedAtMs !== null;
  const struck = (text: string): TableCell =>
    retracted ? { text: wrapped(text), decoration: 'lineThrough', color: SOFT } : wrapped(text);
  const value = observationValue(observation, data.settings);
  return [
    struck(time.dateTime(observation.takenAtMs)),
    struck(definitionOf(observation.kind).title),
    {
      stack: [
        {
          text: wrapped(value.entered),
          bold: !retracted,
          ...(retracted ? { decoration: 'lineThrough' as const, color: SOFT } : {}),
        },
        ...(value.stored === '' ? [] : [{ text: `= ${value.stored}`, color: SOFT, fontSize: 7 }]),
      ],
    },
    wrapped(observation.recordedBy),
    { stack: remarks(observation, data, time).map((text) => ({ text: wrapped(text) })) },
  ];
}

function remarks(observation: Observation, data: ReportData, time: ClinicTime): string[] {
  const found: string[] = [];
  const { overrides } = observation;
  if (observation.retractedAtMs !== null) {
    const by = observation.retractedBy === null ? '' : ` by ${observation.retractedBy}`;
    found.push(`Retracted ${time.dateTime(observation.retractedAtMs)}${by}: ${observation.retractedReason || 'no reason given'}`);
  }
  if (overrides !== null) {
    const device =
      overrides.value === null ? 'the value' : storedText({ kind: observation.kind, value: overrides.value }, data.settings);
    found.push(
      `Replaces ${device} of ${overrides.deviceId}, ${time.dateTime(overrides.takenAtMs)}; the device's value stays stored`,
    );
  }
  if (observation.recordedAtMs - observation.takenAtMs > LATE_MS)
    found.push(`Typed in ${time.dateTime(observation.recordedAtMs)}`);
  if (observation.note !== '') found.push(observation.note);
  return found;
}
