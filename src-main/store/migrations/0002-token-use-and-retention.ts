// Schema 2: when and from where a device's token was last used, and how long each kind of stored data is kept.
import type { Migration } from './index.ts';

export const tokenUseAndRetention: Migration = {
  version: 2,
  name: 'token use and retention',
  sql: `
ALTER TABLE source ADD COLUMN token_used_at_ms INTEGER;
ALTER TABLE source ADD COLUMN token_used_from TEXT;

-- keep_days NULL: for ever. What lies before kept_from_ms has been removed, and is not taken in again.
CREATE TABLE retention (
  kind TEXT PRIMARY KEY CHECK (kind IN ('raw', 'minutes', 'hours', 'scores')),
  keep_days INTEGER CHECK (keep_days > 0),
  kept_from_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
`,
};
