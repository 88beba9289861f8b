// Threshold alarms: who may raise one, that it latches, that it is raised once, and what ends it.
import { describe, expect, it } from 'vitest';
import { alarm as alarmSchema } from '../../src-main/contract/models.ts';
import { QUALITY } from '../../src-main/links/link.ts';
import { bench, observation, prediction, START_MS } from './bench.ts';

const HOUR = 3_600_000;

describe('raising', () => {
  it('tells rule, value and limit, and is valid by the contract', () => {
    const { hear, told, saved } = bench();
    const [alert] = hear({ spo2: 88 });
    expect(alert).toMatchObject({ rule: 'spo2-very-low', priority: 'high', message: 'SpO₂ very low: 88% is below 92%' });
    expect(told).toHaveLength(1);
    expect(alarmSchema.parse(told[0])).toMatchObject({
      alarmId: alert?.alarmId,
      patientId: 1,
      state: 'active',
      raisedAtMs: START_MS + 1000,
    });
    expect(saved).toEqual(told);
  });

  it('one open alarm per rule and patient: no repeats while it holds', () => {
    const { alarms, hear, reading, open } = bench();
    expect(hear({ spo2: 88 })).toHaveLength(1);
    for (let n = 0; n < 20; n += 1) expect(hear({ spo2: 87 })).toEqual([]);
    expect(alarms.onMeasurement(2, reading({ spo2: 87 }, { deviceId: 'HEALTH02' }))).toHaveLength(1);
    expect(open()).toEqual(['spo2-very-low:active', 'spo2-very-low:active']);
  });

  it('N in a row: a medium SpO2 alarm takes three', () => {
    const { hear } = bench();
    expect(hear({ spo2: 93 })).toEqual([]);
    expect(hear({ spo2: 93 })).toEqual([]);
    expect(hear({ spo2: 93 })).toMatchObject([{ rule: 'spo2-low', priority: 'medium' }]);
  });

  it('the same reading heard again counts once', () => {
    const { alarms, hear, reading, pass } = bench();
    hear({ spo2: 93 });
    pass(1000);
    const twice = reading({ spo2: 93 });
    for (let n = 0; n < 5; n += 1) expect(alarms.onMeasurement(1, twice)).toEqual([]);
  });

  it('only the more urgent of two rules is raised, the lesser when the value comes back as far as that', () => {
    const { hear, open } = bench();
    for (let n = 0; n < 5; n += 1) hear({ spo2: 85 });
    expect(open()).toEqual(['spo2-very-low:active']);
    expect(hear({ spo2: 93 })).toMatchObject([{ rule: 'spo2-low' }]);
    expect(open()).toEqual(['spo2-very-low:latched', 'spo2-low:active']);
  });

  it('HI and LO are beyond every limit, and end when a number is back within it', () => {
    const { hear, open } = bench();
    expect(hear({}, { specials: { glucose: 'LO' } })).toMatchObject([
      {
        rule: 'glucose-very-low',
        priority: 'high',
        message: 'Glucose very low: LO, beyond what the device measures; limit 54 mg/dL',
      },
    ]);
    hear({ glucose: 110 });
    expect(open()).toEqual(['glucose-very-low:latched']);
    expect(hear({}, { specials: { glucose: '+INF' } })).toMatchObject([{ rule: 'glucose-high' }]);
    expect(hear({}, { specials: { glucose: 'HI' }, quality: QUALITY.sensorFault })).toEqual([]);
  });

  it('what is no number and unscored quality never alarm', () => {
    const { alarms, hear, reading, open } = bench();
    hear({}, { specials: { spo2: 'NaN', glucose: 'NRes' } });
    for (const flag of ['questionable', 'invalid', 'demonstration', 'sensorOff', 'sensorFault', 'cuffLoose'] as const) {
      hear({ spo2: 40, systolic: 40, glucose: 20 }, { quality: QUALITY[flag] });
    }
    expect(alarms.onMeasurement(1, reading({ spo2: Number.NaN }))).toEqual([]);
    expect(open()).toEqual([]);
    expect(hear({ spo2: 40 }, { quality: QUALITY.lowPerfusion })).toHaveLength(1);
  });

  it('old back-filled readings neither raise nor end; recent ones do', () => {
    const { hear, clock, open } = bench();
    expect(hear({ glucose: 40 }, { origin: 'backfill', takenAtMs: clock.wallMs - HOUR })).toEqual([]);
    expect(open()).toEqual([]);
    expect(hear({ glucose: 40 }, { origin: 'backfill', takenAtMs: clock.wallMs - 60_000 })).toHaveLength(1);
    hear({ glucose: 120 }, { origin: 'backfill', takenAtMs: clock.wallMs - HOUR });
    expect(open()).toEqual(['glucose-very-low:active']);
  });

  it('a late reading does not end what a newer one began; a device clock set back does not silence the device', () => {
    const { hear, clock, open } = bench();
    hear({ spo2: 85 });
    hear({ spo2: 99 }, { takenAtMs: clock.wallMs - 20_000 });
    expect(open()).toEqual(['spo2-very-low:active']);
    hear({ heartRate: 80 });
    expect(hear({ heartRate: 150 }, { takenAtMs: clock.wallMs - HOUR })).toHaveLength(1);
  });

  it('neither a back-fill nor an older reading of the same message speaks against the newest', () => {
    const { alarms, reading, hear, clock, open } = bench();
    hear({ spo2: 85 });
    hear({ spo2: 99 }, { origin: 'backfill', takenAtMs: clock.wallMs - 3 * 60_000 });
    expect(open()).toEqual(['spo2-very-low:active']);
    const newestFirst = [0, 2, 4].map((minutes) =>
      reading({ glucose: 40 + minutes * 20 }, { takenAtMs: clock.wallMs - minutes * 60_000 }),
    );
    for (const one of newestFirst) alarms.onMeasurement(1, one);
    expect(open()).toContain('glucose-very-low:active');
  });

  it('offered again while nothing can be stored, a long message changes nothing', () => {
    const { alarms, reading, pass, clock, open, told } = bench();
    const message = [60, 99].map((spo2, index) => {
      pass(70_000);
      return reading({ spo2 }, { takenAtMs: clock.wallMs, receivedAtMs: clock.wallMs + index });
    });
    pass(1000);
    for (const one of message) alarms.onMeasurement(1, one);
    const before = told.length;
    expect(open()).toEqual(['spo2-very-low:latched']);
    for (const one of message) alarms.onMeasurement(1, one);
    expect([open(), told.length]).toEqual([['spo2-very-low:latched'], before]);
  });

  it('the console’s clock set back, even by seconds, silences no alarm', () => {
    const { hear, clock } = bench();
    hear({ spo2: 97 });
    clock.wallMs -= 45_000;
    expect(hear({ spo2: 85 })).toHaveLength(1);
  });

  it('an older value written down late does not end what a newer entry by hand began', () => {
    const { alarms, clock, open } = bench();
    alarms.onObservation(observation('spo2', 85, clock.wallMs));
    alarms.onObservation(observation('spo2', 97, clock.wallMs - 10 * 60_000, { observationId: 2 }));
    expect(open()).toEqual(['spo2-very-low:active']);
    alarms.onObservation(observation('spo2', 97, clock.wallMs + 1000, { observationId: 3 }));
    expect(open()).toEqual(['spo2-very-low:latched']);
  });

  it('ends for a patient whose device turns out to be another’s, and goes on where the reading stays theirs', () => {
    const { alarms, hear, open } = bench();
    hear({ spo2: 85 });
    alarms.deviceLeft(1, 'HEALTH01', () => true);
    expect(open()).toEqual(['spo2-very-low:active']);
    alarms.deviceLeft(1, 'HEALTH01', () => false);
    expect(open()).toEqual(['spo2-very-low:latched']);
  });

  it('a reading bound to nobody raises nothing', () => {
    const { alarms, reading } = bench();
    expect(alarms.onMeasurement(null, reading({ spo2: 50 }))).toEqual([]);
    expect(alarms.open()).toEqual([]);
  });

  it('the pulse of an oximeter is watched by the rules of the heart rate, with no second alarm', () => {
    const { hear, open } = bench();
    expect(hear({ pulseRate: 150 })).toMatchObject([{ rule: 'heart-rate-very-high' }]);
    expect(hear({ heartRate: 150 })).toEqual([]);
    hear({ pulseRate: 80 });
    expect(open()).toEqual(['heart-rate-very-high:active']);
    hear({ heartRate: 80 });
    expect(open()).toEqual(['heart-rate-very-high:latched']);
  });
});

