// Schema 7: a filed reading takes two thirds of the room. Its numbers share four integers; filed_reading becomes a view of them.
import { ConsoleError } from '../../contract/errors.ts';
import { mostStored, PACKED_COLUMNS, packSql, UNPACKED_SQL } from '../packed-reading.ts';
import type { Migration } from './index.ts';

const VITALS = [
  'heart_rate',
  'pulse_rate',
  'spo2',
  'systolic',
  'diastolic',
  'mean_pressure',
  'glucose',
  'respiratory_rate',
  'temperature',
];
const READING = `source_id, taken_at_ms, sequence, received_after_ms, backfilled, quality, specials, ${VITALS.join(', ')}`;
const { received, flags, vitals, more_vitals: moreVitals } = packSql((column) => column);
/** Never so by way of the intake, which refuses such values; packed, it would change the numbers beside it. */
const UNFIT = VITALS.map((column) => `${column} NOT BETWEEN 1 AND ${mostStored({ column })}`).join(' OR ');

const FIRST_UNFIT = `SELECT min(taken_at_ms), count(*) FROM reading WHERE ${UNFIT} OR quality NOT BETWEEN 0 AND ${2 ** 31 - 1}`;

export const packedReadings: Migration = {
  version: 7,
  name: 'packed readings',
  beforehand(db) {
    const [first, count] = db.prepare(FIRST_UNFIT).raw().get() as [number | null, number];
    if (first === null) return;
    const message = `${count} readings, the first of ${new Date(first).toISOString()}, hold numbers that no version of HealthSense stores. Something else has written to the database; it was left as it is. Restore a backup.`;
    throw new ConsoleError('unavailable', message);
  },
  sql: `
-- received: twice the ms from taking to receipt, plus 1 where back-filled. The rest as in packed-reading.ts.
CREATE TABLE packed_reading (
  source_id INTEGER NOT NULL REFERENCES source,
  taken_at_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  received INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  vitals INTEGER NOT NULL,
  more_vitals INTEGER NOT NULL,
  PRIMARY KEY (source_id, taken_at_ms, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO packed_reading (${PACKED_COLUMNS})
  SELECT source_id, taken_at_ms, sequence, ${received}, ${flags}, ${vitals}, ${moreVitals}
  FROM filed_reading ORDER BY source_id, taken_at_ms, sequence;

DROP VIEW reading;
DROP TABLE filed_reading;
CREATE VIEW filed_reading AS SELECT ${UNPACKED_SQL} FROM packed_reading;
CREATE VIEW reading AS SELECT ${READING} FROM filed_reading UNION ALL SELECT ${READING} FROM arrival;
`,
};
