// One wearable's ECG: frames on their way to a strip, missing samples counted, and a heart rate where the wearable sends none.
import type { EcgFrame } from '../../contract/models.ts';
import type { EcgFeature, EcgSamples } from './profiles/ecg.ts';
import { QrsDetector } from './qrs-detector.ts';

/** What a session tells of an ECG; whose it is, the console knows. */
export type HeardEcg = Omit<EcgFrame, 'patientId' | 'deviceId'>;

export interface EcgSinks {
  readonly frame: (frame: HeardEcg) => void;
  /** Beats a minute, at most once in five seconds. */
  readonly heartRate: (perMin: number, receivedAtMs: number) => void;
}

const INDEX_RANGE = 2 ** 32;
const RATE_EVERY_MS = 5_000;
/** A jump further than this is a wearable that began to count anew, not a gap. */
const LONGEST_GAP_S = 3_600;

export class EcgStream {
  readonly #feature: EcgFeature;
  readonly #sinks: EcgSinks;
  readonly #beats: QrsDetector;
  #nextIndex: number | null = null;
  #rateToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(feature: EcgFeature, sinks: EcgSinks) {
    this.#feature = feature;
    this.#sinks = sinks;
    this.#beats = new QrsDetector(feature.sampleRateHz);
  }

  /** @returns false for a frame that was there before. */
  heard({ sampleIndex, leadOff, saturated, samples }: EcgSamples, receivedAtMs: number): boolean {
    const ahead = this.#nextIndex === null ? 0 : (sampleIndex - this.#nextIndex + INDEX_RANGE) % INDEX_RANGE;
    if (ahead > INDEX_RANGE - this.#feature.sampleRateHz * 2) return false;
    const isGap = ahead <= LONGEST_GAP_S * this.#feature.sampleRateHz;
    const missingBefore = isGap ? ahead : 0;
    this.#nextIndex = (sampleIndex + samples.length) % INDEX_RANGE;
    this.#sinks.frame({ sampleIndex, ...this.#feature, samples, leadOff, saturated, missingBefore, receivedAtMs });
    if (ahead > 0 || leadOff) this.#beats.reset();
    if (!leadOff) for (const sample of samples) this.#beats.add(sample);
    this.#tellRate(receivedAtMs);
    return true;
  }

  #tellRate(receivedAtMs: number): void {
    const sinceMs = receivedAtMs - this.#rateToldAtMs;
    if (sinceMs >= 0 && sinceMs < RATE_EVERY_MS) return;
    const rate = this.#beats.ratePerMin();
    if (rate === null) return;
    this.#rateToldAtMs = receivedAtMs;
    this.#sinks.heartRate(rate, receivedAtMs);
  }
}
