// The drivers of real sensors, each against what its sensor says: kernel files and samples, a serial line, a web feed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROFILES } from '../../firmware/raspberry-pi/patient-profiles.ts';
import { Physiology } from '../../firmware/raspberry-pi/physiology.ts';
import { Ad8232 } from '../../firmware/raspberry-pi/sensors/ad8232.ts';
import { GlucoseFeed } from '../../firmware/raspberry-pi/sensors/glucose-feed.ts';
import { IioBuffer } from '../../firmware/raspberry-pi/sensors/iio-buffer.ts';
import { Max30102 } from '../../firmware/raspberry-pi/sensors/max30102.ts';
import { PowerSupply } from '../../firmware/raspberry-pi/sensors/power-supply.ts';
import { Reopened } from '../../firmware/raspberry-pi/sensors/reopened.ts';
import { parseCuffLine, SerialCuff } from '../../firmware/raspberry-pi/sensors/serial-cuff.ts';
import { simulatedEcg } from '../../firmware/raspberry-pi/sensors/simulated-ecg.ts';
import { IioDevice } from './iio-device.ts';

const LIGHT = { intensity_red: 'be:u18/32>>8', intensity_ir: 'be:u18/32>>8' };
const NOW = { realMs: 1_000_000, bodyMs: 1_000_000 };

const closing: { close?(): void; stop?(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) {
    part.stop?.();
    part.close?.();
  }
});

function kept<T extends { close?(): void; stop?(): void }>(part: T): T {
  closing.push(part);
  return part;
}

/** Red and infra-red as the kernel passes them on: 18 bits in the upper part of 32, big-endian. */
function lightBytes(samples: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.alloc(samples.length * 8);
  samples.forEach(([red, ir], at) => {
    bytes.writeUInt32BE(red << 8, at * 8);
    bytes.writeUInt32BE(ir << 8, at * 8 + 4);
  });
  return bytes;
}

/** A finger at 75 beats a minute whose ratio of ratios is 0.6: 92.5 % by the sensor's curve. */
function finger(seconds: number): (readonly [number, number])[] {
  const wave = (phase: number, at: number, width: number): number => Math.exp(-(((phase - at) / width) ** 2) / 2);
  return Array.from({ length: seconds * 100 }, (_, sample) => {
    const phase = ((sample / 100) * 1.25) % 1;
    const blood = 0.02 * (wave(phase, 0.22, phase < 0.22 ? 0.075 : 0.11) + 0.33 * wave(phase, 0.52, 0.1));
    return [Math.round(90_000 * (1 - 0.6 * blood)), Math.round(120_000 * (1 - blood))] as const;
  });
}

describe('samples through the kernel', () => {
  it('a scan is read as the kernel describes it: order, sign, shift and alignment', async () => {
    const device = kept(
      new IioDevice('mixed', { voltage0: 'le:s12/16>>4', voltage1: 'be:u24/32>>8', timestamp: 'le:s64/64>>0' }),
    );
    const heard: (readonly number[])[] = [];
    const options = { device: 'mixed', channels: ['voltage1', 'voltage0'], trigger: 'ecg', sampleHz: 250, failed: () => {} };
    kept(new IioBuffer({ ...options, heard: (counts) => heard.push(counts), sysfs: device.sysfs, dev: device.dev }));
    expect(['voltage0', 'voltage1', 'timestamp'].map((name) => device.file(`iio:device0/scan_elements/in_${name}_en`))).toEqual([
      '1',
      '1',
      '0',
    ]);
    expect(device.file('trigger0/sampling_frequency')).toBe('250');
    expect(device.file('iio:device0/trigger/current_trigger')).toBe('ecg');
    expect(device.file('iio:device0/buffer/enable')).toBe('1');
    // -2 in 12 bits, shifted by 4; two octets of padding; 0x123456 above one octet of shift.
    const scan = Buffer.from('e0ff0000123456aa', 'hex');
    await device.send(scan.subarray(0, 3));
    await device.send(Buffer.concat([scan.subarray(3), scan]));
    await vi.waitFor(() =>
      expect(heard).toEqual([
        [0x123456, -2],
        [0x123456, -2],
      ]),
    );
  });

  it('what is not there is said in plain words', () => {
    const device = kept(new IioDevice('max30102', { intensity_red: 'be:u18/32>>8' }));
    const options = { trigger: null, sampleHz: null, heard: () => {}, failed: () => {}, sysfs: device.sysfs, dev: device.dev };
    expect(() => new IioBuffer({ ...options, device: 'ads1015', channels: [] })).toThrow(/no sensor ads1015/);
    expect(() => new IioBuffer({ ...options, device: 'max30102', channels: ['intensity_ir'] })).toThrow(
      /no channel intensity_ir/,
    );
    const paced = { ...options, device: 'max30102', channels: ['intensity_red'], trigger: 'sleepy' };
    expect(() => new IioBuffer(paced)).toThrow(/no trigger sleepy/);
  });
});

