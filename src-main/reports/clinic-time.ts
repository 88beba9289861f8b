// Dates and times as the clinic's wall clock shows them, in its IANA time zone, over every change of the clock.

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Axes of longer periods are labelled by months. */
const MANY_DAYS_MS = 120 * 24 * HOUR_MS;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export interface Tick {
  readonly atMs: number;
  readonly label: string;
  /** True where a new local day starts. */
  readonly day: boolean;
}

/** All functions take UTC milliseconds. */
export interface ClinicTime {
  readonly zone: string;
  /** Local time minus UTC at that moment. */
  offsetMs(atMs: number): number;
  /** `UTC+1`, `UTC−3:30`. */
  offsetLabel(atMs: number): string;
  /** `3 Mar 2025` */
  date(atMs: number): string;
  /** `08:05`; in the hour that the clock runs through twice the offset is added. */
  time(atMs: number): string;
  /** `3 Mar 2025, 08:05` */
  dateTime(atMs: number): string;
  /** ISO 8601 with offset: `2025-03-03T08:05:00.000+01:00` */
  iso(atMs: number): string;
  /** `2025-03-03` */
  dayKey(atMs: number): string;
  /** First moment of the local day that `atMs` falls into; midnight, or where the clock skips midnight the moment after. */
  dayStart(atMs: number): number;
  /** The local days that the period from..to touches, cut to the period. */
  days(fromMs: number, toMs: number): readonly { readonly fromMs: number; readonly toMs: number; readonly dayKey: string }[];
  /** At most about `most` round local times in the period, for a time axis. */
  ticks(fromMs: number, toMs: number, most: number): readonly Tick[];
}

