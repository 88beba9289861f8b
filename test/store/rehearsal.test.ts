// Values for a rehearsal: what roll-ups leave out could not have mattered, and nothing of another patient gets in.
import { describe, expect, test } from 'vitest';
import { mattersTo, replayRule, type Sample } from '../../src-main/alarms/rehearsal.ts';
import { defaultRules } from '../../src-main/alarms/rules.ts';
import type { ThresholdRule } from '../../src-main/contract/models.ts';
import { type Measurement, QUALITY } from '../../src-main/links/link.ts';
import { rehearsalReads } from '../../src-main/store/rehearsal.ts';
import { chanceOf } from '../crash/seeded-random.ts';
import { ADA, BEN, by, DAY, HOUR, MINUTE, measurement, openStore, SECOND, T0 } from './fixtures.ts';

const RULES = defaultRules([]);
const FROM = T0 + 17 * SECOND;

/** A wandering SpO2 of some hours, a value every 20 s, with a dip now and then; Ben wears the wearable from the fifth hour on. */
function openWard() {
  const store = openStore();
  const { plain, put, readDb } = store;
  const ada = plain.addPatient({ ...by(T0 - DAY), patient: ADA });
  const ben = plain.addPatient({ ...by(T0 - DAY), patient: BEN });
  for (const deviceId of ['HEALTH01', 'CLIP']) {
    plain.putDevice({ ...by(T0 - DAY), deviceId, transport: 'bluetooth' });
    plain.bind({ ...by(T0 - DAY), deviceId, patientId: ada.patientId });
  }
  const { between } = chanceOf(4);
  const batch: Measurement[] = [];
  const values: Sample[] = [];
  for (let atMs = T0; atMs < T0 + 5 * HOUR; atMs += 20 * SECOND) {
    for (const deviceId of ['HEALTH01', 'CLIP']) {
      const takenAtMs = atMs + (deviceId === 'CLIP' ? 7 * SECOND : 0);
      const dips = Math.sin(atMs / (40 * MINUTE)) > 0.9;
      const spo2 = Math.round((dips ? 92 : 98) + between(-1, 1));
      values.push({ atMs: takenAtMs, source: deviceId, value: spo2 });
      batch.push(measurement({ deviceId, takenAtMs, values: { spo2 } }));
    }
  }
  put(...batch);
  plain.bind({ ...by(T0 + 5 * HOUR), deviceId: 'HEALTH01', patientId: ben.patientId });
  put(measurement({ takenAtMs: T0 + 5 * HOUR + SECOND, values: { spo2: 70 } }));
  put(measurement({ deviceId: 'CLIP', takenAtMs: T0 + HOUR + SECOND, values: { spo2: 50 }, quality: QUALITY.sensorOff }));
  const ask = { patientId: ada.patientId, fromMs: FROM, toMs: T0 + DAY, kinds: ['spo2'] as const };
  return { reads: rehearsalReads(readDb), ask, values: values.filter(({ atMs }) => atMs >= FROM) };
}

const limitOf = (ruleId: string, change: Partial<ThresholdRule>) =>
  RULES.map((rule) => (rule.ruleId === ruleId ? { ...rule, ...change } : rule));

describe('vitals for a rehearsal', () => {
  test.each([
    ['spo2-very-low', { limit: 91 }],
    ['spo2-low', { limit: 97, consecutive: 2 }],
    ['spo2-low', { limit: 60 }],
  ])('%s %o alarms as often as every single value says', (ruleId, change) => {
    const { reads, ask, values } = openWard();
    const { patientId } = ask;
    const sets = [RULES, limitOf(ruleId, change)];
    const whole = replayRule(values, patientId, ruleId, sets).alarms;
    const pruned = [...reads.vitals(ask, mattersTo(ruleId, sets))];
    expect(replayRule(pruned, patientId, ruleId, sets).alarms).toEqual(whole);
    expect(pruned.length).toBeLessThan(values.length);
    expect(pruned.map(({ atMs }) => atMs)).toEqual(pruned.map(({ atMs }) => atMs).sort((a, b) => a - b));
  });

  test('where everything matters, every value of the patient comes once, in order of time', () => {
    const { reads, ask, values } = openWard();
    const all = [...reads.vitals(ask, () => true)];
    expect(all.map(({ atMs, value }) => [atMs, value])).toEqual(values.map(({ atMs, value }) => [atMs, value]));
  });

  test('a patient without readings has none', () => {
    const { reads, ask } = openWard();
    expect([...reads.vitals({ ...ask, patientId: 99 }, () => true)]).toEqual([]);
    expect([...reads.scores({ ...ask, model: 'hypoxia' })]).toEqual([]);
  });
});
