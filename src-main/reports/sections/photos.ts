// Skin photos of the period: the picture, where and when, and what the model made of it. Left out where there are none.
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import type { Photo } from '../../contract/photos.ts';
import { LESIONS, MALIGNANCY_WORDS } from '../../vitals/lesions.ts';
import { skinRegionWords } from '../../vitals/skin-regions.ts';
import type { ClinicTime } from '../clinic-time.ts';
import { plural, whole } from '../display.ts';
import { wrapped } from '../printable.ts';
import type { ReportData } from '../report-data.ts';
import { heading, remark, SOFT, table, twoLines } from './parts.ts';

const MOST_PHOTOS = 40;
const THUMBNAIL_POINTS = 54;
const HOUR_MS = 3_600_000;

export function photosSection(data: ReportData, time: ClinicTime): Content[] {
  const { photos } = data;
  if (photos.length === 0) return [];
  const shown = photos.slice(-MOST_PHOTOS).reverse();
  const content: Content[] = [
    heading('Skin photos'),
    remark(
      `Probability of malignancy: of ${MALIGNANCY_WORDS} together. For dermatoscope photos only, measured mostly on light skin; a hint to look closer, not a finding, and a low value rules nothing out.`,
    ),
    table(
      [
        { title: 'Photo', width: THUMBNAIL_POINTS },
        { title: 'Where, when taken', width: 130 },
        { title: 'Malignancy', width: 54, right: true },
        { title: 'Most probable diagnoses', width: 116 },
        { title: 'Remarks', width: '*' },
      ],
      shown.map((photo) => photoRow(photo, data, time)),
    ),
  ];
  if (photos.length > shown.length) content.push(remark(`Newest first; and ${whole(photos.length - shown.length)} earlier.`));
  return content;
}

function photoRow(photo: Photo, data: ReportData, time: ClinicTime): TableCell[] {
  const retracted = photo.retractedAtMs !== null;
  const { spot, outcome } = photo;
  const struck = retracted ? { decoration: 'lineThrough' as const, color: SOFT } : {};
  const place = spot.detail === '' ? skinRegionWords(spot.region) : `${skinRegionWords(spot.region)}: ${spot.detail}`;
  const when = `${time.dateTime(photo.takenAtMs)}, ${ageWords(data.generatedAtMs - photo.takenAtMs)} before this report`;
  return [
    { image: `data:image/png;base64,${photo.thumbnailPng}`, width: THUMBNAIL_POINTS, height: THUMBNAIL_POINTS },
    {
      stack: [
        { text: wrapped(place), ...struck },
        { text: when, color: SOFT, fontSize: 7 },
      ],
    },
    outcome.kind === 'assessed'
      ? {
          stack: [
            { text: percent(outcome.malignancy), bold: !retracted, ...struck },
            { text: outcome.level, ...struck },
          ],
        }
      : '–',
    outcome.kind === 'assessed'
      ? {
          stack: outcome.diagnoses
            .slice(0, 3)
            .map(({ code, probability }) => ({ text: `${LESIONS[code].title} ${percent(probability)}`, ...struck })),
        }
      : twoLines(outcome.kind === 'refused' ? 'No result: the model declined.' : 'Not assessed.', outcome.message),
    { stack: remarks(photo, time).map((text) => ({ text: wrapped(text) })) },
  ];
}

function remarks(
  { retractedAtMs, retractedBy, retractedReason, recordedBy, note, outcome, run }: Photo,
  time: ClinicTime,
): string[] {
  const found: string[] = [];
  if (retractedAtMs !== null)
    found.push(
      `Retracted ${time.dateTime(retractedAtMs)} by ${retractedBy ?? 'unknown'}: ${retractedReason ?? 'no reason given'}`,
    );
  if (note !== '') found.push(note);
  found.push(`Kept by ${recordedBy}`);
  if (run !== null) found.push(`Model version ${run.version}, SHA-256 ${run.sha256.slice(0, 12)}…`);
  if (outcome.kind === 'assessed')
    found.push(`Moderate from ${percent(outcome.thresholds.moderate)}, high from ${percent(outcome.thresholds.high)}`);
  return found;
}

function percent(probability: number): string {
  return `${(probability * 100).toFixed(1)}%`;
}

function ageWords(ageMs: number): string {
  const hours = Math.max(0, Math.floor(ageMs / HOUR_MS));
  if (hours < 1) return 'less than an hour';
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
}
