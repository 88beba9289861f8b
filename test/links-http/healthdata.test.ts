// Rules of POST /api/healthdata: what is answered, when, and that nothing good around something bad is lost.
import { METHODS } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountHttpLink } from '../../src-main/links/http/http-link.ts';
import { FakeSink } from './fake-sink.ts';

const EXAMPLE = {
  device_id: 'HEALTH01',
  glucose: 145,
  bp_systolic: 130,
  bp_diastolic: 85,
  spo2: 92,
  heart_rate: 87,
  timestamp: '2025-04-14T10:45:00Z',
};
const NOW_MS = Date.parse('2025-04-14T10:45:02Z');

let sink: FakeSink;
let app: FastifyInstance;
let clockMs: number;
let revoked: Set<string>;
let lookupFailure: Error | null;
const faults: unknown[] = [];

beforeEach(async () => {
  sink = new FakeSink();
  clockMs = 0;
  revoked = new Set();
  lookupFailure = null;
  faults.length = 0;
  app = Fastify();
  await mountHttpLink(app, {
    sink,
    version: '9.9.9',
    nowMs: () => NOW_MS,
    monotonicMs: () => clockMs,
    onError: (error) => faults.push(error),
    deviceByToken: async (token) => {
      if (lookupFailure !== null) throw lookupFailure;
      const deviceId = { 'good-token': 'HEALTH01', 'other-token': 'HEALTH02' }[token];
      return deviceId === undefined || revoked.has(deviceId) ? null : { deviceId };
    },
  });
});
afterEach(() => app.close());

interface Sent {
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

async function post(body: unknown, { token = 'good-token', headers = {}, from = '10.0.0.9' }: Sent = {}) {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/healthdata',
    remoteAddress: from,
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

function expectProblem(answer: Awaited<ReturnType<typeof post>>, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: 'about:blank', status, code, title: expect.any(String) });
}

const at = (second: number) => `2025-04-14T10:44:${String(second).padStart(2, '0')}Z`;

describe('a reading that is stored', () => {
  it('is answered 201 with its id, predictions with model versions, and alerts', async () => {
    const { status, body } = await post(EXAMPLE);
    expect(status).toBe(201);
    expect(body).toEqual({
      accepted: 1,
      results: [
        {
          device_id: 'HEALTH01',
          timestamp: '2025-04-14T10:45:00Z',
          reading_id: 'HEALTH01:1744627500000:0',
          predictions: {
            diabetes: { probability: 0.31, level: 'moderate', model: 'diabetes@1.0.0', missing: [] },
            heart: { probability: null, level: 'abstained', model: 'heart@1.2.0', missing: ['cholesterolMgDl'] },
          },
          alerts: [{ alarm_id: 'a1', rule: 'spo2-low', priority: 'medium', message: 'SpO₂ below 94 %' }],
        },
      ],
    });
    expect([...sink.stored.values()]).toEqual([
      {
        deviceId: 'HEALTH01',
        takenAtMs: 1744627500000,
        receivedAtMs: NOW_MS,
        sequence: 0,
        origin: 'live',
        values: { glucose: 145, systolic: 130, diastolic: 85, spo2: 92, heartRate: 87 },
        specials: {},
        quality: 0,
      },
    ]);
  });

  it('says so where predictions are still to come, apart from those that a model abstains from', async () => {
    expect((await post(EXAMPLE)).body.results[0]).not.toHaveProperty('predictions_follow');
    sink.modelsAreSlow = true;
    const { status, body } = await post({ ...EXAMPLE, timestamp: at(7) });
    expect([status, body.results[0].predictions_follow]).toEqual([201, true]);
  });

  it('is answered 200 with duplicate: true when it is sent again, and stored once', async () => {
    await post(EXAMPLE);
    const again = await post(EXAMPLE);
    expect(again.status).toBe(200);
    expect(again.body.accepted).toBe(0);
    expect(again.body.results[0]).toMatchObject({ duplicate: true, reading_id: 'HEALTH01:1744627500000:0' });
    expect(sink.stored.size).toBe(1);
  });

  it('may leave vitals out, or send null for them', async () => {
    const { status } = await post({
      ...EXAMPLE,
      glucose: null,
      bp_systolic: null,
      bp_diastolic: undefined,
      respiratory_rate: 14,
      temperature: 36.8,
    });
    expect(status).toBe(201);
    expect([...sink.stored.values()][0]?.values).toEqual({ spo2: 92, heartRate: 87, respiratoryRate: 14, temperature: 36.8 });
  });

  it('of more than five minutes ago goes to history only', async () => {
    await post({ ...EXAMPLE, timestamp: '2025-04-14T10:40:01Z' });
    expect([...sink.stored.values()][0]?.origin).toBe('backfill');
  });

  it('shows its device as connected, once', async () => {
    await post(EXAMPLE);
    await post(EXAMPLE);
    expect(sink.statuses).toEqual([{ deviceId: 'HEALTH01', state: 'connected', transport: 'http', address: '10.0.0.9' }]);
  });
});

