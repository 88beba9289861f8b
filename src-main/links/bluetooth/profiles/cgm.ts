// Continuous Glucose Monitoring service 181F: measurement 2AA7, feature 2AA8, status 2AA9, session start time 2AAA.
import { crc16 } from '../ieee11073/crc16.ts';
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import { always, announcedLength, type Decoded, decoded, hasBit, parse, rejected, when } from './parser.ts';

export interface CgmRecord {
  readonly glucoseMgDl: MedicalFloat;
  readonly timeOffsetMinutes: number;
  /** Bits of CGM_STATUS, CGM_CALIBRATION and CGM_WARNING; null where not sent. */
  readonly status: number | null;
  readonly calibration: number | null;
  readonly warning: number | null;
  readonly trendMgDlPerMin: MedicalFloat | null;
  readonly qualityPercent: MedicalFloat | null;
}

export interface CgmFrame {
  readonly kind: 'cgm';
  /** One or more, in the order sent. */
  readonly records: readonly CgmRecord[];
}

export interface CgmFeatures {
  readonly features: number;
  readonly hasCrc: boolean;
  readonly sampleType: number;
  readonly sampleLocation: number;
}

export interface CgmStatus {
  readonly timeOffsetMinutes: number;
  readonly status: number;
  readonly calibration: number;
  readonly warning: number;
}

export interface CgmSessionStart {
  readonly start: DeviceDateTime;
  /** Null: the device does not know its zone. */
  readonly zoneOffsetMinutes: number | null;
  readonly daylightSavingMinutes: number;
}

export interface CgmOptions {
  /** What bit 12 of the features says. Undefined: told by the length of each record. */
  readonly crc?: boolean;
  /** Firmware on the nRF5 SDK sends the three status octets the other way round. */
  readonly octetOrder?: 'status-first' | 'warning-first';
}

export const CGM_STATUS = { stopped: 0, batteryLow: 1, wrongSensor: 2, malfunction: 3, deviceAlert: 4, fault: 5 } as const;
export const CGM_CALIBRATION = { timeSync: 0, notAllowed: 1, recommended: 2, required: 3, tooHot: 4, tooCold: 5 } as const;
export const CGM_WARNING = { belowDeviceRange: 6, aboveDeviceRange: 7 } as const;

const STATUS_OCTETS = [when(7, 'status', 'u8'), when(6, 'calibration', 'u8'), when(5, 'warning', 'u8')] as const;

const HEAD = [
  always('size', 'u8'),
  always('flags', 'u8'),
  always('glucose', 'sfloat'),
  always('timeOffsetMinutes', 'u16'),
] as const;
const TAIL = [when(0, 'trend', 'sfloat'), when(1, 'quality', 'sfloat')] as const;

const RECORD = {
  'status-first': [...HEAD, ...STATUS_OCTETS, ...TAIL],
  'warning-first': [...HEAD, STATUS_OCTETS[2], STATUS_OCTETS[1], STATUS_OCTETS[0], ...TAIL],
} as const;

const CRC_BYTES = 2;
const CRC_FEATURE = 12;
const CRC_NOT_SUPPORTED = 0xffff;
const ZONE_UNKNOWN = -128;
/** Daylight saving offsets of the Date Time service, minutes; other codes are reserved and count as none. */
const DST_MINUTES: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [2, 30],
  [4, 60],
  [8, 120],
]);

export function decodeCgm(bytes: Uint8Array, options: CgmOptions = {}): Decoded<CgmFrame> {
  if (bytes.length === 0) return rejected('short', 'the frame is empty');
  const records: CgmRecord[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const size = bytes[offset] ?? 0;
    if (offset + size > bytes.length) return rejected('short', `a record says ${size} bytes, ${bytes.length - offset} are there`);
    const record = decodeRecord(bytes.subarray(offset, offset + size), options);
    if (!record.ok) return record;
    records.push(record.value);
    offset += size;
  }
  return decoded({ kind: 'cgm', records });
}

function decodeRecord(bytes: Uint8Array, options: CgmOptions): Decoded<CgmRecord> {
  const table = RECORD[options.octetOrder ?? 'status-first'];
  if (bytes.length < announcedLength(HEAD, 0))
    return rejected('length', `a record of ${bytes.length} bytes is too small to be one`);
  const bare = announcedLength(table, bytes[1] ?? 0);
  const hasCrc = options.crc ?? bytes.length === bare + CRC_BYTES;
  const body = hasCrc ? checked(bytes) : decoded(bytes);
  if (!body.ok) return body;
  const parsed = parse(table, body.value);
  if (!parsed.ok) return parsed;
  const { glucose, timeOffsetMinutes, status, calibration, warning, trend, quality } = parsed.value;
  return decoded({
    glucoseMgDl: glucose,
    timeOffsetMinutes,
    status,
    calibration,
    warning,
    trendMgDlPerMin: trend,
    qualityPercent: quality,
  });
}

export function decodeCgmFeatures(bytes: Uint8Array): Decoded<CgmFeatures> {
  const parsed = parse([always('features', 'u24'), always('typeAndLocation', 'u8'), always('crc', 'u16')], bytes);
  if (!parsed.ok) return parsed;
  const { features, typeAndLocation, crc } = parsed.value;
  const hasCrc = hasBit(features, CRC_FEATURE);
  if (hasCrc ? crc !== crc16(bytes.subarray(0, -CRC_BYTES)) : crc !== CRC_NOT_SUPPORTED) {
    return rejected('crc', 'the checksum of the features is wrong');
  }
  return decoded({ features, hasCrc, sampleType: typeAndLocation & 0x0f, sampleLocation: typeAndLocation >>> 4 });
}

export function decodeCgmStatus(bytes: Uint8Array): Decoded<CgmStatus> {
  const body = optionalCrc(bytes, 5);
  if (!body.ok) return body;
  return parse(
    [always('timeOffsetMinutes', 'u16'), always('status', 'u8'), always('calibration', 'u8'), always('warning', 'u8')],
    body.value,
  );
}

export function decodeCgmSessionStart(bytes: Uint8Array): Decoded<CgmSessionStart> {
  const body = optionalCrc(bytes, 9);
  if (!body.ok) return body;
  const parsed = parse([always('start', 'dateTime'), always('zone', 's8'), always('daylightSaving', 'u8')], body.value);
  if (!parsed.ok) return parsed;
  const { start, zone, daylightSaving } = parsed.value;
  if (zone !== ZONE_UNKNOWN && (zone < -48 || zone > 56))
    return rejected('range', `there is no time zone ${zone} quarters of an hour off UTC`);
  return decoded({
    start,
    zoneOffsetMinutes: zone === ZONE_UNKNOWN ? null : zone * 15,
    daylightSavingMinutes: DST_MINUTES.get(daylightSaving) ?? 0,
  });
}

function optionalCrc(bytes: Uint8Array, bare: number): Decoded<Uint8Array> {
  return bytes.length === bare + CRC_BYTES ? checked(bytes) : decoded(bytes);
}

/** @returns the bytes before the checksum. */
function checked(bytes: Uint8Array): Decoded<Uint8Array> {
  if (bytes.length <= CRC_BYTES) return rejected('short', 'there is no room for a checksum');
  const body = bytes.subarray(0, -CRC_BYTES);
  const sent = (bytes[bytes.length - 2] ?? 0) | ((bytes[bytes.length - 1] ?? 0) << 8);
  return sent === crc16(body) ? decoded(body) : rejected('crc', 'the checksum is wrong');
}
