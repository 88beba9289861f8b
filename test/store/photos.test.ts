// Skin photos in the database: whole or not at all, at the patient's own spots only, in the backup, and nothing left of uploads given up.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleError } from '../../src-main/contract/errors.ts';
import { backupDatabase } from '../../src-main/store/backup.ts';
import { openReadable } from '../../src-main/store/database.ts';
import type { NewPhoto } from '../../src-main/store/ports.ts';
import { storeReader } from '../../src-main/store/reader.ts';
import { ADA, BEN, by, HOUR, openStore, T0, tempDir } from './fixtures.ts';

const BYTES = [Buffer.alloc(5000, 1), Buffer.alloc(1200, 2)] as const;
const LENGTH = 6200;

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConsoleError) return error.detail.code;
    throw error;
  }
  return 'nothing thrown';
}

function opened() {
  const store = openStore();
  const { plain } = store;
  const [ada, ben] = [plain.addPatient({ ...by(), patient: ADA }), plain.addPatient({ ...by(), patient: BEN })];
  const upload = (patientId: number, parts: number = BYTES.length, atMs = T0): number => {
    const fileId = plain.beginPhotoFile({ ...by(atMs), patientId, byteLength: LENGTH });
    for (const [part, bytes] of BYTES.slice(0, parts).entries()) plain.addPhotoPart({ fileId, part, bytes });
    return fileId;
  };
  const photo = (patientId: number, fileId: number, more: Partial<NewPhoto> = {}): NewPhoto => ({
    patientId,
    fileId,
    spot: { region: 'abdomen', detail: '' },
    takenAtMs: T0,
    note: '',
    mediaType: 'image/png',
    sha256: 'ab'.repeat(32),
    widthPx: 10,
    heightPx: 10,
    crop: { x: 0, y: 0, side: 10 },
    assessedAtMs: T0,
    outcome: { kind: 'not-assessed', message: 'No model' },
    run: null,
    cropPng: Buffer.from('crop'),
    thumbnailPng: Buffer.from('small'),
    heatMapPng: null,
    ...more,
  });
  return { ...store, ada, ben, upload, photo };
}

test('a file that is not whole, or another patient’s, becomes no photo', () => {
  const { plain, reader, ada, ben, upload, photo } = opened();
  expect(codeOf(() => plain.addPhoto({ ...by(), photo: photo(ada.patientId, upload(ada.patientId, 1)) }))).toBe('conflict');
  expect(codeOf(() => plain.addPhoto({ ...by(), photo: photo(ben.patientId, upload(ada.patientId)) }))).toBe('not_found');
  expect([reader.photos({ patientId: ada.patientId }), reader.photos({ patientId: ben.patientId })]).toEqual([[], []]);
});

test('a spot is a patient’s own: the next photo goes there, another patient’s never', () => {
  const { plain, reader, ada, ben, upload, photo } = opened();
  const first = plain.addPhoto({ ...by(), photo: photo(ada.patientId, upload(ada.patientId)) });
  const spot = { spotId: first.spot.spotId };
  const second = plain.addPhoto({ ...by(), photo: photo(ada.patientId, upload(ada.patientId), { spot }) });
  expect(second.spot).toEqual(first.spot);
  expect(codeOf(() => plain.addPhoto({ ...by(), photo: photo(ben.patientId, upload(ben.patientId), { spot }) }))).toBe(
    'not_found',
  );
  expect(reader.audit({ limit: 1 })).toMatchObject([
    { action: 'photo.add', subject: `patient ${ada.patientId}`, actor: 'nurse' },
  ]);
});

test('what was given up is removed after an hour, what was kept is not', () => {
  const { db, plain, reader, ada, upload, photo } = opened();
  const kept = plain.addPhoto({ ...by(), photo: photo(ada.patientId, upload(ada.patientId)) });
  upload(ada.patientId, 1);
  upload(ada.patientId, 1, T0 + 2 * HOUR);
  expect(db.prepare('SELECT count(*) AS files FROM photo_file').get()).toEqual({ files: 2 });
  expect(db.prepare('SELECT count(*) AS parts FROM photo_part').get()).toEqual({ parts: 3 });
  expect(reader.photoPart({ photoId: kept.photoId, part: 1 })).toMatchObject({ parts: 2, base64: BYTES[1].toString('base64') });
});

test('a backup holds the photos, byte for byte', async () => {
  const { path, plain, ada, upload, photo } = opened();
  const { photoId } = plain.addPhoto({ ...by(), photo: photo(ada.patientId, upload(ada.patientId)) });
  const target = join(tempDir(), 'backup.db');
  await backupDatabase(path, target, () => undefined);
  const copy = openReadable(target);
  const reads = storeReader(copy);
  const parts = [0, 1].map((part) => Buffer.from(reads.photoPart({ photoId, part })?.base64 ?? '', 'base64'));
  expect(Buffer.concat(parts).equals(Buffer.concat(BYTES))).toBe(true);
  expect(reads.photoPictures({ photoId })).toEqual({ cropPng: Buffer.from('crop').toString('base64'), heatMapPng: null });
  copy.close();
});

test('results that stand are told for a rehearsal; the clinic’s levels are kept, audited and given back', () => {
  const { plain, reader, writer, ada, ben, upload, photo } = opened();
  const run = { version: '1.0.0', sha256: 'ef'.repeat(32), backend: 'WebAssembly', runMs: 50 };
  const assessed = (malignancy: number): Partial<NewPhoto> => ({
    run,
    outcome: {
      kind: 'assessed',
      malignancy,
      level: 'low',
      thresholds: { moderate: 0.1, high: 0.4 },
      looksLike: 'nv',
      diagnoses: [],
    },
  });
  const keep = (patientId: number, more: Partial<NewPhoto>) =>
    plain.addPhoto({ ...by(), photo: photo(patientId, upload(patientId), more) });
  keep(ada.patientId, { ...assessed(0.3), takenAtMs: T0 + HOUR });
  keep(ben.patientId, assessed(0.05));
  keep(ada.patientId, {});
  const wrong = keep(ada.patientId, assessed(0.9));
  plain.retractPhoto({ ...by(), photoId: wrong.photoId, reason: 'Wrong arm' });
  const { version, sha256 } = run;
  expect(reader.photoResults()).toEqual([
    { patientId: ben.patientId, takenAtMs: T0, malignancy: 0.05, version, sha256 },
    { patientId: ada.patientId, takenAtMs: T0 + HOUR, malignancy: 0.3, version, sha256 },
  ]);

  const [standing, levels] = [
    { moderate: 0.1, high: 0.4 },
    { moderate: 0.2, high: 0.5 },
  ];
  expect(reader.skinLevels()).toBeNull();
  plain.saveSkinLevels({ ...by(), levels, standing });
  expect([reader.skinLevels(), writer.riskLevels()]).toEqual([levels, []]);
  plain.saveSkinLevels({ ...by(), levels: null, standing: levels });
  expect(reader.skinLevels()).toBeNull();
  expect(reader.audit({ limit: 2 })).toMatchObject([
    { action: 'model.levels', subject: 'model skin', detail: 'moderate from 0.2, high from 0.5 → as trained' },
    { detail: 'moderate from 0.1, high from 0.4 → moderate from 0.2, high from 0.5' },
  ]);
});
