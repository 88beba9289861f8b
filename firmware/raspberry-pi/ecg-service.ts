// The ECG service: gathers samples into frames of fifty and sends them while somebody listens (PROTOCOL.md).
import type { GattServer, GattService } from './gatt-server.ts';
import { encodeEcg, encodeEcgFeature } from './healthsense-frames.ts';
import type { EcgSensor } from './sensors/sensor.ts';

export const ECG_SERVICE = '5c4d0020b8a3472c9f5d61e0a8d7c3f2';
export const ECG_CHARACTERISTIC = {
  samples: '5c4d0021b8a3472c9f5d61e0a8d7c3f2',
  feature: '5c4d0022b8a3472c9f5d61e0a8d7c3f2',
} as const;

const SAMPLES_PER_FRAME = 50;

export class EcgService {
  readonly service: GattService;
  readonly #sensor: EcgSensor;
  readonly #nowMs: () => number;
  #server: GattServer | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Gathered for the next frame, and the index of their first. */
  #samples: number[] = [];
  #index = 0;
  #leadOff = false;
  #saturated = false;
  #dropped = 0;

  constructor(sensor: EcgSensor, nowMs: () => number) {
    this.#sensor = sensor;
    this.#nowMs = nowMs;
    this.service = {
      uuid: ECG_SERVICE,
      characteristics: [
        { uuid: ECG_CHARACTERISTIC.samples, properties: ['notify'] },
        { uuid: ECG_CHARACTERISTIC.feature, properties: ['read'], value: () => encodeEcgFeature(sensor.feature) },
      ],
    };
  }

  /** Frames that the radio could not take in time: gaps in the strip. */
  get dropped(): number {
    return this.#dropped;
  }

  attach(server: GattServer): void {
    this.#server = server;
  }

  start(): void {
    const everyMs = (SAMPLES_PER_FRAME * 1_000) / this.#sensor.feature.sampleRateHz;
    this.#timer ??= setInterval(() => this.#take(), everyMs);
    // As with the vitals: no program lives on for this alone.
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #take(): void {
    const isHeard = this.#server?.isSubscribed(ECG_SERVICE, ECG_CHARACTERISTIC.samples) === true;
    const { firstIndex, samples, leadOff, saturated } = this.#sensor.take(this.#nowMs(), isHeard);
    if (!isHeard || firstIndex !== this.#index + this.#samples.length) {
      this.#samples = [];
      this.#index = firstIndex;
    }
    if (!isHeard) return;
    this.#samples.push(...samples);
    this.#leadOff ||= leadOff;
    this.#saturated ||= saturated;
    while (this.#samples.length >= SAMPLES_PER_FRAME) this.#send(this.#samples.splice(0, SAMPLES_PER_FRAME));
  }

  #send(samples: readonly number[]): void {
    const frame = encodeEcg({ sampleIndex: this.#index, leadOff: this.#leadOff, saturated: this.#saturated, samples });
    this.#index = (this.#index + samples.length) % 2 ** 32;
    this.#leadOff = false;
    this.#saturated = false;
    if (this.#server?.send(ECG_SERVICE, ECG_CHARACTERISTIC.samples, frame) !== true) this.#dropped += 1;
  }
}
