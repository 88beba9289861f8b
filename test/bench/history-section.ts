// History queries as charts ask them: through the query worker, on a patient measured once a second.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWritable, type WritableDatabase } from '../../src-main/store/database.ts';
import { PACKED_COLUMNS, packSql } from '../../src-main/store/packed-reading.ts';
import { columnOf } from '../../src-main/store/vital-columns.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { Query } from '../../src-main/threads/query.ts';
import type { VitalKind } from '../../src-main/vitals/kinds.ts';
import { atMost, type Row, row, timesOf } from './report.ts';
import type { Workplace } from './workplace.ts';

const KINDS = ['heartRate', 'spo2', 'systolic', 'diastolic', 'glucose'] as const satisfies readonly VitalKind[];
const MAX_POINTS = 2000;
const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Raw rows reach back this far; roll-ups reach back a year, as after a retention that keeps them longer. */
const RAW_MS = 30 * DAY_MS;
const YEAR_MS = 365 * DAY_MS;
const BY = { actor: 'benchmark', atMs: Date.UTC(2026, 0, 1) };
const END_MS = Date.UTC(2026, 0, 1);

export async function history(place: Workplace): Promise<readonly Row[]> {
  const folder = place.newFolder();
  mkdirSync(folder);
  const databasePath = join(folder, 'healthsense.db');
  const patientId = generate(databasePath, !place.quick);
  const query = new Query({ databasePath });
  await query.start();
  const rows: Row[] = [];
  const spans = [
    ['1 h', HOUR_MS],
    ['24 h', DAY_MS],
    ['30 d', RAW_MS],
    ...(place.quick ? [] : ([['1 y (roll-ups)', YEAR_MS]] as const)),
  ] as const;
  try {
    for (const [title, spanMs] of spans) {
      for (const kinds of [KINDS.slice(0, 1), KINDS]) {
        const ask = { patientId, kinds, fromMs: END_MS - spanMs, toMs: END_MS, maxPoints: MAX_POINTS };
        const first = await query.store.history(ask);
        for (const { kind, count, timesMs } of first) {
          if (count !== spanMs / SECOND_MS)
            throw new Error(`${kind}, ${title}: ${spanMs / SECOND_MS} values are stored, ${count} found`);
          if (timesMs.length > MAX_POINTS) throw new Error(`${kind}, ${title}: ${timesMs.length} points`);
        }
        const latencies: number[] = [];
        for (let turn = 0; turn < (place.quick ? 12 : 40); turn++) {
          const startMs = performance.now();
          await query.store.history(ask);
          latencies.push(performance.now() - startMs);
        }
        const times = timesOf(latencies);
        const measure = `${title} at 1 Hz, ${kinds.length === 1 ? 'one vital' : `${kinds.length} vitals`}`;
        const limited = title === '30 d' && kinds.length === 1;
        rows.push(
          row('history', measure, times.p50Ms, 'ms', { ...times, ...(limited ? { goal: atMost(times.p50Ms, 40, 'ms') } : {}) }),
        );
      }
    }
  } finally {
    await query.stop();
  }
  return rows;
}

/** @returns the patient, who has worn one device all the time */
function generate(databasePath: string, wholeYear: boolean): number {
  const db = openWritable(databasePath);
  try {
    // Nothing here has to survive a power loss.
    db.pragma('synchronous = OFF');
    const { plain } = storeWriter(db);
    const patient = { mrn: '1', name: 'Ada Example', birthDate: '1960-05-01', sex: 'female', location: '', note: '' } as const;
    const { patientId } = plain.addPatient({ ...BY, patient });
    const { sourceId } = plain.putDevice({ ...BY, deviceId: 'bench', transport: 'http' });
    plain.bind({ ...BY, deviceId: 'bench', patientId, fromMs: END_MS - YEAR_MS });
    db.transaction(() => {
      fillReadings(db, sourceId);
      fillRollups(db, sourceId, wholeYear ? YEAR_MS : RAW_MS);
    })();
    return patientId;
  } finally {
    db.close();
  }
}

const COUNTER = 'WITH RECURSIVE counter(n) AS (SELECT @first UNION ALL SELECT n + 1 FROM counter WHERE n + 1 < @end)';
/** Stored value (value × scale) of a vital at second `n`. */
const valueSql = (kind: VitalKind): string => `(${columnOf(kind).scale} * (60 + n / 7 % 40))`;

/** One wide row a second, in SQL: the store's own way takes a minute for these. */
function fillReadings(db: WritableDatabase, sourceId: number): void {
  const columns = new Map(KINDS.map((kind) => [columnOf(kind).column, valueSql(kind)]));
  const state = new Map([
    ['received_after_ms', '(300 + n % 100)'],
    ...['backfilled', 'quality', 'specials'].map((name) => [name, '0'] as const),
  ]);
  const {
    received,
    flags,
    vitals,
    more_vitals: moreVitals,
  } = packSql((column) => columns.get(column) ?? state.get(column) ?? 'NULL');
  db.prepare(
    `INSERT INTO packed_reading (${PACKED_COLUMNS})
     ${COUNTER} SELECT ${sourceId}, n * ${SECOND_MS}, 0, ${received}, ${flags}, ${vitals}, ${moreVitals} FROM counter`,
  ).run({ first: (END_MS - RAW_MS) / SECOND_MS, end: END_MS / SECOND_MS });
}

/** Minutes and hours with the right counts; their sums are those of values that stand still for a minute. */
function fillRollups(db: WritableDatabase, sourceId: number, spanMs: number): void {
  for (const [table, seconds] of [
    ['minute_rollup', 60],
    ['hour_rollup', 3600],
  ] as const) {
    const bucketMs = seconds * SECOND_MS;
    for (const kind of KINDS) {
      const value = valueSql(kind);
      db.prepare(
        `INSERT INTO ${table} (source_id, vital, bucket, count, sum, min, max)
         ${COUNTER} SELECT ${sourceId}, ${columnOf(kind).code}, n, ${seconds}, ${seconds} * ${value}, ${value} - 3, ${value} + 3 FROM counter`,
      ).run({ first: (END_MS - spanMs) / bucketMs, end: END_MS / bucketMs });
    }
  }
}
