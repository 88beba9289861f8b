// Current Time service 1805: Current Time 2A2B, read to learn how a device's clock stands, written to set it.
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import { always, type Decoded, decoded, parse } from './parser.ts';

export interface CurrentTime {
  readonly now: DeviceDateTime;
  readonly milliseconds: number;
}

const TABLE = [
  always('now', 'dateTime'),
  always('weekday', 'u8'),
  always('fractions256', 'u8'),
  always('adjustReason', 'u8'),
] as const;

export function decodeCurrentTime(bytes: Uint8Array): Decoded<CurrentTime> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  return decoded({ now: parsed.value.now, milliseconds: Math.floor((parsed.value.fractions256 * 1000) / 256) });
}

/** Ten octets, as 2A2B is read. @param wallMs the wall clock it is to show, as if it were UTC, ms. */
export function encodeCurrentTime(wallMs: number): Uint8Array {
  const moment = new Date(wallMs);
  const year = moment.getUTCFullYear();
  return Uint8Array.of(
    year & 0xff,
    year >>> 8,
    moment.getUTCMonth() + 1,
    moment.getUTCDate(),
    moment.getUTCHours(),
    moment.getUTCMinutes(),
    moment.getUTCSeconds(),
    moment.getUTCDay() || 7,
    Math.floor((moment.getUTCMilliseconds() * 256) / 1000),
    0,
  );
}
