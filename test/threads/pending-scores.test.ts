// What waits for a score: which is taken first, what takes the place of what, and how many there may be.
import { expect, test } from 'vitest';
import { PendingScores } from '../../src-main/threads/pending-scores.ts';
import { SECOND, T0 } from '../store/fixtures.ts';

const MODELS = ['heart', 'hypoxia'] as const;

function one(patientId: number, second: number, over: { past?: boolean; keepAll?: boolean } = {}) {
  const atMs = T0 + second * SECOND;
  return {
    identity: { sourceId: patientId, takenAtMs: atMs, sequence: 0 },
    heard: { readingId: '', deviceId: `D${patientId}`, takenAtMs: atMs, receivedAtMs: atMs, origin: 'live' },
    question: { patientId, atMs, rows: [] },
    past: false,
    keepAll: true,
    lacking: MODELS,
    sinceMs: second,
    ...over,
  } as const;
}

const seconds = (taken: ReturnType<PendingScores['take']>) =>
  taken.map(({ question }) => [question.patientId, (question.atMs - T0) / SECOND]);

test('the newest of each patient goes first, in turns, and what is of the past last', () => {
  const pending = new PendingScores();
  for (const second of [1, 2, 3]) pending.add(one(7, second));
  pending.add(one(7, 9, { past: true }));
  pending.add(one(8, 4));
  expect(seconds(pending.take(3, MODELS))).toEqual([
    [7, 3],
    [8, 4],
    [7, 2],
  ]);
  expect(seconds(pending.take(9, MODELS))).toEqual([
    [7, 1],
    [7, 9],
  ]);
  // Under way, they still wait.
  expect([pending.size, pending.oldestSinceMs]).toEqual([5, 1]);
});

test('of a continuous device the newest takes the place of the last, but for one every 15 seconds', () => {
  const pending = new PendingScores();
  for (let second = 0; second <= 60; second++) pending.add(one(7, second, { keepAll: false }));
  const kept = seconds(pending.take(99, MODELS)).map(([, second]) => second ?? 0);
  expect(kept[0]).toBe(60);
  expect(kept.at(-1)).toBe(0);
  expect(kept.length).toBeLessThan(8);
  const gaps = kept.slice(1).map((second, index) => (kept[index] ?? 0) - second);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(15);
  expect(pending.givenUp).toBe(0);
});

test('beyond the limit a patient’s oldest is given up for their newest, and nobody else’s', () => {
  const pending = new PendingScores(10);
  pending.add(one(8, 0));
  for (let second = 1; second <= 50; second++) pending.add(one(7, second));
  expect([pending.size, pending.givenUp]).toEqual([10, 41]);
  expect(pending.has(one(8, 0).identity)).toBe(true);
  expect(pending.has(one(7, 41).identity)).toBe(false);
  // Somebody who has none yet takes the place of whoever has most.
  pending.add(one(9, 60));
  expect([pending.size, pending.givenUp]).toEqual([10, 42]);
  expect(seconds(pending.take(99, MODELS)).map(([, second]) => second)).not.toContain(42);
});

test('a question that waits for one model is not taken for another', () => {
  const pending = new PendingScores();
  pending.add({ ...one(7, 1), lacking: ['heart'] });
  pending.add(one(7, 0));
  expect(seconds(pending.take(9, ['hypoxia']))).toEqual([[7, 0]]);
});

test('one that was in a run that failed comes alone', () => {
  const pending = new PendingScores();
  for (const second of [1, 2, 3]) pending.add(one(7, second));
  for (const each of pending.take(2, MODELS)) pending.putBack(each, { failures: { count: 0, answered: 0 } });
  expect(seconds(pending.take(9, MODELS))).toEqual([[7, 1]]);
  expect(seconds(pending.take(9, MODELS))).toHaveLength(1);
  expect(seconds(pending.take(9, MODELS))).toHaveLength(1);
  expect(pending.take(9, MODELS)).toEqual([]);
});

test('what has been asked about anew is not wanted any more, waiting or under way', () => {
  const pending = new PendingScores();
  for (const second of [1, 2]) pending.add(one(7, second));
  const [taken] = pending.take(1, MODELS);
  pending.replace(one(7, 1).identity);
  pending.replace(one(7, 2).identity);
  expect(pending.size).toBe(0);
  expect(taken === undefined || pending.isUnderWay(taken)).toBe(false);
  if (taken !== undefined) pending.putBack(taken);
  expect(pending.size).toBe(0);
});
