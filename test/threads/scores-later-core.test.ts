// What becomes of a score that follows when something happens in between: a full disk, another wearer, another value, too many.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { engineCore } from '../../src-main/threads/engine-core.ts';
import type { FollowedReading } from '../../src-main/threads/follow-up.ts';
import type { ScoringState } from '../../src-main/threads/scoring.ts';
import { ADA, BEN, by, DAY, measurement, openStore, SECOND, T0, tempDir } from '../store/fixtures.ts';
import { asked, loadRiskModels } from './fake-models.ts';

const PATIENCE = { timeout: 15_000, interval: 10 };
vi.setConfig({ testTimeout: 60_000 });

async function openCore(transport: 'bluetooth' | 'http' = 'http', pendingLimit = 1000) {
  const store = openStore();
  const file = join(tempDir(), 'models.txt');
  const followed: FollowedReading[] = [];
  let state: ScoringState | null = null;
  const core = engineCore(store.writer, await loadRiskModels(`as ${file}`), {
    pendingLimit,
    told: (now, news) => {
      state = now;
      followed.push(...news);
    },
  });
  onTestFinished(() => core.end());
  const ada = await core.writes.addPatient({ ...by(T0 - DAY), patient: ADA });
  await core.writes.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport });
  await core.writes.bind({ ...by(T0 - DAY), deviceId: 'HEALTH01', patientId: ada.patientId });
  const stored = (model: string, patientId = ada.patientId) =>
    store.reader.predictions({ patientId, model, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 1000 });
  return {
    ...store,
    core,
    patientId: ada.patientId,
    stored,
    followed,
    state: () => state,
    models: (say: string | null) => (say === null ? rmSync(file, { force: true }) : writeFileSync(file, say)),
    post: (second: number, values: Readonly<Record<string, number>> = { glucose: 100 + second }) =>
      core.storeBatch([measurement({ takenAtMs: T0 + second * SECOND, values })]),
  };
}

test('a full disk: the scores wait until there is room again, and readings tell of it themselves', async () => {
  const { db, models, post, stored, state } = await openCore();
  models('fail');
  for (let second = 0; second < 30; second++) await post(second);
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
  // What is left of the last pages.
  await expect(
    (async () => {
      for (let second = 1000; ; second++) await post(second);
    })(),
  ).rejects.toMatchObject({ detail: { code: 'disk_full' } });
  const waiting = state()?.pending ?? 0;
  expect(waiting).toBeGreaterThanOrEqual(30);
  models(null);
  // The models answer again, and nothing can be kept of it.
  await expect.poll(() => state()?.problems, PATIENCE).toEqual([]);
  expect(state()?.pending).toBeGreaterThan(0);
  db.pragma('max_page_count = 100000');
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  expect(stored('hypoxia')).toHaveLength(waiting);
  expect(state()?.givenUp).toBe(0);
});

test('another wearer: what turns out to be of somebody else is no score of the one it was asked for', async () => {
  const { core, models, post, stored, followed, state, patientId } = await openCore();
  models('fail');
  for (const second of [1, 60, 61]) await post(second);
  const ben = (await core.writes.addPatient({ ...by(), patient: BEN })).patientId;
  const bind = (to: number) =>
    core.writes.bind({ ...by(T0 + 90 * SECOND), deviceId: 'HEALTH01', patientId: to, fromMs: T0 + 30 * SECOND });
  const probabilities = (of: number) => stored('diabetes', of).map(({ probability }) => probability);
  await bind(ben);
  models(null);
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  // The newest that came to the other is scored as theirs.
  expect([probabilities(patientId), probabilities(ben)]).toEqual([[0.101], [0.161]]);
  expect(followed.flatMap(({ predictions }) => predictions.map((each) => each.patientId)).sort()).toEqual([
    ...Array(3).fill(patientId),
    ...Array(3).fill(ben),
  ]);
});

test.each(['waiting', 'being asked about'])(
  'another wearer of one device: what other devices’ scores hold of it is asked about anew; %s',
  async (when) => {
    const { core, models, post, stored, state, patientId } = await openCore();
    await core.writes.putDevice({ ...by(T0 - DAY), deviceId: 'CUFF', transport: 'http' });
    await core.writes.bind({ ...by(T0 - DAY), deviceId: 'CUFF', patientId });
    const ben = (await core.writes.addPatient({ ...by(), patient: BEN })).patientId;
    const cuff = (second: number) =>
      core.storeBatch([measurement({ deviceId: 'CUFF', takenAtMs: T0 + second * SECOND, values: { systolic: 120 } })]);
    models('fail');
    await post(1);
    await cuff(2);
    await post(60);
    await cuff(61);
    const { writes } = core;
    const bind = () => writes.bind({ ...by(T0 + 90 * SECOND), deviceId: 'HEALTH01', patientId: ben, fromMs: T0 + 30 * SECOND });
    if (when === 'being asked about') {
      const before = asked.length;
      models('hold');
      // The newest first: that of the cuff.
      await expect.poll(() => asked.length, PATIENCE).toBeGreaterThan(before);
    }
    await bind();
    models(null);
    await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
    const scores = stored('diabetes').map(({ scoredAtMs, probability }) => [(scoredAtMs - T0) / SECOND, probability]);
    expect(scores.sort()).toEqual([
      [1, 0.101],
      [2, 0.101],
      [61, 0.101],
    ]);
  },
);

