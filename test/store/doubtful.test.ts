// A network device goes from Ada to Ben: what it dates to Ada's time afterwards is nobody's until a person says whose it is.
import { describe, expect, test } from 'vitest';
import { loadRiskModels } from '../../src-main/risk/models.ts';
import { engineCore } from '../../src-main/threads/engine-core.ts';
import { MODELS_DIR } from '../risk/facts.ts';
import { ADA, BEN, by, DAY, HOUR, MINUTE, measurement, openStore, SECOND, T0 } from './fixtures.ts';

const DEVICE = 'HEALTH01';
/** When the device goes from Ada to Ben. */
const HANDED = T0 + 2 * HOUR;

function open(transport: 'bluetooth' | 'http' = 'http') {
  const store = openStore();
  const { plain, reader } = store;
  const ada = plain.addPatient({ ...by(T0 - DAY), patient: ADA }).patientId;
  const ben = plain.addPatient({ ...by(T0 - DAY), patient: BEN }).patientId;
  plain.putDevice({ ...by(T0 - DAY), deviceId: DEVICE, transport, name: 'Cuff' });
  plain.bind({ ...by(T0), deviceId: DEVICE, patientId: ada });
  const put = (takenAtMs: number, receivedAtMs: number, values: { heartRate?: number; spo2?: number }) => {
    const [plan] = store.put(measurement({ deviceId: DEVICE, takenAtMs, receivedAtMs, values }));
    return plan?.action;
  };
  const heartRates = (patientId: number) =>
    reader
      .readings({ patientId, fromMs: 0, toMs: T0 + DAY, limit: 100, after: null })
      .map(({ values, deviceId }) => (deviceId === DEVICE ? values.heartRate : deviceId));
  const spans = () =>
    reader.unclaimed({ nowMs: T0 + DAY }).map(({ deviceId, isDoubtful, fromMs, count }) => [deviceId, isDoubtful, fromMs, count]);
  return { ...store, ada, ben, put, heartRates, spans };
}

