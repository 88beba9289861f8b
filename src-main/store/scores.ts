// Scores on their way into the database: what they share with each other (verdicts, slow inputs) is written once and named by number.
import type { RiskModel } from '../contract/models.ts';
import type { Scored } from '../risk/port.ts';
import type { WritableDatabase } from './database.ts';
import { LEVELS } from './predictions.ts';
import type { ReadingIdentity } from './reading-id.ts';
import { encodeInputSet, encodeResults, type Inputs, isSameInput, mergeResults, type ResultToEncode } from './results-codec.ts';
import { MODEL_CODES, scoreBasisWrites } from './risk-levels.ts';

/** The scores of one moment of one patient, by one or several models. */
export interface EncodedScores {
  readonly patientId: number;
  readonly scoredAtMs: number;
  /** One bit per model. */
  readonly models: number;
  readonly results: Buffer;
}

interface KnownVerdict {
  readonly id: number;
  readonly version: string;
  readonly level: Scored['level'];
  readonly basis: Scored['basis'];
  readonly missing: readonly string[];
}

interface KnownSet {
  readonly id: number;
  /** As it is stored: no score that names the set is made later. */
  usedUntilMs: number;
  readonly version: string;
  readonly inputs: Inputs;
}

/** An input older than this is expected to stay for a while: it goes into the shared set. */
const SLOW_AFTER_MS = 10 * 60_000;
/** A set says for how long it is used at most: that is written once in so long, and not with every score. */
const USED_STEP_MS = 24 * 3_600_000;
const MAX_SETS = 20_000;
const MAX_VERDICTS = 100;

export function scoreWrites(db: WritableDatabase) {
  const { basisId, forgetBases } = scoreBasisWrites(db);
  const addVerdict = db.prepare<[number, string, number, number, string]>(
    'INSERT OR IGNORE INTO verdict (model, version, level, basis_id, missing) VALUES (?, ?, ?, ?, ?)',
  );
  const findVerdict = db
    .prepare<[number, string, number, number, string], number>(
      'SELECT verdict_id FROM verdict WHERE model = ? AND version = ? AND level = ? AND basis_id = ? AND missing = ?',
    )
    .pluck();
  const addSet = db.prepare<[Buffer, number]>('INSERT INTO input_set (inputs, used_until_ms) VALUES (?, ?)');
  const useSet = db.prepare<[number, number]>('UPDATE input_set SET used_until_ms = ? WHERE input_set_id = ?');
  const find = db
    .prepare<[number, number, number, number, number], Buffer>(
      `SELECT results FROM filed_score WHERE patient_id = ? AND scored_at_ms = ? AND source_id = ? AND taken_before_ms = ? AND sequence = ?`,
    )
    .pluck();
  const put = db.prepare<[number, number, number, number, number, number, Buffer]>(
    `INSERT INTO filed_score (patient_id, scored_at_ms, source_id, taken_before_ms, sequence, models, results)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET models = models | excluded.models, results = excluded.results`,
  );
  const verdicts = new Map<RiskModel, KnownVerdict[]>();
  const sets = new Map<string, KnownSet>();

  function verdictId({ model, version, level, basis, missing }: Scored): number {
    let known = verdicts.get(model);
    if (known === undefined) {
      known = [];
      verdicts.set(model, known);
    }
    for (const each of known) {
      if (each.level !== level || each.basis !== basis || each.version !== version) continue;
      if (isSameList(each.missing, missing)) return each.id;
    }
    const words = [MODEL_CODES[model], version, LEVELS.indexOf(level), basisId(basis) ?? 0, missing.join(',')] as const;
    addVerdict.run(...words);
    const id = findVerdict.get(...words);
    if (id === undefined) throw new Error(`the verdict ${words.join(' ')} was not stored`);
    // A clinic may set levels as often as it likes; each time is another basis.
    if (known.length >= MAX_VERDICTS) known.length = 0;
    known.push({ id, version, level, basis, missing });
    return id;
  }

  /** The set to write the inputs against: the patient's last, or a new one where a slow input is not as it says. */
  function setFor(scored: Scored): KnownSet | null {
    const key = `${scored.patientId} ${scored.model}`;
    const known = sets.get(key);
    if (known !== undefined && known.version === scored.version && known.inputs.features.length === scored.features.length) {
      if (!hasSlowChange(scored, known.inputs)) return stillUsed(known, scored.atMs);
    } else if (!hasSlowChange(scored, null)) return null;
    if (sets.size >= MAX_SETS) sets.clear();
    const { features, takenAtMs, sources, version } = scored;
    const usedUntilMs = scored.atMs + USED_STEP_MS;
    const id = Number(addSet.run(encodeInputSet(scored), usedUntilMs).lastInsertRowid);
    const set = { id, version, inputs: { features, takenAtMs, sources }, usedUntilMs };
    sets.set(key, set);
    return set;
  }

  function stillUsed(set: KnownSet, atMs: number): KnownSet {
    if (atMs > set.usedUntilMs) {
      set.usedUntilMs = atMs + USED_STEP_MS;
      useSet.run(set.usedUntilMs, set.id);
    }
    return set;
  }

  return {
    /** Call within a transaction; what it writes belongs to that. `scored`: of one patient and moment, at least one. */
    encode(scored: readonly Scored[]): EncodedScores {
      const [first] = scored;
      if (first === undefined) throw new Error('there is no score to be stored');
      let models = 0;
      const results = scored.map((each): ResultToEncode => {
        const model = MODEL_CODES[each.model];
        models |= 1 << model;
        const set = setFor(each);
        const { probability } = each;
        return { model, verdictId: verdictId(each), probability, inputs: each, base: set?.inputs ?? null, baseId: set?.id ?? 0 };
      });
      return { patientId: first.patientId, scoredAtMs: first.atMs, models, results: encodeResults(results, first.atMs) };
    },
    /** Straight to where scores are filed; a later score of the same moment by the same model takes the place of the earlier. */
    file({ sourceId, takenAtMs, sequence }: ReadingIdentity, { patientId, scoredAtMs, models, results }: EncodedScores): void {
      const takenBeforeMs = scoredAtMs - takenAtMs;
      const earlier = find.get(patientId, scoredAtMs, sourceId, takenBeforeMs, sequence);
      const merged = earlier === undefined ? results : mergeResults(earlier, results);
      put.run(patientId, scoredAtMs, sourceId, takenBeforeMs, sequence, models, merged);
    },
    /** Input sets that no score made since then names: new ones are written where they would be named again. */
    forgetSets(beforeMs: number): void {
      for (const [key, { usedUntilMs }] of sets) if (usedUntilMs < beforeMs) sets.delete(key);
    },
    /** What is named by number may not be there: it was written in a transaction that failed, or has been removed since. */
    forget(): void {
      forgetBases();
      verdicts.clear();
      sets.clear();
    },
  };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((each, index) => each === b[index]));
}

function hasSlowChange(scored: Scored, base: Inputs | null): boolean {
  const { takenAtMs, atMs } = scored;
  for (let index = 0; index < takenAtMs.length; index++) {
    const isSlow = !(atMs - (takenAtMs[index] ?? Number.NaN) <= SLOW_AFTER_MS);
    if (isSlow && (base === null || !isSameInput(scored, base, index))) return true;
  }
  return false;
}
