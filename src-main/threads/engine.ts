// The engine as the main thread sees it: the store's writes as promises, readings gathered into batches by the reading queue.
import { extname } from 'node:path';
import { ConsoleError } from '../contract/errors.ts';
import type { Prediction } from '../contract/models.ts';
import type { Measurement } from '../links/link.ts';
import type { Remote, ScoredBatch, StoreWrites } from '../store/ports.ts';
import { decodeOutcomes, encodeBatch } from './batch-codec.ts';
import type { CoreWrites } from './engine-core.ts';
import type { EngineWorkerData, FromEngine, ToEngine } from './engine-worker.ts';
import type { ReadingHeard } from './pending-scores.ts';
import { ReadingQueue } from './reading-queue.ts';
import { RunWatch } from './run-watch.ts';
import type { ScoringState } from './scoring.ts';
import { SupervisedWorker, type WorkerState } from './supervised-worker.ts';
import { type Call, fromWire, remoteOf } from './wire.ts';

export interface EngineStatus {
  readonly state: 'running' | 'restarting' | 'failed';
  /** How long the oldest unanswered request has waited, ms; 0 when there is none. */
  readonly lagMs: number;
  /** Measurements that wait for their commit. */
  readonly pending: number;
  /** Readings that are stored and wait for a prediction, and how long the oldest has waited, ms. */
  readonly predictionsPending: number;
  readonly predictionsLagMs: number;
  /** Readings that never got one: too many waited. */
  readonly predictionsGivenUp: number;
  /** Plain words: models that cannot be used or failed on the last batch. Empty when all is well. */
  readonly problems: readonly string[];
}

export interface EngineOptions {
  readonly databasePath: string;
  readonly modelsDir: string;
  /** Module that exports `loadRiskModels`; the console's own where left out. */
  readonly modelsModule?: string;
  /** Upper bound of the database file in pages of 4096 bytes. */
  readonly maxPages?: number;
  /** Most measurements in one transaction, where it is not to be the usual number. */
  readonly batchLimit?: number;
  /** Whether single posts that were stored and not scored when the engine last stopped are scored when it starts. */
  readonly scoresMissed?: boolean;
  /** How long a model run may take before its thread is given up, where it is not to be the usual time. */
  readonly hungAfterSeconds?: number;
  /** Predictions have come of a reading that was answered without them; `heard` null: of an entry by hand. */
  readonly onFollowed?: (heard: ReadingHeard | null, predictions: readonly Prediction[]) => void;
  /** Called when the state changes, when the engine falls behind or catches up, and when problems change. */
  readonly onStatus?: (status: EngineStatus) => void;
}

/** From here on the engine counts as behind. */
const BEHIND_MS = 5000;
/** And the predictions. */
export const PREDICTIONS_BEHIND_MS = 30_000;
/** A model run under way for so long will not end. A thousand times the budget of a slow one: nothing is stored meanwhile. */
const HUNG_AFTER_S = 20;

const HUNG = 'The risk models did not come to an end and were stopped. Readings are stored, and the models are tried again.';
const NOTHING_PENDING: ScoringState = { pending: 0, oldestMs: 0, givenUp: 0, problems: [] };

const METHODS: { readonly [K in keyof CoreWrites]: true } = {
  saveSettings: true,
  addPatient: true,
  updatePatient: true,
  setDischarged: true,
  addUser: true,
  setUserDisabled: true,
  addSession: true,
  endSession: true,
  putDevice: true,
  revokeDevice: true,
  tokenUsed: true,
  bind: true,
  unbind: true,
  claim: true,
  undoClaim: true,
  savePosition: true,
  saveClockEpoch: true,
  configureDevice: true,
  saveBluetoothSettings: true,
  addObservations: true,
  retractObservation: true,
  beginPhotoFile: true,
  addPhotoPart: true,
  addPhoto: true,
  retractPhoto: true,
  saveAlarm: true,
  saveThreshold: true,
  saveRiskLevels: true,
  saveSkinLevels: true,
  saveRetention: true,
  forgetBefore: true,
  removeOld: true,
  addAudit: true,
  receipt: true,
  models: true,
};

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly sinceMs: number;
}

