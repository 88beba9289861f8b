// Gathering, splitting, retrying: the queue in front of the engine, without a thread.
import { expect, test } from 'vitest';
import type { Measurement } from '../../src-main/links/link.ts';
import type { BatchOutcome } from '../../src-main/threads/batch-codec.ts';
import { BATCH_LIMIT, ReadingQueue } from '../../src-main/threads/reading-queue.ts';
import { measurement, T0 } from '../store/measurement.ts';

function open() {
  const sent: (readonly Measurement[])[] = [];
  const queue = new ReadingQueue((batch) => sent.push(batch));
  const some = (count: number, first = 0) =>
    Array.from({ length: count }, (_, index) => measurement({ sequence: first + index }));
  const done = (batch: readonly Measurement[] | undefined): BatchOutcome => ({
    items: (batch ?? []).map(() => ({ status: 'stored', sourceId: 1, patientId: 7, predictions: [], follow: false })),
    predictions: [],
  });
  const sizes = () => sent.map((batch) => batch.length);
  return { sent, queue, some, done, sizes };
}

test('the first goes at once; what comes while it is committed goes together, in order', async () => {
  const { queue, some, sent, sizes, done } = open();
  queue.resume();
  const results = [0, 1, 2, 3].map((first) => queue.add(some(1, first)));
  expect(sizes()).toEqual([1]);
  expect(queue.pending).toBe(4);
  queue.stored(1, done(sent[0]));
  expect(sent[1]?.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  queue.stored(2, done(sent[1]));
  const ids = (await Promise.all(results)).map(({ outcomes }) =>
    outcomes[0]?.status === 'stored' ? outcomes[0].readingId : null,
  );
  expect(new Set(ids).size).toBe(4);
  expect(queue.pending).toBe(0);
  expect(queue.oldestSinceMs).toBeNull();
});

test('no batch is larger than the limit, and a long one does not hold up order', () => {
  const { queue, some, sizes, sent, done } = open();
  queue.resume();
  void queue.add(some(BATCH_LIMIT * 2 + 10));
  void queue.add(some(5, 1000));
  for (let batch = 1; batch <= 2; batch++) queue.stored(batch, done(sent[batch - 1]));
  expect(sizes()).toEqual([BATCH_LIMIT, BATCH_LIMIT, 15]);
});

test('of many that send again and again, half are on their way while the other half is answered', () => {
  const { queue, some, sizes, sent, done } = open();
  queue.resume();
  // 32 senders: each sends its next one as soon as the last is answered.
  let next = 0;
  const send = (count: number): void => {
    for (let index = 0; index < count; index++) void queue.add(some(1, next++));
  };
  send(32);
  for (let batch = 1; batch <= 10; batch++) {
    const answered = sent[batch - 1];
    queue.stored(batch, done(answered));
    send(answered?.length ?? 0);
  }
  expect(
    sizes()
      .slice(2)
      .every((size) => size === 16),
  ).toBe(true);
});

test('a failed batch fails its callers only', async () => {
  const { queue, some, sent, done } = open();
  queue.resume();
  const [first, second] = [queue.add(some(1)), queue.add(some(1, 1))];
  queue.failed(1, new Error('disk'));
  await expect(first).rejects.toThrow('disk');
  queue.stored(2, done(sent[1]));
  expect((await second).outcomes).toHaveLength(1);
  expect(queue.pending).toBe(0);
});

test('a long batch that fails half-way is rejected once and the rest of it is not sent', async () => {
  const { queue, some, sizes, sent, done } = open();
  queue.resume();
  const long = queue.add(some(BATCH_LIMIT * 5));
  queue.stored(1, done(sent[0]));
  queue.failed(2, new Error('disk'));
  await expect(long).rejects.toThrow('disk');
  expect(sizes()).toEqual([BATCH_LIMIT, BATCH_LIMIT]);
  expect(queue.pending).toBe(0);
  await queue.idle();
});

test('after a crash the batch is sent once more; a late answer to the first sending is not taken for it; a second crash gives it up', async () => {
  const { queue, some, sizes, sent, done } = open();
  queue.resume();
  const result = queue.add(some(2));
  queue.interrupt();
  const waiting = queue.add(some(1, 9));
  expect(sizes()).toEqual([2]);
  queue.resume();
  expect(sizes()).toEqual([2, 2]);
  queue.stored(1, done(sent[0]));
  expect(queue.pending).toBe(3);
  queue.interrupt();
  await expect(result).rejects.toMatchObject({ detail: { code: 'unavailable' } });
  queue.resume();
  queue.stored(3, done(sent[2]));
  expect((await waiting).outcomes).toHaveLength(1);
});

test('a worker that dies before it is asked again costs the batch nothing', async () => {
  const { queue, some, sizes, sent, done } = open();
  queue.resume();
  const result = queue.add(some(2));
  for (let deaths = 0; deaths < 3; deaths++) queue.interrupt();
  expect(sizes()).toEqual([2]);
  queue.resume();
  queue.stored(2, done(sent[1]));
  expect((await result).outcomes).toHaveLength(2);
});

test('when too much waits, more is refused instead of gathered', async () => {
  const { queue, some } = open();
  void queue.add(some(20_000)).catch(() => undefined);
  await expect(queue.add([measurement({ takenAtMs: T0 + 1 })])).rejects.toMatchObject({ detail: { code: 'unavailable' } });
  queue.rejectAll(new Error('closing'));
  expect(queue.pending).toBe(0);
});

test('scores of readings that were committed before the crash are told when they are answered as repeats', async () => {
  const { queue, some } = open();
  queue.resume();
  const prediction = {
    predictionId: 'p1',
    patientId: 7,
    model: 'hypoxia',
    version: '1',
    scoredAtMs: T0,
    probability: 0.9,
    level: 'high',
    missing: [],
  } as const;
  const repeat: BatchOutcome = {
    items: [{ status: 'duplicate', sourceId: 1, patientId: 7, predictions: [0], follow: false }],
    predictions: [{ anchor: -1, prediction }],
  };
  const lost = queue.add(some(1));
  queue.interrupt();
  queue.resume();
  queue.stored(2, repeat);
  expect((await lost).predictions).toEqual([prediction]);
  const sentAgainByTheDevice = queue.add(some(1));
  queue.stored(3, repeat);
  expect((await sentAgainByTheDevice).predictions).toEqual([]);
});
