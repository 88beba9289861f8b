// Messages between the wire and the sink: while one batch is being committed the next gathers; what cannot be stored waits here.
import type { IntakeOutcome, LinkSink, Measurement } from '../link.ts';
import { type FailureCode, failureOf } from '../payload/problems.ts';
import { type BackoffRange, backoffMs } from './backoff.ts';

export interface Delivery {
  readonly measurements: readonly Measurement[];
  /** Size of the message, for the bound on memory. */
  readonly bytes: number;
  /** False once the sender will bring the message again by itself: then it need not be kept while storage fails. */
  readonly isCurrent: () => boolean;
  /** Called after commit, in the order of arrival, with one outcome per measurement. */
  readonly settle: (outcomes: readonly IntakeOutcome[]) => void;
}

export interface InboxOptions {
  readonly sink: Pick<LinkSink, 'accept'>;
  /** Storage began to fail, fails in another way, or (null) works again. */
  readonly onHeld: (failure: FailureCode | null, error: unknown) => void;
  /** A settlement threw: this console's own fault. */
  readonly onError: (error: unknown) => void;
  readonly maxMessages?: number;
  readonly maxBytes?: number;
  readonly retry?: BackoffRange;
}

/** Measurements handed to the sink at once; a single message may hold more. */
const BATCH = 256;
const MAX_MESSAGES = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
const RETRY: BackoffRange = { firstMs: 250, longestMs: 5_000 };

export class Inbox {
  readonly #options: InboxOptions;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #queue: Delivery[] = [];
  /** Given to the sink and not answered yet. */
  #underway: readonly Delivery[] = [];
  #bytes = 0;
  #held: FailureCode | null = null;
  #draining: Promise<void> | null = null;
  #stopped = false;
  #wake: (() => void) | null = null;
  #waitingForRoom: (() => void)[] = [];

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#maxMessages = options.maxMessages ?? MAX_MESSAGES;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Messages not yet answered. */
  get waiting(): number {
    return this.#queue.length + this.#underway.length;
  }

  get held(): FailureCode | null {
    return this.#held;
  }

  get isFull(): boolean {
    return this.waiting >= this.#maxMessages || this.#bytes >= this.#maxBytes;
  }

  push(delivery: Delivery): void {
    if (this.#stopped) return;
    this.#queue.push(delivery);
    this.#bytes += delivery.bytes;
    this.#draining ??= this.#drain();
  }

  /** Resolves when there is room again, or nothing more will be taken. */
  async room(): Promise<void> {
    while (this.isFull && !this.#stopped) await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** Call when senders have gone: while storage fails, what they will bring again is let go. */
  senderGone(): void {
    if (this.#held === null) return;
    this.#queue = this.#queue.filter((delivery) => {
      if (delivery.isCurrent()) return true;
      this.#bytes -= delivery.bytes;
      return false;
    });
    this.#roomAgain();
  }

  /** Takes nothing more; resolves when the batch under way is committed and settled, or has failed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#draining;
    this.#queue = [];
    this.#bytes = 0;
    this.#roomAgain();
  }

  async #drain(): Promise<void> {
    // What arrived in the same turn of the loop goes in one batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    let failures = 0;
    while (this.#queue.length > 0 && !this.#stopped) {
      // After a failure one message tries the way for all.
      const batch = this.#takeBatch(failures === 0 ? BATCH : 1);
      const measurements = batch.flatMap((delivery) => delivery.measurements);
      try {
        const outcomes = measurements.length === 0 ? [] : await this.#options.sink.accept(measurements);
        if (outcomes.length !== measurements.length) {
          throw new Error(`the sink answered ${outcomes.length} outcomes for ${measurements.length} measurements`);
        }
        failures = 0;
        this.#underway = [];
        this.#setHeld(null, null);
        this.#settle(batch, outcomes);
        this.#roomAgain();
      } catch (error) {
        this.#underway = [];
        this.#queue.unshift(...batch);
        this.#setHeld(failureOf(error), error);
        this.senderGone();
        await this.#pause(backoffMs(failures, this.#options.retry ?? RETRY));
        failures += 1;
      }
    }
    // Here and not when the promise is done: a message may come in between.
    this.#draining = null;
  }

  #takeBatch(limit: number): readonly Delivery[] {
    let end = 0;
    let measurements = 0;
    while (end < this.#queue.length) {
      const delivery = this.#queue[end];
      measurements += Math.max(1, delivery?.measurements.length ?? 0);
      if (end > 0 && measurements > limit) break;
      end += 1;
    }
    this.#underway = this.#queue.splice(0, end);
    return this.#underway;
  }

  #settle(batch: readonly Delivery[], outcomes: readonly IntakeOutcome[]): void {
    let from = 0;
    for (const delivery of batch) {
      const to = from + delivery.measurements.length;
      this.#bytes -= delivery.bytes;
      try {
        delivery.settle(outcomes.slice(from, to));
      } catch (error) {
        this.#options.onError(error);
      }
      from = to;
    }
  }

  #setHeld(failure: FailureCode | null, error: unknown): void {
    if (this.#held === failure) return;
    this.#held = failure;
    this.#options.onHeld(failure, error);
  }

  #roomAgain(): void {
    if (this.isFull && !this.#stopped) return;
    const waiting = this.#waitingForRoom;
    this.#waitingForRoom = [];
    for (const resolve of waiting) resolve();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
      if (this.#stopped) done();
    });
  }
}
