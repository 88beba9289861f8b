// HealthSense's own frames by the golden bytes, a heart rate found in an ECG, and clocks: what is put right is put right always alike.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulatedEcg } from '../../../firmware/raspberry-pi/sensors/simulated-ecg.ts';
import { clockFromCurrentTime } from '../../../src-main/links/bluetooth/device-clock.ts';
import { EcgStream, type HeardEcg } from '../../../src-main/links/bluetooth/ecg-stream.ts';
import { forgetfulMemory } from '../../../src-main/links/bluetooth/memory.ts';
import { decodeCurrentTime, encodeCurrentTime } from '../../../src-main/links/bluetooth/profiles/current-time.ts';
import { decodeEcgFeature, decodeEcgSamples } from '../../../src-main/links/bluetooth/profiles/ecg.ts';
import { decodeControlAnswer, decodeRecord, encodeControl } from '../../../src-main/links/bluetooth/profiles/healthsense.ts';
import { recordMeasurement } from '../../../src-main/links/bluetooth/profiles/to-measurement.ts';
import { QrsDetector } from '../../../src-main/links/bluetooth/qrs-detector.ts';
import { WearableClock } from '../../../src-main/links/bluetooth/wearable-clock.ts';
import { QUALITY } from '../../../src-main/links/link.ts';
import { hex, toHex } from './hex.ts';

interface Golden {
  readonly name: string;
  readonly encoder?: string;
  readonly decoder?: string;
  readonly record: { readonly [field: string]: unknown };
  readonly hex: string;
}

const golden = JSON.parse(
  readFileSync(new URL('../../../firmware/protocol/healthsense.json', import.meta.url), 'utf8'),
) as readonly Golden[];
const encodedBy = (encoder: string) => golden.filter((entry) => entry.encoder === encoder);
const T0 = Date.UTC(2026, 2, 14, 9, 0, 0);

describe('golden frames of the HealthSense service', () => {
  it.each(encodedBy('encodeRecord'))('record: $name', ({ record, hex: bytes }) => {
    const decoded = decodeRecord(hex(bytes));
    if (!decoded.ok) throw new Error(decoded.reason);
    const { sequence, takenAtMs, quality, values } = decoded.value;
    expect({ sequence, takenAtMs, quality }).toEqual({
      sequence: record.sequence,
      takenAtMs: record.takenAtMs,
      quality: record.quality,
    });
    const plain = Object.fromEntries(values.map(([kind, value]) => [kind, value.type === 'number' ? value.value : null]));
    const sent = Object.entries(record.values as { readonly [kind: string]: number | null });
    expect(Object.keys(plain).sort()).toEqual(sent.map(([kind]) => kind).sort());
    for (const [kind, value] of sent) {
      if (value === null) expect(plain[kind]).toBeNull();
      // One decimal, where the mantissa holds it.
      else expect(Math.abs((plain[kind] ?? Number.NaN) - value)).toBeLessThanOrEqual(value > 204.7 ? 0.5 : 0.05);
    }
  });

  it.each(encodedBy('encodeControlAnswer'))('control: $name', ({ record, hex: bytes }) => {
    expect(decodeControlAnswer(hex(bytes))).toEqual({ ok: true, value: record });
  });

  it('what is asked is written as the wearable reads it', () => {
    const asked = (name: string) => golden.find((entry) => entry.name === name && entry.decoder === 'decodeControl')?.hex;
    expect(toHex(encodeControl('stream', 351))).toBe(asked('stream from 351'));
    expect(toHex(encodeControl('acknowledge', 0xffffffff))).toBe(asked('acknowledge 4294967295'));
    expect(toHex(encodeControl('stop'))).toBe(asked('stop'));
  });

  it.each(encodedBy('encodeEcg'))('$name', ({ record, hex: bytes }) => {
    expect(decodeEcgSamples(hex(bytes))).toEqual({ ok: true, value: record });
  });

  it.each(encodedBy('encodeEcgFeature'))('$name', ({ record, hex: bytes }) => {
    expect(decodeEcgFeature(hex(bytes))).toEqual({ ok: true, value: record });
  });

  it.each([
    ['a record without a number', '00 00 00 00 42 88 AB EB 9C 01 01 00 D4 F2'],
    ['a record with a field that is not defined', '01 00 00 00 42 88 AB EB 9C 01 01 02 D4 F2'],
    ['a record that is cut', '01 00 00 00 42 88 AB EB 9C 01 03 00 D4 F2'],
    ['a record that is too long', '01 00 00 00 42 88 AB EB 9C 01 01 00 D4 F2 00'],
  ])('%s is refused', (_, bytes) => {
    expect(decodeRecord(hex(bytes)).ok).toBe(false);
  });
});

