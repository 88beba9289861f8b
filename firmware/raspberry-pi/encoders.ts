// The wearable's side of the wire: from readings to the bytes of each GATT characteristic (protocol/PROTOCOL.md).

/** Null is sent as NaN: "there is no value". */
export type Reading = number | null;

const SFLOAT_NAN = 0x07ff;
const SFLOAT_LARGEST = 2045;
const FLOAT32_NAN = 0x007fffff;

/** 16-bit IEEE 11073 float, little-endian, with as many of `decimals` as the mantissa holds. */
export function sfloat(value: Reading, decimals = 0): number[] {
  if (value === null || !Number.isFinite(value)) return u16(SFLOAT_NAN);
  let exponent = -Math.min(8, decimals);
  let mantissa = Math.round(value * 10 ** -exponent);
  while (Math.abs(mantissa) > SFLOAT_LARGEST) {
    exponent += 1;
    if (exponent > 7) return u16(SFLOAT_NAN);
    mantissa = Math.round(value / 10 ** exponent);
  }
  return u16(((exponent & 0xf) << 12) | (mantissa & 0xfff));
}

/** 32-bit IEEE 11073 float, little-endian. */
export function float32(value: Reading, decimals = 1): number[] {
  if (value === null || !Number.isFinite(value)) return u32(FLOAT32_NAN);
  return u32((((-decimals & 0xff) << 24) | (Math.round(value * 10 ** decimals) & 0xffffff)) >>> 0);
}

/** Seven bytes of wall clock; HealthSense wearables keep UTC. */
export function dateTime(utcMs: number): number[] {
  const moment = new Date(utcMs);
  return [
    ...u16(moment.getUTCFullYear()),
    moment.getUTCMonth() + 1,
    moment.getUTCDate(),
    moment.getUTCHours(),
    moment.getUTCMinutes(),
    moment.getUTCSeconds(),
  ];
}

/** CRC-16/MCRF4XX, bit by bit. */
export function checksum(bytes: readonly number[]): number[] {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return u16(crc);
}

export interface HeartRecord {
  readonly heartRatePerMin: number;
  readonly contact: boolean;
  readonly rrIntervalsMs: readonly number[];
}

/** 2A37. */
export function encodeHeartRate(record: HeartRecord): Uint8Array {
  const rate = Math.round(record.heartRatePerMin);
  const wide = rate > 255;
  const intervals = record.rrIntervalsMs.map((ms) => Math.min(0xffff, Math.round((ms * 1024) / 1000)));
  const flags = bits(wide, record.contact, true, false, intervals.length > 0);
  return Uint8Array.from([flags, ...(wide ? u16(rate) : [rate]), ...intervals.flatMap(u16)]);
}

export interface OximeterRecord {
  readonly spo2Percent: Reading;
  readonly pulseRatePerMin: Reading;
  readonly pulseAmplitudePercent: Reading;
  readonly questionable: boolean;
  readonly lowPerfusion: boolean;
  readonly offUser: boolean;
}

const PLX_ONGOING = 1 << 5;
const PLX_QUESTIONABLE = 1 << 14;
const PLX_LOW_PERFUSION = 1 << 5;
const PLX_OFF_USER = 1 << 11;

/** 2A5F: normal pair, both status words, pulse amplitude index. */
export function encodeOximeter(record: OximeterRecord): Uint8Array {
  const status = PLX_ONGOING | (record.questionable ? PLX_QUESTIONABLE : 0);
  const sensor = (record.lowPerfusion ? PLX_LOW_PERFUSION : 0) | (record.offUser ? PLX_OFF_USER : 0);
  return Uint8Array.from([
    bits(false, false, true, true, true),
    ...sfloat(record.spo2Percent, 1),
    ...sfloat(record.pulseRatePerMin, 1),
    ...u16(status),
    ...u24(sensor),
    ...sfloat(record.pulseAmplitudePercent, 1),
  ]);
}

/** 2A60: both status words supported. */
export function encodeOximeterFeatures(): Uint8Array {
  return Uint8Array.from([...u16(0b11), ...u16(PLX_ONGOING | PLX_QUESTIONABLE), ...u24(PLX_LOW_PERFUSION | PLX_OFF_USER)]);
}

