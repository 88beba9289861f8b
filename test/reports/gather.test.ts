// What a report gathers: the right patient, days, changes of level, clocks, and a fingerprint that tells when data changed.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../src-main/contract/models.ts';
import { QUALITY } from '../../src-main/links/link.ts';
import { gatherReport } from '../../src-main/reports/gather.ts';
import type { ReportAsk } from '../../src-main/reports/report-data.ts';
import { createReport } from '../../src-main/reports/reports.ts';
import type { ReadingRow } from '../../src-main/store/ports.ts';
import { type FakeContents, fakeStore, MODELS, PATIENT, SETTINGS } from './fake-store.ts';
import { alarm, entry, simulatedStay } from './simulated-day.ts';

const FROM = Date.parse('2025-03-29T10:00:00Z');
const HOUR = 3_600_000;
const TO = FROM + 24 * HOUR;
const ASK: ReportAsk = { patientId: 7, fromMs: FROM, toMs: TO, modelInfo: MODELS, generatedAtMs: TO, generatedBy: 'Nora Nurse' };

const gathered = (contents: Partial<FakeContents>, ask: Partial<ReportAsk> = {}) =>
  gatherReport(fakeStore(contents), { ...ASK, ...ask });

function reading(takenAtMs: number, more: Partial<ReadingRow> = {}): ReadingRow {
  const base = {
    readingId: `r${takenAtMs}`,
    deviceId: 'HEALTH01',
    takenAtMs,
    receivedAtMs: takenAtMs,
    sequence: 0,
    origin: 'live' as const,
  };
  return { ...base, quality: 0, values: {}, specials: {}, ...more };
}

function prediction(scoredAtMs: number, probability: number | null, more: Partial<Prediction> = {}): Prediction {
  const level = probability === null ? 'abstained' : probability >= 0.6 ? 'high' : probability >= 0.3 ? 'moderate' : 'low';
  return {
    predictionId: `p${scoredAtMs}`,
    patientId: 7,
    model: 'hypoxia',
    version: '1.0.0',
    scoredAtMs,
    probability,
    level,
    missing: [],
    ...more,
  };
}

describe('whose and when', () => {
  it('an unknown patient and a period that ends before it starts are refused with a code', () => {
    expect(() => gathered({}, { patientId: 8 })).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'not_found' }) }),
    );
    expect(() => gathered({}, { toMs: FROM })).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'invalid_params', field: 'toMs' }) }),
    );
  });

  it('a reading at 23:30 before the clock changes counts for that day, one at midnight for the next', () => {
    const evening = reading(Date.parse('2025-03-29T22:30:00Z'), { values: { heartRate: 60 } });
    const midnight = reading(Date.parse('2025-03-29T23:00:00Z'), { values: { heartRate: 90 } });
    const { days } = gathered({ readings: [evening, midnight] });
    expect(days.map((day) => day.statistics.map((one) => one.mean))).toEqual([[60], [90]]);
  });

  it('a period within one day has no table of days', () => {
    expect(gathered({}, { toMs: FROM + HOUR }).days).toEqual([]);
  });
});

describe('readings', () => {
  it('those of unscored quality are counted apart, specials by what they are', () => {
    const data = gathered({
      readings: [
        reading(FROM, { values: { spo2: 97 } }),
        reading(FROM + 1, { values: { spo2: 40 }, quality: QUALITY.sensorOff }),
        reading(FROM + 2, { specials: { glucose: 'HI', spo2: 'NaN' } }),
      ],
    });
    expect(data.readings).toBe(3);
    expect(data.unscoredReadings).toBe(1);
    expect(data.specials).toEqual({ HI: 1, NaN: 1 });
    expect(data.statistics.find((one) => one.kind === 'spo2')?.min).toBe(97);
  });

  it('the clock of a device is measured on live readings whose clock was set, and on no others', () => {
    const late = (ms: number, more: Partial<ReadingRow> = {}) =>
      reading(FROM + ms, { receivedAtMs: FROM + ms + 90_000, ...more });
    const { devices } = gathered({
      readings: [
        ...[1, 2, 3].map((ms) => late(ms)),
        reading(FROM + 4, { receivedAtMs: FROM + 9 * HOUR, origin: 'backfill' }),
        reading(FROM + 5, { receivedAtMs: FROM + 8 * HOUR, quality: QUALITY.clockUnset }),
      ],
    });
    expect(devices).toHaveLength(1);
    expect(devices[0]).toMatchObject({
      readings: 5,
      backfilled: 1,
      clockUnset: 1,
      clock: { samples: 3, medianMs: -90_000, minMs: -90_000, maxMs: -90_000 },
    });
  });

  it('a device worn in the period is listed though it sent nothing', () => {
    const worn = { deviceId: 'SILENT', fromMs: FROM + HOUR, toMs: null, wasInDoubt: false };
    expect(gathered({ worn: [worn] }).devices.map((one) => [one.deviceId, one.readings])).toEqual([['SILENT', 0]]);
  });
});