/** @throws RangeError when the zone is not an IANA name this runtime knows. */
export function clinicTime(zone: string): ClinicTime {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
  // Asking Intl costs microseconds and reports ask once per reading; zones change at whole minutes only.
  const known = new Map<number, number>();

  const offsetMs = (atMs: number): number => {
    const minute = Math.floor(atMs / MINUTE_MS);
    const before = known.get(minute);
    if (before !== undefined) return before;
    const at: Record<string, number> = {};
    for (const part of parts.formatToParts(minute * MINUTE_MS)) at[part.type] = Number(part.value);
    const local = Date.UTC(at.year ?? 0, (at.month ?? 1) - 1, at.day ?? 1, at.hour ?? 0, at.minute ?? 0, at.second ?? 0);
    const offset = local - minute * MINUTE_MS;
    if (known.size > 50_000) known.clear();
    known.set(minute, offset);
    return offset;
  };

  /** A Date whose UTC fields read as the local wall clock. */
  const wall = (atMs: number): Date => new Date(atMs + offsetMs(atMs));

  const offsetLabel = (atMs: number): string => {
    const minutes = Math.round(offsetMs(atMs) / MINUTE_MS);
    if (minutes === 0) return 'UTC';
    const rest = Math.abs(minutes) % 60;
    return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${two(rest)}`}`;
  };

  /** True in the hour that the clock runs through twice. */
  const happensTwice = (atMs: number): boolean => {
    const offset = offsetMs(atMs);
    return [atMs - 3 * HOUR_MS, atMs + 3 * HOUR_MS].some((near) => {
      const other = offsetMs(near);
      return other !== offset && offsetMs(atMs + offset - other) === other;
    });
  };

  const date = (atMs: number): string => {
    const at = wall(atMs);
    return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  };
  const time = (atMs: number): string => {
    const at = wall(atMs);
    return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${happensTwice(atMs) ? ` ${offsetLabel(atMs)}` : ''}`;
  };
  const dayKey = (atMs: number): string => wall(atMs).toISOString().slice(0, 10);

  const iso = (atMs: number): string => {
    const minutes = Math.round(offsetMs(atMs) / MINUTE_MS);
    const sign = minutes < 0 ? '-' : '+';
    return `${wall(atMs).toISOString().slice(0, -1)}${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  };

  /** First moment whose local day is `key` or later; days only ever go forward, so it can be searched for. */
  const startOf = (key: string): number => {
    const utcMidnight = Date.parse(`${key}T00:00:00Z`);
    let low = Math.floor(utcMidnight / MINUTE_MS) - 16 * 60;
    let high = low + 32 * 60;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (dayKey(middle * MINUTE_MS) < key) low = middle + 1;
      else high = middle;
    }
    return low * MINUTE_MS;
  };
  const dayStart = (atMs: number): number => startOf(dayKey(atMs));
  const nextDayStart = (startMs: number): number => startOf(dayKey(startMs + 30 * HOUR_MS));

  const days = (fromMs: number, toMs: number) => {
    const found: { fromMs: number; toMs: number; dayKey: string }[] = [];
    for (let start = dayStart(fromMs); start < toMs; ) {
      const next = nextDayStart(start);
      found.push({ fromMs: Math.max(start, fromMs), toMs: Math.min(next, toMs), dayKey: dayKey(start) });
      start = next;
    }
    return found;
  };

  const ticks = (fromMs: number, toMs: number, most: number): readonly Tick[] => {
    const lengthMinutes = (toMs - fromMs) / MINUTE_MS;
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];
    const step = steps.find((minutes) => lengthMinutes / minutes <= most);
    const found: Tick[] = [];
    if (toMs - fromMs > MANY_DAYS_MS) return monthTicks(fromMs, toMs, most);
    const touched = days(fromMs, toMs);
    if (step === undefined) {
      const every = Math.max(1, Math.ceil(touched.length / most));
      touched.forEach((day, index) => {
        const start = dayStart(day.fromMs);
        if (start >= fromMs && index % every === 0) found.push({ atMs: start, label: dayLabel(start), day: true });
      });
      return found;
    }
    for (const day of touched) {
      const start = dayStart(day.fromMs);
      const midnight = Date.parse(`${day.dayKey}T00:00:00Z`);
      for (let minute = 0; minute < 24 * 60; minute += step) {
        const local = midnight + minute * MINUTE_MS;
        // Twice, because the offset wanted is the one at the moment that is being looked for.
        const guess = local - offsetMs(local - offsetMs(start));
        const atMs = minute === 0 ? start : guess;
        if (atMs < day.fromMs || atMs > day.toMs || (minute > 0 && wall(atMs).getTime() !== local)) continue;
        if (atMs >= toMs && found.at(-1)?.atMs === atMs) continue;
        found.push({ atMs, label: minute === 0 ? dayLabel(atMs) : clock(atMs), day: minute === 0 });
      }
    }
    return found;
  };
  /** Firsts of months, so many months apart that there are at most `most`. */
  const monthTicks = (fromMs: number, toMs: number, most: number): readonly Tick[] => {
    const monthOf = (atMs: number): number => wall(atMs).getUTCFullYear() * 12 + wall(atMs).getUTCMonth();
    const [first, last] = [monthOf(fromMs) + 1, monthOf(toMs)];
    const every = Math.max(1, Math.ceil((last - first + 1) / most));
    const found: Tick[] = [];
    for (let month = first; month <= last; month += every) {
      const year = Math.floor(month / 12);
      found.push({ atMs: startOf(`${year}-${two((month % 12) + 1)}-01`), label: `${MONTHS[month % 12]} ${year}`, day: true });
    }
    return found;
  };
  const dayLabel = (atMs: number): string => date(atMs).replace(/ \d+$/, '');
  const clock = (atMs: number): string => wall(atMs).toISOString().slice(11, 16);

  return {
    zone,
    offsetMs,
    offsetLabel,
    date,
    time,
    dateTime: (atMs) => `${date(atMs)}, ${time(atMs)}`,
    iso,
    dayKey,
    dayStart,
    days,
    ticks,
  };
}

/** `2 h 05 min`, `3 min 20 s`, `12 s`, `4 d 3 h`: two units at most. */
export function duration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  if (seconds < 86_400) return joined(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min');
  return joined(Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600), 'h');
}

function joined(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** A calendar date without a time (`1960-05-01`) as `1 May 1960`. */
export function calendarDate(isoDate: string): string {
  const [year, month, day] = isoDate.split('-').map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}

/** Completed years between a birth date and a day, both `YYYY-MM-DD`. */
export function ageYears(birthDate: string, onDay: string): number {
  const years = Number(onDay.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return onDay.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
