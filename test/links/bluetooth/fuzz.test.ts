// A million random and mutated frames through every parser: nothing throws, nothing hangs, no value is anything but a finite number.
import { describe, expect, it } from 'vitest';
import { Chance } from '../../../firmware/raspberry-pi/random.ts';
import { clockInZone } from '../../../src-main/links/bluetooth/device-clock.ts';
import { EcgStream } from '../../../src-main/links/bluetooth/ecg-stream.ts';
import { ReceiptSlots } from '../../../src-main/links/bluetooth/identity.ts';
import { decodeBatteryLevel } from '../../../src-main/links/bluetooth/profiles/battery.ts';
import { decodeCuffPressure } from '../../../src-main/links/bluetooth/profiles/blood-pressure.ts';
import { MEASUREMENT_PROFILES, type MeasurementProfile } from '../../../src-main/links/bluetooth/profiles/catalogue.ts';
import { decodeCgmFeatures, decodeCgmSessionStart, decodeCgmStatus } from '../../../src-main/links/bluetooth/profiles/cgm.ts';
import { decodeCgmAnswer } from '../../../src-main/links/bluetooth/profiles/cgm-session.ts';
import { decodeCurrentTime } from '../../../src-main/links/bluetooth/profiles/current-time.ts';
import { decodeText } from '../../../src-main/links/bluetooth/profiles/device-information.ts';
import { decodeEcgFeature, decodeEcgSamples } from '../../../src-main/links/bluetooth/profiles/ecg.ts';
import { decodeGlucoseContext } from '../../../src-main/links/bluetooth/profiles/glucose.ts';
import { decodeControlAnswer, decodeRecord } from '../../../src-main/links/bluetooth/profiles/healthsense.ts';
import type { Decoded } from '../../../src-main/links/bluetooth/profiles/parser.ts';
import { decodeOximeterFeatures } from '../../../src-main/links/bluetooth/profiles/pulse-oximeter.ts';
import { decodeRecordAccess } from '../../../src-main/links/bluetooth/profiles/record-access.ts';
import { recordMeasurement, toMeasurements } from '../../../src-main/links/bluetooth/profiles/to-measurement.ts';
import type { Measurement } from '../../../src-main/links/link.ts';
import { VECTORS } from './gatt-vectors.ts';
import { hex, toHex } from './hex.ts';

const FRAMES = 1_000_000;
const RECEIVED_AT_MS = 1_790_000_000_000;
const LONGEST = 100;
const ECG = { sampleRateHz: 250, nanovoltPerCount: 3000, lead: 'I' } as const;

const SEEDS: { readonly [uuid: string]: readonly string[] } = {
  record: [
    '06 00 00 00 42 88 AB EB 9C 01 06 80 70 F3 8E F3 31 00',
    '01 00 00 00 42 88 AB EB 9C 01 FF 81 D4 F2 00 00 CE F3 78 00 50 00 5D 00 64 00 0F 00 72 F1 00 00',
  ],
  control: ['80 01 00 01 00 00 00 90 00 00 00 78 56 34 12'],
  ecg: ['00 01 00 00 00 01 80 7F FF 0F 00'],
  ecgFeature: ['FA 00 B8 0B 00 00 0C 01'],
  racp: ['06 00 01 01', '05 00 07 00'],
  context: ['03 01 00 01 3C D0 02', '7F 01 00 01 3C D0 02 11 3C 00 32 01 3C D0 07 F0'],
  other: ['57', 'EA 07 03 0E 09 1E 00 06 80 00', '1C 1A 01', 'A3 00 40 10 80 01 00', '00 10 01 59 C1 97', '05 00 00 00 00'],
};

/** Everything that is read from a device beside its measurements. */
const BESIDE: readonly ((bytes: Uint8Array) => Decoded<unknown>)[] = [
  decodeBatteryLevel,
  decodeCgmFeatures,
  decodeCgmSessionStart,
  decodeCgmStatus,
  decodeCuffPressure,
  decodeCurrentTime,
  decodeEcgFeature,
  decodeGlucoseContext,
  decodeControlAnswer,
  decodeOximeterFeatures,
  decodeRecordAccess,
  decodeText,
  (bytes) => decodeCgmAnswer(bytes, true),
  (bytes) => decodeCgmAnswer(bytes, false),
];

const ORDERS = ['status-first', 'warning-first'] as const;

