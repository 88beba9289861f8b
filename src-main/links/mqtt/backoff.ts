// How long to wait before the next try: doubling, bounded, and spread so that many do not come back at the same instant.

export interface BackoffRange {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** `attempt`: 0 for the first. Between half of the doubled time and all of it. */
export function backoffMs(attempt: number, { firstMs, longestMs }: BackoffRange, random: () => number = Math.random): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(fullMs * (0.5 + random() / 2));
}
