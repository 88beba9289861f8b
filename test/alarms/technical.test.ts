// Technical alarms: lost signal by the monotonic clock, unusable readings, saving that fails, and the honest pause of sound.
import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../src-main/contract/models.ts';
import { QUALITY } from '../../src-main/links/link.ts';
import { bench } from './bench.ts';

const WEARABLE = { deviceId: 'HEALTH01', patientId: 1, name: 'Wearable 1' };
const YEAR = 365 * 86_400_000;

describe('lost signal', () => {
  it('is raised after the setting, once, as a technical alarm of medium priority', () => {
    const { alarms, run, told } = bench();
    alarms.watch(WEARABLE);
    run(60);
    expect(told).toEqual([]);
    run(30);
    expect(told).toMatchObject([
      { category: 'technical', rule: 'lost-signal', priority: 'medium', deviceId: 'HEALTH01', patientId: 1 },
    ]);
    expect(told[0]?.detail).toContain('Nothing heard from Wearable 1 for 61 s');
  });

  it('ends when the device is heard again, without acknowledgement', () => {
    const { alarms, hear, run, open } = bench();
    alarms.watch(WEARABLE);
    run(90);
    expect(open()).toEqual(['lost-signal:active']);
    hear({ heartRate: 70 });
    expect(open()).toEqual([]);
  });

  it('is shown for five seconds at least', () => {
    const { alarms, run, open } = bench();
    alarms.watch(WEARABLE);
    run(61);
    alarms.heard('HEALTH01');
    expect(open()).toEqual(['lost-signal:latched']);
    run(4);
    expect(open()).toEqual(['lost-signal:latched']);
    run(1);
    expect(open()).toEqual([]);
  });

  it('a jump of the wall clock neither raises nor hides it', () => {
    for (const jumpMs of [YEAR, -YEAR]) {
      const { alarms, clock, run, open } = bench();
      alarms.watch(WEARABLE);
      run(30);
      clock.wallMs += jumpMs;
      run(30);
      expect(open()).toEqual([]);
      run(1);
      expect(open()).toEqual(['lost-signal:active']);
      clock.wallMs -= jumpMs;
      run(10);
      expect(open()).toEqual(['lost-signal:active']);
    }
  });

  it('is not raised for a device that is heard, that is bound to nobody, or that reports more seldom', () => {
    const { alarms, run, open } = bench();
    alarms.watch(WEARABLE);
    alarms.watch({ deviceId: 'CGM', patientId: 1, name: 'Glucose sensor', silentAfterMs: 600_000 });
    for (let n = 0; n < 10; n += 1) {
      run(50);
      alarms.heard('HEALTH01');
    }
    alarms.unwatch('HEALTH01');
    run(90);
    expect(open()).toEqual([]);
    run(90);
    expect(open()).toEqual(['lost-signal:active']);
  });

  it('ends when the device is unbound', () => {
    const { alarms, run, open } = bench();
    alarms.watch(WEARABLE);
    run(90);
    alarms.unwatch('HEALTH01');
    expect(open()).toEqual([]);
  });

  it('follows a changed setting', () => {
    const { alarms, run, open } = bench();
    alarms.watch(WEARABLE);
    alarms.setLostSignalAfterSeconds(20);
    run(21);
    expect(open()).toEqual(['lost-signal:active']);
  });

  it('old back-filled readings do not count as heard now', () => {
    const { alarms, clock, hear, run, open } = bench();
    alarms.watch(WEARABLE);
    run(55);
    hear({ heartRate: 70 }, { origin: 'backfill', takenAtMs: clock.wallMs - 3_600_000 });
    run(10);
    expect(open()).toEqual(['lost-signal:active']);
  });

  it('of a device that sends what cannot be taken says so, and why', () => {
    const reason = 'The time lies in the future: check the device clock.';
    const { alarms, told, run } = bench({
      refusedWithin: (deviceId, ms) => (deviceId === 'HEALTH01' && ms > 60_000 ? reason : null),
    });
    alarms.watch(WEARABLE);
    run(90);
    expect(told.map(({ rule, detail }) => `${rule}: ${detail}`)).toEqual([
      `lost-signal: Nothing that ${WEARABLE.name} has sent for 61 s could be taken. ${reason}`,
    ]);
  });

  it('does not touch the physiological alarm of the same patient', () => {
    const { alarms, hear, run, open } = bench();
    alarms.watch(WEARABLE);
    hear({ spo2: 85 });
    run(90);
    expect(open()).toEqual(['spo2-very-low:active', 'lost-signal:active']);
  });

  it('survives a restart while the device stays silent, and ends by being heard', () => {
    const before = bench();
    before.alarms.watch(WEARABLE);
    before.run(90);
    const after = bench();
    after.alarms.restore(before.alarms.open());
    after.alarms.watch(WEARABLE);
    after.run(300);
    expect(after.open()).toEqual(['lost-signal:active']);
    after.alarms.heard('HEALTH01');
    expect(after.open()).toEqual([]);
  });

  it('of a device that is bound no more ends a minute after the restart', () => {
    const before = bench();
    before.alarms.watch(WEARABLE);
    before.run(90);
    const after = bench();
    after.alarms.restore(before.alarms.open());
    after.run(60);
    expect(after.open()).toEqual(['lost-signal:active']);
    after.run(1);
    expect(after.open()).toEqual([]);
  });
});