describe('readings dated to a former wearer', () => {
  test('by a clock that runs behind are nobody’s; dated to the next wearer’s own time they are theirs', () => {
    const { plain, ada, ben, put, heartRates, spans, reader } = open();
    put(HANDED - 10 * MINUTE, HANDED - 10 * MINUTE, { heartRate: 61 });
    plain.bind({ ...by(HANDED), deviceId: DEVICE, patientId: ben });
    put(HANDED - 5 * MINUTE, HANDED + 5 * MINUTE, { heartRate: 92 });
    put(HANDED + MINUTE, HANDED + 11 * MINUTE, { heartRate: 93 });
    expect([heartRates(ada), heartRates(ben)]).toEqual([[61], [93]]);
    expect(spans()).toEqual([[DEVICE, true, HANDED - 5 * MINUTE, 1]]);
    // The source beside the device is no device.
    expect(reader.devices().map(({ deviceId }) => deviceId)).toEqual([DEVICE]);
    expect(reader.size().readings).toBe(3);
  });

  test('are nobody’s, too, where nobody wears the device since', () => {
    const { plain, ada, put, heartRates, spans } = open();
    plain.unbind({ ...by(HANDED), deviceId: DEVICE });
    put(HANDED - 5 * MINUTE, HANDED + 5 * MINUTE, { heartRate: 92 });
    expect([heartRates(ada), spans()]).toEqual([[], [[DEVICE, true, HANDED - 5 * MINUTE, 1]]]);
  });

  test('that were on their way a moment are the former’s: no clock lags longer than that', () => {
    const { plain, ada, ben, put, heartRates, spans } = open();
    plain.bind({ ...by(HANDED), deviceId: DEVICE, patientId: ben });
    put(HANDED - SECOND, HANDED + 2 * SECOND, { heartRate: 61 });
    expect([heartRates(ada), spans()]).toEqual([[61], []]);
  });

  test('of a Bluetooth device are the former’s: its records are dated by what its clock was found to be', () => {
    const { plain, ada, ben, put, heartRates, spans } = open('bluetooth');
    plain.bind({ ...by(HANDED), deviceId: DEVICE, patientId: ben });
    put(HANDED - 5 * MINUTE, HANDED + 5 * MINUTE, { heartRate: 61 });
    expect([heartRates(ada), spans()]).toEqual([[61], []]);
  });

  test('a person imports are whom the person says', () => {
    const { plain, ada, ben, writer, heartRates } = open();
    plain.bind({ ...by(HANDED), deviceId: DEVICE, patientId: ben });
    const kept = { deviceId: DEVICE, takenAtMs: HANDED - HOUR, receivedAtMs: HANDED + HOUR, values: { heartRate: 61 } };
    writer.store(writer.plan([measurement({ ...kept, origin: 'backfill', wearerSaid: true })]), []);
    expect(heartRates(ada)).toEqual([61]);
  });

  test('are stored once: a repeat is one wherever it lies, and nothing of the former’s is filled up or stands against it', () => {
    const { plain, ada, ben, put, heartRates, spans, writer } = open();
    const at = HANDED - 5 * MINUTE;
    put(at, at, { heartRate: 61 });
    plain.bind({ ...by(HANDED), deviceId: DEVICE, patientId: ben });
    expect(put(at, HANDED + MINUTE, { heartRate: 61 })).toBe('duplicate');
    expect(spans()).toEqual([]);
    expect(put(at, HANDED + MINUTE, { heartRate: 90, spo2: 97 })).toBe('insert');
    expect(put(at, HANDED + MINUTE, { heartRate: 90, spo2: 97 })).toBe('duplicate');
    writer.fileArrivals();
    expect(put(at, HANDED + MINUTE, { heartRate: 90, spo2: 97 })).toBe('duplicate');
    expect([heartRates(ada), spans()]).toEqual([[61], [[DEVICE, true, at, 1]]]);
    // The device is Ada's again: what it repeats now leaves no doubt, and is there already all the same.
    put(at + SECOND, HANDED + MINUTE, { heartRate: 91 });
    plain.bind({ ...by(HANDED + HOUR), deviceId: DEVICE, patientId: ada });
    expect(put(at + SECOND, HANDED + 2 * HOUR, { heartRate: 91 })).toBe('duplicate');
    expect(heartRates(ada)).toEqual([61]);
  });

  test('are claimed for whom a person says, beside what the former has of that time, and given back', () => {
    const { plain, ada, ben, put, heartRates, spans, reader } = open();
    put(HANDED - 5 * MINUTE, HANDED - 5 * MINUTE, { heartRate: 61 });
    plain.bind({ ...by(HANDED), deviceId: DEVICE, patientId: ben });
    put(HANDED - 5 * MINUTE, HANDED + 5 * MINUTE, { heartRate: 92 });
    put(HANDED - 4 * MINUTE, HANDED + 6 * MINUTE, { heartRate: 93 });
    const span = { deviceId: DEVICE, fromMs: HANDED - 5 * MINUTE, toMs: HANDED - 4 * MINUTE };
    // The same time without the doubt is Ada's already.
    expect(() => plain.claim({ ...by(HANDED + HOUR), ...span, patientId: ben })).toThrow(/claimed already/);
    const { claim } = plain.claim({ ...by(HANDED + HOUR), ...span, patientId: ben, isDoubtful: true });
    expect(claim).toMatchObject({ deviceId: DEVICE, patientId: ben });
    expect([heartRates(ada), heartRates(ben), spans()]).toEqual([[61], [92, 93], []]);
    expect(reader.bindings({ openOnly: false })).toHaveLength(2);
    const worn = () => reader.worn({ patientId: ben, fromMs: HANDED - HOUR, toMs: HANDED + HOUR });
    const since = { deviceId: DEVICE, fromMs: HANDED, toMs: null, wasInDoubt: false };
    expect(worn()).toEqual([{ ...span, toMs: span.toMs + 1, wasInDoubt: true }, since]);
    expect(reader.worn({ patientId: ada, fromMs: HANDED, toMs: HANDED + HOUR })).toEqual([]);
    // What was set aside is history, never a current value.
    expect(reader.latest({ patientId: ben, sinceMs: 0 })).toEqual([]);
    plain.undoClaim({ ...by(HANDED + HOUR), claimId: claim.claimId });
    expect([heartRates(ben), spans().length, worn()]).toEqual([[], 1, [since]]);
  });

  test('are answered as nobody’s and not scored; their device was heard all the same', async () => {
    const { plain, ada, ben, writer, reader } = open();
    plain.bind({ ...by(HANDED), deviceId: DEVICE, patientId: ben });
    const core = engineCore(writer, await loadRiskModels(MODELS_DIR));
    const late = { deviceId: DEVICE, takenAtMs: HANDED - 5 * MINUTE, receivedAtMs: HANDED + 5 * MINUTE };
    const { items, predictions } = await core.storeBatch([measurement({ ...late, values: { glucose: 150 } })]);
    expect(items).toMatchObject([{ status: 'stored', patientId: null, predictions: [] }]);
    expect(predictions).toEqual([]);
    for (const patientId of [ada, ben]) expect(reader.latestPredictions({ patientId })).toEqual([]);
    expect(reader.devices()[0]?.lastHeardAtMs).toBe(HANDED + 5 * MINUTE);
  });
});
