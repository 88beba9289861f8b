// Inputs of the hypoxia model, as models/hypoxia/FEATURES.md defines them: readings become minutes, minutes become hours.
import type { VitalKind } from '../../vitals/kinds.ts';
import type { Dated, InputSource, PatientFacts, RecentSamples } from '../port.ts';
import type { FeatureValue, FeatureValues } from './feature-row.ts';

const MINUTE_MS = 60_000;
const HOURS = 6;
const SPO2_NOW_MINUTES = 5;
const HEART_RATE_NOW_MINUTES = 15;
const OXYGEN_MINUTES = 720;
/** Hours that must be known before variability and trend mean anything. */
const LEAST_HOURS = 3;
const ROOM_AIR_PERCENT = 21;

/** Both ends included; what lies outside is an artefact. */
const VALID = { spo2: [50, 100], heartRate: [20, 250], oxygen: [21, 100] } as const;

const NO_SAMPLES: RecentSamples = { timesMs: [], values: [] };

/** In doubles, NaN = missing. */
export interface HypoxiaNumbers {
  readonly spo2NowPercent: number;
  readonly spo2Min6hPercent: number;
  readonly spo2Mean6hPercent: number;
  readonly spo2Sd6hPercent: number;
  readonly spo2Trend6hPercentPerHour: number;
  readonly heartRateNowPerMin: number;
  readonly inspiredOxygenPercent: number;
}

/** Samples oldest first; those after `nowMs` do not count. */
export function hypoxiaNumbers(
  nowMs: number,
  samples: { readonly spo2: RecentSamples; readonly heartRate: RecentSamples; readonly oxygen: RecentSamples },
): HypoxiaNumbers {
  const { now, medians } = spo2Medians(nowMs, samples.spo2);
  const hours: { readonly hoursAgo: number; readonly value: number }[] = [];
  for (let hoursAgo = 0; hoursAgo < HOURS; hoursAgo += 1) {
    const value = medians[hoursAgo] ?? Number.NaN;
    if (!Number.isNaN(value)) hours.push({ hoursAgo, value });
  }
  const count = hours.length;
  const mean = count === 0 ? Number.NaN : hours.reduce((sum, hour) => sum + hour.value, 0) / count;
  const lowest = Math.min(...hours.map((hour) => hour.value), Number.isNaN(now) ? Number.POSITIVE_INFINITY : now);
  return {
    spo2NowPercent: now,
    spo2Min6hPercent: count === 0 ? Number.NaN : lowest,
    spo2Mean6hPercent: mean,
    spo2Sd6hPercent:
      count < LEAST_HOURS ? Number.NaN : Math.sqrt(hours.reduce((sum, hour) => sum + (hour.value - mean) ** 2, 0) / count),
    spo2Trend6hPercentPerHour: count < LEAST_HOURS ? Number.NaN : slopePerHour(hours, mean),
    heartRateNowPerMin: median(minutesByAge(nowMs, samples.heartRate, HEART_RATE_NOW_MINUTES, VALID.heartRate)),
    inspiredOxygenPercent: newestMinute(nowMs, samples.oxygen, OXYGEN_MINUTES, VALID.oxygen),
  };
}

/** What only changes with the minute: all but the newest mean. */
interface Settled {
  readonly settled: number;
  readonly nowMinute: number;
  /** Medians of the hours; of the present hour the sorted minutes instead, without the newest. */
  readonly medians: Float64Array;
  readonly hourSorted: Float64Array;
  readonly fiveSorted: Float64Array;
}

const settledOf = new WeakMap<RecentSamples, Settled>();

/** Medians of the last five minutes and of each of the six hours, 0 the present one. */
function spo2Medians(nowMs: number, samples: RecentSamples): { readonly now: number; readonly medians: Float64Array } {
  const { settled, timesMs, values } = samples;
  const nowMinute = minuteOf(nowMs);
  const last = timesMs.length - 1;
  // Only where the newest mean is of this very minute do the others stand still.
  if (settled === undefined || minuteOf(timesMs[last] ?? Number.NaN) !== nowMinute || (timesMs[last] ?? 0) > nowMs) {
    const minutes = minutesByAge(nowMs, samples, HOURS * 60, VALID.spo2);
    const medians = new Float64Array(HOURS);
    for (let hour = 0; hour < HOURS; hour += 1) medians[hour] = median(minutes.subarray(hour * 60, (hour + 1) * 60));
    return { now: median(minutes.subarray(0, SPO2_NOW_MINUTES)), medians };
  }
  let known = settledOf.get(samples);
  if (known === undefined || known.settled !== settled || known.nowMinute !== nowMinute) {
    const minutes = minutesByAge(nowMs, samples, HOURS * 60, VALID.spo2);
    const medians = new Float64Array(HOURS);
    for (let hour = 1; hour < HOURS; hour += 1) medians[hour] = median(minutes.subarray(hour * 60, (hour + 1) * 60));
    const [hourSorted, fiveSorted] = [sortedOf(minutes.subarray(1, 60)), sortedOf(minutes.subarray(1, SPO2_NOW_MINUTES))];
    known = { settled, nowMinute, medians, hourSorted, fiveSorted };
    settledOf.set(samples, known);
  }
  const newest = values[last] ?? Number.NaN;
  const counts = newest >= VALID.spo2[0] && newest <= VALID.spo2[1];
  known.medians[0] = counts ? medianWith(known.hourSorted, newest) : medianOfSorted(known.hourSorted);
  return { now: counts ? medianWith(known.fiveSorted, newest) : medianOfSorted(known.fiveSorted), medians: known.medians };
}

