// The AD8232 electrocardiogram front end behind an ADS1115 converter, which the kernel samples 250 times a second.
import { readFileSync } from 'node:fs';
import type { HeartRecord } from '../encoders.ts';
import { BeatRate } from '../estimation/beat-rate.ts';
import { EcgDetector } from '../estimation/ecg-detector.ts';
import { IioBuffer } from './iio-buffer.ts';
import type { IioPlaces } from './max30102.ts';
import type { EcgBlock, EcgSensor, Moment, Sensor } from './sensor.ts';

const SAMPLE_HZ = 250;
/** The front end's output swings around half of its supply, and amplifies 100 times. */
const SUPPLY_MV = 3_300;
const GAIN = 100;
const COUNTS = 4_096;
const NANOVOLT_PER_COUNT = Math.round(((SUPPLY_MV / COUNTS) * 1e6) / GAIN);
/** Range 4.096 V of the ADS1115, and conversions fast enough for every sample to be a new one. */
const SETTINGS = { in_voltage0_scale: '0.125', in_voltage0_sampling_frequency: '860' } as const;
const USUAL_MV_PER_RAW = 0.125;
/** The output cannot go nearer to its rails than this. */
const RAIL_MV = 60;
/** Nobody takes them: older ones go, and the index tells. */
const KEPT_SAMPLES = 5 * SAMPLE_HZ;
const SILENT_AFTER_MS = 2_000;

export interface Ad8232Options extends IioPlaces {
  /** The high-resolution timer that paces the converter. */
  readonly trigger: string;
  /** Files that read 1 while an electrode is off, as `/sys/class/gpio/gpio17/value`; none: only the rails tell. */
  readonly leadOffFiles: readonly string[];
}

export const AD8232_FEATURE = { sampleRateHz: SAMPLE_HZ, nanovoltPerCount: NANOVOLT_PER_COUNT, lead: 'II' } as const;

export class Ad8232 implements EcgSensor {
  readonly feature = AD8232_FEATURE;
  readonly heart: Sensor<HeartRecord> = { sample: (now) => this.#heartNow(now) };
  readonly #buffer: IioBuffer;
  readonly #leadOffFiles: readonly string[];
  #samples: number[] = [];
  #nextIndex = 0;
  #detector = new EcgDetector();
  #rate = new BeatRate();
  #intervalsMs: number[] = [];
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #isOff = false;
  #isSaturated = false;

  /** @throws Error in plain words where the converter, its trigger or a file is not there. */
  constructor({ nowMs, trigger, leadOffFiles, ...places }: Ad8232Options) {
    this.#leadOffFiles = leadOffFiles;
    this.#look();
    this.#buffer = new IioBuffer({
      ...places,
      // The kernel's driver calls every chip of this family so.
      device: 'ads1015',
      channels: ['voltage0'],
      trigger,
      sampleHz: SAMPLE_HZ,
      settings: SETTINGS,
      heard: ([raw = 0]) => {
        this.#heardAtMs = nowMs();
        this.#hear(raw * millivoltPerRaw);
      },
    });
    const millivoltPerRaw = this.#buffer.number('in_voltage0_scale') ?? USUAL_MV_PER_RAW;
  }

  take(_nowMs: number, _wanted: boolean): EcgBlock {
    this.#look();
    const samples = this.#samples;
    const saturated = this.#isSaturated;
    this.#samples = [];
    this.#isSaturated = false;
    return { firstIndex: this.#nextIndex - samples.length, samples, leadOff: this.#isOff, saturated };
  }

  stop(): void {
    this.#buffer.stop();
  }

  #hear(millivolt: number): void {
    const counts = Math.round(((millivolt - SUPPLY_MV / 2) * COUNTS) / SUPPLY_MV);
    this.#samples.push(Math.max(-COUNTS / 2, Math.min(COUNTS / 2 - 1, counts)));
    this.#nextIndex = (this.#nextIndex + 1) % 2 ** 32;
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift();
    this.#isSaturated ||= millivolt < RAIL_MV || millivolt > SUPPLY_MV - RAIL_MV;
    if (this.#isOff) return;
    const beatAtS = this.#detector.add(counts);
    const intervalS = beatAtS === null ? null : this.#rate.beat(beatAtS);
    if (intervalS !== null) this.#intervalsMs.push(intervalS * 1_000);
  }

  /** What was learnt belongs to other skin once an electrode has been off. */
  #look(): void {
    const isOff = this.#leadOffFiles.some((file) => readFileSync(file, 'utf8').trim() === '1');
    if (isOff && !this.#isOff) {
      this.#detector = new EcgDetector();
      this.#rate = new BeatRate();
      this.#intervalsMs = [];
    }
    this.#isOff = isOff;
  }

  #heartNow({ realMs }: Moment): HeartRecord | null {
    if (realMs - this.#heardAtMs > SILENT_AFTER_MS) return null;
    const rate = this.#isOff ? null : this.#rate.perMin(this.#detector.nowS);
    const rrIntervalsMs = this.#intervalsMs;
    this.#intervalsMs = [];
    return rate === null
      ? { heartRatePerMin: 0, contact: false, rrIntervalsMs: [] }
      : { heartRatePerMin: rate, contact: true, rrIntervalsMs };
  }
}
