// Scoring and storing in one go: which readings are scored with which facts, what is kept, and what a repeat is answered with.
import { beforeEach, describe, expect, test } from 'vitest';
import { QUALITY } from '../../src-main/links/link.ts';
import { loadRiskModels as loadTrainedModels } from '../../src-main/risk/models.ts';
import { noModels } from '../../src-main/risk/no-models.ts';
import type { Scored } from '../../src-main/risk/port.ts';
import { predictionId } from '../../src-main/store/predictions.ts';
import { engineCore } from '../../src-main/threads/engine-core.ts';
import { ScoreKeeper } from '../../src-main/threads/score-keeper.ts';
import type { ObservationKind } from '../../src-main/vitals/inputs.ts';
import { ENTERED, facts, MODELS_DIR } from '../risk/facts.ts';
import { ADA, BEN, by, DAY, HOUR, MINUTE, measurement, openStore, SECOND, T0 } from '../store/fixtures.ts';
import { asked, loadRiskModels } from './fake-models.ts';

beforeEach(() => {
  asked.length = 0;
});

async function openCore(mode = 'ok', transport: 'bluetooth' | 'http' = 'bluetooth') {
  const store = openStore();
  const core = engineCore(store.writer, await loadRiskModels(mode));
  const ada = await core.writes.addPatient({ ...by(T0 - DAY), patient: ADA });
  await core.writes.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport });
  await core.writes.bind({ ...by(T0 - DAY), deviceId: 'HEALTH01', patientId: ada.patientId });
  const stored = (model: string) =>
    store.reader.predictions({ patientId: ada.patientId, model, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 1000 });
  return { ...store, core, patientId: ada.patientId, stored };
}

const probabilities = (outcome: { predictions: readonly { prediction: { model: string; probability: number | null } }[] }) =>
  outcome.predictions.map(({ prediction }) => [prediction.model, prediction.probability]);

describe('single posts', () => {
  test('each is scored with its own values, even when several are committed together', async () => {
    const { core, stored } = await openCore('ok', 'http');
    const result = await core.storeBatch([
      measurement({ takenAtMs: T0 + 2 * SECOND, values: { glucose: 300 } }),
      measurement({ takenAtMs: T0 + SECOND, values: { glucose: 80 } }),
      measurement({ takenAtMs: T0 + 3 * SECOND, values: { glucose: 90, spo2: 95 } }),
    ]);
    const diabetes = result.items.map((item) =>
      item.status === 'conflict'
        ? []
        : item.predictions.map((at) => result.predictions[at]?.prediction).filter((found) => found?.model === 'diabetes'),
    );
    expect(diabetes.map((list) => list.map((found) => found?.probability))).toEqual([[0.3], [0.08], [0.09]]);
    expect(
      stored('diabetes')
        .map(({ probability }) => probability)
        .sort(),
    ).toEqual([0.08, 0.09, 0.3]);
    expect(stored('hypoxia').map(({ level }) => level)).toEqual(['abstained', 'abstained', 'low']);
  });

  test('dated ahead, a reading is scored with its own values and does not stand for those that come after it', async () => {
    const { core } = await openCore('ok', 'http');
    const hypoxia = async (takenAtMs: number, receivedAtMs: number, spo2: number) => {
      const result = await core.storeBatch([measurement({ takenAtMs, receivedAtMs, values: { spo2 } })]);
      const newest = asked.at(-1)?.[0];
      return [
        probabilities(result).find(([model]) => model === 'hypoxia')?.[1],
        newest?.atMs,
        newest?.recent.get('spo2')?.values,
      ];
    };
    expect(await hypoxia(T0 + 4 * MINUTE, T0, 96)).toEqual([0.04, T0 + 4 * MINUTE, [96]]);
    expect(await hypoxia(T0 + MINUTE, T0 + MINUTE, 72)).toEqual([0.28, T0 + MINUTE, [96, 72]]);
    expect(await hypoxia(T0 + 2 * MINUTE, T0 + 2 * MINUTE, 71)).toEqual([0.29, T0 + 2 * MINUTE, [96, 72, 71]]);
  });

  test('dated ahead, a reading gives way to what came in after it also where the facts are read anew, as after a change of a binding', async () => {
    const { core, patientId } = await openCore('ok', 'http');
    const glucose = (takenAtMs: number, receivedAtMs: number, value: number) =>
      core.storeBatch([measurement({ takenAtMs, receivedAtMs, values: { glucose: value } })]);
    await glucose(T0 + 2 * MINUTE, T0 - 2 * MINUTE, 300);
    await glucose(T0 - MINUTE, T0 - MINUTE, 90);
    await core.writes.putDevice({ ...by(T0 - MINUTE), deviceId: 'HEALTH02', transport: 'http' });
    await core.writes.bind({ ...by(T0 - MINUTE), deviceId: 'HEALTH02', patientId });
    await core.storeBatch([measurement({ deviceId: 'HEALTH02', values: { spo2: 96 } })]);
    expect(asked.at(-1)?.[0]?.vitals.get('glucose')).toEqual({ value: 90, takenAtMs: T0 - MINUTE });
  });

  test('a repeat is not scored and is answered with what was stored, abstentions with their missing inputs included', async () => {
    const { core } = await openCore('ok', 'http');
    const first = await core.storeBatch([measurement({ values: { glucose: 150 } })]);
    const runs = asked.length;
    const again = await core.storeBatch([measurement({ values: { glucose: 150 } })]);
    expect(asked.length).toBe(runs);
    expect(again.items).toMatchObject([{ status: 'duplicate', predictions: [0, 1, 2] }]);
    expect(again.predictions.map(({ prediction }) => prediction)).toEqual(first.predictions.map(({ prediction }) => prediction));
    expect(again.predictions.every(({ anchor }) => anchor === -1)).toBe(true);
    expect(again.predictions.find(({ prediction }) => prediction.model === 'hypoxia')?.prediction.missing).toEqual(['spo2']);
  });
});

