// Models that are slow, fail or hang: readings are answered without waiting for them, and their predictions follow.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../src-main/contract/models.ts';
import type { Measurement } from '../../src-main/links/link.ts';
import type { EngineStatus } from '../../src-main/threads/engine.ts';
import type { ReadingHeard } from '../../src-main/threads/pending-scores.ts';
import { by, DAY, HOUR, measurement, SECOND, T0, tempDir } from '../store/fixtures.ts';
import { startEngine } from './running-engine.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

async function start(mode: 'as' | 'hangs' | 'hangs-for-good' = 'as', options: { hungAfterSeconds?: number } = {}) {
  const folder = tempDir();
  const file = join(folder, 'models.txt');
  const followed: { heard: ReadingHeard | null; predictions: readonly Prediction[] }[] = [];
  const statuses: EngineStatus[] = [];
  const { engine, query, patientId } = await startEngine({
    folder,
    modelsDir: `${mode} ${file}`,
    scoresMissed: true,
    onStatus: (status) => statuses.push(status),
    onFollowed: (heard, predictions) => followed.push({ heard, predictions }),
    ...options,
  });
  const period = { patientId, fromMs: T0 - DAY, toMs: T0 + DAY };
  let next = 0;
  return {
    engine,
    query,
    followed,
    statuses,
    patientId,
    /** Null: as they should be. */
    models: (say: string | null) => (say === null ? rmSync(file, { force: true }) : writeFileSync(file, say)),
    stored: (model: string) => query.store.predictions({ ...period, model, limit: 1000 }),
    async post(reading: Measurement = single(next++)) {
      const [outcome] = (await engine.store.storeReadings({ batch: [reading] })).outcomes;
      if (outcome === undefined || outcome.status === 'conflict') throw new Error('not stored');
      const { status, predictions, predictionsFollow } = outcome;
      return { status, models: predictions.map(({ model }) => model), predictionsFollow, reading };
    },
  };
}

const single = (index: number, over: Partial<Measurement> = {}) =>
  measurement({ takenAtMs: T0 + index * SECOND, receivedAtMs: Date.now(), values: { glucose: 100 + index }, ...over });
const ALL = ['diabetes', 'heart', 'hypoxia'];

describe('models that are slow', { timeout: 90_000 }, () => {
  test('are not waited for: every reading is answered at once, its prediction follows, and a repeat finds it', async () => {
    const { engine, models, post, stored, followed } = await start();
    expect(await post()).toMatchObject({ models: ALL, predictionsFollow: false });
    models('slow 150');
    const readings: Measurement[] = [];
    // A slow run alone is no reason; several are.
    while (!(await post().then(({ reading, predictionsFollow }) => readings.push(reading) > 0 && predictionsFollow))) {
      expect(readings.length).toBeLessThan(10);
    }
    // From here on no run ends, and still everything is answered.
    models('hold');
    const answers = await Promise.all(Array.from({ length: 60 }, () => post()));
    expect(answers.every(({ status, predictionsFollow }) => status === 'stored' && predictionsFollow)).toBe(true);
    expect(answers.flatMap(({ models: given }) => given)).toEqual([]);
    readings.push(...answers.map(({ reading }) => reading));
    const [first] = answers;
    expect(await post(first?.reading)).toMatchObject({ status: 'duplicate', models: [], predictionsFollow: true });
    await expect.poll(() => engine.status().predictionsPending, PATIENCE).toBeGreaterThanOrEqual(60);
    const { predictionsLagMs } = engine.status();
    await expect.poll(() => engine.status().predictionsLagMs, PATIENCE).toBeGreaterThan(predictionsLagMs);

    models(null);
    await expect.poll(() => engine.status(), PATIENCE).toMatchObject({ predictionsPending: 0, predictionsLagMs: 0 });
    for (const model of ALL) expect((await stored(model)).length).toBe(readings.length + 1);
    expect((await stored('diabetes')).map(({ probability }) => probability)).toEqual(
      Array.from({ length: readings.length + 1 }, (_, index) => (100 + index) / 1000),
    );
    expect(await post(first?.reading)).toMatchObject({ status: 'duplicate', models: ALL, predictionsFollow: false });
    const told = followed.find(({ heard }) => heard?.takenAtMs === first?.reading.takenAtMs);
    expect(told?.predictions.map(({ model }) => model)).toEqual(ALL);
    const predictionId = told?.predictions[0]?.predictionId ?? '';
    expect((await engine.store.receipt({ predictionId }))?.prediction).toEqual(told?.predictions[0]);
    // Quick again: they are asked before the commit as before.
    await expect.poll(async () => (await post()).predictionsFollow, PATIENCE).toBe(false);
  });

  test('make an entry by hand wait no more than a reading', async () => {
    const { engine, models, post, patientId, followed } = await start();
    models('slow 150');
    while (!(await post()).predictionsFollow);
    models('hold');
    const entry = { kind: 'cholesterolMgDl', value: 600, enteredValue: '600', enteredUnit: 'mg/dL', override: false } as const;
    const ask = { ...by(T0 + HOUR), patientId, takenAtMs: T0 + HOUR, note: '', entries: [entry] };
    expect(await engine.store.addObservations(ask)).toMatchObject({ observations: [{ value: 600 }], predictions: [] });
    models(null);
    const byHand = () => followed.find(({ heard }) => heard === null)?.predictions ?? [];
    await expect.poll(byHand, PATIENCE).toMatchObject([{}, { model: 'heart', probability: 0.6, scoredAtMs: T0 + HOUR }, {}]);
  });
});

