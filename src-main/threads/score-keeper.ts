// Decides which scores are kept: all of those of single posts, and of a continuous device's only every so often or when the level
// changes. Remembers the last ones that were not kept, so that their receipts can be made all the same.
import type { RiskLevel } from '../contract/models.ts';
import type { Scored } from '../risk/port.ts';
import { predictionId } from '../store/predictions.ts';
import type { ReadingIdentity } from '../store/reading-id.ts';

/** Between two kept scores of one patient and model with the same level. */
export const KEEP_EVERY_MS = 15_000;
/** Scores remembered per patient and model: about a minute of a 1 Hz device. */
const REMEMBERED = 64;

interface Kept {
  readonly level: RiskLevel;
  readonly atMs: number;
}

export class ScoreKeeper {
  readonly #newestStored: (patientId: number, model: Scored['model']) => Kept | null;
  readonly #kept = new Map<string, Kept | null>();
  readonly #remembered = new Map<string, Map<string, Scored>>();

  constructor(newestStored: (patientId: number, model: Scored['model']) => Kept | null) {
    this.#newestStored = newestStored;
  }

  /** `past`: a back-filled stretch is thinned by itself. */
  isDue(scored: Scored, past: boolean): boolean {
    const key = keyOf(scored, past);
    let last = this.#kept.get(key);
    if (last === undefined) {
      last = past ? null : this.#newestStored(scored.patientId, scored.model);
      this.#kept.set(key, last);
    }
    return last === null || last.level !== scored.level || Math.abs(scored.atMs - last.atMs) >= KEEP_EVERY_MS;
  }

  /** Call after the score is committed. */
  kept(scored: Scored, past: boolean): void {
    this.#kept.set(keyOf(scored, past), { level: scored.level, atMs: scored.atMs });
  }

  remember(identity: ReadingIdentity, scored: Scored): void {
    const key = keyOf(scored, false);
    let recent = this.#remembered.get(key);
    if (recent === undefined) {
      recent = new Map();
      this.#remembered.set(key, recent);
    }
    recent.set(predictionId(identity, scored), scored);
    const oldest = recent.size > REMEMBERED ? recent.keys().next().value : undefined;
    if (oldest !== undefined) recent.delete(oldest);
  }

  /** The patient has left: what is stored of them can still be asked for. */
  forget(patientId: number): void {
    for (const map of [this.#kept, this.#remembered]) {
      for (const key of map.keys()) if (key.startsWith(`${patientId} `)) map.delete(key);
    }
  }

  find(patientId: number, model: Scored['model'], id: string): Scored | null {
    return this.#remembered.get(`${patientId} ${model} live`)?.get(id) ?? null;
  }
}

function keyOf(scored: Scored, past: boolean): string {
  return `${scored.patientId} ${scored.model} ${past ? 'past' : 'live'}`;
}