test('a batch that comes while arrivals are filed waits for a part of them only', async () => {
  const { core, db } = await openCore();
  const waiting = () => db.prepare<[], number>('SELECT count(*) FROM arrival').pluck().get() ?? 0;
  const second = (index: number) => measurement({ takenAtMs: T0 + index * SECOND });
  for (let from = 0; from < 1024; from += 64) {
    await core.storeBatch(Array.from({ length: 64 }, (_, index) => second(from + index)));
  }
  const tidied = core.tidyUp();
  await core.storeBatch([second(1024)]);
  expect(waiting()).toBeGreaterThan(512);
  await tidied;
  expect(waiting()).toBe(0);
});

describe('continuous devices', () => {
  test('a batch of one patient is one run; every reading of it carries the result', async () => {
    const { core } = await openCore();
    const batch = Array.from({ length: 10 }, (_, index) =>
      measurement({ takenAtMs: T0 + index * SECOND, values: { spo2: 90 + index } }),
    );
    const result = await core.storeBatch(batch);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(1);
    expect(result.predictions.filter(({ prediction }) => prediction.model === 'hypoxia')).toMatchObject([
      { anchor: 9, prediction: { probability: 0.01, scoredAtMs: T0 + 9 * SECOND } },
    ]);
    expect(result.items.every((item) => item.status === 'stored' && item.predictions.length === 3)).toBe(true);
  });

  test('scores are kept when 15 s have passed or the level changes; a receipt can be had of those that were not', async () => {
    const { core, stored, writer } = await openCore();
    const ids: string[] = [];
    for (let second = 0; second <= 40; second++) {
      const spo2 = second === 20 ? 40 : 95;
      const { predictions } = await core.storeBatch([measurement({ takenAtMs: T0 + second * SECOND, values: { spo2 } })]);
      ids.push(predictions.find(({ prediction }) => prediction.model === 'hypoxia')?.prediction.predictionId ?? '');
    }
    expect(stored('hypoxia').map(({ scoredAtMs }) => (scoredAtMs - T0) / SECOND)).toEqual([0, 15, 20, 21, 36]);
    for (const second of [0, 7, 20, 40]) {
      const receipt = await core.writes.receipt({ predictionId: ids[second] ?? '' });
      expect(receipt?.prediction).toMatchObject({ predictionId: ids[second], scoredAtMs: T0 + second * SECOND });
    }
    // After a restart the one before it, which was kept, stands for it.
    const later = engineCore(writer, await loadRiskModels('ok'));
    const receipt = await later.writes.receipt({ predictionId: ids[19] ?? '' });
    expect(receipt?.prediction).toMatchObject({ predictionId: ids[15], level: 'low' });
    expect(await later.writes.receipt({ predictionId: 'no such' })).toBeNull();
  });

  test('unscored quality, special values and devices bound to nobody are stored and not scored', async () => {
    const { core, plain, reader } = await openCore();
    plain.putDevice({ ...by(), deviceId: 'FREE', transport: 'bluetooth' });
    const result = await core.storeBatch([
      measurement({ values: { spo2: 50 }, quality: QUALITY.sensorOff }),
      measurement({ takenAtMs: T0 + 1, values: {}, specials: { spo2: 'NaN' } }),
      measurement({ deviceId: 'FREE', values: { spo2: 50 } }),
    ]);
    expect(result.items).toMatchObject([
      { status: 'stored', predictions: [] },
      { status: 'stored', predictions: [] },
      { status: 'stored', patientId: null, predictions: [] },
    ]);
    expect(asked.flat()).toHaveLength(0);
    expect(reader.size().readings).toBe(3);
  });

  test('a device nobody has added is added, and its readings kept', async () => {
    const { core, reader } = await openCore();
    expect((await core.storeBatch([measurement({ deviceId: 'AA:BB' })])).items).toMatchObject([
      { status: 'stored', patientId: null },
    ]);
    expect(reader.devices().map(({ deviceId, transport }) => [deviceId, transport])).toContainEqual(['AA:BB', 'bluetooth']);
  });
});

