// Skin photos: assessed in the vision worker, taken in part by part, kept with what was made of them, and retracted.
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleEvent } from '../contract/events.ts';
import { fileKind, fileProblem } from '../contract/photo-files.ts';
import { MAX_PHOTO_BYTES, PHOTO_PART_BYTES, type PhotoAssessment, type PhotoType } from '../contract/photos.ts';
import { judgedBy } from '../risk/vision/levels.ts';
import type { VisionAnswer } from '../risk/vision/port.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import type { Vision } from '../threads/vision.ts';
import { by, type HandlersOf } from './handler.ts';
import { checkTakenAt } from './observations.ts';
import type { PhotoLevelHandlers } from './photo-levels.ts';

export interface PhotoParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly vision: Pick<Vision, 'assess'>;
  readonly now: () => number;
  readonly emit: (event: ConsoleEvent) => void;
}

interface Assessed {
  readonly assessment: PhotoAssessment;
  readonly answer: VisionAnswer;
}

interface Upload {
  readonly patientId: number;
  readonly byteLength: number;
  readonly begunAtMs: number;
  readonly hash: Hash;
  mediaType: PhotoType | null;
  received: number;
  part: number;
}

const REMEMBERED_MS = 30 * 60_000;
/** Of either; each assessment holds about a megabyte of pictures. */
const MOST_REMEMBERED = 32;

type PhotoHandlers = Omit<HandlersOf<'photo'>, keyof PhotoLevelHandlers>;

export function photoHandlers(parts: PhotoParts): PhotoHandlers {
  const { reads, writes, vision, now, emit } = parts;
  const assessed = new Map<string, Assessed>();
  const uploads = new Map<number, Upload>();

  function forgetOld(): void {
    const sinceMs = now() - REMEMBERED_MS;
    for (const [key, { assessment }] of assessed) if (assessment.assessedAtMs < sinceMs) assessed.delete(key);
    for (const [key, { begunAtMs }] of uploads) if (begunAtMs < sinceMs) uploads.delete(key);
    for (const kept of [assessed, uploads]) {
      for (const key of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_REMEMBERED))) kept.delete(key as never);
    }
  }

  async function refuseStranger(patientId: number): Promise<void> {
    if ((await reads.patient({ patientId })) === null) throw new ConsoleError('not_found', 'There is no such patient.');
  }

  function uploadOf(uploadId: number): Upload {
    const upload = uploads.get(uploadId);
    if (upload === undefined) throw new ConsoleError('not_found', 'This photo is no longer being taken in. Keep it once more.');
    return upload;
  }

  return {
    'photo.assess': async ({ patientId, side, rgbBase64 }) => {
      await refuseStranger(patientId);
      const rgb = Buffer.from(rgbBase64, 'base64');
      if (rgb.length !== 3 * side * side) {
        throw new ConsoleError('invalid_params', `A square of ${side} pixels a side is ${3 * side * side} bytes.`, {
          field: 'rgbBase64',
          value: `${rgb.length} bytes`,
        });
      }
      const [seen, levels] = await Promise.all([vision.assess({ side, rgb }), reads.skinLevels()]);
      const answer = { ...seen, outcome: judgedBy(seen.outcome, levels) };
      const assessment: PhotoAssessment = {
        assessmentId: randomUUID(),
        patientId,
        assessedAtMs: now(),
        outcome: answer.outcome,
        run: answer.run,
        heatMapPng: answer.heatMapPng === null ? null : base64(answer.heatMapPng),
      };
      assessed.set(assessment.assessmentId, { assessment, answer });
      forgetOld();
      return assessment;
    },
    'photo.begin': async ({ patientId, byteLength }, caller) => {
      const uploadId = await writes.beginPhotoFile({ ...by(caller, now()), patientId, byteLength });
      const hash = createHash('sha256');
      uploads.set(uploadId, { patientId, byteLength, begunAtMs: now(), hash, mediaType: null, received: 0, part: 0 });
      forgetOld();
      return { uploadId };
    },
    'photo.part': async ({ uploadId, part, base64: text }) => {
      const upload = uploadOf(uploadId);
      const bytes = Buffer.from(text, 'base64');
      const expected = Math.min(PHOTO_PART_BYTES, upload.byteLength - upload.received);
      if (part !== upload.part || bytes.length !== expected) {
        throw new ConsoleError('conflict', `Part ${upload.part} of ${expected} bytes comes next.`, {
          field: 'part',
          value: `part ${part} of ${bytes.length} bytes`,
        });
      }
      if (part === 0) upload.mediaType = photoTypeOf(bytes, upload.byteLength);
      // Counted before the store is asked: a part that is sent twice meanwhile is out of turn.
      upload.part += 1;
      upload.received += bytes.length;
      upload.hash.update(bytes);
      try {
        await writes.addPhotoPart({ fileId: uploadId, part, bytes });
      } catch (error) {
        uploads.delete(uploadId);
        throw error;
      }
      return { receivedBytes: upload.received };
    },
    'photo.add': async ({ patientId, uploadId, assessmentId, crop, widthPx, heightPx, spot, takenAtMs, note }, caller) => {
      checkTakenAt(takenAtMs, now());
      const { mediaType, hash, received, ...upload } = uploadOf(uploadId);
      const found = assessed.get(assessmentId);
      if (found === undefined) throw new ConsoleError('not_found', 'The assessment is too old. Assess the photo again.');
      if (found.assessment.patientId !== patientId || upload.patientId !== patientId)
        throw new ConsoleError('conflict', 'This photo was taken in for another patient.', { field: 'patientId' });
      if (mediaType === null || received !== upload.byteLength)
        throw new ConsoleError('conflict', `Only ${received} of ${upload.byteLength} bytes of the photo have arrived.`);
      if (crop.x + crop.side > widthPx || crop.y + crop.side > heightPx)
        throw new ConsoleError('invalid_params', 'The crop reaches beyond the photo.', { field: 'crop' });
      uploads.delete(uploadId);
      const { assessment, answer } = found;
      const kept = await writes.addPhoto({
        ...by(caller, now()),
        photo: {
          patientId,
          spot,
          fileId: uploadId,
          takenAtMs,
          note,
          mediaType,
          sha256: hash.digest('hex'),
          widthPx,
          heightPx,
          crop,
          assessedAtMs: assessment.assessedAtMs,
          ...answer,
        },
      });
      assessed.delete(assessmentId);
      emit({ name: 'photo.changed', payload: { patientId } });
      return kept;
    },
    'photo.list': async ({ patientId, fromMs, toMs }) => {
      const period = { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
      return [...(await reads.photos({ patientId, ...period }))];
    },
    'photo.pictures': async (ask) => (await reads.photoPictures(ask)) ?? gone('There is no such photo.'),
    'photo.original': async (ask) => (await reads.photoPart(ask)) ?? gone('There is no such part of a photo.'),
    'photo.retract': async (params, caller) => {
      const photo = await writes.retractPhoto({ ...by(caller, now()), ...params });
      emit({ name: 'photo.changed', payload: { patientId: photo.patientId } });
      return photo;
    },
  };
}

/** Told by content. @throws ConsoleError `invalid_params` saying what the file is instead */
function photoTypeOf(head: Uint8Array, byteLength: number): PhotoType {
  const found = fileKind(head);
  if (found.kind === 'photo') return found.mediaType;
  throw new ConsoleError('invalid_params', fileProblem(head, byteLength, MAX_PHOTO_BYTES), { field: 'base64' });
}

function gone(message: string): never {
  throw new ConsoleError('not_found', message);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
