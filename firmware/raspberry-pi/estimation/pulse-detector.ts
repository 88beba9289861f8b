// Finds the systolic upstroke of each beat in a photoplethysmogram, as in ../../esp32/core/pulse-detector.cpp
// (slope sum: Zong et al., Computers in Cardiology 2003).

export const PULSE_SAMPLE_HZ = 100;

const MOST_SLOPE_SAMPLES = 22;
const LEAST_SLOPE_SAMPLES = 8;
const LEARNING_S = 2.5;
const REFRACTORY_S = 0.24;
/** Of the interval: no beat comes earlier, and until `EARLY_SHARE` only a high one does. That is where the dicrotic wave is. */
const REFRACTORY_SHARE = 0.45;
const EARLY_SHARE = 0.7;
const THRESHOLD_SHARE = 0.5;
const EARLY_THRESHOLD_SHARE = 0.75;
/** A beat is over when the sum has fallen to this share of its peak. */
const FALLS_TO = 0.7;
const UPSTROKE_SHARE = 0.15;
const FOLLOWS = 0.15;
/** Per sample, once a beat is overdue: what movement drove up comes down in about a second. */
const DECAY = 0.985;
const OVERDUE_INTERVALS = 1.6;

export class PulseDetector {
  readonly #rises = new Float64Array(MOST_SLOPE_SAMPLES);
  #samples = 0;
  #lastPulse = 0;
  #slopeSum = 0;
  /** Typical sum at a beat. */
  #amplitude = 0;
  #learnt = 0;
  #inBeat = false;
  #peak = { height: 0, before: 0, after: 0, sample: 0 };
  #lastBeatS: number | null = null;
  #intervalS = 1;

  get nowS(): number {
    return this.#samples / PULSE_SAMPLE_HZ;
  }

  /**
   * @param pulse band-limited pulse wave, rising in systole; any unit.
   * @returns the time at which the slope sum of a beat was highest, s since the start; null: no beat was found just now.
   */
  add(pulse: number): number | null {
    const rise = this.#samples === 0 ? 0 : Math.max(0, pulse - this.#lastPulse);
    this.#lastPulse = pulse;
    const before = this.#slopeSum;
    this.#rises[this.#samples % MOST_SLOPE_SAMPLES] = rise;
    this.#samples += 1;
    this.#slopeSum = this.#sumOfSlopes();
    const now = this.nowS;
    if (now < LEARNING_S) {
      // The first second is the filters finding their level.
      if (now > 1) this.#learnt = Math.max(this.#learnt, this.#slopeSum);
      this.#amplitude = this.#learnt;
      return null;
    }
    if (this.#lastBeatS !== null && now - this.#lastBeatS > OVERDUE_INTERVALS * this.#intervalS) this.#amplitude *= DECAY;
    if (!this.#inBeat) {
      if (this.#slopeSum <= this.#threshold()) return null;
      this.#inBeat = true;
      this.#peak.height = 0;
    }
    const peak = this.#peak;
    if (this.#slopeSum > peak.height) this.#peak = { ...peak, height: this.#slopeSum, before, sample: this.#samples };
    else if (this.#samples === peak.sample + 1) peak.after = this.#slopeSum;
    return this.#slopeSum > FALLS_TO * this.#peak.height ? null : this.#endBeat();
  }

  #endBeat(): number {
    const { height, before, after, sample } = this.#peak;
    this.#inBeat = false;
    const bend = before - 2 * height + after;
    const vertex = bend < 0 ? clamp((0.5 * (before - after)) / bend, -0.5, 0.5) : 0;
    const beatAtS = (sample + vertex) / PULSE_SAMPLE_HZ;
    this.#amplitude += FOLLOWS * (Math.min(height, 2 * this.#amplitude) - this.#amplitude);
    if (this.#lastBeatS !== null) this.#intervalS += 0.25 * (clamp(beatAtS - this.#lastBeatS, 0.3, 1.6) - this.#intervalS);
    this.#lastBeatS = beatAtS;
    return beatAtS;
  }

  #threshold(): number {
    if (this.#lastBeatS === null) return THRESHOLD_SHARE * this.#amplitude;
    const sinceBeatS = this.nowS - this.#lastBeatS;
    if (sinceBeatS < Math.max(REFRACTORY_S, REFRACTORY_SHARE * this.#intervalS)) return Number.POSITIVE_INFINITY;
    return (sinceBeatS < EARLY_SHARE * this.#intervalS ? EARLY_THRESHOLD_SHARE : THRESHOLD_SHARE) * this.#amplitude;
  }

  /** Over the time an upstroke takes at this rate; of squares, which tell the steep wave from the long one. */
  #sumOfSlopes(): number {
    const upstroke = UPSTROKE_SHARE * this.#intervalS * PULSE_SAMPLE_HZ;
    const window = Math.min(Math.floor(clamp(upstroke, LEAST_SLOPE_SAMPLES, MOST_SLOPE_SAMPLES)), this.#samples);
    let sum = 0;
    for (let back = 1; back <= window; back += 1) sum += (this.#rises[(this.#samples - back) % MOST_SLOPE_SAMPLES] ?? 0) ** 2;
    return Math.sqrt(sum);
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
