// Second-order filter sections, as in ../../esp32/core/biquad.h: both boards estimate alike.

/** Two of them in a row pass a band. */
export class Biquad {
  readonly #b: readonly [number, number, number];
  readonly #a: readonly [number, number];
  #state1 = 0;
  #state2 = 0;

  private constructor(b: readonly [number, number, number], a: readonly [number, number]) {
    this.#b = b;
    this.#a = a;
  }

  /** Butterworth, by the bilinear transform; `cornerHz` below half of `sampleHz`. */
  static lowPass(sampleHz: number, cornerHz: number): Biquad {
    const { warped, scale, a } = prototype(sampleHz, cornerHz);
    const b0 = warped * warped * scale;
    return new Biquad([b0, 2 * b0, b0], a);
  }

  static highPass(sampleHz: number, cornerHz: number): Biquad {
    const { scale, a } = prototype(sampleHz, cornerHz);
    return new Biquad([scale, -2 * scale, scale], a);
  }

  step(input: number): number {
    const [b0, b1, b2] = this.#b;
    const [a1, a2] = this.#a;
    const output = b0 * input + this.#state1;
    this.#state1 = b1 * input - a1 * output + this.#state2;
    this.#state2 = b2 * input - a2 * output;
    return output;
  }
}

function prototype(sampleHz: number, cornerHz: number) {
  const warped = Math.tan((Math.PI * cornerHz) / sampleHz);
  const damping = warped / (1 / Math.sqrt(2));
  const scale = 1 / (1 + damping + warped * warped);
  const a: readonly [number, number] = [2 * (warped * warped - 1) * scale, (1 - damping + warped * warped) * scale];
  return { warped, scale, a };
}

/** High pass, then low pass. */
export class BandPass {
  readonly #high: Biquad;
  readonly #low: Biquad;

  constructor(sampleHz: number, lowHz: number, highHz: number) {
    this.#high = Biquad.highPass(sampleHz, lowHz);
    this.#low = Biquad.lowPass(sampleHz, highHz);
  }

  step(input: number): number {
    return this.#low.step(this.#high.step(input));
  }
}
