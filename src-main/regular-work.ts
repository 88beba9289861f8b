// What the console does again and again by itself.
import type { Logger } from 'pino';

export interface RegularWork {
  readonly everyMs: number;
  readonly work: () => unknown;
  /** Logged where the promise of `work` rejects; what throws at once is a fault of the program and is not caught. */
  readonly onFailure?: string;
}

/** @returns ends all of it */
export function repeat(works: readonly RegularWork[], log: Logger): () => void {
  const timers = works.map(({ everyMs, work, onFailure }) =>
    setInterval(() => {
      const done = work();
      if (done instanceof Promise) done.catch((error: unknown) => log.warn({ err: error }, onFailure));
    }, everyMs),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