test('another wearer, and back again before the models answer: the other gets nothing', async () => {
  const { core, models, post, stored, state, patientId } = await openCore();
  models('fail');
  for (const second of [1, 60, 61]) await post(second);
  const ben = (await core.writes.addPatient({ ...by(), patient: BEN })).patientId;
  for (const to of [ben, patientId])
    await core.writes.bind({ ...by(T0 + 90 * SECOND), deviceId: 'HEALTH01', patientId: to, fromMs: T0 + 30 * SECOND });
  models(null);
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  expect(stored('diabetes', ben)).toEqual([]);
  expect(stored('diabetes').map(({ probability }) => probability)).toEqual(expect.arrayContaining([0.101, 0.161]));
});

test('another value of the same moment: the score is that of both, however late the earlier one would have come', async () => {
  const { models, post, stored, state, core } = await openCore();
  models('fail');
  await post(1, { glucose: 150 });
  expect((await post(1, { spo2: 91 })).items).toMatchObject([{ status: 'stored', follow: true }]);
  expect(state()?.pending).toBe(1);
  models(null);
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  expect(['diabetes', 'hypoxia'].map((model) => stored(model).map(({ probability }) => probability))).toEqual([[0.15], [0.09]]);
  const again = await core.storeBatch([measurement({ takenAtMs: T0 + SECOND, values: { glucose: 150, spo2: 91 } })]);
  expect(again.items).toMatchObject([{ status: 'duplicate', follow: false, predictions: [0, 1, 2] }]);
});

test('the arrivals are filed in between: history, repeat and receipt find the score', async () => {
  const { models, post, stored, state, writer, core, followed } = await openCore();
  models('fail heart');
  await post(1, { glucose: 150 });
  writer.fileArrivals();
  models(null);
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  expect(['diabetes', 'heart', 'hypoxia'].map((model) => stored(model).length)).toEqual([1, 1, 1]);
  const { predictionId = '' } = followed[0]?.predictions[0] ?? {};
  expect((await core.writes.receipt({ predictionId }))?.prediction).toMatchObject({ predictionId, model: 'heart' });
  expect((await post(1, { glucose: 150 })).items).toMatchObject([{ status: 'duplicate', predictions: [0, 1, 2] }]);
});

test('a continuous device: one score in every stretch in which one is kept, the newest among them', async () => {
  const { models, post, stored, state } = await openCore('bluetooth');
  models('fail');
  for (let second = 0; second <= 60; second++) await post(second, { spo2: 95 });
  expect(state()?.pending).toBeLessThan(8);
  models(null);
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  const seconds = stored('hypoxia').map(({ scoredAtMs }) => (scoredAtMs - T0) / SECOND);
  expect([seconds[0], seconds.at(-1)]).toEqual([0, 60]);
  expect(seconds.length).toBeGreaterThanOrEqual(4);
});

test('too many: the newest get their scores, the others are counted', async () => {
  const { models, post, stored, state } = await openCore('http', 20);
  models('fail');
  for (let second = 0; second < 50; second++) await post(second);
  expect(state()?.pending).toBe(20);
  models(null);
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  // One was being asked about when the others came.
  expect(stored('diabetes').filter(({ scoredAtMs }) => scoredAtMs >= T0 + 31 * SECOND)).toHaveLength(19);
  expect(state()?.givenUp).toBe(30);
});

test('a question on which a model fails every time is given up, and the others get their scores', async () => {
  const { models, post, stored, state } = await openCore();
  models('trip 0.666');
  for (const glucose of [100, 666, 120]) await post(glucose, { glucose });
  let second = 1000;
  await expect
    .poll(
      async () => {
        await post(second++);
        return state()?.givenUp;
      },
      { ...PATIENCE, interval: 100 },
    )
    .toBe(1);
  await expect.poll(() => state()?.pending, PATIENCE).toBe(0);
  const probabilities = stored('diabetes').map(({ probability }) => probability);
  expect(probabilities).toEqual(expect.arrayContaining([0.1, 0.12]));
  expect(probabilities).not.toContain(0.666);
});
