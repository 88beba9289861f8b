// Schema 4: levels a clinic sets for its risk models, and under which file and levels each score was made.
import type { Migration } from './index.ts';

export const riskLevels: Migration = {
  version: 4,
  name: 'risk-levels',
  sql: `
-- Model numbers are those of prediction.model. No row: the levels the model was trained with.
CREATE TABLE risk_level (
  model INTEGER PRIMARY KEY,
  moderate REAL NOT NULL CHECK (moderate > 0),
  high REAL NOT NULL CHECK (high > moderate AND high < 1)
) STRICT;

-- One row per file and pair of levels that has ever scored: a receipt shows what held then, not what holds now.
CREATE TABLE score_basis (
  basis_id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL,
  moderate REAL NOT NULL,
  high REAL NOT NULL,
  UNIQUE (sha256, moderate, high)
) STRICT;

-- Null: scored before this was kept.
ALTER TABLE prediction ADD COLUMN basis_id INTEGER REFERENCES score_basis;
`,
};
