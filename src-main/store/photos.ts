// Skin photos: the file in parts, where on the body, what the model made of it, and its retraction. Rows are never removed.
import { ConsoleError } from '../contract/errors.ts';
import { type Photo, type PhotoCrop, photoOutcome, photoRun, type SkinSpot } from '../contract/photos.ts';
import type { KeptResult } from '../risk/port.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { By, NewPhoto } from './ports.ts';

interface Row extends Omit<Photo, 'spot' | 'crop' | 'outcome' | 'run' | 'thumbnailPng'> {
  readonly spotId: number;
  readonly region: SkinSpot['region'];
  readonly detail: string;
  readonly cropX: number;
  readonly cropY: number;
  readonly cropSide: number;
  readonly outcome: string;
  readonly run: string | null;
  readonly thumbnailPng: Buffer;
}

const ALL = `SELECT photo_id AS photoId, photo.patient_id AS patientId, photo.spot_id AS spotId, region, detail, taken_at_ms AS takenAtMs,
  recorded_at_ms AS recordedAtMs, recorded_by AS recordedBy, note, media_type AS mediaType, byte_length AS byteLength, sha256,
  width_px AS widthPx, height_px AS heightPx, crop_x AS cropX, crop_y AS cropY, crop_side AS cropSide, assessed_at_ms AS assessedAtMs,
  outcome, run, thumbnail_png AS thumbnailPng, retracted_at_ms AS retractedAtMs, retracted_by AS retractedBy,
  retracted_reason AS retractedReason
  FROM photo JOIN skin_spot USING (spot_id) JOIN photo_file USING (file_id)`;

function fromRow(row: Row): Photo {
  const { spotId, region, detail, cropX, cropY, cropSide, outcome, run, thumbnailPng, ...rest } = row;
  const crop: PhotoCrop = { x: cropX, y: cropY, side: cropSide };
  return {
    ...rest,
    spot: { spotId, patientId: row.patientId, region, detail },
    crop,
    outcome: photoOutcome.parse(JSON.parse(outcome)),
    run: photoRun.parse(run === null ? null : JSON.parse(run)),
    thumbnailPng: thumbnailPng.toString('base64'),
  };
}

export function photoReads(db: ReadableDatabase) {
  const list = db.prepare<[number, number, number], Row>(
    `${ALL} WHERE photo.patient_id = ? AND taken_at_ms >= ? AND taken_at_ms < ? ORDER BY taken_at_ms, photo_id`,
  );
  const byId = db.prepare<[number], Row>(`${ALL} WHERE photo_id = ?`);
  const pictures = db.prepare<[number], { readonly cropPng: Buffer; readonly heatMapPng: Buffer | null }>(
    'SELECT crop_png AS cropPng, heat_map_png AS heatMapPng FROM photo WHERE photo_id = ?',
  );
  const part = db.prepare<[number, number], { mediaType: Photo['mediaType']; parts: number; bytes: Buffer }>(
    `SELECT media_type AS mediaType, bytes, (SELECT count(*) FROM photo_part AS every WHERE every.file_id = photo.file_id) AS parts
     FROM photo JOIN photo_part USING (file_id) WHERE photo_id = ? AND part = ?`,
  );
  const results = db.prepare<[], KeptResult>(
    `SELECT patient_id AS patientId, taken_at_ms AS takenAtMs, outcome ->> 'malignancy' AS malignancy, run ->> 'version' AS version,
       run ->> 'sha256' AS sha256
     FROM photo WHERE retracted_at_ms IS NULL AND outcome ->> 'kind' = 'assessed' AND run IS NOT NULL ORDER BY taken_at_ms, photo_id`,
  );
  return {
    photoResults: (): readonly KeptResult[] => results.all(),
    /** Oldest first, retracted ones included (they say so). */
    photos: (ask: { patientId: number; fromMs?: number; toMs?: number }): readonly Photo[] =>
      list.all(ask.patientId, ask.fromMs ?? Number.MIN_SAFE_INTEGER, ask.toMs ?? Number.MAX_SAFE_INTEGER).map(fromRow),
    photo(photoId: number): Photo | null {
      const row = byId.get(photoId);
      return row === undefined ? null : fromRow(row);
    },
    photoPictures(ask: { photoId: number }): { readonly cropPng: string; readonly heatMapPng: string | null } | null {
      const row = pictures.get(ask.photoId);
      if (row === undefined) return null;
      return { cropPng: row.cropPng.toString('base64'), heatMapPng: row.heatMapPng?.toString('base64') ?? null };
    },
    photoPart(ask: { photoId: number; part: number }) {
      const row = part.get(ask.photoId, ask.part);
      return row === undefined ? null : { mediaType: row.mediaType, parts: row.parts, base64: row.bytes.toString('base64') };
    },
  };
}

/** An upload that has not become a photo by then is given up. */
const UPLOAD_LIVES_MS = 3_600_000;

