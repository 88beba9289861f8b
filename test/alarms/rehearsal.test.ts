// Rehearsals: stored values judged again say what the alarms did, and what they would do by other levels or another rule.
import { describe, expect, it } from 'vitest';
import { kindsWatchedBy, mattersTo, replayLevels, replayRule, type Sample } from '../../src-main/alarms/rehearsal.ts';
import { defaultRules, mergeRules, riskRuleId, withRiskLimit } from '../../src-main/alarms/rules.ts';
import type { ThresholdRule } from '../../src-main/contract/models.ts';
import { MODELS } from './bench.ts';

const RULES = defaultRules(MODELS);
const MINUTE = 60_000;
const PATIENT = 7;
const HYPOXIA = riskRuleId('hypoxia');

const every = (stepMs: number, values: readonly number[], source = 'a'): Sample[] =>
  values.map((value, index) => ({ atMs: index * stepMs, source, value }));

const withLimit = (ruleId: string, change: Partial<ThresholdRule>): readonly ThresholdRule[] =>
  RULES.map((rule) => (rule.ruleId === ruleId ? { ...rule, ...change } : rule));

const alarmsOf = (samples: readonly Sample[], ruleId: string, change: Partial<ThresholdRule>): readonly number[] =>
  replayRule(samples, PATIENT, ruleId, [RULES, withLimit(ruleId, change)]).alarms;

describe('an alarm rule', () => {
  it('is counted once for as long as its condition holds, by the limit as it is and as proposed', () => {
    // Below 92: once. Below 95: again after it has been back at 96 (limit and hysteresis).
    const spo2 = every(1000, [97, 91, 90, 91, 97, 94, 94, 97]);
    expect(alarmsOf(spo2, 'spo2-very-low', { limit: 95 })).toEqual([1, 2]);
  });

  it('asks for as many readings in a row as it would', () => {
    expect(alarmsOf(every(1000, [97, 91, 97, 91, 97]), 'spo2-very-low', { consecutive: 2 })).toEqual([2, 0]);
  });

  it('switched off alarms never', () => {
    expect(alarmsOf(every(1000, [97, 80, 97]), 'spo2-very-low', { enabled: false })).toEqual([1, 0]);
  });

  it('is held back by a more urgent one of the same direction, as in life', () => {
    expect(alarmsOf(every(1000, [97, 80, 80, 80, 97]), 'spo2-low', { consecutive: 1 })).toEqual([0, 0]);
  });

  it('goes stale in a silence: what comes after it is a new alarm', () => {
    const apart = [
      { atMs: 0, source: 'a', value: 80 },
      { atMs: 24 * 60 * MINUTE, source: 'a', value: 80 },
    ];
    expect(alarmsOf(apart, 'spo2-very-low', {})).toEqual([2, 2]);
  });

  it('about the heart rate watches the pulse too', () => {
    const of = (ruleId: string) => RULES.find((rule) => rule.ruleId === ruleId) as ThresholdRule;
    expect(kindsWatchedBy(of('heart-rate-high'))).toEqual(['heartRate', 'pulseRate']);
    expect(kindsWatchedBy(of(HYPOXIA))).toEqual([]);
  });

  it('values far from every limit do not matter; those near one of them do', () => {
    const matters = mattersTo('spo2-low', [RULES, withLimit('spo2-low', { limit: 96 })]);
    expect([matters(97, 99), matters(96.6, 99), matters(96, 99), matters(90, 99)]).toEqual([false, false, true, true]);
  });
});

describe('levels', () => {
  const sides = (moderate: number, high: number) => [
    { levels: { moderate: 0.3, high: 0.6 }, rules: RULES },
    { levels: { moderate, high }, rules: withRiskLimit(RULES, 'hypoxia', high) },
  ];
  const scores = every(MINUTE, [0.1, 0.35, 0.5, 0.7, 0.5, 0.35, 0.5, 0.1], 'hypoxia');

  it('are counted as they are and as proposed, with the alarms they raise', () => {
    const replay = replayLevels(scores, PATIENT, HYPOXIA, sides(0.2, 0.45));
    expect(replay).toMatchObject({ results: 8, firstMs: 0 });
    expect(replay.sides).toEqual([
      { low: 2, moderate: 5, high: 1, alarms: 1 },
      { low: 2, moderate: 2, high: 4, alarms: 2 },
    ]);
    expect(replay.histogram.reduce((sum, count) => sum + count, 0)).toBe(8);
    expect([replay.histogram[10], replay.histogram[35], replay.histogram[70]]).toEqual([2, 2, 1]);
  });

  it('a certainty is in the last bin', () => {
    expect(replayLevels(every(MINUTE, [1]), PATIENT, HYPOXIA, sides(0.2, 0.4)).histogram[99]).toBe(1);
  });

  it('leave a patient alone who has a limit of their own', () => {
    const own = mergeRules(RULES, [
      { ...(RULES.find(({ ruleId }) => ruleId === HYPOXIA) as ThresholdRule), limit: 0.9, patientId: 7 },
    ]);
    const theirs = own.filter((rule) => rule.patientId === 7 || rule.ruleId !== HYPOXIA);
    const moved = withRiskLimit(theirs, 'hypoxia', 0.3);
    expect(moved.find(({ ruleId }) => ruleId === HYPOXIA)?.limit).toBe(0.9);
  });
});
