// Rules of the parts of the MQTT links: the guard before the broker, the inbox, the wait between tries, topics and addresses.
import { type Duplex, duplexPair } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src-main/links/mqtt/backoff.ts';
import { brokerAddress } from '../../src-main/links/mqtt/broker-address.ts';
import { FrameGuard } from '../../src-main/links/mqtt/frame-guard.ts';
import { Inbox } from '../../src-main/links/mqtt/inbox.ts';
import { deviceOfTopic, readingsFilter, readingsTopic } from '../../src-main/links/mqtt/topics.ts';
import { BenchSink, sleep, until } from './bench-parts.ts';

/** A packet of a type with `length` bytes after the header. */
function packet(length: number): Buffer {
  const digits: number[] = [];
  let rest = length;
  do {
    digits.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.of(0x30, ...digits), Buffer.alloc(length, 0xff)]);
}

function guarded(limits = { firstBytes: 100, bytes: 300 }): {
  readonly guard: FrameGuard;
  readonly far: Duplex;
  errors: Error[];
} {
  const [near, far] = duplexPair();
  const guard = new FrameGuard(near, limits);
  const errors: Error[] = [];
  guard.on('error', (error) => errors.push(error));
  far.on('error', () => undefined);
  return { guard, far, errors };
}

describe('the guard before the broker', () => {
  it.each([1, 2, 3, 7, 1000])('lets packets through unchanged when they come in pieces of %i bytes', async (size) => {
    const { guard, far, errors } = guarded();
    const bytes = Buffer.concat([packet(100), packet(0), packet(300), packet(127), packet(128), packet(0), packet(1)]);
    const passed: Buffer[] = [];
    guard.on('data', (chunk: Buffer) => passed.push(chunk));
    for (let at = 0; at < bytes.length; at += size) far.write(bytes.subarray(at, at + size));
    await until(() => Buffer.concat(passed).length === bytes.length, 'all has passed');
    expect(Buffer.concat(passed).equals(bytes)).toBe(true);
    expect(errors).toEqual([]);
  });

  it.each([
    ['the first packet by its own limit', [101]],
    ['a later one by the other', [100, 301]],
    ['a later one after an empty one', [0, 0, 301]],
  ])('refuses %s, from the header alone', async (_what, lengths) => {
    const { guard, far, errors } = guarded();
    guard.resume();
    const last = packet(lengths.at(-1) ?? 0).subarray(0, 3);
    for (const byte of Buffer.concat([...lengths.slice(0, -1).map(packet), last])) far.write(Buffer.of(byte));
    await until(() => guard.destroyed, 'it is closed');
    expect(errors.map(({ message }) => message)).toEqual(['packet too large']);
  });

  it('refuses a length of more than four digits', async () => {
    const { guard, far, errors } = guarded();
    guard.resume();
    far.write(Buffer.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01));
    await until(() => guard.destroyed, 'it is closed');
    expect(errors.map(({ message }) => message)).toEqual(['malformed packet length']);
  });

  it('reads nothing while it is on hold, and goes on where it was', async () => {
    const { guard, far } = guarded({ firstBytes: 1e6, bytes: 1e6 });
    let passed = 0;
    guard.on('data', (chunk: Buffer) => {
      passed += chunk.length;
    });
    guard.hold();
    for (let n = 0; n < 50; n++) far.write(packet(10_000));
    await sleep(50);
    expect(passed).toBe(0);
    guard.release();
    await until(() => passed === 50 * 10_003, 'all has passed');
  });
});

