// Group commit: while one batch is being committed the next gathers, and every caller gets its own outcomes. No timer.
import { ConsoleError } from '../contract/errors.ts';
import type { Prediction } from '../contract/models.ts';
import type { Measurement } from '../links/link.ts';
import type { ScoredBatch, StoreOutcome } from '../store/ports.ts';
import { asStoredPrediction } from '../store/predictions.ts';
import { readingId } from '../store/reading-id.ts';
import type { BatchOutcome } from './batch-codec.ts';

/** Most measurements in one transaction: 64 keep the worker's turn below a few milliseconds. */
export const BATCH_LIMIT = 64;
/** A batch of this size is worth its commit, however many others are on their way. */
const WORTH_A_COMMIT = 8;
/** Beyond this many waiting measurements new ones are refused, so that a stalled disk cannot eat the memory. */
const PENDING_LIMIT = 20_000;

/** One caller's measurements, stored in one batch or several. */
interface Job {
  readonly batch: readonly Measurement[];
  readonly outcomes: StoreOutcome[];
  /** The newest per patient and model. */
  readonly predictions: Map<string, Prediction>;
  readonly resolve: (batch: ScoredBatch) => void;
  readonly reject: (error: Error) => void;
  readonly sinceMs: number;
  taken: number;
  over: boolean;
}

interface Piece {
  readonly job: Job;
  readonly measurements: readonly Measurement[];
}

interface Flight {
  /** Of the message that carries it; another when it is sent again. */
  seq: number;
  readonly pieces: readonly Piece[];
  retried: boolean;
  /** The worker that was asked is gone: to be sent again. */
  resend: boolean;
}

export class ReadingQueue {
  readonly #send: (batch: readonly Measurement[]) => number;
  readonly #batchLimit: number;
  readonly #jobs: Job[] = [];
  #flight: Flight | null = null;
  #pending = 0;
  #open = false;
  #whenIdle: (() => void)[] = [];

  /** `send` hands a batch to the worker and returns the message's number; one batch is on its way at a time. */
  constructor(send: (batch: readonly Measurement[]) => number, batchLimit = BATCH_LIMIT) {
    this.#send = send;
    this.#batchLimit = batchLimit;
  }

  /** Measurements that wait for their commit. */
  get pending(): number {
    return this.#pending;
  }

  /** When the oldest that waits was handed in, by the monotonic clock; null: none waits. */
  get oldestSinceMs(): number | null {
    const inFlight = this.#flight?.pieces.map(({ job }) => job.sinceMs) ?? [];
    const waiting = this.#jobs[0]?.sinceMs;
    const times = waiting === undefined ? inFlight : [...inFlight, waiting];
    return times.length === 0 ? null : Math.min(...times);
  }

  add(batch: readonly Measurement[]): Promise<ScoredBatch> {
    if (batch.length === 0) return Promise.resolve({ outcomes: [], predictions: [] });
    if (this.#pending + batch.length > PENDING_LIMIT) {
      const words = 'Too many readings are waiting to be stored. Send them again in a moment.';
      return Promise.reject(new ConsoleError('unavailable', words));
    }
    this.#pending += batch.length;
    return new Promise((resolve, reject) => {
      const sinceMs = performance.now();
      this.#jobs.push({ batch, outcomes: [], predictions: new Map(), resolve, reject, sinceMs, taken: 0, over: false });
      this.#next();
    });
  }

  /** The worker is ready: what waits may be sent. */
  resume(): void {
    this.#open = true;
    this.#next();
  }

  /**
   * The worker has died. The batch on its way is sent once more when there is a new one: what was committed of it answers as a
   * repeat. A batch that has met this twice is given up.
   */
  interrupt(): void {
    this.#open = false;
    const flight = this.#flight;
    // A worker that died before it was asked has nothing to do with what waits for it.
    if (flight === null || flight.resend) return;
    if (flight.retried) {
      this.#fail(new ConsoleError('unavailable', 'The storage engine stopped twice while storing these readings.'));
    } else {
      flight.retried = true;
      flight.resend = true;
    }
  }

