// The whole Bluetooth path on a virtual radio under the real noble: scan, pair, read, lose, reconnect, and survive bad devices.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimulatedWearable, type SimulatedWearable } from '../../../firmware/raspberry-pi/index.ts';
import { systemClock } from '../../../src-main/links/bluetooth/clock.ts';
import { QUALITY } from '../../../src-main/links/link.ts';
import { hex } from './hex.ts';
import { type Bench, openBench, ScriptedPeripheral, until } from './test-bench.ts';

const A = { serial: 'HS-TEST-A', name: 'Wearable A', address: '02:00:00:00:00:0a' };
const B = { serial: 'HS-TEST-B', name: 'Wearable B', address: '02:00:00:00:00:0b' };
const QUICK = { tickMs: 20, dropOutsPerHour: 0 };

let bench: Bench;
const wearables: SimulatedWearable[] = [];

afterEach(async () => {
  await bench.close();
  for (const wearable of wearables.splice(0)) wearable.stop();
});

function wear(options: Parameters<typeof createSimulatedWearable>[0]): SimulatedWearable {
  const wearable = createSimulatedWearable({ ...QUICK, ...options });
  wearables.push(wearable);
  bench.radio.add(wearable.peripheral);
  wearable.start();
  return wearable;
}

async function scanned(count: number): Promise<void> {
  bench.link.scan(true);
  await until(`${count} devices found`, () => bench.link.found().length === count);
}

