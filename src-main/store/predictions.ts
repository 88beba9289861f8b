// Scores read back: by patient and time, and by the reading (or the entry by hand) that caused them. Written by scores.ts.
import type { Prediction, RiskLevel, RiskModel } from '../contract/models.ts';
import type { StoredPrediction } from '../links/link.ts';
import type { ScoreBasis, Scored } from '../risk/port.ts';
import type { ReadableDatabase } from './database.ts';
import type { Period } from './ports.ts';
import type { ReadingIdentity } from './reading-id.ts';
import { type DecodedResult, decodeInputSet, decodeInputs, decodeResults } from './results-codec.ts';
import { MODEL_CODES, MODELS, scoreBasisReads } from './risk-levels.ts';

/** Stored numbers: never renumber. */
export const LEVELS: readonly RiskLevel[] = ['low', 'moderate', 'high', 'abstained'];

function modelOf(code: number): RiskModel {
  const model = MODELS.find((name) => MODEL_CODES[name] === code);
  if (model === undefined) throw new Error(`unknown model ${code}`);
  return model;
}

function codeOf(model: string): number | undefined {
  return Object.hasOwn(MODEL_CODES, model) ? MODEL_CODES[model as RiskModel] : undefined;
}

/** Opaque to everyone else: identity, model, patient and time scored, so that the nearest stored one can be found. */
export function predictionId(identity: ReadingIdentity, scored: Pick<Scored, 'model' | 'patientId' | 'atMs'>): string {
  const { sourceId, takenAtMs, sequence } = identity;
  const { model, patientId, atMs } = scored;
  const reading = `p${sourceId.toString(36)}.${takenAtMs.toString(36)}.${sequence.toString(36)}`;
  return `${reading}.${MODEL_CODES[model]}.${patientId.toString(36)}.${atMs.toString(36)}`;
}

export interface PredictionKey extends ReadingIdentity {
  readonly model: RiskModel;
  readonly patientId: number;
  readonly scoredAtMs: number;
}

/** Null for anything `predictionId` did not make. */
export function parsePredictionId(id: string): PredictionKey | null {
  if (!/^p-?[0-9a-z]+(\.-?[0-9a-z]+){5}$/.test(id)) return null;
  const parts = id
    .slice(1)
    .split('.')
    .map((part) => Number.parseInt(part, 36));
  const [sourceId = 0, takenAtMs = 0, sequence = 0, code = 0, patientId = 0, scoredAtMs = 0] = parts;
  const model = MODELS.find((name) => MODEL_CODES[name] === code);
  return model === undefined ? null : { sourceId, takenAtMs, sequence, model, patientId, scoredAtMs };
}

export function asPrediction(identity: ReadingIdentity, scored: Scored): Prediction {
  return {
    predictionId: predictionId(identity, scored),
    patientId: scored.patientId,
    model: scored.model,
    version: scored.version,
    scoredAtMs: scored.atMs,
    probability: scored.probability,
    level: scored.level,
    missing: scored.missing,
  };
}

export function asStoredPrediction({ model, version, probability, level, missing }: Prediction | Scored): StoredPrediction {
  return { model, version, probability, level, missing };
}

/** One scored reading: the scores of several models. */
interface Row {
  readonly patientId: number;
  readonly scoredAtMs: number;
  readonly sourceId: number;
  readonly takenBeforeMs: number;
  readonly sequence: number;
  readonly results: Buffer;
}

interface WithdrawnRow extends Row {
  readonly atMs: number;
  readonly by: string;
}

/** A stored score, and whether it was withdrawn since: it had been made with readings of another patient. */
export interface StoredScore {
  readonly scored: Scored;
  readonly predictionId: string;
  readonly withdrawn: { readonly atMs: number; readonly by: string } | null;
}

interface Verdict {
  readonly version: string;
  readonly level: RiskLevel;
  readonly basis: ScoreBasis | null;
  readonly missing: readonly string[];
}

/** No score is made longer than this after its reading was taken; where it is, the reading is scored as of its own time. */
const SCORED_WITHIN_MS = 2 * 3_600_000;

const ALL = `patient_id AS patientId, scored_at_ms AS scoredAtMs, source_id AS sourceId, taken_before_ms AS takenBeforeMs, sequence, results`;

