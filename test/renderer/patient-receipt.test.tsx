// Rules of the receipt: strongest push first, direction in words and arrows, missing and untrained inputs said as such.
import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Receipt, ReceiptInput } from '../../src-main/contract/models.ts';
import { fieldsFor, helpful, inputTitle, needed } from '../../src-renderer/screens/patient/model-inputs.ts';
import { percentText, receiptView, unitWords } from '../../src-renderer/screens/patient/receipt-model.ts';
import { ReceiptView } from '../../src-renderer/screens/patient/receipt-view.tsx';
import { MINUTE_MS, START_MS, scored } from './charts-data.ts';

const input = (name: string, change: Partial<ReceiptInput> = {}): ReceiptInput => ({
  name,
  title: inputTitle(name),
  unit: '1',
  value: 1,
  label: null,
  source: 'manual',
  takenAtMs: START_MS - 5 * MINUTE_MS,
  required: false,
  outsideTraining: false,
  trainingLow: null,
  trainingHigh: null,
  contribution: 0.1,
  remark: '',
  ...change,
});

const receipt: Receipt = {
  prediction: { ...scored(0, 0.814), scoredAtMs: START_MS },
  title: 'Heart disease',
  modelKind: 'random forest',
  sha256: 'abcdef0123456789'.repeat(4),
  thresholds: { moderate: 0.4, high: 0.7 },
  thresholdsNow: { moderate: 0.4, high: 0.7 },
  contributionUnit: 'probability',
  contributionMethod: 'path attribution',
  performance: 'ROC AUC 0.90 on 61 held-out patients',
  inputs: [
    input('systolicMmHg', { unit: 'mm[Hg]', value: 131, source: 'device', contribution: 0.05 }),
    input('chestPainType', { value: 4, label: 'No chest pain', contribution: 0.25 }),
    input('thal', { value: null, source: 'missing', takenAtMs: null, contribution: null }),
    input('cholesterolMgDl', {
      unit: 'mg/dL',
      value: 603,
      contribution: -0.125,
      outsideTraining: true,
      trainingLow: 126,
      trainingHigh: 564,
      required: true,
    }),
    input('ageYears', { unit: 'a', value: 60, source: 'profile', takenAtMs: null, contribution: 0 }),
  ],
};

const here = {
  settings: {
    clinicName: '',
    timeZone: 'Europe/Berlin',
    glucoseUnit: 'mg/dL',
    temperatureUnit: 'Cel',
    lostSignalAfterSeconds: 60,
  },
  nowMs: START_MS + 60_000,
  connected: true,
} as const;

describe('receipt', () => {
  const view = receiptView(receipt, START_MS, here.settings);
  const row = (name: string) => view.rows.find((one) => one.name === name);

  it('puts the strongest push first and the missing last', () => {
    expect(view.rows.map(({ name }) => name)).toEqual(['chestPainType', 'cholesterolMgDl', 'systolicMmHg', 'ageYears', 'thal']);
  });

  it('shows glucose in the unit the clinic has chosen, with what the model has seen of it', () => {
    const glucose = input('glucoseOgttMgDl', {
      unit: 'mg/dL',
      value: 420,
      outsideTraining: true,
      trainingLow: 56,
      trainingHigh: 199,
    });
    const shownIn = (glucoseUnit: 'mg/dL' | 'mmol/L') =>
      receiptView({ ...receipt, inputs: [glucose] }, START_MS, { ...here.settings, glucoseUnit }).rows[0];
    expect(shownIn('mg/dL')).toMatchObject({ value: '420 mg/dL', outside: expect.stringContaining('(56 to 199 mg/dL)') });
    expect(shownIn('mmol/L')).toMatchObject({ value: '23.3 mmol/L', outside: expect.stringContaining('(3.1 to 11.0 mmol/L)') });
  });

  it('sizes bars by the strongest and says the direction', () => {
    expect(row('chestPainType')).toMatchObject({ direction: 'up', share: 1, contribution: '+25.0' });
    expect(row('cholesterolMgDl')).toMatchObject({ direction: 'down', share: -0.5, contribution: '−12.5' });
    expect(row('ageYears')).toMatchObject({ direction: 'none', contribution: '0.0' });
  });

  it('shows values with unit or label, source in words and age at scoring', () => {
    expect(row('systolicMmHg')).toMatchObject({ value: '131 mmHg', source: 'device', age: '5 min' });
    expect(row('chestPainType')?.value).toBe('No chest pain');
    expect(row('ageYears')).toMatchObject({ value: '60 years', source: 'patient record', age: '' });
  });

  it('shows a missing input as missing, never as a value', () => {
    expect(row('thal')).toMatchObject({ missing: true, value: '–', source: 'missing', contribution: '' });
  });

  it('says where a value lies outside what the model has seen', () => {
    expect(row('cholesterolMgDl')?.outside).toBe('outside what the model has seen (126 to 564 mg/dL)');
    expect(row('systolicMmHg')?.outside).toBe('');
  });

  it('sums up in a sentence', () => {
    expect(view.summary).toBe('Raised most by Chest pain and Systolic pressure; lowered most by Total cholesterol.');
  });

  it('is on screen in words a screen reader can say, with model, version and short hash', () => {
    const html = renderToStaticMarkup(
      <MantineProvider>
        <ReceiptView
          title="Heart disease"
          receipt={receipt}
          here={here}
          newer={false}
          onNewer={() => undefined}
          onEnter={() => undefined}
        />
      </MantineProvider>,
    );
    for (const words of [
      'Heart disease: 81%, high',
      'raises the risk',
      'lowers the risk',
      'version 1.0.0',
      'abcdef012345<',
      'ROC AUC 0.90',
      'Enter it: Thallium scan',
    ]) {
      expect(html).toContain(words);
    }
    expect(html).not.toContain('Show the newest result');
  });
});

describe('percentages', () => {
  it('never round a small risk to none or a great one to certainty', () => {
    expect([0, 0.004, 0.126, 0.996, 1].map(percentText)).toEqual(['0%', '<1%', '13%', '>99%', '100%']);
  });
});

describe('units of models', () => {
  it('are written as people read them', () => {
    expect(['mm[Hg]', 'kg/m2', '1', '{count}', 'mg/dL'].map(unitWords)).toEqual(['mmHg', 'kg/m²', '', '', 'mg/dL']);
  });
});

describe('what a model lacks', () => {
  const model = {
    name: 'heart' as const,
    title: '',
    version: '1.0.0',
    kind: '',
    sha256: '',
    thresholds: { moderate: 0.4, high: 0.7 },
    defaultThresholds: { moderate: 0.4, high: 0.7 },
    performance: '',
    requiredInputs: ['ageYears', 'chestPainType'],
    optionalInputs: ['thal'],
    problem: null,
  };
  const abstained = scored(0, null, ['thal', 'chestPainType']);

  it('is needed where required, helpful where optional', () => {
    expect(needed(abstained, model)).toEqual(['chestPainType']);
    expect(helpful(abstained, model)).toEqual(['thal']);
  });

  it('is all of it where the model’s list is not known', () => {
    expect(needed(abstained, undefined)).toEqual(['thal', 'chestPainType']);
  });

  it('leads to the fields that supply it, each once', () => {
    expect(fieldsFor(['bmiKgM2', 'systolicMmHg', 'diastolicMmHg', 'thal', 'ageYears'])).toEqual([
      'heightCm',
      'weightKg',
      'systolic',
      'diastolic',
      'thal',
    ]);
    expect(fieldsFor(['inspiredOxygenPercent', 'no such input'])).toEqual(['inspiredOxygenPercent', 'supplementalOxygen']);
  });
});
