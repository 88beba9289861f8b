// Change per minute of a vital over its last readings, by least squares.
import type { VitalKind } from '../vitals/kinds.ts';

/** Glucose moves over a quarter of an hour; the others are judged over two minutes. */
function trendWindowMs(kind: VitalKind): number {
  return kind === 'glucose' ? 15 * 60_000 : 2 * 60_000;
}

/** Fewer points, or points closer together than a third of the window, tell no trend. */
const FEWEST = 3;

/** Most points a window is told by: one a second and more for two minutes. What comes closer together is taken together. */
const MOST_POINTS = 180;

export class Trend {
  readonly #windowMs: number;
  readonly #timesMs: number[] = [];
  readonly #values: number[] = [];
  /** Readings that the last point stands for, and when its first one was taken. */
  #together = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;

  constructor(kind: VitalKind) {
    this.#windowMs = trendWindowMs(kind);
  }

  /** A time before the last one begins anew: the clock was set back. */
  add(atMs: number, value: number): void {
    const last = this.#timesMs.length - 1;
    if (atMs < (this.#timesMs[last] ?? atMs)) {
      this.#timesMs.length = 0;
      this.#values.length = 0;
    } else if (last >= 0 && atMs - this.#sinceMs < this.#windowMs / MOST_POINTS) {
      this.#together++;
      this.#timesMs[last] = mean(this.#timesMs[last] ?? atMs, atMs, this.#together);
      this.#values[last] = mean(this.#values[last] ?? value, value, this.#together);
      return;
    }
    this.#timesMs.push(atMs);
    this.#values.push(value);
    [this.#together, this.#sinceMs] = [1, atMs];
    let old = 0;
    while ((this.#timesMs[old] ?? atMs) < atMs - this.#windowMs) old++;
    if (old > 0) {
      this.#timesMs.splice(0, old);
      this.#values.splice(0, old);
    }
  }

  /** Canonical unit per minute; null where it cannot be told. */
  perMinute(): number | null {
    const count = this.#timesMs.length;
    const [first, last] = [this.#timesMs[0], this.#timesMs[count - 1]];
    if (count < FEWEST || first === undefined || last === undefined || last - first < this.#windowMs / 3) return null;
    let [sumT, sumV] = [0, 0];
    for (let index = 0; index < count; index++) {
      sumT += (this.#timesMs[index] ?? first) - first;
      sumV += this.#values[index] ?? 0;
    }
    const [meanT, meanV] = [sumT / count, sumV / count];
    let [above, below] = [0, 0];
    for (let index = 0; index < count; index++) {
      const t = (this.#timesMs[index] ?? first) - first - meanT;
      above += t * ((this.#values[index] ?? 0) - meanV);
      below += t * t;
    }
    return below === 0 ? null : (above / below) * 60_000;
  }
}

/** Of `count` numbers, the last of them `next` and the mean of the others `before`. */
function mean(before: number, next: number, count: number): number {
  return before + (next - before) / count;
}
