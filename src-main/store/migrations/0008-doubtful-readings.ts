// Schema 8: a network device's readings that may be another wearer's have a source of their own beside the device's, worn by nobody.
import type { Migration } from './index.ts';

export const doubtfulReadings: Migration = {
  version: 8,
  name: 'doubtful readings',
  sql: `
-- Stands beside this device and holds its readings in doubt (doubtful.ts); its own device_id is never shown.
ALTER TABLE source ADD COLUMN doubtful_of INTEGER REFERENCES source (source_id);
CREATE UNIQUE INDEX source_doubtful ON source (doubtful_of) WHERE doubtful_of IS NOT NULL;
`,
};
