// Rules of the embedded broker: who may do what, when PUBACK leaves, and that nothing is lost or stored twice.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenRefusal } from '../../src-main/accounts/tokens.ts';
import { EmbeddedBroker } from '../../src-main/links/mqtt/embedded-broker.ts';
import { MAX_BODY_BYTES } from '../../src-main/links/payload/schema.ts';
import { BenchSink, type Device, device, makeCertificate, NO_OPENSSL, NOW_MS, reading, sleep, until } from './bench-parts.ts';

const TOKENS: Readonly<Record<string, string>> = { 'good-token': 'HEALTH01', 'other-token': 'HEALTH02' };
const RETRY = { firstMs: 10, longestMs: 20 };

let sink: BenchSink;
let broker: EmbeddedBroker;
let revoked: Set<string>;
let refusals: TokenRefusal[];
let url: string;
const devices: Device[] = [];

async function start(inbox = {}, maxConnections = 50): Promise<void> {
  broker = new EmbeddedBroker({
    sink,
    port: 0,
    maxConnections,
    inbox: { retry: RETRY, ...inbox },
    nowMs: () => NOW_MS,
    monotonicMs: () => 0,
    deviceByToken: async (token) => {
      const deviceId = TOKENS[token];
      return deviceId === undefined || revoked.has(deviceId) ? null : { deviceId };
    },
    watch: { used: () => undefined, refused: (refusal) => refusals.push(refusal) },
  });
  await broker.start();
  url = `mqtt://127.0.0.1:${broker.port}`;
}

async function wearable(deviceId = 'HEALTH01', token = 'good-token', clientId = 'wearable'): Promise<Device> {
  const made = await device(url, deviceId, { username: deviceId, password: token, clientId });
  devices.push(made);
  return made;
}

function refusedConnection(username: string, password: string): Promise<unknown> {
  return connectAsync(url, { username, password, reconnectPeriod: 0 }, false).then(
    async (client) => {
      await client.endAsync(true);
      return 'connected';
    },
    (error: { readonly code?: number }) => error.code,
  );
}

beforeEach(async () => {
  sink = new BenchSink();
  revoked = new Set();
  refusals = [];
  await start();
});
afterEach(async () => {
  for (const { client } of devices.splice(0)) await client.endAsync(true);
  await broker.stop();
});

it('predictions that follow go to the topic of the answer that said so, and those of a reading that came another way to none', async () => {
  const { publish, answers } = await wearable();
  const [first, second] = [reading('HEALTH01', 1), reading('HEALTH01', 2)];
  await publish(first);
  sink.modelsAreSlow = true;
  await publish(second);
  await until(() => answers.length === 2, 'both are answered');
  const [inTime, late] = [...sink.stored.keys()];
  const predictions = [{ model: 'heart', version: '1.2.0', probability: 0.4, level: 'moderate', missing: [] }] as const;
  for (const readingId of [inTime, 'by-bluetooth', late]) {
    broker.late({ deviceId: 'HEALTH01', readingId: readingId ?? '', predictions });
  }
  await until(() => answers.length === 3, 'the late one has come');
  const heart = { probability: 0.4, level: 'moderate', model: 'heart@1.2.0', missing: [] };
  const result = { device_id: 'HEALTH01', timestamp: second.timestamp, reading_id: late, predictions: { heart }, alerts: [] };
  expect(answers[2]).toEqual({ accepted: 0, results: [result] });
  await publish(first);
  await until(() => answers.length === 4, 'nothing else has come');
});

