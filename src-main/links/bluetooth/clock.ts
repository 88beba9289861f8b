// Time and timers as the Bluetooth link uses them, so that tests can run a back-off without waiting for it.

export interface LinkClock {
  nowMs(): number;
  /** Runs `action` once after `delayMs`. @returns what cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemClock: LinkClock = {
  nowMs: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** @throws Error saying `what` did not happen in time; the promise itself runs on unheard. */
export function withDeadline<T>(clock: LinkClock, timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(new Error(`${what} took longer than ${Math.round(timeoutMs / 1000)} s`)));
    work.then(resolve, reject).finally(cancel);
  });
}
