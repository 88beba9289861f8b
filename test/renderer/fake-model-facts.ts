// Made-up figures of a model and made-up rehearsals, for the screens that show them.
import type { LevelRehearsal, ModelFacts, ModelGroup, RiskLevels, RuleRehearsal } from '../../src-main/contract/models.ts';

const DAY_MS = 86_400_000;

const group = (name: string, n: number, positives: number, auc: number | null, ece: number): ModelGroup => ({
  name,
  n,
  positives,
  auc,
  aucLow: auc === null ? null : auc - 0.04,
  aucHigh: auc === null ? null : auc + 0.03,
  ece,
});

export function fakeModelFacts(model: string): ModelFacts {
  return {
    model,
    title: 'Heart disease',
    version: '1.0.0',
    kind: 'random forest',
    sha256: 'abcdef0123456789'.repeat(4),
    outcome: 'more than 50 % narrowing of a coronary artery at angiography',
    evaluation: '5-fold cross-validation over three hospitals',
    n: 646,
    positives: 324,
    figures: [
      { title: 'AUC', value: 0.891, low: 0.865, high: 0.915, help: '0.5 is a coin, 1 is perfect.' },
      { title: 'Brier score', value: 0.133, low: null, high: null, help: 'Less is better.' },
      { title: 'Expected calibration error', value: 0.025, low: 0.02, high: 0.06, help: '0 is perfect.' },
    ],
    reliability: Array.from({ length: 10 }, (_, index) => ({
      meanProbability: (index + 0.5) / 10,
      observedRate: Math.min(1, Math.max(0, (index + 0.5) / 10 + (index % 2 === 0 ? 0.03 : -0.04))),
      observedLow: null,
      observedHigh: null,
      n: 65,
    })),
    operatingPoints: [
      { probability: 0.2, sensitivity: 0.96, falseAlarmRate: 0.48 },
      { probability: 0.4, sensitivity: 0.9, falseAlarmRate: 0.27 },
      { probability: 0.7, sensitivity: 0.62, falseAlarmRate: 0.08 },
    ],
    levelsChosenBy: 'moderate: finds at least 90% of positives; high: flags at most 10% of negatives',
    groups: [
      { title: 'By sex', rows: [group('female', 150, 41, 0.9, 0.04), group('male', 496, 283, 0.87, 0.03)] },
      { title: 'By site', rows: [group('cleveland', 260, 120, 0.9, 0.03), group('va', 8, 8, null, 0.2)] },
    ],
    inputs: [
      { name: 'ageYears', title: 'Age', unit: 'years', low: 29, high: 77, required: true, description: 'Age in whole years.' },
      { name: 'sex', title: 'Sex', unit: '', low: null, high: null, required: true, description: 'Sex in the record.' },
    ],
    population: 'Trained on people examined for suspected coronary disease in three hospitals around 1988.',
    licence: 'UCI Heart Disease, **CC BY 4.0**.',
    use: 'For: prompting a closer look. Not for: diagnosis.',
    limits: 'Old data; few women.',
    card: '# Heart disease: model card\n\nVersion 1.0.0.\n\n## Limits\nOld data; few women.\n',
  };
}

export function fakeLevelRehearsal(now: RiskLevels, proposed: RiskLevels): LevelRehearsal {
  const toMs = Date.now();
  const histogram = Array.from({ length: 100 }, (_, bin) => Math.round(400 * Math.exp(-bin / 15)));
  const results = histogram.reduce((sum, count) => sum + count, 0);
  const side = (levels: RiskLevels) => {
    const from = (at: number): number => histogram.slice(Math.floor(at * 100)).reduce((sum, count) => sum + count, 0);
    const high = from(levels.high);
    const moderate = from(levels.moderate) - high;
    const alarms = Math.round(high / 10);
    return {
      levels,
      low: results - moderate - high,
      moderate,
      high,
      patientsModerate: moderate > 0 ? 4 : 0,
      patientsHigh: high > 0 ? 2 : 0,
      alarms,
      alarmsPerDay: alarms / 14,
    };
  };
  return {
    fromMs: toMs - 14 * DAY_MS,
    toMs,
    days: 14,
    patients: 6,
    results,
    histogram,
    now: side(now),
    proposed: side(proposed),
  };
}

export function fakeRuleRehearsal(): RuleRehearsal {
  const toMs = Date.now();
  return {
    fromMs: toMs - 14 * DAY_MS,
    toMs,
    days: 14,
    patients: 6,
    now: { alarms: 6, alarmsPerDay: 6 / 14, patients: 2 },
    proposed: { alarms: 518, alarmsPerDay: 37, patients: 5 },
  };
}
