// Oxygen saturation and pulse rate from raw red and infra-red light, as in ../../esp32/core/oximeter.cpp: per beat the ratio of ratios as
// the slope of red against infra-red, per reading the median of the good beats. Errors: ../../esp32/README.md.
import type { OximeterRecord } from '../encoders.ts';
import { BeatRate, medianOf } from './beat-rate.ts';
import { BandPass } from './biquad.ts';
import { PULSE_SAMPLE_HZ, PulseDetector } from './pulse-detector.ts';

const LIGHT_FULL_SCALE = 2 ** 18 - 1;

/** Below this the sensor looks into the room. */
const LEAST_LIGHT = 20_000;
const MOST_LIGHT = 0.98 * LIGHT_FULL_SCALE;
const OFF_AFTER_SAMPLES = 20;
/** Of the mean level, per sample: a time constant of 1.5 s. */
const LEVEL_FOLLOWS = 1 / (1.5 * PULSE_SAMPLE_HZ);
const LOW_PERFUSION_PERCENT = 0.5;
const LEAST_CORRELATION = 0.9;
const BEATS_ARE_CURRENT_FOR_S = 12;
const FEWEST_GOOD_BEATS = 3;
const MOST_BAD_BEATS = 2;
const PERFUSION_WITHIN_FACTOR = 1.6;
const INTERVAL_WITHIN = 0.3;
const IRREGULAR_SHARE_QUESTIONED = 0.3;
const LEAST_SPO2_PERCENT = 35;
/** Movement is not alike from beat to beat. */
const LEAST_LIKENESS = 0.7;
/** More alike over two beats than over one by this much: each beat was counted twice. */
const DOUBLE_COUNT_LIKENESS = 0.2;
const LAST_BEATS = 3;
const MOST_BAD_OF_LAST = 1;
const KEPT_BEATS = 8;
/** Three of the slowest beats: each is compared with the two before it. */
const KEPT_SAMPLES = 640;

/** SpO₂ % = a R² + b R + c, Maxim's for the MAX30101 and MAX30102 (application note 6845). */
const CALIBRATION = { a: 1.5958422, b: -34.6596622, c: 112.6898759 } as const;

interface Beat {
  readonly atS: number;
  readonly ratio: number;
  readonly perfusionPercent: number;
  /** Correlation of its shape with the beat before, and with the one before that. */
  readonly likeness: number | null;
  readonly likenessOverTwo: number | null;
  readonly good: boolean;
}

export class Oximeter {
  #signal: Signal | null = null;
  #offSamples = 0;

  /** Raw counts, 0 to LIGHT_FULL_SCALE, 100 a second; more light is more. */
  add(red: number, ir: number): void {
    if (!isLit(red) || !isLit(ir)) {
      this.#offSamples += 1;
      if (this.#offSamples >= OFF_AFTER_SAMPLES) this.#signal = null;
      this.#signal?.takeLevels();
      return;
    }
    this.#signal ??= new Signal(red, ir);
    this.#offSamples = 0;
    this.#signal.take(red, ir);
  }

  /** At this moment. Never a number of which the estimator knows that it is none. */
  reading(): OximeterRecord {
    return this.#signal?.reading() ?? OFF_USER;
  }
}

const OFF_USER: OximeterRecord = {
  spo2Percent: null,
  pulseRatePerMin: null,
  pulseAmplitudePercent: null,
  questionable: false,
  lowPerfusion: false,
  offUser: true,
};

function isLit(counts: number): boolean {
  return counts >= LEAST_LIGHT && counts <= MOST_LIGHT;
}

/** One wearing: from the first lit sample until the sensor comes off. */
class Signal {
  readonly #redBand = new BandPass(PULSE_SAMPLE_HZ, 0.4, 6);
  readonly #irBand = new BandPass(PULSE_SAMPLE_HZ, 0.4, 6);
  readonly #detector = new PulseDetector();
  readonly #rate = new BeatRate();
  /** Band-limited, rising in systole; counts. */
  readonly #red = new Float32Array(KEPT_SAMPLES);
  readonly #ir = new Float32Array(KEPT_SAMPLES);
  readonly #redStart: number;
  readonly #irStart: number;
  #redLevel: number;
  #irLevel: number;
  #samples = 0;
  /** Where the last four beats began, newest first. */
  #starts: readonly number[] = [];
  /** Newest last. */
  #beats: readonly Beat[] = [];

