// What stands in the document: identity on every page, units by settings, empty sections that say so, retractions, caps.
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src-main/contract/models.ts';
import { reportDocument } from '../../src-main/reports/document.ts';
import { gatherReport } from '../../src-main/reports/gather.ts';
import type { ReportAsk } from '../../src-main/reports/report-data.ts';
import { type FakeContents, fakeStore, MODELS, PATIENT, SETTINGS } from './fake-store.ts';
import { alarm, entry, simulatedStay } from './simulated-day.ts';

const FROM = Date.parse('2025-03-29T10:00:00Z');
const HOUR = 3_600_000;
const TO = FROM + 24 * HOUR;
const ASK: ReportAsk = {
  patientId: 7,
  fromMs: FROM,
  toMs: TO,
  modelInfo: MODELS,
  generatedAtMs: TO + 60_000,
  generatedBy: 'Nora Nurse',
};

type Node = { readonly [key: string]: unknown };

/** Every text of a piece of a document in reading order, drawings left out. */
function texts(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (Array.isArray(node)) return node.flatMap(texts);
  if (node === null || typeof node !== 'object') return [];
  const { text, stack, columns, table } = node as Node;
  return [text, stack, columns, (table as Node | undefined)?.body].flatMap(texts);
}

/** Every object of a document. */
function nodes(node: unknown): Node[] {
  if (Array.isArray(node)) return node.flatMap(nodes);
  if (node === null || typeof node !== 'object') return [];
  return [node as Node, ...Object.values(node).flatMap(nodes)];
}

function documentOf(contents: Partial<FakeContents>, ask: Partial<ReportAsk> = {}) {
  return reportDocument(gatherReport(fakeStore(contents), { ...ASK, ...ask }));
}

const contentText = (contents: Partial<FakeContents>, ask: Partial<ReportAsk> = {}) =>
  texts(documentOf(contents, ask).content).join('\n');

it('a device’s times are those it was worn; of readings that were claimed though in doubt it says so', () => {
  const own = { deviceId: 'LATE', fromMs: FROM - HOUR, toMs: FROM + HOUR, wasInDoubt: false };
  const text = contentText({ worn: [own, { ...own, fromMs: FROM + HOUR, toMs: FROM + 2 * HOUR, wasInDoubt: true }] });
  expect(text).toMatch(/^From before the period until .*\d$/m);
  expect(text).toMatch(/^From .* until .*\d: readings in doubt, claimed$/m);
});

describe('every page', () => {
  it('says whose it is, of when, where, by whom, and what it is not', () => {
    const { header, footer } = documentOf({});
    if (typeof header !== 'function' || typeof footer !== 'function') throw new Error('header and footer must be made per page');
    const size = { width: 595, height: 842, orientation: 'portrait' as const };
    for (const page of [1, 2]) {
      const head = texts(header(page, 3, size)).join('\n');
      for (const part of [
        'Ada Example',
        'MRN 1001',
        'born 1 May 1960 (64 y)',
        'female',
        'Harbour Clinic',
        '29 Mar 2025, 11:00 to 30 Mar 2025, 12:00',
        'Europe/Berlin, UTC+1 then UTC+2',
        'Nora Nurse',
      ]) {
        expect(head).toContain(part);
      }
      const foot = texts(footer(page, 3, size)).join('\n');
      expect(foot).toContain(`Page ${page} of 3`);
      expect(foot).toContain('not a certified medical device');
      expect(foot).toContain('nothing in this report is a diagnosis');
    }
  });

  it('leaves more room on top the longer the names are', () => {
    const top = (name: string) => (documentOf({ patient: { ...PATIENT, name } }).pageMargins as number[])[1] ?? 0;
    expect(top('Ada Example '.repeat(10))).toBeGreaterThan(top('Ada Example') + 20);
  });

  it('warns where the name cannot be printed as it is', () => {
    const { header } = documentOf({ patient: { ...PATIENT, name: '山田 花子' } });
    if (typeof header !== 'function') throw new Error('header must be made per page');
    expect(texts(header(1, 1, { width: 595, height: 842, orientation: 'portrait' })).join('\n')).toContain(
      'identify the patient by the MRN',
    );
  });

  it('keeps the name out of what file managers show', () => {
    expect(JSON.stringify(documentOf({}).info)).not.toContain('Ada');
    expect(documentOf({}).info).toMatchObject({ title: 'Patient report, MRN 1001', author: 'Harbour Clinic' });
  });
});

