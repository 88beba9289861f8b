// Times as the clinic's clocks show them, and axis ticks that fall on its hours and days whatever zone the computer is in.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const TICK_STEPS_MS = [
  15_000,
  30_000,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
  91 * DAY_MS,
] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Building a format is slow and axes ask for many: one is kept per zone and set of options. */
function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options });
  formats.set(key, made);
  return made;
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
const CLOCK_SECONDS: Intl.DateTimeFormatOptions = { ...CLOCK, second: '2-digit' };
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
const DATE: Intl.DateTimeFormatOptions = { ...DAY, year: 'numeric' };
const PARTS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

/** `14:05`. */
export const clockText = (atMs: number, timeZone: string): string => format(timeZone, CLOCK).format(atMs);

/** `14:05:09`. */
export const clockSecondsText = (atMs: number, timeZone: string): string => format(timeZone, CLOCK_SECONDS).format(atMs);

/** `3 Nov`. */
const dayText = (atMs: number, timeZone: string): string => format(timeZone, DAY).format(atMs);

/** `3 Nov 2026`. */
export const dateText = (atMs: number, timeZone: string): string => format(timeZone, DATE).format(atMs);

/** `3 Nov 2026, 14:05`. */
export const dateTimeText = (atMs: number, timeZone: string): string =>
  `${dateText(atMs, timeZone)}, ${clockText(atMs, timeZone)}`;

/** `2026-11-03`: the clinic's calendar day, also the text of a date field. */
export const dayKey = (atMs: number, timeZone: string): string => wallInputText(atMs, timeZone).slice(0, 10);

/** Milliseconds the zone's clocks are ahead of UTC at that instant. */
export function zoneOffsetMs(atMs: number, timeZone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format(timeZone, PARTS).formatToParts(atMs)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
}

/**
 * The instant at which the zone's clocks show `wallMs` (a wall-clock time written as if it were UTC). A time that a change
 * to summer time skips becomes the instant just after the change.
 */
export function instantOfWall(wallMs: number, timeZone: string): number {
  const first = wallMs - zoneOffsetMs(wallMs, timeZone);
  return wallMs - zoneOffsetMs(first, timeZone);
}

/** `2026-11-03T14:05`, the form a date-time field takes, on the clinic's clock. */
export function wallInputText(atMs: number, timeZone: string): string {
  return new Date(atMs + zoneOffsetMs(atMs, timeZone)).toISOString().slice(0, 16);
}

/** The instant a date-time field's text means on the clinic's clock; null where it is not a date and time. */
export function instantOfInput(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  const wallMs = Date.parse(`${text}Z`);
  return Number.isNaN(wallMs) ? null : instantOfWall(wallMs, timeZone);
}

/**
 * Instants at which an axis from `fromMs` to `toMs` has its ticks: round times of the clinic's clock, about `wanted` of them.
 * Steps of a day or more fall on its midnights, also across a change of summer time.
 */
export function clinicTicks(fromMs: number, toMs: number, timeZone: string, wanted: number): readonly number[] {
  const spanMs = toMs - fromMs;
  if (!(spanMs > 0)) return [];
  const stepMs = TICK_STEPS_MS.find((step) => spanMs / step <= wanted) ?? 91 * DAY_MS;
  const ticks: number[] = [];
  const firstWallMs = Math.floor((fromMs + zoneOffsetMs(fromMs, timeZone)) / stepMs) * stepMs;
  for (let wallMs = firstWallMs; ; wallMs += stepMs) {
    const atMs = instantOfWall(wallMs, timeZone);
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs && atMs > (ticks.at(-1) ?? Number.NEGATIVE_INFINITY)) ticks.push(atMs);
  }
}

/** What a tick says: the clock, or the day where the tick is a midnight or the axis spans many days. */
export function tickText(atMs: number, spanMs: number, timeZone: string): string {
  const wallMs = atMs + zoneOffsetMs(atMs, timeZone);
  if (wallMs % DAY_MS === 0) return dayText(atMs, timeZone);
  return spanMs < 10 * MINUTE_MS && wallMs % MINUTE_MS !== 0 ? clockSecondsText(atMs, timeZone) : clockText(atMs, timeZone);
}