it('predictions that come before the answer that says they follow go out behind it', async () => {
  const { publish, answers } = await wearable();
  sink.modelsAreSlow = true;
  await publish(reading('HEALTH01', 1));
  const [known = ''] = [...sink.stored.keys()];
  const next = known.replace(/:(\d+):/, (_, atMs) => `:${Number(atMs) + 1}:`);
  const commit = sink.holdCommits();
  const sent = publish(reading('HEALTH01', 2));
  await until(() => sink.batches === 2, 'it is being stored');
  const predictions = [{ model: 'heart', version: '1.2.0', probability: 0.4, level: 'moderate', missing: [] }] as const;
  broker.late({ deviceId: 'HEALTH01', readingId: next, predictions });
  commit();
  await sent;
  await until(() => answers.length === 3, 'both have come');
  expect(answers.slice(1)).toMatchObject([
    { accepted: 1, results: [{ reading_id: next, predictions_follow: true }] },
    { accepted: 0, results: [{ reading_id: next, predictions: { heart: { probability: 0.4 } } }] },
  ]);
});

describe('PUBACK', () => {
  it('leaves only after the sink has committed', async () => {
    const { publish, answers } = await wearable();
    const commit = sink.holdCommits();
    let acknowledged = false;
    const sent = publish(reading('HEALTH01', 1)).then(() => {
      acknowledged = true;
    });
    await until(() => sink.batches === 1, 'the sink was asked');
    await sleep(100);
    expect(acknowledged).toBe(false);
    expect(answers).toEqual([]);
    commit();
    await sent;
    expect([...sink.stored.keys()]).toHaveLength(1);
  });

  it('does not wait for one commit per message: while a batch is committed the next gathers', async () => {
    const { publish } = await wearable();
    const commit = sink.holdCommits();
    const sent = [publish(reading('HEALTH01', 0))];
    await until(() => sink.batches === 1, 'the first batch is under way');
    for (let n = 1; n <= 100; n++) sent.push(publish(reading('HEALTH01', n)));
    await sleep(100);
    expect(sink.batches).toBe(1);
    commit();
    await Promise.all(sent);
    expect(sink.stored.size).toBe(101);
    expect(sink.batches).toBeLessThanOrEqual(3);
  });

  it('is withheld while the disk is full, and the readings are stored once when it is not', async () => {
    const { publish } = await wearable();
    sink.isFull = true;
    const acknowledged: number[] = [];
    const sent = [1, 2, 3].map((n) => publish(reading('HEALTH01', n)).then(() => acknowledged.push(n)));
    await until(() => sink.batches >= 3, 'it was tried again');
    expect(acknowledged).toEqual([]);
    sink.isFull = false;
    await Promise.all(sent);
    expect(acknowledged).toEqual([1, 2, 3]);
    expect(sink.arrived).toBe(3);
    expect(sink.stored.size).toBe(3);
  });

  it('withheld over a lost connection, the device sends again and the reading is stored once', async () => {
    const { publish, client } = await wearable();
    sink.isFull = true;
    const sent = publish(reading('HEALTH01', 1));
    await until(() => sink.batches >= 1, 'the sink was asked');
    client.stream.destroy();
    await until(() => !client.connected, 'the connection is gone');
    sink.isFull = false;
    await sent;
    expect(sink.stored.size).toBe(1);
  });

  it('with the memory for held messages used up, the connection ends and nothing is lost', async () => {
    await broker.stop();
    await start({ maxMessages: 20 });
    const { publish, client } = await wearable();
    let closed = 0;
    client.on('close', () => {
      closed += 1;
    });
    sink.isFull = true;
    const sent = Array.from({ length: 100 }, (_, n) => publish(reading('HEALTH01', n)));
    await until(() => closed > 0, 'the connection ended');
    sink.isFull = false;
    await Promise.all(sent);
    expect(sink.stored.size).toBe(100);
  });
});

