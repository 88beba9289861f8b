// Schema 3: skin photos with what was made of them. The files are in the database, so that a backup holds them too.
import type { Migration } from './index.ts';

export const skinPhotos: Migration = {
  version: 3,
  name: 'skin photos',
  sql: `
CREATE TABLE skin_spot (
  spot_id INTEGER PRIMARY KEY,
  patient_id INTEGER NOT NULL REFERENCES patient,
  region TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX skin_spot_by_patient ON skin_spot (patient_id);

-- A file that is being taken in, and afterwards belongs to a photo. One that never gets there is removed.
CREATE TABLE photo_file (
  file_id INTEGER PRIMARY KEY,
  patient_id INTEGER NOT NULL REFERENCES patient,
  byte_length INTEGER NOT NULL,
  begun_at_ms INTEGER NOT NULL
) STRICT;

-- In parts: no transaction is large, and nothing waits long behind one.
CREATE TABLE photo_part (
  file_id INTEGER NOT NULL REFERENCES photo_file ON DELETE CASCADE,
  part INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (file_id, part)
) STRICT;

CREATE TABLE photo (
  photo_id INTEGER PRIMARY KEY,
  patient_id INTEGER NOT NULL REFERENCES patient,
  spot_id INTEGER NOT NULL REFERENCES skin_spot,
  file_id INTEGER NOT NULL UNIQUE REFERENCES photo_file,
  taken_at_ms INTEGER NOT NULL,
  recorded_at_ms INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  note TEXT NOT NULL,
  media_type TEXT NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
  sha256 TEXT NOT NULL,
  width_px INTEGER NOT NULL,
  height_px INTEGER NOT NULL,
  crop_x INTEGER NOT NULL,
  crop_y INTEGER NOT NULL,
  crop_side INTEGER NOT NULL,
  assessed_at_ms INTEGER NOT NULL,
  -- JSON: the outcome in full, and the model, version, hash and backend it came from (null: none was asked).
  outcome TEXT NOT NULL,
  run TEXT,
  crop_png BLOB NOT NULL,
  thumbnail_png BLOB NOT NULL,
  heat_map_png BLOB,
  retracted_at_ms INTEGER,
  retracted_by TEXT,
  retracted_reason TEXT
) STRICT;
CREATE INDEX photo_by_patient ON photo (patient_id, taken_at_ms);
`,
};
