// The golden frames of the protocol hold both ways: the wearable encodes the record to them, the console decodes them to the measurement.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as encoders from '../../firmware/raspberry-pi/encoders.ts';
import { clockInZone } from '../../src-main/links/bluetooth/device-clock.ts';
import { ReceiptSlots } from '../../src-main/links/bluetooth/identity.ts';
import { MEASUREMENT_PROFILES } from '../../src-main/links/bluetooth/profiles/catalogue.ts';
import { decodeCgmFeatures, decodeCgmSessionStart, decodeCgmStatus } from '../../src-main/links/bluetooth/profiles/cgm.ts';
import { decodeCurrentTime } from '../../src-main/links/bluetooth/profiles/current-time.ts';
import { decodeOximeterFeatures } from '../../src-main/links/bluetooth/profiles/pulse-oximeter.ts';
import { toMeasurements } from '../../src-main/links/bluetooth/profiles/to-measurement.ts';
import { hex, toHex } from '../links/bluetooth/hex.ts';

interface Golden {
  readonly name: string;
  readonly characteristic: string;
  readonly encoder: string;
  readonly record: unknown;
  readonly hex: string;
  readonly measurement: object;
}

const golden: readonly Golden[] = JSON.parse(
  readFileSync(new URL('../../firmware/protocol/golden.json', import.meta.url), 'utf8'),
);
const receivedAtMs = Date.UTC(2026, 2, 14, 9, 27);

describe('golden frames', () => {
  it('cover every characteristic the wearable sends', () => {
    expect(new Set(golden.map(({ characteristic }) => characteristic)).size).toBe(6);
  });

  it.each(golden)('$name: the record encodes to the bytes', ({ encoder, record, hex: bytes }) => {
    const encode = Object.entries(encoders).find(([name]) => name === encoder)?.[1] as
      | ((record: unknown) => Uint8Array)
      | undefined;
    expect(encode && toHex(encode(record))).toBe(bytes);
  });

  it.each(golden)('$name: the bytes decode to the measurement', ({ characteristic, hex: bytes, measurement }) => {
    const frame = MEASUREMENT_PROFILES.get(characteristic)?.decode(hex(bytes), { cgm: {} });
    const context = {
      deviceId: 'HS-1',
      receivedAtMs,
      clock: clockInZone('UTC'),
      slots: new ReceiptSlots(),
      cgmSessionStartMs: null,
    };
    expect(frame?.ok && toMeasurements(frame.value, context)).toMatchObject([measurement]);
  });
});

describe('what can be read of the wearable', () => {
  it('its glucose sensor promises a checksum and keeps it', () => {
    expect(decodeCgmFeatures(encoders.encodeCgmFeatures())).toMatchObject({
      ok: true,
      value: { hasCrc: true, sampleType: 9, sampleLocation: 5 },
    });
    expect(decodeCgmStatus(encoders.encodeCgmStatus(300))).toMatchObject({
      ok: true,
      value: { timeOffsetMinutes: 300, status: 0 },
    });
    expect(decodeCgmSessionStart(encoders.encodeCgmSessionStart(receivedAtMs))).toMatchObject({
      ok: true,
      value: { zoneOffsetMinutes: 0, daylightSavingMinutes: 0, start: { year: 2026, month: 3, day: 14, hour: 9, minute: 27 } },
    });
  });

  it('its clock is UTC', () => {
    expect(decodeCurrentTime(encoders.encodeCurrentTime(receivedAtMs + 500))).toMatchObject({
      ok: true,
      value: { milliseconds: 500, now: { hour: 9, minute: 27, second: 0 } },
    });
  });

  it('its oximeter says which status bits it uses', () => {
    expect(decodeOximeterFeatures(encoders.encodeOximeterFeatures())).toMatchObject({
      ok: true,
      value: { measurementStatusSupport: 0x4020, sensorStatusSupport: 0x820 },
    });
  });
});

describe('numbers on the wire', () => {
  it('a value too large for its decimals loses decimals, not its size', () => {
    expect(encoders.sfloat(287.4, 1)).toEqual([0x1f, 0x01]);
    expect(encoders.sfloat(204.5, 1)).toEqual([0xfd, 0xf7]);
  });

  it('no value is NaN', () => {
    expect(encoders.sfloat(null)).toEqual([0xff, 0x07]);
    expect(encoders.sfloat(Number.POSITIVE_INFINITY)).toEqual([0xff, 0x07]);
    expect(encoders.float32(null)).toEqual([0xff, 0xff, 0x7f, 0x00]);
  });
});
