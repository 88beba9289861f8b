// Schema 11: input sets go with the scores that name them.
import type { Migration } from './index.ts';

export const usedInputSets: Migration = {
  version: 11,
  name: 'used input sets',
  sql: `
-- No score that is made later than this names the set. Of those there are so far, all were made by now, or a few minutes ahead.
ALTER TABLE input_set ADD COLUMN used_until_ms INTEGER NOT NULL DEFAULT 0;
UPDATE input_set SET used_until_ms = (unixepoch() + 86400) * 1000;
CREATE INDEX input_set_used ON input_set (used_until_ms);
`,
};