/** The median of the sorted numbers and one more. */
function medianWith(sorted: Float64Array, value: number): number {
  const count = sorted.length + 1;
  let below = 0;
  while (below < sorted.length && (sorted[below] ?? 0) < value) below++;
  const at = (index: number): number =>
    (index < below ? sorted[index] : index === below ? value : sorted[index - 1]) ?? Number.NaN;
  const middle = count >> 1;
  return count % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
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
    spo2Min6hPercent: feature(numbers.spo2Min6hPercent, lastSpo2, 'derived'),
    spo2Mean6hPercent: feature(numbers.spo2Mean6hPercent, lastSpo2, 'derived'),
    spo2Sd6hPercent: feature(numbers.spo2Sd6hPercent, lastSpo2, 'derived'),
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

/** Minute means by age in whole minutes, 0 the current one; NaN where the minute has no valid sample. */
function minutesByAge(nowMs: number, samples: RecentSamples, within: number, valid: readonly [number, number]): Float64Array {
  const means = new Float64Array(within);
  const counts = new Uint32Array(within);
  const current = minuteOf(nowMs);
  for (let index = firstAfter(samples.timesMs, nowMs) - 1; index >= 0; index -= 1) {
    const age = current - minuteOf(samples.timesMs[index] ?? 0);
    if (age >= within) break;
    const value = samples.values[index] ?? Number.NaN;
    if (!(value >= valid[0] && value <= valid[1])) continue;
    means[age] = (means[age] ?? 0) + value;
    counts[age] = (counts[age] ?? 0) + 1;
  }
  for (let age = 0; age < within; age += 1) means[age] = (means[age] ?? 0) / (counts[age] || Number.NaN);
  return means;
}

/** The mean of the newest minute that has a valid sample; NaN where there is none. */
function newestMinute(
  nowMs: number,
  { timesMs, values }: RecentSamples,
  within: number,
  valid: readonly [number, number],
): number {
  let [minute, sum, count] = [Number.NaN, 0, 0];
  for (let index = firstAfter(timesMs, nowMs) - 1; index >= 0; index -= 1) {
    const [ofMinute, value] = [minuteOf(timesMs[index] ?? 0), values[index] ?? Number.NaN];
    if (minuteOf(nowMs) - ofMinute >= within || (count > 0 && ofMinute !== minute)) break;
    if (!(value >= valid[0] && value <= valid[1])) continue;
    minute = ofMinute;
    sum += value;
    count += 1;
  }
  return sum / (count || Number.NaN);
}

/** Index of the first time after `timeMs` (times ascending). */
function firstAfter(timesMs: readonly number[], timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When the newest value up to `nowMs` was taken, if its minute is within the window. */
function newestWithin({ samples, latestAtMs }: Known, nowMs: number, minutes: number): number | null {
  const sampled = samples.timesMs[firstAfter(samples.timesMs, nowMs) - 1];
  if (sampled === undefined || minuteOf(nowMs) - minuteOf(sampled) >= minutes) return null;
  const isOfThatMinute = latestAtMs !== null && latestAtMs <= nowMs && minuteOf(latestAtMs) === minuteOf(sampled);
  return isOfThatMinute ? Math.max(sampled, latestAtMs) : sampled;
}

function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS);
}

/** The mean of the two in the middle for an even count; NaN of nothing. */
function median(minutes: Float64Array): number {
  return medianOfSorted(sortedOf(minutes));
}

/** Without the missing ones. A typed array sorts numbers without a comparator, which is most of the cost here. */
function sortedOf(minutes: Float64Array): Float64Array {
  return minutes.filter((value) => !Number.isNaN(value)).sort();
}

function medianOfSorted(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Least squares of the hours on their time -hoursAgo; rising is positive. */
function slopePerHour(hours: readonly { readonly hoursAgo: number; readonly value: number }[], mean: number): number {
  const meanTime = hours.reduce((sum, hour) => sum - hour.hoursAgo, 0) / hours.length;
  let above = 0;
  let below = 0;
  for (const { hoursAgo, value } of hours) {
    const time = -hoursAgo - meanTime;
    above += time * (value - mean);
    below += time * time;
  }
  return above / below;
}