describe('life of an alarm', () => {
  it('latches: stays when the value recovers, until a named user acknowledges it', () => {
    const { alarms, hear, open } = bench();
    const [alert] = hear({ spo2: 88 });
    hear({ spo2: 97 });
    expect(open()).toEqual(['spo2-very-low:latched']);
    expect(alarms.open()[0]?.endedAtMs).toBe(START_MS + 2000);
    expect(alarms.acknowledge(alert?.alarmId ?? '', 'Nurse Ada')).toMatchObject({
      state: 'cleared',
      acknowledgedBy: 'Nurse Ada',
    });
    expect(open()).toEqual([]);
  });

  it('a latched alarm whose condition returns is active again, not a second alarm', () => {
    const { hear, open } = bench();
    hear({ spo2: 88 });
    hear({ spo2: 97 });
    expect(hear({ spo2: 88 })).toEqual([]);
    expect(open()).toEqual(['spo2-very-low:active']);
  });

  it('an acknowledged alarm goes on as acknowledged, clears when it ends, and returns as a new one', () => {
    const { alarms, hear, open } = bench();
    const [first] = hear({ spo2: 88 });
    alarms.acknowledge(first?.alarmId ?? '', 'Nurse Ada');
    expect(hear({ spo2: 88 })).toEqual([]);
    expect(open()).toEqual(['spo2-very-low:acknowledged']);
    hear({ spo2: 97 });
    expect(open()).toEqual([]);
    const [second] = hear({ spo2: 88 });
    expect(second?.alarmId).not.toBe(first?.alarmId);
    expect(alarms.open()[0]).toMatchObject({ state: 'active', acknowledgedBy: null });
  });

  it('hysteresis: a value at the limit does not end it', () => {
    const { hear, open } = bench();
    hear({ glucose: 50 });
    hear({ glucose: 56 });
    expect(open()).toEqual(['glucose-very-low:active']);
    hear({ glucose: 59 });
    expect(open()).toContain('glucose-very-low:latched');
  });

  it('the first to acknowledge stands; nobody without a name; nothing that is not open', () => {
    const { alarms, hear } = bench();
    const [alert] = hear({ spo2: 88 });
    const id = alert?.alarmId ?? '';
    expect(() => alarms.acknowledge(id, '  ')).toThrow('named user');
    alarms.acknowledge(id, 'Nurse Ada');
    expect(alarms.acknowledge(id, 'Doctor Bo').acknowledgedBy).toBe('Nurse Ada');
    expect(() => alarms.acknowledge('nothing', 'Nurse Ada')).toThrow('not open any more');
  });

  it('is brought back to mind every three minutes while acknowledged and continuing', () => {
    const { alarms, hear, run, reminded } = bench();
    const [alert] = hear({ spo2: 88 });
    run(170);
    alarms.acknowledge(alert?.alarmId ?? '', 'Nurse Ada');
    run(179);
    expect(reminded).toHaveLength(0);
    run(1);
    expect(reminded).toMatchObject([{ rule: 'spo2-very-low', state: 'acknowledged' }]);
    run(180);
    expect(reminded).toHaveLength(2);
  });

  it('ends when its last value is too old to say that it holds', () => {
    const { hear, run, open } = bench();
    hear({ heartRate: 150 });
    run(15 * 60);
    expect(open()).toEqual(['heart-rate-very-high:active']);
    run(2);
    expect(open()).toEqual(['heart-rate-very-high:latched']);
  });

  it('tells at most now and then that it continues, but always when it was last seen', () => {
    const { hear, alarms, told, clock } = bench();
    hear({ spo2: 88 });
    for (let n = 0; n < 90; n += 1) {
      hear({ spo2: 88 });
      alarms.tick();
    }
    expect(alarms.open()[0]?.lastSeenAtMs).toBe(clock.wallMs);
    expect(told.length).toBeGreaterThan(2);
    expect(told.length).toBeLessThan(6);
  });

  it('ends when the patient leaves, and stays until somebody has seen it', () => {
    const { alarms, hear, open } = bench();
    hear({ spo2: 88 });
    alarms.patientLeft(1);
    expect(open()).toEqual(['spo2-very-low:latched']);
  });
});

