// Predictions that are behind: a technical alarm while they are, cleared by itself; threshold alarms go on all the while.
import { expect, it } from 'vitest';
import { StatusDesk } from '../../src-main/handlers/status.ts';
import type { EngineStatus } from '../../src-main/threads/engine.ts';
import { bench } from '../alarms/bench.ts';

it('are an alarm after half a minute, which ends when they have caught up', () => {
  const { alarms, hear, run, told, open } = bench();
  const well: EngineStatus = {
    state: 'running',
    lagMs: 0,
    pending: 0,
    predictionsPending: 0,
    predictionsLagMs: 0,
    predictionsGivenUp: 0,
    problems: [],
  };
  let engine = well;
  const desk = new StatusDesk({
    reads: {} as never,
    engine: () => engine,
    bluetooth: () => ({ state: 'ready', radio: '', detail: '' }),
    alarms,
    dataDir: '',
    now: Date.now,
    log: { error: () => undefined, warn: () => undefined },
  });
  const of = () => open().filter((each) => each.startsWith('predictions-behind'));
  engine = { ...well, predictionsPending: 12, predictionsLagMs: 29_000 };
  desk.engineChanged();
  expect(of()).toEqual([]);
  engine = { ...well, predictionsPending: 12, predictionsLagMs: 30_000, predictionsGivenUp: 3 };
  desk.engineChanged();
  desk.engineChanged();
  expect(told.filter(({ rule }) => rule === 'predictions-behind')).toMatchObject([
    { category: 'technical', priority: 'medium', message: 'Risk predictions are behind', patientId: null },
  ]);
  expect(desk.status()).toMatchObject({ predictionsPending: 12, predictionsLagMs: 30_000, predictionsGivenUp: 3 });
  // The alarm says what raised it; the console how it is now.
  engine = { ...well, predictionsPending: 7124, predictionsLagMs: 200_000, pending: 1, lagMs: 31_400 };
  desk.engineChanged();
  expect(desk.status().problems).toEqual([
    'Risk predictions are behind: 7,124 readings wait for their risk results, the oldest for 3 min. They are stored and limits are checked as ever. Until the results follow, go by the values.',
    'Storing has fallen behind: 1 reading waits to be stored, the oldest for 31 s: the disk is slow or this computer is busy. Devices wait for their answers, so look at the age of each value. Close other programs here.',
  ]);
  for (let times = 0; times < 3; times += 1) hear({ spo2: 80 });
  expect(told.some(({ category }) => category === 'physiological')).toBe(true);
  engine = well;
  desk.engineChanged();
  run(6);
  expect(of()).toEqual([]);
});