describe('the answer', () => {
  it('has the shape of the HTTP answer', async () => {
    const { publish, answers } = await wearable();
    await publish(reading('HEALTH01', 1));
    await until(() => answers.length === 1, 'an answer');
    expect(answers[0]).toEqual({
      accepted: 1,
      results: [
        {
          device_id: 'HEALTH01',
          timestamp: '2025-04-14T10:00:00.001Z',
          reading_id: expect.any(String),
          predictions: {
            diabetes: { probability: 0.31, level: 'moderate', model: 'diabetes@1.0.0', missing: [] },
            heart: { probability: null, level: 'abstained', model: 'heart@1.2.0', missing: ['cholesterolMgDl'] },
          },
          alerts: [{ alarm_id: 'a1', rule: 'spo2-low', priority: 'medium', message: 'SpO₂ below 94 %' }],
        },
      ],
    });
  });

  it('to a repeated reading is the stored result, marked', async () => {
    const { publish, answers } = await wearable();
    await publish(reading('HEALTH01', 1));
    await publish(reading('HEALTH01', 1));
    await until(() => answers.length === 2, 'both answers');
    expect(answers[1]).toMatchObject({ accepted: 0, results: [{ duplicate: true }] });
    expect(sink.stored.size).toBe(1);
  });

  it.each([
    ['bad JSON', '{"device_id":', 'invalid_json'],
    ['bytes that are no UTF-8', Buffer.of(0x22, 0xff, 0x22), 'invalid_json'],
    ['a missing timestamp', { device_id: 'HEALTH01', heart_rate: 80 }, 'reading_invalid'],
    ['an impossible value', { ...reading('HEALTH01', 1), heart_rate: 100_000 }, 'reading_invalid'],
    ['an empty list', [], 'empty_batch'],
    ['the reading of another device', reading('HEALTH02', 1), 'device_mismatch'],
  ])('to %s is a problem, and the message is acknowledged', async (_what, payload, code) => {
    const { publish, answers } = await wearable();
    await publish(payload);
    await until(() => answers.length === 1, 'an answer');
    expect(answers[0]).toMatchObject({ type: 'about:blank', code, status: expect.any(Number), title: expect.any(String) });
    expect(sink.stored.size).toBe(0);
  });

  it('to a list with a bad reading says which, and the good ones are stored', async () => {
    const { publish, answers } = await wearable();
    await publish([reading('HEALTH01', 1), { device_id: 'HEALTH01' }, reading('HEALTH01', 2)]);
    await until(() => answers.length === 1, 'an answer');
    expect(answers[0]).toMatchObject({ code: 'reading_invalid', accepted: 2, errors: [{ index: 1 }, { index: 1 }] });
    expect(sink.stored.size).toBe(2);
    expect(sink.rejectedFrames).toHaveLength(1);
  });

  it('reaches no other device', async () => {
    const one = await wearable();
    const other = await wearable('HEALTH02', 'other-token');
    await one.publish(reading('HEALTH01', 1));
    await other.publish(reading('HEALTH02', 1));
    await until(() => one.answers.length === 1 && other.answers.length === 1, 'an answer each');
    await sleep(50);
    expect(one.answers).toMatchObject([{ results: [{ device_id: 'HEALTH01' }] }]);
    expect(other.answers).toMatchObject([{ results: [{ device_id: 'HEALTH02' }] }]);
  });
});

