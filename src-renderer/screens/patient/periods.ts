// Periods people ask for: presets that end now, or two times of their own.
import type { Span } from '../../charts/chart-option.ts';
import { instantOfInput } from '../../charts/clinic-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const PERIODS = [
  { value: '1h', label: '1 h', spanMs: HOUR_MS },
  { value: '6h', label: '6 h', spanMs: 6 * HOUR_MS },
  { value: '24h', label: '24 h', spanMs: DAY_MS },
  { value: '7d', label: '7 d', spanMs: 7 * DAY_MS },
  { value: '30d', label: '30 d', spanMs: 30 * DAY_MS },
] as const;

export type PeriodName = (typeof PERIODS)[number]['value'] | 'custom';

export const periodEndingAt = (name: PeriodName, nowMs: number): Span => {
  const spanMs = PERIODS.find(({ value }) => value === name)?.spanMs ?? DAY_MS;
  return { fromMs: nowMs - spanMs, toMs: nowMs };
};

export type PeriodReading = { readonly ok: true; readonly span: Span } | { readonly ok: false; readonly message: string };

/** Two date-time fields on the clinic's clock; ends in the future are cut at now, because nothing can be there. */
export function readPeriod(fromText: string, toText: string, timeZone: string, nowMs: number): PeriodReading {
  const fromMs = instantOfInput(fromText, timeZone);
  const toMs = instantOfInput(toText, timeZone);
  if (fromMs === null || toMs === null) return { ok: false, message: 'Give both dates and times.' };
  if (fromMs >= toMs) return { ok: false, message: 'The start must be before the end.' };
  if (fromMs >= nowMs) return { ok: false, message: 'The start is in the future.' };
  if (toMs - fromMs > 366 * DAY_MS) return { ok: false, message: 'A period can be one year long at most.' };
  return { ok: true, span: { fromMs, toMs: Math.min(toMs, nowMs) } };
}
