// Skin photos in the report: picture, place, age, probability with its level, a refusal in words, a retraction; nothing where there are none.
import { expect, it } from 'vitest';
import type { Photo, PhotoOutcome } from '../../src-main/contract/photos.ts';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { reportDocument } from '../../src-main/reports/document.ts';
import { gatherReport } from '../../src-main/reports/gather.ts';
import { renderPdf } from '../../src-main/reports/pdf.ts';
import { encodePng } from '../../src-main/risk/vision/png.ts';
import { type FakeContents, fakeStore, MODELS } from './fake-store.ts';

const HOUR = 3_600_000;
const TO = Date.parse('2025-03-30T10:00:00Z');
const ASK = { patientId: 7, fromMs: TO - 24 * HOUR, toMs: TO, modelInfo: MODELS, generatedAtMs: TO, generatedBy: 'Nora Nurse' };
const ASSESSED: PhotoOutcome = {
  kind: 'assessed',
  malignancy: 0.634,
  level: 'high',
  thresholds: { moderate: 0.082, high: 0.386 },
  looksLike: 'mel',
  diagnoses: [
    { code: 'mel', probability: 0.6 },
    { code: 'nv', probability: 0.3 },
    { code: 'bkl', probability: 0.1 },
  ],
};

function photo(change: Partial<Photo> = {}): Photo {
  return {
    photoId: 1,
    patientId: 7,
    spot: { spotId: 1, patientId: 7, region: 'forearm-left-back', detail: '3 cm above the wrist' },
    takenAtMs: TO - 3 * HOUR,
    recordedAtMs: TO - 3 * HOUR,
    recordedBy: 'Nora Nurse',
    note: '',
    mediaType: 'image/png',
    byteLength: 100,
    sha256: 'ab'.repeat(32),
    widthPx: 150,
    heightPx: 150,
    crop: { x: 0, y: 0, side: 150 },
    assessedAtMs: TO - 3 * HOUR,
    outcome: ASSESSED,
    run: { version: '1.0.0', sha256: 'cd'.repeat(32), backend: 'WebAssembly', runMs: 40 },
    thumbnailPng: Buffer.from(encodePng(lesionLike(1, 48).rgb, 48, 3)).toString('base64'),
    retractedAtMs: null,
    retractedBy: null,
    retractedReason: null,
    ...change,
  };
}

const documentOf = (contents: Partial<FakeContents>) => reportDocument(gatherReport(fakeStore(contents), ASK));
const words = (contents: Partial<FakeContents>): string => JSON.stringify(documentOf(contents).content);

it('lists each photo with its picture, place, age, probability and level, diagnoses and model', () => {
  const text = words({ photos: [photo()] });
  for (const part of [
    'Skin photos',
    'data:image/png;base64,',
    'Left forearm, back: 3 cm above the wrist',
    '3 hours before this report',
    '63.4%',
    'high',
    'Melanoma 60.0%',
    'Model version 1.0.0, SHA-256 cdcdcdcdcdcd',
    'Moderate from 8.2%, high from 38.6%',
    'mostly on light skin',
  ])
    expect(text).toContain(part);
});

it('says why there is no result, and strikes what was retracted with who and why', () => {
  const refused = { kind: 'refused', reason: 'blurred', message: 'The picture is blurred.' } as const;
  const text = words({
    photos: [
      photo({ outcome: refused }),
      photo({ photoId: 2, retractedAtMs: TO - HOUR, retractedBy: 'Emil', retractedReason: 'Other arm' }),
    ],
  });
  expect(text).toContain('No result: the model declined.');
  expect(text).toContain('The picture is blurred.');
  expect(text).toMatch(/Retracted 30 Mar 2025, 11:00 by Emil: Other arm/);
  expect(text).toContain('lineThrough');
});

it('has no such section where there are no photos in the period', () => {
  expect(words({ photos: [photo({ takenAtMs: TO + HOUR }), photo({ takenAtMs: TO - 48 * HOUR })] })).not.toContain('Skin photos');
});

it('sets the pictures into the PDF', async () => {
  const pdf = Buffer.from(await renderPdf(documentOf({ photos: [photo(), photo({ photoId: 2 })] })));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.includes('/Subtype /Image')).toBe(true);
});
