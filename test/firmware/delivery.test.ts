// Delivery over the network: what a payload holds, and that a record is freed only when the far end has it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Delivered, Delivery, type Payload, payloadsOf } from '../../firmware/raspberry-pi/delivery.ts';
import { type HealthRecord, type NewRecord, RECORD_QUALITY } from '../../firmware/raspberry-pi/healthsense-frames.ts';
import { RecordStore } from '../../firmware/raspberry-pi/record-store.ts';
import { httpWay } from '../../firmware/raspberry-pi/ways.ts';

const AT = Date.UTC(2026, 0, 5, 6);

function record(values: NewRecord['values'], quality = 0, takenAtMs = AT): HealthRecord {
  return { sequence: 1, takenAtMs, values, quality };
}

describe('payloads', () => {
  it('records of one moment are one payload, in the names of the interface', () => {
    const records = [record({ heartRate: 70.26 }), record({ spo2: 96, pulseRate: 71 }), record({ glucose: 104 }, 0, AT + 1_000)];
    expect(payloadsOf('HS-1', records)).toEqual([
      { device_id: 'HS-1', timestamp: '2026-01-05T06:00:00.000Z', heart_rate: 70.3, spo2: 96 },
      { device_id: 'HS-1', timestamp: '2026-01-05T06:00:01.000Z', glucose: 104 },
    ]);
  });

  it("an oximeter's pulse stands in for a heart rate, a cuff's does not", () => {
    expect(payloadsOf('HS-1', [record({ spo2: 96, pulseRate: 71 })])).toMatchObject([{ spo2: 96, heart_rate: 71 }]);
    const [cuff] = payloadsOf('HS-1', [record({ systolic: 120, diastolic: 80, pulseRate: 71 })]);
    expect(cuff).toEqual({ device_id: 'HS-1', timestamp: '2026-01-05T06:00:00.000Z', bp_systolic: 120, bp_diastolic: 80 });
  });

  it('what is doubted, has no value or no time is not sent as if it were sound', () => {
    expect(payloadsOf('HS-1', [record({ spo2: 80 }, RECORD_QUALITY.questionable)])).toEqual([]);
    expect(payloadsOf('HS-1', [record({ spo2: null }, RECORD_QUALITY.sensorOff)])).toEqual([]);
    expect(payloadsOf('HS-1', [record({ spo2: 96 }, 0, 0)])).toEqual([]);
    expect(payloadsOf('HS-1', [record({ spo2: 96 }, RECORD_QUALITY.movement)])).toHaveLength(1);
  });
});

describe('store and forward', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function bench(deliver: (batch: readonly Payload[]) => Promise<Delivered>) {
    const store = new RecordStore({ path: ':memory:', capacity: 10_000, ways: ['http'] });
    const said: string[] = [];
    const delivery = new Delivery({
      way: 'http',
      deviceId: 'HS-1',
      store,
      everyMs: 1_000,
      deliver,
      say: (text) => said.push(text),
    });
    const make = (count: number, everyMs = 1_000): void => {
      store.append(
        Array.from({ length: count }, (_, at) => ({ takenAtMs: AT + at * everyMs, values: { spo2: 96 }, quality: 0 })),
      );
    };
    return { store, said, delivery, make };
  }

  it('a record is kept until it is acknowledged, and every one arrives once', async () => {
    const arrived: Payload[] = [];
    let isDown = true;
    const { store, said, delivery, make } = bench(async (batch) => {
      if (isDown) throw new Error('no route');
      arrived.push(...batch);
      return 'acknowledged';
    });
    make(900);
    delivery.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([store.oldest, store.newest]).toEqual([1, 900]);
    isDown = false;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(arrived.map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 900 }, (_, at) => new Date(AT + at * 1_000).toISOString()),
    );
    expect(store.oldest).toBe(901);
    expect(said).toEqual(['http: not delivered, kept and tried again', 'http: delivers again']);
    await delivery.stop();
  });

  it('a far end that is down is asked less and less often', async () => {
    const deliver = vi.fn(async () => 'try-again' as const);
    const { delivery, make } = bench(deliver);
    make(1);
    delivery.start();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(deliver.mock.calls.length).toBeGreaterThan(8);
    expect(deliver.mock.calls.length).toBeLessThan(40);
    await delivery.stop();
  });

  it('a batch never ends within a moment', async () => {
    const batches: (readonly Payload[])[] = [];
    const { store, delivery } = bench(async (batch) => {
      batches.push(batch);
      return 'acknowledged';
    });
    store.append(
      Array.from({ length: 999 }, (_, at) => ({
        takenAtMs: AT + Math.floor(at / 3) * 1_000,
        values: [{ heartRate: 70 }, { spo2: 96 }, { glucose: 100 }][at % 3] ?? {},
        quality: 0,
      })),
    );
    delivery.start();
    await vi.advanceTimersByTimeAsync(5_000);
    const payloads = batches.flat();
    expect(payloads).toHaveLength(333);
    expect(payloads.every((payload) => 'heart_rate' in payload && 'spo2' in payload && 'glucose' in payload)).toBe(true);
    await delivery.stop();
  });
});

describe('HTTP', () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function answering(status: number, type: string): Promise<{ result: Delivered; asked: IncomingMessage | null }> {
    let asked: IncomingMessage | null = null;
    server = createServer((request: IncomingMessage, answer: ServerResponse) => {
      asked = request;
      request.resume().on('end', () => answer.writeHead(status, { 'content-type': type }).end('{}'));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const deliver = httpWay({ url: `http://127.0.0.1:${port}`, token: 'secret', say: () => {} });
    return { result: await deliver([{ device_id: 'HS-1', timestamp: '', spo2: 96 }]), asked };
  }

  it('goes to the interface with the token', async () => {
    const { result, asked } = await answering(201, 'application/json');
    expect(result).toBe('acknowledged');
    expect([asked?.url, asked?.headers.authorization]).toEqual(['/api/healthdata', 'Bearer secret']);
  });

  it.each([
    [200, 'application/json', 'acknowledged'],
    [422, 'application/problem+json; charset=utf-8', 'acknowledged'],
    [422, 'text/html', 'try-again'],
    [401, 'application/problem+json', 'try-again'],
    [429, 'application/problem+json', 'try-again'],
    [503, 'application/problem+json', 'try-again'],
  ])('%i %s: %s', async (status, type, expected) => {
    expect((await answering(status, type)).result).toBe(expected);
  });
});
