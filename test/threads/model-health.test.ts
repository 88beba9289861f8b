// When the models are asked before the commit, when afterwards, and when a model that failed is tried again.
import { expect, test } from 'vitest';
import { ModelHealth } from '../../src-main/threads/model-health.ts';

const IN_USE = ['diabetes', 'heart', 'hypoxia'] as const;
const GOOD = { questions: 1, asked: IN_USE, failed: [], problems: [], tookMs: 2, waiting: 0 } as const;
const SLOW = { ...GOOD, tookMs: 400 };

test('one slow run is forgiven; several in a row are not, until a quick one with little waiting', () => {
  const health = new ModelHealth(IN_USE, 64);
  for (const run of [SLOW, SLOW, GOOD, SLOW, SLOW]) health.ran(run, 0);
  expect(health.forBatch()).toEqual(IN_USE);
  health.ran(SLOW, 1000);
  expect(health.forBatch()).toEqual([]);
  // The batches get as much of the thread as the models.
  expect(health.pauseMs(1000)).toBe(400);
  expect(health.forWaiting(1399)).toEqual([]);
  expect(health.forWaiting(1400)).toEqual(IN_USE);
  health.ran({ ...GOOD, waiting: 500 }, 1500);
  expect(health.forBatch()).toEqual([]);
  health.ran({ ...GOOD, waiting: 64 }, 1600);
  expect(health.forBatch()).toEqual(IN_USE);
});

test('a model that fails is left out of the batches and tried again with growing pauses', () => {
  const health = new ModelHealth(IN_USE, 64);
  const failed = { ...GOOD, failed: ['heart'], problems: ['Heart: no'] } as const;
  health.ran(failed, 0);
  expect(health.forBatch()).toEqual(['diabetes', 'hypoxia']);
  health.ran({ ...GOOD, asked: ['diabetes', 'hypoxia'] }, 500);
  expect(health.problems).toEqual(['Heart: no']);
  const tries: number[] = [];
  for (let nowMs = 0; nowMs < 300_000; nowMs += 100) {
    if (!health.forWaiting(nowMs).includes('heart')) continue;
    tries.push(nowMs / 1000);
    health.ran(failed, nowMs);
  }
  expect(tries).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243]);
  health.ran(GOOD, 300_000);
  expect([health.forBatch(), health.problems]).toEqual([IN_USE, []]);
});

test('after a run that hung nothing is asked for a while, and then first about what waits', () => {
  const health = new ModelHealth(IN_USE, 64);
  health.rest(10_000, 0);
  expect([health.forBatch(), health.forWaiting(9999)]).toEqual([[], []]);
  expect([health.forBatch(), health.forWaiting(10_000)]).toEqual([[], IN_USE]);
});