describe('a device', () => {
  it.each([
    ['with a wrong token', 'HEALTH01', 'wrong', 'unknown'],
    ['with the token of another', 'HEALTH02', 'good-token', { of: 'HEALTH01' }],
    ['without a token', 'HEALTH01', '', 'missing'],
  ] as const)('%s is refused, and which it was is known to the console alone', async (_what, user, password, token) => {
    expect(await refusedConnection(user, password)).toBe(4);
    expect(sink.statuses).toEqual([]);
    expect(refusals).toEqual([{ link: 'mqtt', address: '127.0.0.1', token, claimedId: user }]);
  });

  it('that was revoked is refused, also where it is connected', async () => {
    const { client } = await wearable();
    client.options.reconnectPeriod = 0;
    revoked.add('HEALTH01');
    client.publish('healthsense/HEALTH01/readings', JSON.stringify(reading('HEALTH01', 1)), { qos: 1 });
    await until(() => !client.connected, 'the connection ended');
    expect(sink.batches).toBe(0);
    expect(await refusedConnection('HEALTH01', 'good-token')).toBe(4);
  });

  it('behind an address with many wrong tokens is told to wait, except where its own is right', async () => {
    const { client } = await wearable();
    const codes = [];
    for (let n = 0; n < 21; n++) codes.push(await refusedConnection('HEALTH01', `guess-${n}`));
    expect(codes).toEqual([...Array.from({ length: 20 }, () => 4), 3]);
    expect(await refusedConnection('HEALTH02', 'other-token')).toBe('connected');
    expect(client.connected).toBe(true);
    expect(await refusedConnection('HEALTH01', 'good-token')).toBe('connected');
  });

  it.each([
    'healthsense/HEALTH02/readings',
    'healthsense/HEALTH02/predictions',
    'healthsense/HEALTH01/predictions',
    '$SYS/x/new/clients',
  ])('may not publish to %s: it is told, and no one hears of it', async (topic) => {
    const one = await wearable();
    const other = await wearable('HEALTH02', 'other-token');
    await one.publish(reading('HEALTH02', 1), topic);
    await until(() => one.answers.length === 1, 'an answer');
    expect(one.answers[0]).toMatchObject({ code: 'topic_forbidden', status: 403 });
    await sleep(50);
    expect(sink.batches).toBe(0);
    expect(other.answers).toEqual([]);
    expect(other.client.connected).toBe(true);
    expect(sink.rejectedFrames).toMatchObject([expect.stringContaining(topic)]);
  });

  it.each([
    'healthsense/HEALTH02/predictions',
    'healthsense/+/predictions',
    'healthsense/#',
    '#',
    'healthsense/HEALTH01/readings',
    '$SYS/#',
  ])('may not subscribe to %s', async (topic) => {
    const { client } = await wearable();
    await expect(client.subscribeAsync(topic)).rejects.toThrow();
  });

  it('cannot push another out by taking its client id', async () => {
    const one = await wearable('HEALTH01', 'good-token', 'same');
    const other = await wearable('HEALTH02', 'other-token', 'same');
    await one.publish(reading('HEALTH01', 1));
    await other.publish(reading('HEALTH02', 1));
    expect(sink.statuses.map(({ state }) => state)).toEqual(['connected', 'connected']);
  });

  it('is shown as connected with its address, and as lost when its last connection ends', async () => {
    const one = await wearable('HEALTH01', 'good-token', 'a');
    const two = await wearable('HEALTH01', 'good-token', 'b');
    await one.client.endAsync();
    await until(() => sink.statuses.length >= 2, 'both are connected');
    expect(sink.statuses.every(({ state }) => state === 'connected')).toBe(true);
    await two.client.endAsync();
    await until(() => sink.statuses.at(-1)?.state === 'lost', 'it is lost');
    expect(sink.statuses[0]).toEqual({ deviceId: 'HEALTH01', state: 'connected', transport: 'mqtt', address: '127.0.0.1' });
  });

  it('that sends at most once and leaves at once has its reading stored', async () => {
    const { client } = await wearable();
    client.publish('healthsense/HEALTH01/readings', JSON.stringify(reading('HEALTH01', 1)), { qos: 0 });
    await client.endAsync();
    await until(() => sink.stored.size === 1, 'it is stored');
  });
});

