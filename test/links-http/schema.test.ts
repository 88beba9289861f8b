// The published schema and the check on the hot path say the same; timestamps and presence follow their rules.
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { mountHttpLink } from '../../src-main/links/http/http-link.ts';
import { parsePayload, parseTimestamp } from '../../src-main/links/payload/payload.ts';
import { Presence, SILENT_AFTER_MS } from '../../src-main/links/payload/presence.ts';
import { PAYLOAD_FIELDS, READING_SCHEMA } from '../../src-main/links/payload/schema.ts';
import { FakeSink } from './fake-sink.ts';

describe('the request schema', () => {
  const base = { device_id: 'HEALTH01', heart_rate: 87, timestamp: '2025-04-14T10:45:00Z' };
  const bodies: readonly unknown[] = [
    base,
    { ...base, spo2: null },
    { ...base, heart_rate: null },
    { ...base, heart_rate: null, spo2: null, glucose: null },
    { device_id: base.device_id, timestamp: base.timestamp },
    { ...base, spo2: 97.5, temperature: 36.8, respiratory_rate: 14 },
    { ...base, spo2: '97' },
    { ...base, spo2: true },
    { ...base, spo2: [97] },
    { ...base, extra: 1 },
    { ...base, device_id: '' },
    { ...base, device_id: 'x'.repeat(41) },
    { ...base, device_id: null },
    { ...base, timestamp: '2025-04-14T10:45:00' },
    { ...base, timestamp: '2025-04-14 10:45:00Z' },
    { ...base, timestamp: '2025-04-14T10:45:00+02:00' },
    { ...base, timestamp: '2025-04-14T24:00:00Z' },
    { heart_rate: 87, timestamp: base.timestamp },
    { heart_rate: 87, device_id: 'HEALTH01' },
    [],
    'text',
    null,
    12,
  ];

  it('accepts exactly what the console accepts', async () => {
    const app = Fastify({
      ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strict: false } },
    });
    app.post('/check', { schema: { body: READING_SCHEMA } }, async () => 'fine');
    const verdicts = await Promise.all(
      bodies.map(async (body) => {
        const answer = await app.inject({
          method: 'POST',
          url: '/check',
          headers: { 'content-type': 'application/json' },
          payload: JSON.stringify(body),
        });
        return answer.statusCode === 200;
      }),
    );
    await app.close();
    expect(verdicts).toEqual(bodies.map((body) => parsePayload(body, 0).ok));
    expect(verdicts.filter(Boolean)).toHaveLength(4);
  });

  it('is the one OpenAPI publishes, with every vital of the payload and every status', async () => {
    const app = Fastify();
    await mountHttpLink(app, { sink: new FakeSink(), deviceByToken: async () => null, version: '1.2.3' });
    const document = (await app.inject('/api/openapi.json')).json();
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'ok' });
    await app.close();
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe('1.2.3');
    expect(document.components.schemas.Reading).toEqual(JSON.parse(JSON.stringify(READING_SCHEMA)));
    expect(Object.keys(document.components.schemas.Reading.properties)).toEqual([
      'device_id',
      'timestamp',
      ...Object.keys(PAYLOAD_FIELDS),
    ]);
    const responses = document.paths['/api/healthdata'].post.responses;
    expect(Object.keys(responses).sort()).toEqual([
      '200',
      '201',
      '400',
      '401',
      '403',
      '408',
      '409',
      '413',
      '415',
      '422',
      '429',
      '431',
      '500',
      '503',
    ]);
    expect(responses['503'].headers['Retry-After']).toBeDefined();
  });
});

describe('timestamps', () => {
  it.each([
    ['2025-04-14T10:45:00Z', 1744627500000],
    ['2025-04-14t10:45:00z', 1744627500000],
    ['2025-04-14T12:45:00+02:00', 1744627500000],
    ['2025-04-14T05:15:00-05:30', 1744627500000],
    ['2025-04-14T10:45:00.1239999Z', 1744627500123],
    ['2025-04-14T10:45:00.5Z', 1744627500500],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    // The leap seconds of 2016, in UTC and where it was morning.
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1) - 1],
    ['2016-12-31T23:59:60.5Z', Date.UTC(2017, 0, 1) - 1],
    ['2017-01-01T08:59:60+09:00', Date.UTC(2017, 0, 1) - 1],
  ])('%s is read', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it.each([
    '2025-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-04-14T10:45Z',
    '2025-04-14T10:45:60Z',
    '2025-04-14T23:59:60Z',
    '2016-12-31T23:59:60+01:00',
    '2016-12-31T23:59:61Z',
    '2025-04-14',
    '14.4.2025',
    '0025-04-14T10:45:00+24:00',
    '',
  ])('%s is refused', (text) => {
    expect(parseTimestamp(text)).toBeNull();
  });

  it('of one leap second and of the milliseconds around it each have an identity of their own, in their order', () => {
    const times = ['23:59:59.998', '23:59:59.999', '23:59:60', '23:59:60.001', '23:59:60.1', '23:59:60.9999'];
    const identities = [...times.map((time) => `2016-12-31T${time}Z`), '2017-01-01T00:00:00Z'].map((timestamp) => {
      const parsed = parsePayload({ device_id: 'HEALTH01', heart_rate: 87, timestamp }, 0);
      if (!parsed.ok) throw new Error(`${timestamp} was refused`);
      return [parsed.measurement.takenAtMs, parsed.measurement.sequence] as const;
    });
    expect(new Set(identities.map(String)).size).toBe(identities.length);
    expect([...identities].sort((a, b) => a[0] - b[0] || a[1] - b[1])).toEqual(identities);
    expect(identities.filter(([, sequence]) => sequence === 0)).toHaveLength(3);
  });
});

describe('presence', () => {
  it('a silent device is lost once, and connected again with its next post', () => {
    let nowMs = 0;
    const sink = new FakeSink();
    const presence = new Presence(sink, 'http', () => nowMs);
    presence.heard('HEALTH01', '10.0.0.9');
    nowMs = SILENT_AFTER_MS - 1;
    presence.look();
    expect(sink.statuses).toHaveLength(1);
    nowMs = SILENT_AFTER_MS;
    presence.look();
    presence.look();
    presence.heard('HEALTH01', '10.0.0.9');
    presence.stop();
    expect(sink.statuses.map((status) => status.state)).toEqual(['connected', 'lost', 'connected']);
    expect(sink.statuses[1]?.detail).toBe('Nothing was posted for 5 minutes.');
  });
});