export function predictionReads(db: ReadableDatabase) {
  const { basis } = scoreBasisReads(db);
  const ofReading = db.prepare<[ReadingIdentity & { patientId: number; untilMs: number }], Row>(
    `SELECT ${ALL} FROM score WHERE patient_id = @patientId AND scored_at_ms >= @takenAtMs AND scored_at_ms <= @untilMs
       AND source_id = @sourceId AND taken_before_ms = scored_at_ms - @takenAtMs AND sequence = @sequence ORDER BY scored_at_ms`,
  );
  const within = db.prepare<[number, number, number, number, number], Row>(
    `SELECT ${ALL} FROM score WHERE patient_id = ? AND scored_at_ms >= ? AND scored_at_ms < ? AND (models & ?) <> 0
     ORDER BY scored_at_ms DESC LIMIT ?`,
  );
  const ascending = db.prepare<[number, number, number, number], Pick<Row, 'scoredAtMs' | 'results'>>(
    `SELECT scored_at_ms AS scoredAtMs, results FROM score WHERE patient_id = ? AND scored_at_ms >= ? AND scored_at_ms < ?
       AND (models & ?) <> 0 ORDER BY scored_at_ms`,
  );
  const upTo = db.prepare<[number, number, number], Row>(
    `SELECT ${ALL} FROM score WHERE patient_id = ? AND scored_at_ms <= ? AND (models & ?) <> 0 ORDER BY scored_at_ms DESC LIMIT 1`,
  );
  const withdrawnUpTo = db.prepare<[number, number, number], WithdrawnRow>(
    `SELECT ${ALL}, withdrawn_at_ms AS atMs, withdrawn_by AS by FROM withdrawn_score
     WHERE patient_id = ? AND scored_at_ms <= ? AND (models & ?) <> 0 ORDER BY scored_at_ms DESC LIMIT 1`,
  );
  const withdrawnOf = db.prepare<[ReadingIdentity & { patientId: number; scoredAtMs: number }], WithdrawnRow>(
    `SELECT ${ALL}, withdrawn_at_ms AS atMs, withdrawn_by AS by FROM withdrawn_score WHERE patient_id = @patientId
       AND scored_at_ms = @scoredAtMs AND source_id = @sourceId AND taken_before_ms = @scoredAtMs - @takenAtMs AND sequence = @sequence`,
  );
  const verdictById = db.prepare<[number], { version: string; level: number; missing: string; basisId: number }>(
    'SELECT version, level, missing, basis_id AS basisId FROM verdict WHERE verdict_id = ?',
  );
  const inputSet = db.prepare<[number], Buffer>('SELECT inputs FROM input_set WHERE input_set_id = ?').pluck();
  const verdicts = new Map<number, Verdict>();

  function verdictOf(id: number): Verdict {
    let verdict = verdicts.get(id);
    if (verdict === undefined) {
      const row = verdictById.get(id);
      if (row === undefined) throw new Error(`unknown verdict ${id}`);
      const missing = row.missing === '' ? [] : row.missing.split(',');
      verdict = { version: row.version, level: LEVELS[row.level] ?? 'abstained', basis: basis(row.basisId), missing };
      verdicts.set(id, verdict);
    }
    return verdict;
  }

  function asStored(row: Row, result: DecodedResult): Prediction {
    const { patientId, scoredAtMs, sourceId, sequence } = row;
    const model = modelOf(result.model);
    const identity = { sourceId, takenAtMs: scoredAtMs - row.takenBeforeMs, sequence };
    const { probability } = result;
    const { version, level, missing } = verdictOf(result.verdictId);
    return {
      predictionId: predictionId(identity, { model, patientId, atMs: scoredAtMs }),
      patientId,
      model,
      version,
      scoredAtMs,
      probability,
      level,
      missing,
    };
  }

  /** Null: the row has no score by this model. */
  function scoreIn<R extends Row>(row: R | undefined, model: RiskModel): { row: R; result: DecodedResult } | null {
    const result = row && decodeResults(row.results).find((each) => each.model === MODEL_CODES[model]);
    return row === undefined || result === undefined ? null : { row, result };
  }

  const newest = (patientId: number, model: RiskModel, untilMs: number): Row | undefined =>
    upTo.get(patientId, untilMs, 1 << MODEL_CODES[model]);

  function newestPrediction(patientId: number, model: RiskModel, untilMs: number): Prediction | null {
    const found = scoreIn(newest(patientId, model, untilMs), model);
    return found === null ? null : asStored(found.row, found.result);
  }

  /** The withdrawn score that the key stands for, or the newest before it. */
  function withdrawnScore(key: PredictionKey) {
    const { patientId, model, scoredAtMs } = key;
    return (
      scoreIn(withdrawnOf.get(key), model) ?? scoreIn(withdrawnUpTo.get(patientId, scoredAtMs, 1 << MODEL_CODES[model]), model)
    );
  }

  function scoredOf(row: Row, result: DecodedResult): Scored {
    const { patientId, model, version, probability, level, missing, scoredAtMs } = asStored(row, result);
    const set = result.baseId === 0 ? undefined : inputSet.get(result.baseId);
    if (set === undefined && result.baseId !== 0) throw new Error(`the inputs ${result.baseId} of a score are gone`);
    const inputs = decodeInputs(row.results, result.inputsAt, scoredAtMs, set === undefined ? null : decodeInputSet(set));
    const { basis } = verdictOf(result.verdictId);
    return { patientId, model, version, probability, level, basis, missing, ...inputs, atMs: scoredAtMs };
  }

  return {
    /** Oldest first; of more than `limit`, the newest. */
    predictions(ask: Period & { model: string; limit: number }): readonly Prediction[] {
      const code = codeOf(ask.model);
      if (code === undefined) return [];
      const rows = within.all(ask.patientId, ask.fromMs, ask.toMs, 1 << code, ask.limit).reverse();
      return rows.flatMap((row) => {
        const found = scoreIn(row, modelOf(code));
        return found === null ? [] : [asStored(row, found.result)];
      });
    },
    /** Of one model, oldest first, abstentions left out; one after another, however many there are. */
    *probabilities(ask: Period & { model: RiskModel }): Generator<{ readonly atMs: number; readonly probability: number }> {
      const code = MODEL_CODES[ask.model];
      for (const { scoredAtMs, results } of ascending.iterate(ask.patientId, ask.fromMs, ask.toMs, 1 << code)) {
        const probability = decodeResults(results).find(({ model }) => model === code)?.probability ?? null;
        if (probability !== null) yield { atMs: scoredAtMs, probability };
      }
    },
    /** The newest of each model that has any. */
    latestPredictions: (ask: { patientId: number }): readonly Prediction[] =>
      MODELS.flatMap((model) => newestPrediction(ask.patientId, model, Number.MAX_SAFE_INTEGER) ?? []),
    /** What a reading of that patient was answered with. */
    predictionsOf(patientId: number, identity: ReadingIdentity): readonly Prediction[] {
      const untilMs = identity.takenAtMs + SCORED_WITHIN_MS;
      const byModel = new Map<number, Prediction>();
      for (const row of ofReading.all({ ...identity, patientId, untilMs })) {
        for (const result of decodeResults(row.results)) byModel.set(result.model, asStored(row, result));
      }
      return [...byModel].sort(([a], [b]) => a - b).map(([, prediction]) => prediction);
    },
    newestPrediction,
    /**
     * The stored score an id stands for. Scores of a continuous device are thinned: where this very one was not kept, it is the
     * newest before it (same level, less than the thinning interval older).
     */
    scoredById(id: string): StoredScore | null {
      const key = parsePredictionId(id);
      if (key === null) return null;
      const { patientId, model, scoredAtMs, sourceId, takenAtMs, sequence } = key;
      const rows = ofReading.all({ patientId, sourceId, takenAtMs, sequence, untilMs: scoredAtMs });
      const own = scoreIn(
        rows.find((row) => row.scoredAtMs === scoredAtMs),
        model,
      );
      const gone = own === null ? withdrawnScore(key) : null;
      const standing = own ?? scoreIn(newest(patientId, model, scoredAtMs), model);
      const isGone = gone !== null && gone.row.scoredAtMs >= (standing?.row.scoredAtMs ?? gone.row.scoredAtMs);
      const found = isGone ? gone : standing;
      if (found === null) return null;
      const { row, result } = found;
      const withdrawn = isGone ? { atMs: gone.row.atMs, by: gone.row.by } : null;
      return { scored: scoredOf(row, result), predictionId: asStored(row, result).predictionId, withdrawn };
    },
  };
}
