// Token buckets by key, bounded in number: for failed sign-ins, failed device tokens and readings per device.

export interface BucketRate {
  /** What a key may take at once. */
  readonly burst: number;
  /** What comes back per second. */
  readonly perSecond: number;
}

interface Bucket {
  level: number;
  atMs: number;
}

const MAX_KEYS = 10_000;

/** Milliseconds that never run backwards, whatever happens to the wall clock. */
export function monotonicMs(): number {
  return performance.now();
}

export class TokenBuckets {
  readonly #rate: BucketRate;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: BucketRate, nowMs: () => number = monotonicMs) {
    this.#rate = rate;
    this.#nowMs = nowMs;
  }

  /** Takes `amount` and answers 0, or takes nothing and answers the milliseconds until it could be taken. */
  take(key: string, amount = 1): number {
    const bucket = this.#refilled(key);
    if (bucket.level >= amount) {
      bucket.level -= amount;
      return 0;
    }
    return Math.ceil(((amount - bucket.level) / this.#rate.perSecond) * 1000);
  }

  /** Milliseconds until `amount` could be taken; takes nothing. */
  waitMs(key: string, amount = 1): number {
    const { level } = this.#refilled(key);
    return level >= amount ? 0 : Math.ceil(((amount - level) / this.#rate.perSecond) * 1000);
  }

  giveBack(key: string, amount = 1): void {
    const bucket = this.#refilled(key);
    bucket.level = Math.min(this.#rate.burst, bucket.level + amount);
  }

  #refilled(key: string): Bucket {
    const nowMs = this.#nowMs();
    const known = this.#buckets.get(key);
    if (known !== undefined) {
      known.level = Math.min(this.#rate.burst, known.level + ((nowMs - known.atMs) / 1000) * this.#rate.perSecond);
      known.atMs = nowMs;
      return known;
    }
    if (this.#buckets.size >= MAX_KEYS) this.#forgetOldest();
    const bucket: Bucket = { level: this.#rate.burst, atMs: nowMs };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** Makes room by the tenth used least recently, so that a flood of new keys costs little each. */
  #forgetOldest(): void {
    const byAge = [...this.#buckets].sort(([, a], [, b]) => a.atMs - b.atMs);
    for (const [key] of byAge.slice(0, MAX_KEYS / 10)) this.#buckets.delete(key);
  }
}
