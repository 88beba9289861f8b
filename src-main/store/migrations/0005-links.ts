// Schema 5: who claimed readings that were nobody's, how far each device's own records are stored, how its clock stood, the radio.
import type { Migration } from './index.ts';

export const links: Migration = {
  version: 5,
  name: 'links',
  sql: `
ALTER TABLE binding ADD COLUMN bound_at_ms INTEGER;
UPDATE binding SET bound_at_ms = from_ms;
ALTER TABLE source ADD COLUMN cgm_octet_order TEXT NOT NULL DEFAULT 'status-first'
  CHECK (cgm_octet_order IN ('status-first', 'warning-first'));

-- [from_ms, to_ms], both ends included. With a patient it stands behind a binding; without one it is set aside as nobody's.
CREATE TABLE claim (
  claim_id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL CHECK (to_ms >= from_ms),
  patient_id INTEGER REFERENCES patient,
  binding_id INTEGER REFERENCES binding,
  claimed_at_ms INTEGER NOT NULL,
  claimed_by TEXT NOT NULL,
  undone_at_ms INTEGER,
  undone_by TEXT,
  CHECK ((patient_id IS NULL) = (binding_id IS NULL)),
  CHECK ((undone_at_ms IS NULL) = (undone_by IS NULL))
) STRICT;
CREATE INDEX claim_by_source ON claim (source_id, from_ms);

-- How far a device's own numbered records are committed. Numbers count within an anchor: a wearable's store, a sensor's session.
CREATE TABLE record_position (
  source_id INTEGER NOT NULL REFERENCES source,
  stream TEXT NOT NULL CHECK (stream IN ('records', 'glucose', 'cgm')),
  position INTEGER NOT NULL,
  anchor INTEGER NOT NULL,
  taken_at_ms INTEGER NOT NULL,
  PRIMARY KEY (source_id, stream)
) STRICT, WITHOUT ROWID;

-- A device's clock minus the console's, each time it was found different; records up to until_sequence were dated by it.
CREATE TABLE clock_epoch (
  source_id INTEGER NOT NULL REFERENCES source,
  measured_at_ms INTEGER NOT NULL,
  offset_ms INTEGER NOT NULL,
  until_sequence INTEGER,
  PRIMARY KEY (source_id, measured_at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE bluetooth_settings (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  adapter TEXT NOT NULL,
  binding_hours INTEGER
) STRICT;
`,
};
