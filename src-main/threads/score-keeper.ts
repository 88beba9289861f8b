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

interface OfModel {
  /** Undefined: not asked for yet. Null: there is none. */
  kept: Kept | null | undefined;
  /** Of the stretch that is being back-filled, which is thinned by itself. */
  keptPast: Kept | null;
  readonly remembered: Map<string, Scored>;
}

export class ScoreKeeper {
  readonly #newestStored: (patientId: number, model: Scored['model']) => Kept | null;
  readonly #patients = new Map<number, Map<Scored['model'], OfModel>>();

  constructor(newestStored: (patientId: number, model: Scored['model']) => Kept | null) {
    this.#newestStored = newestStored;
  }

  isDue(scored: Scored, past: boolean): boolean {
    const of = this.#of(scored);
    if (!past && of.kept === undefined) of.kept = this.#newestStored(scored.patientId, scored.model);
    const last = (past ? of.keptPast : of.kept) ?? null;
    return last === null || last.level !== scored.level || Math.abs(scored.atMs - last.atMs) >= KEEP_EVERY_MS;
  }

  /** Call after the score is committed. */
  kept({ patientId, model, level, atMs }: Scored, past: boolean): void {
    const of = this.#of({ patientId, model });
    if (past) of.keptPast = { level, atMs };
    else of.kept = { level, atMs };
  }

  remember(identity: ReadingIdentity, scored: Scored): void {
    const { remembered } = this.#of(scored);
    remembered.set(predictionId(identity, scored), scored);
    const oldest = remembered.size > REMEMBERED ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
  }

  /** The patient has left: what is stored of them can still be asked for. */
  forget(patientId: number): void {
    this.#patients.delete(patientId);
  }

  find(patientId: number, model: Scored['model'], id: string): Scored | null {
    return this.#patients.get(patientId)?.get(model)?.remembered.get(id) ?? null;
  }

  #of({ patientId, model }: Pick<Scored, 'patientId' | 'model'>): OfModel {
    let models = this.#patients.get(patientId);
    if (models === undefined) {
      models = new Map();
      this.#patients.set(patientId, models);
    }
    let of = models.get(model);
    if (of === undefined) {
      of = { kept: undefined, keptPast: null, remembered: new Map() };
      models.set(model, of);
    }
    return of;
  }
}