  constructor(red: number, ir: number) {
    this.#redStart = this.#redLevel = red;
    this.#irStart = this.#irLevel = ir;
  }

  /** A lone glitch must not shift the clock that beats are timed by: the mean level stands in for it. */
  takeLevels(): void {
    this.take(this.#redLevel, this.#irLevel);
  }

  take(red: number, ir: number): void {
    this.#redLevel += LEVEL_FOLLOWS * (red - this.#redLevel);
    this.#irLevel += LEVEL_FOLLOWS * (ir - this.#irLevel);
    // From the first sample on, so that the filters start at rest. Blood absorbs: more of it is less light.
    const irPulse = -this.#irBand.step(ir - this.#irStart);
    this.#red[this.#samples % KEPT_SAMPLES] = -this.#redBand.step(red - this.#redStart);
    this.#ir[this.#samples % KEPT_SAMPLES] = irPulse;
    this.#samples += 1;
    const beatAtS = this.#detector.add(irPulse);
    if (beatAtS !== null) this.#finishBeat(beatAtS);
  }

  reading(): OximeterRecord {
    const nowS = this.#detector.nowS;
    const ratios = this.#beats.filter(({ good, atS }) => good && nowS - atS <= BEATS_ARE_CURRENT_FOR_S).map(({ ratio }) => ratio);
    const pulseRatePerMin = this.#rate.perMin(nowS);
    const perfusion = this.#usualPerfusion();
    const spo2 = ratios.length < FEWEST_GOOD_BEATS || pulseRatePerMin === null ? Number.NaN : spo2Percent(medianOf(ratios));
    return {
      // The curve was never measured that low: such a ratio is no saturation.
      spo2Percent: spo2 >= LEAST_SPO2_PERCENT ? Math.min(100, spo2) : null,
      pulseRatePerMin,
      pulseAmplitudePercent: Number.isNaN(perfusion) ? null : perfusion,
      questionable: this.#isQuestionable(nowS),
      lowPerfusion: perfusion < LOW_PERFUSION_PERCENT,
      offUser: false,
    };
  }

  #finishBeat(beatAtS: number): void {
    const intervalS = this.#rate.beat(beatAtS);
    const start = Math.floor(beatAtS * PULSE_SAMPLE_HZ + 0.5);
    this.#starts = intervalS === null ? [start] : [start, ...this.#starts.slice(0, 3)];
    if (intervalS === null) return;
    const medianS = this.#rate.medianIntervalS();
    const beat = this.#measure(beatAtS);
    const good = beat.ratio > 0 && this.#isUsual(beat) && Math.abs(intervalS - medianS) <= INTERVAL_WITHIN * medianS;
    this.#beats = [...this.#beats.slice(1 - KEPT_BEATS), { ...beat, good }];
  }

  /** Total least squares on light relative to its level: noise is alike in both, and a plain regression would pull the slope down. */
  #measure(atS: number): Omit<Beat, 'good'> {
    const [to = 0, from = 0, second, third] = this.#starts;
    const sums = this.#sumsOver(from, to);
    const redRed = sums.redRed / this.#redLevel ** 2;
    const irIr = sums.irIr / this.#irLevel ** 2;
    const redIr = sums.redIr / (this.#redLevel * this.#irLevel);
    // Red and infra-red that do not follow each other are not the same blood.
    const follows = redIr > 0 && redIr >= LEAST_CORRELATION * Math.sqrt(redRed * irIr);
    const difference = redRed - irIr;
    return {
      atS,
      perfusionPercent: (100 * (sums.highest - sums.lowest)) / this.#irLevel,
      likeness: second === undefined ? null : this.#likeness(from, to, second, from),
      likenessOverTwo: second === undefined || third === undefined ? null : this.#likeness(from, to, third, second),
      ratio: follows ? (difference + Math.sqrt(difference ** 2 + 4 * redIr ** 2)) / (2 * redIr) : 0,
    };
  }