export function photoWrites(db: WritableDatabase, audit: AuditWrites) {
  const reads = photoReads(db);
  const sweep = db.prepare<[number]>(
    'DELETE FROM photo_file WHERE begun_at_ms < ? AND NOT EXISTS (SELECT 1 FROM photo WHERE photo.file_id = photo_file.file_id)',
  );
  const begin = db.prepare<[{ patientId: number; byteLength: number; atMs: number }]>(
    'INSERT INTO photo_file (patient_id, byte_length, begun_at_ms) VALUES (@patientId, @byteLength, @atMs)',
  );
  const addPart = db.prepare<[number, number, Uint8Array]>('INSERT INTO photo_part (file_id, part, bytes) VALUES (?, ?, ?)');
  const taken = db.prepare<[number], { patientId: number; byteLength: number; received: number }>(
    `SELECT patient_id AS patientId, byte_length AS byteLength, coalesce(sum(length(bytes)), 0) AS received
     FROM photo_file LEFT JOIN photo_part USING (file_id) WHERE file_id = ? GROUP BY file_id`,
  );
  const spotById = db.prepare<[number], SkinSpot>(
    'SELECT spot_id AS spotId, patient_id AS patientId, region, detail FROM skin_spot WHERE spot_id = ?',
  );
  const addSpot = db.prepare<[number, string, string]>('INSERT INTO skin_spot (patient_id, region, detail) VALUES (?, ?, ?)');
  const insert = db.prepare<[Record<string, number | string | Uint8Array | null>]>(
    `INSERT INTO photo (patient_id, spot_id, file_id, taken_at_ms, recorded_at_ms, recorded_by, note, media_type, sha256, width_px, height_px,
       crop_x, crop_y, crop_side, assessed_at_ms, outcome, run, crop_png, thumbnail_png, heat_map_png)
     VALUES (@patientId, @spotId, @fileId, @takenAtMs, @recordedAtMs, @recordedBy, @note, @mediaType, @sha256, @widthPx, @heightPx,
       @cropX, @cropY, @cropSide, @assessedAtMs, @outcome, @run, @cropPng, @thumbnailPng, @heatMapPng)`,
  );
  const retract = db.prepare<[number, string, string, number]>(
    'UPDATE photo SET retracted_at_ms = ?, retracted_by = ?, retracted_reason = ? WHERE photo_id = ?',
  );

  function known(photoId: number): Photo {
    const found = reads.photo(photoId);
    if (found === null)
      throw new ConsoleError('not_found', 'There is no such photo.', { field: 'photoId', value: String(photoId) });
    return found;
  }

  function spotOf({ patientId, spot }: NewPhoto): number {
    if (!('spotId' in spot)) return Number(addSpot.run(patientId, spot.region, spot.detail).lastInsertRowid);
    const found = spotById.get(spot.spotId);
    if (found === undefined || found.patientId !== patientId)
      throw new ConsoleError('not_found', 'This patient has no such spot.', { field: 'spot', value: String(spot.spotId) });
    return found.spotId;
  }

  return {
    beginPhotoFile(ask: By & { patientId: number; byteLength: number }): number {
      sweep.run(ask.atMs - UPLOAD_LIVES_MS);
      return Number(begin.run({ patientId: ask.patientId, byteLength: ask.byteLength, atMs: ask.atMs }).lastInsertRowid);
    },
    addPhotoPart(ask: { fileId: number; part: number; bytes: Uint8Array }): void {
      if (taken.get(ask.fileId) === undefined) throw new ConsoleError('not_found', 'This photo is no longer being taken in.');
      addPart.run(ask.fileId, ask.part, ask.bytes);
    },
    /** @throws ConsoleError `not_found` for a spot that is not the patient's, `conflict` for a file that is not whole. */
    addPhoto(ask: By & { photo: NewPhoto }): Photo {
      const { photo } = ask;
      const file = taken.get(photo.fileId);
      if (file === undefined || file.patientId !== photo.patientId)
        throw new ConsoleError('not_found', 'This photo is no longer being taken in.');
      if (file.received !== file.byteLength)
        throw new ConsoleError('conflict', `Only ${file.received} of ${file.byteLength} bytes of the photo have arrived.`);
      const { spot: _, crop, outcome, run, ...fields } = photo;
      const { lastInsertRowid } = insert.run({
        ...fields,
        spotId: spotOf(photo),
        recordedAtMs: ask.atMs,
        recordedBy: ask.actor,
        cropX: crop.x,
        cropY: crop.y,
        cropSide: crop.side,
        outcome: JSON.stringify(outcome),
        run: run === null ? null : JSON.stringify(run),
      });
      const added = known(Number(lastInsertRowid));
      audit.append(ask, 'photo.add', `patient ${photo.patientId}`, `photo ${added.photoId}, ${auditWords(added)}`);
      return added;
    },
    /** @throws ConsoleError `not_found`, or `conflict` when it is retracted already. */
    retractPhoto(ask: By & { photoId: number; reason: string }): Photo {
      const before = known(ask.photoId);
      if (before.retractedAtMs !== null)
        throw new ConsoleError('conflict', `This photo was retracted already by ${before.retractedBy ?? 'someone'}.`);
      retract.run(ask.atMs, ask.actor, ask.reason, ask.photoId);
      audit.append(
        ask,
        'photo.retract',
        `patient ${before.patientId}`,
        `photo ${before.photoId}, ${auditWords(before)}: ${ask.reason}`,
      );
      return known(ask.photoId);
    },
  };
}

function auditWords({ spot, outcome, sha256, run }: Photo): string {
  const where = spot.detail === '' ? spot.region : `${spot.region} (${spot.detail})`;
  const what =
    outcome.kind === 'assessed'
      ? `malignancy ${outcome.malignancy.toFixed(3)} ${outcome.level}, model ${run?.version ?? ''}`
      : outcome.kind === 'refused'
        ? `refused: ${outcome.reason}`
        : 'not assessed';
  return `${where}, ${what}, file SHA-256 ${sha256.slice(0, 12)}`;
}
