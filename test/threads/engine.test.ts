// The engine across its thread: group commit, recovery from a crash, and errors that keep their code.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Measurement } from '../../src-main/links/link.ts';
import { openWritable } from '../../src-main/store/database.ts';
import { DiskFullError } from '../../src-main/store/errors.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { decodeBatch, decodeOutcomes, encodeBatch, encodeOutcomes } from '../../src-main/threads/batch-codec.ts';
import { Engine, type EngineStatus } from '../../src-main/threads/engine.ts';
import { ADA, by, DAY, measurement, SECOND, T0, tempDir } from '../store/fixtures.ts';
import { modelsModule, startEngine } from './running-engine.ts';

async function start(mode = 'ok', maxPages?: number) {
  const statuses: EngineStatus[] = [];
  const onStatus = (status: EngineStatus) => void statuses.push(status);
  const started = await startEngine({ modelsDir: mode, onStatus, ...(maxPages === undefined ? {} : { maxPages }) });
  return { ...started, statuses };
}

const single = (index: number, over: Partial<Measurement> = {}) =>
  measurement({ takenAtMs: T0 + index * SECOND, values: { glucose: 100 + index }, ...over });

describe('group commit', () => {
  test('gives each of many callers its own outcome, and every reading is stored once', async () => {
    const { engine, query } = await start();
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, index) => engine.store.storeReadings({ batch: [single(index)] })),
    );
    results.forEach(({ outcomes, predictions }, index) => {
      expect(outcomes).toHaveLength(1);
      const diabetes =
        outcomes[0]?.status === 'stored' ? outcomes[0].predictions.find(({ model }) => model === 'diabetes') : undefined;
      expect(diabetes?.probability).toBeCloseTo((100 + index) / 1000, 9);
      expect(predictions.find(({ model }) => model === 'diabetes')?.probability).toBe(diabetes?.probability);
      expect(predictions).toHaveLength(3);
    });
    expect((await query.store.size()).readings).toBe(300);
  });

  test('what is acknowledged can be read at once on the other thread', async () => {
    const { engine, query, patientId } = await start();
    for (let index = 0; index < 20; index++) {
      const { outcomes } = await engine.store.storeReadings({ batch: [single(index)] });
      const rows = await query.store.readings({ patientId, fromMs: T0, toMs: T0 + DAY, limit: 100, after: null });
      expect(outcomes[0]).toMatchObject({ status: 'stored', readingId: rows.at(-1)?.readingId, patientId });
    }
  });

  test('a long batch goes in several transactions and comes back in order', async () => {
    const { engine } = await start();
    const batch = Array.from({ length: 1000 }, (_, index) =>
      single(index % 900, index === 500 ? { values: { glucose: 601 } } : {}),
    );
    batch[950] = single(50, { values: { glucose: 999 } });
    const { outcomes, predictions } = await engine.store.storeReadings({ batch });
    expect(outcomes).toHaveLength(1000);
    expect(outcomes.slice(0, 900).every(({ status }) => status === 'stored')).toBe(true);
    expect(outcomes.slice(900).map(({ status }) => status)).toEqual(
      Array.from({ length: 100 }, (_, index) => (index === 50 ? 'conflict' : 'duplicate')),
    );
    expect(outcomes[950]).toEqual({ status: 'conflict', kind: 'glucose', stored: 150, sent: 999 });
    expect(predictions.find(({ model }) => model === 'diabetes')?.scoredAtMs).toBe(T0 + 899 * SECOND);
  });

  test('an empty batch needs no commit', async () => {
    const { engine } = await start();
    expect(await engine.store.storeReadings({ batch: [] })).toEqual({ outcomes: [], predictions: [] });
  });
});

describe('a crash of the engine', () => {
  test('loses nothing that was asked to be stored and stores nothing twice', async () => {
    const { engine, query, statuses } = await start();
    const asked = Array.from({ length: 200 }, (_, index) => engine.store.storeReadings({ batch: [single(index)] }));
    await engine.kill();
    const results = await Promise.all(asked);
    expect(results.every(({ outcomes }) => outcomes[0]?.status === 'stored' || outcomes[0]?.status === 'duplicate')).toBe(true);
    expect((await query.store.size()).readings).toBe(200);
    expect(statuses.map(({ state }) => state)).toEqual(expect.arrayContaining(['restarting', 'running']));
    expect(engine.status()).toMatchObject({ state: 'running', pending: 0, lagMs: 0 });
  });

  test('tells whoever waits for another change that it is not known to be done', async () => {
    const { engine, query } = await start();
    const asked = engine.store.addPatient({ ...by(), patient: { ...ADA, mrn: 'late' } });
    const killed = engine.kill();
    await expect(asked).rejects.toMatchObject({ detail: { code: 'unavailable' } });
    await killed;
    await engine.store.storeReadings({ batch: [single(1)] });
    expect((await query.store.patients({ includeDischarged: true })).length).toBeGreaterThanOrEqual(1);
  });

  test('of the query worker is not noticed by those who ask', async () => {
    const { query } = await start();
    const asked = Array.from({ length: 20 }, () => query.store.patients({ includeDischarged: false }));
    await query.kill();
    for (const patients of await Promise.all(asked)) expect(patients).toHaveLength(1);
  });
});