describe('what the models are told', () => {
  test('memory and database agree: minute means, newest values and entries', async () => {
    const { core, writer, patientId } = await openCore();
    for (let index = 0; index < 300; index++) {
      const atMs = T0 + index * 7 * SECOND;
      const values = { spo2: 90 + (index % 10), heartRate: 60 + (index % 50) };
      await core.storeBatch([measurement({ takenAtMs: atMs, receivedAtMs: atMs, values })]);
    }
    const last = asked.at(-1)?.[0];
    const untilMs = T0 + 299 * 7 * SECOND;
    const stored = writer.facts(patientId, untilMs, 6 * HOUR);
    expect(last?.atMs).toBe(untilMs);
    expect(last?.vitals).toEqual(stored.vitals);
    const recent = stored.recent.get('spo2');
    expect(last?.recent.get('spo2')?.timesMs).toEqual(recent?.minutes.map((minute) => minute * MINUTE));
    const means = recent?.sums.map((sum, index) => sum / (recent.counts[index] ?? 1)) ?? [];
    expect(last?.recent.get('spo2')?.values.length).toBe(35);
    for (const [index, value] of last?.recent.get('spo2')?.values.entries() ?? [])
      expect(value).toBeCloseTo(means[index] ?? 0, 9);
  });

  test('a subject is not changed by what comes after it', async () => {
    const { core } = await openCore('ok', 'http');
    const [first, then] = [95, 85].map((spo2, minutes) => {
      const atMs = T0 + minutes * MINUTE;
      return measurement({ takenAtMs: atMs, receivedAtMs: atMs, values: { spo2 } });
    });
    await core.storeBatch([first, then].flatMap((each) => each ?? []));
    expect(asked[0]?.map(({ vitals }) => vitals.get('spo2')?.value)).toEqual([95, 85]);
    expect(asked[0]?.map(({ recent }) => recent.get('spo2')?.values)).toEqual([[95], [95, 85]]);
  });

  test('an old back-fill is scored with what was known at its own time and leaves the present alone', async () => {
    const { core, reader, patientId } = await openCore();
    await core.storeBatch([measurement({ takenAtMs: T0, values: { spo2: 97, glucose: 100 } })]);
    const backfill = Array.from({ length: 3 }, (_, index) =>
      measurement({ takenAtMs: T0 - 3 * HOUR + index * SECOND, values: { spo2: 88 }, origin: 'backfill' }),
    );
    const { predictions } = await core.storeBatch(backfill);
    expect(probabilities({ predictions })).toEqual([
      ['diabetes', null],
      ['heart', null],
      ['hypoxia', 0.12],
    ]);
    expect(asked.at(-1)?.[0]).toMatchObject({ atMs: T0 - 3 * HOUR + 2 * SECOND });
    expect(reader.latestPredictions({ patientId }).find(({ model }) => model === 'hypoxia')).toMatchObject({
      scoredAtMs: T0,
      probability: 0.03,
    });
    await core.storeBatch([measurement({ takenAtMs: T0 + SECOND, values: { spo2: 96 } })]);
    expect(asked.at(-1)?.[0]?.vitals.get('glucose')?.value).toBe(100);
    expect(asked.at(-1)?.[0]?.recent.get('spo2')?.values).toEqual([88, 96.5]);
  });

  test('after rebinding the new patient starts without the old one’s values', async () => {
    const { core } = await openCore();
    await core.storeBatch([measurement({ values: { glucose: 300 } })]);
    const ben = await core.writes.addPatient({ ...by(), patient: BEN });
    await core.writes.bind({ ...by(T0 + SECOND), deviceId: 'HEALTH01', patientId: ben.patientId });
    await core.storeBatch([measurement({ takenAtMs: T0 + 2 * SECOND, values: { spo2: 95 } })]);
    expect(asked.at(-1)).toMatchObject([{ patientId: ben.patientId, birthDate: BEN.birthDate }]);
    expect(asked.at(-1)?.[0]?.vitals.has('glucose')).toBe(false);
  });

  test('an entry by hand is scored at once and its retraction again', async () => {
    const { core, patientId, stored } = await openCore();
    const entries = [
      { kind: 'cholesterolMgDl', value: 600, enteredValue: '600', enteredUnit: 'mg/dL', override: false },
    ] as const;
    const added = await core.writes.addObservations({ ...by(T0), patientId, takenAtMs: T0 - MINUTE, note: '', entries });
    expect(added.predictions.find(({ model }) => model === 'heart')).toMatchObject({
      probability: 0.6,
      level: 'high',
      scoredAtMs: T0,
    });
    const observationId = added.observations[0]?.observationId ?? 0;
    const retracted = await core.writes.retractObservation({ ...by(T0 + MINUTE), observationId, reason: 'typo' });
    expect(retracted.predictions.find(({ model }) => model === 'heart')).toMatchObject({
      level: 'abstained',
      missing: ['cholesterol'],
    });
    expect(stored('heart').map(({ level }) => level)).toEqual(['high', 'abstained']);
  });
});