  #sumsOver(from: number, to: number) {
    let [redMean, irMean] = [0, 0];
    for (let at = from; at < to; at += 1) {
      redMean += this.#redAt(at);
      irMean += this.#irAt(at);
    }
    redMean /= to - from;
    irMean /= to - from;
    const sums = { redRed: 0, irIr: 0, redIr: 0, highest: this.#irAt(from), lowest: this.#irAt(from) };
    for (let at = from; at < to; at += 1) {
      const ir = this.#irAt(at);
      const red = this.#redAt(at) - redMean;
      sums.highest = Math.max(sums.highest, ir);
      sums.lowest = Math.min(sums.lowest, ir);
      sums.redRed += red * red;
      sums.irIr += (ir - irMean) * (ir - irMean);
      sums.redIr += red * (ir - irMean);
    }
    return sums;
  }

  /** Correlation of two stretches of the infra-red pulse over the length of the shorter, -1 to 1. */
  #likeness(from: number, to: number, likeFrom: number, likeTo: number): number {
    const count = Math.min(to - from, likeTo - likeFrom);
    let [sum, likeSum, squares, likeSquares, products] = [0, 0, 0, 0, 0];
    for (let at = 0; at < count; at += 1) {
      const value = this.#irAt(from + at);
      const like = this.#irAt(likeFrom + at);
      sum += value;
      likeSum += like;
      squares += value * value;
      likeSquares += like * like;
      products += value * like;
    }
    const variances = (squares - (sum * sum) / count) * (likeSquares - (likeSum * likeSum) / count);
    return variances <= 0 ? 0 : (products - (sum * likeSum) / count) / Math.sqrt(variances);
  }

  #isUsual({ likeness, perfusionPercent }: Omit<Beat, 'good'>): boolean {
    if (likeness !== null && likeness < LEAST_LIKENESS) return false;
    const usual = this.#usualPerfusion();
    if (Number.isNaN(usual)) return true;
    return perfusionPercent <= usual * PERFUSION_WITHIN_FACTOR && perfusionPercent >= usual / PERFUSION_WITHIN_FACTOR;
  }

  #usualPerfusion(): number {
    return medianOf(this.#beats.map(({ perfusionPercent }) => perfusionPercent));
  }

  #isQuestionable(nowS: number): boolean {
    // Up to the first that is too old, newest first.
    const newestFirst = [...this.#beats].reverse();
    const stale = newestFirst.findIndex(({ atS }) => nowS - atS > BEATS_ARE_CURRENT_FOR_S);
    const current = stale === -1 ? newestFirst : newestFirst.slice(0, stale);
    const good = current.filter((beat) => beat.good).length;
    const badOfLast = current.slice(0, LAST_BEATS).filter((beat) => !beat.good).length;
    const gainOverTwo = current.reduce(
      (gain, { likeness, likenessOverTwo }) =>
        gain + (likenessOverTwo === null ? 0 : (likenessOverTwo - (likeness ?? 0)) / KEPT_BEATS),
      0,
    );
    return (
      good < FEWEST_GOOD_BEATS ||
      current.length - good > MOST_BAD_BEATS ||
      badOfLast > MOST_BAD_OF_LAST ||
      gainOverTwo > DOUBLE_COUNT_LIKENESS ||
      this.#rate.irregularShare() > IRREGULAR_SHARE_QUESTIONED
    );
  }

  #redAt(sample: number): number {
    return this.#red[sample % KEPT_SAMPLES] ?? 0;
  }

  #irAt(sample: number): number {
    return this.#ir[sample % KEPT_SAMPLES] ?? 0;
  }
}

function spo2Percent(ratio: number): number {
  return (CALIBRATION.a * ratio + CALIBRATION.b) * ratio + CALIBRATION.c;
}
