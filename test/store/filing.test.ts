// Arrivals and what becomes of them: nobody who asks can tell whether readings and scores have been filed yet.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { QUALITY } from '../../src-main/links/link.ts';
import type { Scored } from '../../src-main/risk/port.ts';
import { openReadable, openWritable, type ReadableDatabase } from '../../src-main/store/database.ts';
import { MIGRATIONS, migrate } from '../../src-main/store/migrations/index.ts';
import type { StoreReads } from '../../src-main/store/ports.ts';
import { storeReader } from '../../src-main/store/reader.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { ADA, by, DAY, HOUR, MINUTE, measurement, openStore, SECOND, T0, tempDir } from './fixtures.ts';

const BASIS = { sha256: 'a'.repeat(64), levels: { moderate: 0.2, high: 0.5 } };

function scoreOf(patientId: number, atMs: number, over: Partial<Scored> = {}): Scored {
  return {
    patientId,
    model: 'hypoxia',
    version: '1',
    probability: Math.fround(0.25),
    level: 'low',
    basis: BASIS,
    missing: [],
    features: Float32Array.of(1.5, 97, Number.NaN),
    takenAtMs: Float64Array.of(T0 - DAY, atMs, Number.NaN),
    sources: Uint8Array.of(2, 1, 0),
    atMs,
    ...over,
  };
}

function openWard() {
  const store = openStore();
  const { patientId } = store.plain.addPatient({ ...by(T0 - DAY), patient: ADA });
  for (const deviceId of ['HEALTH01', 'CUFF']) {
    store.plain.putDevice({ ...by(T0 - DAY), deviceId, transport: 'http' });
    store.plain.bind({ ...by(T0 - DAY), deviceId, patientId });
  }
  const all = { patientId, fromMs: T0 - DAY, toMs: T0 + DAY };
  /** Everything a screen, a report or a model may see. */
  const seen = () => ({
    readings: store.reader.readings({ ...all, limit: 10_000, after: null }),
    history: [20, 300].map((maxPoints) => store.reader.history({ ...all, kinds: ['heartRate', 'spo2', 'glucose'], maxPoints })),
    statistics: store.reader.statistics(all),
    latest: store.reader.latest({ patientId, sinceMs: T0 - DAY }),
    scores: (['hypoxia', 'heart'] as const).map((model) => store.reader.predictions({ ...all, model, limit: 1000 })),
    newest: store.reader.latestPredictions({ patientId }),
    devices: store.reader.devices(),
    size: store.reader.size().readings,
    facts: [T0 + 30 * MINUTE, T0 + HOUR].map((untilMs) => store.writer.facts(patientId, untilMs, 6 * HOUR)),
  });
  return { ...store, patientId, all, seen };
}

/** Calls `interrupt` once, before the nth statement that is run through the connection. */
function interrupted(db: ReadableDatabase, nth: number, interrupt: () => void): ReadableDatabase {
  let statements = 0;
  const wrapped = (statement: object): object =>
    new Proxy(statement, {
      get(inner, method) {
        const value: unknown = Reflect.get(inner, method);
        if (typeof value !== 'function') return value;
        return (...values: readonly unknown[]) => {
          if (['get', 'all', 'iterate'].includes(String(method)) && ++statements === nth) interrupt();
          const result: unknown = Reflect.apply(value, inner, values);
          return result === inner ? wrapped(inner) : result;
        };
      },
    });
  return new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => wrapped(target.prepare(sql));
      return Reflect.get(target, name).bind(target);
    },
  });
}

