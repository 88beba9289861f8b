// Change per minute of a vital over its last readings, by least squares.
import type { VitalKind } from '../vitals/kinds.ts';

/** Glucose moves over a quarter of an hour; the others are judged over two minutes. */
export function trendWindowMs(kind: VitalKind): number {
  return kind === 'glucose' ? 15 * 60_000 : 2 * 60_000;
}

/** Fewer points, or points closer together than a third of the window, tell no trend. */
const FEWEST = 3;

export class Trend {
  readonly #windowMs: number;
  readonly #timesMs: number[] = [];
  readonly #values: number[] = [];

  constructor(kind: VitalKind) {
    this.#windowMs = trendWindowMs(kind);
  }

  /** A time before the last one begins anew: the clock was set back. */
  add(atMs: number, value: number): void {
    if (atMs < (this.#timesMs.at(-1) ?? atMs)) {
      this.#timesMs.length = 0;
      this.#values.length = 0;
    }
    this.#timesMs.push(atMs);
    this.#values.push(value);
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
