// GATT payloads with what they must decode to. Sources: NOR = Nordic Android-BLE-Common-Library tests, SPZ = SpeziBluetooth
// tests, BSP = bluetooth-sig-python tests, DER/DER80 = captures of blood-pressure-monitor-fl, FB687 = flutter_blue issue 687,
// NRF174 = nRF-Connect issue 174, LOCAL = computed from the specification.
import type { RejectionCode } from '../../../src-main/links/bluetooth/profiles/parser.ts';

type Special = { readonly special: string };
const NAN: Special = { special: 'NaN' };

/** Numbers stand for SFLOAT numbers; dates are written as `YYYY-MM-DD hh:mm:ss` with 0000 for an unknown year. */
export interface Vector {
  readonly characteristic: string;
  readonly from: string;
  readonly hex: string;
  readonly expected?: { readonly [field: string]: unknown };
  readonly rejected?: RejectionCode;
}

const FIRST_CUFF = {
  systolic: 124,
  diastolic: 86,
  meanPressure: 97,
  unit: 'mmHg',
  takenAt: '2024-06-15 17:17:27',
  pulseRatePerMin: 51,
  userId: null,
};
const FAILED_CUFF = { systolic: NAN, diastolic: NAN, meanPressure: NAN, pulseRatePerMin: NAN, status: 0 };