describe('a batch', () => {
  it('keeps its order, and is 201 when at least one is new', async () => {
    await post({ ...EXAMPLE, timestamp: at(2) });
    const { status, body } = await post([1, 2, 3].map((second) => ({ ...EXAMPLE, timestamp: at(second) })));
    expect(status).toBe(201);
    expect(body.accepted).toBe(2);
    expect(
      body.results.map((result: { timestamp: string; duplicate?: boolean }) => [result.timestamp, result.duplicate ?? false]),
    ).toEqual([
      [at(1), false],
      [at(2), true],
      [at(3), false],
    ]);
  });

  it('with bad readings is 422 naming each by index, field, limit and value, and stores the good ones', async () => {
    const { spo2: _, ...rest } = EXAMPLE;
    const answer = await post([
      { ...EXAMPLE, timestamp: at(1) },
      { ...EXAMPLE, timestamp: at(2), spo2: 920 },
      { ...rest, timestamp: 'yesterday' },
      { ...EXAMPLE, timestamp: at(4) },
    ]);
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body.accepted).toBe(2);
    expect(answer.body.results.map((result: { index: number }) => result.index)).toEqual([0, 3]);
    expect(answer.body.errors).toEqual([
      { index: 1, field: 'spo2', code: 'out_of_range', limit: '30–100 %', value: 920, message: expect.any(String) },
      {
        index: 2,
        field: 'timestamp',
        code: 'invalid_timestamp',
        limit: expect.stringContaining('RFC 3339'),
        value: 'yesterday',
        message: expect.any(String),
      },
    ]);
    expect(sink.stored.size).toBe(2);
  });

  it('of a thousand is taken, of a thousand and one is 413, of none 400', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => ({
      device_id: 'HEALTH01',
      heart_rate: 60,
      timestamp: new Date(NOW_MS - index * 1000).toISOString(),
    }));
    expectProblem(await post(many), 413, 'batch_too_large');
    expect(sink.stored.size).toBe(0);
    expect((await post(many.slice(1))).status).toBe(201);
    expect(sink.stored.size).toBe(1000);
    expectProblem(await post([]), 400, 'empty_batch');
  });
});

