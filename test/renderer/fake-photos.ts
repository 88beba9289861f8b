// What the made-up console answers about skin photos: two of one spot and one that was refused, all of them generated.
import { ConsoleError } from '../../src-main/contract/errors.ts';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import type { RiskLevels } from '../../src-main/contract/models.ts';
import {
  PHOTO_PART_BYTES,
  type Photo,
  type PhotoAssessment,
  type PhotoModel,
  type PhotoOutcome,
} from '../../src-main/contract/photos.ts';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { heatMapPng } from '../../src-main/risk/vision/heat-map.ts';
import { rehearsePhotos } from '../../src-main/risk/vision/levels.ts';
import { scaled, toBytes } from '../../src-main/risk/vision/pixels.ts';
import { encodePng } from '../../src-main/risk/vision/png.ts';
import { LESION_CODES } from '../../src-main/vitals/lesions.ts';
import type { Answers } from './fake-answers.ts';

const DAY_MS = 86_400_000;
const RUN = { version: '1.0.0', sha256: '9f2c'.repeat(16), backend: 'TensorFlow.js 4.22.0, WebAssembly (SIMD)', runMs: 48 };
const TRAINED: RiskLevels = { moderate: 0.2, high: 0.5 };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function assessed(malignancy: number): PhotoOutcome {
  const shares = {
    mel: 0.8 * malignancy,
    bcc: 0.15 * malignancy,
    akiec: 0.05 * malignancy,
    nv: 0.7 * (1 - malignancy),
    bkl: 0.2 * (1 - malignancy),
    df: 0.06 * (1 - malignancy),
    vasc: 0.04 * (1 - malignancy),
  };
  const diagnoses = LESION_CODES.map((code) => ({ code, probability: shares[code] })).toSorted(
    (a, b) => b.probability - a.probability,
  );
  const level = malignancy >= 0.5 ? 'high' : malignancy >= 0.2 ? 'moderate' : 'low';
  return {
    kind: 'assessed',
    malignancy,
    level,
    thresholds: TRAINED,
    looksLike: malignancy >= 0.3 ? 'mel' : 'nv',
    diagnoses,
  };
}

