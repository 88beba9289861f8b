// From a device's wall clock to UTC: by the clock the device shows, or by the clinic's zone where it shows none.
import { wallClockMs } from './ieee11073/date-time.ts';
import type { CurrentTime } from './profiles/current-time.ts';

export interface DeviceClock {
  /** @param wallMs wall clock as if it were UTC, ms. @returns UTC ms by the device's clock. */
  toUtcMs(wallMs: number): number;
  /** Device clock minus console clock, the zone taken out; null where the device shows no clock. */
  readonly offsetMs: number | null;
  /** What `toUtcMs` takes off because the clock is wrong; 0: it is right, or nobody knows. */
  readonly correctionMs: number;
}

/** A clock this far off is wrong; whole minutes are put right, so that a reading sent twice is dated alike twice. */
const WRONG_FROM_MS = 60_000;
const SAME_WITHIN_MS = 45_000;

const QUARTER_HOUR_MS = 15 * 60_000;
/** UTC+14 is the farthest zone in use. */
const FARTHEST_ZONE_MS = 14 * 3_600_000;

/** Wall clocks are read in the clinic's zone, in which staff set the clocks of cuffs and meters. */
export function clockInZone(timeZone: string): DeviceClock {
  return { toUtcMs: (wallMs) => wallMs - zoneOffsetMs(wallMs, timeZone), offsetMs: null, correctionMs: 0 };
}

/**
 * GATT clocks carry no zone, but zones are whole quarters of an hour: what is left over is how far the clock is off.
 * A clock off by more than any zone is taken to be in the clinic's zone and wrong.
 * @param rememberedMs the correction of an earlier connection, kept while it is nearly right.
 */
export function clockFromCurrentTime(
  shown: CurrentTime,
  consoleNowMs: number,
  timeZone: string,
  rememberedMs: number | null = null,
): DeviceClock | null {
  const wallMs = wallClockMs(shown.now);
  if (wallMs === null) return null;
  const nowMs = wallMs + shown.milliseconds;
  const difference = nowMs - consoleNowMs;
  const zone = Math.round(difference / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  if (Math.abs(zone) <= FARTHEST_ZONE_MS) return corrected((wall) => wall - zone, difference - zone, rememberedMs);
  const byZone = clockInZone(timeZone);
  return corrected(byZone.toUtcMs, byZone.toUtcMs(nowMs) - consoleNowMs, rememberedMs);
}

function corrected(toUtcMs: DeviceClock['toUtcMs'], offsetMs: number, rememberedMs: number | null): DeviceClock {
  if (Math.abs(offsetMs) < WRONG_FROM_MS) return { toUtcMs, offsetMs, correctionMs: 0 };
  const isKnown = rememberedMs !== null && Math.abs(rememberedMs - offsetMs) < SAME_WITHIN_MS;
  const correctionMs = isKnown ? rememberedMs : Math.round(offsetMs / 60_000) * 60_000;
  return { toUtcMs: (wallMs) => toUtcMs(wallMs) - correctionMs, offsetMs, correctionMs };
}

/** What the clocks of the zone show at that moment, as if it were UTC, ms. */
export function wallClockIn(utcMs: number, timeZone: string): number {
  return utcMs + offsetAt(utcMs, timeZone);
}

/** The zone's offset when its wall clock shows `wallMs`; in the hour that autumn repeats, the first of the two. */
function zoneOffsetMs(wallMs: number, timeZone: string): number {
  const earlier = offsetAt(wallMs - offsetAt(wallMs, timeZone), timeZone);
  return offsetAt(wallMs - earlier, timeZone);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetAt(utcMs: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(utcMs)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utcMs / 1000) * 1000;
}