describe('predictions', () => {
  it('every change of level is kept with its probability, the last result is the last of the period', () => {
    const predictions = [0.1, 0.2, 0.7, 0.8, 0.4, null].map((probability, at) => prediction(FROM + at * 60_000, probability));
    const later = prediction(TO + 1, 0.9);
    const model = gathered({ predictions: [...predictions, later] }).models.find((one) => one.model === 'hypoxia');
    expect(model?.changes.map((one) => [one.from, one.to, one.probability])).toEqual([
      [null, 'low', 0.1],
      ['low', 'high', 0.7],
      ['high', 'moderate', 0.4],
      ['moderate', 'abstained', null],
    ]);
    expect(model?.counts).toEqual({ low: 2, moderate: 1, high: 2, abstained: 1 });
    expect(model?.last?.scoredAtMs).toBe(FROM + 5 * 60_000);
    expect(model?.outsidePeriod).toBeNull();
  });

  it('a result outside the period is named as that and never as the last of it', () => {
    const model = gathered({ predictions: [prediction(TO + 1, 0.9)] }).models.find((one) => one.model === 'hypoxia');
    expect(model?.last).toBeNull();
    expect(model?.outsidePeriod?.probability).toBe(0.9);
  });

  it('more results than the store gives at once are all counted, once, and the peak stays in the curve', () => {
    const predictions = Array.from({ length: 14_000 }, (_, at) => prediction(FROM + at * 6000, at === 7777 ? 0.99 : 0.1));
    const model = gathered({ predictions }).models.find((one) => one.model === 'hypoxia');
    expect(model?.counts).toEqual({ low: 13_999, moderate: 0, high: 1, abstained: 0 });
    expect(model?.probabilities.timesMs.length).toBeLessThan(600);
    expect(Math.max(...(model?.probabilities.max ?? []).map((value) => value ?? 0))).toBe(0.99);
  });

  it('hours without a result are a gap in the curve', () => {
    const predictions = Array.from({ length: 600 }, (_, at) => prediction(FROM + (at < 300 ? at : at + 300) * 60_000, 0.2));
    const curve = gathered({ predictions }).models.find((one) => one.model === 'hypoxia')?.probabilities;
    expect(curve?.mean.filter((value) => value === null)).toHaveLength(1);
  });
});

describe('glucose', () => {
  const sensor = (count: number, stepMinutes: number, deviceId = 'CGM-A1') =>
    Array.from({ length: count }, (_, at) =>
      reading(FROM + at * stepMinutes * 60_000, { readingId: `${deviceId}${at}`, deviceId, values: { glucose: 120 } }),
    );

  it('a continuous sensor gives metrics, and a day is too short for the management indicator, which is said', () => {
    const { glucose } = gathered({ readings: sensor(288, 5) });
    expect(glucose?.metrics).toMatchObject({ meanMgDl: 120, gmiPercent: null, shown: { inRange: 100 } });
    expect(glucose?.metrics?.needs.join(' ')).toMatch(/14 days/);
  });

  it('a sensor that reports every 15 minutes counts as active, not as silent two thirds of the time', () => {
    expect(gathered({ readings: sensor(96, 15) }).glucose?.metrics?.activePercent).toBeGreaterThan(99);
  });

  it('single measurements of a meter give no metrics and are not mixed into those of a sensor', () => {
    const meter = sensor(8, 180, 'METER').map((one) => ({ ...one, values: { glucose: 400 } }));
    expect(gathered({ readings: meter }).glucose).toMatchObject({
      metrics: null,
      remark: expect.stringContaining('single measurements'),
    });
    expect(gathered({ readings: [...meter, ...sensor(288, 5)] }).glucose).toMatchObject({
      deviceId: 'CGM-A1',
      metrics: { meanMgDl: 120 },
    });
  });

  it('no glucose, no section', () => {
    expect(gathered({}).glucose).toBeNull();
  });
});

