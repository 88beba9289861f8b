// Requests to a worker that change nothing: where the worker dies each is asked once more of the next one, and only once.
import { ConsoleError } from '../contract/errors.ts';
import { type Answer, fromWire } from './wire.ts';

interface Waiting<Request> {
  readonly request: Request;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  retried: boolean;
}

export interface RepeatableCallsOptions<Request> {
  /** For error texts: "the query worker". */
  readonly title: string;
  readonly post: (request: Request) => void;
}

export class RepeatableCalls<Request> {
  readonly #options: RepeatableCallsOptions<Request>;
  readonly #waiting = new Map<number, Waiting<Request>>();
  #seq = 0;

  constructor(options: RepeatableCallsOptions<Request>) {
    this.#options = options;
  }

  get pending(): number {
    return this.#waiting.size;
  }

  /** Waits for the answer; `now`: the worker is running and hears it at once, otherwise `postAll` will send it. */
  ask(request: (seq: number) => Request, now: boolean): Promise<unknown> {
    const seq = ++this.#seq;
    return new Promise((resolve, reject) => {
      const waiting = { request: request(seq), resolve, reject, retried: false };
      this.#waiting.set(seq, waiting);
      if (now) this.#options.post(waiting.request);
    });
  }

  answered(message: Answer): void {
    const waiting = this.#waiting.get(message.seq);
    this.#waiting.delete(message.seq);
    if (message.ok) waiting?.resolve(message.result);
    else waiting?.reject(fromWire(message.error));
  }

  /** The worker has become ready. */
  postAll(): void {
    for (const { request } of this.#waiting.values()) this.#options.post(request);
  }

  /** The worker has died; whoever has been asked twice gives up. */
  interrupted(): void {
    for (const [seq, waiting] of this.#waiting) {
      if (waiting.retried) {
        this.#waiting.delete(seq);
        waiting.reject(new ConsoleError('unavailable', `The question stopped ${this.#options.title} twice.`));
      }
      waiting.retried = true;
    }
  }

  rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
