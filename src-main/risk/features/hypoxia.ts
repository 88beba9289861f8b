// Inputs of the hypoxia model, as models/hypoxia/FEATURES.md defines them: readings become minutes, minutes become hours.
import type { VitalKind } from '../../vitals/kinds.ts';
import type { Dated, InputSource, PatientFacts, RecentSamples } from '../port.ts';
import type { FeatureValue, FeatureValues } from './feature-row.ts';
import {
  firstAfter,
  MINUTE_MS,
  median,
  medianOfSorted,
  medianWith,
  minuteOf,
  minutesByAge,
  newestMinute,
  sortedOf,
} from './minutes.ts';

const HOURS = 12;
/** Mean and trend look at these; the lowest, the time below 92 % and the change from hour to hour at all twelve. */
const LEVEL_HOURS = 6;
const HALF_HOURS = 2 * HOURS;
const LOW_BELOW = 92;
const SPO2_NOW_MINUTES = 5;
const HEART_RATE_NOW_MINUTES = 15;
const OXYGEN_MINUTES = 720;
/** Hours that must be known before change and trend mean anything. */
const LEAST_HOURS = 3;
const ROOM_AIR_PERCENT = 21;

/** Both ends included; what lies outside is an artefact. */
const VALID = { spo2: [50, 100], heartRate: [20, 250], oxygen: [21, 100] } as const;

const NO_SAMPLES: RecentSamples = { timesMs: [], values: [] };

/** In doubles, NaN = missing. */
export interface HypoxiaNumbers {
  readonly spo2NowPercent: number;
  readonly spo2Min12hPercent: number;
  readonly spo2Mean6hPercent: number;
  readonly spo2Below92Percent12h: number;
  readonly spo2Change12hPercent: number;
  readonly spo2Trend6hPercentPerHour: number;
  readonly heartRateNowPerMin: number;
  readonly inspiredOxygenPercent: number;
}

/** Samples oldest first; those after `nowMs` do not count. */
export function hypoxiaNumbers(
  nowMs: number,
  samples: { readonly spo2: RecentSamples; readonly heartRate: RecentSamples; readonly oxygen: RecentSamples },
): HypoxiaNumbers {
  const { now, halfHours, hours } = spo2Medians(nowMs, samples.spo2);
  const { mean, trend } = level(hours.subarray(0, LEVEL_HOURS));
  return {
    spo2NowPercent: now,
    ...lowAndBelow(halfHours, now),
    spo2Mean6hPercent: mean,
    spo2Change12hPercent: change(hours),
    spo2Trend6hPercentPerHour: trend,
    heartRateNowPerMin: median(minutesByAge(nowMs, samples.heartRate, HEART_RATE_NOW_MINUTES, VALID.heartRate)),
    inspiredOxygenPercent: newestMinute(nowMs, samples.oxygen, OXYGEN_MINUTES, VALID.oxygen),
  };
}

/** The lowest half hour (or the last five minutes, where lower), and the share of half hours below 92 %. */
function lowAndBelow(halfHours: Float64Array, now: number) {
  let [count, below, lowest] = [0, 0, Number.isNaN(now) ? Number.POSITIVE_INFINITY : now];
  for (const value of halfHours) {
    if (Number.isNaN(value)) continue;
    count += 1;
    if (value < LOW_BELOW) below += 1;
    if (value < lowest) lowest = value;
  }
  return {
    spo2Min12hPercent: count === 0 ? Number.NaN : lowest,
    spo2Below92Percent12h: (below / (count || Number.NaN)) * 100,
  };
}

/** Mean difference, up or down, between the hours known and the next older ones known. */
function change(hours: Float64Array): number {
  let [count, sum, newer] = [0, 0, Number.NaN];
  for (const value of hours) {
    if (Number.isNaN(value)) continue;
    if (count > 0) sum += Math.abs(value - newer);
    newer = value;
    count += 1;
  }
  return count < LEAST_HOURS ? Number.NaN : sum / (count - 1);
}

/** Mean of the hours known (0 the present one), and their least-squares slope per hour; rising is positive. */
function level(hours: Float64Array): { readonly mean: number; readonly trend: number } {
  let [count, sum, times] = [0, 0, 0];
  for (const [hoursAgo, value] of hours.entries()) {
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
    times -= hoursAgo;
  }
  const mean = sum / (count || Number.NaN);
  let [above, below] = [0, 0];
  for (const [hoursAgo, value] of hours.entries()) {
    if (Number.isNaN(value)) continue;
    const time = -hoursAgo - times / count;
    above += time * (value - mean);
    below += time * time;
  }
  return { mean, trend: count < LEAST_HOURS ? Number.NaN : above / below };
}

