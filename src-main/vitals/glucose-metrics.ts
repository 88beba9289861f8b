// Continuous glucose metrics: time in ranges, mean, spread and glucose management indicator of one person's sensor readings.
// Ranges and targets: Battelino et al., international consensus on time in range, Diabetes Care 2019. GMI: Bergenstal et al.,
// Diabetes Care 2018. Sensor readings only: fingersticks must not be handed in here.
import { GLUCOSE_MG_DL_PER_MMOL_L } from './units.ts';

export type GlucoseDisplayUnit = 'mg/dL' | 'mmol/L';

/** Upper ends (inclusive) of the four lower ranges; above the last is very high. The unit's own round numbers, as its users read them. */
const RANGE_ENDS: { readonly [U in GlucoseDisplayUnit]: readonly [number, number, number, number] } = {
  'mg/dL': [53, 69, 180, 250],
  'mmol/L': [2.9, 3.8, 10.0, 13.9],
};

const DAY_MS = 86_400_000;
/** Below this many readings, spread and time in ranges say nothing. */
const LEAST_READINGS = 30;
const LEAST_DAYS = 14;
const LEAST_ACTIVE_PERCENT = 70;

export interface GlucoseReadings {
  /** UTC ms, ascending. */
  readonly timesMs: readonly number[];
  /** mg/dL. */
  readonly valuesMgDl: readonly number[];
}

export interface GlucosePeriod {
  readonly fromMs: number;
  readonly toMs: number;
  /** How often the sensor reports. */
  readonly intervalMs?: number;
  readonly unit?: GlucoseDisplayUnit;
}

/** One value per range, lowest first. */
export interface RangeShares {
  readonly veryLow: number;
  readonly low: number;
  readonly inRange: number;
  readonly high: number;
  readonly veryHigh: number;
}

export interface GlucoseMetrics {
  /** Readings counted: denser ones than `intervalMs` are thinned to it. */
  readonly count: number;
  readonly days: number;
  /** Share of the period in which the sensor reported, 0–100. */
  readonly activePercent: number;
  readonly meanMgDl: number;
  readonly sdMgDl: number | null;
  readonly cvPercent: number | null;
  /** Glucose management indicator, %. */
  readonly gmiPercent: number | null;
  /** Exact percentages; null with too few readings. */
  readonly exact: RangeShares | null;
  /** Whole percentages to show; they add up to 100. */
  readonly shown: RangeShares | null;
  /** The consensus targets for most adults, by exact percentages. */
  readonly targets: {
    readonly timeInRange: boolean;
    readonly timeBelow: boolean;
    readonly timeVeryLow: boolean;
    readonly timeAbove: boolean;
    readonly timeVeryHigh: boolean;
    readonly variation: boolean | null;
  } | null;
  /** Sentences: what is lacking for figures that are null or weak. Empty when all is there. */
  readonly needs: readonly string[];
}

/** Null where the period holds no reading. */
export function glucoseMetrics(readings: GlucoseReadings, period: GlucosePeriod): GlucoseMetrics | null {
  const intervalMs = period.intervalMs ?? 5 * 60_000;
  const { values, coveredMs } = thin(readings, period, intervalMs);
  const count = values.length;
  if (count === 0) return null;
  const days = (period.toMs - period.fromMs) / DAY_MS;
  const activePercent = Math.min(100, (coveredMs / Math.max(intervalMs, period.toMs - period.fromMs)) * 100);
  const meanMgDl = values.reduce((sum, value) => sum + value, 0) / count;
  const enough = count >= LEAST_READINGS;
  const sdMgDl = enough ? Math.sqrt(values.reduce((sum, value) => sum + (value - meanMgDl) ** 2, 0) / (count - 1)) : null;
  const cvPercent = sdMgDl === null ? null : (sdMgDl / meanMgDl) * 100;
  const representative = days >= LEAST_DAYS - 1e-9 && activePercent >= LEAST_ACTIVE_PERCENT;
  const exact = enough ? shares(values, period.unit ?? 'mg/dL') : null;
  const needs: string[] = [];
  if (!enough) needs.push(`Spread and time in ranges need at least ${LEAST_READINGS} readings; there are ${count}.`);
  if (days < LEAST_DAYS - 1e-9)
    needs.push(`The glucose management indicator needs ${LEAST_DAYS} days; the period has ${days.toFixed(1)}.`);
  if (activePercent < LEAST_ACTIVE_PERCENT) {
    needs.push(`Figures need a sensor active ${LEAST_ACTIVE_PERCENT}% of the time; it was active ${Math.floor(activePercent)}%.`);
  }
  return {
    count,
    days,
    activePercent,
    meanMgDl,
    sdMgDl,
    cvPercent,
    gmiPercent: representative ? glucoseManagementIndicator(meanMgDl) : null,
    exact,
    shown: exact === null ? null : wholePercentages(exact),
    targets: exact === null ? null : targetsMet(exact, cvPercent),
    needs,
  };
}

