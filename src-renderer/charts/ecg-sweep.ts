// An ECG as it runs across a strip: paper speed and gain, the last samples in a ring, and a pen that follows them evenly.
import type { EcgFrame } from '../../src-main/contract/models.ts';

/** Paper speed and gain of an ECG (AHA/ACC/HRS 2007): 25 mm a second, 10 mm a millivolt. */
export const MM_PER_SECOND = 25;
export const MM_PER_MILLIVOLT = 10;
/** CSS defines a millimetre so; how long it is on a screen depends on the screen. */
export const NOMINAL_PX_PER_MM = 96 / 25.4;

/** Longest stretch kept for drawing anew: wider than any screen shows. */
const KEPT_SECONDS = 60;
const NANOVOLT_PER_MILLIVOLT = 1e6;

type Samples = Pick<EcgFrame, 'samples' | 'leadOff' | 'missingBefore' | 'nanovoltPerCount'>;

/** Samples by their number since the strip began, in millivolt; NaN is a gap. Allocates nothing after it is made. */
export class EcgSweep {
  readonly sampleRateHz: number;
  readonly #millivolt: Float32Array;
  /** Number of the next sample. */
  end = 0;

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz;
    this.#millivolt = new Float32Array(sampleRateHz * KEPT_SECONDS).fill(Number.NaN);
  }

  /** Missing samples and those of a lead that is off take their place as a gap: time goes on without them. */
  add({ samples, leadOff, missingBefore, nanovoltPerCount }: Samples): void {
    const missing = Math.min(missingBefore, this.#millivolt.length);
    for (let index = 0; index < missing; index++) this.#put(Number.NaN);
    const scale = nanovoltPerCount / NANOVOLT_PER_MILLIVOLT;
    for (let index = 0; index < samples.length; index++) this.#put(leadOff ? Number.NaN : (samples[index] ?? Number.NaN) * scale);
  }

  /** NaN for a gap, and for what is not kept (any more). */
  at(index: number): number {
    if (index < this.start || index >= this.end) return Number.NaN;
    return this.#millivolt[index % this.#millivolt.length] ?? Number.NaN;
  }

  /** Number of the oldest sample kept. */
  get start(): number {
    return Math.max(0, this.end - this.#millivolt.length);
  }

  #put(millivolt: number): void {
    this.#millivolt[this.end % this.#millivolt.length] = millivolt;
    this.end++;
  }
}

/** Frames come about five times a second; the pen runs this far behind, so that it never waits. */
const BEHIND_S = 0.35;
/** Further behind than this, and it leaps: a strip that runs late is no live strip. */
const LATE_S = 1.2;

/** Where the pen is, moved by the monotonic clock. */
export class EcgPen {
  #position = 0;
  #lastMs: number | null = null;

  /** @returns number of the sample up to which the strip is to be drawn. */
  advance(sweep: EcgSweep, monotonicMs: number): number {
    const rate = sweep.sampleRateHz;
    const passedMs = this.#lastMs === null ? 0 : monotonicMs - this.#lastMs;
    this.#lastMs = monotonicMs;
    this.#position += (passedMs / 1000) * rate;
    if (sweep.end - this.#position > LATE_S * rate) this.#position = sweep.end - BEHIND_S * rate;
    // Waiting for the next frame, it stands at the end of what there is.
    if (this.#position > sweep.end) this.#position = sweep.end;
    return Math.max(0, Math.floor(this.#position));
  }

  /** After a pause: on with what is newest. */
  leapTo(sweep: EcgSweep): void {
    this.#lastMs = null;
    this.#position = Math.max(0, sweep.end - BEHIND_S * sweep.sampleRateHz);
  }
}

/** How a strip of this size shows time and voltage, CSS pixels. */
export interface StripGeometry {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pxPerMm: number;
}

/** Samples from the left edge to the right. */
export function samplesAcross({ widthPx, pxPerMm }: StripGeometry, sampleRateHz: number): number {
  return Math.max(1, Math.floor((widthPx / (pxPerMm * MM_PER_SECOND)) * sampleRateHz));
}

/** Zero is in the middle; up is positive. */
export function yOf(millivolt: number, { heightPx, pxPerMm }: StripGeometry): number {
  return heightPx / 2 - millivolt * MM_PER_MILLIVOLT * pxPerMm;
}