describe('decoders', () => {
  it(`read ${FRAMES.toLocaleString('en')} random and mutated frames to finite numbers, or reject them with a reason`, {
    timeout: 60_000,
  }, () => {
    const chance = new Chance(20_260_314);
    const profiles = [...MEASUREMENT_PROFILES.values()];
    const seeds = [...VECTORS.map((vector) => vector.hex), ...Object.values(SEEDS).flat()].map(hex);
    const known = VECTORS.map(({ characteristic }) => MEASUREMENT_PROFILES.get(characteristic) ?? null);
    const slots = new ReceiptSlots();
    const clock = clockInZone('Europe/Berlin');
    const beats: number[] = [];
    let frames = 0;
    const ecg = new EcgStream(ECG, { frame: () => frames++, heartRate: (perMin) => beats.push(perMin) });
    const counts = { understood: 0, refused: 0, measurements: 0 };

    function judge<T>(result: Decoded<T>, bytes: Uint8Array): T | null {
      if (result.ok) {
        counts.understood += 1;
        return result.value;
      }
      counts.refused += 1;
      if (result.reason === '') throw new Error(`no reason: ${toHex(bytes)}`);
      return null;
    }

    function sound(one: Measurement, bytes: Uint8Array): void {
      counts.measurements += 1;
      for (const kind in one.values) {
        if (!Number.isFinite(one.values[kind as keyof typeof one.values])) throw new Error(`${kind}: ${toHex(bytes)}`);
        if (kind in one.specials) throw new Error(`both: ${toHex(bytes)}`);
      }
      if (!Number.isSafeInteger(one.takenAtMs) || !Number.isSafeInteger(one.sequence) || !Number.isInteger(one.quality))
        throw new Error(`identity: ${toHex(bytes)}`);
    }

    function measure(profile: MeasurementProfile, bytes: Uint8Array, count: number): void {
      const octetOrder = ORDERS[count & 1] ?? 'status-first';
      const cgm = count % 3 === 0 ? { octetOrder } : { octetOrder, crc: count % 3 === 1 };
      const frame = judge(profile.decode(bytes, { cgm }), bytes);
      if (frame === null) return;
      const context = {
        deviceId: 'HS-1',
        receivedAtMs: RECEIVED_AT_MS + count,
        clock,
        slots,
        cgmSessionStartMs: count % 2 === 0 ? null : RECEIVED_AT_MS - 10_000_000,
      };
      for (const one of toMeasurements(frame, context)) sound(one, bytes);
    }

    for (let count = 0; count < FRAMES; count += 1) {
      const index = Math.floor(chance.next() * seeds.length);
      const isRandom = chance.next() < 0.3;
      const bytes = isRandom ? noise(chance) : mutated(seeds[index] as Uint8Array, chance);
      const own = isRandom ? null : (known[index] ?? null);
      measure(own ?? (profiles[count % profiles.length] as MeasurementProfile), bytes, count);
      // Beside its own parser, each frame meets two others in turn.
      const record = count % 4 === 0 || !isRandom ? judge(decodeRecord(bytes), bytes) : null;
      if (record !== null) {
        const offsetMs = count % 5 === 0 ? 3_600_000 : 0;
        const one = recordMeasurement(record, {
          deviceId: 'HS-1',
          receivedAtMs: RECEIVED_AT_MS,
          offsetMs,
          isFromPast: count % 2 === 0,
        });
        if (one !== null) sound(one, bytes);
      }
      const samples = count % 4 === 1 ? judge(decodeEcgSamples(bytes), bytes) : null;
      if (samples !== null) ecg.heard(samples, RECEIVED_AT_MS + count);
      judge((BESIDE[count % BESIDE.length] as (typeof BESIDE)[number])(bytes), bytes);
    }
    expect(beats.every((perMin) => Number.isFinite(perMin) && perMin > 0)).toBe(true);
    console.log(
      `${FRAMES} frames: ${counts.understood} understood, ${counts.refused} refused, ${counts.measurements} measurements, ${frames} ECG frames`,
    );
    expect(counts.understood).toBeGreaterThan(FRAMES / 20);
    expect(counts.refused).toBeGreaterThan(FRAMES / 2);
    expect(counts.measurements).toBeGreaterThan(FRAMES / 20);
    expect(frames).toBeGreaterThan(1_000);
  });
});

function noise(chance: Chance): Uint8Array {
  const bytes = new Uint8Array(Math.floor(chance.next() * LONGEST));
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = chance.next() * 256;
  return bytes;
}

/** A few bits flipped, sometimes cut or lengthened. */
function mutated(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let flips = Math.floor(chance.next() * 4); flips > 0; flips -= 1) {
    const at = Math.floor(chance.next() * copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(chance.next() * 8));
  }
  const how = chance.next();
  if (how < 0.15) return copy.subarray(0, Math.floor(chance.next() * copy.length));
  return how < 0.25 ? Uint8Array.from([...copy, ...copy.subarray(0, Math.floor(chance.next() * 6))]) : copy;
}