describe('simulated wearables', () => {
  it('two are found, paired and read at the same time, each under its own serial number', async () => {
    bench = await openBench();
    wear({ ...A, profile: 'hypertensive', seed: 1, speed: 60 });
    wear({ ...B, profile: 'copd', seed: 2, speed: 60 });
    await scanned(2);
    expect(bench.link.found()[0]).toMatchObject({
      services: ['Heart rate', 'Pulse oximeter', 'Blood pressure', 'Glucose sensor'],
      deviceId: null,
    });
    expect(bench.link.state()).toMatchObject({ state: 'scanning', radio: 'Simulated radio' });
    const paired = await Promise.all([bench.link.pair('02:00:00:00:00:0A'), bench.link.pair('02:00:00:00:00:0B')]);
    expect(paired).toEqual([
      { deviceId: 'HS-TEST-A', address: '02:00:00:00:00:0A', name: 'Wearable A' },
      { deviceId: 'HS-TEST-B', address: '02:00:00:00:00:0B', name: 'Wearable B' },
    ]);
    const has = (deviceId: string, kind: string) => bench.sink.of(deviceId).some(({ values }) => kind in values);
    for (const id of ['HS-TEST-A', 'HS-TEST-B']) {
      for (const kind of ['heartRate', 'spo2', 'pulseRate', 'systolic', 'diastolic', 'glucose', 'respiratoryRate']) {
        await until(`${kind} of ${id}`, () => has(id, kind), 12_000);
      }
    }
    const pressure = bench.sink.of('HS-TEST-A').find(({ values }) => values.systolic !== undefined);
    expect(pressure?.values.systolic).toBeGreaterThan(135);
    expect(Math.abs(Date.now() - (pressure?.takenAtMs ?? 0))).toBeLessThan(10_000);
    expect(bench.sink.rejections).toEqual([]);
    const identities = bench.sink
      .of('HS-TEST-A')
      .flatMap((one) => Object.keys(one.values).map((kind) => `${kind}/${one.takenAtMs}/${one.sequence}`));
    expect(new Set(identities).size).toBe(identities.length);
    expect(bench.sink.statuses.find(({ state }) => state === 'connected')).toMatchObject({
      transport: 'bluetooth',
      manufacturer: 'HealthSense',
      modelNumber: 'HS-1',
      batteryPercent: expect.any(Number),
      rssiDbm: expect.any(Number),
    });
  });

  it('a lost link is reported, and comes back by itself without a scan', async () => {
    bench = await openBench();
    wear({ ...A });
    await scanned(1);
    await bench.link.pair('02:00:00:00:00:0A');
    bench.link.scan(false);
    await until('readings', () => bench.sink.measurements.length > 0);
    bench.radio.breakLink(A.address);
    await until('lost', () => bench.sink.states('HS-TEST-A').includes('lost'));
    const heardBefore = bench.sink.measurements.length;
    await until('connected again', () => bench.sink.states('HS-TEST-A').at(-1) === 'connected');
    await until('readings again', () => bench.sink.measurements.length > heardBefore);
  });

  it('a clock set back by an hour keeps no device away', async () => {
    let setBackMs = 0;
    const clock = { ...systemClock, nowMs: () => Date.now() - setBackMs };
    bench = await openBench({ clock });
    wear({ ...A });
    await scanned(1);
    await bench.link.pair('02:00:00:00:00:0A');
    bench.radio.breakLink(A.address);
    await until('lost', () => bench.sink.states('HS-TEST-A').at(-1) === 'lost');
    setBackMs = 3_600_000;
    await until('connected again', () => bench.sink.states('HS-TEST-A').at(-1) === 'connected');
  });

  it('what a device has sent is handed in before the console closes', async () => {
    bench = await openBench();
    const { sink } = bench;
    const slow: Promise<unknown>[] = [];
    const accept = sink.accept.bind(sink);
    sink.accept = async (batch) => {
      const done = sleep(150).then(() => accept(batch));
      slow.push(done);
      return done;
    };
    const frames = () => [80, 81, 82, 83].map((rate) => Uint8Array.of(0, rate));
    const peripheral = new ScriptedPeripheral({ address: '0e:00:00:00:00:0e', serial: 'LAST', frames });
    bench.radio.add(peripheral);
    await scanned(1);
    await bench.link.pair('0E:00:00:00:00:0E');
    await until('the first are on their way', () => slow.length > 0);
    await bench.link.stop();
    expect(sink.of('LAST').map(({ values }) => values.heartRate)).toEqual([80, 81, 82, 83]);
  });

  it('a known device is connected when it is seen, and keeps the id it was known by', async () => {
    bench = await openBench();
    bench.link.restore([{ deviceId: 'BED-7', address: '02:00:00:00:00:0A' }]);
    wear({ ...A });
    await until('connected', () => bench.sink.states('BED-7').includes('connected'));
    await until('readings', () => bench.sink.of('BED-7').length > 0);
    expect(bench.sink.of('HS-TEST-A')).toEqual([]);
  });

  it('a device disconnected by a person stays away until it is paired again', async () => {
    bench = await openBench();
    wear({ ...A });
    await scanned(1);
    await bench.link.pair('02:00:00:00:00:0A');
    await bench.link.disconnect('HS-TEST-A');
    expect(bench.sink.states('HS-TEST-A').at(-1)).toBe('stopped');
    await sleep(200);
    expect(bench.sink.states('HS-TEST-A').at(-1)).toBe('stopped');
    expect(bench.link.found()[0]?.deviceId).toBe('HS-TEST-A');
    await bench.link.pair('02:00:00:00:00:0A');
    expect(bench.sink.states('HS-TEST-A').at(-1)).toBe('connected');
    await expect(bench.link.disconnect('NOBODY')).rejects.toMatchObject({ detail: { code: 'not_found' } });
  });

  it('pairing twice at once makes one session', async () => {
    bench = await openBench();
    const peripheral = new ScriptedPeripheral({ address: A.address, serial: 'HS-ONE-1' });
    bench.radio.add(peripheral);
    await scanned(1);
    const [first, second] = await Promise.all([bench.link.pair('02:00:00:00:00:0A'), bench.link.pair('02:00:00:00:00:0A')]);
    expect(first).toEqual(second);
    expect(peripheral.attempts).toBe(1);
  });

  it('a replay sends nothing for zeros in the recording', async () => {
    bench = await openBench();
    const file = join(mkdtempSync(join(tmpdir(), 'healthsense-replay-')), 'recording.csv');
    const header = 'minute,hr,abpsys,abpdias,abpmean,pulse,resp,spo2,nbpsys,nbpdias,nbpmean';
    writeFileSync(
      file,
      [
        header,
        '0,62.4,0,0,0,0,0,0,,,',
        '1,64.2,0,0,0,0,0,0,,,',
        '2,0,0,0,0,61,0,97.4,,,',
        '3,0,0,0,0,0,0,0,131,66,88',
        '4,0,0,0,0,0,0,0,,,',
      ].join('\n'),
    );
    wear({ ...A, replayFile: file, speed: 240 });
    await scanned(1);
    await bench.link.pair('02:00:00:00:00:0A');
    await until('the cuff reading', () => bench.sink.measurements.some(({ values }) => values.systolic !== undefined));
    await sleep(300);
    const seen = bench.sink.measurements;
    expect([...new Set(seen.flatMap(({ values }) => (values.heartRate === undefined ? [] : [values.heartRate])))]).toEqual([
      62, 64,
    ]);
    expect([...new Set(seen.flatMap(({ values }) => (values.spo2 === undefined ? [] : [values.spo2])))]).toEqual([97.4]);
    expect(seen.filter(({ values }) => values.systolic !== undefined)).toMatchObject([
      { values: { systolic: 131, diastolic: 66, meanPressure: 88 } },
    ]);
    expect(seen.flatMap(({ specials }) => Object.keys(specials)).filter((kind) => kind !== 'pulseRate')).toEqual([]);
    expect(seen.some(({ values }) => Object.values(values).includes(0))).toBe(false);
  });

  it('cuff readings taken while out of range arrive afterwards with the time they were taken', async () => {
    bench = await openBench();
    wear({ ...A, profile: 'healthy', speed: 100 });
    await scanned(1);
    await sleep(3_200);
    await bench.link.pair('02:00:00:00:00:0A');
    const pairedAtMs = Date.now();
    const cuffs = () => bench.sink.measurements.filter(({ values, specials }) => 'systolic' in values || 'systolic' in specials);
    await until('kept cuff readings', () => cuffs().length >= 2);
    expect(Math.min(...cuffs().map(({ takenAtMs }) => takenAtMs))).toBeLessThan(pairedAtMs - 1_000);
  });
});