describe('a reading that is refused', () => {
  it('names field, limit and value: spo2 920 is 422', async () => {
    const answer = await post({ ...EXAMPLE, spo2: 920 });
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body).toMatchObject({
      accepted: 0,
      results: [],
      errors: [{ index: 0, field: 'spo2', limit: '30–100 %', value: 920 }],
    });
    expect(answer.body.detail).toContain('920');
  });

  it('names the payload field, not the console’s own name of the vital', async () => {
    const answer = await post({ ...EXAMPLE, bp_systolic: 500, heart_rate: 5 });
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual(['bp_systolic', 'heart_rate']);
  });

  it.each([
    ['a number as text', { spo2: '92' }, 'spo2', 'not_a_number', '92'],
    [
      'a number beyond doubles',
      '{"device_id":"HEALTH01","timestamp":"2025-04-14T10:45:00Z","spo2":1e999}',
      'spo2',
      'not_a_number',
      'Infinity',
    ],
    ['an unknown field', { sp02: 92 }, 'sp02', 'unknown_field', 92],
    ['no timestamp', { timestamp: undefined }, 'timestamp', 'missing_field', undefined],
    ['a timestamp without offset', { timestamp: '2025-04-14T10:45:00' }, 'timestamp', 'invalid_timestamp', '2025-04-14T10:45:00'],
    [
      'a day that does not exist',
      { timestamp: '2025-02-30T10:45:00Z' },
      'timestamp',
      'invalid_timestamp',
      '2025-02-30T10:45:00Z',
    ],
    ['a number as timestamp', { timestamp: 1744627500 }, 'timestamp', 'invalid_timestamp', 1744627500],
    ['a device id that is no text', { device_id: 7 }, 'device_id', 'invalid_device_id', 7],
  ])('%s is 422 by name', async (_title, change, field, code, value) => {
    const answer = await post(typeof change === 'string' ? change : { ...EXAMPLE, ...change });
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors[0]).toMatchObject({ index: 0, field, code });
    expect(answer.body.errors[0].value).toEqual(value);
    expect(sink.stored.size).toBe(0);
    expect(sink.rejectedFrames).toHaveLength(1);
  });

  it.each([
    ['before 2000', '2000-01-01T00:30:00+01:00', 'time_too_old'],
    ['five minutes and a second ahead', '2025-04-14T12:50:03+02:00', 'time_in_future'],
  ])('for a time %s is 422 by the name and the value that the device gave it', async (_title, timestamp, code) => {
    const answer = await post({ ...EXAMPLE, timestamp });
    expectProblem(answer, 422, 'reading_invalid');
    const limit = '2000-01-01T00:00:00.000Z – 5 min from now';
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ index: 0, field: 'timestamp', code, limit, value: timestamp }),
    ]);
    expect((await post({ ...EXAMPLE, timestamp: '2025-04-14T12:50:01+02:00' })).status).toBe(201);
  });

  it('without any vital sign is 422', async () => {
    const answer = await post({ device_id: 'HEALTH01', timestamp: EXAMPLE.timestamp, spo2: null });
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body.errors[0].code).toBe('no_vitals');
  });

  it('that is no object is 422', async () => {
    for (const body of ['null', '"text"', '[[]]', '12']) {
      expect((await post(body)).body.errors[0].code).toBe('not_an_object');
    }
  });

  it('with the identity of another one is 409 and overwrites nothing', async () => {
    await post(EXAMPLE);
    expectProblem(await post({ ...EXAMPLE, bp_systolic: 131 }), 409, 'reading_conflict');
    expect([...sink.stored.values()][0]?.values.systolic).toBe(130);
  });

  it('does not send a long mistake back at full length', async () => {
    const answer = await post({ ...EXAMPLE, timestamp: 'x'.repeat(5000) });
    expect(JSON.stringify(answer.body).length).toBeLessThan(1000);
  });
});

describe('a request that is refused', () => {
  it('without or with a wrong token is 401 with WWW-Authenticate', async () => {
    const without = await post(EXAMPLE, { token: null });
    expectProblem(without, 401, 'token_missing');
    expect(without.headers['www-authenticate']).toBe('Bearer realm="healthsense"');
    expectProblem(await post(EXAMPLE, { token: 'wrong' }), 401, 'token_invalid');
    expectProblem(
      await post(EXAMPLE, { token: null, headers: { authorization: 'Basic Z29vZC10b2tlbg==' } }),
      401,
      'token_missing',
    );
    expect(sink.stored.size).toBe(0);
  });

  it('is 401 before its body is looked at', async () => {
    expectProblem(await post('{not json', { token: 'wrong' }), 401, 'token_invalid');
  });

  it('with a reading of another device is 403, and nothing of it is stored', async () => {
    const answer = await post([EXAMPLE, { ...EXAMPLE, device_id: 'HEALTH02' }]);
    expectProblem(answer, 403, 'device_mismatch');
    expect(answer.body.errors).toMatchObject([{ index: 1, field: 'device_id', limit: 'HEALTH01', value: 'HEALTH02' }]);
    expect(sink.stored.size).toBe(0);
  });

  it.each([
    ['{"device_id":', 'It ends too early.'],
    ['', 'There is nothing in it.'],
    ['{"device_id":"HEALTH01",}', 'It is no JSON from character 25 on.'],
    [JSON.stringify(EXAMPLE).slice(0, -1), 'It is no JSON from character '],
    ['spo2=97', 'It is no JSON.'],
  ])('that is not JSON is 400 and says where: %j', async (body, detail) => {
    const answer = await post(body);
    expectProblem(answer, 400, 'invalid_json');
    expect(answer.body.detail).toContain(detail);
  });

  it('larger than a thousand readings can be is 413', async () => {
    const answer = await post(`"${'x'.repeat(1000 * 512)}"`);
    expectProblem(answer, 413, 'body_too_large');
    expect(answer.body.detail).toBe('At most 512000 bytes fit one request.');
  });

  it('of another media type, or compressed, is 415', async () => {
    expectProblem(await post(EXAMPLE, { headers: { 'content-type': 'text/plain' } }), 415, 'unsupported_media_type');
    expectProblem(await post(EXAMPLE, { headers: { 'content-type': 'application/xml' } }), 415, 'unsupported_media_type');
    expectProblem(await post(EXAMPLE, { headers: { 'content-encoding': 'gzip' } }), 415, 'unsupported_media_type');
  });

  it('by a method that the path does not offer is 405 with those that it does, and elsewhere 404', async () => {
    const offered = { '/api/healthdata': 'POST', '/healthz': 'GET, HEAD', '/api/openapi.json': 'GET, HEAD' };
    for (const [url, allow] of Object.entries(offered)) {
      for (const method of METHODS) {
        if (method === 'CONNECT' || allow.split(', ').includes(method)) continue;
        // With a body of a kind that is not read here, it is the method all the same.
        const headers = method === 'GET' || method === 'HEAD' ? {} : { 'content-type': 'text/plain' };
        const answer = await app.inject({ method: method as 'GET', url, headers });
        expect([method, url, answer.statusCode, answer.headers.allow]).toEqual([method, url, 405, allow]);
        if (method !== 'HEAD') expect(answer.json().code).toBe('method_not_allowed');
      }
    }
    for (const method of ['GET', 'POST', 'QUERY', 'PURGE'] as readonly string[]) {
      const answer = await app.inject({ method: method as 'GET', url: '/api/nothing' });
      expect([method, answer.statusCode, answer.json().code]).toEqual([method, 404, 'not_found']);
    }
    expect((await app.inject({ method: 'HEAD', url: '/healthz' })).statusCode).toBe(200);
  });

  it('while the disk is full or the engine is away is 503 with Retry-After', async () => {
    sink.failure = Object.assign(new Error('no space left'), { name: 'DiskFullError' });
    const full = await post(EXAMPLE);
    expectProblem(full, 503, 'disk_full');
    expect(full.headers['retry-after']).toBe('30');
    sink.failure = Object.assign(new Error('restarting'), { name: 'EngineUnavailableError' });
    const away = await post(EXAMPLE);
    expectProblem(away, 503, 'engine_unavailable');
    expect(away.headers['retry-after']).toBe('5');
  });

  it('for a fault of the console is 500 without its innards, and is reported to the host', async () => {
    lookupFailure = new Error('secret path /var/lib');
    const answer = await post(EXAMPLE);
    expectProblem(answer, 500, 'internal');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(faults).toEqual([lookupFailure]);
  });
});

