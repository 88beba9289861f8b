// Identity of readings: stored once, filled by later frames, never overwritten.
import { beforeEach, describe, expect, test } from 'vitest';
import { type Measurement, QUALITY } from '../../src-main/links/link.ts';
import { by, DAY, MINUTE, measurement, openStore, SECOND, T0 } from './fixtures.ts';

/** Whether what was stored has been filed before the next batch comes: nobody who asks may see a difference. */
let filing = false;

function openWithPatient() {
  const store = openStore();
  const ada = store.plain.addPatient({
    ...by(T0 - DAY),
    patient: { mrn: '1001', name: 'Ada', birthDate: '1960-05-01', sex: 'female', location: '', note: '' },
  });
  store.plain.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport: 'bluetooth' });
  store.plain.bind({ ...by(T0 - DAY), deviceId: 'HEALTH01', patientId: ada.patientId });
  const all = { patientId: ada.patientId, fromMs: T0 - DAY, toMs: T0 + DAY };
  function put(...batch: readonly Measurement[]) {
    const plans = store.put(...batch);
    if (filing) store.writer.fileArrivals();
    return plans;
  }
  return { ...store, put, ada, all };
}

describe.each([
  ['as they arrived', false],
  ['filed by device', true],
])('readings %s', (_, isFiled) => {
  beforeEach(() => {
    filing = isFiled;
  });

  describe('a reading is identified by device, time and sequence number', () => {
    test('the same frame again is a duplicate and is stored once', () => {
      const { put, reader, all } = openWithPatient();
      expect(put(measurement())[0]?.action).toBe('insert');
      expect(put(measurement())[0]?.action).toBe('duplicate');
      expect(reader.readings({ ...all, limit: 10, after: null })).toHaveLength(1);
      expect(reader.statistics(all)).toMatchObject([{ kind: 'heartRate', count: 1 }]);
    });

    test('a batch may hold duplicates of itself', () => {
      const { put, reader, all } = openWithPatient();
      const plans = put(measurement(), measurement(), measurement({ sequence: 1 }));
      expect(plans.map(({ action }) => action)).toEqual(['insert', 'duplicate', 'insert']);
      expect(reader.size().readings).toBe(2);
      expect(reader.statistics(all)).toMatchObject([{ count: 2 }]);
    });

    test('a later frame fills kinds that are not stored yet', () => {
      const { put, reader, all } = openWithPatient();
      put(measurement({ values: { heartRate: 72 } }));
      const plans = put(measurement({ values: { heartRate: 72, spo2: 96.5 }, specials: { glucose: 'HI' } }));
      expect(plans[0]).toMatchObject({ action: 'fill' });
      const [row] = reader.readings({ ...all, limit: 10, after: null });
      expect(row).toMatchObject({ values: { heartRate: 72, spo2: 96.5 }, specials: { glucose: 'HI' }, receivedAtMs: T0 + 400 });
      expect(reader.statistics(all).map(({ kind, count }) => [kind, count])).toEqual([
        ['heartRate', 1],
        ['spo2', 1],
      ]);
      expect(reader.size().readings).toBe(1);
    });

    test('a fill within one batch ends as one row', () => {
      const { put, reader, all } = openWithPatient();
      const plans = put(measurement({ values: { systolic: 120 } }), measurement({ values: { diastolic: 80 } }));
      expect(plans.map(({ action }) => action)).toEqual(['insert', 'fill']);
      expect(reader.readings({ ...all, limit: 10, after: null })).toMatchObject([{ values: { systolic: 120, diastolic: 80 } }]);
    });

    test('a different value is a conflict; nothing of the frame is stored', () => {
      const { put, reader, all } = openWithPatient();
      put(measurement({ values: { heartRate: 72 } }));
      const [plan] = put(measurement({ values: { heartRate: 73, spo2: 97 } }));
      expect(plan).toEqual({ action: 'conflict', kind: 'heartRate', stored: 72, sent: 73 });
      expect(reader.readings({ ...all, limit: 10, after: null })).toMatchObject([{ values: { heartRate: 72 } }]);
      expect(reader.statistics(all)).toHaveLength(1);
    });

    test('a special value is a stored answer: a number after it is a conflict', () => {
      const { put } = openWithPatient();
      put(measurement({ values: {}, specials: { spo2: 'NRes' } }));
      expect(put(measurement({ values: {}, specials: { spo2: 'NRes' } }))[0]?.action).toBe('duplicate');
      expect(put(measurement({ values: { spo2: 97 } }))[0]).toMatchObject({
        action: 'conflict',
        kind: 'spo2',
        stored: Number.NaN,
        sent: 97,
      });
    });

    test('every special value and flag comes back as it was', () => {
      const { put, reader, all } = openWithPatient();
      const specials = {
        heartRate: 'NaN',
        pulseRate: 'NRes',
        spo2: '+INF',
        systolic: '-INF',
        glucose: 'HI',
        temperature: 'LO',
      } as const;
      const quality = QUALITY.movement | QUALITY.sensorFault;
      put(measurement({ values: { respiratoryRate: 14 }, specials, quality, origin: 'backfill', receivedAtMs: T0 - 3 }));
      expect(reader.readings({ ...all, limit: 1, after: null })).toMatchObject([
        { values: { respiratoryRate: 14 }, specials, quality, origin: 'backfill', receivedAtMs: T0 - 3 },
      ]);
    });
  });

  describe('unscored quality', () => {
    test('stays out of statistics but is stored', () => {
      const { put, reader, all } = openWithPatient();
      put(measurement({ quality: QUALITY.questionable }), measurement({ takenAtMs: T0 + SECOND, values: { heartRate: 80 } }));
      expect(reader.statistics(all)).toMatchObject([{ count: 1, min: 80, max: 80 }]);
      expect(reader.readings({ ...all, limit: 10, after: null })).toHaveLength(2);
    });

    test('a fill that makes a reading unscored takes it out of the roll-ups again', () => {
      const { put, reader, all, db, writer } = openWithPatient();
      put(measurement({ values: { heartRate: 200 } }), measurement({ takenAtMs: T0 + SECOND, values: { heartRate: 80 } }));
      put(measurement({ values: { spo2: 50 }, quality: QUALITY.invalid }));
      expect(reader.statistics(all)).toMatchObject([{ kind: 'heartRate', count: 1, max: 80 }]);
      writer.fileArrivals();
      expect(db.prepare('SELECT count(*) AS n FROM hour_rollup').get()).toEqual({ n: 1 });
    });
  });

  test('pages of readings hold every row once, in order, across devices worn at the same time', () => {
    const { put, plain, reader, all, ada } = openWithPatient();
    plain.putDevice({ ...by(T0 - DAY), deviceId: 'CUFF', transport: 'bluetooth' });
    plain.bind({ ...by(T0 - DAY), deviceId: 'CUFF', patientId: ada.patientId });
    for (let index = 0; index < 25; index++) {
      put(
        measurement({ takenAtMs: T0 + index * MINUTE, sequence: 1 }),
        measurement({ takenAtMs: T0 + index * MINUTE, sequence: 2 }),
        measurement({ deviceId: 'CUFF', takenAtMs: T0 + index * MINUTE, values: { systolic: 120 } }),
      );
    }
    const seen: string[] = [];
    let after: { takenAtMs: number; readingId: string } | null = null;
    for (;;) {
      const page = reader.readings({ ...all, limit: 7, after });
      seen.push(...page.map(({ readingId }) => readingId));
      const last = page.at(-1);
      if (last === undefined) break;
      after = last;
    }
    expect(seen).toHaveLength(75);
    expect(new Set(seen).size).toBe(75);
    const whole = reader.readings({ ...all, limit: 1000, after: null });
    expect(seen).toEqual(whole.map(({ readingId }) => readingId));
  });

  test('the newest live rows are found per kind, back-filled ones left out', () => {
    const { put, reader, ada } = openWithPatient();
    put(
      measurement({ takenAtMs: T0, values: { glucose: 100 } }),
      measurement({ takenAtMs: T0 + MINUTE, values: { heartRate: 70 } }),
      measurement({ takenAtMs: T0 + 2 * MINUTE, values: {}, specials: { heartRate: 'NaN' } }),
      measurement({ takenAtMs: T0 + 3 * MINUTE, values: { glucose: 300 }, origin: 'backfill' }),
    );
    const rows = reader.latest({ patientId: ada.patientId, sinceMs: T0 - MINUTE });
    expect(rows.map(({ takenAtMs }) => takenAtMs)).toEqual([T0, T0 + 2 * MINUTE]);
  });

  test('of two live rows the newest is the one that came in later, where the other was dated ahead', () => {
    const { put, reader, ada } = openWithPatient();
    const at = (receivedAtMs: number, aheadMs: number, glucose: number) =>
      measurement({ takenAtMs: receivedAtMs + aheadMs, receivedAtMs, values: { glucose } });
    const newest = () => reader.latest({ patientId: ada.patientId, sinceMs: T0 - MINUTE }).map(({ values }) => values.glucose);
    put(at(T0, 4 * MINUTE, 300));
    expect(newest()).toEqual([300]);
    put(at(T0 + MINUTE, 0, 90));
    expect(newest()).toEqual([90]);
  });
});