describe('records as measurements', () => {
  const record = { sequence: 7, takenAtMs: T0, values: [['spo2', { type: 'number', value: 97.4 }]], quality: 0 } as const;
  const context = { deviceId: 'A', receivedAtMs: T0 + 800, offsetMs: 0, isFromPast: false };

  it('are live when they are of this moment, and history when they are not', () => {
    expect(recordMeasurement(record, context)).toMatchObject({ origin: 'live', takenAtMs: T0, sequence: 7, quality: 0 });
    expect(recordMeasurement(record, { ...context, receivedAtMs: T0 + 11_000 })?.origin).toBe('backfill');
    expect(recordMeasurement(record, { ...context, isFromPast: true })?.origin).toBe('backfill');
  });

  it('dated by a wrong clock are put right and marked; without a clock they are of the moment they arrive', () => {
    const wrong = recordMeasurement({ ...record, takenAtMs: T0 - 3_600_000 }, { ...context, offsetMs: -3_600_000 });
    expect(wrong).toMatchObject({ takenAtMs: T0, quality: QUALITY.clockCorrected, origin: 'live' });
    const unset = recordMeasurement({ ...record, takenAtMs: 0 }, context);
    expect(unset).toMatchObject({ takenAtMs: T0 + 800, quality: QUALITY.clockUnset });
    expect(recordMeasurement({ ...record, takenAtMs: T0 + 3_600_000 }, context)?.quality).toBe(QUALITY.clockUnset);
  });

  it('keep infinities of a glucose sensor as what they mean, and a rate of 0 is none', () => {
    const one = recordMeasurement(
      {
        ...record,
        values: [
          ['glucose', { type: 'special', special: '+INF' }],
          ['heartRate', { type: 'number', value: 0 }],
        ],
        quality: 0xffff,
      },
      context,
    );
    expect(one).toMatchObject({ values: {}, specials: { glucose: 'HI', heartRate: 'NaN' } });
    expect((one?.quality ?? 0) & ~(QUALITY.clockUnset * 2 - 1)).toBe(0);
  });
});

describe('a heart rate from the ECG', () => {
  it.each([35, 45, 60, 75, 100, 130, 160, 200])('%i beats a minute are found within 3 %%', (perMin) => {
    const ecg = simulatedEcg(
      () => ({ heartRatePerMin: perMin, respiratoryRatePerMin: 14, worn: true, moving: false }) as never,
      perMin,
    );
    ecg.take(T0, true);
    const beats = new QrsDetector(250);
    for (let second = 1; second <= 30; second += 1)
      for (const sample of ecg.take(T0 + second * 1000, true).samples) beats.add(sample);
    const found = beats.ratePerMin() ?? 0;
    expect(Math.abs(found - perMin) / perMin).toBeLessThan(0.03);
  });

  it('is none with an electrode off, on a flat line, and on noise alone no sharper than muscle', () => {
    const flat = new QrsDetector(250);
    for (let sample = 0; sample < 2_500; sample += 1) flat.add(0);
    expect(flat.ratePerMin()).toBeNull();
    const heard: number[] = [];
    const stream = new EcgStream(
      { sampleRateHz: 250, nanovoltPerCount: 5000, lead: 'II' },
      { frame: () => {}, heartRate: (rate) => heard.push(rate) },
    );
    for (let frame = 0; frame < 50; frame += 1)
      stream.heard(
        { sampleIndex: frame * 50, leadOff: true, saturated: true, samples: Array.from({ length: 50 }, () => 2047) },
        T0 + frame * 200,
      );
    expect(heard).toEqual([]);
  });

  it('frames tell how many samples are missing before them; one heard twice is told once', () => {
    const frames: HeardEcg[] = [];
    const stream = new EcgStream(
      { sampleRateHz: 250, nanovoltPerCount: 5000, lead: 'II' },
      { frame: (frame) => frames.push(frame), heartRate: () => {} },
    );
    const samples = [1, 2, 3, 4];
    const heard = (sampleIndex: number) => stream.heard({ sampleIndex, leadOff: false, saturated: false, samples }, T0);
    expect([heard(0xfffffff8), heard(0xfffffffc), heard(0), heard(0), heard(16), heard(0x80000000)]).toEqual([
      ...[true, true, true, false, true, true],
    ]);
    expect(frames.map(({ sampleIndex, missingBefore }) => [sampleIndex, missingBefore])).toEqual([
      [0xfffffff8, 0],
      [0xfffffffc, 0],
      // Its count has run over.
      [0, 0],
      [16, 12],
      // It has begun to count anew.
      [0x80000000, 0],
    ]);
  });
});

