// Rules and their evaluation: the default table against NEWS2, limits, hysteresis and runs.
import { describe, expect, it } from 'vitest';
import { detailOf, evaluate, hasRecovered, QUIET, type RuleState } from '../../src-main/alarms/evaluate.ts';
import { applyChange, defaultRules, mergeRules } from '../../src-main/alarms/rules.ts';
import { type ThresholdRule, thresholdRule } from '../../src-main/contract/models.ts';
import { type News2Input, news2 } from '../../src-main/vitals/news2.ts';
import { MODELS } from './bench.ts';

const RULES = defaultRules(MODELS);

function rule(ruleId: string): ThresholdRule {
  const found = RULES.find((each) => each.ruleId === ruleId);
  if (found === undefined) throw new Error(`no rule ${ruleId}`);
  return found;
}

function verdicts(of: ThresholdRule, values: readonly number[]): string[] {
  let state: RuleState = QUIET;
  return values.map((value) => {
    const result = evaluate(of, state, value);
    state = result.state;
    return result.verdict;
  });
}

/** The most urgent priority whose rule of this subject is beyond its limit, as if each asked for one reading only. */
function priorityOf(subject: string, value: number): string | null {
  const hit = RULES.filter(
    (each) => each.subject === subject && evaluate({ ...each, consecutive: 1 }, QUIET, value).verdict === 'raise',
  );
  return hit.some((each) => each.priority === 'high') ? 'high' : (hit[0]?.priority ?? null);
}

describe('the default table', () => {
  it('is valid by the contract, with ids that occur once', () => {
    for (const each of RULES) expect(thresholdRule.parse(each)).toEqual(each);
    expect(new Set(RULES.map((each) => each.ruleId)).size).toBe(RULES.length);
  });

  it.each([
    ['spo2', 'spo2', 60, 100, 1],
    ['heartRate', 'pulse', 20, 220, 1],
    ['systolic', 'systolic', 40, 280, 1],
    ['respiratoryRate', 'respiratoryRate', 2, 60, 1],
    ['temperature', 'temperature', 30, 42, 0.1],
  ] as const)('%s: what scores 3 is high and what scores 2 is medium, at every value', (subject, parameter, low, high, step) => {
    for (let value = low; value <= high + 1e-9; value += step) {
      const shown = Math.round(value * 10) / 10;
      const input: News2Input = { [parameter]: shown };
      const points = news2(input).parts.find((part) => part.parameter === parameter)?.points ?? 0;
      expect(priorityOf(subject, shown), `${subject} ${shown}`).toBe(points === 3 ? 'high' : points === 2 ? 'medium' : null);
    }
  });

  it.each([
    [40, 'high'],
    [53, 'high'],
    [54, 'medium'],
    [69, 'medium'],
    [70, null],
    [250, null],
    [251, 'medium'],
  ])('glucose of %d mg/dL: %s', (value, priority) => {
    expect(priorityOf('glucose', value)).toBe(priority);
  });

  it('takes the limits of risks from the models', () => {
    expect(RULES.filter((each) => each.subject.startsWith('risk.'))).toMatchObject([
      { ruleId: 'risk-diabetes-high', limit: 0.6, unit: '1', priority: 'medium' },
      { ruleId: 'risk-heart-high', limit: 0.6 },
      { ruleId: 'risk-hypoxia-high', limit: 0.6 },
    ]);
  });
});

