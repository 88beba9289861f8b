// A database filled by the first version (version-1/database.sql, with what that version answered in answers.json) is migrated and asked
// again: everything it knew is there, row by row, and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Series } from '../../src-main/contract/models.ts';
import { csvLines } from '../../src-main/reports/csv.ts';
import { auditReads } from '../../src-main/store/audit.ts';
import { checkDatabase } from '../../src-main/store/check.ts';
import { openReadable, openWritable } from '../../src-main/store/database.ts';
import { predictionReads } from '../../src-main/store/predictions.ts';
import { storeReader } from '../../src-main/store/reader.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import { DAY, HOUR, measurement, T0, tempDir } from './fixtures.ts';

const MODELS = ['diabetes', 'heart', 'hypoxia'] as const;
const WHOLE = { fromMs: T0 - DAY, toMs: T0 + DAY };
const PATIENTS = [1, 2, 3];

/** Any of what was answered; a number that was not one is null in JSON. */
type Answers = { readonly [question: string]: unknown };

function unpacked(name: string): string {
  return gunzipSync(readFileSync(join(import.meta.dirname, 'version-1', name))).toString();
}

function migrated() {
  const path = join(tempDir(), 'healthsense.db');
  const first = new Database(path);
  first.exec(unpacked('database.sql.gz'));
  expect(first.pragma('user_version', { simple: true })).toBe(1);
  first.close();
  const db = openWritable(path);
  const readDb = openReadable(path);
  onTestFinished(() => {
    readDb.close();
    db.close();
  });
  return { path, db, readDb, reader: storeReader(readDb) };
}

function answersOf({ readDb, reader }: Pick<ReturnType<typeof migrated>, 'readDb' | 'reader'>): Answers {
  const { scoredById } = predictionReads(readDb);
  const ofPatient = (patientId: number): Answers => {
    const ask = { patientId, ...WHOLE };
    const predictions = MODELS.flatMap((model) => reader.predictions({ ...ask, model, limit: 5000 }));
    return {
      readings: reader.readings({ ...ask, limit: 10_000, after: null }),
      latest: reader.latest({ patientId, sinceMs: WHOLE.fromMs }),
      statistics: reader.statistics(ask),
      history: reader.history({ ...ask, kinds: VITAL_KINDS, maxPoints: 10_000 }),
      coarse: reader.history({ ...ask, kinds: VITAL_KINDS, maxPoints: 10 }),
      observations: reader.observations({ patientId }),
      predictions,
      latestPredictions: reader.latestPredictions({ patientId }),
      inputs: predictions.map(({ predictionId }) => {
        const scored = scoredById(predictionId)?.scored;
        const ages = [...(scored?.takenAtMs ?? [])].map((ms) => (Number.isNaN(ms) ? -1 : ((scored?.atMs ?? 0) - ms) / 1000));
        return [predictionId, [...(scored?.features ?? [])], ages, [...(scored?.sources ?? [])]];
      }),
      alarms: reader.alarms({ which: 'all', patientId, limit: 100 }),
      csv: [...csvLines(reader, ask)].join(''),
    };
  };
  return {
    settings: reader.settings(),
    patients: reader.patients({ includeDischarged: true }),
    devices: reader.devices(),
    bindings: reader.bindings({ openOnly: false }),
    users: reader.users(),
    nora: reader.userByName({ userName: 'NORA' }),
    session: reader.userBySession({ tokenHash: 'c'.repeat(64), nowMs: T0 }),
    token: reader.deviceByToken({ tokenHash: 'a'.repeat(64) }),
    alarms: reader.alarms({ which: 'all', limit: 100 }),
    open: reader.alarms({ which: 'open', limit: 100 }),
    thresholds: reader.thresholds(),
    audit: reader.audit({ limit: 1000 }),
    readings: reader.size().readings,
    ofPatient: Object.fromEntries(PATIENTS.map((patientId) => [patientId, ofPatient(patientId)])),
  };
}

/** As JSON, and without what the first version did not know. Of a coarse chart what does not hang on where its points are cut. */
function comparable(answers: Answers): unknown {
  const since: ReadonlySet<string> = new Set(['boundAtMs', 'tokenUsedAtMs', 'tokenUsedFrom', 'cgmOctetOrder']);
  return JSON.parse(
    JSON.stringify(answers, (key, value: unknown) => {
      if (since.has(key)) return undefined;
      return key === 'coarse' ? (value as readonly Series[]).map(wholeOf) : value;
    }),
  );
}

function wholeOf({ kind, count, resolution, min, max }: Series): unknown {
  return { kind, count, resolution, min: Math.min(...min.map(Number)), max: Math.max(...max.map(Number)) };
}

test('everything the first version knew is answered as it was: readings, bindings, scores with their inputs, entries, alarms, audit, CSV', () => {
  const store = migrated();
  expect(comparable(answersOf(store))).toEqual(comparable(JSON.parse(unpacked('answers.json.gz'))));
  expect(store.reader.bindings({ openOnly: false }).every(({ boundAtMs, fromMs }) => boundAtMs === fromMs)).toBe(true);
});

test('the migrated file is sound, its audit is whole, and a copy of before lies beside it', () => {
  const { path, readDb } = migrated();
  expect(auditReads(readDb).firstBrokenAuditId()).toBeNull();
  expect(checkDatabase(path, () => undefined)).toMatchObject({ problem: null, patients: 3 });
  const before = new Database(`${path}.v1.backup`, { readonly: true });
  expect(before.pragma('user_version', { simple: true })).toBe(1);
  expect(before.prepare('SELECT count(*) FROM reading').pluck().get()).toBe(
    readDb.prepare('SELECT count(*) FROM reading').pluck().get(),
  );
  before.close();
});

test('what a device of before sends again is known, and what is new finds its place', () => {
  const { db, reader } = migrated();
  const writer = storeWriter(db);
  const [known] = reader.readings({ patientId: 1, ...WHOLE, limit: 1, after: null });
  if (known === undefined) throw new Error('the first patient has no readings');
  const { deviceId, takenAtMs, sequence, values, quality } = known;
  const again = measurement({ deviceId, takenAtMs, sequence, values, quality });
  const fresh = measurement({ deviceId: 'CGM', takenAtMs: T0 + 3 * HOUR, values: { glucose: 123 } });
  const planned = writer.plan([again, fresh]);
  expect(planned.map(({ plan, patientId }) => [plan.action, patientId])).toEqual([
    ['duplicate', 1],
    ['insert', 1],
  ]);
  writer.store(planned, []);
  expect(reader.readings({ patientId: 1, ...WHOLE, limit: 10_000, after: null }).at(-1)).toMatchObject({
    values: { glucose: 123 },
  });
});