describe('models that fail', { timeout: 90_000 }, () => {
  test('are tried again, and every single post gets its prediction', async () => {
    const { engine, models, post, stored } = await start();
    models('fail');
    for (let count = 0; count < 40; count++) {
      expect(await post()).toMatchObject({ status: 'stored', models: [], predictionsFollow: true });
    }
    expect(engine.status().problems).toEqual(['The risk models failed: out of order']);
    models(null);
    await expect.poll(() => engine.status().predictionsPending, PATIENCE).toBe(0);
    for (const model of ALL) expect((await stored(model)).length).toBe(40);
    expect(engine.status()).toMatchObject({ problems: [], predictionsGivenUp: 0 });
    expect(await post()).toMatchObject({ models: ALL, predictionsFollow: false });
  });

  test('alone do not keep the others from answering, and theirs joins what is stored', async () => {
    const { engine, models, post, stored, followed } = await start();
    models('fail heart');
    const answers = [await post(), await post(), await post()];
    for (const answer of answers) expect(answer).toMatchObject({ models: ['diabetes', 'hypoxia'], predictionsFollow: true });
    expect((await stored('heart')).length).toBe(0);
    expect(engine.status().problems).toEqual(['heart: out of order']);
    models(null);
    await expect.poll(() => engine.status().predictionsPending, PATIENCE).toBe(0);
    for (const { reading } of answers) expect(await post(reading)).toMatchObject({ models: ALL, predictionsFollow: false });
    expect(followed.flatMap(({ predictions }) => predictions.map(({ model }) => model))).toEqual(['heart', 'heart', 'heart']);
  });

  test('while the engine is killed: the next one scores what was not scored', async () => {
    const { engine, models, post, stored, statuses } = await start();
    models('fail');
    const { reading } = await post();
    for (let count = 0; count < 20; count++) await post();
    await engine.kill();
    await expect.poll(() => statuses.map(({ state }) => state), PATIENCE).toContain('restarting');
    models(null);
    await expect.poll(async () => (await stored('hypoxia')).length, PATIENCE).toBe(21);
    await expect.poll(() => engine.status().predictionsPending, PATIENCE).toBe(0);
    expect(await post(reading)).toMatchObject({ status: 'duplicate', models: ALL, predictionsFollow: false });
    expect((await stored('diabetes')).map(({ probability }) => probability)[0]).toBe(0.1);
  });
});

test('a run that does not come back is given up with its thread: the reading is stored by the next, and scored later', async () => {
  const { engine, query, post, stored, statuses } = await start('hangs', { hungAfterSeconds: 2 });
  const first = await post();
  expect(first).toMatchObject({ status: 'stored', models: [], predictionsFollow: true });
  expect(await post()).toMatchObject({ status: 'stored' });
  const named = statuses.flatMap(({ problems }) => problems);
  expect(named.some((problem) => problem.startsWith('The risk models did not come to an end'))).toBe(true);
  await expect.poll(async () => (await stored('diabetes')).length, PATIENCE).toBe(2);
  await expect.poll(() => engine.status(), PATIENCE).toMatchObject({ predictionsPending: 0, problems: [] });
  expect(await post(first.reading)).toMatchObject({ status: 'duplicate', models: ALL });
  expect((await query.store.size()).readings).toBe(2);
}, 90_000);

test('models that hang as soon as they are loaded again are left out: readings are stored, and the reason is said', async () => {
  const { engine, query, post } = await start('hangs-for-good', { hungAfterSeconds: 2 });
  expect(await post()).toMatchObject({ status: 'stored', models: [], predictionsFollow: false });
  expect(engine.status()).toMatchObject({ state: 'running', predictionsPending: 0 });
  expect(engine.status().problems.join()).toContain('Restart HealthSense');
  expect(await post()).toMatchObject({ status: 'stored' });
  expect((await query.store.size()).readings).toBe(2);
}, 90_000);
