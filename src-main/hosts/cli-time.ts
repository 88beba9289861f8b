// Dates and times as they are written on the command line, in the clinic's time zone where they name no other.
import { clinicTime } from '../reports/clinic-time.ts';
import { UsageError } from './options.ts';

const DAY_MS = 86_400_000;

/**
 * `2026-03-01` is the whole local day: its start for `--from`, its end for `--to`. Otherwise RFC 3339 with an offset.
 * @throws UsageError
 */
export function parseMoment(text: string, option: '--from' | '--to', timeZone: string): number {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day !== null) {
    const noonUtc = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]), 12);
    if (new Date(noonUtc).toISOString().slice(0, 10) !== text) throw wrong(text, option);
    const time = clinicTime(timeZone);
    // Noon is never skipped or repeated where clocks change, so it names the day safely.
    const noon = noonUtc - time.offsetMs(noonUtc);
    return option === '--from' ? time.dayStart(noon) : time.dayStart(noon + DAY_MS);
  }
  const atMs = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw wrong(text, option);
  return atMs;
}

function wrong(text: string, option: string): UsageError {
  return new UsageError(`${option} must be a day as 2026-03-01, or a time with offset as 2026-03-01T08:00:00Z, not "${text}".`);
}