interface Spo2Medians {
  /** Of the last five minutes. */
  readonly now: number;
  /** 0 the present one; NaN where nothing was measured. */
  readonly halfHours: Float64Array;
  readonly hours: Float64Array;
}

/** What only changes with the minute: all but the newest mean. */
interface Settled {
  readonly settled: number;
  readonly nowMinute: number;
  readonly halfHours: Float64Array;
  readonly hours: Float64Array;
  /** Of the last five minutes, the present half hour and the present hour the sorted minutes, without the newest. */
  readonly fiveSorted: Float64Array;
  readonly halfHourSorted: Float64Array;
  readonly hourSorted: Float64Array;
}

const settledOf = new WeakMap<RecentSamples, Settled>();

function spo2Medians(nowMs: number, samples: RecentSamples): Spo2Medians {
  const { settled, timesMs, values } = samples;
  const nowMinute = minuteOf(nowMs);
  const last = timesMs.length - 1;
  // Only where the newest mean is of this very minute do the others stand still.
  if (settled === undefined || minuteOf(timesMs[last] ?? Number.NaN) !== nowMinute || (timesMs[last] ?? 0) > nowMs) {
    const minutes = minutesByAge(nowMs, samples, HOURS * 60, VALID.spo2);
    const now = median(minutes.subarray(0, SPO2_NOW_MINUTES));
    return { now, halfHours: blockMedians(minutes, 30, HALF_HOURS), hours: blockMedians(minutes, 60, HOURS) };
  }
  let known = settledOf.get(samples);
  if (known === undefined || known.settled !== settled || known.nowMinute !== nowMinute) {
    const minutes = minutesByAge(nowMs, samples, HOURS * 60, VALID.spo2);
    known = {
      settled,
      nowMinute,
      halfHours: blockMedians(minutes, 30, HALF_HOURS),
      hours: blockMedians(minutes, 60, HOURS),
      fiveSorted: sortedOf(minutes.subarray(1, SPO2_NOW_MINUTES)),
      halfHourSorted: sortedOf(minutes.subarray(1, 30)),
      hourSorted: sortedOf(minutes.subarray(1, 60)),
    };
    settledOf.set(samples, known);
  }
  const newest = values[last] ?? Number.NaN;
  const counts = newest >= VALID.spo2[0] && newest <= VALID.spo2[1];
  const withNewest = (sorted: Float64Array) => (counts ? medianWith(sorted, newest) : medianOfSorted(sorted));
  known.halfHours[0] = withNewest(known.halfHourSorted);
  known.hours[0] = withNewest(known.hourSorted);
  return { now: withNewest(known.fiveSorted), halfHours: known.halfHours, hours: known.hours };
}

/** Medians of so many blocks of minutes, 0 the present one. */
function blockMedians(minutes: Float64Array, length: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, ago) => median(minutes.subarray(ago * length, (ago + 1) * length)));
}

/** From what devices measured and people entered of one patient. */
export function hypoxiaFeatures(facts: PatientFacts): FeatureValues {
  const spo2 = withManual(facts, 'spo2');
  const ownRate = withManual(facts, 'heartRate');
  const hasOwnRate = newestWithin(ownRate, facts.atMs, HEART_RATE_NOW_MINUTES) !== null;
  const rate = hasOwnRate ? ownRate : withManual(facts, 'pulseRate');
  const given = inspiredOxygen(facts);
  const oxygen = given === null ? NO_SAMPLES : { timesMs: [given.takenAtMs], values: [given.value] };
  const numbers = hypoxiaNumbers(facts.atMs, { spo2: spo2.samples, heartRate: rate.samples, oxygen });
  const lastSpo2 = newestWithin(spo2, facts.atMs, HOURS * 60);
  const lastRate = newestWithin(rate, facts.atMs, HEART_RATE_NOW_MINUTES);
  const rateSource = !hasOwnRate ? 'stand-in' : sourceOf(lastRate, rate.manualAtMs);
  return {
    spo2NowPercent: feature(numbers.spo2NowPercent, lastSpo2, sourceOf(lastSpo2, spo2.manualAtMs)),
    spo2Min12hPercent: feature(numbers.spo2Min12hPercent, lastSpo2, 'derived'),
    spo2Mean6hPercent: feature(numbers.spo2Mean6hPercent, lastSpo2, 'derived'),
    spo2Below92Percent12h: feature(numbers.spo2Below92Percent12h, lastSpo2, 'derived'),
    spo2Change12hPercent: feature(numbers.spo2Change12hPercent, lastSpo2, 'derived'),
    spo2Trend6hPercentPerHour: feature(numbers.spo2Trend6hPercentPerHour, lastSpo2, 'derived'),
    heartRateNowPerMin: feature(numbers.heartRateNowPerMin, lastRate, rateSource),
    inspiredOxygenPercent: feature(numbers.inspiredOxygenPercent, given?.takenAtMs ?? null, given?.source ?? 'manual'),
  };
}

