// The parts of a console that deal with the engine, put together as it does: a test holds the models in its hand.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Alarms } from '../../src-main/alarms/alarms.ts';
import { defaultRules } from '../../src-main/alarms/rules.ts';
import type { Prediction } from '../../src-main/contract/models.ts';
import { StatusDesk } from '../../src-main/handlers/status.ts';
import { Intake } from '../../src-main/intake/intake.ts';
import type { LatePredictions } from '../../src-main/links/link.ts';
import { ADA, T0, tempDir } from '../store/fixtures.ts';
import { startEngine } from './running-engine.ts';

/** `mode`: of the fake models, given the name of a file. */
export async function openWard(mode: (file: string) => string) {
  const folder = tempDir();
  const file = join(folder, 'models.txt');
  const states: string[] = [];
  const predictions: Prediction[] = [];
  const late: LatePredictions[] = [];
  let followed: Intake['followed'] = () => undefined;
  let statusChanged = (): void => undefined;
  const { engine, query, patientId } = await startEngine({
    folder,
    modelsDir: mode(file),
    scoresMissed: true,
    onFollowed: (heard, predictions) => followed(heard, predictions),
    onStatus: ({ state }) => {
      states.push(state);
      statusChanged();
    },
  });
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
    log: { error: () => undefined, warn: () => undefined },
  });
  statusChanged = () => desk.engineChanged();
  const intake = new Intake({
    store: engine.store,
    now: () => T0,
    patient: () => ({ name: ADA.name, mrn: ADA.mrn }),
    onValidated: (patientId, each) => alarms.onMeasurement(patientId, each),
    onValues: () => undefined,
    onPrediction: (prediction) => predictions.push(prediction),
    onLate: (each) => late.push(each),
    onDevice: () => undefined,
    onStoring: (problem) => desk.storing(problem),
  });
  followed = (heard, found) => intake.followed(heard, found);
  onTestFinished(() => intake.close());
  await intake.load(query.store);
  return { engine, query, alarms, intake, clock, told, states, patientId, predictions, late, file };
}

export const openOf = (alarms: Alarms) => alarms.open().map(({ rule, state }) => `${rule} ${state}`);
