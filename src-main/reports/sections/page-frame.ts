// What stands on every page: whose report this is, of which period, by whom; the page's number; and what a report is not.
import type { Content } from 'pdfmake/interfaces.js';
import { ageYears, type ClinicTime, calendarDate } from '../clinic-time.ts';
import { printable, wrapped } from '../printable.ts';
import type { ReportData } from '../report-data.ts';
import { INK, SOFT } from './parts.ts';

export const SIDE_MARGIN = 40;
export const TEXT_WIDTH = 595.28 - 2 * SIDE_MARGIN;
const TOP = 26;
const LEFT_WIDTH = 320;
const RIGHT_WIDTH = TEXT_WIDTH - LEFT_WIDTH - 12;

const DECISION_SUPPORT =
  'Decision support for clinical staff. HealthSense is not a certified medical device; nothing in this report is a diagnosis.';

const SEX_WORDS = { female: 'female', male: 'male', other: 'other', unknown: 'sex not recorded' } as const;

/** `3 Mar 2025, 08:00 to 4 Mar 2025, 08:00 (Europe/Berlin, UTC+1)`; both offsets where the clock changes in between. */
function periodText(data: Pick<ReportData, 'fromMs' | 'toMs'>, time: ClinicTime): string {
  const offsets = [...new Set([time.offsetLabel(data.fromMs), time.offsetLabel(data.toMs)])];
  return `${time.dateTime(data.fromMs)} to ${time.dateTime(data.toMs)} (${[...new Set([time.zone, offsets.join(' then ')])].join(', ')})`;
}

/** `MRN 1001 · born 1 May 1960 (64 y) · female`; the age is that at the end of the period. */
function identityText(data: Pick<ReportData, 'patient' | 'toMs'>, time: ClinicTime): string {
  const { mrn, birthDate, sex } = data.patient;
  return `MRN ${wrapped(mrn)} · born ${calendarDate(birthDate)} (${ageYears(birthDate, time.dayKey(data.toMs))} y) · ${SEX_WORDS[sex]}`;
}

interface Line {
  readonly text: string;
  readonly fontSize: number;
  readonly bold?: boolean;
  readonly color?: string;
}

export interface PageFrame {
  /** Made afresh for every page, because the layout writes into what it is given. */
  readonly header: () => Content;
  /** Where the page's own content starts. */
  readonly topMargin: number;
}

export function pageFrame(data: ReportData, time: ClinicTime): PageFrame {
  const name = printable(data.patient.name);
  const left: Line[] = [
    { text: wrapped(data.patient.name), fontSize: 12, bold: true },
    { text: identityText(data, time), fontSize: 8.5 },
    { text: periodText(data, time), fontSize: 8.5 },
  ];
  if (name.replaced) {
    left.push({
      text: 'The name has characters this report cannot print (shown as ?): identify the patient by the MRN.',
      fontSize: 7.5,
      bold: true,
    });
  }
  const right: Line[] = [
    { text: wrapped(data.settings.clinicName || 'Clinic'), fontSize: 9.5, bold: true },
    { text: 'Patient report', fontSize: 8.5 },
    { text: `Made ${time.dateTime(data.generatedAtMs)} by ${wrapped(data.generatedBy)}`, fontSize: 8.5, color: SOFT },
  ];
  const height = Math.max(heightOf(left, LEFT_WIDTH), heightOf(right, RIGHT_WIDTH));
  const header = (): Content => ({
    margin: [SIDE_MARGIN, TOP, SIDE_MARGIN, 0],
    stack: [
      {
        columns: [
          { width: LEFT_WIDTH, stack: left.map(paragraph) },
          { width: '*', stack: right.map((line) => ({ ...paragraph(line), alignment: 'right' as const })) },
        ],
        columnGap: 12,
      },
      { canvas: [{ type: 'line', x1: 0, y1: 4, x2: TEXT_WIDTH, y2: 4, lineWidth: 1, lineColor: INK }] },
    ],
  });
  return { header, topMargin: TOP + height + 14 };
}

function paragraph(line: Line) {
  return { text: line.text, fontSize: line.fontSize, bold: line.bold ?? false, color: line.color ?? INK, lineHeight: 1.1 };
}

function heightOf(lines: readonly Line[], width: number): number {
  return lines.reduce((sum, line) => {
    const rows = Math.max(1, Math.ceil(estimatedWidth(line.text, line.fontSize) / width));
    return sum + rows * line.fontSize * 1.3;
  }, 0);
}

/** Never less than the font's own widths: a header taller than reckoned would hide the page's content. */
function estimatedWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) {
    if (character === '\u200b') continue;
    if (character === ' ') ems += 0.25;
    else if (/[.,:;'|()·ijl]/.test(character)) ems += 0.35;
    else if (/[a-z0-9]/.test(character) && !/[mw]/.test(character)) ems += 0.57;
    else if (/[A-Z+−-]/.test(character) && !/[MW]/.test(character)) ems += 0.7;
    else ems += 0.92;
  }
  return ems * fontSize;
}

export function footer(data: ReportData): (page: number, pages: number) => Content {
  return (page, pages) => ({
    margin: [SIDE_MARGIN, 10, SIDE_MARGIN, 0],
    columns: [
      { width: '*', text: DECISION_SUPPORT, fontSize: 7.5, color: SOFT },
      {
        width: 'auto',
        text: `MRN ${printable(data.patient.mrn).text} · Page ${page} of ${pages}`,
        fontSize: 7.5,
        bold: true,
        alignment: 'right',
      },
    ],
    columnGap: 12,
  });
}
