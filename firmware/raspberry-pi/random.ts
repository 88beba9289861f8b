// Chance that can be repeated: the same seed gives the same patient.

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1): the mulberry32 generator. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Whether something that happens `perHour` times an hour happens in these seconds. */
  happens(perHour: number, seconds: number): boolean {
    return this.next() < (perHour * seconds) / 3600;
  }

  /** Standard normal, Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** Noise that wanders and comes back to zero (Ornstein-Uhlenbeck). */
export class Wander {
  readonly #chance: Chance;
  readonly #deviation: number;
  readonly #seconds: number;
  value = 0;

  /** @param seconds how long it remembers where it was. */
  constructor(chance: Chance, deviation: number, seconds: number) {
    this.#chance = chance;
    this.#deviation = deviation;
    this.#seconds = seconds;
  }

  step(seconds: number): number {
    const share = seconds / this.#seconds;
    this.value += -this.value * share + this.#deviation * Math.sqrt(2 * share) * this.#chance.normal();
    return this.value;
  }
}