test('what is stored of a score gives the same probability again, and its receipt says the same', async () => {
  const store = openStore();
  const models = await loadTrainedModels(MODELS_DIR);
  const core = engineCore(store.writer, models);
  const { patientId } = await core.writes.addPatient({ ...by(T0 - DAY), patient: ADA });
  await core.writes.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport: 'http' });
  await core.writes.bind({ ...by(T0 - DAY), deviceId: 'HEALTH01', patientId });
  const entries = Object.entries(ENTERED).map(([kind, { value }]) => ({
    kind: kind as ObservationKind,
    value,
    enteredValue: String(value),
    enteredUnit: '',
    override: false,
  }));
  await core.writes.addObservations({ ...by(T0 - MINUTE), patientId, takenAtMs: T0 - MINUTE, note: '', entries });
  for (let index = 0; index < 30; index++) {
    const values = {
      glucose: 100 + index,
      systolic: 120 + (index % 9),
      diastolic: 80,
      spo2: 92 + (index % 7),
      heartRate: 60 + index,
    };
    const batch = [measurement({ takenAtMs: T0 + index * 25 * SECOND, values })];
    const { predictions } = await core.storeBatch(batch);
    expect(predictions).toHaveLength(3);
    if (index === 20) store.writer.fileArrivals();
    for (const { prediction } of predictions) {
      const stored = store.writer.scoredById(prediction.predictionId);
      expect(stored?.scored).toMatchObject({
        probability: prediction.probability,
        version: prediction.version,
        atMs: T0 + index * 25 * SECOND,
      });
      const place = models.info.findIndex(({ name }) => name === prediction.model);
      const { rows } = models.ask(facts());
      const again = await models.answer([
        { patientId, atMs: T0, rows: rows.map((row, at) => (at === place && stored !== null ? stored.scored : row)) },
      ]);
      expect(again.scored[0]?.[place]?.probability).toBe(prediction.probability);
      const receipt = await core.writes.receipt({ predictionId: prediction.predictionId });
      expect(receipt?.prediction).toEqual(prediction);
    }
  }
  expect(
    probabilities({
      predictions: (await core.storeBatch([measurement({ takenAtMs: T0, values: { glucose: 100 } })])).predictions,
    }),
  ).toHaveLength(3);
});

describe('models that fail', () => {
  test('never keep a reading from being stored', async () => {
    const { core, reader } = await openCore('failing');
    const result = await core.storeBatch([measurement()]);
    expect(result.items).toMatchObject([{ status: 'stored', predictions: [] }]);
    expect(result.problems).toEqual(['The risk models failed: out of order']);
    expect(reader.size().readings).toBe(1);
  });

  test('that cannot be loaded say so, and receipts are refused with the reason', async () => {
    const models = noModels('no file');
    expect((await models.answer([])).problems).toEqual(['no file']);
    await expect(models.explain({} as never, 'x')).rejects.toMatchObject({ detail: { code: 'unavailable' } });
  });
});

