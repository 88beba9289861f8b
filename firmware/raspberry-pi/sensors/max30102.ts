// The MAX30102 pulse oximeter sensor: red and infra-red, 100 samples a second, as the kernel's driver max30102 reads them over I2C.
import type { OximeterRecord } from '../encoders.ts';
import { Oximeter } from '../estimation/oximeter.ts';
import { IioBuffer, type IioBufferOptions } from './iio-buffer.ts';
import type { Moment, Sensor } from './sensor.ts';

/** A sensor that has said nothing for so long is not measuring. */
const SILENT_AFTER_MS = 3_000;

export type IioPlaces = Pick<IioBufferOptions, 'sysfs' | 'dev' | 'failed'> & { readonly nowMs: () => number };

export class Max30102 implements Sensor<OximeterRecord> {
  readonly #buffer: IioBuffer;
  #oximeter = new Oximeter();
  #heardAtMs = Number.NEGATIVE_INFINITY;

  /** @throws Error in plain words where the sensor is not there. */
  constructor({ nowMs, ...places }: IioPlaces) {
    this.#buffer = new IioBuffer({
      ...places,
      device: 'max30102',
      channels: ['intensity_red', 'intensity_ir'],
      // The sensor's own FIFO paces it.
      trigger: null,
      sampleHz: null,
      heard: ([red = 0, ir = 0]) => {
        // After a silence the clock that beats are timed by has a gap.
        if (nowMs() - this.#heardAtMs > SILENT_AFTER_MS) this.#oximeter = new Oximeter();
        this.#heardAtMs = nowMs();
        this.#oximeter.add(red, ir);
      },
    });
  }

  sample({ realMs }: Moment): OximeterRecord | null {
    return realMs - this.#heardAtMs > SILENT_AFTER_MS ? null : this.#oximeter.reading();
  }

  stop(): void {
    this.#buffer.stop();
  }
}
