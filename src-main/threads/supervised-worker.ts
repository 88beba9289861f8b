// A worker thread that is started again when it dies, with growing pauses, and says how it is.
import { Worker } from 'node:worker_threads';
import { ConsoleError } from '../contract/errors.ts';
import { fromWire, type Hello, type StopRequest } from './wire.ts';

export type WorkerState = 'starting' | 'running' | 'restarting' | 'failed' | 'stopped';

export interface SupervisedWorkerOptions<Out> {
  /** For error texts: "the storage engine". */
  readonly title: string;
  readonly url: URL;
  readonly workerData: object;
  readonly onMessage: (message: Out) => void;
  /** The worker has died; whatever was asked of it will not be answered. Called before it is started again. */
  readonly onDown: (error: Error) => void;
  readonly onState: (state: WorkerState) => void;
  /** Its database is open; the rest of its start goes on. */
  readonly onOpened?: () => void;
}

/** A worker that dies within this time of being ready did not recover. */
const HEALTHY_AFTER_MS = 10_000;
const PAUSES_MS = [0, 250, 1000, 5000, 30_000];
/** This many deaths in a row and the state is `failed`; it is still tried again. */
const FAILED_AFTER = 3;

export class SupervisedWorker<In extends object, Out extends object> {
  readonly #options: SupervisedWorkerOptions<Out>;
  #worker: Worker | null = null;
  #state: WorkerState = 'starting';
  #deaths = 0;
  #readyAtMs = 0;
  #problems: readonly string[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SupervisedWorkerOptions<Out>) {
    this.#options = options;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** What the worker said when it became ready. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Resolves when the worker is ready. @throws what kept it from becoming so. */
  start(): Promise<void> {
    return this.#spawn();
  }

  /** Call only while `state` is `running`. */
  post(message: In, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, [...transfer]);
  }

  /** Lets the worker end what it has begun. */
  async stop(): Promise<void> {
    this.#setState('stopped');
    if (this.#timer !== null) clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const stop: StopRequest = { type: 'stop' };
    worker.postMessage(stop);
    let giveUp: NodeJS.Timeout | undefined;
    // Not even terminated does a thread end while it hangs outside JavaScript.
    const givenUp = new Promise<void>((resolve) => {
      giveUp = setTimeout(() => {
        void worker.terminate();
        giveUp = setTimeout(resolve, 1000);
      }, 10_000);
    });
    await Promise.race([ended, givenUp]);
    clearTimeout(giveUp);
  }

  /** Another takes the place of a thread that hangs. It is told to end, which it may do only when what it hangs in returns. */
  abandon(reason: Error): void {
    const worker = this.#worker;
    if (worker === null) return;
    this.#worker = null;
    worker.unref();
    void worker.terminate();
    this.#died(reason);
  }

  /** Kills the thread as a crash would; it is started again. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  #spawn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.#options.url, { workerData: this.#options.workerData });
      this.#worker = worker;
      let failure: Error | null = null;
      worker.on('message', (message: Out | Hello) => {
        if (this.#worker !== worker) return;
        if ('type' in message && message.type === 'opened') this.#options.onOpened?.();
        else if ('type' in message && message.type === 'ready') {
          const hello = message as Extract<Hello, { type: 'ready' }>;
          this.#problems = hello.problems;
          this.#readyAtMs = Date.now();
          this.#setState('running');
          resolve();
        } else if ('type' in message && message.type === 'unready') {
          failure = fromWire((message as Extract<Hello, { type: 'unready' }>).error);
        } else {
          this.#options.onMessage(message as Out);
        }
      });
      worker.on('error', (error) => {
        failure = error instanceof Error ? error : new Error(String(error));
      });
      worker.on('exit', () => {
        if (this.#worker !== worker) return;
        this.#worker = null;
        const error = failure ?? new ConsoleError('unavailable', `${this.#options.title} has stopped unexpectedly.`);
        reject(error);
        if (this.#state !== 'stopped' && this.#readyAtMs > 0) this.#died(error);
      });
    });
  }

  #died(error: Error): void {
    this.#deaths = Date.now() - this.#readyAtMs > HEALTHY_AFTER_MS && this.#state === 'running' ? 1 : this.#deaths + 1;
    this.#setState(this.#deaths > FAILED_AFTER ? 'failed' : 'restarting');
    this.#options.onDown(error);
    const pause = PAUSES_MS[Math.min(this.#deaths, PAUSES_MS.length) - 1] ?? 0;
    this.#timer = setTimeout(() => {
      // Its end is reported by `exit`, which comes here again.
      this.#spawn().catch(() => undefined);
    }, pause);
  }

  #setState(state: WorkerState): void {
    if (this.#state === state || this.#state === 'stopped') return;
    this.#state = state;
    this.#options.onState(state);
  }
}
