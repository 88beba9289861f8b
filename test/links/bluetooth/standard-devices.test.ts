// Devices of the adopted profiles beside their readings: the cuff's pressure while it measures, what was eaten, clocks that are set, octet orders.
import { afterEach, describe, expect, it } from 'vitest';
import { forgetfulMemory, type LinkMemory, NOTHING_REMEMBERED } from '../../../src-main/links/bluetooth/memory.ts';
import { decodeCurrentTime, encodeCurrentTime } from '../../../src-main/links/bluetooth/profiles/current-time.ts';
import { QUALITY } from '../../../src-main/links/link.ts';
import { type GattEntry, GattPeripheral } from './gatt-peripheral.ts';
import { hex } from './hex.ts';
import { type Bench, openBench, until } from './test-bench.ts';

const DEVICE = { address: '02:00:00:00:00:55', name: 'Device', serial: 'STD-5555' };
const AT = DEVICE.address.toUpperCase();

let bench: Bench;

afterEach(() => bench.close());

async function connected(entries: readonly GattEntry[], memory: LinkMemory = forgetfulMemory()): Promise<GattPeripheral> {
  const clock = { nowMs: () => Date.now(), after: quickTimer };
  bench = await openBench({ memory, clock, timeZone: () => 'UTC', timing: { connectWithinMs: 4_000 } });
  const peripheral = new GattPeripheral(DEVICE, entries);
  bench.radio.add(peripheral);
  bench.link.restore([{ deviceId: DEVICE.serial, address: AT }]);
  await until('connected', () => bench.sink.states(DEVICE.serial).includes('connected'));
  return peripheral;
}

/** What is waited for longer than five seconds comes a hundred times as fast. */
function quickTimer(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs > 5_000 ? delayMs / 100 : delayMs);
  return () => clearTimeout(timer);
}

const details = (): (string | undefined)[] => bench.sink.statuses.map(({ detail }) => detail);

describe('a blood pressure cuff', () => {
  const MEASUREMENT: GattEntry = { service: '1810', uuid: '2a35', properties: ['indicate'] };

  it('tells how far it is inflated while it measures, and that is no measurement', async () => {
    const cuff = await connected([MEASUREMENT, { service: '1810', uuid: '2a36', properties: ['notify'] }]);
    cuff.notify('1810', '2a36', hex('00 84 00 FF 07 FF 07'));
    await until('told', () => details().includes('Measuring: the cuff is at 132 mmHg.'));
    cuff.notify('1810', '2a36', hex('00 84'));
    await until('refused', () => bench.sink.rejections.length === 1);
    expect(bench.sink.rejections[0]?.reason).toMatch(/^Cuff pressure: /);
    expect(bench.sink.measurements).toEqual([]);
  });

  it('with a clock four minutes slow is dated right, marked, and set', async () => {
    let slowMs = 4 * 60_000;
    const written: number[] = [];
    const clock: GattEntry = {
      service: '1805',
      uuid: '2a2b',
      properties: ['read', 'write'],
      value: () => encodeCurrentTime(Date.now() - slowMs),
      written: (bytes) => {
        const shown = decodeCurrentTime(bytes);
        if (!shown.ok) throw new Error(shown.reason);
        const { year, month, day, hour, minute, second } = shown.value.now;
        written.push(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour, minute, second));
        slowMs = 0;
      },
    };
    const cuff = await connected([MEASUREMENT, clock]);
    const reading = (): Uint8Array =>
      Uint8Array.from([0x02, 0x7c, 0, 0x56, 0, 0x61, 0, ...encodeCurrentTime(Date.now() - slowMs).subarray(0, 7)]);
    cuff.notify('1810', '2a35', reading());
    await until('measured', () => bench.sink.measurements.length === 1);
    const [first] = bench.sink.measurements;
    expect(Math.abs((first?.takenAtMs ?? 0) - Date.now())).toBeLessThan(5_000);
    expect(first).toMatchObject({ origin: 'live', quality: QUALITY.clockCorrected });
    expect(bench.sink.statuses.at(-1)).toMatchObject({ clock: 'corrected' });
    await until('set', () => written.length === 1);
    expect(Math.abs((written[0] ?? 0) - Date.now())).toBeLessThan(5_000);
    await until('said', () => details().includes('Its clock was wrong; the console has set it.'));
    cuff.notify('1810', '2a35', reading());
    await until('measured again', () => bench.sink.measurements.length === 2);
    expect(bench.sink.measurements[1]?.quality).toBe(0);
    expect(bench.sink.statuses.at(-1)).toMatchObject({ clock: 'right' });
  });
});

describe('glucose', () => {
  it('a meter’s context is told beside the reading', async () => {
    const meter = await connected([
      { service: '1808', uuid: '2a18', properties: ['notify'] },
      { service: '1808', uuid: '2a34', properties: ['notify'] },
    ]);
    // Number 1, breakfast of 0.060 kg, after a meal.
    meter.notify('1808', '2a34', hex('03 01 00 01 3C D0 02'));
    await until('told', () => details().includes('Its last reading: after a meal, 60 g carbohydrate.'));
  });

  it.each([
    ['status-first', QUALITY.sensorFault],
    ['warning-first', QUALITY.questionable],
  ] as const)('a sensor’s octets are read %s where its profile says so', async (cgmOctetOrder, quality) => {
    const memory = { ...forgetfulMemory(), of: async () => ({ ...NOTHING_REMEMBERED, cgmOctetOrder }) };
    const sensor = await connected([{ service: '181f', uuid: '2aa7', properties: ['notify'] }], memory);
    // 120 mg/dL, minute 6; octets 08 00 01: malfunction if the status comes first, else stopped.
    sensor.notify('181f', '2aa7', hex('09 E0 0C 10 06 00 08 00 01'));
    await until('measured', () => bench.sink.measurements.length === 1);
    expect((bench.sink.measurements[0]?.quality ?? 0) & (QUALITY.sensorFault | QUALITY.questionable)).toBe(quality);
  });

  it('a sensor whose session has stopped is started when a person pairs it', async () => {
    const asked: string[] = [];
    let stopped = true;
    const clock = { nowMs: () => Date.now(), after: quickTimer };
    bench = await openBench({ clock });
    const sensor: GattPeripheral = new GattPeripheral(DEVICE, [
      { service: '181f', uuid: '2aa7', properties: ['notify'] },
      { service: '181f', uuid: '2aa9', properties: ['read'], value: () => Uint8Array.of(0, 0, stopped ? 1 : 0, 0, 0) },
      {
        service: '181f',
        uuid: '2aac',
        properties: ['write', 'indicate'],
        written: (bytes) => {
          asked.push(Buffer.from(bytes).toString('hex'));
          stopped = false;
          sensor.notify('181f', '2aac', Uint8Array.of(0x1c, 0x1a, 1));
        },
      },
    ]);
    bench.radio.add(sensor);
    bench.link.restore([{ deviceId: DEVICE.serial, address: AT }]);
    await until('connected by itself', () => bench.sink.states(DEVICE.serial).includes('connected'));
    expect([asked, bench.sink.statuses.at(-1)?.detail]).toEqual([[], 'The session of its glucose sensor has stopped.']);
    await bench.link.disconnect(DEVICE.serial);
    bench.link.scan(true);
    await until('heard', () => bench.link.found().length === 1);
    await bench.link.pair(AT);
    expect(asked).toEqual(['1a']);
    expect(bench.sink.statuses.at(-1)?.detail).toBe('');
  });
});