describe('evaluate', () => {
  it('raises at the first reading beyond the limit where one is asked for', () => {
    expect(verdicts(rule('glucose-very-low'), [54, 53, 53])).toEqual(['quiet', 'raise', 'continue']);
  });

  it('raises after N readings in a row; one within the limit starts anew', () => {
    expect(verdicts(rule('spo2-low'), [93, 93, 94, 93, 93, 93])).toEqual([
      'pending',
      'pending',
      'quiet',
      'pending',
      'pending',
      'raise',
    ]);
  });

  it('ends only past the limit by the hysteresis, in both directions', () => {
    expect(verdicts(rule('glucose-very-low'), [53, 54, 58, 59])).toEqual(['raise', 'continue', 'continue', 'end']);
    expect(verdicts(rule('heart-rate-very-high'), [131, 130, 126, 125])).toEqual(['raise', 'continue', 'continue', 'end']);
    expect(verdicts(rule('temperature-very-low'), [35, 35.2, 35.3])).toEqual(['raise', 'continue', 'end']);
  });

  it('compares what is shown: 91.6% is shown as 92 and is not below 92', () => {
    expect(verdicts(rule('spo2-very-low'), [91.6, 91.4])).toEqual(['quiet', 'raise']);
  });

  it('a risk is beyond its limit at the limit, as its level is', () => {
    expect(verdicts(rule('risk-hypoxia-high'), [0.5999, 0.6, 0.58, 0.55])).toEqual(['quiet', 'raise', 'continue', 'end']);
  });

  it('has recovered only past the hysteresis', () => {
    expect(hasRecovered(rule('glucose-very-low'), 58)).toBe(false);
    expect(hasRecovered(rule('glucose-very-low'), 59)).toBe(true);
  });

  it('says value and limit with their unit, in the clinic’s unit', () => {
    expect(detailOf(rule('spo2-very-low'), 'spo2', 88)).toBe('88% is below 92%');
    expect(detailOf(rule('glucose-high'), 'glucose', 300, 'mmol/L')).toBe('16.7 mmol/L is above 13.9 mmol/L');
    expect(detailOf(rule('risk-heart-high'), null, 0.71)).toBe('Probability 71%, limit 60%');
  });
});

describe('changes of rules', () => {
  const change = { ruleId: 'spo2-low', patientId: 7, limit: 90, consecutive: 2, enabled: true };

  it('keeps everything but limit, count and switch', () => {
    expect(applyChange(rule('spo2-low'), change)).toEqual({ ...rule('spo2-low'), limit: 90, consecutive: 2, patientId: 7 });
  });

  it('refuses a limit no value can reach, naming the limits', () => {
    expect(() => applyChange(rule('spo2-low'), { ...change, limit: 120 })).toThrow('must be within 30–100%');
    expect(() => applyChange(rule('glucose-low'), { ...change, limit: 3.9 })).toThrow('must be within 10–1000 mg/dL');
    expect(() => applyChange(rule('risk-heart-high'), { ...change, limit: 60 })).toThrow('0–1');
    expect(() => applyChange(undefined, change)).toThrow('no alarm rule "spo2-low"');
  });

  it('for the whole ward a risk alarms where its level "high" begins; a patient may have a limit of their own', () => {
    const risk = rule('risk-heart-high');
    const wardWide = { ...change, ruleId: risk.ruleId, patientId: null };
    expect(() => applyChange(risk, { ...wardWide, limit: 0.7 })).toThrow('change the levels of the model instead');
    expect(applyChange(risk, { ...wardWide, limit: risk.limit })).toMatchObject({ limit: 0.6, consecutive: 2 });
    expect(applyChange(risk, { ...wardWide, patientId: 7, limit: 0.7 })).toMatchObject({ limit: 0.7, patientId: 7 });
    const merged = mergeRules(RULES, [{ ...risk, limit: 0.7, consecutive: 3 }]);
    expect(merged.find(({ ruleId }) => ruleId === risk.ruleId)).toMatchObject({ limit: 0.6, consecutive: 3 });
  });

  it('a saved rule changes only what a clinic may change, and rules that are gone are dropped', () => {
    const saved = { ...rule('spo2-low'), limit: 93, title: 'An old title', priority: 'low' as const };
    const merged = mergeRules(RULES, [saved, { ...saved, ruleId: 'gone' }, { ...saved, patientId: 7, limit: 88 }]);
    expect(merged.find((each) => each.ruleId === 'spo2-low' && each.patientId === null)).toEqual({
      ...rule('spo2-low'),
      limit: 93,
    });
    expect(merged.find((each) => each.patientId === 7)).toEqual({ ...rule('spo2-low'), limit: 88, patientId: 7 });
    expect(merged).toHaveLength(RULES.length + 1);
  });
});
