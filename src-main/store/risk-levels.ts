// Levels a clinic has set in place of those its models were trained with, and the file and levels each score was made under.
import type { RiskLevels, RiskModel } from '../contract/models.ts';
import type { ScoreBasis } from '../risk/port.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { LevelChange } from './ports.ts';

/** Stored numbers: never renumber. */
export const MODEL_CODES: { readonly [M in RiskModel]: number } = { diabetes: 1, heart: 2, hypoxia: 3 };
export const MODELS = Object.keys(MODEL_CODES) as RiskModel[];
/** The skin model has levels as the others have, and no stored scores of its own kind. */
const SKIN_CODE = 4;

interface BasisRow {
  readonly sha256: string;
  readonly moderate: number;
  readonly high: number;
}

/** What the clinic has set; a model that is not named has the levels it was trained with. */
export function riskLevelReads(db: ReadableDatabase) {
  const rows = db.prepare<[], RiskLevels & { readonly model: number }>(
    `SELECT model, moderate, high FROM risk_level ORDER BY model`,
  );
  return {
    riskLevels: (): readonly { readonly model: RiskModel; readonly levels: RiskLevels }[] =>
      rows.all().flatMap(({ model: code, moderate, high }) => {
        const model = MODELS.find((name) => MODEL_CODES[name] === code);
        return model === undefined ? [] : [{ model, levels: { moderate, high } }];
      }),
    skinLevels(): RiskLevels | null {
      const row = rows.all().find(({ model }) => model === SKIN_CODE);
      return row === undefined ? null : { moderate: row.moderate, high: row.high };
    },
  };
}

export function riskLevelWrites(db: WritableDatabase, audit: AuditWrites) {
  const put = db.prepare<[number, number, number]>(
    `INSERT INTO risk_level (model, moderate, high) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET moderate = excluded.moderate, high = excluded.high`,
  );
  const drop = db.prepare<[number]>(`DELETE FROM risk_level WHERE model = ?`);
  function save(ask: LevelChange, model: RiskModel | 'skin'): void {
    const { levels, standing } = ask;
    const code = model === 'skin' ? SKIN_CODE : MODEL_CODES[model];
    if (levels === null) drop.run(code);
    else put.run(code, levels.moderate, levels.high);
    const now = levels === null ? 'as trained' : words(levels);
    audit.append(ask, 'model.levels', `model ${model}`, `${words(standing)} → ${now}`);
  }
  return {
    saveRiskLevels: (ask: LevelChange & { model: RiskModel }): void => save(ask, ask.model),
    saveSkinLevels: (ask: LevelChange): void => save(ask, 'skin'),
  };
}

const words = ({ moderate, high }: RiskLevels): string => `moderate from ${moderate}, high from ${high}`;

/** A basis is stored once and then only its number, of one byte, beside each score. */
export function scoreBasisReads(db: ReadableDatabase) {
  const byId = db.prepare<[number], BasisRow>(`SELECT sha256, moderate, high FROM score_basis WHERE basis_id = ?`);
  const known = new Map<number, ScoreBasis>();
  return {
    basis(basisId: number | null): ScoreBasis | null {
      if (basisId === null) return null;
      let basis = known.get(basisId);
      if (basis === undefined) {
        const row = byId.get(basisId);
        if (row === undefined) return null;
        basis = { sha256: row.sha256, levels: { moderate: row.moderate, high: row.high } };
        known.set(basisId, basis);
      }
      return basis;
    },
  };
}

export function scoreBasisWrites(db: WritableDatabase) {
  const find = db
    .prepare<[string, number, number], number>(`SELECT basis_id FROM score_basis WHERE sha256 = ? AND moderate = ? AND high = ?`)
    .pluck();
  const add = db.prepare<[string, number, number]>(`INSERT INTO score_basis (sha256, moderate, high) VALUES (?, ?, ?)`);
  let known = new WeakMap<ScoreBasis, number>();
  return {
    /** Within the transaction of the score. */
    basisId(basis: ScoreBasis | null): number | null {
      if (basis === null) return null;
      let id = known.get(basis);
      if (id === undefined) {
        const { sha256, levels } = basis;
        id =
          find.get(sha256, levels.moderate, levels.high) ?? Number(add.run(sha256, levels.moderate, levels.high).lastInsertRowid);
        known.set(basis, id);
      }
      return id;
    },
    /** After a roll-back: what was added may not be there. */
    forgetBases(): void {
      known = new WeakMap();
    },
  };
}