export interface CuffRecord {
  /** All null: the measurement failed. */
  readonly systolicMmHg: Reading;
  readonly diastolicMmHg: Reading;
  readonly meanMmHg: Reading;
  readonly pulseRatePerMin: Reading;
  readonly movement: boolean;
  readonly cuffLoose: boolean;
  readonly irregularPulse: boolean;
  readonly takenAtMs: number;
}

/** 2A35: mmHg, time stamp, pulse, status. */
export function encodeCuff(record: CuffRecord): Uint8Array {
  return Uint8Array.from([
    bits(false, true, true, false, true),
    ...sfloat(record.systolicMmHg),
    ...sfloat(record.diastolicMmHg),
    ...sfloat(record.meanMmHg),
    ...dateTime(record.takenAtMs),
    ...sfloat(record.pulseRatePerMin),
    ...u16(bits(record.movement, record.cuffLoose, record.irregularPulse)),
  ]);
}

export interface CgmRecordOut {
  readonly glucoseMgDl: Reading;
  /** Whole minutes since the session started. */
  readonly timeOffsetMinutes: number;
  readonly trendMgDlPerMin: Reading;
  readonly qualityPercent: Reading;
}

/** 2AA7: one record with trend, quality and checksum. */
export function encodeCgm(record: CgmRecordOut): Uint8Array {
  const tail = [
    bits(true, true),
    ...sfloat(record.glucoseMgDl, 1),
    ...u16(record.timeOffsetMinutes),
    ...sfloat(record.trendMgDlPerMin, 2),
    ...sfloat(record.qualityPercent, 1),
  ];
  const body = [1 + tail.length + 2, ...tail];
  return Uint8Array.from([...body, ...checksum(body)]);
}

const CGM_HAS_CRC = 1 << 12;
const CGM_HAS_TREND = 1 << 15;
const CGM_HAS_QUALITY = 1 << 16;
const INTERSTITIAL_SUBCUTANEOUS = 0x59;

/** 2AA8. */
export function encodeCgmFeatures(): Uint8Array {
  const body = [...u24(CGM_HAS_CRC | CGM_HAS_TREND | CGM_HAS_QUALITY), INTERSTITIAL_SUBCUTANEOUS];
  return Uint8Array.from([...body, ...checksum(body)]);
}

/** 2AA9: nothing to report. */
export function encodeCgmStatus(timeOffsetMinutes: number): Uint8Array {
  const body = [...u16(timeOffsetMinutes), 0, 0, 0];
  return Uint8Array.from([...body, ...checksum(body)]);
}

/** 2AAA in UTC: zone 0, no daylight saving. */
export function encodeCgmSessionStart(startMs: number): Uint8Array {
  const body = [...dateTime(startMs), 0, 0];
  return Uint8Array.from([...body, ...checksum(body)]);
}

export interface RespirationRecord {
  readonly respiratoryRatePerMin: Reading;
  readonly sensorOff: boolean;
  readonly movement: boolean;
  readonly questionable: boolean;
}

/** HealthSense respiratory rate with its status octet. */
export function encodeRespiration(record: RespirationRecord): Uint8Array {
  const status = bits(record.sensorOff, record.movement, record.questionable);
  return Uint8Array.from([bits(false, true), ...sfloat(record.respiratoryRatePerMin, 1), status]);
}

export interface TemperatureRecord {
  readonly temperatureCel: Reading;
  readonly takenAtMs: number;
}

/** 2A1C: degrees Celsius with time stamp. */
export function encodeTemperature(record: TemperatureRecord): Uint8Array {
  return Uint8Array.from([bits(false, true), ...float32(record.temperatureCel, 1), ...dateTime(record.takenAtMs)]);
}

/** 2A19. */
export function encodeBattery(percent: number): Uint8Array {
  return Uint8Array.of(Math.max(0, Math.min(100, Math.round(percent))));
}

/** 2A2B in UTC. */
export function encodeCurrentTime(utcMs: number): Uint8Array {
  const weekday = new Date(utcMs).getUTCDay() || 7;
  const fractions = Math.floor(((utcMs % 1000) * 256) / 1000);
  return Uint8Array.from([...dateTime(utcMs), weekday, fractions, 0]);
}

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bit 0 first. */
function bits(...flags: readonly boolean[]): number {
  return flags.reduce((sum, flag, bit) => sum | (flag ? 1 << bit : 0), 0);
}

export function u16(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

function u24(value: number): number[] {
  return [...u16(value), (value >>> 16) & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value), ...u16(value >>> 16)];
}
