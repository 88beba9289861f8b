// What a screen hears while readings pour in: few results, and in the end the same as the console knows.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { caller, type DrivenConsole, openDrivenConsole, PASSWORD } from './driven-console.ts';

const READINGS = 400;
const AT_ONCE = 8;
const TOLD_EVERY_MS = 250;

let driven: DrivenConsole;
beforeAll(async () => {
  driven = await openDrivenConsole();
}, 60_000);
afterAll(() => driven.close(), 60_000);

it('a screen that listens ends with the results and values that one that asks is given', async () => {
  const nurse = caller('desktop');
  const first = { userName: 'nora', displayName: 'Nora', password: PASSWORD, clinicName: 'Test clinic', timeZone: 'UTC' };
  await driven.send(nurse, 'setup.firstUser', first);
  const ada = { mrn: '1001', name: 'Ada', birthDate: '1960-05-01', sex: 'female' } as const;
  const { patientId } = await driven.send(nurse, 'patient.add', ada);
  await driven.send(nurse, 'device.add', { deviceId: 'NET-1' });
  const startMs = Date.now();
  const takenAtMs = (index: number): number => startMs - READINGS + index;
  await driven.send(nurse, 'device.bind', { deviceId: 'NET-1', patientId, fromMs: startMs - READINGS });

  const before = driven.events.length;
  for (let index = 0; index < READINGS; index += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, (_, at) => index + at);
    await Promise.all(
      batch.map((at) => driven.reading('NET-1', takenAtMs(at), { spo2: 90 + (at % 10), heartRate: 70 + (at % 30) })),
    );
  }
  const live = await driven.send(nurse, 'patient.live', { patientId });
  const told = () => driven.heard('prediction.changed').filter((prediction) => prediction.patientId === patientId);
  const values = () =>
    driven.heard('values.changed').flatMap((payload) => (payload.patientId === patientId ? payload.values : []));
  const lastTold = () => live.predictions.map(({ model }) => told().findLast((prediction) => prediction.model === model));
  const lastValues = () => live.values.map(({ kind }) => values().findLast((value) => value.kind === kind));

  expect(live.predictions.length).toBeGreaterThan(0);
  await expect.poll(lastTold, { timeout: 20_000 }).toEqual(live.predictions);
  await expect.poll(lastValues, { timeout: 20_000 }).toEqual(live.values);
  const others = driven.events.slice(before).filter(({ name }) => name !== 'prediction.changed').length;
  const turns = 2 + (Date.now() - startMs) / TOLD_EVERY_MS + others;
  expect(told().length).toBeLessThanOrEqual(live.predictions.length * turns);
});
