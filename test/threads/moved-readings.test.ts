// A binding is corrected: readings go from Ada to Ben, and what was scored with them as Ada's is Ada's no longer, nor lost.
import { describe, expect, test } from 'vitest';
import { loadRiskModels as loadTrainedModels } from '../../src-main/risk/models.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { engineCore } from '../../src-main/threads/engine-core.ts';
import { MODELS_DIR } from '../risk/facts.ts';
import { ADA, BEN, by, DAY, HOUR, MINUTE, measurement, openStore, SECOND, T0 } from '../store/fixtures.ts';
import { loadRiskModels } from './fake-models.ts';

const FOR_EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 1000 };

async function open(transport: 'bluetooth' | 'http' = 'http') {
  const store = openStore();
  const core = engineCore(store.writer, await loadRiskModels('ok'));
  const { writes } = core;
  const [ada, ben] = [
    (await writes.addPatient({ ...by(T0 - DAY), patient: ADA })).patientId,
    (await writes.addPatient({ ...by(T0 - DAY), patient: BEN })).patientId,
  ];
  for (const deviceId of ['GLUCO', 'OTHER']) await writes.putDevice({ ...by(T0 - DAY), deviceId, transport });
  await writes.bind({ ...by(T0 - HOUR), deviceId: 'GLUCO', patientId: ada, fromMs: T0 - HOUR });
  await writes.bind({ ...by(T0 - HOUR), deviceId: 'OTHER', patientId: ada, fromMs: T0 - HOUR });
  const put = (deviceId: string, takenAtMs: number, values: { glucose?: number; spo2?: number; systolic?: number }) =>
    core.storeBatch([measurement({ deviceId, takenAtMs, receivedAtMs: takenAtMs, values })]);
  const scores = (patientId: number, model = 'diabetes') =>
    store.reader
      .predictions({ ...FOR_EVER, patientId, model })
      .map(({ scoredAtMs, probability }) => [(scoredAtMs - T0) / MINUTE, probability]);
  const newest = (patientId: number, model: string) =>
    store.reader.latestPredictions({ patientId }).find((each) => each.model === model)?.probability ?? null;
  return { ...store, core, writes, ada, ben, put, scores, newest };
}

