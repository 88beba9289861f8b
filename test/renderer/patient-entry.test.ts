// Rules of entering by hand: the impossible is refused with its limit, the unusual is asked about, nothing is guessed.
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src-main/contract/commands.ts';
import type { CurrentValue } from '../../src-main/contract/models.ts';
import { INPUT_KINDS } from '../../src-main/vitals/inputs.ts';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import {
  changed,
  ENTRY_GROUPS,
  type EntryDraft,
  type EntryDrafts,
  emptyDraft,
  entriesOf,
  fieldOfError,
  judge,
  judgeAll,
  optionsOf,
  replaceableValues,
  summarise,
  takenAtProblem,
  unitOptions,
} from '../../src-renderer/screens/patient/entry-form.ts';
import { MG_DL, MINUTE_MS, MMOL_L, START_MS } from './charts-data.ts';

const draft = (text: string, unit: string, change: Partial<EntryDraft> = {}): EntryDraft => ({
  text,
  unit,
  confirmed: false,
  override: false,
  ...change,
});

const fromDevice = (change: Partial<CurrentValue> = {}): CurrentValue => ({
  kind: 'spo2',
  value: 88,
  special: null,
  takenAtMs: START_MS,
  receivedAtMs: START_MS,
  source: 'device',
  deviceId: 'HEALTH01',
  quality: [],
  trendPerMinute: null,
  ...change,
});

describe('the form', () => {
  it('has every vital and every model input exactly once', () => {
    const kinds = ENTRY_GROUPS.flatMap((group) => group.kinds);
    expect([...kinds].sort()).toEqual([...VITAL_KINDS, ...INPUT_KINDS].sort());
  });

  it('starts in the clinic’s units', () => {
    expect(emptyDraft('glucose', MMOL_L).unit).toBe('mmol/L');
    expect(emptyDraft('glucose', MG_DL).unit).toBe('mg/dL');
    expect(emptyDraft('temperature', MMOL_L).unit).toBe('[degF]');
  });

  it('offers the other usual unit of pressure, temperature, weight and height, and none where there is none', () => {
    const labels = (kind: Parameters<typeof unitOptions>[0]) => unitOptions(kind).map(({ label }) => label);
    expect(labels('systolic')).toEqual(['mmHg', 'kPa']);
    expect(labels('temperature')).toEqual(['°C', '°F']);
    expect(labels('weightKg')).toEqual(['kg', 'lb']);
    expect(labels('heightCm')).toEqual(['cm', 'in']);
    expect(labels('pregnancies')).toEqual([]);
  });

  it('has choices, not numbers, for coded inputs', () => {
    expect(optionsOf('consciousness')?.map(({ label }) => label)).toContain('New confusion');
    expect(optionsOf('heartRate')).toBeNull();
  });
});

describe('a field', () => {
  it('is empty without text and says nothing', () => {
    expect(judge('spo2', undefined)).toEqual({ state: 'empty' });
    expect(judge('spo2', draft('  ', '%'))).toEqual({ state: 'empty' });
  });

  it('takes a decimal comma', () => {
    expect(judge('temperature', draft('37,2', 'Cel'))).toMatchObject({ state: 'ok', value: 37.2 });
  });

  it('converts from the unit chosen', () => {
    expect(judge('glucose', draft('10', 'mmol/L'))).toMatchObject({ state: 'ok', words: '10 mmol/L' });
    const verdict = judge('weightKg', draft('154', '[lb_av]'));
    expect('value' in verdict && verdict.value).toBeCloseTo(69.85, 2);
  });

  it('refuses the impossible and names the limit in the unit typed', () => {
    expect(judge('spo2', draft('920', '%'))).toMatchObject({ state: 'refused', message: expect.stringContaining('30–100%') });
    expect(judge('temperature', draft('20', '[degF]'))).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('77.0–113.0 °F'),
    });
  });

  it('repeats what was typed, not what it would be rounded to', () => {
    expect(judge('glucose', draft('7.4', 'mg/dL'))).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('7.4 mg/dL is not possible'),
    });
  });

  it('refuses what is not a number', () => {
    expect(judge('heartRate', draft('8o', '/min'))).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('not a number'),
    });
  });

  it('asks about the unusual and suggests the unit that would make it usual', () => {
    const verdict = judge('glucose', draft('20', 'mg/dL'));
    expect(verdict).toMatchObject({ state: 'unusual', message: expect.stringContaining('Is it in mmol/L?') });
  });

  it('asks again once a confirmed value is changed, and not when only the override is', () => {
    const confirmed = draft('41,5', 'Cel', { confirmed: true });
    expect(changed(confirmed, { text: '41,6' }).confirmed).toBe(false);
    expect(changed(confirmed, { unit: '[degF]' }).confirmed).toBe(false);
    expect(changed(confirmed, { override: true }).confirmed).toBe(true);
  });
});

