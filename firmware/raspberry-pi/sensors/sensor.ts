// What the wearable's application asks of a sensor, simulated or soldered: a sample when there is one.
import type { CuffRecord, HeartRecord, OximeterRecord, RespirationRecord } from '../encoders.ts';
import type { EcgFeature } from '../healthsense-frames.ts';

/** Both clocks of a wearable: `realMs` is UTC; `bodyMs` runs faster where a simulation is sped up. */
export interface Moment {
  readonly realMs: number;
  readonly bodyMs: number;
}

export interface Sensor<Sample> {
  /** Called about once a second, in order of time. Null: nothing to send. */
  sample(now: Moment): Sample | null;
}

export interface GlucoseSample {
  readonly glucoseMgDl: number;
  readonly trendMgDlPerMin: number | null;
  readonly qualityPercent: number;
}

export type CuffSample = Omit<CuffRecord, 'takenAtMs'>;

export interface EcgBlock {
  /** Counted from 0 since the sensor started. */
  readonly firstIndex: number;
  /** Counts, -2048 to 2047. */
  readonly samples: readonly number[];
  readonly leadOff: boolean;
  readonly saturated: boolean;
}

export interface EcgSensor {
  readonly feature: EcgFeature;
  /**
   * The samples since the last call.
   * @param wanted false: nobody listens; they are counted but need not be made.
   */
  take(nowMs: number, wanted: boolean): EcgBlock;
}

/** Null: this wearable has no such sensor, and offers no such service. */
export interface SensorSet {
  readonly heart: Sensor<HeartRecord> | null;
  readonly oximeter: Sensor<OximeterRecord> | null;
  readonly respiration: Sensor<RespirationRecord> | null;
  readonly glucose: Sensor<GlucoseSample> | null;
  readonly cuff: Sensor<CuffSample> | null;
  readonly ecg: EcgSensor | null;
  /** %, whole. */
  readonly battery: Sensor<number> | null;
}

/** Lets one sample through every so often on the body's clock, and not faster than a person can follow on the real one. */
export class Pace {
  readonly #everyBodyMs: number;
  readonly #atLeastRealMs: number;
  #last: Moment | null = null;

  constructor(everyBodyMs: number, atLeastRealMs: number) {
    this.#everyBodyMs = everyBodyMs;
    this.#atLeastRealMs = atLeastRealMs;
  }

  isDue(now: Moment): boolean {
    const last = this.#last;
    if (last !== null && (now.bodyMs - last.bodyMs < this.#everyBodyMs || now.realMs - last.realMs < this.#atLeastRealMs))
      return false;
    this.#last = now;
    return true;
  }
}