describe('no usable readings', () => {
  it('is raised where a device talks but what it measured does not count any more', () => {
    const { alarms, hear, open } = bench();
    alarms.watch(WEARABLE);
    hear({ spo2: 97, heartRate: 70 });
    for (let n = 0; n < 70; n += 1) {
      hear({ heartRate: 70 });
      hear({ spo2: 40 }, { quality: QUALITY.sensorOff });
      alarms.tick();
    }
    expect(open()).toEqual(['no-usable-readings:active']);
    expect(alarms.open()[0]?.detail).toContain('no usable SpO₂');
    hear({ spo2: 97 });
    expect(open()).toEqual([]);
  });

  it('is not raised by a single bad reading, nor by a kind the device never measured', () => {
    const { alarms, hear, open } = bench();
    alarms.watch(WEARABLE);
    hear({ systolic: 120, heartRate: 70 });
    hear({ systolic: 120 }, { quality: QUALITY.cuffLoose });
    for (let n = 0; n < 100; n += 1) {
      hear({ heartRate: 70 }, { specials: { meanPressure: 'NaN' } });
      alarms.tick();
    }
    expect(open()).toEqual([]);
  });
});

describe('technical conditions of the console', () => {
  it('one alarm while active, cleared when not', () => {
    const { alarms, run, told, open } = bench();
    const stalled = { active: true, message: 'Engine stalled', detail: 'No answer for 10 s', priority: 'high' as const };
    alarms.technical('engine-stalled', stalled);
    expect(alarms.technical('engine-stalled', stalled)).toMatchObject({
      rule: 'engine-stalled',
      priority: 'high',
      patientId: null,
    });
    expect(told).toHaveLength(1);
    run(10);
    expect(alarms.technical('engine-stalled', { ...stalled, active: false })).toBeNull();
    expect(open()).toEqual([]);
  });
});

describe('saving', () => {
  it('that fails loses no alarm: it is kept, made known, and saved when that is possible again', async () => {
    let works = false;
    const saved: Alarm[] = [];
    const { alarms, hear, run, open } = bench({
      persist: async (alarm) => {
        if (!works) throw new Error('disk full');
        saved.push(alarm);
      },
    });
    const [alert] = hear({ spo2: 85 });
    await settled();
    run(1);
    expect(open()).toEqual(['spo2-very-low:active', 'alarms-not-saved:active']);
    alarms.acknowledge(alert?.alarmId ?? '', 'Nurse Ada');
    hear({ spo2: 97 });
    await settled();
    expect(open()).toEqual(['alarms-not-saved:active']);
    works = true;
    run(1);
    await settled();
    // Cleared in memory meanwhile, and still saved, in its last state.
    expect(saved.find((alarm) => alarm.rule === 'spo2-very-low')).toMatchObject({
      state: 'cleared',
      acknowledgedBy: 'Nurse Ada',
    });
    run(6);
    await settled();
    expect(open()).toEqual([]);
    expect(saved.filter((alarm) => alarm.rule === 'alarms-not-saved').at(-1)).toMatchObject({ state: 'cleared' });
  });

  it('that throws at once is no different', () => {
    const { hear, open } = bench({
      persist: () => {
        throw new Error('no worker');
      },
    });
    expect(hear({ spo2: 85 })).toHaveLength(1);
    expect(open()).toEqual(['spo2-very-low:active']);
  });
});

describe('audio pause', () => {
  it('hides and clears nothing', () => {
    const { alarms, clock, hear, open, pauses } = bench();
    hear({ spo2: 85 });
    const before = alarms.open();
    expect(alarms.pauseAudio(120, 'Nurse Ada')).toEqual({
      untilMs: clock.wallMs + 120_000,
      by: 'Nurse Ada',
      maxPriority: 'high',
    });
    expect(alarms.open()).toEqual(before);
    hear({ spo2: 85, heartRate: 140 });
    expect(open()).toEqual(['spo2-very-low:active', 'heart-rate-very-high:active']);
    expect(pauses).toHaveLength(1);
  });

  it('ends by itself, by the monotonic clock, and its countdown follows a jump of the wall clock', () => {
    const { alarms, clock, run, pauses } = bench();
    alarms.pauseAudio(60, 'Nurse Ada');
    run(30);
    clock.wallMs += YEAR;
    run(1);
    expect(pauses.at(-1)?.untilMs).toBe(clock.wallMs + 29_000);
    run(28);
    expect(alarms.audioPause()).not.toBeNull();
    run(1);
    expect(alarms.audioPause()).toBeNull();
    expect(pauses.at(-1)).toBeNull();
  });

  it('a higher priority breaks through; the same does not', () => {
    const { alarms, hear } = bench();
    hear({ glucose: 65 });
    alarms.pauseAudio(120, 'Nurse Ada');
    hear({ glucose: 300 }, { deviceId: 'OTHER' });
    expect(alarms.audioPause()?.maxPriority).toBe('medium');
    hear({ spo2: 85 });
    expect(alarms.audioPause()).toBeNull();
  });

  it('made in silence is broken by the next medium alarm', () => {
    const { alarms, hear } = bench();
    alarms.pauseAudio(120, 'Nurse Ada');
    hear({ glucose: 65 });
    expect(alarms.audioPause()).toBeNull();
  });

  it('lasts two minutes at most, and 0 ends it', () => {
    const { alarms } = bench();
    expect(() => alarms.pauseAudio(121, 'Nurse Ada')).toThrow('0–120 s');
    alarms.pauseAudio(30, 'Nurse Ada');
    expect(alarms.pauseAudio(0, 'Nurse Ada')).toBeNull();
  });

  it('what is acknowledged no longer sounds and does not raise the bar', () => {
    const { alarms, hear } = bench();
    const [alert] = hear({ spo2: 85 });
    alarms.acknowledge(alert?.alarmId ?? '', 'Nurse Ada');
    expect(alarms.pauseAudio(60, 'Nurse Ada')?.maxPriority).toBe('low');
  });
});

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