describe('devices that misbehave', () => {
  it('broken frames and silly names are counted and hurt nobody else', async () => {
    bench = await openBench();
    const broken = new ScriptedPeripheral({
      address: B.address,
      serial: 'HS-BROKEN',
      name: `\u202e<b>\u0000Evil\n${'y'.repeat(300)}`,
      frames: () => ['', '17 01 01', '10 5A 00 08 00', '00 55'].map(hex),
    });
    bench.radio.add(broken);
    wear({ ...A });
    await scanned(2);
    await Promise.all([bench.link.pair('02:00:00:00:00:0A'), bench.link.pair('02:00:00:00:00:0B')]);
    await until('its one good frame', () => bench.sink.of('HS-BROKEN').length === 1);
    expect(bench.sink.rejections.map(({ deviceId }) => deviceId)).toEqual(['HS-BROKEN', 'HS-BROKEN', 'HS-BROKEN']);
    expect(bench.sink.rejections[0]?.reason).toMatch(/^Heart rate: flags is announced but the frame ends after 0 bytes$/);
    expect(bench.link.found().find(({ address }) => address.endsWith('0B'))?.name).toMatch(/^<b> Evil y+…$/);
    await until('readings of the good one', () => bench.sink.of('HS-TEST-A').length > 5);
  });

  it('a flood is cut off, counted and says so; the neighbour is read on', async () => {
    bench = await openBench();
    const flood = new ScriptedPeripheral({
      address: B.address,
      serial: 'HS-FLOOD',
      frames: () => Array.from({ length: 5_000 }, () => hex('00 55')),
    });
    bench.radio.add(flood);
    wear({ ...A });
    await scanned(2);
    await bench.link.pair('02:00:00:00:00:0A');
    await bench.link.pair('02:00:00:00:00:0B').catch(() => {});
    await until('given up', () => bench.sink.states('HS-FLOOD').at(-1) === 'stopped');
    expect(bench.sink.statuses.filter(({ deviceId }) => deviceId === 'HS-FLOOD').at(-1)?.detail).toMatch(
      /far more than a wearable can/,
    );
    expect(bench.sink.rejections.filter(({ deviceId }) => deviceId === 'HS-FLOOD').length).toBe(1_000);
    expect(bench.sink.of('HS-FLOOD').length).toBeLessThanOrEqual(1_010);
    const before = bench.sink.of('HS-TEST-A').length;
    await until('readings of the neighbour', () => bench.sink.of('HS-TEST-A').length > before + 5);
    await sleep(100);
    expect(flood.attempts).toBe(1);
  });

  it('a device that never answers costs its time-out, and pairing it fails in plain words', async () => {
    bench = await openBench();
    const mute = new ScriptedPeripheral({ address: B.address, name: 'Mute', answers: () => false });
    bench.radio.add(mute);
    wear({ ...A });
    await scanned(2);
    const failed = bench.link.pair('02:00:00:00:00:0B');
    const paired = bench.link.pair('02:00:00:00:00:0A');
    await expect(failed).rejects.toMatchObject({
      detail: {
        code: 'bluetooth_unavailable',
        message: expect.stringMatching(/^Mute could not be connected: Connecting took longer/),
      },
    });
    expect((await paired).deviceId).toBe('HS-TEST-A');
    await sleep(150);
    expect(mute.attempts).toBe(1);
  });

  it('a known device that is there but fails is given up on after its attempts, and tried again when it comes back', async () => {
    bench = await openBench();
    let answers = false;
    const device = new ScriptedPeripheral({ address: B.address, answers: () => answers });
    bench.radio.add(device);
    bench.link.restore([{ deviceId: 'BED-9', address: '02:00:00:00:00:0B' }]);
    await until('given up', () => bench.sink.states('BED-9').at(-1) === 'stopped');
    expect(device.attempts).toBe(3);
    expect(bench.sink.statuses.at(-1)?.detail).toMatch(/^3 attempts failed: .*pair it again/);
    await sleep(100);
    expect(device.attempts).toBe(3);
    answers = true;
    device.visible = false;
    await sleep(400);
    device.visible = true;
    await until('connected', () => bench.sink.states('BED-9').at(-1) === 'connected');
  });

  it('two devices with one serial number stay two devices', async () => {
    bench = await openBench();
    for (const address of [A.address, B.address])
      bench.radio.add(new ScriptedPeripheral({ address, serial: 'CUFF-2024', frames: () => [hex('00 55')] }));
    await scanned(2);
    expect((await bench.link.pair('02:00:00:00:00:0A')).deviceId).toBe('CUFF-2024');
    await bench.link.disconnect('CUFF-2024');
    expect((await bench.link.pair('02:00:00:00:00:0B')).deviceId).toBe('BLE-02000000000B');
    expect((await bench.link.pair('02:00:00:00:00:0A')).deviceId).toBe('CUFF-2024');
  });

  it('a device that measures nothing is not paired', async () => {
    bench = await openBench();
    bench.radio.add(new ScriptedPeripheral({ address: B.address, name: 'Lamp', measures: false }));
    await scanned(1);
    await expect(bench.link.pair('02:00:00:00:00:0B')).rejects.toThrow(
      'Lamp could not be connected: It offers no measurements that HealthSense knows.',
    );
  });
});

