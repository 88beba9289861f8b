// Alarms of the period: what, when, for how long, and who acknowledged it how soon.
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import type { Alarm } from '../../contract/models.ts';
import { type ClinicTime, duration } from '../clinic-time.ts';
import { plural, whole } from '../display.ts';
import { wrapped } from '../printable.ts';
import type { ReportData } from '../report-data.ts';
import { heading, nothing, remark, table, twoLines } from './parts.ts';

const MOST_ALARM_ROWS = 200;
const PRIORITY_WORDS = { high: 'High', medium: 'Medium', low: 'Low' } as const;

export function alarmsSection(data: ReportData, time: ClinicTime): Content[] {
  const { alarms } = data;
  if (alarms.length === 0) return [heading('Alarms'), nothing('No alarms in this period.')];
  const shown = alarms.slice(0, MOST_ALARM_ROWS);
  const more = alarms.length - shown.length;
  const content: Content[] = [
    heading('Alarms'),
    remark(summary(data)),
    table(
      [
        { title: 'Raised', width: 88 },
        { title: 'Priority', width: 40 },
        { title: 'Alarm', width: '*' },
        { title: 'Lasted', width: 78 },
        { title: 'Acknowledged', width: 118 },
      ],
      shown.map((alarm) => alarmRow(alarm, data, time)),
    ),
  ];
  if (more > 0 || !data.alarmsComplete)
    content.push(remark(`And ${whole(more)}${data.alarmsComplete ? '' : ' or more'} earlier: see CSV.`));
  return content;
}

function summary(data: ReportData): string {
  const of = (priority: Alarm['priority']) => whole(data.alarms.filter((alarm) => alarm.priority === priority).length);
  const open = data.alarms.filter((alarm) => alarm.acknowledgedAtMs === null).length;
  const technical = data.alarms.filter((alarm) => alarm.category === 'technical').length;
  return `${plural(data.alarms.length, 'alarm')}, newest first: high ${of('high')}, medium ${of('medium')}, low ${of('low')}. Technical: ${whole(technical)}. Not acknowledged when this report was made: ${whole(open)}.`;
}

function alarmRow(alarm: Alarm, data: ReportData, time: ClinicTime): TableCell[] {
  const lasted =
    alarm.endedAtMs === null
      ? `${duration(data.generatedAtMs - alarm.raisedAtMs)}, still holds`
      : duration(alarm.endedAtMs - alarm.raisedAtMs);
  const acknowledged =
    alarm.acknowledgedAtMs === null
      ? 'Not acknowledged'
      : `${wrapped(alarm.acknowledgedBy ?? 'unknown')}, after ${duration(alarm.acknowledgedAtMs - alarm.raisedAtMs)}`;
  const detail = [alarm.detail, alarm.category === 'technical' ? 'technical' : ''].filter((part) => part !== '').join(' · ');
  return [
    time.dateTime(alarm.raisedAtMs),
    { text: PRIORITY_WORDS[alarm.priority], bold: alarm.priority === 'high' },
    twoLines(alarm.message, detail),
    lasted,
    alarm.acknowledgedAtMs === null ? { text: acknowledged, bold: true } : acknowledged,
  ];
}
