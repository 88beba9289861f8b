// The models' thread dies in the middle of a run: what the ward notices of it, from the reading that comes in to the alarms that go out.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MINUTE, measurement, SECOND, T0 } from '../store/fixtures.ts';
import { openOf, openWard } from './ward-bench.ts';

test('killed in mid-run it is started again, the batch is run once more, and threshold alarms do not wait for it', async () => {
  const { engine, query, alarms, intake, clock, told, states, patientId, file } = await openWard((runs) => `dies ${runs}`);
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
  expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual([`${T0}`, `${T0}`, `${T0 + SECOND}`]);
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
