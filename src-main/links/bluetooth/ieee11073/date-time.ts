// The GATT Date Time structure: seven bytes of wall clock without a zone, any of year, month and day possibly unknown.

export interface DeviceDateTime {
  /** Null: the device does not know. */
  readonly year: number | null;
  /** 1 to 12. */
  readonly month: number | null;
  readonly day: number | null;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export const DATE_TIME_BYTES = 7;

/** A leap year, so that 29 February of an unknown year is allowed. */
const LEAP_YEAR = 2024;

/** @returns the structure, or null where no calendar has such a moment. `bytes` holds at least seven from `offset`. */
export function decodeDateTime(bytes: DataView, offset: number): DeviceDateTime | null {
  const year = bytes.getUint16(offset, true);
  const month = bytes.getUint8(offset + 2);
  const day = bytes.getUint8(offset + 3);
  const hour = bytes.getUint8(offset + 4);
  const minute = bytes.getUint8(offset + 5);
  const second = bytes.getUint8(offset + 6);
  if (year !== 0 && (year < 1582 || year > 9999)) return null;
  if (month > 12 || hour > 23 || minute > 59 || second > 59) return null;
  if (day > daysIn(year, month)) return null;
  return { year: year || null, month: month || null, day: day || null, hour, minute, second };
}

/** UTC ms the wall clock would show in a zone without offset; null where the date is not fully known. */
export function wallClockMs(moment: DeviceDateTime): number | null {
  if (moment.year === null || moment.month === null || moment.day === null) return null;
  return Date.UTC(moment.year, moment.month - 1, moment.day, moment.hour, moment.minute, moment.second);
}

function daysIn(year: number, month: number): number {
  if (month === 0) return 31;
  return new Date(Date.UTC(year || LEAP_YEAR, month, 0)).getUTCDate();
}
