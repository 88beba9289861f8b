// IEEE 11073 numbers and dates, and the checksum: specials are never numbers.
import { describe, expect, it } from 'vitest';
import { crc16 } from '../../../src-main/links/bluetooth/ieee11073/crc16.ts';
import { decodeDateTime, wallClockMs } from '../../../src-main/links/bluetooth/ieee11073/date-time.ts';
import { decodeFloat32, decodeSfloat } from '../../../src-main/links/bluetooth/ieee11073/medical-float.ts';
import { hex } from './hex.ts';

const word = (text: string): number => new DataView(hex(text).buffer).getUint16(0, true);
const long = (text: string): number => new DataView(hex(text).buffer).getUint32(0, true);

describe('SFLOAT', () => {
  it.each([
    ['78 00', 120],
    ['0A F0', 1],
    ['F6 FF', -1],
    ['BD F0', 18.9],
    ['9F F0', 15.9],
    ['D2 E4', 12.34],
    ['0C 10', 120],
    ['E8 F3', 100],
    ['57 F0', 8.7],
    ['7A E3', 8.9],
    ['78 B0', 0.0012],
    ['62 00', 98],
    ['CF F3', 97.5],
    ['FF F7', 204.7],
  ])('%s is %d', (text, value) => {
    expect(decodeSfloat(word(text))).toEqual({ type: 'number', value });
  });

  it.each([
    ['FF 07', 'NaN'],
    ['00 08', 'NRes'],
    ['FE 07', '+INF'],
    ['02 08', '-INF'],
    ['01 08', 'reserved'],
  ])('%s is %s and not a number', (text, special) => {
    expect(decodeSfloat(word(text))).toEqual({ type: 'special', special });
  });

  it('every one of the 65,536 words is a finite number or a special', () => {
    let specials = 0;
    for (let raw = 0; raw <= 0xffff; raw += 1) {
      const float = decodeSfloat(raw);
      if (float.type === 'special') specials += 1;
      else expect(Number.isFinite(float.value)).toBe(true);
    }
    expect(specials).toBe(5);
  });
});

describe('FLOAT', () => {
  it.each([
    ['FF FF 7F 00', 'NaN'],
    ['00 00 80 00', 'NRes'],
    ['FE FF 7F 00', '+INF'],
    ['02 00 80 00', '-INF'],
    ['01 00 80 00', 'reserved'],
  ])('%s is %s and not a number', (text, special) => {
    expect(decodeFloat32(long(text))).toEqual({ type: 'special', special });
  });

  it('37.0 degrees and a negative number decode', () => {
    expect(decodeFloat32(long('72 01 00 FF'))).toEqual({ type: 'number', value: 37 });
    expect(decodeFloat32(long('9C FF FF FF'))).toEqual({ type: 'number', value: -10 });
  });
});

describe('Date Time', () => {
  const decode = (text: string) => decodeDateTime(new DataView(hex(text).buffer), 0);

  it('a whole date gives its wall clock', () => {
    const moment = decode('E8 07 06 0F 11 11 1B');
    expect(moment !== null && wallClockMs(moment)).toBe(Date.UTC(2024, 5, 15, 17, 17, 27));
  });

  it('an unknown year leaves the date unknown', () => {
    const moment = decode('00 00 04 11 14 29 3B');
    expect(moment).toMatchObject({ year: null, month: 4, day: 17 });
    expect(moment !== null && wallClockMs(moment)).toBeNull();
  });

  it.each([
    'E8 07 0D 01 00 00 00',
    'E9 07 02 1D 00 00 00',
    'E8 07 04 1F 00 00 00',
    'E8 07 01 01 18 00 00',
    'E8 07 01 01 00 3C 00',
    'E8 07 01 01 00 00 3C',
    '10 00 01 01 00 00 00',
  ])('%s is in no calendar', (text) => {
    expect(decode(text)).toBeNull();
  });

  it('29 February is a day of leap years and of unknown years', () => {
    expect(decode('E8 07 02 1D 00 00 00')).not.toBeNull();
    expect(decode('00 00 02 1D 00 00 00')).not.toBeNull();
  });
});

describe('CRC-16/MCRF4XX', () => {
  it('gives the published check value', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x6f91);
    expect(crc16(hex('08 00 64 00 05 00'))).toBe(0xbc98);
  });
});