describe('the broker', () => {
  it('listens on loopback unless told otherwise', async () => {
    const reached = await new Promise((resolve) => {
      const socket = connectSocket(broker.port ?? 0, '127.0.0.1', () => resolve(socket.remoteAddress));
      socket.on('connect', () => socket.destroy());
    });
    expect(reached).toBe('127.0.0.1');
    const other = connectSocket(broker.port ?? 0, '127.0.0.2');
    const refused = await new Promise((resolve) => {
      other.on('connect', () => resolve('connected'));
      other.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    other.destroy();
    expect(refused).toBe('ECONNREFUSED');
  });

  it('ends a connection by the length in a header, before the bytes have come', async () => {
    const socket = connectSocket(broker.port ?? 0, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', () => resolve('closed')));
    socket.on('error', () => undefined);
    // CONNECT that says it is 1 MiB long.
    socket.write(Buffer.of(0x10, 0x80, 0x80, 0x40));
    expect(await ended).toBe('closed');
  });

  it('goes on serving whatever bytes come in', async () => {
    const one = await wearable();
    const connect = Buffer.from('101900044d5154540402003c000154000848454154483031000178', 'hex');
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const socket = connectSocket(broker.port ?? 0, '127.0.0.1');
        socket.on('error', () => undefined);
        const noise = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 200) }, () => Math.floor(random() * 256)));
        if (n % 2 === 0) socket.write(Buffer.from(connect).fill(noise.subarray(0, 3), 5 + (n % 20), 8 + (n % 20)));
        socket.write(noise);
        await sleep(50);
        socket.destroy();
      }),
    );
    await one.publish(reading('HEALTH01', 1));
    expect(sink.stored.size).toBe(1);
  });

  it('takes a message as large as a body over HTTP and ends the connection at a larger one', async () => {
    const { publish, client, answers } = await wearable();
    client.options.reconnectPeriod = 0;
    await publish(' '.repeat(MAX_BODY_BYTES));
    await until(() => answers.length === 1, 'an answer');
    expect(answers[0]).toMatchObject({ code: 'invalid_json' });
    client.publish('healthsense/HEALTH01/readings', 'x'.repeat(MAX_BODY_BYTES + 2000), { qos: 1 });
    await until(() => !client.connected, 'the connection ended');
  });

  it('takes no more connections than it may', async () => {
    await broker.stop();
    await start({}, 1);
    await wearable();
    const socket = connectSocket(broker.port ?? 0, '127.0.0.1');
    socket.on('error', () => undefined);
    expect(await new Promise((resolve) => socket.on('close', () => resolve('closed')))).toBe('closed');
  });

  it('stops after what is under way is committed and acknowledged', async () => {
    const { publish } = await wearable();
    const commit = sink.holdCommits();
    const sent = publish(reading('HEALTH01', 1));
    await until(() => sink.batches === 1, 'the sink was asked');
    const stopped = broker.stop();
    commit();
    await Promise.all([sent, stopped]);
    expect(sink.stored.size).toBe(1);
    expect(broker.port).toBeNull();
  });

  it('stores a thousand readings a device in one message, and many devices at once', async () => {
    const [one, other] = [await wearable(), await wearable('HEALTH02', 'other-token')];
    await Promise.all([
      one.publish(Array.from({ length: 1000 }, (_, n) => reading('HEALTH01', n))),
      other.publish(Array.from({ length: 1000 }, (_, n) => reading('HEALTH02', n))),
    ]);
    expect(sink.stored.size).toBe(2000);
  });

  it.skipIf(NO_OPENSSL !== null)('speaks TLS when given a certificate, and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'healthsense-tls-'));
    const tlsFiles = makeCertificate(folder);
    const deviceByToken = async () => ({ deviceId: 'HEALTH01' });
    const guarded = new EmbeddedBroker({ sink, port: 0, tlsFiles, nowMs: () => NOW_MS, deviceByToken });
    await guarded.start();
    const one = await device(`mqtts://127.0.0.1:${guarded.port}`, 'HEALTH01', {
      username: 'HEALTH01',
      password: 'good-token',
      ca: await readFile(tlsFiles.cert),
    });
    await one.publish(reading('HEALTH01', 1));
    await one.client.endAsync();
    const plain = connectAsync(`mqtt://127.0.0.1:${guarded.port}`, { reconnectPeriod: 0, connectTimeout: 2000 }, false);
    await expect(plain).rejects.toThrow();
    await guarded.stop();
    await rm(folder, { recursive: true });
    expect(sink.stored.size).toBe(1);
  });
});
