// Filed readings share integers on disk: every number, special and flag comes back as it was, alone and among all others.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SpecialValue } from '../../src-main/contract/models.ts';
import { type Measurement, QUALITY } from '../../src-main/links/link.ts';
import { openWritable } from '../../src-main/store/database.ts';
import { MIGRATIONS, migrate } from '../../src-main/store/migrations/index.ts';
import { mostStored } from '../../src-main/store/packed-reading.ts';
import { VITAL_COLUMNS } from '../../src-main/store/vital-columns.ts';
import { VITAL_KINDS, VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { ADA, by, DAY, measurement, openStore, SECOND, T0, tempDir } from './fixtures.ts';

const SPECIALS: readonly SpecialValue[] = ['NaN', 'NRes', '+INF', '-INF', 'HI', 'LO'];
const ALL_QUALITY = Object.values(QUALITY).reduce((bits, flag) => bits | flag, 0);
const each = <T>(of: (kind: VitalKind) => T): Record<VitalKind, T> =>
  Object.fromEntries(VITAL_KINDS.map((kind) => [kind, of(kind)])) as Record<VitalKind, T>;

/** Every end of every range by itself and all at once, every special of every kind, every flag. */
function extremes(): Measurement[] {
  const found: Measurement[] = [];
  const add = (over: Partial<Measurement>): void => {
    found.push(measurement({ takenAtMs: T0 + found.length * SECOND, values: {}, ...over }));
  };
  for (const end of ['low', 'high'] as const) {
    for (const kind of VITAL_KINDS) add({ values: { [kind]: VITALS[kind].hard[end] } });
    add({ values: each((kind) => VITALS[kind].hard[end]), quality: ALL_QUALITY, origin: 'backfill' });
    add({ values: each((kind) => VITALS[kind].hard[VITAL_KINDS.indexOf(kind) % 2 === 0 ? end : 'low']) });
  }
  for (const special of SPECIALS) {
    for (const kind of VITAL_KINDS) add({ specials: { [kind]: special }, quality: QUALITY.clockCorrected });
    add({ specials: each(() => special), quality: ALL_QUALITY, origin: 'backfill' });
  }
  for (const flag of [...Object.values(QUALITY), 0x7fffffff])
    add({ values: { spo2: 97 }, specials: { temperature: 'LO' }, quality: flag });
  for (const afterMs of [-5 * 60 * SECOND, -1, 0, 1, 16_383, 16_384, 40 * 365 * DAY])
    for (const origin of ['live', 'backfill'] as const) {
      const takenAtMs = T0 + found.length * SECOND;
      add({ values: { heartRate: 72 }, takenAtMs, receivedAtMs: takenAtMs + afterMs, origin });
    }
  add({ values: { glucose: 99.9 }, sequence: Number.MAX_SAFE_INTEGER });
  return found;
}

test('every legal value has room between nothing and the next number', () => {
  for (const { kind, column, scale } of VITAL_COLUMNS) {
    expect(VITALS[kind].hard.low * scale, kind).toBeGreaterThanOrEqual(1);
    expect(VITALS[kind].hard.high * scale, kind).toBeLessThanOrEqual(mostStored({ column }));
  }
  expect(ALL_QUALITY).toBeLessThan(2 ** 31);
});

function openWorn() {
  const store = openStore();
  const { patientId } = store.plain.addPatient({ ...by(T0 - DAY), patient: ADA });
  store.plain.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport: 'http' });
  store.plain.bind({ ...by(T0 - DAY), deviceId: 'HEALTH01', patientId });
  const readings = () => store.reader.readings({ patientId, fromMs: T0, toMs: T0 + DAY, limit: 10_000, after: null });
  return { ...store, readings };
}

