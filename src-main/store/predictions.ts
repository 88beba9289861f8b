// Scores with their inputs, keyed by the reading (or the entry by hand) that caused them.
import type { Prediction, RiskLevel, RiskModel } from '../contract/models.ts';
import type { StoredPrediction } from '../links/link.ts';
import type { ScoreBasis, Scored } from '../risk/port.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { Period } from './ports.ts';
import { decodeInputs, encodeInputs } from './prediction-codec.ts';
import type { ReadingIdentity } from './reading-id.ts';
import { MODEL_CODES, MODELS, scoreBasisReads, scoreBasisWrites } from './risk-levels.ts';

const LEVELS: readonly RiskLevel[] = ['low', 'moderate', 'high', 'abstained'];

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
  const parts = [
    identity.sourceId,
    identity.takenAtMs,
    identity.sequence,
    MODEL_CODES[scored.model],
    scored.patientId,
    scored.atMs,
  ];
  return `p${parts.map((part) => part.toString(36)).join('.')}`;
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

interface Row extends ReadingIdentity {
  readonly model: number;
  readonly patientId: number;
  readonly scoredAtMs: number;
  readonly version: string;
  readonly probability: number | null;
  readonly level: number;
  readonly missing: string | null;
  readonly inputs: Buffer;
  readonly basisId: number | null;
}

const ALL = `source_id AS sourceId, taken_at_ms AS takenAtMs, sequence, model, patient_id AS patientId, scored_at_ms AS scoredAtMs, version,
  probability, level, missing, inputs, basis_id AS basisId`;

function missingOf(row: Row): readonly string[] {
  return row.missing === null || row.missing === '' ? [] : row.missing.split(',');
}

function fromRow(row: Row): Prediction {
  const model = modelOf(row.model);
  return {
    predictionId: predictionId(row, { model, patientId: row.patientId, atMs: row.scoredAtMs }),
    patientId: row.patientId,
    model,
    version: row.version,
    scoredAtMs: row.scoredAtMs,
    probability: row.probability,
    level: LEVELS[row.level] ?? 'abstained',
    missing: missingOf(row),
  };
}

function scoredFromRow(row: Row, basis: ScoreBasis | null): Scored {
  const { patientId, model, version, probability, level, missing, scoredAtMs } = fromRow(row);
  return { patientId, model, version, probability, level, basis, missing, ...decodeInputs(row.inputs), atMs: scoredAtMs };
}

export function predictionReads(db: ReadableDatabase) {
  const { basis } = scoreBasisReads(db);
  const ofReading = db.prepare<[number, number, number], Row>(
    `SELECT ${ALL} FROM prediction WHERE source_id = ? AND taken_at_ms = ? AND sequence = ? ORDER BY model`,
  );
  const within = db.prepare<[number, number, number, number, number], Row>(
    `SELECT ${ALL} FROM prediction WHERE patient_id = ? AND model = ? AND scored_at_ms >= ? AND scored_at_ms < ?
     ORDER BY scored_at_ms DESC LIMIT ?`,
  );
  const upTo = db.prepare<[number, number, number], Row>(
    `SELECT ${ALL} FROM prediction WHERE patient_id = ? AND model = ? AND scored_at_ms <= ? ORDER BY scored_at_ms DESC LIMIT 1`,
  );
  const newest = (patientId: number, model: RiskModel, untilMs: number): Row | undefined =>
    upTo.get(patientId, MODEL_CODES[model], untilMs);

  return {
    /** Oldest first; of more than `limit`, the newest. */
    predictions(ask: Period & { model: string; limit: number }): readonly Prediction[] {
      const code = codeOf(ask.model);
      if (code === undefined) return [];
      return within.all(ask.patientId, code, ask.fromMs, ask.toMs, ask.limit).map(fromRow).reverse();
    },
    /** The newest of each model that has any. */
    latestPredictions(ask: { patientId: number }): readonly Prediction[] {
      return MODELS.flatMap((model) => {
        const row = newest(ask.patientId, model, Number.MAX_SAFE_INTEGER);
        return row === undefined ? [] : [fromRow(row)];
      });
    },
    predictionsOf: (identity: ReadingIdentity): readonly Prediction[] =>
      ofReading.all(identity.sourceId, identity.takenAtMs, identity.sequence).map(fromRow),
    newestPrediction(patientId: number, model: RiskModel, untilMs: number): Prediction | null {
      const row = newest(patientId, model, untilMs);
      return row === undefined ? null : fromRow(row);
    },
    /**
     * The stored score an id stands for. Scores of a continuous device are thinned: where this very one was not kept, it is the
     * newest before it (same level, less than the thinning interval older).
     */
    scoredById(id: string): { readonly scored: Scored; readonly predictionId: string } | null {
      const key = parsePredictionId(id);
      if (key === null) return null;
      const rows = ofReading.all(key.sourceId, key.takenAtMs, key.sequence);
      const row =
        rows.find((candidate) => candidate.model === MODEL_CODES[key.model]) ?? newest(key.patientId, key.model, key.scoredAtMs);
      return row === undefined
        ? null
        : { scored: scoredFromRow(row, basis(row.basisId)), predictionId: fromRow(row).predictionId };
    },
  };
}

export function predictionWrites(db: WritableDatabase) {
  const { basisId, forgetBases } = scoreBasisWrites(db);
  const put = db.prepare<(number | string | Buffer | null)[]>(
    `INSERT OR REPLACE INTO prediction (source_id, taken_at_ms, sequence, model, patient_id, scored_at_ms, version, probability, level,
       missing, inputs, basis_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    forgetBases,
    /** A later frame that fills the same reading replaces its score. */
    putPrediction(identity: ReadingIdentity, scored: Scored): void {
      put.run(
        identity.sourceId,
        identity.takenAtMs,
        identity.sequence,
        MODEL_CODES[scored.model],
        scored.patientId,
        scored.atMs,
        scored.version,
        scored.probability,
        LEVELS.indexOf(scored.level),
        scored.missing.length === 0 ? null : scored.missing.join(','),
        encodeInputs(scored),
        basisId(scored.basis),
      );
    },
  };
}
