// Tells the main thread that a model run is under way without a message: a run that never ends is known from outside its thread.

/** `begun` and `ended` count runs, that of loading the models included, in shared memory. */
export class RunCounts {
  readonly #counts: Int32Array<SharedArrayBuffer>;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(12)) {
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

  /** The models are not to be loaded any more: that hung. */
  get leftOut(): boolean {
    return Atomics.load(this.#counts, 2) === 1;
  }

  leaveOut(): void {
    Atomics.store(this.#counts, 2, 1);
  }

  /** The thread that counted is gone. */
  reset(): void {
    Atomics.store(this.#counts, 0, 0);
    Atomics.store(this.#counts, 1, 0);
  }
}

/** The longest rest after runs that hung. The first is half as long as such a run was waited for, and each further one twice as long. */
const LONGEST_REST_MS = 10 * 60_000;

/** The first to end is the loading of the models. */
const LOADED = 1;

/** Looks at the counts once a second. By looks and not by a clock: a computer that slept has run no model either. */
export class RunWatch {
  readonly #counts = new RunCounts();
  readonly #hungAfterS: number;
  #ended = 0;
  #looks = 0;
  /** Runs that hung, one after the other. */
  #hangs = 0;

  constructor(hungAfterSeconds: number) {
    this.#hungAfterS = hungAfterSeconds;
  }

  get shared(): SharedArrayBuffer {
    return this.#counts.shared;
  }

  /** Whether the last run hung: none has ended since. */
  get isHanging(): boolean {
    return this.#hangs > 0;
  }

  /** How long no model is asked after a run that hung; 0: none did. */
  get restMs(): number {
    return this.#hangs === 0 ? 0 : Math.min(LONGEST_REST_MS, this.#hungAfterS * 500 * 2 ** (this.#hangs - 1));
  }

  /** `hangs`: a run has been under way for so many looks while none has ended. `recovers`: one has ended after one that hung. */
  look(): 'hangs' | 'recovers' | null {
    const { begun, ended } = this.#counts;
    this.#looks = begun > ended && ended === this.#ended ? this.#looks + 1 : 0;
    this.#ended = ended;
    if (this.#looks >= this.#hungAfterS) {
      this.#hangs += 1;
      return 'hangs';
    }
    if (this.#hangs === 0 || ended <= LOADED) return null;
    this.#hangs = 0;
    return 'recovers';
  }

  /** The next thread does without models: loading them hung, and nothing is stored before that has ended. */
  leaveOut(): void {
    this.#counts.leaveOut();
    this.#hangs = 0;
  }

  /** The thread is gone, and its runs with it. */
  reset(): void {
    this.#counts.reset();
    this.#looks = 0;
    this.#ended = 0;
  }
}
