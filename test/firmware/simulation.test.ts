// The simulated body and the replay: the same seed gives the same patient, patients differ as they should, gaps stay gaps.
import { describe, expect, it } from 'vitest';
import { PATIENT_PROFILES, type PatientProfileName, PROFILES } from '../../firmware/raspberry-pi/patient-profiles.ts';
import { type BodyState, Physiology } from '../../firmware/raspberry-pi/physiology.ts';
import { parseRecording } from '../../firmware/raspberry-pi/recording.ts';
import { replaySensors } from '../../firmware/raspberry-pi/replay.ts';

const MORNING = Date.UTC(2026, 0, 5, 6);
const MINUTE_MS = 60_000;

function day(name: PatientProfileName, seed: number, stepMs = MINUTE_MS): BodyState[] {
  const body = new Physiology(PROFILES[name], seed, MORNING);
  return Array.from({ length: Math.floor((24 * 60 * MINUTE_MS) / stepMs) }, (_, index) => {
    body.advanceTo(MORNING + (index + 1) * stepMs);
    return body.state();
  });
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

describe('simulated body', () => {
  it('is the same for the same seed, however often it is looked at, and another for another', () => {
    const often = day('copd', 7, MINUTE_MS).at(-1);
    expect(day('copd', 7, 10 * MINUTE_MS).at(-1)).toEqual(often);
    expect(day('copd', 8, 10 * MINUTE_MS).at(-1)).not.toEqual(often);
  });

  it.each(PATIENT_PROFILES)('%s stays within what a body can do', (name) => {
    for (const state of day(name, 3)) {
      expect(state.heartRatePerMin).toBeGreaterThan(35);
      expect(state.heartRatePerMin).toBeLessThan(180);
      expect(state.spo2Percent).toBeGreaterThan(65);
      expect(state.spo2Percent).toBeLessThanOrEqual(100);
      expect(state.glucoseMgDl).toBeGreaterThanOrEqual(35);
      expect(state.glucoseMgDl).toBeLessThan(450);
      expect(state.systolicMmHg).toBeGreaterThan(state.diastolicMmHg + 15);
      expect(state.respiratoryRatePerMin).toBeGreaterThan(5);
      expect(state.rrIntervalsMs.every((ms) => ms >= 250 && ms < 2_000)).toBe(true);
    }
  });

  it('patients differ in what they are ill with', () => {
    const days = {
      healthy: day('healthy', 3),
      diabetic: day('diabetic', 3),
      copd: day('copd', 3),
      hypertensive: day('hypertensive', 3),
    };
    const middle = (name: PatientProfileName, pick: (state: BodyState) => number): number => median(days[name].map(pick));
    expect(middle('diabetic', (s) => s.glucoseMgDl)).toBeGreaterThan(middle('healthy', (s) => s.glucoseMgDl) + 30);
    expect(middle('copd', (s) => s.spo2Percent)).toBeLessThan(middle('healthy', (s) => s.spo2Percent) - 3);
    expect(middle('hypertensive', (s) => s.systolicMmHg)).toBeGreaterThan(middle('healthy', (s) => s.systolicMmHg) + 25);
    expect(Math.min(...days.copd.map((s) => s.spo2Percent))).toBeLessThan(88);
  });

  it('the heart is slower at night, glucose rises after a meal, sensors come off now and then', () => {
    const states = day('diabetic', 5);
    const hour = (from: number, pick: (state: BodyState) => number): number =>
      median(states.slice((from - 6) * 60, (from - 5) * 60).map(pick));
    expect(hour(28, (s) => s.heartRatePerMin)).toBeLessThan(hour(16, (s) => s.heartRatePerMin) - 5);
    expect(hour(8, (s) => s.glucoseMgDl)).toBeGreaterThan(hour(6, (s) => s.glucoseMgDl) + 20);
    expect(states.some((s) => !s.worn) && states.some((s) => s.moving)).toBe(true);
  });
});

describe('recordings', () => {
  const BEDSIDE = 'minute,hr,abpsys,abpdias,abpmean,pulse,resp,spo2,nbpsys,nbpdias,nbpmean\n';

  it('zero, empty and words are no reading', () => {
    const [first, second] = parseRecording(
      `${BEDSIDE}0,0.0,0.0,0.0,0.0,0.0,23.0,0.0,,,\n1,62.8,x,0.0,0.0,58,12.7,97.1,131,66,88\n`,
    );
    expect(first).toMatchObject({
      heartRatePerMin: null,
      spo2Percent: null,
      pulseRatePerMin: null,
      respiratoryRatePerMin: 23,
      cuff: null,
      arterial: null,
    });
    expect(second).toMatchObject({
      offsetMs: MINUTE_MS,
      heartRatePerMin: 62.8,
      spo2Percent: 97.1,
      cuff: { systolicMmHg: 131, diastolicMmHg: 66, meanMmHg: 88 },
    });
  });

  it('the columns of the payload are read too', () => {
    const csv =
      'timestamp,glucose,bp_systolic,bp_diastolic,spo2,heart_rate\n2025-04-14T10:45:00Z,145,130,85,92,87\n2025-04-14T10:50:00Z,,,,93,\n';
    expect(parseRecording(csv)).toMatchObject([
      {
        offsetMs: 0,
        glucoseMgDl: 145,
        heartRatePerMin: 87,
        pulseRatePerMin: 87,
        spo2Percent: 92,
        cuff: { systolicMmHg: 130, meanMmHg: null },
      },
      { offsetMs: 300_000, glucoseMgDl: null, heartRatePerMin: null, spo2Percent: 93, cuff: null },
    ]);
  });

  it.each([
    ['a,b\n1,2', /Line 1/],
    ['hr,spo2\n60,97', /minute/],
    ['minute,hr\nx,60', /Line 2: "x"/],
    ['minute,hr\n1,60\n1,61', /Line 3/],
    ['minute,hr\n', /no rows/],
  ])('%j is refused in plain words', (csv, words) => {
    expect(() => parseRecording(csv)).toThrow(words);
  });

  it('nothing is sent for what a row lacks, and nothing after the end', () => {
    const rows = parseRecording(`${BEDSIDE}0,0,0,0,0,0,0,0,,,\n1,60,0,0,0,59,14,97,,,\n2,0,0,0,0,0,0,0,131,66,88\n`);
    const sensors = replaySensors(rows, 0);
    const at = (minutes: number) => {
      const now = { bodyMs: minutes * MINUTE_MS, realMs: minutes * 10_000 };
      const { heart, oximeter, respiration, glucose, cuff } = sensors;
      return [heart, oximeter, respiration, glucose, cuff].map((sensor) => (sensor?.sample(now) ?? null) !== null);
    };
    expect(at(0.5)).toEqual([false, false, false, false, false]);
    expect(at(1.5)).toEqual([true, true, true, false, false]);
    expect(at(2.5)).toEqual([false, false, false, false, true]);
    expect(at(2.9)).toEqual([false, false, false, false, false]);
    expect(at(60)).toEqual([false, false, false, false, false]);
  });

  it('arterial pressure is thinned to one in five minutes, and no cuff reading is skipped at high speed', () => {
    const body = Array.from(
      { length: 30 },
      (_, minute) => `${minute},60,120,70,88,60,14,97,${minute === 13 ? '131,66,88' : ',,'}`,
    );
    const rows = parseRecording(`${BEDSIDE}${body.join('\n')}\n`);
    const sampled = (everyMinutes: number) => {
      const { cuff } = replaySensors(rows, 0);
      return Array.from({ length: 30 / everyMinutes + 1 }, (_, step) =>
        cuff?.sample({ bodyMs: step * everyMinutes * MINUTE_MS, realMs: step * 60_000 }),
      ).flatMap((sample) => (sample ? [sample.systolicMmHg] : []));
    };
    expect(sampled(1)).toEqual([120, 120, 120, 131, 120, 120, 120]);
    expect(sampled(10)).toContain(131);
  });
});
