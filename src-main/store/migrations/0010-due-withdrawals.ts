// Schema 10: a corrected binding may concern a year of scores, which are looked through in steps.
import type { Migration } from './index.ts';

export const dueWithdrawals: Migration = {
  version: 10,
  name: 'due withdrawals',
  sql: `
-- Readings of [from_ms, to_ms) are another's now. Of the former wearer's scores those from before_ms on have been looked through, newest
-- first, and \`withdrawn\` of them taken out; those back to from_ms are still to be.
CREATE TABLE due_withdrawal (
  due_withdrawal_id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source,
  scored_as INTEGER NOT NULL REFERENCES source,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  former_id INTEGER NOT NULL REFERENCES patient,
  before_ms INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL
) STRICT;
`,
};
