// Shared by the tests of store, threads and intake: throw-away databases and measurements.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Measurement } from '../../src-main/links/link.ts';
import { type OpenOptions, openReadable, openWritable } from '../../src-main/store/database.ts';
import { storeReader } from '../../src-main/store/reader.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { measurement, T0 } from './measurement.ts';

export { measurement, T0 };
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export const by = (atMs = T0) => ({ actor: 'nurse', atMs });

export const ADA = {
  mrn: '1001',
  name: 'Ada Example',
  birthDate: '1960-05-01',
  sex: 'female',
  location: 'Bed 1',
  note: '',
} as const;
export const BEN = {
  mrn: '1002',
  name: 'Ben Example',
  birthDate: '1950-01-02',
  sex: 'male',
  location: 'Bed 2',
  note: '',
} as const;

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'healthsense-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A database file with its writer and its reader on two connections. */
export function openStore(options: OpenOptions = {}) {
  const path = join(tempDir(), 'healthsense.db');
  const db = openWritable(path, options);
  const readDb = openReadable(path);
  onTestFinished(() => {
    readDb.close();
    db.close();
  });
  const writer = storeWriter(db);
  return {
    path,
    db,
    readDb,
    writer,
    plain: writer.plain,
    reader: storeReader(readDb),
    /** Plans and stores a batch without scoring it, and files what has arrived as the engine does. */
    put(...batch: readonly Measurement[]) {
      const planned = writer.plan(batch);
      writer.store(planned, []);
      if (writer.hasToFile) writer.fileArrivals();
      return planned.map(({ plan }) => plan);
    },
  };
}