describe('limits', () => {
  it('a device that sends faster than it may is 429 with Retry-After, and other devices are not slowed', async () => {
    const reading = (index: number, device_id = 'HEALTH01') => ({
      device_id,
      heart_rate: 60,
      timestamp: new Date(NOW_MS - index * 1000).toISOString(),
    });
    expect((await post(Array.from({ length: 1000 }, (_, index) => reading(index)))).status).toBe(201);
    const tooFast = await post(Array.from({ length: 300 }, (_, index) => reading(2000 + index)));
    expectProblem(tooFast, 429, 'too_many_readings');
    expect(tooFast.headers['retry-after']).toBe('2');
    expect(tooFast.body.detail).toBe('At most 1000 readings at once, and 200 a second after them.');
    expect(sink.stored.size).toBe(1000);
    expect((await post(reading(1, 'HEALTH02'), { token: 'other-token' })).status).toBe(201);
    clockMs += 2000;
    expect((await post(Array.from({ length: 300 }, (_, index) => reading(2000 + index)))).status).toBe(201);
  });

  it('wrong tokens from one address are 429 after twenty, which keeps out neither a right token, known or new, nor another address', async () => {
    await post(EXAMPLE);
    for (let guess = 0; guess < 20; guess++) expect((await post(EXAMPLE, { token: `guess-${guess}` })).status).toBe(401);
    const throttled = await post(EXAMPLE, { token: 'guess-20' });
    expectProblem(throttled, 429, 'too_many_failures');
    expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
    expect((await post(EXAMPLE)).status).toBe(200);
    expect((await post({ ...EXAMPLE, device_id: 'HEALTH02' }, { token: 'other-token' })).status).toBe(201);
    expect((await post(EXAMPLE, { token: 'guess-21', from: '10.0.0.10' })).status).toBe(401);
  });

  it('a device that sends what is no reading is 429 after sixty and before its body is read, and others are not slowed', async () => {
    for (let sent = 0; sent < 60; sent++) expectProblem(await post('{'), 400, 'invalid_json');
    const answer = await post('{');
    expectProblem(answer, 429, 'too_many_refused');
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.headers.connection).not.toBe('close');
    expect((await post(`"${'x'.repeat(20_000)}"`)).headers.connection).toBe('close');
    expect((await post({ ...EXAMPLE, device_id: 'HEALTH02' }, { token: 'other-token' })).status).toBe(201);
    clockMs += 1_000;
    expect((await post(EXAMPLE)).status).toBe(201);
  });

  it('a device whose values are out of range is told so however often it sends', async () => {
    for (let sent = 0; sent < 100; sent++) expectProblem(await post({ ...EXAMPLE, spo2: 920 }), 422, 'reading_invalid');
  });

  it('a token that was right and is revoked is refused like any other', async () => {
    await post(EXAMPLE);
    revoked.add('HEALTH01');
    expectProblem(await post(EXAMPLE), 401, 'token_invalid');
  });
});