  /** The batch on its way is committed. Answers to an earlier message are not for it. */
  stored(seq: number, outcome: BatchOutcome): void {
    const flight = this.#flight;
    if (flight?.seq !== seq) return;
    this.#flight = null;
    let start = 0;
    for (const { job, measurements } of flight.pieces) {
      this.#deliver(job, measurements, outcome, start, flight.retried);
      start += measurements.length;
    }
    this.#next(start);
  }

  /** The batch on its way could not be stored: its callers are told, those behind it go on. */
  failed(seq: number, error: Error): void {
    if (this.#flight?.seq !== seq) return;
    this.#fail(error);
    this.#next();
  }

  rejectAll(error: Error): void {
    this.#open = false;
    this.#fail(error);
    for (const job of this.#jobs.splice(0)) this.#reject(job, error);
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    if (this.#flight === null && this.#jobs.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** `answered`: how many have just been answered, whose senders are likely to come again. */
  #next(answered = 0): void {
    if (!this.#open) return;
    if (this.#flight !== null) {
      if (this.#flight.resend) this.#dispatch(this.#flight);
      return;
    }
    const pieces: Piece[] = [];
    // At most half of those that take part: while this half is committed, the other is answered, sends again and gathers. All in one
    // batch, and the two threads would wait for each other by turns.
    const half = Math.ceil((this.#pending + answered) / 2);
    let room = Math.min(this.#batchLimit, Math.max(WORTH_A_COMMIT, half));
    while (room > 0) {
      const job = this.#jobs[0];
      if (job === undefined) break;
      const measurements = job.over ? [] : job.batch.slice(job.taken, job.taken + room);
      job.taken += measurements.length;
      room -= measurements.length;
      if (measurements.length > 0) pieces.push({ job, measurements });
      if (job.over || job.taken === job.batch.length) this.#jobs.shift();
    }
    if (pieces.length === 0) {
      for (const resolve of this.#whenIdle.splice(0)) resolve();
      return;
    }
    this.#flight = { seq: 0, pieces, retried: false, resend: false };
    this.#dispatch(this.#flight);
  }

  #dispatch(flight: Flight): void {
    flight.resend = false;
    flight.seq = this.#send(flight.pieces.flatMap(({ measurements }) => measurements));
  }

  /** `start` is where the piece begins within the batch. Scores of repeats are news where the first answer was lost (`again`). */
  #deliver(
    job: Job,
    measurements: readonly Measurement[],
    { items, predictions }: BatchOutcome,
    start: number,
    again: boolean,
  ): void {
    const news: Prediction[] = [];
    for (const [offset, { takenAtMs, sequence }] of measurements.entries()) {
      const item = items[start + offset];
      if (item === undefined) throw new Error('the engine answered fewer items than it was sent');
      if (item.status === 'conflict') {
        job.outcomes.push(item);
        continue;
      }
      const { status, sourceId, patientId, follow } = item;
      const stored = item.predictions.flatMap((position) => predictions[position] ?? []);
      if (again && status === 'duplicate') news.push(...stored.map(({ prediction }) => prediction));
      job.outcomes.push({
        status,
        readingId: readingId(sourceId, takenAtMs, sequence),
        patientId,
        predictions: stored.map(({ prediction }) => asStoredPrediction(prediction)),
        predictionsFollow: follow,
      });
    }
    for (const { anchor, prediction } of predictions) {
      if (anchor >= start && anchor < start + measurements.length) news.push(prediction);
    }
    for (const prediction of news) {
      const key = `${prediction.patientId} ${prediction.model}`;
      const before = job.predictions.get(key);
      if (before === undefined || before.scoredAtMs <= prediction.scoredAtMs) job.predictions.set(key, prediction);
    }
    if (job.over) return;
    this.#pending -= measurements.length;
    if (job.outcomes.length < job.batch.length) return;
    job.over = true;
    job.resolve({ outcomes: job.outcomes, predictions: [...job.predictions.values()] });
  }

  #fail(error: Error): void {
    const flight = this.#flight;
    this.#flight = null;
    for (const { job } of flight?.pieces ?? []) this.#reject(job, error);
  }

  #reject(job: Job, error: Error): void {
    if (job.over) return;
    job.over = true;
    this.#pending -= job.batch.length - job.outcomes.length;
    job.reject(error);
  }
}
