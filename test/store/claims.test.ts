// Readings that are nobody's: listed by device and span, claimed for a patient or set aside, put back; and what a link remembers.
import { describe, expect, test } from 'vitest';
import { ADA, BEN, by, HOUR, MINUTE, measurement, openStore, SECOND, T0 } from './fixtures.ts';

const DEVICE = 'BENCH-1';

function open() {
  const store = openStore();
  const { plain } = store;
  const ada = plain.addPatient({ ...by(), patient: ADA }).patientId;
  const ben = plain.addPatient({ ...by(), patient: BEN }).patientId;
  plain.putDevice({ ...by(), deviceId: DEVICE, transport: 'bluetooth', name: 'Bench band' });
  const put = (atMs: number, heartRate: number) =>
    store.put(measurement({ deviceId: DEVICE, takenAtMs: atMs, receivedAtMs: atMs, values: { heartRate } }));
  const spans = () => store.reader.unclaimed({ nowMs: T0 + 3 * HOUR });
  const heartRates = (patientId: number) =>
    store.reader
      .readings({ patientId, fromMs: T0 - HOUR, toMs: T0 + 5 * HOUR, limit: 100, after: null })
      .map(({ values }) => values.heartRate);
  return { ...store, ada, ben, put, spans, heartRates };
}