export function photoAnswers(emit: (event: ConsoleEvent) => void): Pick<Answers, Extract<keyof Answers, `photo.${string}`>> {
  const heat = text(heatMapPng([0, 0, 0, 0, 0, 2, 5, 1, 0, 3, 6, 1, 0, 0, 1, 0], 4) ?? new Uint8Array());
  const photos: Photo[] = [
    kept(1, 120 * DAY_MS, assessed(0.12), 1),
    kept(2, 3 * DAY_MS, assessed(0.63), 2),
    kept(
      3,
      2 * DAY_MS,
      {
        kind: 'refused',
        reason: 'blurred',
        message: 'The picture is blurred. Hold the dermatoscope still on the skin, focus, and take it again.',
      },
      3,
    ),
  ];
  const assessments = new Map<string, PhotoAssessment>();
  const of = (photoId: number): Photo => {
    const found = photos.find((photo) => photo.photoId === photoId);
    if (found === undefined) throw new ConsoleError('not_found');
    return found;
  };
  const cropPng = (seed: number): string => {
    const square = lesionLike(seed, 224);
    return text(encodePng(square.rgb, square.side, 3));
  };
  let received = 0;
  let levels: RiskLevels = TRAINED;
  const model = (): PhotoModel => ({
    state: 'ready',
    problem: '',
    title: 'Skin lesion',
    version: RUN.version,
    kind: 'convolutional network',
    sha256: RUN.sha256,
    thresholds: levels,
    defaultThresholds: TRAINED,
    performance: 'AUC 0.92 (95% interval 0.90–0.94); 1,277 photos, 250 with the outcome.',
    population: 'Dermatoscope photos of HAM10000, mostly light skin.',
    licence: 'Trained on HAM10000, CC BY-NC 4.0: non-commercial use only.',
    backend: RUN.backend,
  });
  return {
    'photo.model': model,
    'photo.setLevels': ({ levels: set }) => {
      levels = set ?? TRAINED;
      emit({ name: 'photo.modelChanged', payload: model() });
      return model();
    },
    'photo.rehearseLevels': ({ levels: proposed }) =>
      rehearsePhotos(
        photos.flatMap(({ patientId, takenAtMs, outcome }) =>
          outcome.kind === 'assessed' ? { patientId, takenAtMs, malignancy: outcome.malignancy, ...RUN } : [],
        ),
        RUN,
        levels,
        proposed,
      ),
    'photo.assess': ({ patientId }) => {
      const assessment: PhotoAssessment = {
        assessmentId: `fake-${assessments.size}`,
        patientId,
        assessedAtMs: Date.now(),
        outcome: assessed(0.34),
        run: RUN,
        heatMapPng: heat,
      };
      assessments.set(assessment.assessmentId, assessment);
      return assessment;
    },
    'photo.begin': () => {
      received = 0;
      return { uploadId: 1 };
    },
    'photo.part': ({ base64 }) => {
      received += Buffer.from(base64, 'base64').length;
      return { receivedBytes: received };
    },
    'photo.add': ({ patientId, assessmentId, spot, takenAtMs, note, widthPx, heightPx, crop }) => {
      const assessment = assessments.get(assessmentId);
      if (assessment === undefined) throw new ConsoleError('not_found');
      const old = 'spotId' in spot ? photos.find((photo) => photo.spot.spotId === spot.spotId)?.spot : undefined;
      const photo: Photo = {
        ...kept(photos.length + 1, Date.now() - takenAtMs, assessment.outcome, 4),
        patientId,
        note,
        widthPx,
        heightPx,
        crop,
        spot: old ?? {
          spotId: photos.length + 10,
          patientId,
          region: 'region' in spot ? spot.region : 'face',
          detail: 'detail' in spot ? spot.detail : '',
        },
      };
      photos.push(photo);
      emit({ name: 'photo.changed', payload: { patientId } });
      return photo;
    },
    'photo.list': ({ patientId }) => photos.filter((photo) => photo.patientId === patientId),
    'photo.pictures': ({ photoId }) => ({
      cropPng: cropPng(photoId),
      heatMapPng: of(photoId).outcome.kind === 'assessed' ? heat : null,
    }),
    'photo.original': ({ photoId }) => ({
      mediaType: 'image/png',
      parts: Math.ceil(1 / PHOTO_PART_BYTES),
      base64: cropPng(photoId),
    }),
    'photo.retract': ({ photoId, reason }) => {
      const photo: Photo = { ...of(photoId), retractedAtMs: Date.now(), retractedBy: 'Nina Nurse', retractedReason: reason };
      photos.splice(photos.indexOf(of(photoId)), 1, photo);
      emit({ name: 'photo.changed', payload: { patientId: photo.patientId } });
      return photo;
    },
  };
}

function kept(photoId: number, ageMs: number, outcome: PhotoOutcome, seed: number): Photo {
  const takenAtMs = Date.now() - ageMs;
  const thumbnail = scaled(lesionLike(seed, 192), 96);
  return {
    photoId,
    patientId: 1,
    spot:
      photoId === 3
        ? { spotId: 2, patientId: 1, region: 'face', detail: 'left cheek' }
        : { spotId: 1, patientId: 1, region: 'forearm-left-back', detail: '3 cm above the wrist' },
    takenAtMs,
    recordedAtMs: takenAtMs + 60_000,
    recordedBy: 'Nina Nurse',
    note: 'Generated picture, not of a person',
    mediaType: 'image/png',
    byteLength: 84_210,
    sha256: '1b'.repeat(32),
    widthPx: 600,
    heightPx: 450,
    crop: { x: 75, y: 0, side: 450 },
    assessedAtMs: takenAtMs + 30_000,
    outcome,
    run: RUN,
    thumbnailPng: text(encodePng(toBytes(thumbnail), 96, 3)),
    retractedAtMs: null,
    retractedBy: null,
    retractedReason: null,
  };
}
