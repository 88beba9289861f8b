// The CSV export: standard quoting, no formulas, times with zone, everything stored and nothing thinned.
import { describe, expect, it } from 'vitest';
import { QUALITY } from '../../src-main/links/link.ts';
import { BYTE_ORDER_MARK, csvLines, spreadsheetSafe } from '../../src-main/reports/csv.ts';
import type { ReadingRow } from '../../src-main/store/ports.ts';
import { type FakeContents, fakeStore } from './fake-store.ts';
import { alarm, entry } from './simulated-day.ts';

const FROM = Date.parse('2025-03-29T10:00:00Z');
const TO = Date.parse('2025-03-30T10:00:00Z');

function reading(takenAtMs: number, more: Partial<ReadingRow> = {}): ReadingRow {
  return {
    readingId: `r${takenAtMs}`,
    deviceId: 'HEALTH01',
    takenAtMs,
    receivedAtMs: takenAtMs + 500,
    sequence: 3,
    origin: 'live',
    quality: 0,
    values: {},
    specials: {},
    ...more,
  };
}

/** A reader of RFC 4180 of its own, so that writer and test do not share a mistake. */
function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  let cell = '';
  let inQuotes = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inQuotes) {
      if (character === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (character === '"') inQuotes = false;
      else cell += character;
    } else if (character === '"') inQuotes = true;
    else if (character === ',' || (character === '\r' && text[at + 1] === '\n')) {
      rows.at(-1)?.push(cell);
      cell = '';
      if (character === '\r') {
        at += 1;
        rows.push([]);
      }
    } else cell += character;
  }
  const [head = [], ...body] = rows.slice(0, -1);
  for (const row of body) expect(row.length).toBe(head.length);
  return body.map((row) => Object.fromEntries(head.map((title, at) => [title, row[at] ?? ''])));
}

function exported(contents: Partial<FakeContents>): { text: string; rows: Record<string, string>[] } {
  const text = [...csvLines(fakeStore(contents), { patientId: 7, fromMs: FROM, toMs: TO })].join('');
  expect(text.startsWith(BYTE_ORDER_MARK)).toBe(true);
  return { text, rows: parseCsv(text.slice(1)) };
}

describe('readings', () => {
  it('have UTC and clinic time, the device, values under headings with units, and quality in words', () => {
    const at = Date.parse('2025-03-29T22:30:00Z');
    const { rows } = exported({
      readings: [
        reading(at, {
          values: { heartRate: 71.30000000000001, temperature: 37.25 },
          specials: { spo2: 'NaN', glucose: 'HI' },
          quality: QUALITY.movement | QUALITY.lowPerfusion,
          origin: 'backfill',
        }),
      ],
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      record: 'reading',
      taken_at_utc: '2025-03-29T22:30:00.000Z',
      'taken_at_local (Europe/Berlin)': '2025-03-29T23:30:00.000+01:00',
      device_id: 'HEALTH01',
      origin: 'backfill',
      'heartRate [/min]': '71.3',
      'temperature [Cel]': '37.25',
      'spo2 [%]': 'NaN',
      'glucose [mg/dL]': 'HI',
      'systolic [mm[Hg]]': '',
      quality: 'low perfusion; movement',
    });
  });

  it('are all there, once and in order, however many pages the store gives them in', () => {
    const readings = Array.from({ length: 12_345 }, (_, index) => reading(FROM + index * 1000, { values: { heartRate: 70 } }));
    const store = fakeStore({ readings });
    const lines = [...csvLines(store, { patientId: 7, fromMs: FROM, toMs: TO })];
    expect(lines).toHaveLength(12_346);
    expect(new Set(lines).size).toBe(12_346);
    expect(store.pages.count).toBe(3);
    expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(
      readings.map((row) => new Date(row.takenAtMs).toISOString()),
    );
  });

  it('the first lines come before the later pages are read', () => {
    const store = fakeStore({ readings: Array.from({ length: 12_000 }, (_, index) => reading(FROM + index * 1000)) });
    const lines = csvLines(store, { patientId: 7, fromMs: FROM, toMs: TO });
    lines.next();
    lines.next();
    expect(store.pages.count).toBe(1);
  });
});