describe('the unclaimed tray', () => {
  test('groups by device and by pauses of half an hour, and tells what was measured', () => {
    const { put, spans } = open();
    for (const minute of [0, 10, 39, 75, 80]) put(T0 + minute * MINUTE, 60 + minute);
    expect(spans()).toEqual([
      {
        deviceId: DEVICE,
        deviceName: 'Bench band',
        isDoubtful: false,
        fromMs: T0 + 75 * MINUTE,
        toMs: T0 + 80 * MINUTE,
        count: 2,
        vitals: [{ kind: 'heartRate', count: 2, min: 135, max: 140 }],
      },
      expect.objectContaining({ fromMs: T0, toMs: T0 + 39 * MINUTE, count: 3 }),
    ]);
  });

  test('holds only what was taken while nobody wore the device', () => {
    const { put, spans, plain, ada } = open();
    put(T0, 61);
    plain.bind({ ...by(T0 + MINUTE), deviceId: DEVICE, patientId: ada });
    put(T0 + 2 * MINUTE, 62);
    plain.unbind({ ...by(T0 + 3 * MINUTE), deviceId: DEVICE });
    put(T0 + 4 * MINUTE, 63);
    expect(spans().map(({ fromMs, count }) => [(fromMs - T0) / MINUTE, count])).toEqual([
      [4, 1],
      [0, 1],
    ]);
  });

  test('a claim makes them the patient’s; undone, they wait again; both are written down', () => {
    const { put, spans, plain, reader, heartRates, ada, ben } = open();
    for (const second of [0, 1, 2]) put(T0 + second * SECOND, 70 + second);
    const ask = { deviceId: DEVICE, fromMs: T0, toMs: T0 + 2 * SECOND };
    const { claim, binding } = plain.claim({ ...by(T0 + HOUR), ...ask, patientId: ben });
    expect(claim).toMatchObject({ ...ask, patientId: ben, patientName: BEN.name, claimedBy: 'nurse', undoneAtMs: null });
    expect(binding).toMatchObject({ patientId: ben, fromMs: T0, toMs: T0 + 2 * SECOND + 1, boundAtMs: T0 + HOUR });
    expect([spans(), heartRates(ben), heartRates(ada)]).toEqual([[], [70, 71, 72], []]);
    expect(() => plain.claim({ ...by(T0 + 2 * HOUR), ...ask, patientId: ada })).toThrow(/claimed already/);
    const undone = plain.undoClaim({ ...by(T0 + 2 * HOUR), claimId: claim.claimId });
    expect(undone.claim).toMatchObject({ undoneAtMs: T0 + 2 * HOUR, undoneBy: 'nurse' });
    expect([spans().length, heartRates(ben)]).toEqual([1, []]);
    expect(() => plain.undoClaim({ ...by(), claimId: claim.claimId })).toThrow(/undone already/);
    plain.claim({ ...by(T0 + 2 * HOUR), ...ask, patientId: ada });
    expect(heartRates(ada)).toEqual([70, 71, 72]);
    expect(reader.audit({ limit: 3 }).map(({ action }) => action)).toEqual([
      'unclaimed.claim',
      'unclaimed.undo',
      'unclaimed.claim',
    ]);
    expect(reader.claims({ limit: 10 })).toHaveLength(2);
  });

  test('set aside they are nobody’s and shown no more, until that is undone', () => {
    const { put, spans, plain } = open();
    put(T0, 70);
    const ask = { deviceId: DEVICE, fromMs: T0, toMs: T0 };
    const { claim, binding } = plain.claim({ ...by(), ...ask, patientId: null });
    expect([binding, spans()]).toEqual([null, []]);
    expect(() => plain.claim({ ...by(), ...ask, patientId: null })).toThrow(/claimed already/);
    plain.undoClaim({ ...by(), claimId: claim.claimId });
    expect(spans()).toHaveLength(1);
  });

  test('a claim undone does not stand in the way of a binding that begins before it', () => {
    const { put, plain, ada, heartRates } = open();
    put(T0 + MINUTE, 70);
    const { claim } = plain.claim({ ...by(T0 + HOUR), deviceId: DEVICE, fromMs: T0 + MINUTE, toMs: T0 + MINUTE, patientId: ada });
    plain.undoClaim({ ...by(), claimId: claim.claimId });
    plain.bind({ ...by(T0 + HOUR), deviceId: DEVICE, patientId: ada, fromMs: T0 });
    expect(heartRates(ada)).toEqual([70]);
  });

  test('readings from a clock that runs ahead wait until their time: the next wearer’s are never theirs', () => {
    const { put, plain, ada, ben, heartRates } = open();
    put(T0 + 4 * MINUTE, 70);
    const ask = { deviceId: DEVICE, fromMs: T0, toMs: T0 + 4 * MINUTE, patientId: ada };
    expect(() => plain.claim({ ...by(T0), ...ask })).toThrow(/a time to come/);
    plain.bind({ ...by(T0 + MINUTE), deviceId: DEVICE, patientId: ben });
    put(T0 + 2 * MINUTE, 99);
    expect([heartRates(ada), heartRates(ben)]).toEqual([[], [99, 70]]);
  });

  test('for somebody discharged what was taken before, not after', () => {
    const { put, plain, ada, heartRates } = open();
    put(T0, 70);
    put(T0 + HOUR, 71);
    plain.setDischarged({ ...by(T0 + MINUTE), patientId: ada, discharged: true });
    const ask = { ...by(T0 + 2 * HOUR), deviceId: DEVICE, fromMs: T0, patientId: ada };
    expect(() => plain.claim({ ...ask, toMs: T0 + HOUR })).toThrow(/Ada Example was discharged/);
    plain.claim({ ...ask, toMs: T0 });
    expect(heartRates(ada)).toEqual([70]);
  });

  test('a device said to be worn since before takes them along, and can be said not to have been; both are written down', () => {
    const { put, plain, reader, ada, ben, heartRates, spans } = open();
    put(T0, 70);
    put(T0 + MINUTE, 71);
    plain.bind({ ...by(T0 + HOUR), deviceId: DEVICE, patientId: ada, fromMs: T0 });
    put(T0 + HOUR, 72);
    expect([heartRates(ada), spans()]).toEqual([[70, 71, 72], []]);
    plain.unbind({ ...by(T0 + HOUR), deviceId: DEVICE, fromMs: T0 });
    expect([heartRates(ada), spans().reduce((sum, { count }) => sum + count, 0)]).toEqual([[], 3]);
    plain.bind({ ...by(T0 + 2 * HOUR), deviceId: DEVICE, patientId: ben, fromMs: T0 });
    expect(heartRates(ben)).toEqual([70, 71, 72]);
    expect(reader.audit({ limit: 3 }).map(({ action, detail }) => [action, detail])).toEqual([
      ['device.bind', `patient ${ben} from ${new Date(T0).toISOString()}`],
      ['device.unbind', `patient ${ada} until ${new Date(T0).toISOString()}`],
      ['device.bind', `patient ${ada} from ${new Date(T0).toISOString()}`],
    ]);
  });

  test('set aside they come along with no binding: they are put back first', () => {
    const { put, plain, ada, heartRates } = open();
    put(T0, 70);
    const { claim } = plain.claim({ ...by(), deviceId: DEVICE, fromMs: T0, toMs: T0, patientId: null });
    const ask = { ...by(T0 + HOUR), deviceId: DEVICE, patientId: ada };
    expect(() => plain.bind({ ...ask, fromMs: T0 - HOUR })).toThrow(/set aside/);
    expect(plain.bind({ ...ask }).fromMs).toBe(T0 + HOUR);
    plain.unbind({ ...by(T0 + 2 * HOUR), deviceId: DEVICE });
    plain.undoClaim({ ...by(), claimId: claim.claimId });
    expect(heartRates(ada)).toEqual([]);
  });

  test('what cannot be claimed is refused by its reason', () => {
    const { put, plain, ada } = open();
    put(T0, 70);
    const ask = { ...by(T0 + 2 * HOUR), deviceId: DEVICE, fromMs: T0, toMs: T0, patientId: ada };
    expect(() => plain.claim({ ...ask, deviceId: 'NOBODY' })).toThrow(/no such device/);
    expect(() => plain.claim({ ...ask, patientId: 999 })).toThrow(/no such patient/);
    expect(() => plain.claim({ ...ask, fromMs: T0 + 1 })).toThrow(/before the beginning/);
    expect(() => plain.claim({ ...ask, fromMs: T0 + HOUR, toMs: T0 + HOUR })).toThrow(/no readings/);
    expect(() => plain.undoClaim({ ...by(), claimId: 999 })).toThrow(/no such claim/);
  });
});

