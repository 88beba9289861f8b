// The way in: refused items do not hold up good ones, alarms come before storing, screens hear after it.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CurrentValue, Device, Observation, Prediction } from '../../src-main/contract/models.ts';
import { Intake, type IntakeOptions } from '../../src-main/intake/intake.ts';
import type { LatePredictions, Measurement, RaisedAlert } from '../../src-main/links/link.ts';
import { DiskFullError } from '../../src-main/store/errors.ts';
import type { DeviceRecord, ReadingRow, ScoredBatch, StoreWrites } from '../../src-main/store/ports.ts';
import { measurement, T0 } from '../store/measurement.ts';

const MINUTE = 60_000;
const ALERT: RaisedAlert = { alarmId: 'a1', rule: 'hr-high', priority: 'high', message: 'Heart rate high' };

function record(deviceId: string, over: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    sourceId: 1,
    deviceId,
    transport: 'http',
    name: '',
    address: null,
    model: '',
    firmware: '',
    addedAtMs: 0,
    revokedAtMs: null,
    lastHeardAtMs: null,
    tokenUsedAtMs: null,
    tokenUsedFrom: null,
    cgmOctetOrder: 'status-first',
    ...over,
  };
}

const prediction: Prediction = {
  predictionId: 'p',
  patientId: 7,
  model: 'hypoxia',
  version: '1',
  scoredAtMs: T0,
  probability: 0.9,
  level: 'high',
  missing: [],
};

function open(over: Partial<IntakeOptions> = {}) {
  const log: string[] = [];
  const [values, devices, predictions, storing, put]: [
    [number, readonly CurrentValue[]][],
    Device[],
    Prediction[],
    (Error | null)[],
    Parameters<StoreWrites['putDevice']>[0][],
  ] = [[], [], [], [], []];
  const batches: (readonly Measurement[])[] = [];
  /** What the store answers; a test may replace it. */
  const engine = {
    answer: (batch: readonly Measurement[]): ScoredBatch => ({
      outcomes: batch.map(({ takenAtMs }) => ({ status: 'stored', readingId: `r-${takenAtMs}`, patientId: 7, predictions: [] })),
      predictions: [],
    }),
  };
  const intake = new Intake({
    store: {
      storeReadings: async ({ batch }) => {
        batches.push(batch);
        log.push(`store ${batch.length}`);
        await Promise.resolve();
        return engine.answer(batch);
      },
      putDevice: (ask) => {
        put.push(ask);
        return Promise.resolve(record(ask.deviceId, { transport: ask.transport, name: ask.name ?? '' }));
      },
    },
    now: () => T0,
    patient: (patientId) => ({ name: `Patient ${patientId}`, mrn: String(patientId) }),
    onValidated: (patientId, { values: { heartRate = 0 } }) => {
      log.push(`alarm ${patientId} ${heartRate}`);
      return heartRate > 150 ? [ALERT] : [];
    },
    onValues: (patientId, changed) => values.push([patientId, changed]),
    onPrediction: (prediction) => predictions.push(prediction),
    onDevice: (device) => devices.push(device),
    onStoring: (problem) => storing.push(problem),
    ...over,
  });
  intake.board.load([record('HEALTH01')]);
  intake.bindings.load([
    { bindingId: 1, deviceId: 'HEALTH01', patientId: 7, fromMs: T0 - MINUTE, toMs: null, boundAtMs: 0, boundBy: 'nurse' },
  ]);
  return { intake, log, values, devices, predictions, storing, put, batches, engine };
}