describe('a second process', () => {
  test('that changes bindings beside a running engine is noticed before the next reading is scored', async () => {
    const { engine, databasePath, patientId } = await start();
    await engine.store.storeReadings({ batch: [single(0, { values: { glucose: 300 } })] });
    const db = openWritable(databasePath);
    const { plain } = storeWriter(db);
    const ben = plain.addPatient({ ...by(), patient: { ...ADA, mrn: '1002' } });
    // From the beginning on: the reading that is stored already becomes Ben's.
    plain.bind({ ...by(), deviceId: 'HEALTH01', patientId: ben.patientId, fromMs: T0 });
    plain.putDevice({ ...by(), deviceId: 'CUFF', transport: 'http' });
    plain.bind({ ...by(), deviceId: 'CUFF', patientId, fromMs: T0 });
    db.close();
    const batch = [single(2, { values: { spo2: 97 } }), single(2, { deviceId: 'CUFF', values: { systolic: 120 } })];
    const { outcomes } = await engine.store.storeReadings({ batch });
    const diabetes = outcomes.map((outcome) =>
      outcome.status === 'stored' ? outcome.predictions.find(({ model }) => model === 'diabetes') : null,
    );
    expect(outcomes).toMatchObject([{ patientId: ben.patientId }, { patientId }]);
    expect(diabetes).toMatchObject([{ probability: 0.3 }, { level: 'abstained' }]);
  });
});

describe('reports', () => {
  test('are made in the query worker from stored data', async () => {
    const { engine, query, patientId } = await start();
    await engine.store.storeReadings({ batch: [single(0), single(1)] });
    const ask = { patientId, fromMs: T0 - DAY, toMs: T0 + DAY, modelInfo: [], generatedAtMs: T0, generatedBy: 'Nina' };
    const file = await query.report({ ...ask, format: 'csv' });
    expect(file.fileName).toMatch(/^healthsense-1001-.*[.]csv$/);
    const text = new TextDecoder().decode(file.bytes);
    expect(text.split('\n').filter((line) => line.includes('HEALTH01')).length).toBeGreaterThanOrEqual(2);
    await expect(query.report({ ...ask, patientId: 99, format: 'csv' })).rejects.toMatchObject({ detail: { code: 'not_found' } });
  });
});

describe('errors', () => {
  test('keep their code and field across the thread', async () => {
    const { engine } = await start();
    await expect(engine.store.addPatient({ ...by(), patient: ADA })).rejects.toMatchObject({
      name: 'ConsoleError',
      detail: { code: 'already_exists', field: 'mrn', value: '1001' },
    });
  });

  test('a full disk is a DiskFullError, and everything before it is whole', async () => {
    const { engine, query } = await start('ok', 90);
    let acknowledged = 0;
    const failure = await (async () => {
      for (let index = 0; ; index += 50) {
        const batch = Array.from({ length: 50 }, (_, offset) => single(index + offset));
        try {
          acknowledged += (await engine.store.storeReadings({ batch })).outcomes.length;
        } catch (error) {
          return error;
        }
      }
    })();
    expect(failure).toBeInstanceOf(DiskFullError);
    expect(acknowledged).toBeGreaterThan(0);
    expect((await query.store.size()).readings).toBe(acknowledged);
    expect(engine.status()).toMatchObject({ state: 'running', pending: 0 });
    expect((await engine.store.storeReadings({ batch: [single(0)] })).outcomes).toMatchObject([{ status: 'duplicate' }]);
  });

  test('a database that cannot be opened keeps the engine from starting and says why', async () => {
    const engine = new Engine({ databasePath: join(tempDir(), 'no', 'such', 'folder.db'), modelsModule, modelsDir: 'ok' });
    await expect(engine.start()).rejects.toThrow(/directory does not exist/);
  });

  test('models that cannot be loaded or fail are a problem of the status, not of storing', async () => {
    const missing = await start('missing');
    expect(missing.engine.status().problems).toEqual(['The risk models could not be loaded: no such file']);
    expect((await missing.engine.store.storeReadings({ batch: [single(0)] })).outcomes).toMatchObject([
      { status: 'stored', predictions: [] },
    ]);
    const failing = await start('failing');
    await failing.engine.store.storeReadings({ batch: [single(0)] });
    expect(failing.statuses.at(-1)?.problems).toEqual(['The risk models failed: out of order']);
  });

  test('after stop everything is refused', async () => {
    const { engine, statuses } = await start();
    const last = engine.store.storeReadings({ batch: [single(0)] });
    await engine.stop();
    expect(statuses.every(({ state }) => state === 'running')).toBe(true);
    expect((await last).outcomes).toMatchObject([{ status: 'stored' }]);
    await expect(engine.store.storeReadings({ batch: [single(1)] })).rejects.toMatchObject({ detail: { code: 'unavailable' } });
  });
});

describe('the batch codec', () => {
  test('gives back measurements as they were', () => {
    const batch = [
      measurement({ values: { heartRate: 72, temperature: 36.65 }, specials: { spo2: '+INF', glucose: 'LO' }, quality: 4095 }),
      measurement({ deviceId: 'AA:BB:CC', origin: 'backfill', sequence: 65_535, values: {}, specials: { heartRate: 'NaN' } }),
    ];
    expect(decodeBatch(encodeBatch(batch))).toEqual(batch);
  });

  test('gives back outcomes as they were', () => {
    const prediction = {
      predictionId: 'p1',
      patientId: 7,
      model: 'heart',
      version: '1.0.0',
      scoredAtMs: T0,
      probability: null,
      level: 'abstained',
      missing: ['chestPainType', 'thal'],
    } as const;
    const outcome = {
      items: [
        { status: 'stored', sourceId: 3, patientId: 7, predictions: [0], follow: true },
        { status: 'conflict', kind: 'spo2', stored: Number.NaN, sent: 97 },
        { status: 'duplicate', sourceId: 3, patientId: null, predictions: [], follow: false },
      ],
      predictions: [{ anchor: 0, prediction }],
    } as const;
    expect(decodeOutcomes(encodeOutcomes(outcome))).toEqual(outcome);
  });
});
