// The vision worker as the main thread sees it: started when a photo is first looked at, started again when it dies, ended when idle.
import { extname } from 'node:path';
import { ConsoleError } from '../contract/errors.ts';
import type { PhotoModel } from '../contract/photos.ts';
import type { PixelSquare, VisionAnswer, VisionPort } from '../risk/vision/port.ts';
import type { Remote } from '../store/ports.ts';
import { RepeatableCalls } from './repeatable-calls.ts';
import { SupervisedWorker, type WorkerState } from './supervised-worker.ts';
import type { FromVision, ToVision, VisionWorkerData } from './vision-worker.ts';
import { type Call, remoteOf } from './wire.ts';

export interface VisionOptions {
  readonly modelsDir: string;
  /** Module that exports `loadVision`; the console's own where left out. */
  readonly visionModule?: string;
  /** How long a photo may take before the worker counts as hung. */
  readonly hungAfterMs?: number;
  /** After this time without a photo the worker gives its memory back. */
  readonly idleAfterMs?: number;
  /** Empty when all is well: the worker is down, or the model cannot be used. */
  readonly onProblem?: (problem: string) => void;
}

const METHODS: { readonly [K in keyof VisionPort]: true } = { info: true, assess: true };
const HUNG_AFTER_MS = 60_000;
const IDLE_AFTER_MS = 10 * 60_000;
const CLOSING = new ConsoleError('unavailable', 'The console is closing.');

type VisionWorker = SupervisedWorker<ToVision, FromVision>;

export class Vision {
  readonly #options: VisionOptions;
  readonly #calls: RepeatableCalls<Call<VisionPort>>;
  readonly #port: Remote<VisionPort>;
  #worker: VisionWorker | null = null;
  #starting: Promise<void> | null = null;
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: VisionOptions) {
    this.#options = options;
    this.#calls = new RepeatableCalls({ title: 'the vision worker', post: (request) => this.#worker?.post(request) });
    this.#port = remoteOf<VisionPort>(METHODS, (method, ask) =>
      this.#send((seq) => ({ type: 'call', seq, method, ask }) as Call<VisionPort>),
    );
  }

  /** Which model answers, or why none does; starts the worker. @throws ConsoleError `unavailable` */
  info(): Promise<PhotoModel> {
    return this.#port.info();
  }

  /** @throws ConsoleError `unavailable` where the worker died twice of it or cannot be started */
  assess(square: PixelSquare): Promise<VisionAnswer> {
    return this.#port.assess(square);
  }

  /** Kills the worker thread as a crash would; for tests of recovery. */
  async kill(): Promise<void> {
    await this.#worker?.kill();
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#calls.rejectAll(CLOSING);
    await this.#end();
  }

  async #send(request: (seq: number) => Call<VisionPort>): Promise<unknown> {
    if (this.#closed) throw CLOSING;
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#started();
    const hungMs = this.#options.hungAfterMs ?? HUNG_AFTER_MS;
    // A loop that never ends is a crash that takes longer: the same recovery follows.
    const watch = setInterval(() => void this.kill(), hungMs);
    try {
      return await this.#calls.ask(request, this.#worker?.state === 'running');
    } finally {
      clearInterval(watch);
      this.#rest();
    }
  }

  /** @throws ConsoleError `unavailable` */
  async #started(): Promise<void> {
    if (this.#worker?.state === 'failed')
      throw new ConsoleError('unavailable', 'Photos cannot be assessed: the vision worker has failed.');
    if (this.#worker !== null) return this.#starting ?? undefined;
    const ending = extname(import.meta.url);
    const workerData: VisionWorkerData = {
      modelsDir: this.#options.modelsDir,
      visionModule: this.#options.visionModule ?? new URL(`../risk/vision/vision${ending}`, import.meta.url).href,
    };
    const worker: VisionWorker = new SupervisedWorker<ToVision, FromVision>({
      title: 'The vision worker',
      url: new URL(`./vision-worker${ending}`, import.meta.url),
      workerData,
      onMessage: (message) => {
        if (message.type === 'answer') this.#calls.answered(message);
      },
      onDown: () => this.#down(worker),
      onState: (state) => this.#stateChanged(worker, state),
    });
    this.#worker = worker;
    this.#starting = worker.start();
    try {
      await this.#starting;
    } catch (error) {
      // It never became ready, and nothing starts it again: the next photo tries anew.
      if (this.#worker === worker) this.#worker = null;
      const why = error instanceof Error ? error.message : String(error);
      this.#tell(`The vision worker cannot be started: ${why}`);
      throw new ConsoleError('unavailable', `Photos cannot be assessed: ${why}`);
    } finally {
      this.#starting = null;
    }
  }

  #down(worker: VisionWorker): void {
    this.#calls.interrupted();
    if (worker.state === 'failed') this.#calls.rejectAll(new ConsoleError('unavailable', 'The vision worker has failed.'));
  }

  #stateChanged(worker: VisionWorker, state: WorkerState): void {
    if (state === 'running') {
      this.#calls.postAll();
      this.#tell(worker.problems.join(' '));
    } else if (state === 'restarting')
      this.#tell('The vision worker has stopped and is starting again; the photo is assessed once more.');
    else if (state === 'failed')
      this.#tell('The vision worker has failed several times in a row. It is tried again every half minute.');
  }

  #tell(problem: string): void {
    this.#options.onProblem?.(problem);
  }

  #rest(): void {
    if (this.#closed || this.#calls.pending > 0) return;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#end(), this.#options.idleAfterMs ?? IDLE_AFTER_MS);
    this.#idle.unref();
  }

  async #end(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === null) return;
    await this.#starting?.catch(() => undefined);
    this.#worker = null;
    await worker.stop();
  }
}