describe('around the radio', () => {
  it('readings wait while nothing can be stored, and arrive in order', async () => {
    bench = await openBench();
    bench.sink.full = true;
    const device = new ScriptedPeripheral({
      address: A.address,
      serial: 'HS-WAITS',
      frames: () => ['00 50', '00 51', '00 52'].map(hex),
    });
    bench.radio.add(device);
    await scanned(1);
    await bench.link.pair('02:00:00:00:00:0A');
    await sleep(100);
    expect(bench.sink.measurements).toEqual([]);
    bench.sink.full = false;
    await until('readings', () => bench.sink.measurements.length === 3);
    expect(bench.sink.measurements.map(({ values }) => values.heartRate)).toEqual([80, 81, 82]);
  });

  it('an adapter switched off and on again is told, and devices come back', async () => {
    bench = await openBench();
    const told: string[] = [];
    bench.link.onChange(({ state }) => told.push(state));
    wear({ ...A });
    await scanned(1);
    await bench.link.pair('02:00:00:00:00:0A');
    bench.radio.setPowered(false);
    expect(bench.link.state()).toMatchObject({ state: 'off', detail: expect.stringMatching(/switched off/) });
    await expect(bench.link.pair('02:00:00:00:00:0A')).rejects.toMatchObject({ detail: { code: 'bluetooth_unavailable' } });
    bench.radio.setPowered(true);
    await until('connected again', () => bench.sink.states('HS-TEST-A').filter((state) => state === 'connected').length > 1);
    expect(told).toEqual(expect.arrayContaining(['scanning', 'off']));
  });

  it('what is found is told at most once a second per device, and forgotten when it is gone', async () => {
    let nowMs = 1_000_000_000_000;
    const clock = {
      nowMs: () => nowMs,
      after: (delayMs: number, action: () => void) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    };
    bench = await openBench({ clock });
    let told = 0;
    bench.link.onFound(() => {
      told += 1;
    });
    const device = new ScriptedPeripheral({ address: A.address });
    bench.radio.add(device);
    await scanned(1);
    await sleep(150);
    expect(told).toBe(1);
    nowMs += 1_000;
    await until('told again', () => told === 2);
    device.visible = false;
    await sleep(50);
    nowMs += 61_000;
    expect(bench.link.found()).toEqual([]);
  });

  it('sensors off the skin never look like readings', async () => {
    bench = await openBench();
    bench.radio.add(new ScriptedPeripheral({ address: A.address, serial: 'HS-OFF-1', frames: () => [hex('04 00')] }));
    await scanned(1);
    await bench.link.pair('02:00:00:00:00:0A');
    await until('the frame', () => bench.sink.measurements.length === 1);
    expect(bench.sink.measurements[0]).toMatchObject({ values: {}, specials: { heartRate: 'NaN' }, quality: QUALITY.sensorOff });
  });
});