describe('manual values', () => {
  it('raise like readings, if they are recent', () => {
    const { alarms, clock } = bench();
    expect(alarms.onObservation(observation('temperature', 39.6, clock.wallMs - 5 * 60_000))).toMatchObject([
      { rule: 'temperature-very-high' },
    ]);
    expect(alarms.onObservation(observation('spo2', 80, clock.wallMs - 16 * 60_000))).toEqual([]);
    expect(alarms.onObservation(observation('cholesterolMgDl', 400, clock.wallMs))).toEqual([]);
  });

  it('a reading that has recovered ends what a manual value began', () => {
    const { alarms, clock, hear, open } = bench();
    alarms.onObservation(observation('spo2', 85, clock.wallMs));
    hear({ spo2: 97 });
    expect(open()).toEqual(['spo2-very-low:latched']);
  });

  it('a manual value does not end what a device goes on reporting', () => {
    const { alarms, clock, hear, open } = bench();
    hear({ spo2: 85 });
    alarms.onObservation(observation('spo2', 98, clock.wallMs));
    expect(open()).toEqual(['spo2-very-low:active']);
  });

  it('a retracted value no longer holds an alarm', () => {
    const { alarms, clock, open } = bench();
    const wrong = observation('spo2', 29, clock.wallMs);
    alarms.onObservation(wrong);
    alarms.onObservation({ ...wrong, retractedAtMs: clock.wallMs, retractedBy: 'Nurse Ada', retractedReason: 'typing' });
    expect(open()).toEqual(['spo2-very-low:latched']);
  });
});