describe('what JSON can hold and a reading cannot', () => {
  const good = JSON.stringify(EXAMPLE);
  const deep = '['.repeat(6) + ']'.repeat(6);

  it.each([
    [
      'a number beyond all numbers',
      '{"device_id":"HEALTH01","timestamp":"2025-04-14T10:44:00Z","glucose":1e400}',
      'not_a_number',
    ],
    ['a nested value', `{"device_id":"HEALTH01","timestamp":"2025-04-14T10:44:00Z","glucose":${deep}}`, 'not_a_number'],
    ['a list in place of a reading', deep, 'not_an_object'],
  ])('%s is refused by name, and the good reading beside it is stored', async (_, bad, code) => {
    const answer = await post(`[${good},${bad}]`);
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body).toMatchObject({ accepted: 1, errors: [{ index: 1, code }] });
    expect(faults).toEqual([]);
  });

  it('a body nested without end is 400 before it is parsed, and nothing of it is stored', async () => {
    const endless = '['.repeat(100_000) + ']'.repeat(100_000);
    const answer = await post(`[${good},${endless}]`);
    expectProblem(answer, 400, 'invalid_json');
    expect(answer.body.detail).toBe('Nested more than 8 deep.');
    expectProblem(await post(']'), 400, 'invalid_json');
    expect(sink.stored.size).toBe(0);
  });

  it('a list of bad readings is told the first hundred errors', async () => {
    const answer = await post([EXAMPLE, ...Array.from({ length: 999 }, () => null)]);
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body).toMatchObject({ accepted: 1, detail: expect.stringMatching(/^999 of 1000 refused/) });
    expect(answer.body.errors).toHaveLength(100);
  });

  it.each(['__proto__', 'constructor'])('a field called %s is a field like any other that is not known', async (key) => {
    const answer = await post(
      `[${good},{"device_id":"HEALTH01","timestamp":"2025-04-14T10:44:00Z","glucose":100,"${key}":{"prototype":{"x":1}}}]`,
    );
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body).toMatchObject({ accepted: 1, errors: [{ index: 1, code: 'unknown_field', field: key }] });
  });

  it.each([
    ['in any other encoding', Buffer.from(good, 'utf16le')],
    ['with a byte that no UTF-8 holds', Buffer.from(good.replace('HEALTH01', 'H\u00e9alth'), 'latin1')],
  ])('a body %s is 400', async (_, payload) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer good-token' };
    const answer = await app.inject({ method: 'POST', url: '/api/healthdata', headers, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_json']);
    expect(sink.stored.size).toBe(0);
  });

  it('a field given twice is refused by name, however it is written, and the good reading beside it is stored', async () => {
    const twice = '{"device_id":"HEALTH01","timestamp":"2025-04-14T10:44:00Z","glucose":100,"gl\\u0075cose":400}';
    const answer = await post(`[${twice},${good}]`);
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body).toMatchObject({ accepted: 1, errors: [{ index: 0, code: 'repeated_field', field: 'glucose' }] });
    expectProblem(await post(twice), 422, 'reading_invalid');
    expect(sink.stored.size).toBe(1);
  });

  it('colons, quotes and brackets within a text are no fields', async () => {
    const odd = { ...EXAMPLE, note: 'a":{[,"b":1,"b":2' };
    const answer = await post([EXAMPLE, odd]);
    expect(answer.body.errors.map(({ code }: { code: string }) => code)).toEqual(['unknown_field']);
  });

  it('thousands of unknown fields earn an answer no larger than the request', async () => {
    const junk = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`f${index}`, 1]));
    const answer = await post({ ...EXAMPLE, ...junk });
    expectProblem(answer, 422, 'reading_invalid');
    expect(answer.body.errors).toHaveLength(6);
    expect(answer.body.errors[5].message).toBe('29995 more are not fields of a reading.');
  });
});
