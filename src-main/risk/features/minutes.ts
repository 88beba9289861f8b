// Samples as minutes, and medians of them: the arithmetic of models/hypoxia/FEATURES.md that is not about any one input.
import type { RecentSamples } from '../port.ts';

export const MINUTE_MS = 60_000;

/** The median of the sorted numbers and one more. */
export function medianWith(sorted: Float64Array, value: number): number {
  const count = sorted.length + 1;
  let below = 0;
  while (below < sorted.length && (sorted[below] ?? 0) < value) below++;
  const at = (index: number): number =>
    (index < below ? sorted[index] : index === below ? value : sorted[index - 1]) ?? Number.NaN;
  const middle = count >> 1;
  return count % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

/** Minute means by age in whole minutes, 0 the current one; NaN where the minute has no valid sample. */
export function minutesByAge(
  nowMs: number,
  samples: RecentSamples,
  within: number,
  valid: readonly [number, number],
): Float64Array {
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
export function newestMinute(
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
export function firstAfter(timesMs: readonly number[], timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS);
}

/** The mean of the two in the middle for an even count; NaN of nothing. */
export function median(minutes: Float64Array): number {
  return medianOfSorted(sortedOf(minutes));
}

/** Without the missing ones. A typed array sorts numbers without a comparator, which is most of the cost here. */
export function sortedOf(minutes: Float64Array): Float64Array {
  return minutes.filter((value) => !Number.isNaN(value)).sort();
}

export function medianOfSorted(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