describe('alarms and limits', () => {
  it('an alarm raised before the period that still held in it belongs to it, one that had ended does not', () => {
    const alarms = [
      alarm('holding', { raisedAtMs: FROM - HOUR, endedAtMs: FROM + HOUR }),
      alarm('over', { raisedAtMs: FROM - HOUR, endedAtMs: FROM - 1 }),
      alarm('within', { raisedAtMs: FROM + HOUR }),
      alarm('after', { raisedAtMs: TO }),
    ];
    expect(gathered({ alarms }).alarms.map((one) => one.alarmId)).toEqual(['within', 'holding']);
  });

  it("a patient's own limit takes the place of the general one, and a rule that is off is not drawn", () => {
    const [general] = simulatedStay(FROM, FROM + HOUR).thresholds;
    if (general === undefined) throw new Error('the simulated stay has no rules');
    const thresholds = [general, { ...general, patientId: 7, limit: 86 }, { ...general, ruleId: 'off', enabled: false }];
    expect(gathered({ thresholds }).thresholds.map((one) => one.limit)).toEqual([86]);
  });
});

describe('the data fingerprint', () => {
  const contents = simulatedStay(FROM, FROM + 2 * HOUR);
  const csvHash = async (given: FakeContents) => {
    const file = await createReport(fakeStore(given), { ...ASK, format: 'csv' });
    return createHash('sha256').update(file.bytes).digest('hex');
  };

  it('is the SHA-256 of the CSV file of the same patient and period', async () => {
    const data = gathered(contents);
    expect(data.fingerprint).toBe(await csvHash(contents));
    expect(data.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on when or by whom it is made, and changes with one retraction', () => {
    const before = gathered(contents).fingerprint;
    expect(gathered(contents, { generatedAtMs: TO + HOUR, generatedBy: 'Dora' }).fingerprint).toBe(before);
    const observations = contents.observations.map((one) =>
      one.observationId === 1 ? entry(1, { ...one, retractedAtMs: TO, retractedReason: 'x' }) : one,
    );
    expect(gathered({ ...contents, observations }).fingerprint).not.toBe(before);
  });
});

describe('the file', () => {
  it('is read within one snapshot, and nothing is read before or after it', async () => {
    for (const format of ['pdf', 'csv'] as const) {
      let open = false;
      const guarded = new Proxy(fakeStore({}), {
        get(target, name, receiver) {
          expect(open).toBe(true);
          return Reflect.get(target, name, receiver);
        },
      });
      const snapshots: string[] = [];
      await createReport(guarded, { ...ASK, format }, (read) => {
        snapshots.push(format);
        open = true;
        try {
          return read();
        } finally {
          open = false;
        }
      });
      expect(snapshots).toEqual([format]);
    }
  });

  it('is named after record number and local days, never after the patient, and cannot leave its folder', async () => {
    const patient = { ...PATIENT, mrn: '../10 01/ä' };
    const settings = { ...SETTINGS, timeZone: 'Pacific/Auckland' };
    const file = await createReport(fakeStore({ patient, settings }), { ...ASK, format: 'csv' });
    expect(file.fileName).toBe('healthsense-10_01_-2025-03-29-2025-03-30.csv');
    expect(file.mediaType).toBe('text/csv; charset=utf-8');
  });
});