describe('clocks', () => {
  it('a record is dated by the clock of its time, however often it is sent', async () => {
    const memory = forgetfulMemory();
    const clock = new WearableClock(memory, { nowMs: () => T0, after: () => () => {} });
    clock.opened('A', []);
    await clock.found({ kind: 'offset', offsetMs: 180 }, 0);
    expect(clock.offsetMs(1)).toBe(0);
    await clock.found({ kind: 'offset', offsetMs: -7_200_400 }, 10);
    expect([clock.offsetMs(10), clock.offsetMs(11)]).toEqual([-7_200_000, -7_200_000]);
    // Read again a little differently: it is the same error.
    await clock.found({ kind: 'offset', offsetMs: -7_201_900 }, 20);
    expect(clock.offsetMs(21)).toBe(-7_200_000);
    await clock.set(30);
    expect([clock.offsetMs(30), clock.offsetMs(31)]).toEqual([-7_200_000, 0]);
    const later = new WearableClock(memory, { nowMs: () => T0 + 60_000, after: () => () => {} });
    later.opened('A', (await memory.of('A'))?.clock ?? []);
    await later.found({ kind: 'offset', offsetMs: 40 }, 25);
    expect([later.offsetMs(30), later.offsetMs(31)]).toEqual([-7_200_000, 0]);
  });

  it('a cuff’s clock minutes off is put right by whole minutes, and by the same ones next time', () => {
    const shown = (wallMs: number) => {
      const decoded = decodeCurrentTime(encodeCurrentTime(wallMs));
      if (!decoded.ok) throw new Error(decoded.reason);
      return decoded.value;
    };
    const first = clockFromCurrentTime(shown(T0 - 4 * 60_000 - 20_000), T0, 'UTC');
    expect(first).toMatchObject({ offsetMs: -260_000, correctionMs: -240_000 });
    expect(first?.toUtcMs(T0 - 4 * 60_000)).toBe(T0);
    const next = clockFromCurrentTime(shown(T0 - 4 * 60_000 - 35_000), T0, 'UTC', -240_000);
    expect(next?.correctionMs).toBe(-240_000);
    expect(clockFromCurrentTime(shown(T0 + 20_000), T0, 'UTC')?.correctionMs).toBe(0);
    // Three days off: read in the clinic's zone.
    const days = clockFromCurrentTime(shown(T0 - 3 * 86_400_000), T0, 'UTC');
    expect(days?.toUtcMs(T0 - 3 * 86_400_000)).toBe(T0);
  });

  it('is written as it is read', () => {
    expect(decodeCurrentTime(encodeCurrentTime(T0 + 500))).toMatchObject({
      ok: true,
      value: { now: { year: 2026, month: 3, day: 14, hour: 9, minute: 0, second: 0 }, milliseconds: 500 },
    });
  });
});