describe('MAX30102', () => {
  it('a finger is measured, no finger is said to be none, and silence is no reading', async () => {
    const device = kept(new IioDevice('max30102', LIGHT));
    let nowMs = NOW.realMs;
    const places = { sysfs: device.sysfs, dev: device.dev, failed: () => {}, nowMs: () => nowMs };
    const sensor = kept(new Max30102(places));
    expect(sensor.sample(NOW)).toBeNull();
    await device.send(lightBytes(finger(20)));
    await vi.waitFor(() => expect(sensor.sample(NOW)?.spo2Percent).toBeCloseTo(92.5, 0));
    await vi.waitFor(() => expect(sensor.sample(NOW)?.pulseRatePerMin).toBeCloseTo(75, 0));
    expect(sensor.sample(NOW)).toMatchObject({ questionable: false, lowPerfusion: false, offUser: false });
    await device.send(lightBytes(Array.from({ length: 50 }, () => [300, 200] as const)));
    await vi.waitFor(() => expect(sensor.sample(NOW)).toMatchObject({ offUser: true, spo2Percent: null }));
    nowMs += 5_000;
    expect(sensor.sample({ ...NOW, realMs: nowMs })).toBeNull();
  });
});

describe('a sensor that fails', () => {
  it('is looked for again, and each reason is said once', () => {
    let nowMs = 0;
    let isThere = false;
    let fail: (reason: string) => void = () => {};
    const said: string[] = [];
    const stop = vi.fn();
    const sensor = new Reopened({
      name: 'cuff',
      nowMs: () => nowMs,
      say: (text) => said.push(text),
      open: (failed) => {
        if (!isThere) throw new Error('It is not there.');
        fail = failed;
        return { stop };
      },
    });
    for (nowMs = 0; nowMs < 60_000; nowMs += 1_000) expect(sensor.current()).toBeNull();
    isThere = true;
    nowMs += 10_000;
    expect(sensor.current()).not.toBeNull();
    fail('It fell off.');
    expect([sensor.current(), stop.mock.calls.length]).toEqual([null, 1]);
    nowMs += 10_000;
    expect(sensor.current()).not.toBeNull();
    sensor.stop();
    nowMs += 10_000;
    expect(sensor.current()).toBeNull();
    expect(said).toEqual([
      'cuff: It is not there; it is tried again',
      'cuff: works again',
      'cuff: It fell off; it is tried again',
      'cuff: works again',
    ]);
  });
});

describe('AD8232', () => {
  /** What the converter reads of a heart at 80 a minute: 0.125 mV a step around half of 3.3 V, a hundredfold. */
  function heartBytes(seconds: number): Buffer {
    const body = new Physiology(PROFILES.healthy, 1, 0);
    const ecg = simulatedEcg(() => ({ ...body.state(), heartRatePerMin: 80, worn: true, moving: false }), 1);
    ecg.take(0, true);
    const samples = Array.from({ length: seconds }, (_, second) => ecg.take((second + 1) * 1_000, true).samples).flat();
    const bytes = Buffer.alloc(samples.length * 2);
    for (const [at, counts] of samples.entries()) bytes.writeInt16LE(Math.round((1_650 + counts * 0.005 * 100) / 0.125), at * 2);
    return bytes;
  }

  function device(): IioDevice {
    const files = { in_voltage0_scale: '0.125', in_voltage0_sampling_frequency: '128' };
    return kept(new IioDevice('ads1015', { voltage0: 'le:s16/16>>0' }, files));
  }

  it('samples come out 12 bits wide and in order, and the heart rate with its intervals', async () => {
    const iio = device();
    const places = { sysfs: iio.sysfs, dev: iio.dev, failed: () => {}, nowMs: () => NOW.realMs };
    const sensor = kept(new Ad8232({ ...places, trigger: 'ecg', leadOffFiles: [] }));
    expect(iio.file('iio:device0/in_voltage0_sampling_frequency')).toBe('860');
    await iio.send(heartBytes(4));
    const first = await vi.waitFor(() => {
      const block = sensor.take(0, true);
      expect(block.samples.length).toBeGreaterThan(0);
      return block;
    });
    expect(first.firstIndex).toBe(0);
    // 1.05 mV of R wave at 8.057 µV a count.
    expect(Math.max(...first.samples)).toBeGreaterThan(100);
    await iio.send(heartBytes(16));
    await vi.waitFor(() => expect(sensor.heart.sample(NOW)?.heartRatePerMin).toBeCloseTo(80, -0.5));
    expect(sensor.feature).toEqual({ sampleRateHz: 250, nanovoltPerCount: 8_057, lead: 'II' });
  });

  it('an electrode that is off is said to be, and the rate is no rate', async () => {
    const iio = device();
    const places = { sysfs: iio.sysfs, dev: iio.dev, failed: () => {}, nowMs: () => NOW.realMs };
    const off = iio.put('gpio17/value', '1\n');
    const sensor = kept(new Ad8232({ ...places, trigger: 'ecg', leadOffFiles: [off] }));
    await iio.send(Buffer.alloc(200, 0));
    await vi.waitFor(() => expect(sensor.take(0, true)).toMatchObject({ leadOff: true, saturated: true }));
    expect(sensor.heart.sample(NOW)).toEqual({ heartRatePerMin: 0, contact: false, rrIntervalsMs: [] });
  });
});

