// The newest score of each patient and model that has been told to the screens: an older one is no news.
import type { Prediction } from '../contract/models.ts';
import { FUTURE_MS } from '../links/link.ts';

export class NewestScores {
  readonly #now: () => number;
  readonly #atMs = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether none that is newer has been taken in; takes it in then. */
  take({ patientId, model, scoredAtMs }: Prediction): boolean {
    const key = `${patientId} ${model}`;
    const knownMs = this.#atMs.get(key) ?? Number.NEGATIVE_INFINITY;
    // One of a time to come was made before this computer's clock was set back: it must not keep off those made since.
    if (scoredAtMs < knownMs && knownMs <= this.#now() + FUTURE_MS) return false;
    this.#atMs.set(key, scoredAtMs);
    return true;
  }

  forget(patientId: number): void {
    for (const key of this.#atMs.keys()) if (key.startsWith(`${patientId} `)) this.#atMs.delete(key);
  }
}
