// Units: what is typed becomes the canonical value, or is refused; what is shown carries its unit.
import { describe, expect, it } from 'vitest';
import { INPUT_KINDS } from '../../src-main/vitals/inputs.ts';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import {
  displayUnitFor,
  findUnit,
  formatNumber,
  formatValue,
  fromCanonical,
  parseQuantity,
  roundToShown,
  toCanonical,
  unitsOf,
} from '../../src-main/vitals/units.ts';

describe('conversion', () => {
  it.each([
    ['glucose', 'mmol/L', 10, 180.1559],
    ['glucoseOgttMgDl', 'mmol/L', 7.8, 140.521602],
    ['cholesterolMgDl', 'mmol/L', 5, 193.325],
    ['temperature', '[degF]', 98.6, 37],
    ['temperature', '[degF]', 32, 0],
    ['systolic', 'kPa', 16, 120.00992],
    ['weightKg', '[lb_av]', 100, 45.359237],
    ['heightCm', '[in_i]', 70, 177.8],
  ] as const)('%s in %s: %d is %d', (kind, unit, shown, canonical) => {
    expect(toCanonical(kind, shown, unit)).toBeCloseTo(canonical, 8);
    expect(fromCanonical(kind, canonical, unit)).toBeCloseTo(shown, 8);
  });

  it('goes there and back in every unit of every kind', () => {
    for (const kind of [...VITAL_KINDS, ...INPUT_KINDS]) {
      for (const unit of unitsOf(kind)) {
        expect(fromCanonical(kind, toCanonical(kind, 98.6, unit.ucum), unit.ucum)).toBeCloseTo(98.6, 7);
      }
    }
  });

  it('puts the canonical unit first and finds units by code and by label', () => {
    expect(unitsOf('glucose').map((unit) => unit.ucum)).toEqual(['mg/dL', 'mmol/L']);
    expect(findUnit('temperature', '°F')?.ucum).toBe('[degF]');
    expect(findUnit('temperature', '[degF]')?.label).toBe('°F');
    expect(findUnit('temperature', 'mmHg')).toBeNull();
  });

  it('refuses a unit the kind is not measured in', () => {
    expect(() => toCanonical('spo2', 97, 'mmol/L')).toThrow(/not measured in "mmol\/L"/);
  });
});

describe('typed numbers', () => {
  it.each([
    ['7.8', 7.8],
    ['7,8', 7.8],
    [' 120 ', 120],
    ['+5', 5],
    ['.5', 0.5],
    [',5', 0.5],
    ['-1,5', -1.5],
    ['\u22121.5', -1.5],
    ['0,627', 0.627],
  ])('reads "%s" as %d', (text, value) => {
    expect(parseQuantity(text, 'mm', 'stDepressionMm')).toMatchObject({ ok: true, value });
  });

  it.each(['', ' ', '-', '.', '12a', '1e3', '0x10', '1.2.3', '1,2.3', '12 5', 'NaN', 'Infinity', '1 000', '120/80', '5.'])(
    'refuses "%s"',
    (text) => {
      expect(parseQuantity(text, 'mm', 'stDepressionMm')).toMatchObject({ ok: false });
    },
  );

  it('refuses a number that can be read as thousands or as decimals', () => {
    expect(parseQuantity('1,000', 'µU/mL', 'insulinUuMl')).toMatchObject({
      ok: false,
      message: expect.stringContaining('two ways'),
    });
    expect(parseQuantity('1.000', 'µU/mL', 'insulinUuMl')).toMatchObject({ ok: false });
    expect(parseQuantity('1,234', '', 'diabetesPedigree')).toMatchObject({ ok: true, value: 1.234 });
  });

  it('converts to the canonical unit', () => {
    expect(parseQuantity('7,8', 'mmol/L', 'glucose')).toMatchObject({ ok: true, value: expect.closeTo(140.5216, 4) });
    expect(parseQuantity('98.6', '°F', 'temperature')).toMatchObject({ ok: true, value: 37 });
  });

  it('refuses a unit of another kind, naming it', () => {
    expect(parseQuantity('7.8', 'mmol/L', 'spo2')).toEqual({
      ok: false,
      message: 'Oxygen saturation is not entered in "mmol/L".',
    });
  });

  it('takes a code or its label for coded kinds, and nothing else', () => {
    expect(parseQuantity('6', '', 'thal')).toMatchObject({ ok: true, value: 6 });
    expect(parseQuantity('fixed defect', '', 'thal')).toMatchObject({ ok: true, value: 6 });
    expect(parseQuantity('5', '', 'thal')).toMatchObject({ ok: false, message: expect.stringContaining('Reversible defect') });
  });

  it('refuses parts of things that are counted', () => {
    expect(parseQuantity('1.5', '', 'pregnancies')).toMatchObject({ ok: false, message: 'Pregnancies is a whole number.' });
    expect(parseQuantity('2,0', '', 'pregnancies')).toMatchObject({ ok: true, value: 2 });
  });
});

describe('shown values', () => {
  it.each([
    ['glucose', 140.5216, undefined, '141 mg/dL'],
    ['glucose', 140.5216, 'mmol/L', '7.8 mmol/L'],
    ['temperature', 37, '[degF]', '98.6 °F'],
    ['temperature', 36.65, undefined, '36.7 °C'],
    ['spo2', 97.4, undefined, '97%'],
    ['heartRate', 72, undefined, '72 /min'],
    ['pregnancies', 2, undefined, '2'],
    ['thal', 7, undefined, 'Reversible defect'],
    ['stDepressionMm', -0.01, undefined, '0.0 mm'],
  ] as const)('%s %d in %s is "%s"', (kind, value, unit, text) => {
    expect(formatValue(kind, value, unit)).toBe(text);
  });

  it('shows a dash for what is no number', () => {
    expect(formatNumber('spo2', Number.NaN)).toBe('–');
  });

  it('rounds to the shown decimals and halves upwards', () => {
    expect(roundToShown('temperature', 38.05)).toBe(38.1);
    expect(roundToShown('spo2', 91.5)).toBe(92);
  });

  it('follows the units of the clinic', () => {
    const units = { glucoseUnit: 'mmol/L', temperatureUnit: '[degF]' };
    expect(displayUnitFor('glucose', units)).toBe('mmol/L');
    expect(displayUnitFor('temperature', units)).toBe('[degF]');
    expect(displayUnitFor('systolic', units)).toBe('mm[Hg]');
  });
});