describe('the fields together', () => {
  it('refuse a diastolic pressure that is not below the systolic', () => {
    const drafts: EntryDrafts = { systolic: draft('110', 'mm[Hg]'), diastolic: draft('120', 'mm[Hg]') };
    expect(judgeAll(drafts).get('diastolic')).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('below systolic'),
    });
  });

  it('are counted as ready, to confirm and to correct', () => {
    const drafts: EntryDrafts = {
      heartRate: draft('72', '/min'),
      temperature: draft('41.5', 'Cel'),
      glucose: draft('30', 'mg/dL', { confirmed: true }),
      spo2: draft('920', '%'),
    };
    const summary = summarise(drafts, judgeAll(drafts));
    expect(summary).toEqual({ ready: ['heartRate', 'glucose'], toConfirm: ['temperature'], refused: ['spo2'] });
  });

  it('are sent as typed, in a shape the contract takes', () => {
    const drafts: EntryDrafts = {
      temperature: draft(' 37,2 ', 'Cel'),
      spo2: draft('91', '%', { override: true, confirmed: true }),
    };
    const entries = entriesOf(drafts, ['temperature', 'spo2'], new Map([['spo2', fromDevice()]]));
    expect(entries).toEqual([
      { kind: 'temperature', value: '37,2', unit: 'Cel', confirmed: false, override: false },
      { kind: 'spo2', value: '91', unit: '%', confirmed: true, override: true },
    ]);
    expect(COMMANDS['observation.add'].params.safeParse({ patientId: 1, takenAtMs: START_MS, entries }).success).toBe(true);
  });

  it('override nothing once the device’s value is no longer fresh', () => {
    const drafts: EntryDrafts = { spo2: draft('91', '%', { override: true }) };
    expect(entriesOf(drafts, ['spo2'], new Map())[0]?.override).toBe(false);
  });
});

describe('a device’s value', () => {
  it('can be replaced only while it is fresh, a number, and of the time entered', () => {
    const at = (change: Partial<CurrentValue>, nowMs: number, takenAtMs = nowMs) =>
      replaceableValues([fromDevice(change)], nowMs, takenAtMs).size;
    expect(at({}, START_MS + 30_000)).toBe(1);
    expect(at({}, START_MS + 2 * MINUTE_MS)).toBe(0);
    expect(at({ source: 'manual', deviceId: null }, START_MS + 30_000)).toBe(0);
    expect(at({ value: null, special: 'NaN' }, START_MS + 30_000)).toBe(0);
  });
});

describe('taken at', () => {
  it('may not be missing or in the future, save for a minute of clock difference', () => {
    expect(takenAtProblem(null, START_MS)).toMatch(/date and time/);
    expect(takenAtProblem(START_MS + 5 * MINUTE_MS, START_MS)).toMatch(/future/);
    expect(takenAtProblem(START_MS + 30_000, START_MS)).toBeNull();
  });
});

describe('an error of the console', () => {
  it('finds its field by kind or by place', () => {
    const sent = ['heartRate', 'spo2'] as const;
    expect(fieldOfError('spo2', sent)).toBe('spo2');
    expect(fieldOfError('entries.1.value', sent)).toBe('spo2');
    expect(fieldOfError('entries[0].value', sent)).toBe('heartRate');
    expect(fieldOfError('takenAtMs', sent)).toBeNull();
    expect(fieldOfError(undefined, sent)).toBeNull();
  });
});
