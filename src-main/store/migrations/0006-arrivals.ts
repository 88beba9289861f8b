// Schema 6: readings are written in the order they arrive and filed by device later; the scores of one reading are one compact row.
//
// A ward's readings of one moment belong to as many places of a table ordered by device as there are devices, and every place is a page
// that a commit must write. In the order of arrival they lie side by side: a commit writes a few pages instead of five per reading.
import type Database from 'better-sqlite3';
import { encodeResults, type ResultToEncode } from '../results-codec.ts';
import type { Migration } from './index.ts';

const VITALS = 'heart_rate, pulse_rate, spo2, systolic, diastolic, mean_pressure, glucose, respiratory_rate, temperature';
const READING = `source_id, taken_at_ms, sequence, received_after_ms, backfilled, quality, specials, ${VITALS}`;
const SCORE = 'patient_id, scored_at_ms, source_id, taken_before_ms, sequence, models, results';

/** A row of schema 5: one model's score. */
interface OldScore {
  readonly sourceId: number;
  readonly takenAtMs: number;
  readonly sequence: number;
  readonly model: number;
  readonly patientId: number;
  readonly scoredAtMs: number;
  readonly version: string;
  readonly probability: number | null;
  readonly level: number;
  readonly missing: string | null;
  readonly inputs: Buffer;
  readonly basisId: number | null;
}

export const arrivals: Migration = {
  version: 6,
  name: 'arrivals',
  sql: `
ALTER TABLE reading RENAME TO filed_reading;

-- What was committed and is not filed yet: at most a few thousand rows. The scores that a reading caused stand beside it.
CREATE TABLE arrival (
  arrival_id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source,
  taken_at_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  received_after_ms INTEGER NOT NULL,
  backfilled INTEGER NOT NULL,
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
  patient_id INTEGER REFERENCES patient,
  scored_at_ms INTEGER,
  models INTEGER NOT NULL DEFAULT 0,
  results BLOB,
  UNIQUE (source_id, taken_at_ms, sequence)
) STRICT;

-- Every reading there is. minute_rollup and hour_rollup are of the filed ones alone.
CREATE VIEW reading AS SELECT ${READING} FROM filed_reading UNION ALL SELECT ${READING} FROM arrival;

-- A model's version, level, basis and missing inputs: a few dozen combinations, named by number in each score.
-- basis_id 0: scored before it was kept; NULL would not be the same as NULL.
CREATE TABLE verdict (
  verdict_id INTEGER PRIMARY KEY,
  model INTEGER NOT NULL,
  version TEXT NOT NULL,
  level INTEGER NOT NULL,
  basis_id INTEGER NOT NULL,
  missing TEXT NOT NULL,
  UNIQUE (model, version, level, basis_id, missing)
) STRICT;

-- A model's inputs as they stood when one of the slow ones had changed: written once, named by every score that shares them.
CREATE TABLE input_set (
  input_set_id INTEGER PRIMARY KEY,
  inputs BLOB NOT NULL
) STRICT;

-- One row per scored reading (for entries by hand: the patient's manual source and the observation). Bit 1 << model of models is set
-- for each model in results (results-codec.ts).
CREATE TABLE filed_score (
  patient_id INTEGER NOT NULL REFERENCES patient,
  scored_at_ms INTEGER NOT NULL,
  source_id INTEGER NOT NULL REFERENCES source,
  taken_before_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  models INTEGER NOT NULL,
  results BLOB NOT NULL,
  PRIMARY KEY (patient_id, scored_at_ms, source_id, taken_before_ms, sequence)
) STRICT, WITHOUT ROWID;
CREATE VIEW score AS SELECT ${SCORE} FROM filed_score UNION ALL
  SELECT patient_id, scored_at_ms, source_id, scored_at_ms - taken_at_ms, sequence, models, results FROM arrival WHERE results IS NOT NULL;
`,
  afterwards(db) {
    rewriteScores(db);
    db.exec('DROP TABLE prediction');
  },
};

function rewriteScores(db: Database.Database): void {
  const rows = db.prepare<[], OldScore>(
    `SELECT source_id AS sourceId, taken_at_ms AS takenAtMs, sequence, model, patient_id AS patientId, scored_at_ms AS scoredAtMs,
       version, probability, level, missing, inputs, basis_id AS basisId FROM prediction ORDER BY source_id, taken_at_ms, sequence, scored_at_ms, model`,
  );
  const addVerdict = db.prepare<[number, string, number, number, string]>(
    'INSERT OR IGNORE INTO verdict (model, version, level, basis_id, missing) VALUES (?, ?, ?, ?, ?)',
  );
  const verdict = db
    .prepare<[number, string, number, number, string], number>(
      'SELECT verdict_id FROM verdict WHERE model = ? AND version = ? AND level = ? AND basis_id = ? AND missing = ?',
    )
    .pluck();
  const put = db.prepare<[number, number, number, number, number, number, Buffer]>(
    `INSERT INTO filed_score (${SCORE}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  let first: OldScore | null = null;
  let results: ResultToEncode[] = [];
  function flush(): void {
    if (first === null) return;
    const { patientId, scoredAtMs, sourceId, takenAtMs, sequence } = first;
    let models = 0;
    for (const { model } of results) models |= 1 << model;
    const blob = encodeResults(results, scoredAtMs);
    put.run(patientId, scoredAtMs, sourceId, scoredAtMs - takenAtMs, sequence, models, blob);
    results = [];
  }
  // Read whole: a connection cannot write while one of its own queries is under way.
  for (const row of rows.all()) {
    const same =
      first !== null &&
      first.sourceId === row.sourceId &&
      first.takenAtMs === row.takenAtMs &&
      first.sequence === row.sequence &&
      first.patientId === row.patientId &&
      first.scoredAtMs === row.scoredAtMs;
    if (!same) {
      flush();
      first = row;
    }
    const words = [row.model, row.version, row.level, row.basisId ?? 0, row.missing ?? ''] as const;
    addVerdict.run(...words);
    const verdictId = verdict.get(...words) ?? 0;
    results.push({
      model: row.model,
      verdictId,
      probability: row.probability,
      inputs: oldInputs(row.inputs, row.scoredAtMs),
      base: null,
      baseId: 0,
    });
  }
  flush();
}

/** Layout of schemas 1 to 5: version u8 = 1, count u8, per input head u8 (source, 0x80: NaN), LEB128 of age in seconds + 1, float32 unless NaN. */
function oldInputs(bytes: Buffer, scoredAtMs: number): ResultToEncode['inputs'] {
  const count = bytes.readUInt8(1);
  const inputs = { features: new Float32Array(count), takenAtMs: new Float64Array(count), sources: new Uint8Array(count) };
  let at = 2;
  for (let index = 0; index < count; index++) {
    const head = bytes.readUInt8(at++);
    let [age, unit] = [0, 1];
    for (;;) {
      const part = bytes.readUInt8(at++);
      age += (part & 0x7f) * unit;
      unit *= 0x80;
      if (part < 0x80) break;
    }
    inputs.sources[index] = head & 0x0f;
    inputs.takenAtMs[index] = age === 0 ? Number.NaN : scoredAtMs - (age - 1) * 1000;
    inputs.features[index] = (head & 0x80) !== 0 ? Number.NaN : bytes.readFloatLE(at);
    if ((head & 0x80) === 0) at += 4;
  }
  return inputs;
}
