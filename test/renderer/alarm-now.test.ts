// An alarm says the value that raised it and the value now, with age and unit, and whether that is better or worse.
import { describe, expect, it } from 'vitest';
import { defaultRules, riskSubject, subjectOf } from '../../src-main/alarms/rules.ts';
import type { Alarm, CurrentValue, PatientLive } from '../../src-main/contract/models.ts';
import { alarmNow, alarmNowSentence, raisedText, watchedBy } from '../../src-renderer/components/alarm-now.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 10, 2);
const CONTEXT = { nowMs: NOW_MS, connected: true, units: { glucoseUnit: 'mg/dL', temperatureUnit: 'Cel' } } as const;

function raised(rule: string, detail: string, more: Partial<Alarm> = {}): Alarm {
  const times = { raisedAtMs: NOW_MS - 60_000, lastSeenAtMs: NOW_MS, endedAtMs: null };
  const open = { acknowledgedAtMs: null, acknowledgedBy: null, state: 'active' } as const;
  const about = { alarmId: 'a', category: 'physiological', priority: 'high', patientId: 1, deviceId: null } as const;
  return { ...about, rule, message: rule, detail, ...times, ...open, ...more };
}

function value(kind: CurrentValue['kind'], number: number | null, more: Partial<CurrentValue> = {}): CurrentValue {
  const takenAtMs = NOW_MS - 3_000;
  const source = { source: 'device', deviceId: 'WEAR-01', quality: [], trendPerMinute: null } as const;
  return { kind, value: number, special: null, takenAtMs, receivedAtMs: takenAtMs, ...source, ...more };
}

function live(...values: readonly CurrentValue[]): PatientLive {
  return { values, predictions: [] } as unknown as PatientLive;
}

function sentence(alarm: Alarm, ...values: readonly CurrentValue[]): string | null {
  const now = alarmNow(alarm, live(...values), CONTEXT);
  return now && alarmNowSentence(now);
}

describe('the value of an alarm now', () => {
  const spo2 = raised('spo2-very-low', '84% is below 92%');

  it('is found for every rule of the console by the name of the rule', () => {
    const models = (['diabetes', 'heart', 'hypoxia'] as const).map((name) => ({
      name,
      title: name,
      thresholds: { moderate: 0.2, high: 0.5 },
    }));
    for (const { ruleId, subject, comparison } of defaultRules(models)) {
      const watched = watchedBy(ruleId);
      expect(watched?.comparison, ruleId).toBe(comparison);
      if (watched === null || 'model' in watched) expect(watched && riskSubject(watched.model)).toBe(subject);
      else expect(watched.kinds.map(subjectOf), ruleId).toEqual(watched.kinds.map(() => subject));
    }
    expect(watchedBy('lost-signal')).toBeNull();
  });

  it('has unit, age, and better or worse than the value that raised it', () => {
    expect(raisedText(spo2.detail)).toBe('84%');
    expect(sentence(spo2, value('spo2', 88))).toBe('88%, 3 s ago, better');
    expect(sentence(spo2, value('spo2', 81, { trendPerMinute: -2 }))).toBe('81%, 3 s ago, worse, falling fast');
    expect(sentence(spo2, value('spo2', 84))).toBe('84%, 3 s ago, unchanged');
    const fever = raised('temperature-very-high', '39.4 °C is above 39.0 °C');
    expect(sentence(fever, value('temperature', 39.9))).toBe('39.9 °C, 3 s ago, worse');
  });

  it('is said to be missing where nothing current is known', () => {
    expect(sentence(spo2)).toBe('no reading');
    expect(sentence(spo2, value('spo2', null, { deviceId: null }))).toBe('no reading');
    expect(sentence(spo2, value('spo2', 88, { takenAtMs: NOW_MS - 20 * 60_000 }))).toBe('no reading for 20 min');
    expect(sentence(spo2, value('spo2', null, { special: 'NaN' }))).toBe('no value: the device could not measure, 3 s ago');
    const silent = alarmNow(spo2, live(value('spo2', 88)), { ...CONTEXT, connected: false });
    expect(silent?.text).toBe('no reading for 3 s');
  });

  it('is that of the source that is worse off', () => {
    const fast = raised('heart-rate-very-high', '140 /min is above 130 /min');
    expect(sentence(fast, value('heartRate', 70), value('pulseRate', 141))).toBe('141 /min pulse, 3 s ago, worse');
  });

  it('compares neither across units nor after the alarm has ended, and puts HI above every figure', () => {
    expect(sentence(raised('glucose-high', '14.4 mmol/L is above 13.9 mmol/L'), value('glucose', 300))).toBe(
      '300 mg/dL, 3 s ago',
    );
    expect(sentence({ ...spo2, endedAtMs: NOW_MS }, value('spo2', 97))).toBe('97%, 3 s ago');
    const high = raised('glucose-high', '300 mg/dL is above 250 mg/dL');
    expect(sentence(high, value('glucose', null, { special: 'HI' }))).toBe('HI, 3 s ago, worse');
    const beyond = raised('glucose-high', 'HI, beyond what the device measures; limit 250 mg/dL');
    expect(sentence(beyond, value('glucose', 300))).toBe('300 mg/dL, 3 s ago, better');
  });

  it('says nothing of a device’s alarm or of somebody who is not on the ward', () => {
    expect(sentence(raised('lost-signal', 'WEAR-01', { category: 'technical' }), value('spo2', 88))).toBeNull();
    expect(alarmNow(spo2, undefined, CONTEXT)).toBeNull();
  });
});
