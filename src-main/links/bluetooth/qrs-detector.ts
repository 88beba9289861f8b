// Heart rate from an ECG: beats found by slope energy with adaptive thresholds, after Pan and Tompkins (IEEE Trans. Biomed. Eng. 1985).

/** After a beat the heart cannot beat again for this long. */
const REFRACTORY_S = 0.2;
/** A weaker peak this soon after a beat is its T wave. */
const T_WAVE_S = 0.36;
const INTEGRATION_S = 0.15;
/** Thresholds learn from these first seconds. */
const LEARNING_S = 2;
/** Without a beat for this many typical intervals the thresholds are halved. */
const SEARCH_BACK = 1.66;
const INTERVALS_KEPT = 8;
const FEWEST_INTERVALS = 4;
const SLOWEST_PER_MIN = 25;
const FASTEST_PER_MIN = 260;
/** An older rate says nothing of now. */
const FRESH_S = 4;

export class QrsDetector {
  readonly #rateHz: number;
  readonly #highPass: Biquad;
  readonly #lowPass: Biquad;
  readonly #window: Float64Array;
  #windowSum = 0;
  #windowAt = 0;
  readonly #recent: number[] = [0, 0, 0, 0];
  #count = 0;
  #signal = 0;
  #noise = 0;
  #learnedPeak = 0;
  #peak = 0;
  #peakAt = 0;
  #rising = false;
  #lastBeatAt = Number.NEGATIVE_INFINITY;
  #lastBeatPeak = 0;
  #intervals: number[] = [];

  constructor(sampleRateHz: number) {
    this.#rateHz = sampleRateHz;
    this.#highPass = highPass(5, sampleRateHz);
    this.#lowPass = lowPass(15, sampleRateHz);
    this.#window = new Float64Array(Math.max(1, Math.round(INTEGRATION_S * sampleRateHz)));
  }

  /** After a gap or with a lead off: beats before it say nothing of those after it. */
  reset(): void {
    this.#intervals = [];
    this.#lastBeatAt = Number.NEGATIVE_INFINITY;
    this.#lastBeatPeak = 0;
    this.#rising = false;
    this.#peak = 0;
    this.#count = 0;
    this.#signal = 0;
    this.#noise = 0;
    this.#learnedPeak = 0;
  }

  /** One sample, in any unit. */
  add(sample: number): void {
    const filtered = this.#lowPass.next(this.#highPass.next(sample));
    const [a = 0, b = 0, , d = 0] = this.#recent;
    const slope = (2 * filtered + d - b - 2 * a) / 8;
    this.#recent.shift();
    this.#recent.push(filtered);
    const energy = this.#integrated(slope * slope);
    this.#count += 1;
    if (this.#count <= LEARNING_S * this.#rateHz) {
      // The filters settle in the first half second.
      if (this.#count > this.#rateHz / 2) this.#learnedPeak = Math.max(this.#learnedPeak, energy);
      this.#signal = this.#learnedPeak / 2;
      this.#noise = this.#learnedPeak / 8;
      return;
    }
    if (energy > this.#peak) {
      this.#peak = energy;
      this.#peakAt = this.#count;
      this.#rising = true;
    } else if (this.#rising && energy < this.#peak / 2) {
      this.#peakFound(this.#peak, this.#peakAt);
      this.#rising = false;
      this.#peak = energy;
    } else if (!this.#rising) {
      this.#peak = energy;
    }
  }

  /** Beats a minute by the median of the last intervals; null where there are too few or none of late. */
  ratePerMin(): number | null {
    if (this.#intervals.length < FEWEST_INTERVALS || this.#count - this.#lastBeatAt > FRESH_S * this.#rateHz) return null;
    const rate = (60 * this.#rateHz) / median(this.#intervals);
    return rate >= SLOWEST_PER_MIN && rate <= FASTEST_PER_MIN ? rate : null;
  }

  #peakFound(peak: number, at: number): void {
    const sinceLast = at - this.#lastBeatAt;
    if (sinceLast < REFRACTORY_S * this.#rateHz) return;
    const typical = this.#intervals.length > 0 ? median(this.#intervals) : this.#rateHz;
    const overdue = sinceLast > SEARCH_BACK * typical;
    const threshold = (this.#noise + 0.25 * (this.#signal - this.#noise)) * (overdue ? 0.5 : 1);
    const isTWave = sinceLast < T_WAVE_S * this.#rateHz && peak < this.#lastBeatPeak / 2;
    if (peak <= threshold || isTWave) {
      this.#noise += (peak - this.#noise) / 8;
      return;
    }
    this.#signal += (peak - this.#signal) / (overdue ? 4 : 8);
    if (Number.isFinite(this.#lastBeatAt)) {
      this.#intervals.push(sinceLast);
      if (this.#intervals.length > INTERVALS_KEPT) this.#intervals.shift();
    }
    this.#lastBeatAt = at;
    this.#lastBeatPeak = peak;
  }

  /** Mean of the last 150 ms. */
  #integrated(value: number): number {
    this.#windowSum += value - (this.#window[this.#windowAt] ?? 0);
    this.#window[this.#windowAt] = value;
    this.#windowAt = (this.#windowAt + 1) % this.#window.length;
    return Math.max(0, this.#windowSum) / this.#window.length;
  }
}

class Biquad {
  readonly #b: readonly [number, number, number];
  readonly #a: readonly [number, number];
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(b: readonly [number, number, number], a: readonly [number, number]) {
    this.#b = b;
    this.#a = a;
  }

  next(x: number): number {
    const [b0, b1, b2] = this.#b;
    const y = b0 * x + b1 * this.#x1 + b2 * this.#x2 - this.#a[0] * this.#y1 - this.#a[1] * this.#y2;
    this.#x2 = this.#x1;
    this.#x1 = x;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}

/** Second-order Butterworth sections by the bilinear transform (R. Bristow-Johnson's formulas, Q = 1/√2). */
function lowPass(cutHz: number, rateHz: number): Biquad {
  const { cos, alpha, a0 } = corner(cutHz, rateHz);
  const b1 = (1 - cos) / a0;
  return new Biquad([b1 / 2, b1, b1 / 2], [(-2 * cos) / a0, (1 - alpha) / a0]);
}

function highPass(cutHz: number, rateHz: number): Biquad {
  const { cos, alpha, a0 } = corner(cutHz, rateHz);
  const b1 = -(1 + cos) / a0;
  return new Biquad([-b1 / 2, b1, -b1 / 2], [(-2 * cos) / a0, (1 - alpha) / a0]);
}

function corner(cutHz: number, rateHz: number): { readonly cos: number; readonly alpha: number; readonly a0: number } {
  const omega = (2 * Math.PI * cutHz) / rateHz;
  const alpha = Math.sin(omega) / Math.SQRT2;
  return { cos: Math.cos(omega), alpha, a0: 1 + alpha };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
