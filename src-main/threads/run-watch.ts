// Tells the main thread that a model run is under way without a message: a run that never ends is known from outside its thread.

/** `begun` and `ended` count runs in shared memory. */
export class RunCounts {
  readonly #counts: Int32Array<SharedArrayBuffer>;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.#counts = new Int32Array(shared);
  }

  get shared(): SharedArrayBuffer {
    return this.#counts.buffer;
  }

  begin(): void {
    Atomics.add(this.#counts, 0, 1);
  }

  end(): void {
    Atomics.add(this.#counts, 1, 1);
  }

  get begun(): number {
    return Atomics.load(this.#counts, 0);
  }

  get ended(): number {
    return Atomics.load(this.#counts, 1);
  }

  /** The thread that counted is gone. */
  reset(): void {
    Atomics.store(this.#counts, 0, 0);
    Atomics.store(this.#counts, 1, 0);
  }
}

/** Looks at the counts once a second. By looks and not by a clock: a computer that slept has run no model either. */
export class RunWatch {
  readonly #counts: RunCounts;
  #ended = 0;
  #looks = 0;

  constructor(counts: RunCounts) {
    this.#counts = counts;
  }

  /** For how many looks in a row a run has been under way while none has ended. */
  look(): number {
    const { begun, ended } = this.#counts;
    const sameRun = begun > ended && ended === this.#ended;
    this.#looks = sameRun ? this.#looks + 1 : 0;
    this.#ended = ended;
    return this.#looks;
  }
}
