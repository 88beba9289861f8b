// Models that fail for long: what the ward notices of it, from the alarm that predictions are behind to its end and theirs.
import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { measurement, SECOND, T0 } from '../store/fixtures.ts';
import { openOf, openWard } from './ward-bench.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

test('an alarm tells that predictions are behind, threshold alarms do not wait, and both predictions and the end of the alarm follow', async () => {
  const { engine, query, alarms, intake, clock, told, predictions, late, patientId, file } = await openWard(
    (name) => `as ${name}`,
  );
  writeFileSync(file, 'fail');
  const post = (second: number, values: { glucose?: number; spo2?: number }) =>
    intake.accept([measurement({ takenAtMs: T0 + second * SECOND, receivedAtMs: Date.now() - 60_000, values })]);
  expect(await post(0, { glucose: 150 })).toMatchObject([{ status: 'stored', predictions: [], predictionsFollow: true }]);
  expect(await post(1, { spo2: 80 })).toMatchObject([{ alerts: [{ rule: 'spo2-very-low' }], predictionsFollow: true }]);
  // What was received a minute ago is known to be that old when the engine has been started anew.
  await engine.kill();
  await expect.poll(() => openOf(alarms), PATIENCE).toContain('predictions-behind active');
  expect(openOf(alarms)).toContain('spo2-very-low active');
  expect(engine.status()).toMatchObject({ state: 'running', predictionsPending: 2 });
  expect(predictions).toEqual([]);

  rmSync(file);
  await expect.poll(() => openOf(alarms), PATIENCE).not.toContain('predictions-behind active');
  clock.mono += 10 * SECOND;
  alarms.tick();
  expect(told.filter((line) => line.startsWith('predictions-behind'))).toEqual([
    'predictions-behind active',
    'predictions-behind latched',
    'predictions-behind cleared',
  ]);
  await expect.poll(() => engine.status().predictionsPending, PATIENCE).toBe(0);
  expect(new Set(predictions.map(({ model }) => model))).toEqual(new Set(['diabetes', 'heart', 'hypoxia']));
  for (const prediction of predictions) expect(prediction).toMatchObject({ patientId, scoredAtMs: T0 + SECOND });
  const ask = { patientId, model: 'diabetes', fromMs: T0, toMs: T0 + SECOND + 1, limit: 10 };
  expect((await query.store.predictions(ask)).map(({ probability }) => probability)).toEqual([0.15, 0.15]);
  const again = await post(0, { glucose: 150 });
  expect(again).toMatchObject([{ status: 'duplicate', predictions: [{}, {}, {}] }]);
  // A device that listens is told of each of its readings, by the id that it was answered with.
  const [first] = again;
  const itsLate = late.filter((one) => first !== undefined && 'readingId' in first && one.readingId === first.readingId);
  expect(itsLate.flatMap((one) => one.predictions.map(({ model }) => model)).sort()).toEqual(['diabetes', 'heart', 'hypoxia']);
}, 90_000);
