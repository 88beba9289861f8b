// Schema 1: people, sources of data, wide integer readings with their roll-ups, what people entered, scores, alarms, audit.
import type { Migration } from './index.ts';

export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: `
CREATE TABLE settings (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  clinic_name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  glucose_unit TEXT NOT NULL CHECK (glucose_unit IN ('mg/dL', 'mmol/L')),
  temperature_unit TEXT NOT NULL CHECK (temperature_unit IN ('Cel', '[degF]')),
  lost_signal_after_seconds INTEGER NOT NULL
) STRICT;

CREATE TABLE patient (
  patient_id INTEGER PRIMARY KEY,
  mrn TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  sex TEXT NOT NULL CHECK (sex IN ('female', 'male', 'other', 'unknown')),
  location TEXT NOT NULL,
  note TEXT NOT NULL,
  admitted_at_ms INTEGER NOT NULL,
  discharged_at_ms INTEGER
) STRICT;

CREATE TABLE app_user (
  user_id INTEGER PRIMARY KEY,
  user_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('nurse', 'doctor', 'admin')),
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1))
) STRICT;

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES app_user,
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where data comes from: a device, or what is entered by hand for one patient.
CREATE TABLE source (
  source_id INTEGER PRIMARY KEY,
  device_id TEXT UNIQUE,
  manual_patient_id INTEGER UNIQUE REFERENCES patient (patient_id),
  transport TEXT NOT NULL CHECK (transport IN ('bluetooth', 'http', 'mqtt', 'manual')),
  name TEXT NOT NULL DEFAULT '',
  address TEXT,
  model TEXT NOT NULL DEFAULT '',
  firmware TEXT NOT NULL DEFAULT '',
  token_hash TEXT UNIQUE,
  added_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER,
  last_heard_at_ms INTEGER,
  reading_count INTEGER NOT NULL DEFAULT 0,
  CHECK ((device_id IS NULL) = (transport = 'manual')),
  CHECK ((manual_patient_id IS NULL) = (transport <> 'manual'))
) STRICT;

-- Who wore a device when: [from_ms, to_ms). Whose a reading is follows from this at the time it was taken.
CREATE TABLE binding (
  binding_id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source,
  patient_id INTEGER NOT NULL REFERENCES patient,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER CHECK (to_ms IS NULL OR to_ms >= from_ms),
  bound_by TEXT NOT NULL
) STRICT;
CREATE INDEX binding_by_source ON binding (source_id, from_ms);
CREATE INDEX binding_by_patient ON binding (patient_id, from_ms);
CREATE UNIQUE INDEX binding_one_open ON binding (source_id) WHERE to_ms IS NULL;

-- One row per moment of a device. Vitals are value x scale; specials pack three bits per kind; 0 and NULL take no room.
CREATE TABLE reading (
  source_id INTEGER NOT NULL REFERENCES source,
  taken_at_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  received_after_ms INTEGER NOT NULL,
  backfilled INTEGER NOT NULL CHECK (backfilled IN (0, 1)),
  quality INTEGER NOT NULL,
  specials INTEGER NOT NULL,
  heart_rate INTEGER,
  pulse_rate INTEGER,
  spo2 INTEGER,
  systolic INTEGER,
  diastolic INTEGER,
  mean_pressure INTEGER,
  glucose INTEGER,
  respiratory_rate INTEGER,
  temperature INTEGER,
  PRIMARY KEY (source_id, taken_at_ms, sequence)
) STRICT, WITHOUT ROWID;

-- Scored-quality values only; bucket counts whole minutes (hours) since 1970; sum, min and max are value x scale.
-- Bucket before vital: what one reading touches lies on one page, and a commit writes one page instead of one per vital.
CREATE TABLE minute_rollup (
  source_id INTEGER NOT NULL REFERENCES source,
  vital INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  min INTEGER NOT NULL,
  max INTEGER NOT NULL,
  PRIMARY KEY (source_id, bucket, vital)
) STRICT, WITHOUT ROWID;
CREATE TABLE hour_rollup (
  source_id INTEGER NOT NULL REFERENCES source,
  vital INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  min INTEGER NOT NULL,
  max INTEGER NOT NULL,
  PRIMARY KEY (source_id, bucket, vital)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
  observation_id INTEGER PRIMARY KEY,
  patient_id INTEGER NOT NULL REFERENCES patient,
  kind TEXT NOT NULL,
  value REAL NOT NULL,
  entered_value TEXT NOT NULL,
  entered_unit TEXT NOT NULL,
  taken_at_ms INTEGER NOT NULL,
  recorded_at_ms INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  note TEXT NOT NULL,
  overridden_device_id TEXT,
  overridden_at_ms INTEGER,
  overridden_value REAL,
  retracted_at_ms INTEGER,
  retracted_by TEXT,
  retracted_reason TEXT
) STRICT;
CREATE INDEX observation_by_patient ON observation (patient_id, taken_at_ms);

-- Keyed by the reading that caused the score (for entries by hand: the patient's manual source and the observation).
CREATE TABLE prediction (
  source_id INTEGER NOT NULL REFERENCES source,
  taken_at_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  model INTEGER NOT NULL,
  patient_id INTEGER NOT NULL REFERENCES patient,
  scored_at_ms INTEGER NOT NULL,
  version TEXT NOT NULL,
  probability REAL,
  level INTEGER NOT NULL,
  missing TEXT,
  inputs BLOB NOT NULL,
  PRIMARY KEY (source_id, taken_at_ms, sequence, model)
) STRICT, WITHOUT ROWID;
-- Time before model, for the same reason: the scores of one reading go to one page of the index.
CREATE INDEX prediction_by_patient ON prediction (patient_id, scored_at_ms, model);

CREATE TABLE alarm (
  alarm_id TEXT PRIMARY KEY,
  category TEXT NOT NULL CHECK (category IN ('physiological', 'technical')),
  rule TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('high', 'medium', 'low')),
  patient_id INTEGER REFERENCES patient,
  device_id TEXT,
  message TEXT NOT NULL,
  detail TEXT NOT NULL,
  raised_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  acknowledged_at_ms INTEGER,
  acknowledged_by TEXT,
  state TEXT NOT NULL CHECK (state IN ('active', 'latched', 'acknowledged', 'cleared'))
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_open ON alarm (raised_at_ms) WHERE state <> 'cleared';
CREATE INDEX alarm_by_time ON alarm (raised_at_ms);
CREATE INDEX alarm_by_patient ON alarm (patient_id, raised_at_ms);

-- patient_id 0 stands for every patient, so that the pair can be the key.
CREATE TABLE threshold (
  rule_id TEXT NOT NULL,
  patient_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  subject TEXT NOT NULL,
  comparison TEXT NOT NULL CHECK (comparison IN ('below', 'above')),
  threshold_limit REAL NOT NULL,
  unit TEXT NOT NULL,
  hysteresis REAL NOT NULL,
  consecutive INTEGER NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('high', 'medium', 'low')),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  PRIMARY KEY (rule_id, patient_id)
) STRICT, WITHOUT ROWID;

-- Each row's hash covers the hash before it: a changed or removed row breaks the chain from there on.
CREATE TABLE audit (
  audit_id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
`,
};