describe('a binding from a time gone by', () => {
  test('takes the scores of what has moved from the former wearer, and the newest of it is scored as the new one’s', async () => {
    const { writes, ada, ben, put, scores } = await open();
    await put('GLUCO', T0 - 10 * MINUTE, { glucose: 100 });
    await put('GLUCO', T0 + MINUTE, { glucose: 300 });
    await put('GLUCO', T0 + 2 * MINUTE, { glucose: 310 });
    expect(scores(ada)).toEqual([
      [-10, 0.1],
      [1, 0.3],
      [2, 0.31],
    ]);
    await writes.bind({ ...by(T0 + 5 * MINUTE), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    expect(scores(ada)).toEqual([[-10, 0.1]]);
    expect(scores(ben)).toEqual([[2, 0.31]]);
  });

  test('as well when they have been filed, and with those of a continuous device', async () => {
    const { writer, writes, ada, ben, put, scores } = await open('bluetooth');
    await put('GLUCO', T0 - 10 * MINUTE, { glucose: 100 });
    await put('GLUCO', T0 + MINUTE, { glucose: 300 });
    writer.fileArrivals();
    await put('GLUCO', T0 + MINUTE + SECOND, { glucose: 310 });
    await writes.bind({ ...by(T0 + 5 * MINUTE), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    expect([scores(ada), scores(ben)]).toEqual([[[-10, 0.1]], [[1 + 1 / 60, 0.31]]]);
    // The next one follows what stands, not what was withdrawn.
    await put('OTHER', T0 + 6 * MINUTE, { systolic: 120 });
    expect(scores(ada)).toEqual([
      [-10, 0.1],
      [6, 0.1],
    ]);
  });

  test('takes those of other devices, too, that were made with its values; those made before or without them stay', async () => {
    const { writes, ada, ben, put, scores, newest } = await open();
    await put('OTHER', T0 - MINUTE, { systolic: 120 });
    await put('GLUCO', T0 + MINUTE, { glucose: 300, spo2: 90 });
    // Within the twelve hours that the hypoxia model looks back.
    await put('OTHER', T0 + 20 * MINUTE, { spo2: 97 });
    await put('OTHER', T0 + 14 * HOUR, { spo2: 98 });
    expect(scores(ada, 'hypoxia').map(([minute]) => minute)).toEqual([-1, 1, 20, 14 * 60]);
    await writes.bind({ ...by(T0 + 15 * HOUR), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    expect(scores(ada, 'hypoxia')).toEqual([
      [-1, null],
      [14 * 60, 0.02],
    ]);
    expect([newest(ada, 'hypoxia'), newest(ben, 'hypoxia'), newest(ben, 'diabetes')]).toEqual([0.02, 0.1, 0.3]);
  });

  test('leaves a receipt of what was withdrawn that says so, and a line in the audit', async () => {
    const { writes, ada, ben, put, reader } = await open();
    await put('GLUCO', T0 + MINUTE, { glucose: 300 });
    const [shown] = reader.latestPredictions({ patientId: ada });
    await writes.bind({ ...by(T0 + 5 * MINUTE), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    const ask = { predictionId: shown?.predictionId ?? '' };
    expect(await writes.receipt(ask)).toMatchObject({
      prediction: { patientId: ada },
      withdrawn: { atMs: T0 + 5 * MINUTE, by: 'nurse' },
    });
    const [theirs] = reader.latestPredictions({ patientId: ben });
    expect(await writes.receipt({ predictionId: theirs?.predictionId ?? '' })).not.toHaveProperty('withdrawn');
    expect(reader.audit({ limit: 5 })).toContainEqual(
      expect.objectContaining({ action: 'prediction.withdraw', subject: `patient ${ada}` }),
    );
  });

  test('takes those, too, that were made with a value of a clock that runs ahead, which counts from when it came in', async () => {
    const store = openStore();
    const core = engineCore(store.writer, await loadTrainedModels(MODELS_DIR));
    const { writes } = core;
    const [ada, ben] = [
      (await writes.addPatient({ ...by(T0 - DAY), patient: ADA })).patientId,
      (await writes.addPatient({ ...by(T0 - DAY), patient: BEN })).patientId,
    ];
    for (const deviceId of ['GLUCO', 'OTHER']) {
      await writes.putDevice({ ...by(T0 - DAY), deviceId, transport: 'http' });
      await writes.bind({ ...by(T0 - HOUR), deviceId, patientId: ada, fromMs: T0 - HOUR });
    }
    const put = (deviceId: string, receivedAtMs: number, aheadMs: number, values: { glucose?: number; systolic?: number }) =>
      core.storeBatch([measurement({ deviceId, takenAtMs: receivedAtMs + aheadMs, receivedAtMs, values })]);
    await put('OTHER', T0 - 2 * MINUTE, 0, { systolic: 121 });
    await put('GLUCO', T0 - MINUTE, 3 * MINUTE, { glucose: 300 });
    await put('OTHER', T0 - SECOND, 0, { systolic: 122 });
    await put('OTHER', T0 + 10 * MINUTE, 0, { systolic: 123 });
    await writes.bind({ ...by(T0 + 15 * MINUTE), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    const ofAda = store.reader.predictions({ ...FOR_EVER, patientId: ada, model: 'diabetes' });
    expect(ofAda.map(({ scoredAtMs }) => (scoredAtMs - T0) / MINUTE)).toEqual([-2]);
  });

  test('takes a long time’s scores in steps, the newest at once, and goes on after a restart', async () => {
    const { core, writer, db, ada, ben, put, scores, reader } = await open();
    for (let minute = -60; minute < 600; minute += 30) {
      const of = (index: number) => T0 + (minute + index) * MINUTE;
      await core.storeBatch(
        Array.from({ length: 30 }, (_, index) =>
          measurement({ deviceId: 'GLUCO', takenAtMs: of(index), receivedAtMs: of(index) }),
        ),
      );
    }
    await put('OTHER', T0 + 600 * MINUTE, { systolic: 120 });
    expect(scores(ada)).toHaveLength(661);
    // The process ends after the change itself.
    writer.plain.bind({ ...by(T0 + 11 * HOUR), deviceId: 'GLUCO', patientId: ben, fromMs: T0 - 30 * MINUTE });
    const left = scores(ada);
    expect(left.length).toBeGreaterThan(100);
    expect(Math.max(...left.slice(0, -1).map(([minute]) => Number(minute)))).toBeLessThan(200);
    const next = engineCore(storeWriter(db), await loadRiskModels('ok'));
    await next.recover();
    expect(scores(ada).map(([minute]) => minute)).toEqual([...Array.from({ length: 30 }, (_, index) => index - 60), 600]);
    const said = reader.audit({ limit: 50 }).filter(({ action }) => action === 'prediction.withdraw');
    expect(said).toMatchObject([{ subject: `patient ${ada}`, detail: expect.stringMatching(/^630 moments/) }]);
  });

  test('what was withdrawn is kept as long as scores are, and no longer', async () => {
    const { writes, ada, ben, put, reader } = await open();
    await put('GLUCO', T0 + MINUTE, { glucose: 300 });
    const [shown] = reader.latestPredictions({ patientId: ada });
    await writes.bind({ ...by(T0 + 5 * MINUTE), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    const receipt = () => writes.receipt({ predictionId: shown?.predictionId ?? '' });
    await writes.forgetBefore({ kind: 'scores', beforeMs: T0 });
    expect(await writes.removeOld({ kind: 'scores', limit: 100 })).toBe(0);
    expect(await receipt()).toHaveProperty('withdrawn');
    await writes.forgetBefore({ kind: 'scores', beforeMs: T0 + HOUR });
    // Ada's, withdrawn, and Ben's.
    for (const removed of [1, 1, 0]) expect(await writes.removeOld({ kind: 'scores', limit: 100 })).toBe(removed);
    expect(await receipt()).toBeNull();
  });

  test('a repeat of a reading that has moved is answered with the new wearer’s scores', async () => {
    const { writes, ben, put } = await open();
    await put('GLUCO', T0 + MINUTE, { glucose: 300 });
    await writes.bind({ ...by(T0 + 5 * MINUTE), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    const again = await put('GLUCO', T0 + MINUTE, { glucose: 300 });
    expect(again.items).toMatchObject([{ status: 'duplicate', patientId: ben }]);
    expect(again.predictions.map(({ prediction }) => prediction.patientId)).toEqual([ben, ben, ben]);
  });
});

describe('a device whose clock is ten minutes behind, given on an hour ago', () => {
  test('what it has sent since and dated to before is in doubt: no longer the former’s, nor its scores, and nothing is lost', async () => {
    const { core, writer, writes, ada, ben, scores, reader } = await open();
    const late = (takenAtMs: number, glucose: number) =>
      core.storeBatch([
        measurement({ deviceId: 'GLUCO', takenAtMs, receivedAtMs: takenAtMs + 10 * MINUTE, values: { glucose } }),
      ]);
    // Handed over at T0: until ten minutes past, what comes is dated to before.
    for (const minute of [-20, -11, -9, -1, 1]) await late(T0 + minute * MINUTE, 100 + minute);
    writer.fileArrivals();
    await writes.bind({ ...by(T0 + HOUR), deviceId: 'GLUCO', patientId: ben, fromMs: T0 });
    const glucose = (patientId: number) =>
      reader.readings({ ...FOR_EVER, patientId, after: null }).map(({ values }) => values.glucose);
    expect([glucose(ada), glucose(ben)]).toEqual([[80, 89], [101]]);
    expect(scores(ada).map(([minute]) => minute)).toEqual([-20, -11]);
    const aside = { deviceId: 'GLUCO', isDoubtful: true, fromMs: T0 - 9 * MINUTE, toMs: T0 - MINUTE };
    expect(reader.unclaimed({ nowMs: T0 + HOUR })).toMatchObject([{ ...aside, count: 2 }]);
    expect(reader.size().readings).toBe(5);
    expect(reader.statistics({ ...FOR_EVER, patientId: ada })).toMatchObject([{ kind: 'glucose', count: 2, max: 89 }]);
    // Sent again, it is there already.
    expect((await late(T0 - MINUTE, 99)).items).toMatchObject([{ status: 'duplicate', patientId: null }]);
    writer.fileArrivals();
    await writes.claim({ ...by(T0 + HOUR), ...aside, patientId: ben });
    expect(glucose(ben)).toEqual([91, 99, 101]);
    expect(reader.statistics({ ...FOR_EVER, patientId: ben })).toMatchObject([{ kind: 'glucose', count: 3, min: 91 }]);
  });
});

describe('what moves no reading', () => {
  test('withdraws nothing: a device that goes on to the next patient from now on', async () => {
    const { writes, ada, ben, put, scores, reader } = await open();
    await put('GLUCO', T0 + MINUTE, { glucose: 100 });
    await writes.bind({ ...by(T0 + 5 * MINUTE), deviceId: 'GLUCO', patientId: ben });
    await writes.unbind({ ...by(T0 + 6 * MINUTE), deviceId: 'GLUCO' });
    expect([scores(ada), scores(ben)]).toEqual([[[1, 0.1]], []]);
    expect(reader.audit({ limit: 50 }).map(({ action }) => action)).not.toContain('prediction.withdraw');
  });
});

describe('a device that was not worn since, and readings claimed', () => {
  test('the scores of the time it was not worn are withdrawn; claimed for Ben the newest is scored, and withdrawn when undone', async () => {
    const { writes, ada, ben, put, scores } = await open();
    await put('GLUCO', T0 + MINUTE, { glucose: 300 });
    await writes.unbind({ ...by(T0 + 5 * MINUTE), deviceId: 'GLUCO', fromMs: T0 });
    expect(scores(ada)).toEqual([]);
    const ask = { deviceId: 'GLUCO', fromMs: T0 + MINUTE, toMs: T0 + MINUTE, patientId: ben };
    const { claim } = await writes.claim({ ...by(T0 + 6 * MINUTE), ...ask });
    expect(scores(ben)).toEqual([[1, 0.3]]);
    await writes.undoClaim({ ...by(T0 + 7 * MINUTE), claimId: claim.claimId });
    expect(scores(ben)).toEqual([]);
    // Claimed and undone again: the same moment is scored and withdrawn a second time.
    const again = await writes.claim({ ...by(T0 + 8 * MINUTE), ...ask });
    expect(scores(ben)).toEqual([[1, 0.3]]);
    await writes.undoClaim({ ...by(T0 + 9 * MINUTE), claimId: again.claim.claimId });
    expect([scores(ada), scores(ben)]).toEqual([[], []]);
  });
});