export const VECTORS: readonly Vector[] = [
  {
    characteristic: '2a37',
    from: 'NOR',
    hex: '00 55',
    expected: { heartRatePerMin: 85, skinContact: null, energyExpendedKj: null, rrIntervals1024: [] },
  },
  { characteristic: '2a37', from: 'BSP', hex: '00 50', expected: { heartRatePerMin: 80 } },
  { characteristic: '2a37', from: 'BSP', hex: '01 C8 00', expected: { heartRatePerMin: 200 } },
  { characteristic: '2a37', from: 'NOR', hex: '04 FF', expected: { heartRatePerMin: 255, skinContact: false } },
  { characteristic: '2a37', from: 'BSP', hex: '02 50', expected: { heartRatePerMin: 80, skinContact: null } },
  {
    characteristic: '2a37',
    from: 'BSP',
    hex: '0E 4B 80 00',
    expected: { heartRatePerMin: 75, skinContact: true, energyExpendedKj: 128 },
  },
  {
    characteristic: '2a37',
    from: 'BSP',
    hex: '10 5A 00 08 00 10',
    expected: { heartRatePerMin: 90, rrIntervals1024: [2048, 4096] },
  },
  {
    characteristic: '2a37',
    from: 'NOR',
    hex: '1E 55 32 00 21 00',
    expected: { heartRatePerMin: 85, skinContact: true, energyExpendedKj: 50, rrIntervals1024: [33] },
  },
  {
    characteristic: '2a37',
    from: 'NOR',
    hex: '1F 01 01 32 01 01 00 02 01 FF FF',
    expected: { heartRatePerMin: 257, skinContact: true, energyExpendedKj: 306, rrIntervals1024: [1, 258, 65535] },
  },
  { characteristic: '2a37', from: 'NOR', hex: '17 01 01', rejected: 'short' },

  {
    characteristic: '2a35',
    from: 'DER',
    hex: '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 00 00',
    expected: { ...FIRST_CUFF, status: 0, pulseRange: 'within' },
  },
  {
    characteristic: '2a35',
    from: 'DER80',
    hex: '16 FF 07 FF 07 FF 07 E8 07 06 17 0E 23 0A FF 07 00 00',
    expected: { ...FAILED_CUFF, takenAt: '2024-06-23 14:35:10' },
  },
  {
    characteristic: '2a35',
    from: 'DER80',
    hex: '16 FF 07 FF 07 FF 07 E8 07 06 17 0E 2F 3B FF 07 00 00',
    expected: { ...FAILED_CUFF, takenAt: '2024-06-23 14:47:59' },
  },
  {
    characteristic: '2a35',
    from: 'DER',
    hex: '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 27 00',
    expected: { ...FIRST_CUFF, status: 0x27, pulseRange: 'within' },
  },
  {
    characteristic: '2a35',
    from: 'DER',
    hex: '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 08 00',
    expected: { ...FIRST_CUFF, pulseRange: 'above' },
  },
  {
    characteristic: '2a35',
    from: 'DER',
    hex: '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 10 00',
    expected: { ...FIRST_CUFF, pulseRange: 'below' },
  },
  {
    characteristic: '2a35',
    from: 'NOR',
    hex: '1E 8A 00 58 00 78 00 00 00 04 11 14 29 3B 3C 00 01 27 00',
    expected: {
      systolic: 138,
      diastolic: 88,
      meanPressure: 120,
      takenAt: '0000-04-17 20:41:59',
      pulseRatePerMin: 60,
      userId: 1,
      status: 0x27,
    },
  },
  {
    characteristic: '2a35',
    from: 'NOR',
    hex: '15 BD F0 0B 00 9F F0 3C 00 12 00',
    expected: {
      systolic: 18.9,
      diastolic: 11,
      meanPressure: 15.9,
      unit: 'kPa',
      takenAt: null,
      pulseRatePerMin: 60,
      status: 0x12,
    },
  },
  {
    characteristic: '2a35',
    from: 'NOR',
    hex: '00 BD F0 0B 00 9F F0',
    expected: {
      systolic: 18.9,
      diastolic: 11,
      meanPressure: 15.9,
      unit: 'mmHg',
      takenAt: null,
      pulseRatePerMin: null,
      userId: null,
      status: null,
    },
  },
  { characteristic: '2a35', from: 'NOR', hex: '01 02 03 04 05 06', rejected: 'short' },
  { characteristic: '2a35', from: 'NOR', hex: '03 02 03 04 05 06 07', rejected: 'short' },
  {
    characteristic: '2a35',
    from: 'DER, Beurer BM85',
    hex: '56 6A 00 47 00 00 00 EA 07 08 0B 12 1F 00 00 3F 00 00 00',
    rejected: 'trailing',
  },
  {
    characteristic: '2a35',
    from: 'DER, Beurer BM85',
    hex: '56 71 00 49 00 00 00 EA 07 08 0B 14 38 00 00 41 01 00 00',
    rejected: 'trailing',
  },
  { characteristic: '2a35', from: 'FB687', hex: 'FE 20 27 00 75 00 55 00 5F 00 E4 07 09 18 10 09 3A 69 00 01', rejected: 'date' },

  {
    characteristic: '2a5f',
    from: 'SPZ',
    hex: '00 64 00 5A 00',
    expected: { normal: [100, 90], fast: null, slow: null, measurementStatus: null, sensorStatus: null },
  },
  { characteristic: '2a5f', from: 'SPZ', hex: '00 E8 F3 84 F3', expected: { normal: [100, 90] } },
  {
    characteristic: '2a5f',
    from: 'SPZ',
    hex: '1C 5F 00 5A 00 20 00 00 00 00 57 F0',
    expected: { normal: [95, 90], measurementStatus: 0x20, sensorStatus: 0, pulseAmplitudeIndex: 8.7 },
  },
  {
    characteristic: '2a5f',
    from: 'SPZ',
    hex: '1F DE F3 CA F3 CA F3 5A F5 D4 F3 B2 F2 20 01 00 00 00 7A E3',
    expected: { normal: [99, 97], fast: [97, 137], slow: [98, 69], measurementStatus: 0x120, pulseAmplitudeIndex: 8.9 },
  },
  {
    characteristic: '2a5e',
    from: 'SPZ',
    hex: '0F AC F3 BE F5 E8 07 0B 1D 17 08 39 20 40 22 00 00 66 E3',
    expected: {
      normal: [94, 147],
      takenAt: '2024-11-29 23:08:57',
      measurementStatus: 0x4020,
      sensorStatus: 0x22,
      pulseAmplitudeIndex: 8.7,
      clockUnset: false,
    },
  },

  {
    characteristic: '2a18',
    from: 'NOR',
    hex: '1B 01 00 E3 07 02 1B 0B 0A 1E FB FF 1E 00 12 05 01',
    expected: {
      sequence: 1,
      baseTime: '2019-02-27 11:10:30',
      timeOffsetMinutes: -5,
      concentration: 30,
      unit: 'kg/L',
      sampleType: 2,
      sampleLocation: 1,
      status: 0x105,
      contextFollows: true,
    },
  },
  { characteristic: '2a18', from: 'NOR', hex: '1B 00 00 E2 07 04 1A 0B 09 1E 1E 00 12 05 01', rejected: 'short' },
  {
    characteristic: '2a18',
    from: 'LOCAL',
    hex: '0B 01 00 E8 07 06 17 08 00 00 F1 FF 78 B0 11 00 00',
    expected: {
      sequence: 1,
      baseTime: '2024-06-23 08:00:00',
      timeOffsetMinutes: -15,
      concentration: 0.0012,
      sampleType: 1,
      sampleLocation: 1,
      status: 0,
    },
  },

  {
    characteristic: '2aa7',
    from: 'NRF174',
    hex: '0D 43 73 00 2C 01 03 24 00 1A 00 3E 04',
    expected: {
      records: [
        {
          glucoseMgDl: 115,
          timeOffsetMinutes: 300,
          status: null,
          calibration: 3,
          warning: null,
          trendMgDlPerMin: 36,
          qualityPercent: 26,
        },
      ],
    },
  },
  {
    characteristic: '2aa7',
    from: 'NOR',
    hex: '06 00 0C 10 06 00',
    expected: { records: [{ glucoseMgDl: 120, timeOffsetMinutes: 6, status: null }] },
  },
  {
    characteristic: '2aa7',
    from: 'NOR',
    hex: '06 00 0C 10 05 00 06 00 0C 10 06 00',
    expected: {
      records: [
        { glucoseMgDl: 120, timeOffsetMinutes: 5 },
        { glucoseMgDl: 120, timeOffsetMinutes: 6 },
      ],
    },
  },
  {
    characteristic: '2aa7',
    from: 'NOR',
    hex: '0F E3 D2 E4 05 00 02 14 FF 02 F0 E5 F3 8E 3F',
    expected: {
      records: [
        {
          glucoseMgDl: 12.34,
          timeOffsetMinutes: 5,
          status: 2,
          calibration: 0x14,
          warning: 0xff,
          trendMgDlPerMin: 0.2,
          qualityPercent: 99.7,
        },
      ],
    },
  },
  { characteristic: '2aa7', from: 'NOR', hex: '08 00 0C 10 06 00 58 6F', rejected: 'crc' },
  {
    characteristic: '2aa7',
    from: 'LOCAL',
    hex: '08 00 0C 10 06 00 59 6F',
    expected: { records: [{ glucoseMgDl: 120, timeOffsetMinutes: 6 }] },
  },
  { characteristic: '2aa7', from: 'NOR', hex: '06 E3 0C 10 00', rejected: 'short' },

  {
    characteristic: '2a1c',
    from: 'LOCAL',
    hex: '00 72 01 00 FF',
    expected: { temperature: 37, unit: 'Cel', takenAt: null, site: null },
  },
];

/** Formats of makers' own on characteristics of their own: no standard decoder may take them for a standard frame. */
export const VENDOR_FRAMES: readonly string[] = ['EB 01 04 53 63 7F 00 25', '45 A1 00 00 96 00 06 0F FC'];
