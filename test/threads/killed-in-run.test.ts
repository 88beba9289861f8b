// The models' thread dies in the middle of a run: what the ward notices of it, from the reading that comes in to the alarms that go out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Alarms } from '../../src-main/alarms/alarms.ts';
import { defaultRules } from '../../src-main/alarms/rules.ts';
import { StatusDesk } from '../../src-main/handlers/status.ts';
import { Intake } from '../../src-main/intake/intake.ts';
import { Engine } from '../../src-main/threads/engine.ts';
import { Query } from '../../src-main/threads/query.ts';
import { ADA, by, DAY, MINUTE, measurement, SECOND, T0, tempDir } from '../store/fixtures.ts';

/** Engine, intake, alarms and the desk that watches the engine, put together as the console does it. */
async function open() {
  const folder = tempDir();
  const databasePath = join(folder, 'healthsense.db');
  const runs = join(folder, 'runs.txt');
  const states: string[] = [];
  let statusChanged = (): void => undefined;
  const engine = new Engine({
    databasePath,
    modelsModule: new URL('./fake-models.ts', import.meta.url).href,
    modelsDir: `dies ${runs}`,
    onStatus: ({ state }) => {
      states.push(state);
      statusChanged();
    },
  });
  await engine.start();
  const query = new Query({ databasePath });
  await query.start();
  const clock = { mono: 0 };
  const told: string[] = [];
  const alarms = new Alarms({
    now: () => T0,
    monotonicNow: () => clock.mono,
    rules: defaultRules([]),
    units: () => ({ glucoseUnit: 'mg/dL', temperatureUnit: 'Cel' }),
    lostSignalAfterSeconds: 60,
    persist: async () => undefined,
    onChange: ({ rule, state }) => told.push(`${rule} ${state}`),
    onAudioPause: () => undefined,
  });
  const desk = new StatusDesk({
    reads: query.store,
    alarms,
    dataDir: folder,
    now: () => T0,
    engine: () => engine.status(),
    bluetooth: () => ({ state: 'unavailable', radio: '', detail: '' }),
  });
  statusChanged = () => desk.engineChanged();
  const intake = new Intake({
    store: engine.store,
    now: () => T0,
    patient: () => ({ name: ADA.name, mrn: ADA.mrn }),
    onValidated: (patientId, each) => alarms.onMeasurement(patientId, each),
    onValues: () => undefined,
    onPrediction: () => undefined,
    onDevice: () => undefined,
    onStoring: (problem) => desk.storing(problem),
  });
  onTestFinished(async () => {
    intake.close();
    await query.stop();
    await engine.stop();
  });
  const { patientId } = await engine.store.addPatient({ ...by(T0 - DAY), patient: ADA });
  await engine.store.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport: 'http' });
  await engine.store.bind({ ...by(T0 - DAY), deviceId: 'HEALTH01', patientId });
  await intake.load(query.store);
  return { engine, query, alarms, intake, clock, told, states, patientId, runs };
}

const openOf = (alarms: Alarms) => alarms.open().map(({ rule, state }) => `${rule} ${state}`);

test('killed in mid-run it is started again, the batch is run once more, and threshold alarms do not wait for it', async () => {
  const { engine, query, alarms, intake, clock, told, states, patientId, runs } = await open();
  const first = intake.accept([measurement({ values: { glucose: 150, heartRate: 140 } })]);
  expect(openOf(alarms)).toEqual(['heart-rate-very-high active']);

  await expect.poll(() => states, { timeout: 15_000 }).toContain('restarting');
  // Nobody can store now, and still every reading is judged.
  const second = intake.accept([measurement({ takenAtMs: T0 + SECOND, values: { spo2: 80 } })]);
  expect(openOf(alarms)).toEqual(expect.arrayContaining(['spo2-very-low active', 'engine-down active']));

  expect([...(await first), ...(await second)]).toMatchObject([
    {
      status: 'stored',
      predictions: expect.arrayContaining([expect.objectContaining({ model: 'diabetes', probability: 0.15 })]),
    },
    { status: 'stored', predictions: expect.arrayContaining([expect.objectContaining({ model: 'hypoxia', probability: 0.2 })]) },
  ]);
  expect(engine.status()).toMatchObject({ state: 'running', pending: 0 });
  expect(readFileSync(runs, 'utf8').trim().split('\n')).toEqual([`${T0}`, `${T0}`, `${T0 + SECOND}`]);
  const period = { patientId, fromMs: T0 - MINUTE, toMs: T0 + MINUTE };
  expect(await query.store.predictions({ ...period, model: 'diabetes', limit: 10 })).toHaveLength(2);
  expect((await query.store.size()).readings).toBe(2);

  clock.mono += 10 * SECOND;
  alarms.tick();
  expect(told.filter((line) => line.startsWith('engine-down'))).toEqual([
    'engine-down active',
    'engine-down latched',
    'engine-down cleared',
  ]);
  expect(openOf(alarms)).toEqual(['heart-rate-very-high active', 'spo2-very-low active']);
});
