// Rules of the patient screen's words: identity, periods, alarm limits, NEWS2 rows, downloads.
import { describe, expect, it } from 'vitest';
import type { CurrentValue, Patient } from '../../src-main/contract/models.ts';
import { durationWords, stateWords } from '../../src-renderer/screens/patient/alarm-words.ts';
import { bytesOf, sizeText } from '../../src-renderer/screens/patient/download.ts';
import { ageText, ageYears, birthDateText, identityLine } from '../../src-renderer/screens/patient/identity.ts';
import { news2Rows } from '../../src-renderer/screens/patient/news2-parts.ts';
import { periodEndingAt, readPeriod } from '../../src-renderer/screens/patient/periods.ts';
import { limitText, limitWords, readLimit } from '../../src-renderer/screens/patient/threshold-form.ts';
import { alarmed, HOUR_MS, MG_DL, MINUTE_MS, MMOL_L, observed, rule, START_MS } from './charts-data.ts';

describe('identity', () => {
  const patient: Patient = {
    patientId: 1,
    mrn: '1001',
    name: 'Ada Example',
    birthDate: '1960-05-01',
    sex: 'female',
    location: 'A1',
    note: '',
    admittedAtMs: 0,
    dischargedAtMs: null,
  };

  it('always has number and birth date with the name', () => {
    expect(identityLine(patient)).toBe('Ada Example, MRN 1001, born 1 May 1960');
    expect(birthDateText('1951-03-12')).toBe('12 Mar 1951');
  });

  it('counts years on the clinic’s calendar', () => {
    const eve = Date.UTC(2026, 3, 30, 22, 30);
    expect(ageYears('1960-05-01', eve, 'UTC')).toBe(65);
    expect(ageYears('1960-05-01', eve, 'Europe/Berlin')).toBe(66);
  });

  it('gives a baby’s age in months or weeks', () => {
    const nowMs = Date.UTC(2026, 5, 1);
    expect(ageText('2025-09-01', nowMs, 'UTC')).toBe('8 months');
    expect(ageText('2026-05-01', nowMs, 'UTC')).toBe('4 weeks');
    expect(ageText('1960-05-01', nowMs, 'UTC')).toBe('66 y');
  });
});

describe('periods', () => {
  it('end now', () => {
    expect(periodEndingAt('6h', START_MS)).toEqual({ fromMs: START_MS - 6 * HOUR_MS, toMs: START_MS });
  });

  it('are read on the clinic’s clock and cut at now', () => {
    const read = readPeriod('2026-11-03T10:00', '2026-11-03T23:00', 'Europe/Berlin', START_MS);
    expect(read).toEqual({ ok: true, span: { fromMs: Date.UTC(2026, 10, 3, 9), toMs: START_MS } });
  });

  it('are refused backwards, empty, in the future or beyond a year', () => {
    const problem = (from: string, to: string) => {
      const read = readPeriod(from, to, 'UTC', START_MS);
      return read.ok ? '' : read.message;
    };
    expect(problem('2026-11-03T10:00', '2026-11-03T09:00')).toMatch(/before the end/);
    expect(problem('', '2026-11-03T09:00')).toMatch(/both/);
    expect(problem('2026-12-03T10:00', '2026-12-04T09:00')).toMatch(/future/);
    expect(problem('2020-11-03T10:00', '2026-11-03T09:00')).toMatch(/one year/);
  });
});