describe('risks', () => {
  it('raise at the high threshold of their model; an abstaining model neither raises nor ends', () => {
    const { alarms, clock, open } = bench();
    expect(alarms.onPrediction(prediction(0.59, clock.wallMs))).toEqual([]);
    expect(alarms.onPrediction(prediction(0.6, clock.wallMs))).toMatchObject([{ rule: 'risk-hypoxia-high', priority: 'medium' }]);
    alarms.onPrediction(prediction(null, clock.wallMs));
    expect(open()).toEqual(['risk-hypoxia-high:active']);
    alarms.onPrediction(prediction(0.3, clock.wallMs));
    expect(open()).toEqual(['risk-hypoxia-high:latched']);
  });

  it('scored for the past do not alarm now, and acknowledged ones do not remind', () => {
    const { alarms, clock, run, reminded } = bench();
    expect(alarms.onPrediction(prediction(0.9, clock.wallMs - HOUR))).toEqual([]);
    const [alert] = alarms.onPrediction(prediction(0.9, clock.wallMs, 'diabetes'));
    alarms.acknowledge(alert?.alarmId ?? '', 'Doctor Bo');
    run(400);
    expect(reminded).toEqual([]);
  });
});

describe('rules', () => {
  it('a patient’s own rule takes the place of the clinic’s, for that patient alone', () => {
    const { alarms, hear, reading } = bench();
    const own = alarms.checkRule({ ruleId: 'spo2-very-low', patientId: 1, limit: 85, consecutive: 2, enabled: true });
    alarms.saveRule(own);
    expect(alarms.rules(1).find((rule) => rule.ruleId === 'spo2-very-low')).toEqual(own);
    expect(alarms.rules(null).find((rule) => rule.ruleId === 'spo2-very-low')?.limit).toBe(92);
    expect(alarms.rules(1)).toHaveLength(alarms.rules(null).length);
    expect(hear({ spo2: 84 })).toEqual([]);
    expect(hear({ spo2: 84 })).toMatchObject([{ message: 'SpO₂ very low: 84% is below 85%' }]);
    expect(alarms.onMeasurement(2, reading({ spo2: 90 }, { deviceId: 'HEALTH02' }))).toHaveLength(1);
  });

  it('a rule that is switched off ends what it holds and raises nothing more', () => {
    const { alarms, hear, open } = bench();
    hear({ spo2: 88 });
    alarms.saveRule(alarms.checkRule({ ruleId: 'spo2-very-low', patientId: null, limit: 92, consecutive: 1, enabled: false }));
    expect(open()).toEqual(['spo2-very-low:latched']);
    hear({ spo2: 88 });
    expect(open()).toEqual(['spo2-very-low:latched']);
  });

  it('a new limit holds for patients already watched', () => {
    const { alarms, hear } = bench();
    hear({ heartRate: 100 });
    alarms.saveRule(
      alarms.checkRule({ ruleId: 'heart-rate-very-high', patientId: null, limit: 95, consecutive: 1, enabled: true }),
    );
    expect(hear({ heartRate: 100 })).toMatchObject([{ rule: 'heart-rate-very-high' }]);
  });
});

describe('restart', () => {
  it('takes open alarms back as they were: no repeat, no news, and a recovered reading ends them', () => {
    const before = bench();
    before.hear({ spo2: 88 });
    const after = bench();
    after.alarms.restore(before.alarms.open());
    expect(after.told).toEqual([]);
    expect(after.hear({ spo2: 88 })).toEqual([]);
    expect(after.open()).toEqual(['spo2-very-low:active']);
    after.hear({ spo2: 97 });
    expect(after.open()).toEqual(['spo2-very-low:latched']);
  });

  it('a restored acknowledged alarm with no readings any more ends by age', () => {
    const before = bench();
    const [alert] = before.hear({ spo2: 88 });
    before.alarms.acknowledge(alert?.alarmId ?? '', 'Nurse Ada');
    const after = bench();
    after.alarms.restore(before.alarms.open());
    after.run(16 * 60);
    expect(after.open()).toEqual([]);
  });
});
