// Finds R waves in one lead of an electrocardiogram, as in ../../esp32/core/ecg-detector.cpp
// (Pan and Tompkins, IEEE Transactions on Biomedical Engineering 32, 1985).
import { BandPass } from './biquad.ts';

const ECG_SAMPLE_HZ = 250;

const WINDOW_SAMPLES = 38;
const KEPT_SAMPLES = 64;
const SETTLING_S = 0.5;
const LEARNING_S = 2.5;
const REFRACTORY_S = 0.2;
/** A peak this soon after a beat and with less than half its slope is the T wave. */
const T_WAVE_WITHIN_S = 0.36;
const T_WAVE_SLOPE_SHARE = 0.5;
const OVERDUE_INTERVALS = 1.66;
const FOLLOWS = 0.125;
const FOLLOWS_MISSED = 0.25;
/** The energy has passed a peak when it fell to this share of it. */
const FALLS_TO = 0.6;
const CLEAR_BALANCE = 0.15;
/** After this long without a beat all levels are learnt anew by decay: the electrode's gain changed. */
const SILENCE_S = 3;
const SILENCE_DECAY = 0.99;

interface Peak {
  readonly height: number;
  readonly slope: number;
  readonly atS: number;
  /** Of the highest and the lowest excursion: 1 all up, -1 all down. */
  readonly balance: number;
}

export class EcgDetector {
  readonly #band = new BandPass(ECG_SAMPLE_HZ, 5, 15);
  readonly #filtered = new Float64Array(KEPT_SAMPLES);
  readonly #slopes = new Float64Array(KEPT_SAMPLES);
  readonly #squares = new Float64Array(WINDOW_SAMPLES);
  #samples = 0;
  #firstSample = 0;
  /** The peak of energy being climbed. */
  #climbed = 0;
  #climbing: Peak | null = null;
  #falling = false;
  #signalLevel = 0;
  #noiseLevel = 0;
  #learntHighest = 0;
  #learntSum = 0;
  #lastBeatS: number | null = null;
  #lastSlope = 0;
  /** Which way the R wave points in this lead; changes only when the beats clearly say so, or intervals would jump. */
  #pointsUp = true;
  #balance = 0;
  #meanIntervalS: number | null = null;
  /** The highest peak since the last beat that did not pass. */
  #missed: Peak | null = null;

  get nowS(): number {
    return this.#samples / ECG_SAMPLE_HZ;
  }

