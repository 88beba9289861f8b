// A sensor that is looked for again when it cannot be opened or has failed: one loose wire must not silence the others.

export interface ReopenedOptions<T> {
  readonly name: string;
  /** @param failed to be called when it stops working. @throws Error in plain words where it cannot be opened. */
  readonly open: (failed: (reason: string) => void) => T;
  readonly nowMs: () => number;
  readonly say: (text: string) => void;
}

const AGAIN_AFTER_MS = 10_000;

export class Reopened<T extends { stop(): void }> {
  readonly #options: ReopenedOptions<T>;
  #current: T | null = null;
  #againAtMs = Number.NEGATIVE_INFINITY;
  #reason = '';
  #isStopped = false;

  constructor(options: ReopenedOptions<T>) {
    this.#options = options;
  }

  /** Null while it does not work. */
  current(): T | null {
    const { name, open, nowMs, say } = this.#options;
    if (this.#current !== null || this.#isStopped || nowMs() < this.#againAtMs) return this.#current;
    this.#againAtMs = nowMs() + AGAIN_AFTER_MS;
    try {
      this.#current = open((reason) => this.#failed(reason));
      if (this.#reason !== '') say(`${name}: works again`);
      this.#reason = '';
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    }
    return this.#current;
  }

  stop(): void {
    this.#isStopped = true;
    this.#close();
  }

  /** The same reason is said once. */
  #failed(reason: string): void {
    if (this.#isStopped) return;
    if (reason !== this.#reason) this.#options.say(`${this.#options.name}: ${reason.replace(/\.$/, '')}; it is tried again`);
    this.#reason = reason;
    this.#close();
  }

  #close(): void {
    const current = this.#current;
    this.#current = null;
    try {
      current?.stop();
    } catch {
      // What has failed may not let itself be stopped either; it is opened anew.
    }
  }
}