describe('units', () => {
  const contents = simulatedStay(FROM, FROM + 3 * HOUR);
  const inUnits = (more: Partial<Settings>) => contentText({ ...contents, settings: { ...SETTINGS, ...more } });

  it('glucose and temperature follow the settings, in figures, entries and charts', () => {
    expect(inUnits({ glucoseUnit: 'mmol/L' })).toMatch(/Glucose\nmmol\/L\n36\n\d+\.\d\n/);
    expect(inUnits({})).toMatch(/Glucose\nmg\/dL\n36\n\d+\n/);
    expect(inUnits({ temperatureUnit: '[degF]' })).toContain('= 99.0 °F');
    expect(inUnits({ temperatureUnit: '[degF]' })).toContain('Body temperature\n, °F');
  });

  it('an entry shows what was typed and, where that differs, what was stored', () => {
    const text = contentText({
      observations: [
        entry(1, { kind: 'weightKg', value: 78.4711, enteredValue: '173', enteredUnit: '[lb_av]', takenAtMs: FROM }),
        entry(2, { kind: 'temperature', value: 37.2, enteredValue: '37,20', enteredUnit: 'Cel', takenAtMs: FROM }),
      ],
    });
    expect(text).toContain('173 lb\n= 78.5 kg');
    expect(text).toContain('37,20 °C\nNora Nurse');
  });
});

describe('sections', () => {
  it('without data each says so', () => {
    const text = contentText({});
    for (const part of [
      'No readings in this period.',
      'No predictions in this period.',
      'No entries in this period.',
      'No alarms in this period.',
      'No device was bound',
    ]) {
      expect(text).toContain(part);
    }
    expect(nodes(documentOf({}).content).filter((node) => 'svg' in node)).toEqual([]);
  });

  it('a retracted entry is struck through, with who and why; an override names the value it replaces', () => {
    const observations = [
      entry(1, {
        kind: 'spo2',
        value: 55,
        enteredUnit: '%',
        takenAtMs: FROM,
        retractedAtMs: FROM + 60_000,
        retractedBy: 'Dora',
        retractedReason: 'wrong patient',
      }),
      entry(2, {
        kind: 'spo2',
        value: 93,
        enteredUnit: '%',
        takenAtMs: FROM,
        overrides: { deviceId: 'PULSEOX', takenAtMs: FROM - 1000, value: 86 },
      }),
    ];
    const struck = nodes(documentOf({ observations }).content).filter((node) => node.decoration === 'lineThrough');
    expect(struck.map((node) => node.text)).toEqual(['29 Mar 2025, 11:00', 'Oxygen saturation', '55%']);
    const text = contentText({ observations });
    expect(text).toContain('Retracted 29 Mar 2025, 11:01 by Dora: wrong patient');
    expect(text).toContain('Replaces 86% of PULSEOX');
  });

  it('a prediction has version, hash, level, thresholds of its own version only, and what was missing in words', () => {
    const result = (version: string) => ({
      predictionId: version,
      patientId: 7,
      model: 'heart' as const,
      version,
      scoredAtMs: FROM,
      probability: 0.42,
      level: 'moderate' as const,
      missing: ['thal'],
    });
    const now = contentText({ predictions: [result('1.0.0')] });
    for (const part of [
      '42.0%',
      'Moderate',
      'moderate from 30%, high from 60%',
      'Thallium scan',
      'Version 1.0.0',
      `SHA-256 ${MODELS[1]?.sha256.slice(0, 12)}`,
    ])
      expect(now).toContain(part);
    const before = contentText({ predictions: [result('0.9.0')] });
    expect(before).toContain('of version 0.9.0: not known here');
    expect(before).not.toContain('moderate from');
  });

  it('an alarm says how long it lasted and how soon it was acknowledged, or that it was not', () => {
    const text = contentText({
      alarms: [
        alarm('a', {
          raisedAtMs: FROM,
          endedAtMs: FROM + 150_000,
          acknowledgedAtMs: FROM + 45_000,
          acknowledgedBy: 'Nora Nurse',
        }),
        alarm('b', { raisedAtMs: TO - HOUR }),
      ],
    });
    expect(text).toContain('2 min 30 s\nNora Nurse, after 45 s');
    expect(text).toContain('1 h 1 min, still holds\nNot acknowledged');
  });

  it('more than two hundred alarms are cut with a pointer to the CSV, the newest shown', () => {
    const alarms = Array.from({ length: 230 }, (_, at) =>
      alarm(`a${at}`, { raisedAtMs: FROM + at * 1000, message: `Alarm ${at}.` }),
    );
    const text = contentText({ alarms });
    expect(text).toContain('And 30 earlier: see CSV.');
    expect(text).toContain('Alarm 229.');
    expect(text).not.toContain('Alarm 29.');
    expect(text).toContain('230 alarms');
  });

  it('a clock that is off is told with size and direction', () => {
    const text = contentText(simulatedStay(FROM, FROM + 3 * HOUR));
    expect(text).toContain('2 min 10 s behind the console');
    expect(text).toContain('Right within 10 s.');
  });

  it('the fingerprint stands at the very end', () => {
    const data = gatherReport(fakeStore({}), ASK);
    expect(texts(reportDocument(data).content).slice(-3, -1)).toEqual(['Data fingerprint', data.fingerprint]);
  });

  it('the same data gives the same document', () => {
    const contents = simulatedStay(FROM, FROM + 3 * HOUR);
    const [first, second] = [1, 2].map(() => JSON.stringify(documentOf(contents).content));
    // Compared outside of expect, whose difference of two whole documents nobody could read.
    expect(first === second).toBe(true);
  });
});
