// A rate from beats, as in ../../esp32/core/beat-rate.h: the mean of the last intervals, without those that a missed or extra beat made.

const KEPT = 8;
const SHORTEST_S = 0.25;
const LONGEST_S = 2;
const FEWEST = 3;
/** Sinus rhythm in children and athletes varies by up to a quarter from beat to beat. */
const REGULAR_WITHIN = 0.25;

export class BeatRate {
  #intervalsS: number[] = [];
  #lastBeatS: number | null = null;

  /** @returns the interval since the beat before it, s; null where that is no interval between beats. */
  beat(atS: number): number | null {
    const intervalS = this.#lastBeatS === null ? Number.NaN : atS - this.#lastBeatS;
    this.#lastBeatS = atS;
    if (!(intervalS >= SHORTEST_S && intervalS <= LONGEST_S)) return null;
    this.#intervalsS = [...this.#intervalsS.slice(1 - KEPT), intervalS];
    return intervalS;
  }

  /** Null with fewer than three intervals, or when the last beat is longer ago than two of the longest intervals. */
  perMin(nowS: number): number | null {
    const medianS = this.medianIntervalS();
    if (this.#intervalsS.length < FEWEST || this.#lastBeatS === null || nowS - this.#lastBeatS > 2 * LONGEST_S) return null;
    const regular = this.#intervalsS.filter((intervalS) => isRegular(intervalS, medianS));
    return regular.length === 0 ? 60 / medianS : (60 * regular.length) / sum(regular);
  }

  /** NaN where there are none. */
  medianIntervalS(): number {
    return medianOf(this.#intervalsS);
  }

  /** Share of the last intervals that are far from the median, 0 to 1. */
  irregularShare(): number {
    if (this.#intervalsS.length === 0) return 0;
    const medianS = this.medianIntervalS();
    return this.#intervalsS.filter((intervalS) => !isRegular(intervalS, medianS)).length / this.#intervalsS.length;
  }
}

/** NaN where there are none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function isRegular(intervalS: number, medianS: number): boolean {
  return Math.abs(intervalS - medianS) <= REGULAR_WITHIN * medianS;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