export class Engine {
  readonly #worker: SupervisedWorker<ToEngine, FromEngine>;
  readonly #onStatus: (status: EngineStatus) => void;
  readonly #calls = new Map<number, Waiting>();
  readonly #readings: ReadingQueue;
  #seq = 0;
  #batchProblems: readonly string[] = [];
  #behind = false;
  readonly #onFollowed: NonNullable<EngineOptions['onFollowed']>;
  readonly #scoresMissed: boolean;
  readonly #runs: RunWatch;
  #scoring: ScoringState = NOTHING_PENDING;
  #scoringAtMs = 0;
  #watch: NodeJS.Timeout | null = null;
  readonly #opened = Promise.withResolvers<void>();

  /** Every write of the store's port, each resolving after commit. */
  readonly store: Remote<StoreWrites>;

  constructor(options: EngineOptions) {
    const ending = extname(import.meta.url);
    this.#runs = new RunWatch(options.hungAfterSeconds ?? HUNG_AFTER_S);
    const workerData: EngineWorkerData = {
      databasePath: options.databasePath,
      maxPages: options.maxPages ?? null,
      modelsModule: options.modelsModule ?? new URL(`../risk/models${ending}`, import.meta.url).href,
      modelsDir: options.modelsDir,
      runs: this.#runs.shared,
    };
    this.#onFollowed = options.onFollowed ?? (() => undefined);
    this.#scoresMissed = options.scoresMissed ?? false;
    this.#onStatus = options.onStatus ?? (() => undefined);
    this.#worker = new SupervisedWorker<ToEngine, FromEngine>({
      title: 'The storage engine',
      url: new URL(`./engine-worker${ending}`, import.meta.url),
      workerData,
      onMessage: (message) => this.#receive(message),
      onDown: (error) => this.#down(error),
      onState: (state) => this.#stateChanged(state),
      onOpened: () => this.#opened.resolve(),
    });
    this.#readings = new ReadingQueue((measurements) => {
      const batch = encodeBatch(measurements);
      const seq = ++this.#seq;
      this.#worker.post({ type: 'store', seq, batch }, [batch.numbers.buffer]);
      return seq;
    }, options.batchLimit);
    this.store = {
      ...remoteOf<Omit<StoreWrites, 'storeReadings'>>(METHODS, (method, ask) => this.#call(method, ask)),
      storeReadings: (ask) => this.#storeReadings(ask.batch),
    };
  }

  /** Resolves when the database is open and of this version's schema: it can be read while the models are still being loaded. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Opens the database, brings its schema up to date and loads the models. @throws ConsoleError when it cannot be opened. */
  async start(): Promise<void> {
    await this.#worker.start();
    this.#watch = setInterval(() => this.#checkLag(), 1000);
    this.#watch.unref();
  }

  /** Ends after what was asked before is committed. */
  async stop(): Promise<void> {
    if (this.#worker.state === 'running') await this.#readings.idle();
    if (this.#watch !== null) clearInterval(this.#watch);
    await this.#worker.stop();
    this.#rejectAll(new ConsoleError('unavailable', 'The console is closing.'));
  }

  status(): EngineStatus {
    const state = this.#worker.state;
    return {
      state: state === 'running' || state === 'failed' ? state : 'restarting',
      lagMs: this.#lagMs(),
      pending: this.#readings.pending,
      predictionsPending: this.#scoring.pending,
      predictionsLagMs: this.#predictionsLagMs(),
      predictionsGivenUp: this.#scoring.givenUp,
      problems: [...this.#worker.problems, ...this.#batchProblems, ...(this.#runs.isHanging ? [HUNG] : [])],
    };
  }

  /** Kills the worker thread as a crash would; for tests of recovery. */
  kill(): Promise<void> {
    return this.#worker.kill();
  }

  #refusal(): ConsoleError | null {
    switch (this.#worker.state) {
      case 'failed':
        return new ConsoleError('unavailable', 'The storage engine has failed: nothing can be stored now.');
      case 'stopped':
        return new ConsoleError('unavailable', 'The console is closing.');
      default:
        return null;
    }
  }

  #storeReadings(batch: readonly Measurement[]): Promise<ScoredBatch> {
    const refusal = this.#refusal();
    return refusal === null ? this.#readings.add(batch) : Promise.reject(refusal);
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case 'stored':
        if (message.ok) {
          this.#setProblems(message.problems);
          this.#readings.stored(message.seq, decodeOutcomes(message.outcomes));
        } else {
          this.#readings.failed(message.seq, fromWire(message.error));
        }
        break;
      case 'scoring':
        this.#scoring = message.state;
        this.#scoringAtMs = performance.now();
        this.#setProblems(message.state.problems);
        for (const { heard, predictions } of message.followed) this.#onFollowed(heard, predictions);
        break;
      case 'answer': {
        const waiting = this.#calls.get(message.seq);
        this.#calls.delete(message.seq);
        if (message.ok) waiting?.resolve(message.result);
        else waiting?.reject(fromWire(message.error));
        break;
      }
    }
  }

  #call(method: keyof CoreWrites & string, ask: readonly unknown[]): Promise<unknown> {
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.reject(refusal);
    if (this.#worker.state !== 'running') {
      return Promise.reject(new ConsoleError('unavailable', 'The storage engine is starting again. Try again in a moment.'));
    }
    const seq = ++this.#seq;
    return new Promise((resolve, reject) => {
      this.#calls.set(seq, { resolve, reject, sinceMs: performance.now() });
      this.#worker.post({ type: 'call', seq, method, ask } as Call<CoreWrites>);
    });
  }

  /** Readings are sent again; other calls cannot be known to be done or not, so whoever asked is told. */
  #down(error: Error): void {
    for (const [seq, waiting] of this.#calls) {
      this.#calls.delete(seq);
      waiting.reject(
        new ConsoleError(
          'unavailable',
          `The storage engine stopped before it answered; look whether the change is there. (${error.message})`,
        ),
      );
    }
    this.#readings.interrupt();
    this.#runs.reset();
    this.#scoring = NOTHING_PENDING;
    if (this.#worker.state === 'failed') this.#rejectAll(new ConsoleError('unavailable', 'The storage engine has failed.'));
  }

  #rejectAll(error: Error): void {
    this.#readings.rejectAll(error);
    for (const waiting of this.#calls.values()) waiting.reject(error);
    this.#calls.clear();
  }

  #stateChanged(state: WorkerState): void {
    if (state === 'stopped') return;
    if (state === 'running') {
      this.#worker.post({ type: 'take-up', unscored: this.#scoresMissed, restMs: this.#runs.restMs });
      this.#readings.resume();
    }
    this.#onStatus(this.status());
  }

  #setProblems(found: readonly string[]): void {
    const problems = [...new Set(found)];
    if (problems.join() === this.#batchProblems.join()) return;
    this.#batchProblems = problems;
    this.#onStatus(this.status());
  }

  #lagMs(): number {
    // Monotonic: a wall clock that is set neither hides a stall nor makes one up.
    const now = performance.now();
    let since = this.#readings.oldestSinceMs ?? now;
    for (const { sinceMs } of this.#calls.values()) since = Math.min(since, sinceMs);
    return now - since;
  }

  #predictionsLagMs(): number {
    const { pending, oldestMs } = this.#scoring;
    return pending === 0 ? 0 : oldestMs + performance.now() - this.#scoringAtMs;
  }

  #checkLag(): void {
    this.#lookAtRuns();
    const behind = this.#lagMs() >= BEHIND_MS || this.#predictionsLagMs() >= PREDICTIONS_BEHIND_MS;
    if (behind === this.#behind && !behind) return;
    this.#behind = behind;
    this.#onStatus(this.status());
  }

  /** A run that hangs holds up everything: its thread is given up, and the next stores the readings first and scores them later. */
  #lookAtRuns(): void {
    const { state } = this.#worker;
    const seen = this.#runs.look();
    if (seen === 'recovers' && state === 'running') this.#onStatus(this.status());
    if (seen !== 'hangs') return;
    if (state !== 'running') this.#runs.leaveOut();
    this.#worker.abandon(new ConsoleError('unavailable', HUNG));
  }
}
