// The decoders against every vector: standard frames give the stated values, broken ones are rejected for the stated reason.
import { describe, expect, it } from 'vitest';
import { decodeBatteryLevel } from '../../../src-main/links/bluetooth/profiles/battery.ts';
import { decodeCuffPressure } from '../../../src-main/links/bluetooth/profiles/blood-pressure.ts';
import { MEASUREMENT_PROFILES } from '../../../src-main/links/bluetooth/profiles/catalogue.ts';
import {
  decodeCgm,
  decodeCgmFeatures,
  decodeCgmSessionStart,
  decodeCgmStatus,
} from '../../../src-main/links/bluetooth/profiles/cgm.ts';
import { decodeCurrentTime } from '../../../src-main/links/bluetooth/profiles/current-time.ts';
import { decodeText, deviceIdOf, isSensibleSerial } from '../../../src-main/links/bluetooth/profiles/device-information.ts';
import { decodeOximeterFeatures } from '../../../src-main/links/bluetooth/profiles/pulse-oximeter.ts';
import { VECTORS, VENDOR_FRAMES } from './gatt-vectors.ts';
import { hex } from './hex.ts';

function decode(characteristic: string, text: string) {
  const profile = MEASUREMENT_PROFILES.get(characteristic);
  if (profile === undefined) throw new Error(`no profile for ${characteristic}`);
  return profile.decode(hex(text), { cgm: {} });
}

