// The report as a document definition for pdfmake: pure, the same data gives the same document.
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { type ClinicTime, clinicTime } from './clinic-time.ts';
import { plural } from './display.ts';
import { printable } from './printable.ts';
import type { ReportData } from './report-data.ts';
import { alarmsSection } from './sections/alarms.ts';
import { devicesSection } from './sections/devices.ts';
import { entriesSection } from './sections/entries.ts';
import { glucoseSection } from './sections/glucose.ts';
import { footer, pageFrame, SIDE_MARGIN } from './sections/page-frame.ts';
import { heading, INK, remark, SOFT } from './sections/parts.ts';
import { photosSection } from './sections/photos.ts';
import { predictionsSection } from './sections/predictions.ts';
import { vitalsSection } from './sections/vitals.ts';

/** A4 upright; who the patient is stands on every page. */
export function reportDocument(data: ReportData): TDocumentDefinitions {
  const time = clinicTime(data.settings.timeZone);
  const frame = pageFrame(data, time);
  return {
    pageSize: 'A4',
    pageMargins: [SIDE_MARGIN, frame.topMargin, SIDE_MARGIN, 44],
    info: {
      // The patient's name stays out of what file managers and search indexes show.
      title: `Patient report, MRN ${printable(data.patient.mrn).text}`,
      author: printable(data.settings.clinicName || 'HealthSense').text,
      subject: `${time.dateTime(data.fromMs)} to ${time.dateTime(data.toMs)} (${time.zone})`,
      creator: 'HealthSense',
      producer: 'HealthSense',
      creationDate: new Date(data.generatedAtMs),
    },
    language: 'en',
    displayTitle: true,
    header: frame.header,
    footer: footer(data),
    content: [
      overview(data, time),
      ...vitalsSection(data, time),
      ...glucoseSection(data),
      ...predictionsSection(data, time),
      ...photosSection(data, time),
      ...entriesSection(data, time),
      ...alarmsSection(data, time),
      ...devicesSection(data, time),
      fingerprint(data),
    ],
    defaultStyle: { font: 'Roboto', fontSize: 8.5, color: INK, lineHeight: 1.1 },
    styles: {
      heading: { fontSize: 11.5, bold: true, margin: [0, 12, 0, 4] },
      subheading: { fontSize: 9.5, bold: true, margin: [0, 9, 0, 2] },
      remark: { fontSize: 7.5, color: SOFT, margin: [0, 1, 0, 3] },
      nothing: { italics: true, margin: [0, 0, 0, 4] },
      table: { fontSize: 8, margin: [0, 1, 0, 3] },
    },
    // A heading alone at the foot of a page goes over to the next with what it heads.
    pageBreakBefore: (node, nodes) => node.headlineLevel !== undefined && nodes.getFollowingNodesOnPage().length === 0,
  };
}

function overview(data: ReportData, time: ClinicTime): Content {
  const { patient, alarms, observations, devices } = data;
  const retracted = observations.filter((one) => one.retractedAtMs !== null).length;
  const unacknowledged = alarms.filter((alarm) => alarm.acknowledgedAtMs === null).length;
  const where = patient.location === '' ? '' : `${printable(patient.location).text} · `;
  const stay = patient.dischargedAtMs === null ? '' : `, discharged ${time.dateTime(patient.dischargedAtMs)}`;
  return {
    stack: [
      { text: `${where}Admitted ${time.dateTime(patient.admittedAtMs)}${stay}` },
      {
        text: [
          { text: plural(data.readings, 'device reading'), bold: true },
          ` from ${plural(devices.filter((one) => one.readings > 0).length, 'device')} · `,
          { text: plural(observations.length, 'entry', 'entries'), bold: true },
          ` by hand${retracted === 0 ? '' : `, ${retracted} retracted`} · `,
          { text: plural(alarms.length, 'alarm'), bold: true },
          unacknowledged === 0 ? '' : `, ${unacknowledged} not acknowledged`,
        ],
      },
    ],
  };
}

function fingerprint(data: ReportData): Content {
  return {
    unbreakable: true,
    stack: [
      heading('Data fingerprint'),
      { text: data.fingerprint, fontSize: 8.5, characterSpacing: 0.3 },
      remark(
        `SHA-256 of the CSV export of this patient and period (${plural(data.csvRows, 'row')}) as it was when this report was made. An export made later gives the same fingerprint as long as no data of the period were added, retracted or acknowledged since.`,
      ),
    ],
  };
}
