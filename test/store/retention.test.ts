// What is no longer kept goes in small steps, is counted beforehand, does not come back, and leaves the charts whole.
import { expect, test } from 'vitest';
import { keptFromMs, previewRetention } from '../../src-main/store/retention.ts';
import { ADA, by, DAY, MINUTE, measurement, openStore, T0 } from './fixtures.ts';

const OLD = T0 - 100 * DAY;
const PER_DAY = 24 * 60;

/** One reading a minute: a day of 100 days ago, and a day of now. */
function twoDays() {
  const store = openStore();
  const { patientId } = store.plain.addPatient({ ...by(), patient: ADA });
  store.plain.putDevice({ ...by(), deviceId: 'HEALTH01', transport: 'http' });
  store.plain.bind({ ...by(), deviceId: 'HEALTH01', patientId });
  for (const startMs of [OLD, T0]) {
    store.put(
      ...Array.from({ length: PER_DAY }, (_, index) =>
        measurement({ takenAtMs: startMs + index * MINUTE, values: { heartRate: index === 700 ? 180 : 70 } }),
      ),
    );
  }
  return { ...store, patientId };
}

test('days are whole days by UTC, and for ever keeps everything', () => {
  expect(new Date(keptFromMs(30, T0)).toISOString()).toBe('2026-02-01T00:00:00.000Z');
  expect(keptFromMs(null, T0)).toBe(0);
});

test('the preview says rows, bytes and period, and changes nothing', () => {
  const { readDb, reader } = twoDays();
  const raw = previewRetention(readDb, 'raw', keptFromMs(50, T0));
  expect(raw).toMatchObject({ kind: 'raw', rows: PER_DAY, period: { fromMs: OLD, toMs: OLD + (PER_DAY - 1) * MINUTE + 1 } });
  expect(raw.bytes / raw.rows).toBeGreaterThan(10);
  expect(raw.bytes / raw.rows).toBeLessThan(60);
  expect(previewRetention(readDb, 'minutes', keptFromMs(50, T0))).toMatchObject({ rows: PER_DAY });
  expect(previewRetention(readDb, 'hours', keptFromMs(200, T0))).toEqual({ kind: 'hours', rows: 0, bytes: 0, period: null });
  expect(reader.size().readings).toBe(2 * PER_DAY);
});

test('removal goes in steps of about the size asked, and ends', () => {
  const { plain, reader } = twoDays();
  plain.forgetBefore({ kind: 'raw', beforeMs: keptFromMs(50, T0) });
  const steps: number[] = [];
  for (let step = plain.removeOld({ kind: 'raw', limit: 500 }); step > 0; step = plain.removeOld({ kind: 'raw', limit: 500 })) {
    steps.push(step);
  }
  expect(steps).toEqual([500, 500, 440]);
  expect(reader.size().readings).toBe(PER_DAY);
  expect(plain.removeOld({ kind: 'minutes', limit: 500 })).toBe(0);
});

test('whether a reading is stored as it is sent is known until it has been removed', () => {
  const { plain, reader } = twoDays();
  const [old, other] = [measurement({ takenAtMs: OLD, values: { heartRate: 70 } }), measurement({ takenAtMs: OLD })];
  const stored = () => reader.stored({ batch: [old, other, measurement({ deviceId: 'NEVER-SEEN', takenAtMs: OLD })] });
  expect(stored()).toEqual([expect.any(String), null, null]);
  plain.forgetBefore({ kind: 'raw', beforeMs: keptFromMs(50, T0) });
  expect(stored()).toEqual([expect.any(String), null, null]);
  plain.removeOld({ kind: 'raw', limit: 500 });
  expect(stored()).toEqual([null, null, null]);
});

test('a chart of the time whose single readings are gone is drawn from the minutes, then from the hours, and keeps its spike', () => {
  const { plain, reader, patientId } = twoDays();
  const ask = { patientId, fromMs: OLD, toMs: OLD + DAY, kinds: ['heartRate'] as const, maxPoints: 5000 };
  const spike = () => {
    const [series] = reader.history(ask);
    return [series?.resolution, Math.max(...(series?.max ?? []).map((value) => value ?? 0)), series?.count];
  };
  expect(spike()).toEqual(['raw', 180, PER_DAY]);
  for (const [kind, resolution] of [
    ['raw', 'minute'],
    ['minutes', 'hour'],
  ] as const) {
    plain.forgetBefore({ kind, beforeMs: keptFromMs(50, T0) });
    while (plain.removeOld({ kind, limit: 5000 }) > 0);
    expect(spike()).toEqual([resolution, 180, PER_DAY]);
  }
  expect(reader.statistics({ patientId, fromMs: OLD, toMs: OLD + DAY })[0]).toMatchObject({
    max: 180,
    firstAtMs: OLD,
    lastAtMs: expect.any(Number),
  });
});

test('what is kept never shrinks back to less, and is in the audit', () => {
  const { plain, reader } = twoDays();
  plain.saveRetention({ ...by(), rules: [{ kind: 'raw', keepDays: 50 }] });
  plain.forgetBefore({ kind: 'raw', beforeMs: 1000 });
  plain.forgetBefore({ kind: 'raw', beforeMs: 10 });
  expect(reader.retention()[0]).toEqual({ kind: 'raw', keepDays: 50, keptFromMs: 1000 });
  expect(reader.audit({ limit: 1 })[0]).toMatchObject({ action: 'retention.save', detail: 'raw 50 days' });
});