describe('a filed reading', () => {
  test('is what was sent, at every extreme', () => {
    const { writer, put, readings } = openWorn();
    const sent = extremes();
    put(...sent);
    writer.fileArrivals();
    expect(readings().map(({ readingId: _, ...rest }) => rest)).toEqual(sent);
  });

  test('keeps all it has when the rest of it comes', () => {
    const { writer, put, readings } = openWorn();
    const whole = { values: each((kind) => VITALS[kind].hard.high) };
    for (const [index, kind] of VITAL_KINDS.entries()) {
      put(measurement({ takenAtMs: T0 + index, values: { [kind]: VITALS[kind].hard.high } }));
      writer.fileArrivals();
      put(measurement({ takenAtMs: T0 + index, ...whole, quality: QUALITY.movement }));
    }
    expect(readings()).toEqual(
      VITAL_KINDS.map((_, index) => expect.objectContaining({ ...whole, takenAtMs: T0 + index, quality: QUALITY.movement })),
    );
  });

  test('is found by its key and in the order of its key: nothing is sorted to find the newest', () => {
    const { db } = openWorn();
    for (const { column, shift } of VITAL_COLUMNS) {
      const plan = db
        .prepare<[], { detail: string }>(
          `EXPLAIN QUERY PLAN SELECT * FROM reading WHERE source_id = 1 AND taken_at_ms >= 1 AND taken_at_ms < 2
             AND (${column} IS NOT NULL OR ((specials >> ${shift}) & 7) <> 0) ORDER BY taken_at_ms DESC, sequence DESC LIMIT 1`,
        )
        .all()
        .map(({ detail }) => detail)
        .join('\n');
      expect(plan).toContain('SEARCH packed_reading USING PRIMARY KEY (source_id=? AND taken_at_ms>? AND taken_at_ms<?)');
      expect(plan).not.toContain('TEMP B-TREE');
    }
  });

  test('never holds a value that has no room: that is refused before it is stored', () => {
    const { put, readings } = openWorn();
    for (const heartRate of [0, -1, 410, Number.NaN])
      expect(() => put(measurement({ values: { heartRate } }))).toThrow(RangeError);
    expect(readings()).toEqual([]);
  });
});

describe('a database of schema 6', () => {
  const COLUMNS = ['received_after_ms', 'backfilled', 'quality', 'specials', ...VITAL_COLUMNS.map(({ column }) => column)];

  /** A file of schema 6 with these readings filed, and two that are not. */
  function oldFile(rows: readonly (readonly (number | null)[])[]): string {
    const path = join(tempDir(), 'old.db');
    const old = new Database(path);
    onTestFinished(() => void old.close());
    migrate(old, path, MIGRATIONS.slice(0, 6));
    old.exec("INSERT INTO source (source_id, device_id, transport, added_at_ms) VALUES (7, 'HEALTH01', 'http', 0)");
    const put = (table: string) =>
      old.prepare(
        `INSERT INTO ${table} (source_id, taken_at_ms, sequence, ${COLUMNS.join(', ')}) VALUES (7, ?, ?${', ?'.repeat(COLUMNS.length)})`,
      );
    const [filed, arrival] = [put('filed_reading'), put('arrival')];
    for (const [index, row] of rows.entries()) (index < 2 ? arrival : filed).run(T0 + index, index % 3, ...row);
    return path;
  }

  const everyReading = (db: Pick<Database.Database, 'prepare'>) =>
    db.prepare('SELECT * FROM reading ORDER BY source_id, taken_at_ms').all();
  const asRow = ({ takenAtMs, receivedAtMs, origin, quality, values }: Measurement, specials: number) => [
    receivedAtMs - takenAtMs,
    origin === 'live' ? 0 : 1,
    quality,
    specials,
    ...VITAL_COLUMNS.map(({ kind, scale }) => (values[kind] === undefined ? null : Math.round((values[kind] ?? 0) * scale))),
  ];

  test('keeps every reading as it was, and its copy from before', () => {
    // Specials of every code for every kind, and all nine at once.
    const path = oldFile(
      extremes().map((sent, index) =>
        asRow(sent, index % 2 === 0 ? 0 : ([2 ** 27 - 1, (index % 7) << ((index % 9) * 3)][index % 4 === 1 ? 0 : 1] ?? 0)),
      ),
    );
    const old = new Database(path);
    const before = everyReading(old);
    old.close();
    const db = openWritable(path);
    onTestFinished(() => void db.close());
    expect(before.length).toBeGreaterThan(100);
    expect(everyReading(db)).toEqual(before);
    expect(db.prepare('SELECT count(*) AS n FROM packed_reading').get()).toEqual({ n: before.length - 2 });
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const copy = new Database(`${path}.v6.backup`, { readonly: true });
    expect(everyReading(copy)).toEqual(before);
    copy.close();
  });

  test('with a number that has no room is left as it is', () => {
    const path = oldFile([0, 1, 4096].map((heartRate) => asRow(measurement({ values: { heartRate: heartRate / 10 } }), 0)));
    expect(() => openWritable(path)).toThrow(/^2 readings, the first of .* Restore a backup/);
    const old = new Database(path, { readonly: true });
    expect(old.pragma('user_version', { simple: true })).toBe(6);
    expect(everyReading(old)).toHaveLength(3);
    old.close();
  });
});
