// The computer's clock jumps an hour while readings come in: alarms go by the clock that never does, and what is current by both.
import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../src-main/contract/models.ts';
import { Ward } from '../../src-main/ward.ts';
import { ADA, bench, LOW_SPO2, prediction, START_MS } from './bench.ts';

const HOUR = 3_600_000;
const JUMPS = [
  ['ahead', HOUR],
  ['back', -HOUR],
] as const;

describe.each(JUMPS)('the clock jumps an hour %s', (_, jumpMs) => {
  it('an alarm that holds goes on, once, while readings say so, and one ends when they do no longer', () => {
    const { hear, clock, open, run, told } = bench();
    hear({ spo2: 85 });
    clock.wallMs += jumpMs;
    run(1);
    expect(open()).toEqual(['spo2-very-low:active']);
    expect(hear({ spo2: 85 })).toEqual([]);
    expect(new Set(told.map(({ alarmId }) => alarmId)).size).toBe(1);
    hear({ spo2: 97 });
    expect(open()).toEqual(['spo2-very-low:latched']);
  });

  it('three in a row stay three, and what is beyond its limit after the jump is raised', () => {
    const { hear, clock, open } = bench();
    for (const spo2 of [93, 93]) expect(hear({ spo2 })).toEqual([]);
    clock.wallMs += jumpMs;
    expect(hear({ spo2: 93 })).toMatchObject([{ rule: 'spo2-low' }]);
    expect(hear({ heartRate: 150 })).toHaveLength(1);
    expect(open()).toHaveLength(2);
  });

  it('an alarm whose readings have ended goes stale after its own time, not by the jump', () => {
    const { alarms, hear, clock, open, run } = bench();
    const [alert] = hear({ spo2: 85 });
    alarms.acknowledge(alert?.alarmId ?? '', 'Nurse Ada');
    clock.wallMs += jumpMs;
    run(5);
    expect(open()).toEqual(['spo2-very-low:acknowledged']);
    run(16 * 60);
    expect(open()).toEqual([]);
  });

  it('an acknowledged alarm is brought back to mind after three minutes, not by the jump', () => {
    const { alarms, hear, clock, pass, reminded } = bench();
    const [alert] = hear({ spo2: 85 });
    alarms.acknowledge(alert?.alarmId ?? '', 'Nurse Ada');
    clock.wallMs += jumpMs;
    const goOn = (seconds: number): void => {
      for (let second = 0; second < seconds; second += 10) {
        pass(9_000);
        hear({ spo2: 85 });
        alarms.tick();
      }
    };
    goOn(170);
    expect(reminded).toHaveLength(0);
    goOn(20);
    expect(reminded).toHaveLength(1);
  });

  it('a pause of the sound lasts as long as it was asked for', () => {
    const { alarms, clock, run, pauses } = bench();
    alarms.pauseAudio(60, 'Nurse Ada');
    clock.wallMs += jumpMs;
    run(58);
    expect(alarms.audioPause()).not.toBeNull();
    run(3);
    expect(alarms.audioPause()).toBeNull();
    expect(pauses.at(-1)).toBeNull();
  });

  it('a silent device is missed after its own time, not by the jump', () => {
    const { alarms, hear, clock, open, run } = bench();
    alarms.watch({ deviceId: 'HEALTH01', patientId: 1, name: 'Band' });
    hear({ spo2: 97 });
    clock.wallMs += jumpMs;
    run(50);
    expect(open()).toEqual([]);
    run(15);
    expect(open()).toEqual(['lost-signal:active']);
  });

  it('a risk scored after the jump raises', () => {
    const { alarms, clock } = bench();
    alarms.onPrediction(prediction(0.1, clock.wallMs));
    clock.wallMs += jumpMs;
    expect(alarms.onPrediction(prediction(0.9, clock.wallMs))).toHaveLength(1);
  });
});

describe('what is current', () => {
  function open() {
    const clock = { nowMs: START_MS };
    const ward = new Ward({ values: () => [LOW_SPO2], openAlarms: () => [], devices: () => [], now: () => clock.nowMs });
    ward.put(ADA);
    const risk = (): Prediction['probability'] | undefined => ward.live(1)?.predictions[0]?.probability;
    return { clock, ward, risk };
  }

  it.each(JUMPS)('a value taken before the clock jumped an hour %s does not count in NEWS2 as one of now', (_, jumpMs) => {
    const { clock, ward } = open();
    expect(ward.news2(1)).toMatchObject({ score: 3 });
    clock.nowMs += jumpMs;
    expect(ward.news2(1).missing).toContain('Oxygen saturation');
  });

  it('a risk scored before the clock was set back does not keep off those scored since; a late one does not take their place', () => {
    const { clock, ward, risk } = open();
    ward.predicted(prediction(0.1, START_MS));
    clock.nowMs -= HOUR;
    ward.predicted(prediction(0.2, clock.nowMs));
    expect(risk()).toBe(0.2);
    ward.predicted(prediction(0.3, clock.nowMs - 1000));
    expect(risk()).toBe(0.2);
  });
});

describe('a restart in the middle of an alarm', () => {
  it.each([['not at all', 0], ...JUMPS] as const)(
    'with the clock jumped %s: it is there again with its time, and not raised twice',
    (_, jumpMs) => {
      const before = bench();
      before.hear({ spo2: 85 });
      const [was] = before.alarms.open();
      const after = bench();
      after.clock.wallMs = before.clock.wallMs + 5_000 + jumpMs;
      after.alarms.restore(before.alarms.open());
      expect(after.alarms.open()).toEqual([was]);
      after.run(3);
      expect(after.hear({ spo2: 85 })).toEqual([]);
      expect(after.alarms.open()).toMatchObject([{ alarmId: was?.alarmId, raisedAtMs: was?.raisedAtMs, state: 'active' }]);
      after.hear({ spo2: 97 });
      expect(after.open()).toEqual(['spo2-very-low:latched']);
    },
  );
});
