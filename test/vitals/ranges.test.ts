// Ranges: block the impossible, ask about the unusual, and name the limit in the unit the person uses.
import { describe, expect, it } from 'vitest';
import { INPUT_KINDS } from '../../src-main/vitals/inputs.ts';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import { checkPressurePair, checkValue, limitsInWords } from '../../src-main/vitals/ranges.ts';
import { definitionOf, toCanonical } from '../../src-main/vitals/units.ts';

describe('checkValue', () => {
  it('holds at both ends of every kind: inclusive inside, refused or asked about just outside', () => {
    for (const kind of [...VITAL_KINDS, ...INPUT_KINDS]) {
      const row = definitionOf(kind);
      if ('options' in row) continue;
      expect(checkValue(kind, row.soft.low).verdict, `${kind} soft low`).toBe('ok');
      expect(checkValue(kind, row.soft.high).verdict, `${kind} soft high`).toBe('ok');
      expect(checkValue(kind, row.hard.low - 0.01).verdict, `${kind} below hard`).toBe('impossible');
      expect(checkValue(kind, row.hard.high + 0.01).verdict, `${kind} above hard`).toBe('impossible');
      if (row.hard.low < row.soft.low) expect(checkValue(kind, row.soft.low - 0.01).verdict, kind).toBe('unusual');
      if (row.hard.high > row.soft.high) expect(checkValue(kind, row.soft.high + 0.01).verdict, kind).toBe('unusual');
    }
  });

  it('names the limit: SpO2 of 920', () => {
    expect(checkValue('spo2', 920)).toEqual({
      verdict: 'impossible',
      message: 'Oxygen saturation must be within 30–100%.',
      limit: '30–100%',
    });
  });

  it('refuses what is not a number', () => {
    expect(checkValue('heartRate', Number.NaN).verdict).toBe('impossible');
    expect(checkValue('heartRate', Number.POSITIVE_INFINITY).verdict).toBe('impossible');
  });

  it('takes only the codes of a coded kind', () => {
    expect(checkValue('thal', 6)).toEqual({ verdict: 'ok' });
    expect(checkValue('thal', 4)).toMatchObject({
      verdict: 'impossible',
      limit: '3 Normal, 6 Fixed defect, 7 Reversible defect',
    });
  });

  it('words limits in mmol/L so that what lies within the words lies within the limits', () => {
    const words = limitsInWords('glucose', { low: 40, high: 500 }, 'mmol/L');
    expect(words).toBe('2.3–27.7 mmol/L');
    expect(checkValue('glucose', toCanonical('glucose', 2.3, 'mmol/L')).verdict).toBe('ok');
    expect(checkValue('glucose', toCanonical('glucose', 27.7, 'mmol/L')).verdict).toBe('ok');
    expect(checkValue('glucose', toCanonical('glucose', 2.2, 'mmol/L'), 'mmol/L')).toMatchObject({
      verdict: 'unusual',
      limit: words,
    });
  });

  it('words limits in °F exactly where they convert exactly', () => {
    expect(limitsInWords('temperature', { low: 25, high: 45 }, '[degF]')).toBe('77.0–113.0 °F');
  });
});

describe('checkPressurePair', () => {
  it('refuses a diastolic pressure at or above the systolic one', () => {
    expect(checkPressurePair(120, 80)).toBeNull();
    expect(checkPressurePair(undefined, 80)).toBeNull();
    expect(checkPressurePair(80, 80)).toContain('must be below');
    expect(checkPressurePair(80, 120)).toContain('120 mmHg');
  });
});