  /**
   * @param sample any unit, 250 a second.
   * @returns the time of an R wave found just now, up to 0.4 s after it, s since the start; null: none.
   */
  add(sample: number): number | null {
    if (this.#samples === 0) this.#firstSample = sample;
    const height = this.#energy(this.#band.step(sample - this.#firstSample));
    const now = this.nowS;
    if (now < SETTLING_S) return null;
    if (now < LEARNING_S) {
      this.#learn(height);
      return null;
    }
    if (this.#lastBeatS !== null && now - this.#lastBeatS > SILENCE_S) {
      this.#signalLevel *= SILENCE_DECAY;
      this.#noiseLevel *= SILENCE_DECAY;
    }
    if (height > this.#climbed) {
      this.#climbed = height;
      this.#falling = false;
      this.#climbing = this.#describe(height);
      return null;
    }
    if (!this.#falling && height <= FALLS_TO * this.#climbed) {
      this.#falling = true;
      this.#climbed = height;
      return this.#climbing === null ? null : this.#judge(this.#climbing);
    }
    if (this.#falling) this.#climbed = Math.min(this.#climbed, height);
    return this.#searchBack();
  }

  #energy(filtered: number): number {
    const back = (samples: number): number => (this.#samples < samples ? 0 : at(this.#filtered, this.#samples - samples));
    this.#filtered[this.#samples % KEPT_SAMPLES] = filtered;
    const slope = (2 * filtered + back(1) - back(3) - 2 * back(4)) / 8;
    this.#slopes[this.#samples % KEPT_SAMPLES] = Math.abs(slope);
    this.#squares[this.#samples % WINDOW_SAMPLES] = slope * slope;
    this.#samples += 1;
    return this.#squares.reduce((sum, square) => sum + square, 0) / WINDOW_SAMPLES;
  }

  /** The R wave is the furthest excursion, the way it points in this lead, within the window that made the energy. */
  #describe(height: number): Peak {
    let [slope, highest, lowest, highestBack, lowestBack] = [0, 0, 0, 1, 1];
    for (let back = 1; back <= Math.min(WINDOW_SAMPLES + 8, this.#samples); back += 1) {
      const value = at(this.#filtered, this.#samples - back);
      slope = Math.max(slope, at(this.#slopes, this.#samples - back));
      if (value > highest) [highest, highestBack] = [value, back];
      if (value < lowest) [lowest, lowestBack] = [value, back];
    }
    const balance = highest - lowest > 0 ? (highest + lowest) / (highest - lowest) : 0;
    return { height, slope, balance, atS: this.#vertexS(this.#pointsUp ? highestBack : lowestBack) };
  }

  /** Between samples: the vertex of the parabola through the excursion and its neighbours. */
  #vertexS(back: number): number {
    const sample = this.#samples - back;
    if (back < 2 || back + 1 > this.#samples) return sample / ECG_SAMPLE_HZ;
    const [before, peak, after] = [sample - 1, sample, sample + 1].map((index) => at(this.#filtered, index)) as [
      number,
      number,
      number,
    ];
    const bend = before - 2 * peak + after;
    const vertex = bend === 0 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend));
    return (sample + vertex) / ECG_SAMPLE_HZ;
  }

  #learn(height: number): void {
    this.#learntHighest = Math.max(this.#learntHighest, height);
    this.#learntSum += height;
    this.#signalLevel = 0.5 * this.#learntHighest;
    this.#noiseLevel = (0.5 * this.#learntSum) / Math.max(1, (this.nowS - SETTLING_S) * ECG_SAMPLE_HZ);
  }

  #judge(peak: Peak): number | null {
    const sinceBeatS = this.#lastBeatS === null ? Number.POSITIVE_INFINITY : peak.atS - this.#lastBeatS;
    if (sinceBeatS < REFRACTORY_S) return null;
    const isTWave = sinceBeatS < T_WAVE_WITHIN_S && peak.slope < T_WAVE_SLOPE_SHARE * this.#lastSlope;
    if (peak.height > this.#threshold() && !isTWave) return this.#accept(peak, FOLLOWS);
    this.#noiseLevel += FOLLOWS * (peak.height - this.#noiseLevel);
    if (!isTWave && peak.height > (this.#missed?.height ?? 0)) this.#missed = peak;
    return this.#searchBack();
  }

  /** A beat is overdue: the best peak since the last one is taken at half the threshold. */
  #searchBack(): number | null {
    if (this.#meanIntervalS === null || this.#missed === null || this.#lastBeatS === null) return null;
    const isOverdue = this.nowS - this.#lastBeatS >= OVERDUE_INTERVALS * this.#meanIntervalS;
    if (!isOverdue || this.#missed.height < 0.5 * this.#threshold()) return null;
    return this.#accept(this.#missed, FOLLOWS_MISSED);
  }

  #accept(peak: Peak, share: number): number {
    this.#signalLevel += share * (peak.height - this.#signalLevel);
    const intervalS = this.#lastBeatS === null ? null : peak.atS - this.#lastBeatS;
    // Two intervals, at most, are one: a pause must not teach the detector to wait.
    if (intervalS !== null && intervalS < 2.5) {
      this.#meanIntervalS =
        this.#meanIntervalS === null ? intervalS : this.#meanIntervalS + FOLLOWS * (intervalS - this.#meanIntervalS);
    }
    this.#lastBeatS = peak.atS;
    this.#lastSlope = peak.slope;
    this.#balance += share * (peak.balance - this.#balance);
    if (Math.abs(this.#balance) > CLEAR_BALANCE) this.#pointsUp = this.#balance > 0;
    this.#missed = null;
    return peak.atS;
  }

  #threshold(): number {
    return this.#noiseLevel + 0.25 * (this.#signalLevel - this.#noiseLevel);
  }
}

function at(ring: Float64Array, sample: number): number {
  return ring[sample % ring.length] ?? 0;
}