describe('alarm limits', () => {
  it('are shown and typed in the clinic’s unit and saved in the canonical one', () => {
    expect(limitWords(rule(), MG_DL)).toBe('above 250 mg/dL');
    expect(limitWords(rule(), MMOL_L)).toBe('above 13.9 mmol/L');
    const read = readLimit('13,9', rule(), MMOL_L);
    expect(read.ok && read.limit).toBeCloseTo(250.4, 1);
    expect(readLimit('250', rule(), MG_DL)).toEqual({ ok: true, limit: 250 });
  });

  it('are per cent for risks and a probability when saved', () => {
    const risk = rule({ subject: 'risk.hypoxia', limit: 0.7, unit: 'probability' });
    expect(limitText(risk, MG_DL)).toBe('70');
    expect(readLimit('65', risk, MG_DL)).toEqual({ ok: true, limit: 0.65 });
    expect(readLimit('165', risk, MG_DL).ok).toBe(false);
  });

  it('are refused where no value can pass them, and where mg/dL was typed for mmol/L', () => {
    expect(readLimit('250', rule(), MMOL_L)).toMatchObject({ ok: false, message: expect.stringContaining('mmol/L') });
    expect(readLimit('high', rule(), MG_DL).ok).toBe(false);
  });
});

describe('NEWS2 rows', () => {
  const value = (kind: CurrentValue['kind'], number: number): CurrentValue => ({
    kind,
    value: number,
    special: null,
    takenAtMs: START_MS,
    receivedAtMs: START_MS,
    source: 'device',
    deviceId: 'HEALTH01',
    quality: [],
    trendPerMinute: null,
  });
  const news2 = (missing: readonly string[]) => ({
    score: 5,
    complete: false,
    missing,
    band: 'medium' as const,
    anySingleThree: true,
  });

  it('give each parameter its points, in the clinic’s units', () => {
    const rows = news2Rows(
      { values: [value('spo2', 88), value('temperature', 38.5), value('heartRate', 95)], news2: news2([]) },
      [observed({ kind: 'consciousness', value: 0 })],
      MMOL_L,
    );
    const of = (title: string) => rows.find((row) => row.title === title);
    expect(of('Oxygen saturation')).toMatchObject({ value: '88%', points: 3 });
    expect(of('Temperature')).toMatchObject({ value: '101.3 °F', points: 1 });
    expect(of('Pulse')).toMatchObject({ points: 1 });
    expect(of('Consciousness')).toMatchObject({ value: 'Alert', points: 0 });
    expect(of('Respiratory rate')).toEqual({ title: 'Respiratory rate', value: 'missing', takenAtMs: null, points: null });
    expect(of('Consciousness')?.takenAtMs).toEqual(observed({}).takenAtMs);
  });

  it('count as missing what the console counts as missing, whatever old value is known', () => {
    const rows = news2Rows({ values: [value('spo2', 88)], news2: news2(['Oxygen saturation']) }, [], MG_DL);
    expect(rows.find((row) => row.title === 'Oxygen saturation')).toEqual({
      title: 'Oxygen saturation',
      value: 'missing',
      takenAtMs: null,
      points: null,
    });
  });

  it('do not count a retracted entry', () => {
    const retracted = observed({ kind: 'consciousness', value: 0, retractedAtMs: START_MS });
    expect(
      news2Rows({ values: [], news2: news2([]) }, [retracted], MG_DL).find((row) => row.title === 'Consciousness')?.points,
    ).toBeNull();
  });
});

describe('alarms in words', () => {
  it('say that nobody has acknowledged, also when the condition has ended', () => {
    expect(stateWords(alarmed({ state: 'latched' }))).toBe('ended, nobody has acknowledged it');
    expect(stateWords(alarmed({ state: 'acknowledged', acknowledgedBy: 'Nina' }))).toBe('continues, acknowledged by Nina');
  });

  it('say how long it has held', () => {
    expect(durationWords({ raisedAtMs: START_MS, endedAtMs: null }, START_MS + 5 * MINUTE_MS)).toBe('5 min so far');
    expect(durationWords({ raisedAtMs: START_MS, endedAtMs: START_MS + 30_000 }, START_MS + HOUR_MS)).toBe('for 30 s');
  });
});

describe('download', () => {
  it('gives back every byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    expect(bytesOf(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
  });

  it('says sizes as people do', () => {
    expect([15, 84_300, 2_340_000].map(sizeText)).toEqual(['15 B', '84 kB', '2.3 MB']);
  });
});
