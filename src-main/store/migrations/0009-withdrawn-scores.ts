// Schema 9: scores that were made from readings of another patient are no longer among that patient's, and not lost either.
import type { Migration } from './index.ts';

export const withdrawnScores: Migration = {
  version: 9,
  name: 'withdrawn scores',
  sql: `
-- Rows of filed_score as they were, and when and by whom the readings were found to be another patient's.
CREATE TABLE withdrawn_score (
  patient_id INTEGER NOT NULL REFERENCES patient,
  scored_at_ms INTEGER NOT NULL,
  source_id INTEGER NOT NULL REFERENCES source,
  taken_before_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  models INTEGER NOT NULL,
  results BLOB NOT NULL,
  withdrawn_at_ms INTEGER NOT NULL,
  withdrawn_by TEXT NOT NULL,
  PRIMARY KEY (patient_id, scored_at_ms, source_id, taken_before_ms, sequence)
) STRICT, WITHOUT ROWID;
`,
};