describe('filing', () => {
  test('changes nothing that can be asked for, in the middle of a stream as well', () => {
    const { writer, db, patientId, seen } = openWard();
    for (let index = 0; index < 400; index++) {
      const takenAtMs = T0 + index * 7 * SECOND;
      const values = { heartRate: 60 + (index % 30), ...(index % 3 === 0 ? { spo2: 90 + (index % 9) } : {}) };
      const quality = index % 50 === 7 ? QUALITY.questionable : 0;
      const batch = [
        measurement({ takenAtMs, values, quality }),
        measurement({ deviceId: 'CUFF', takenAtMs: takenAtMs - 3, values: { glucose: 100 + (index % 40) } }),
      ];
      const scored = [scoreOf(patientId, takenAtMs), scoreOf(patientId, takenAtMs, { model: 'heart', probability: 0.1 })];
      writer.store(writer.plan(batch), [{ anchor: 0, scored: index % 2 === 0 ? scored : scored.slice(1) }]);
      if (index === 250) writer.fileArrivals();
    }
    const before = seen();
    expect(before.size).toBe(800);
    expect(before.scores.map((list) => list.length)).toEqual([200, 400]);
    writer.fileArrivals();
    expect(db.prepare('SELECT count(*) AS n FROM arrival').get()).toEqual({ n: 0 });
    expect(seen()).toEqual(before);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  type Question = (reader: StoreReads, all: ReturnType<typeof openWard>['all']) => unknown;
  test.each<[string, Question]>([
    ['history', (reader, all) => reader.history({ ...all, kinds: ['heartRate', 'glucose'], maxPoints: 300 })],
    ['history of few points', (reader, all) => reader.history({ ...all, kinds: ['heartRate', 'glucose'], maxPoints: 20 })],
    ['statistics', (reader, all) => reader.statistics(all)],
    ['readings', (reader, all) => reader.readings({ ...all, limit: 1000, after: null })],
    ['latest', (reader, all) => reader.latest({ patientId: all.patientId, sinceMs: T0 })],
  ])('between two statements of one question is not seen in its answer: %s', (_, question) => {
    let filed = true;
    for (let nth = 2; filed && nth <= 12; nth++) {
      const { writer, path, all, put } = openWard();
      for (let index = 0; index < 120; index++) {
        const takenAtMs = T0 + index * 7 * SECOND;
        put(measurement({ takenAtMs }), measurement({ deviceId: 'CUFF', takenAtMs, values: { glucose: 100 + (index % 40) } }));
      }
      const readDb = openReadable(path);
      onTestFinished(() => void readDb.close());
      const before = question(storeReader(readDb), all);
      filed = false;
      const disturbed = interrupted(readDb, nth, () => {
        writer.fileArrivals();
        filed = true;
      });
      expect(question(storeReader(disturbed), all), `filed before statement ${nth}`).toEqual(before);
    }
  });

  test('in parts goes round: nothing that can be asked for changes at any part, and what comes in between is filed in its turn', () => {
    const { writer, db, seen, put } = openWard();
    const waiting = () => db.prepare<[], number>('SELECT count(*) FROM arrival').pluck().get();
    for (let index = 0; index < 50; index++) {
      const takenAtMs = T0 + index * 7 * SECOND;
      put(measurement({ takenAtMs }), measurement({ deviceId: 'CUFF', takenAtMs, values: { glucose: 100 + index } }));
    }
    const before = seen();
    expect(writer.fileArrivals(30)).toBe(true);
    expect([waiting(), seen()]).toEqual([70, before]);
    // Of the device that is filed first, behind and before what has been filed of it.
    put(measurement({ takenAtMs: T0 - MINUTE }), measurement({ takenAtMs: T0 + HOUR }));
    const withBoth = seen();
    const left: unknown[] = [];
    for (let more = true; more; ) {
      more = writer.fileArrivals(30);
      left.push(waiting());
      expect(seen()).toEqual(withBoth);
    }
    expect(left).toEqual([42, 12, 1]);
    expect([writer.fileArrivals(30), waiting(), seen()]).toEqual([false, 0, withBoth]);
  });

  test('that fails leaves every arrival where it is', () => {
    const { writer, db, seen } = openWard();
    writer.store(writer.plan([measurement(), measurement({ takenAtMs: T0 + SECOND })]), []);
    const before = seen();
    db.exec("CREATE TRIGGER no_room BEFORE DELETE ON arrival BEGIN SELECT RAISE(ABORT, 'no room'); END");
    expect(() => writer.fileArrivals()).toThrow('no room');
    expect(seen()).toEqual(before);
    expect(db.prepare('SELECT count(*) AS n FROM filed_reading').get()).toEqual({ n: 0 });
  });

  test('takes nothing from the identity of a reading: a repeat is a repeat, before and after', () => {
    const { writer, put } = openWard();
    put(measurement(), measurement({ takenAtMs: T0 + SECOND }));
    expect(put(measurement())[0]?.action).toBe('duplicate');
    writer.fileArrivals();
    expect(put(measurement(), measurement({ takenAtMs: T0 + 2 * SECOND })).map(({ action }) => action)).toEqual([
      'duplicate',
      'insert',
    ]);
  });
});

describe('a score', () => {
  test('comes back bit for bit, filed or not, whether its slow inputs were written with it or with an earlier one', () => {
    const { writer, patientId, db } = openWard();
    const stored: Scored[] = [];
    for (let index = 0; index < 6; index++) {
      const atMs = T0 + index * SECOND;
      const slow = index < 4 ? 1.5 : 2.5;
      const features = Float32Array.of(slow, Math.fround(90.1 + index), index === 5 ? 7 : Number.NaN);
      const probability = index === 3 ? null : index === 2 ? 0.1 : Math.fround(0.1 + index / 100);
      const score = scoreOf(patientId, atMs, {
        features,
        probability,
        takenAtMs: Float64Array.of(T0 - DAY, atMs - 250, index === 5 ? atMs - HOUR : Number.NaN),
        ...(index === 3 ? { level: 'abstained', missing: ['spo2', 'age >= 21'] } : {}),
      });
      stored.push(score);
      writer.store(writer.plan([measurement({ takenAtMs: atMs })]), [{ anchor: 0, scored: [score] }]);
    }
    for (const filed of [false, true]) {
      if (filed) writer.fileArrivals();
      for (const score of stored) {
        const found = writer.newestPrediction(patientId, 'hypoxia', score.atMs);
        expect(writer.scoredById(found?.predictionId ?? '')).toEqual({
          scored: score,
          predictionId: found?.predictionId,
          withdrawn: null,
        });
      }
    }
    // Unchanged, changed by a person, and a third input that appeared.
    expect(db.prepare('SELECT count(*) AS n FROM input_set').get()).toEqual({ n: 3 });
  });

  test('takes the inputs it shared with it when it is no longer kept; those that a later one names stay, however long ago written', () => {
    const { writer, plain, patientId, db } = openWard();
    const put = (atMs: number, slow: number) => {
      const score = scoreOf(patientId, atMs, { features: Float32Array.of(slow, 97, Number.NaN) });
      writer.store(writer.plan([measurement({ takenAtMs: atMs })]), [{ anchor: 0, scored: [score] }]);
    };
    const days = Array.from({ length: 20 }, (_, day) => T0 + day * DAY);
    // Of hand entries: one is true for a day, and the next for all the days after it.
    days.forEach((atMs, day) => void put(atMs, day === 0 ? 1.5 : 2.5));
    const sets = () => db.prepare('SELECT count(*) FROM input_set').pluck().get();
    const readable = () =>
      days.filter((atMs) => {
        const { predictionId = '' } = writer.newestPrediction(patientId, 'hypoxia', atMs) ?? {};
        return writer.scoredById(predictionId)?.scored.atMs === atMs;
      });
    expect([sets(), readable()]).toEqual([2, days]);
    const sweep = (beforeMs: number) => {
      plain.forgetBefore({ kind: 'scores', beforeMs });
      while (plain.removeOld({ kind: 'scores', limit: 3 }) > 0);
    };
    sweep(T0 + 10 * DAY);
    expect([sets(), readable()]).toEqual([1, days.slice(10)]);
    sweep(T0 + 100 * DAY);
    expect(sets()).toBe(0);
    // What was remembered of it is written anew.
    days.push(T0 + 101 * DAY);
    put(T0 + 101 * DAY, 2.5);
    expect([sets(), readable()]).toEqual([1, days.slice(20)]);
  });

  test.each([true, false])(
    'of a later part of the same reading replaces the earlier one by the same model only; filed: %s',
    (filed) => {
      const { writer, patientId, reader, all } = openWard();
      writer.store(writer.plan([measurement()]), [
        { anchor: 0, scored: [scoreOf(patientId, T0), scoreOf(patientId, T0, { model: 'heart' })] },
      ]);
      if (filed) writer.fileArrivals();
      const rest = writer.plan([measurement({ values: { spo2: 97 } })]);
      writer.store(rest, [{ anchor: 0, scored: [scoreOf(patientId, T0, { probability: 0.5 })] }]);
      const listed = () =>
        (['hypoxia', 'heart'] as const).map((model) =>
          reader.predictions({ ...all, model, limit: 9 }).map(({ probability }) => probability),
        );
      expect(listed()).toEqual([[0.5], [0.25]]);
      writer.fileArrivals();
      expect(listed()).toEqual([[0.5], [0.25]]);
    },
  );

  test('that could not be stored leaves no reference to what was not written', () => {
    const { writer, patientId, db } = openWard();
    db.exec("CREATE TRIGGER no_room BEFORE INSERT ON arrival BEGIN SELECT RAISE(ABORT, 'no room'); END");
    const plan = () => writer.plan([measurement()]);
    expect(() => writer.store(plan(), [{ anchor: 0, scored: [scoreOf(patientId, T0)] }])).toThrow('no room');
    db.exec('DROP TRIGGER no_room');
    const score = scoreOf(patientId, T0);
    writer.store(plan(), [{ anchor: 0, scored: [score] }]);
    const found = writer.newestPrediction(patientId, 'hypoxia', T0);
    expect(writer.scoredById(found?.predictionId ?? '')?.scored).toEqual(score);
  });
});

test('a database of schema 5 keeps its readings and its scores, with their inputs', () => {
  const path = join(tempDir(), 'old.db');
  const old = new Database(path);
  migrate(old, path, MIGRATIONS.slice(0, 5));
  old.exec(`INSERT INTO patient VALUES (1, '1', 'Ada', '1960-05-01', 'female', '', '', 0, NULL);
    INSERT INTO source (source_id, device_id, transport, added_at_ms, reading_count, last_heard_at_ms) VALUES (7, 'HEALTH01', 'http', 0, 1, ${T0});
    INSERT INTO score_basis VALUES (1, 'aa', 0.2, 0.5);
    INSERT INTO binding (source_id, patient_id, from_ms, bound_by) VALUES (7, 1, 0, 'nurse');
    INSERT INTO reading (source_id, taken_at_ms, sequence, received_after_ms, backfilled, quality, specials, heart_rate)
      VALUES (7, ${T0}, 0, 5, 0, 0, 0, 720)`);
  // Two inputs: entered a minute before, and missing.
  const inputs = Buffer.from([1, 2, 2, 61, 0, 0, 0xc0, 0x3f, 0x80, 0]);
  const put = old.prepare(
    `INSERT INTO prediction VALUES (7, ${T0}, 0, @model, 1, ${T0}, '1.0.0', @probability, @level, @missing, @inputs, 1)`,
  );
  put.run({ model: 2, probability: null, level: 3, missing: 'b', inputs });
  put.run({ model: 3, probability: 0.125, level: 0, missing: null, inputs });
  old.close();
  const db = openWritable(path);
  const readDb = openReadable(path);
  onTestFinished(() => {
    readDb.close();
    db.close();
  });
  const reader = storeReader(readDb);
  expect(reader.size().readings).toBe(1);
  expect(reader.readings({ patientId: 1, fromMs: 0, toMs: T0 + 1, limit: 5, after: null })).toHaveLength(1);
  const newest = reader.latestPredictions({ patientId: 1 });
  expect(newest).toMatchObject([
    { model: 'heart', version: '1.0.0', probability: null, level: 'abstained', missing: ['b'] },
    { model: 'hypoxia', version: '1.0.0', probability: 0.125, level: 'low', missing: [], scoredAtMs: T0 },
  ]);
  expect(storeWriter(db).scoredById(newest[1]?.predictionId ?? '')?.scored).toMatchObject({
    features: Float32Array.of(1.5, Number.NaN),
    takenAtMs: Float64Array.of(T0 - MINUTE, Number.NaN),
    sources: Uint8Array.of(2, 0),
    basis: { sha256: 'aa', levels: { moderate: 0.2, high: 0.5 } },
  });
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'prediction'").get()).toBeUndefined();
});
