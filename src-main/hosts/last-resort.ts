// What becomes of errors that nobody caught: logged always, and a console that cannot be trusted any more ends loudly, data first.
import type { EventEmitter } from 'node:events';
import type { Logger } from 'pino';

export interface LastResortOptions {
  readonly log: Pick<Logger, 'error' | 'fatal'>;
  /** Commits what is under way and closes the console. */
  readonly close: () => Promise<void>;
  readonly exit?: (code: number) => void;
  /** The process itself where left out. */
  readonly events?: Pick<EventEmitter, 'on' | 'off'>;
  /** What closing may take before the process ends all the same. */
  readonly closeWithinMs?: number;
}

const CLOSE_WITHIN_MS = 10_000;

/**
 * A promise nobody waited for costs what it was about and no more: one that failed must not end the watch over a ward.
 * An exception that came through everything may have left anything half done: readings under way are committed, then the
 * process ends with status 1, so that screens say that the console is gone and whatever supervises it starts it again.
 * Returns what takes the guard away.
 */
export function guardProcess(options: LastResortOptions): () => void {
  const { log, close, exit = process.exit, events = process, closeWithinMs = CLOSE_WITHIN_MS } = options;
  let ending = false;
  const onRejection = (reason: unknown): void => log.error({ err: reason }, 'a promise failed and nobody was told');
  const onException = (error: unknown): void => {
    log.fatal({ err: error }, 'the console failed and ends');
    if (ending) return;
    ending = true;
    const timer = setTimeout(() => exit(1), closeWithinMs);
    close()
      .catch((failure: unknown) => log.error({ err: failure }, 'did not close cleanly'))
      .finally(() => {
        clearTimeout(timer);
        exit(1);
      });
  };
  events.on('unhandledRejection', onRejection);
  events.on('uncaughtException', onException);
  return () => {
    events.off('unhandledRejection', onRejection);
    events.off('uncaughtException', onException);
  };
}