describe('cells', () => {
  it('quotes, commas and line ends survive reading back', () => {
    const note = 'said "fine",\r\nthen slept';
    const { rows } = exported({ observations: [entry(1, { kind: 'spo2', value: 97, takenAtMs: FROM, note })] });
    expect(rows[0]?.detail).toBe(note);
  });

  it.each(['=HYPERLINK("http://x")', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '+INF', '-INF', ' =1'])(
    '%j is not left to be run as a formula',
    (typed) => {
      expect(spreadsheetSafe(typed)).toBe(`'${typed}`);
    },
  );

  it.each(['-0.5', '+3', '-1,5', '97', 'Nora', 'a=b', ''])('%j is left as it is', (typed) => {
    expect(spreadsheetSafe(typed)).toBe(typed);
  });

  it('names and notes of people and devices are guarded where they are written', () => {
    const { rows } = exported({
      readings: [reading(FROM, { deviceId: '=1+1' })],
      observations: [
        entry(1, {
          kind: 'spo2',
          value: 97,
          takenAtMs: FROM,
          note: '=1+1',
          recordedBy: '@nora',
          retractedAtMs: FROM,
          retractedBy: '=x',
          retractedReason: '+y',
        }),
      ],
      alarms: [alarm('a', { raisedAtMs: FROM, message: '=1+1', acknowledgedBy: '-dora', acknowledgedAtMs: FROM })],
    });
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@-]/);
  });
});

describe('what is beside readings', () => {
  it('entries carry what was typed, by whom, what they replace and why they were retracted', () => {
    const { rows } = exported({
      observations: [
        entry(1, {
          kind: 'glucose',
          value: 153.9,
          enteredValue: '8,5',
          enteredUnit: 'mmol/L',
          takenAtMs: FROM + 1000,
          overrides: { deviceId: 'CGM-A1', takenAtMs: FROM, value: 120 },
          retractedAtMs: FROM + 5000,
          retractedBy: 'Nora Nurse',
          retractedReason: 'wrong patient',
        }),
        entry(2, { kind: 'chestPainType', value: 4, takenAtMs: FROM + 2000 }),
      ],
    });
    expect(rows[0]).toMatchObject({
      record: 'entry',
      item: 'glucose',
      value: '153.9',
      unit: 'mg/dL',
      entered_value: '8,5',
      entered_unit: 'mmol/L',
      recorded_by: 'Nora Nurse',
      overrides_device_id: 'CGM-A1',
      overrides_device_value: '120',
      retracted_by: 'Nora Nurse',
      retracted_reason: 'wrong patient',
    });
    expect(rows[1]).toMatchObject({ item: 'chestPainType', value: '4', level: 'No chest pain' });
  });

  it('predictions have model and version, abstentions name what was missing, alarms their acknowledgement', () => {
    const { rows } = exported({
      predictions: [
        {
          predictionId: 'p1',
          patientId: 7,
          model: 'heart',
          version: '1.2.0',
          scoredAtMs: FROM,
          probability: 0.4125,
          level: 'moderate',
          missing: [],
        },
        {
          predictionId: 'p2',
          patientId: 7,
          model: 'heart',
          version: '1.2.0',
          scoredAtMs: FROM + 1,
          probability: null,
          level: 'abstained',
          missing: ['thal', 'stSlope'],
        },
      ],
      alarms: [
        alarm('a', { raisedAtMs: FROM, endedAtMs: FROM + 60_000, acknowledgedAtMs: FROM + 30_000, acknowledgedBy: 'Nora Nurse' }),
      ],
    });
    expect(rows.map((row) => row.record)).toEqual(['prediction', 'prediction', 'alarm']);
    expect(rows[0]).toMatchObject({ item: 'heart 1.2.0', value: '0.4125', level: 'moderate' });
    expect(rows[1]).toMatchObject({ value: '', level: 'abstained', detail: 'missing: thal; stSlope' });
    expect(rows[2]).toMatchObject({ level: 'high', ended_at_utc: '2025-03-29T10:01:00.000Z', acknowledged_by: 'Nora Nurse' });
  });
});