describe('cuff on a serial line', () => {
  it.each([
    ['129, 087, 095', { systolicMmHg: 129, diastolicMmHg: 87, pulseRatePerMin: 95, meanMmHg: null }],
    ['ERR 3', { systolicMmHg: null, diastolicMmHg: null, pulseRatePerMin: null, meanMmHg: null }],
  ])('%s', (line, sample) => {
    expect(parseCuffLine(line)).toMatchObject(sample);
  });

  it.each([
    '',
    '129, 087',
    '087, 129, 095',
    '129, 087, 005',
    '1290, 087, 095',
    '129, 087, 095, 1',
    'inflating',
    '129, 087, 095 '.padEnd(40),
  ])('passes over %j', (line) => {
    expect(parseCuffLine(line)).toBeNull();
  });

  it('lines cut anywhere are put together, one sample each', () => {
    const port = new PassThrough();
    const cuff = new SerialCuff(port);
    for (const piece of ['12', '9, 087,', ' 095\r', '\nnoise\nERR\r\n118, 076, 06']) port.write(piece);
    port.resume();
    expect([cuff.sample()?.systolicMmHg, cuff.sample()?.systolicMmHg, cuff.sample()]).toEqual([129, null, null]);
    port.write('1\n');
    expect(cuff.sample()?.pulseRatePerMin).toBe(61);
  });
});

describe('battery gauge', () => {
  it('tells the charge, and nothing where there is nothing to tell', () => {
    const folder = mkdtempSync(join(tmpdir(), 'healthsense-power-'));
    kept({ close: () => rmSync(folder, { recursive: true, force: true }) });
    const gauge = new PowerSupply('BAT0', folder);
    expect(gauge.sample()).toBeNull();
    mkdirSync(join(folder, 'BAT0'));
    for (const [text, percent] of [
      ['87\n', 87],
      ['unknown\n', null],
      ['-1\n', null],
    ] as const) {
      writeFileSync(join(folder, 'BAT0', 'capacity'), text);
      expect(gauge.sample()).toBe(percent);
    }
  });
});

describe('glucose feed', () => {
  let body: unknown = [];
  let status = 200;

  async function feed(nowMs: number, failed: (reason: string) => void = () => {}): Promise<GlucoseFeed> {
    const server: Server = createServer((_request, answer) => answer.writeHead(status).end(JSON.stringify(body)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    kept({ close: () => server.closeAllConnections() });
    kept({ close: () => void server.close() });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sgv.json`;
    return kept(new GlucoseFeed({ url, nowMs: () => nowMs, failed }));
  }

  it('a new entry becomes one sample with its trend; the same entry again becomes none', async () => {
    status = 200;
    body = [
      { sgv: 145, date: 1_000_000, direction: 'Flat' },
      { sgv: 140, date: 700_000 },
    ];
    const sensor = await feed(1_060_000);
    await sensor.poll();
    expect(sensor.sample()).toEqual({ glucoseMgDl: 145, trendMgDlPerMin: 1, qualityPercent: 100 });
    await sensor.poll();
    expect(sensor.sample()).toBeNull();
  });

  it('old entries, codes of errors and nonsense become nothing, and a failing feed says so once', async () => {
    status = 200;
    body = [
      { sgv: 12, date: 1_000_000 },
      { sgv: 120, date: 10_000 },
    ];
    const reasons: string[] = [];
    const sensor = await feed(1_060_000, (reason) => reasons.push(reason));
    await sensor.poll();
    expect(sensor.sample()).toBeNull();
    body = { not: 'a list' };
    await sensor.poll();
    status = 500;
    await sensor.poll();
    expect(sensor.sample()).toBeNull();
    expect(reasons).toHaveLength(1);
  });
});
