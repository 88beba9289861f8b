// An engine in its own thread with the models that tests hold in their hand, a query beside it, and Ada who wears a device.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Engine, type EngineOptions } from '../../src-main/threads/engine.ts';
import { Query } from '../../src-main/threads/query.ts';
import { ADA, by, DAY, T0, tempDir } from '../store/fixtures.ts';

export const modelsModule = new URL('./fake-models.ts', import.meta.url).href;

/** `modelsDir`: the mode of the fake models. Stopped when the test ends. */
export async function startEngine({
  folder = tempDir(),
  ...options
}: Omit<EngineOptions, 'databasePath' | 'modelsModule'> & { readonly folder?: string }) {
  const databasePath = join(folder, 'healthsense.db');
  const engine = new Engine({ databasePath, modelsModule, ...options });
  await engine.start();
  const query = new Query({ databasePath });
  await query.start();
  onTestFinished(async () => {
    await query.stop();
    await engine.stop();
  });
  const { patientId } = await engine.store.addPatient({ ...by(T0 - DAY), patient: ADA });
  await engine.store.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport: 'http' });
  await engine.store.bind({ ...by(T0 - DAY), deviceId: 'HEALTH01', patientId });
  return { engine, query, patientId, databasePath };
}