/** Numbers, specials and dates in the short form of the vectors. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as { readonly [name: string]: unknown };
  if (fields.type === 'number') return fields.value;
  if (fields.type === 'special') return { special: fields.special };
  if ('hour' in fields) {
    const digits = (name: string, width: number): string => String(fields[name] ?? 0).padStart(width, '0');
    return `${digits('year', 4)}-${digits('month', 2)}-${digits('day', 2)} ${digits('hour', 2)}:${digits('minute', 2)}:${digits('second', 2)}`;
  }
  if ('spo2Percent' in fields) return [plain(fields.spo2Percent), plain(fields.pulseRatePerMin)];
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, plain(field)]));
}

describe('measurement frames', () => {
  it.each(VECTORS.filter(({ rejected }) => rejected === undefined))(
    '$characteristic $hex ($from) decodes to its values',
    (vector) => {
      const result = decode(vector.characteristic, vector.hex);
      expect(result.ok && plain(result.value)).toMatchObject(vector.expected ?? {});
    },
  );

  it.each(VECTORS.filter(({ rejected }) => rejected !== undefined))(
    '$characteristic $hex ($from) is rejected: $rejected',
    (vector) => {
      const result = decode(vector.characteristic, vector.hex);
      expect(result).toMatchObject({ ok: false, code: vector.rejected });
      expect(!result.ok && result.reason).toMatch(/\w+ \w+/);
    },
  );

  it('frames in a format of the maker are on a characteristic nobody subscribes to, and are not taken for an oximeter or a sensor', () => {
    expect(MEASUREMENT_PROFILES.has('ff02')).toBe(false);
    for (const frame of VENDOR_FRAMES)
      for (const uuid of ['2a5e', '2a5f', '2a18', '2aa7']) expect(decode(uuid, frame).ok, frame).toBe(false);
  });

  it('one byte more or less than the flags announce is rejected, in every profile without a list', () => {
    const fixed = VECTORS.filter(({ characteristic, expected }) => expected !== undefined && characteristic !== '2a37');
    expect(fixed.length).toBeGreaterThan(20);
    for (const { characteristic, hex: text } of fixed) {
      expect(decode(characteristic, `${text} 00`).ok, text).toBe(false);
      expect(decode(characteristic, text.slice(0, -3)).ok, text).toBe(false);
    }
  });

  it('a list of intervals with half an interval at its end is rejected', () => {
    expect(decode('2a37', '10 5A 00 08 00')).toMatchObject({ ok: false, code: 'trailing' });
  });
});

describe('glucose sensor', () => {
  it('a checksum is demanded where the features promise one', () => {
    expect(decodeCgm(hex('06 00 0C 10 06 00'), { crc: true }).ok).toBe(false);
    expect(decodeCgm(hex('08 00 0C 10 06 00 59 6F'), { crc: true }).ok).toBe(true);
    expect(decodeCgm(hex('08 00 0C 10 06 00 59 6F'), { crc: false })).toMatchObject({ ok: false, code: 'trailing' });
  });

  it('a record of size 0 ends the frame instead of hanging the console', () => {
    expect(decodeCgm(hex('06 00 0C 10 06 00 00 00'))).toMatchObject({ ok: false, code: 'length' });
  });

  it('status octets of nRF5 firmware are read the other way round when the device is known for it', () => {
    const bytes = hex('0F E3 D2 E4 05 00 02 14 FF 02 F0 E5 F3 8E 3F');
    const frame = decodeCgm(bytes, { octetOrder: 'warning-first' });
    expect(frame.ok && frame.value.records[0]).toMatchObject({ warning: 2, calibration: 0x14, status: 0xff });
  });

  it('features, status and session start read with and without their checksum', () => {
    expect(decodeCgmFeatures(hex('00 00 00 59 FF FF'))).toMatchObject({
      ok: true,
      value: { hasCrc: false, sampleType: 9, sampleLocation: 5 },
    });
    expect(decodeCgmFeatures(hex('00 10 00 59 00 00'))).toMatchObject({ ok: false, code: 'crc' });
    expect(decodeCgmStatus(hex('2C 01 01 02 03'))).toEqual({
      ok: true,
      value: { timeOffsetMinutes: 300, status: 1, calibration: 2, warning: 3 },
    });
    const start = decodeCgmSessionStart(hex('E8 07 06 17 08 00 00 EC 04'));
    expect(start).toMatchObject({ ok: true, value: { zoneOffsetMinutes: -300, daylightSavingMinutes: 60 } });
    expect(decodeCgmSessionStart(hex('E8 07 06 17 08 00 00 80 00'))).toMatchObject({
      ok: true,
      value: { zoneOffsetMinutes: null },
    });
    expect(decodeCgmSessionStart(hex('E8 07 06 17 08 00 00 70 00'))).toMatchObject({ ok: false, code: 'range' });
  });
});

describe('what a device says of itself', () => {
  it('oximeter features decode to their three words', () => {
    expect(decodeOximeterFeatures(hex('A3 00 40 10 80 01 00'))).toEqual({
      ok: true,
      value: { features: 0xa3, measurementStatusSupport: 0x1040, sensorStatusSupport: 0x180 },
    });
  });

  it('cuff pressure while inflating is decoded apart from a measurement', () => {
    expect(decodeCuffPressure(hex('00 96 00 FF 07 FF 07'))).toMatchObject({
      ok: true,
      value: { kind: 'cuffPressure', cuffPressure: { value: 150 } },
    });
  });

  it('a battery holds 0 to 100 %', () => {
    expect(decodeBatteryLevel(hex('64'))).toEqual({ ok: true, value: 100 });
    expect(decodeBatteryLevel(hex('65'))).toMatchObject({ ok: false, code: 'range' });
    expect(decodeBatteryLevel(hex(''))).toMatchObject({ ok: false, code: 'short' });
  });

  it('the clock is read with its fractions of a second', () => {
    expect(decodeCurrentTime(hex('E8 07 06 0F 11 11 1B 06 80 00'))).toMatchObject({
      ok: true,
      value: { milliseconds: 500, now: { year: 2024, second: 27 } },
    });
  });

  it('text is shown without control and direction characters, and not endlessly', () => {
    const silly = new TextEncoder().encode(`\u202eevil\u0000\u0007\n name\u200b ${'x'.repeat(500)}`);
    const text = decodeText(silly);
    expect(text.ok && text.value).toMatch(/^evil name x+…$/);
    expect(text.ok && text.value.length).toBe(64);
    expect(decodeText(Uint8Array.of(0, 0, 0)).ok).toBe(false);
  });

  it('a serial number becomes the device id only where it is one', () => {
    for (const serial of ['HS-DEMO-1', 'HEALTH01', 'B2.4711_a']) expect(deviceIdOf(serial, 'AA:BB:CC:00:11:22')).toBe(serial);
    for (const serial of ['0000', '123456', 'abc', 'Serial Number', 'N/A', 'x'.repeat(41), 'a b c d', '../../etc']) {
      expect(isSensibleSerial(serial), serial).toBe(false);
    }
    expect(deviceIdOf('00000000', 'aa:bb:cc:00:11:22')).toBe('BLE-AABBCC001122');
    expect(deviceIdOf(null, 'AA:BB:CC:00:11:22')).toBe('BLE-AABBCC001122');
  });
});
