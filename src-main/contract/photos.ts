// Skin photos as a screen sees them: what is assessed, what is kept, and the limits that both sides hold to. Times are UTC milliseconds.
import { z } from 'zod';
import { LESION_CODES } from '../vitals/lesions.ts';
import { SKIN_REGIONS } from '../vitals/skin-regions.ts';
import { id, timeMs } from './models/fields.ts';

const probability = z.number().min(0).max(1);
const base64 = z.base64();

/** Largest photo that is kept, in bytes of its file. A 40-megapixel JPEG is about half of it. */
export const MAX_PHOTO_BYTES = 24 * 1024 * 1024;
/** A photo travels in parts of this many bytes, so that no message is large and nothing behind it on the same connection waits. */
export const PHOTO_PART_BYTES = 512 * 1024;
/** Largest side of the square that is assessed, in pixels; a screen scales what is larger down to it. */
export const MAX_CROP_PX = 448;
/** Largest photo in pixels, so that decoding it cannot exhaust a machine. */
export const MAX_PHOTO_PIXELS = 120_000_000;

export const lesionCode = z.enum(LESION_CODES);

export const photoType = z.enum(['image/jpeg', 'image/png', 'image/webp']);
export type PhotoType = z.infer<typeof photoType>;

/** Why a picture is not assessed. */
const photoRefusal = z.enum(['too-small', 'black', 'too-dark', 'too-bright', 'blurred', 'drawing', 'unfamiliar']);
export type PhotoRefusal = z.infer<typeof photoRefusal>;

const lesionThresholds = z.object({ moderate: probability, high: probability }).readonly();

export const photoOutcome = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('assessed'),
      /** Of melanoma, basal cell carcinoma or actinic keratosis / Bowen's disease together. */
      malignancy: probability,
      level: z.enum(['low', 'moderate', 'high']),
      thresholds: lesionThresholds,
      /** What the picture looks most like were all seven equally common; may differ from the most probable one. */
      looksLike: lesionCode,
      /** All seven, most probable first. */
      diagnoses: z.array(z.object({ code: lesionCode, probability }).readonly()).readonly(),
    })
    .readonly(),
  /** The model declined: what is wrong with the picture and what to do, in words. */
  z.object({ kind: z.literal('refused'), reason: photoRefusal, message: z.string() }).readonly(),
  /** There is no model to ask: left out of this build, or it cannot be used. */
  z.object({ kind: z.literal('not-assessed'), message: z.string() }).readonly(),
]);
export type PhotoOutcome = z.infer<typeof photoOutcome>;

/** Which model answered, on what. Null where none did. */
export const photoRun = z
  .object({ version: z.string(), sha256: z.string(), backend: z.string(), runMs: z.number().min(0) })
  .readonly()
  .nullable();
export type PhotoRun = z.infer<typeof photoRun>;

export const photoAssessment = z
  .object({
    /** Hand it back to `photo.add`; it is remembered for half an hour. */
    assessmentId: z.string(),
    patientId: id,
    assessedAtMs: timeMs,
    outcome: photoOutcome,
    run: photoRun,
    /** PNG of what the model looked at, most where it is most opaque; null where nothing raised the probability. */
    heatMapPng: base64.nullable(),
  })
  .readonly();
export type PhotoAssessment = z.infer<typeof photoAssessment>;

export const skinRegion = z.enum(SKIN_REGIONS);

/** One place on one patient's skin, so that photos of it over time stand together. */
const skinSpot = z.object({ spotId: id, patientId: id, region: skinRegion, detail: z.string() }).readonly();
export type SkinSpot = z.infer<typeof skinSpot>;

/** The square that was assessed, in pixels of the upright photo. */
export const photoCrop = z
  .object({ x: z.number().int().min(0), y: z.number().int().min(0), side: z.number().int().min(1) })
  .strict()
  .readonly();
export type PhotoCrop = z.infer<typeof photoCrop>;

export const photo = z
  .object({
    photoId: id,
    patientId: id,
    spot: skinSpot,
    takenAtMs: timeMs,
    recordedAtMs: timeMs,
    recordedBy: z.string(),
    note: z.string(),
    mediaType: photoType,
    byteLength: z.number().int().positive(),
    /** Of the file as it was taken in, hex. */
    sha256: z.string(),
    /** Of the upright photo. */
    widthPx: z.number().int().positive(),
    heightPx: z.number().int().positive(),
    crop: photoCrop,
    assessedAtMs: timeMs,
    outcome: photoOutcome,
    run: photoRun,
    /** PNG of the crop, small. */
    thumbnailPng: base64,
    retractedAtMs: timeMs.nullable(),
    retractedBy: z.string().nullable(),
    retractedReason: z.string().nullable(),
  })
  .readonly();
export type Photo = z.infer<typeof photo>;

export const photoModel = z
  .object({
    /** `left-out`: this build has no skin model. `unusable`: its files are not the ones the manifest names, or cannot be run. */
    state: z.enum(['ready', 'left-out', 'unusable']),
    /** Plain words unless `ready`. */
    problem: z.string(),
    title: z.string(),
    version: z.string(),
    kind: z.string(),
    sha256: z.string(),
    /** In force: the clinic's, or those the model was trained with; null where its row of the manifest cannot be read. */
    thresholds: lesionThresholds.nullable(),
    /** Those the model was trained with. */
    defaultThresholds: lesionThresholds.nullable(),
    performance: z.string(),
    population: z.string(),
    licence: z.string(),
    /** What it runs on, such as "WebAssembly (SIMD)"; empty until it has been started. */
    backend: z.string(),
  })
  .readonly();
export type PhotoModel = z.infer<typeof photoModel>;