/** GMI in % from mean glucose in mg/dL. */
export function glucoseManagementIndicator(meanMgDl: number): number {
  return 3.31 + 0.02392 * meanMgDl;
}

/** Whole percentages that add up to 100 and stray from the exact ones by less than 1 (largest remainders). */
export function wholePercentages(exact: RangeShares): RangeShares {
  const parts = [exact.veryLow, exact.low, exact.inRange, exact.high, exact.veryHigh];
  const whole = parts.map(Math.floor);
  const short = 100 - whole.reduce((sum, part) => sum + part, 0);
  const byRemainder = parts.map((part, index) => ({ index, rest: part - Math.floor(part) })).sort((a, b) => b.rest - a.rest);
  for (const { index } of byRemainder.slice(0, short)) whole[index] = (whole[index] ?? 0) + 1;
  return named(whole);
}

function shares(valuesMgDl: readonly number[], unit: GlucoseDisplayUnit): RangeShares {
  const ends = RANGE_ENDS[unit];
  const counts = [0, 0, 0, 0, 0];
  for (const value of valuesMgDl) {
    // Rounded as shown, then classified: otherwise 69.6 would print as 70 and count as low.
    const shown = unit === 'mg/dL' ? Math.round(value) : Math.round((value / GLUCOSE_MG_DL_PER_MMOL_L) * 10) / 10;
    const found = ends.findIndex((end) => shown <= end);
    const range = found === -1 ? 4 : found;
    counts[range] = (counts[range] ?? 0) + 1;
  }
  return named(counts.map((each) => (each / valuesMgDl.length) * 100));
}

function targetsMet(exact: RangeShares, cvPercent: number | null): NonNullable<GlucoseMetrics['targets']> {
  return {
    timeInRange: exact.inRange > 70,
    timeBelow: exact.veryLow + exact.low < 4,
    timeVeryLow: exact.veryLow < 1,
    timeAbove: exact.high + exact.veryHigh < 25,
    timeVeryHigh: exact.veryHigh < 5,
    variation: cvPercent === null ? null : cvPercent <= 36,
  };
}

/** Leaves out what is not a number or outside the period, and what follows sooner than the sensor reports. */
function thin(readings: GlucoseReadings, period: GlucosePeriod, intervalMs: number): { values: number[]; coveredMs: number } {
  const values: number[] = [];
  let coveredMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [index, timeMs] of readings.timesMs.entries()) {
    const value = readings.valuesMgDl[index];
    if (value === undefined || !Number.isFinite(value) || timeMs < period.fromMs || timeMs > period.toMs) continue;
    // A tenth of tolerance: sensors drift by seconds.
    if (timeMs - lastMs < intervalMs * 0.9) continue;
    if (values.length > 0) coveredMs += Math.min(intervalMs, timeMs - lastMs);
    values.push(value);
    lastMs = timeMs;
  }
  if (values.length > 0) coveredMs += Math.min(intervalMs, Math.max(0, period.toMs - lastMs));
  return { values, coveredMs };
}

function named(parts: readonly number[]): RangeShares {
  const [veryLow = 0, low = 0, inRange = 0, high = 0, veryHigh = 0] = parts;
  return { veryLow, low, inRange, high, veryHigh };
}