beforeEach(() => {
  vi.useFakeTimers({ now: T0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('one batch', () => {
  test('good items are stored around refused ones, and outcomes keep the order', async () => {
    const { intake, batches } = open();
    const outcomes = await intake.accept([
      measurement({ takenAtMs: T0 - 3 }),
      measurement({ takenAtMs: T0 - 2, values: { spo2: 920 } }),
      measurement({ takenAtMs: T0 - 1 }),
    ]);
    expect(outcomes.map((outcome) => (outcome.status === 'stored' ? outcome.readingId : outcome.status))).toEqual([
      `r-${T0 - 3}`,
      'rejected',
      `r-${T0 - 1}`,
    ]);
    expect(batches[0]?.map(({ takenAtMs }) => takenAtMs)).toEqual([T0 - 3, T0 - 1]);
    expect(intake.board.device('HEALTH01')).toMatchObject({
      accepted: 2,
      rejected: 1,
      lastRejection: 'Oxygen saturation 920 % is outside 30–100 %.',
      state: 'connected',
    });
  });

  test('of a time that is no longer kept what is still stored is a repeat, and the rest is refused by a code', async () => {
    const { intake, batches } = open({ keptFromMs: () => T0 });
    const none = async (): Promise<readonly never[]> => [];
    await intake.load({
      devices: async () => [record('HEALTH01')],
      bindings: none,
      patients: none,
      latest: none,
      stored: async ({ batch }) => batch.map(({ takenAtMs }) => (takenAtMs === T0 - 2 ? 'r-old' : null)),
      observations: none,
      latestPredictions: none,
    });
    const outcomes = await intake.accept([
      measurement({ takenAtMs: T0 - 3 }),
      measurement({ takenAtMs: T0 - 2 }),
      measurement({ takenAtMs: T0 - 2, values: { spo2: 920 } }),
      measurement({ takenAtMs: T0 }),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'rejected', problems: [{ code: 'time_no_longer_kept' }] },
      { status: 'duplicate', readingId: 'r-old' },
      { status: 'rejected', problems: [{ code: 'time_no_longer_kept' }, { code: 'out_of_range' }] },
      { status: 'stored' },
    ]);
    expect(batches.map((batch) => batch.length)).toEqual([1]);
    expect(intake.board.device('HEALTH01')).toMatchObject({ accepted: 1, duplicates: 1, rejected: 2 });
  });

  test('alarms are evaluated before anything is stored, even while storing hangs', () => {
    const { intake, log } = open();
    void intake.accept([measurement({ values: { heartRate: 180 } })]);
    expect(log).toEqual(['alarm 7 180', 'store 1']);
  });

  test('what was raised is in the outcome', async () => {
    const { intake } = open();
    expect(await intake.accept([measurement({ values: { heartRate: 180 } })])).toMatchObject([
      { status: 'stored', alerts: [ALERT] },
    ]);
  });

  test('refused items and repeats raise nothing; another frame of the same moment does', async () => {
    const { intake, log } = open();
    await intake.accept([measurement({ values: { heartRate: 900 } })]);
    await intake.accept([measurement({ values: { heartRate: 180 } })]);
    await intake.accept([measurement({ values: { heartRate: 180 } })]);
    await intake.accept([measurement({ values: { spo2: 97 } })]);
    expect(log.filter((line) => line.startsWith('alarm'))).toEqual(['alarm 7 180', 'alarm 7 0']);
  });

  test('the patient is who wore the device when it was taken', async () => {
    const { intake, log } = open();
    await intake.accept([measurement({ takenAtMs: T0 - 2 * MINUTE })]);
    expect(log[0]).toBe('alarm null 72');
  });

  test('a conflict names the vital and both values', async () => {
    const { intake, engine } = open();
    engine.answer = () => ({ outcomes: [{ status: 'conflict', kind: 'spo2', stored: 97, sent: 91 }], predictions: [] });
    const [outcome] = await intake.accept([measurement({ values: { spo2: 91 } })]);
    expect(outcome).toMatchObject({
      status: 'conflict',
      problems: [{ code: 'conflict', field: 'spo2', limit: '97 %', value: 91 }],
    });
    expect(intake.board.device('HEALTH01')).toMatchObject({ rejected: 1, accepted: 0 });
  });

  test('a full disk is thrown to the link and told once; so is the recovery', async () => {
    const { intake, engine, storing, values } = open();
    const works = engine.answer;
    engine.answer = () => {
      throw new DiskFullError();
    };
    await expect(intake.accept([measurement()])).rejects.toBeInstanceOf(DiskFullError);
    expect(values).toEqual([]);
    engine.answer = works;
    await intake.accept([measurement()]);
    await intake.accept([measurement({ sequence: 1 })]);
    expect(storing).toEqual([expect.any(DiskFullError), null]);
  });

  test('a score older than the newest known of its patient and model is not announced', async () => {
    const { intake, predictions } = open();
    const score = (scoredAtMs: number): Prediction => ({
      predictionId: `p${scoredAtMs}`,
      patientId: 7,
      model: 'heart',
      version: '1',
      scoredAtMs,
      probability: 0.1,
      level: 'low',
      missing: [],
    });
    intake.predictions([score(T0)]);
    intake.predictions([score(T0 - MINUTE), { ...score(T0 - MINUTE), patientId: 8 }]);
    expect(predictions.map(({ patientId, scoredAtMs }) => [patientId, scoredAtMs])).toEqual([
      [7, T0],
      [8, T0 - MINUTE],
    ]);
  });
});

describe('devices', () => {
  test('an unknown Bluetooth device is added once, with what it said of itself, when its first reading comes', async () => {
    const { intake, put } = open();
    intake.deviceStatus({
      deviceId: 'AA',
      state: 'connected',
      transport: 'bluetooth',
      name: 'Oxi',
      address: 'aa:bb',
      manufacturer: 'Nonin',
      modelNumber: '3150',
    });
    expect(put).toEqual([]);
    const frame = (takenAtMs: number) => [measurement({ deviceId: 'AA', takenAtMs })];
    await Promise.all([intake.accept(frame(T0)), intake.accept(frame(T0 - 1))]);
    expect(put).toMatchObject([
      { deviceId: 'AA', transport: 'bluetooth', name: 'Oxi', address: 'aa:bb', model: 'Nonin 3150', actor: 'console' },
    ]);
    expect(intake.board.device('AA')).toMatchObject({ state: 'connected', accepted: 2 });
  });

  test('a revoked device is refused', async () => {
    const { intake, batches } = open();
    intake.board.put(record('HEALTH01', { revokedAtMs: T0 - 1 }));
    expect(await intake.accept([measurement()])).toMatchObject([{ status: 'rejected', problems: [{ code: 'device_revoked' }] }]);
    expect(batches).toEqual([]);
  });

  test('readings of nobody are counted and become no current value', async () => {
    const { intake, engine } = open();
    engine.answer = (batch) => ({
      outcomes: batch.map(() => ({ status: 'stored', readingId: 'r', patientId: null, predictions: [] })),
      predictions: [],
    });
    await intake.accept([measurement({ takenAtMs: T0 - 2 * MINUTE })]);
    expect(intake.board.device('HEALTH01')).toMatchObject({ accepted: 1, unbound: 1 });
    expect(intake.values.of(7)).toEqual([]);
  });

  test('every model abstains on a reading that is nobody’s, and says that a patient is missing', async () => {
    const abstained = { model: 'heart', version: '1', probability: null, level: 'abstained', missing: ['patient'] } as const;
    const { intake, engine } = open({ unclaimed: [abstained] });
    engine.answer = (batch) => ({
      outcomes: batch.map(() => ({ status: 'stored', readingId: 'r', patientId: null, predictions: [] })),
      predictions: [],
    });
    expect(await intake.accept([measurement({ takenAtMs: T0 - 2 * MINUTE })])).toMatchObject([{ predictions: [abstained] }]);
  });

  test('a frame that could not be decoded is counted and shown', () => {
    const { intake } = open();
    intake.frameRejected('HEALTH01', 'too short: 3 of 5 bytes');
    expect(intake.board.device('HEALTH01')).toMatchObject({ rejected: 1, lastRejection: 'too short: 3 of 5 bytes' });
  });

  test('counts are announced about once a second, a change of state at once', async () => {
    const { intake, devices } = open();
    for (let index = 0; index < 50; index++) {
      await intake.accept([measurement({ sequence: index })]);
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(2000);
    expect(devices.length).toBeGreaterThanOrEqual(5);
    expect(devices.length).toBeLessThanOrEqual(7);
    expect(devices.at(-1)).toMatchObject({ accepted: 50 });
    const before = devices.length;
    intake.deviceStatus({ deviceId: 'HEALTH01', state: 'lost', transport: 'http', detail: 'out of range' });
    expect(devices.slice(before)).toMatchObject([{ state: 'lost', detail: 'out of range' }]);
  });

  test('binding and unbinding show on the row and decide whose the next reading is', () => {
    const { intake } = open();
    expect(intake.board.device('HEALTH01')?.boundTo).toEqual({
      patientId: 7,
      name: 'Patient 7',
      mrn: '7',
      fromMs: T0 - MINUTE,
      untilMs: null,
    });
    const device = intake.rebound({
      bindingId: 2,
      deviceId: 'HEALTH01',
      patientId: 8,
      fromMs: T0,
      toMs: null,
      boundAtMs: 0,
      boundBy: 'nurse',
    });
    expect(device?.boundTo?.patientId).toBe(8);
    expect([T0 - 1, T0].map((atMs) => intake.bindings.patientAt('HEALTH01', atMs))).toEqual([7, 8]);
    intake.rebound({
      bindingId: 2,
      deviceId: 'HEALTH01',
      patientId: 8,
      fromMs: T0,
      toMs: T0 + 5,
      boundAtMs: 0,
      boundBy: 'nurse',
    });
    expect(intake.board.device('HEALTH01')?.boundTo).toBeNull();
    expect([T0 + 4, T0 + 5].map((atMs) => intake.bindings.patientAt('HEALTH01', atMs))).toEqual([8, null]);
    expect(intake.bindings.allOpen()).toEqual([]);
  });
});

describe('whose it is', () => {
  const entry: Observation = {
    observationId: 1,
    patientId: 7,
    kind: 'temperature',
    value: 38,
    enteredValue: '38',
    enteredUnit: 'Cel',
    takenAtMs: T0,
    recordedAtMs: T0,
    recordedBy: 'Nora',
    note: '',
    overrides: null,
    retractedAtMs: null,
    retractedBy: null,
    retractedReason: null,
  };
  const bound = (patientId: number, fromMs: number, toMs: number | null = null, bindingId = patientId) =>
    ({ bindingId, deviceId: 'HEALTH01', patientId, fromMs, toMs, boundAtMs: 0, boundBy: 'nurse' }) as const;

  test('a device bound to the wrong patient and then to the right one: the wrong one’s current values and alarms end', async () => {
    const left: [number, boolean][] = [];
    const { intake } = open({ onLeft: (patientId, _, isTheirs) => left.push([patientId, isTheirs(T0)]) });
    await intake.accept([measurement()]);
    expect(intake.values.of(7)).toMatchObject([{ kind: 'heartRate', value: 72 }]);
    intake.rebound(bound(8, T0 - MINUTE));
    expect(intake.values.of(7)).toEqual([]);
    expect(left).toEqual([
      [7, false],
      [8, true],
    ]);
  });

  test('what a wearer left behind stays theirs when the device goes on to somebody else', async () => {
    const { intake } = open();
    await intake.accept([measurement()]);
    intake.rebound(bound(8, T0 + MINUTE));
    expect(intake.values.of(7)).toMatchObject([{ kind: 'heartRate', value: 72 }]);
  });

  test('heard from the next wearer by a clock that runs behind, it alarms nobody and is nobody’s current value', async () => {
    const { intake, log } = open();
    intake.rebound(bound(8, T0 + MINUTE));
    await intake.accept([measurement({ takenAtMs: T0, receivedAtMs: T0 + 2 * MINUTE, values: { heartRate: 180 } })]);
    expect(log[0]).toBe('alarm null 180');
    // Nor is it where it is too old to be live: of a network device nobody knows whether it was kept.
    await intake.accept([
      measurement({ takenAtMs: T0 + 1, receivedAtMs: T0 + 7 * MINUTE, origin: 'backfill', values: { heartRate: 181 } }),
    ]);
    expect(log).toContain('alarm null 181');
    expect(intake.values.of(7)).toEqual([]);
  });

  test('nor is its score the former wearer’s risk of now; a score of what they had sent late is', async () => {
    const { intake, engine, predictions } = open();
    intake.rebound(bound(8, T0 + MINUTE));
    const { answer } = engine;
    engine.answer = (batch) => ({ ...answer(batch), predictions: [prediction] });
    const reading = measurement({ takenAtMs: T0, receivedAtMs: T0 + 2 * MINUTE });
    await intake.accept([reading]);
    expect(predictions).toEqual([]);
    await intake.accept([{ ...reading, origin: 'backfill' }]);
    expect(predictions).toEqual([prediction]);
  });

  test('nor is a score that follows, where the device has changed hands or its wearer has left meanwhile', () => {
    const here = new Set([7, 8]);
    const patient = (patientId: number) => (here.has(patientId) ? { name: 'Ada', mrn: '1' } : null);
    const told: LatePredictions[] = [];
    const { intake, predictions } = open({ patient, onLate: (late) => told.push(late) });
    const later = (scoredAtMs: number) => [{ ...prediction, scoredAtMs }];
    const heard = { ...measurement({ takenAtMs: T0 }), readingId: 'r-1' };
    const late = { ...heard, origin: 'backfill' as const };
    intake.followed(heard, later(T0 + 1));
    intake.followed(null, later(T0 + 2));
    // An older one that comes after a newer is history.
    intake.followed(heard, later(T0));
    expect(predictions).toEqual([...later(T0 + 1), ...later(T0 + 2)]);
    intake.rebound(bound(8, T0));
    for (const reading of [heard, late]) intake.followed(reading, later(T0 + 3));
    here.delete(7);
    intake.followed(null, later(T0 + 4));
    expect(predictions).toHaveLength(2);
    // The device is told of those that are its wearer's, newest or not.
    const of = (scoredAtMs: number) => ({ deviceId: 'HEALTH01', readingId: 'r-1', predictions: later(scoredAtMs) });
    expect(told).toEqual([of(T0 + 1), of(T0)]);
  });

  test('of somebody who has been discharged nothing is current and nothing alarms, in whatever order it is heard of', async () => {
    const here = new Set([7]);
    const patient = (patientId: number) => (here.has(patientId) ? { name: 'Ada', mrn: '1' } : null);
    const { intake, log, values } = open({ patient });
    const asked = Promise.withResolvers<readonly ReadingRow[]>();
    const none = async (): Promise<readonly never[]> => [];
    const row = { ...measurement(), readingId: 'r' };
    await intake.load({
      devices: async () => [record('HEALTH01')],
      bindings: async () => [bound(7, T0 - MINUTE)],
      patients: none,
      latest: () => asked.promise,
      stored: none,
      observations: none,
      latestPredictions: none,
    });
    // Taken off, discharged, and only then has the store answered what it knows of them.
    intake.rebound(bound(7, T0 - MINUTE, T0 + MINUTE));
    here.delete(7);
    intake.left(7);
    asked.resolve([row]);
    await vi.advanceTimersByTimeAsync(1);
    await intake.accept([measurement({ takenAtMs: T0 + 1, origin: 'backfill', values: { heartRate: 180 } })]);
    await intake.accept([measurement({ takenAtMs: T0 + 2, receivedAtMs: T0 + 2 })]);
    intake.observation({ ...entry, patientId: 7 });
    expect([intake.values.of(7), values]).toEqual([[], []]);
    expect(log.filter((line) => line.startsWith('alarm'))).toEqual(['alarm null 180', 'alarm null 72']);
  });

  test('a reading whose first answer was lost with the engine becomes current when it is answered as a repeat', async () => {
    const { intake, engine } = open();
    engine.answer = (batch) => ({
      outcomes: batch.map(() => ({ status: 'duplicate', readingId: 'r', patientId: 7, predictions: [] })),
      predictions: [],
    });
    await intake.accept([measurement({ values: { temperature: 38 } })]);
    expect(intake.values.of(7)).toMatchObject([{ kind: 'temperature', value: 38 }]);
  });
});

test('a clock set back holds up no news of a device', async () => {
  const { intake, devices } = open();
  await intake.accept([measurement()]);
  await vi.advanceTimersByTimeAsync(2000);
  const before = devices.length;
  vi.setSystemTime(T0 - 60 * MINUTE);
  await intake.accept([measurement({ sequence: 1 })]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(devices.slice(before).at(-1)).toMatchObject({ accepted: 2 });
});