/**
 * The fraction as entered; or room air where the newer entry says that no oxygen is given. "Oxygen is given" without a fraction says
 * nothing of how much, and makes an older entry of room air out of date.
 */
function inspiredOxygen(facts: PatientFacts): (Dated & { readonly source: 'manual' | 'derived' }) | null {
  const fraction = facts.observations.get('inspiredOxygenPercent');
  const given = facts.observations.get('supplementalOxygen');
  if (given !== undefined && (fraction === undefined || given.takenAtMs > fraction.takenAtMs)) {
    if (given.value === 0) return { value: ROOM_AIR_PERCENT, takenAtMs: given.takenAtMs, source: 'derived' };
    if (fraction === undefined || fraction.value <= ROOM_AIR_PERCENT) return null;
  }
  return fraction === undefined ? null : { ...fraction, source: 'manual' };
}

interface Known {
  readonly samples: RecentSamples;
  /** When the device's newest value was taken, which a minute mean no longer tells. */
  readonly latestAtMs: number | null;
  readonly manualAtMs: number | null;
}

/**
 * Device samples, the newest single value where it is newer than they are, and what a person entered. A person's value takes the
 * place of the device's samples of the five minutes before it: that is what correcting a device means.
 */
function withManual(facts: PatientFacts, kind: VitalKind): Known {
  let samples = facts.recent.get(kind) ?? NO_SAMPLES;
  const latest = facts.vitals.get(kind);
  const lastMs = samples.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  // Recent samples may be minute means dated at the minute's beginning: a value of the same minute is in the mean already.
  if (latest !== undefined && minuteOf(latest.takenAtMs) > minuteOf(lastMs)) {
    samples = insert(samples, samples.timesMs.length, latest.takenAtMs, latest.value, 0);
  }
  const latestAtMs = latest?.takenAtMs ?? null;
  const manual = facts.observations.get(kind);
  if (manual === undefined || manual.takenAtMs > facts.atMs) return { samples, latestAtMs, manualAtMs: null };
  const place = firstAfter(samples.timesMs, manual.takenAtMs);
  const from = firstAfter(samples.timesMs, manual.takenAtMs - SPO2_NOW_MINUTES * MINUTE_MS);
  return {
    samples: insert(samples, from, manual.takenAtMs, manual.value, place - from),
    // The mean of the manual value's own minute has just been taken out: what is left of that minute is the manual value.
    latestAtMs: latestAtMs !== null && minuteOf(latestAtMs) === minuteOf(manual.takenAtMs) ? null : latestAtMs,
    manualAtMs: manual.takenAtMs,
  };
}

function insert(samples: RecentSamples, index: number, timeMs: number, value: number, replacing: number): RecentSamples {
  return {
    timesMs: samples.timesMs.toSpliced(index, replacing, timeMs),
    values: samples.values.toSpliced(index, replacing, value),
  };
}

function sourceOf(lastMs: number | null, manualAtMs: number | null): 'manual' | 'device' {
  return lastMs !== null && lastMs === manualAtMs ? 'manual' : 'device';
}

function feature(value: number, takenAtMs: number | null, source: Exclude<InputSource, 'missing'>): FeatureValue | null {
  return Number.isNaN(value) ? null : { value, takenAtMs, source };
}

/** When the newest value up to `nowMs` was taken, if its minute is within the window. */
function newestWithin({ samples, latestAtMs }: Known, nowMs: number, minutes: number): number | null {
  const sampled = samples.timesMs[firstAfter(samples.timesMs, nowMs) - 1];
  if (sampled === undefined || minuteOf(nowMs) - minuteOf(sampled) >= minutes) return null;
  const isOfThatMinute = latestAtMs !== null && latestAtMs <= nowMs && minuteOf(latestAtMs) === minuteOf(sampled);
  return isOfThatMinute ? Math.max(sampled, latestAtMs) : sampled;
}
