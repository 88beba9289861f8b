// Condenses a stream of predictions of one model into what a report shows: counts, changes of level, and a curve of fixed size.
import type { ModelInfo, Prediction, RiskLevel, RiskModel } from '../contract/models.ts';
import type { LevelChange, ModelHistory, ProbabilitySeries } from './report-data.ts';

const BUCKETS = 288;

interface Bucket {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Time of the last result in it. */
  atMs: number;
}

/** Add predictions oldest first; memory does not grow with their number, but for changes of level. */
export class PredictionHistory {
  readonly #model: RiskModel;
  readonly #fromMs: number;
  readonly #widthMs: number;
  readonly #buckets = new Map<number, Bucket>();
  readonly #counts: Record<RiskLevel, number> = { low: 0, moderate: 0, high: 0, abstained: 0 };
  readonly #versions = new Set<string>();
  readonly #changes: LevelChange[] = [];
  #last: Prediction | null = null;

  constructor(model: RiskModel, fromMs: number, toMs: number) {
    this.#model = model;
    this.#fromMs = fromMs;
    this.#widthMs = Math.max(1, (toMs - fromMs) / BUCKETS);
  }

  add(prediction: Prediction): void {
    this.#counts[prediction.level] += 1;
    this.#versions.add(prediction.version);
    if (this.#last === null || this.#last.level !== prediction.level) {
      this.#changes.push({
        atMs: prediction.scoredAtMs,
        from: this.#last?.level ?? null,
        to: prediction.level,
        probability: prediction.probability,
        version: prediction.version,
        missing: prediction.missing,
      });
    }
    this.#last = prediction;
    if (prediction.probability === null) return;
    const index = Math.floor((prediction.scoredAtMs - this.#fromMs) / this.#widthMs);
    const bucket = this.#buckets.get(index) ?? { count: 0, sum: 0, min: 1, max: 0, atMs: prediction.scoredAtMs };
    bucket.count += 1;
    bucket.sum += prediction.probability;
    bucket.min = Math.min(bucket.min, prediction.probability);
    bucket.max = Math.max(bucket.max, prediction.probability);
    bucket.atMs = prediction.scoredAtMs;
    this.#buckets.set(index, bucket);
  }

  /** `newest` is the model's newest result at all. */
  finish(info: ModelInfo | null, newest: Prediction | null): ModelHistory {
    return {
      model: this.#model,
      info,
      counts: this.#counts,
      versions: [...this.#versions],
      last: this.#last,
      outsidePeriod: this.#last === null ? newest : null,
      changes: this.#changes,
      probabilities: this.#curve(),
    };
  }

  /** Columns with a null between buckets that are further apart than scoring usually is. */
  #curve(): ProbabilitySeries {
    const entries = [...this.#buckets].sort(([a], [b]) => a - b);
    const steps = entries.slice(1).map(([index], at) => index - (entries[at]?.[0] ?? 0));
    const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 1;
    const curve = {
      timesMs: [] as number[],
      mean: [] as (number | null)[],
      min: [] as (number | null)[],
      max: [] as (number | null)[],
    };
    let previous: number | null = null;
    for (const [index, bucket] of entries) {
      if (previous !== null && index - previous > usual * 3) {
        curve.timesMs.push(Math.round(this.#fromMs + (previous + 1) * this.#widthMs));
        curve.mean.push(null);
        curve.min.push(null);
        curve.max.push(null);
      }
      curve.timesMs.push(bucket.atMs);
      curve.mean.push(bucket.sum / bucket.count);
      curve.min.push(bucket.min);
      curve.max.push(bucket.max);
      previous = index;
    }
    return curve;
  }
}