test('a batch that cannot be stored leaves no trace in memory', async () => {
  const { core, db } = await openCore();
  await core.storeBatch([measurement({ values: { spo2: 97 } })]);
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
  const many = Array.from({ length: 3000 }, (_, index) => measurement({ takenAtMs: T0 + MINUTE + index, values: { spo2: 80 } }));
  await expect(core.storeBatch(many)).rejects.toMatchObject({ detail: { code: 'disk_full' } });
  db.pragma('max_page_count = 100000');
  await core.storeBatch([measurement({ takenAtMs: T0 + 2 * MINUTE, values: { heartRate: 60 } })]);
  expect(asked.at(-1)?.[0]?.vitals.get('spo2')?.value).toBe(97);
});

test('an entry by hand that is stored is never answered as if it were not, whatever becomes of its score', async () => {
  const { core, db, reader, patientId } = await openCore();
  db.exec("CREATE TRIGGER no_scores BEFORE INSERT ON filed_score BEGIN SELECT RAISE(ABORT, 'no room'); END");
  const entry = { kind: 'glucose', value: 150, enteredValue: '150', enteredUnit: 'mg/dL', override: false } as const;
  const { observations, predictions } = await core.writes.addObservations({
    ...by(),
    patientId,
    takenAtMs: T0,
    note: '',
    entries: [entry],
  });
  expect([observations.length, predictions.length]).toEqual([1, 0]);
  expect(reader.observations({ patientId })).toHaveLength(1);
});

test('levels a clinic sets hold for the scores that follow, and over a restart; a receipt shows those it was scored by', async () => {
  const { core, stored, writer, reader } = await openCore('ok', 'http');
  const post = async (second: number) => {
    const { predictions } = await core.storeBatch([measurement({ takenAtMs: T0 + second * SECOND, values: { glucose: 400 } })]);
    const prediction = predictions.find((each) => each.prediction.model === 'diabetes')?.prediction;
    return { level: prediction?.level, predictionId: prediction?.predictionId ?? '' };
  };
  const [standing, levels] = [
    { moderate: 0.2, high: 0.5 },
    { moderate: 0.2, high: 0.3 },
  ];
  const before = await post(0);
  await core.writes.saveRiskLevels({ ...by(), model: 'diabetes', levels, standing });
  const after = await post(1);
  expect([before.level, after.level]).toEqual(['low', 'high']);
  expect((await core.writes.models())[0]).toMatchObject({ thresholds: levels, defaultThresholds: standing });

  const later = engineCore(writer, await loadRiskModels('ok'));
  const [old, recent] = [
    await later.writes.receipt({ predictionId: before.predictionId }),
    await later.writes.receipt({ predictionId: after.predictionId }),
  ];
  expect([old?.thresholds, recent?.thresholds]).toEqual([standing, levels]);
  expect([old?.thresholdsNow, old?.sha256]).toEqual([levels, 'f'.repeat(64)]);
  await later.writes.saveRiskLevels({ ...by(), model: 'diabetes', levels: null, standing: levels });
  expect((await later.writes.models())[0]?.thresholds).toEqual(standing);
  expect(stored('diabetes')).toHaveLength(2);
  expect(reader.audit({ limit: 10 }).filter(({ action }) => action === 'model.levels')).toMatchObject([
    { actor: 'nurse', detail: 'moderate from 0.2, high from 0.3 → as trained' },
    { actor: 'nurse', detail: 'moderate from 0.2, high from 0.5 → moderate from 0.2, high from 0.3' },
  ]);
});

test('of a discharged patient no scores stay in memory', () => {
  const keeper = new ScoreKeeper(() => null);
  const [gone, here] = [scoreOf(1), scoreOf(12)];
  const identity = { sourceId: 1, takenAtMs: T0, sequence: 0 };
  for (const scored of [gone, here]) keeper.remember(identity, scored);
  keeper.forget(1);
  expect(keeper.find(1, 'hypoxia', predictionId(identity, gone))).toBeNull();
  expect(keeper.find(12, 'hypoxia', predictionId(identity, here))).toBe(here);
});

function scoreOf(patientId: number): Scored {
  return {
    patientId,
    model: 'hypoxia',
    version: '1',
    probability: 0.5,
    level: 'high',
    basis: null,
    missing: [],
    features: Float32Array.of(1),
    takenAtMs: Float64Array.of(T0),
    sources: Uint8Array.of(1),
    atMs: T0,
  };
}