describe('the inbox', () => {
  const AT_MS = Date.UTC(2025, 0, 1);
  function inbox(sink: BenchSink, limits: { readonly maxMessages?: number; readonly maxBytes?: number } = {}): Inbox {
    const retry = { firstMs: 5, longestMs: 10 };
    const fail = (error: unknown): never => {
      throw error;
    };
    return new Inbox({ sink, onHeld: () => undefined, onError: fail, retry, ...limits });
  }
  const measurement = (n: number) => ({
    deviceId: 'HEALTH01',
    takenAtMs: AT_MS + n,
    receivedAtMs: AT_MS + n,
    sequence: 0,
    origin: 'live' as const,
    values: { heartRate: 80 },
    specials: {},
    quality: 0,
  });

  it('settles in the order of arrival, each message with the outcomes of its own measurements', async () => {
    const box = inbox(new BenchSink());
    const settled: (readonly string[])[] = [];
    for (const [n, count] of [2, 0, 1, 300, 1].entries()) {
      box.push({
        measurements: Array.from({ length: count }, (_, m) => measurement(n * 1000 + m)),
        bytes: 1,
        isCurrent: () => true,
        settle: (outcomes) => settled.push(outcomes.map((outcome) => ('readingId' in outcome ? outcome.readingId : ''))),
      });
    }
    await until(() => settled.length === 5, 'all are settled');
    expect(settled.map((ids) => ids.length)).toEqual([2, 0, 1, 300, 1]);
    expect(settled[2]).toEqual([`HEALTH01:${AT_MS + 2000}:0`]);
    expect(settled[4]).toEqual([`HEALTH01:${AT_MS + 4000}:0`]);
    expect(box.waiting).toBe(0);
  });

  it('is full by bytes as by messages, and says when there is room', async () => {
    const sink = new BenchSink();
    const box = inbox(sink, { maxBytes: 100 });
    const commit = sink.holdCommits();
    box.push({ measurements: [measurement(1)], bytes: 100, isCurrent: () => true, settle: () => undefined });
    expect(box.isFull).toBe(true);
    let room = false;
    const waited = box.room().then(() => {
      room = true;
    });
    await sleep(20);
    expect(room).toBe(false);
    commit();
    await waited;
    expect(box.isFull).toBe(false);
  });

  it('lets go what will be sent again only while storing fails', async () => {
    const sink = new BenchSink();
    sink.isFull = true;
    const box = inbox(sink);
    let gone = false;
    const kept: number[] = [];
    const push = (n: number, isCurrent: () => boolean): void =>
      box.push({ measurements: [measurement(n)], bytes: 1, isCurrent, settle: () => kept.push(n) });
    push(1, () => !gone);
    push(2, () => true);
    await until(() => box.held === 'disk_full', 'it is held');
    gone = true;
    box.senderGone();
    sink.isFull = false;
    await until(() => kept.length === 1, 'the other is stored');
    expect(kept).toEqual([2]);
    push(3, () => false);
    await until(() => kept.length === 2, 'storing works: it is stored');
    expect(box.waiting).toBe(0);
  });

  it('that is stopped while it waits for the next try ends at once', async () => {
    const sink = new BenchSink();
    sink.isFull = true;
    const box = new Inbox({
      sink,
      onHeld: () => undefined,
      onError: () => undefined,
      retry: { firstMs: 60_000, longestMs: 60_000 },
    });
    box.push({ measurements: [measurement(1)], bytes: 1, isCurrent: () => true, settle: () => undefined });
    await until(() => box.held !== null, 'it is held');
    const before = performance.now();
    await box.stop();
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('the wait before the next try', () => {
  const range = { firstMs: 1000, longestMs: 30_000 };

  it('doubles up to its bound', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 1000].map((attempt) => backoffMs(attempt, range, () => 1))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('is spread over half of it', () => {
    expect(backoffMs(1, range, () => 0)).toBe(1000);
    expect(new Set(Array.from({ length: 50 }, () => backoffMs(1, range))).size).toBeGreaterThan(10);
  });
});

describe('topics and addresses', () => {
  it('know the device of a readings topic, and of no other', () => {
    expect(deviceOfTopic(readingsTopic('HEALTH01'))).toBe('HEALTH01');
    const others = ['healthsense/A/predictions', 'healthsense//readings', 'healthsense/a/b/readings', 'x/healthsense/A/readings'];
    for (const topic of [...others, 'healthsense/+/readings', `healthsense/${'x'.repeat(41)}/readings`]) {
      expect(deviceOfTopic(topic)).toBeNull();
    }
  });

  it('subscribe to every device, shared where a group is given', () => {
    expect(readingsFilter(null)).toBe('healthsense/+/readings');
    expect(readingsFilter('clinic')).toBe('$share/clinic/healthsense/+/readings');
  });

  it('take user and password out of the URL that is shown', () => {
    expect(brokerAddress('mqtts://console:p%40ss@broker.example:8883')).toEqual({
      url: 'mqtts://broker.example:8883',
      shown: 'mqtts://broker.example:8883',
      user: 'console',
      password: 'p@ss',
    });
  });
});