describe('what a link remembers', () => {
  test('positions, clocks and the token of a device; nothing of one that is not known; no token of one that is revoked', () => {
    const { plain, reader } = open();
    const tokenHash = 'a'.repeat(64);
    plain.putDevice({ ...by(), deviceId: DEVICE, transport: 'bluetooth', tokenHash });
    plain.savePosition({ deviceId: DEVICE, stream: 'cgm', position: 90, anchor: T0, takenAtMs: 0 });
    plain.saveClockEpoch({ deviceId: DEVICE, measuredAtMs: T0, offsetMs: -5000, untilSequence: null });
    plain.saveClockEpoch({ deviceId: DEVICE, measuredAtMs: T0, offsetMs: -5000, untilSequence: 12 });
    plain.configureDevice({ ...by(), deviceId: DEVICE, cgmOctetOrder: 'warning-first' });
    expect(reader.deviceMemory({ deviceId: DEVICE })).toEqual({
      tokenHash,
      cgmOctetOrder: 'warning-first',
      records: null,
      glucose: null,
      cgm: { position: 90, anchor: T0, takenAtMs: 0 },
      clock: [{ measuredAtMs: T0, offsetMs: -5000, untilSequence: 12 }],
    });
    plain.savePosition({ deviceId: 'NOBODY', stream: 'cgm', position: 1, anchor: 0, takenAtMs: 0 });
    expect(reader.deviceMemory({ deviceId: 'NOBODY' })).toBeNull();
    plain.revokeDevice({ ...by(), deviceId: DEVICE });
    expect(reader.deviceMemory({ deviceId: DEVICE })?.tokenHash).toBeNull();
  });

  test('records committed after the last position was saved count, as far as they follow without a gap', () => {
    const { put: _, plain, reader, put, ...store } = open();
    plain.savePosition({ deviceId: DEVICE, stream: 'records', position: 5, anchor: 77, takenAtMs: T0 });
    for (const sequence of [6, 7, 9])
      store.writer.store(
        store.writer.plan([
          measurement({ deviceId: DEVICE, takenAtMs: T0 + sequence * SECOND, sequence, values: { heartRate: 70 } }),
        ]),
        [],
      );
    expect(reader.deviceMemory({ deviceId: DEVICE })?.records).toEqual({ position: 7, anchor: 77, takenAtMs: T0 + 7 * SECOND });
  });

  test('the radio’s settings are the computer’s own adapter until somebody chooses', () => {
    const { plain, reader } = open();
    expect(reader.bluetoothSettings()).toEqual({ adapter: { kind: 'system', hci: null }, bindingHours: null });
    const settings = { adapter: { kind: 'uart', port: '/dev/ttyACM0', baud: 115_200 }, bindingHours: 72 } as const;
    plain.saveBluetoothSettings({ ...by(), settings });
    expect(reader.bluetoothSettings()).toEqual(settings);
  });
});
