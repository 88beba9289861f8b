// Beside a running console another process ends bindings and discharges patients: memory follows, and what memory knows better stays.
import { expect, test } from 'vitest';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import type { Binding, Patient } from '../../src-main/contract/models.ts';
import { Bindings } from '../../src-main/intake/bindings.ts';
import { OtherWriters, type OtherWritersParts } from '../../src-main/other-writers.ts';
import type { DeviceRecord } from '../../src-main/store/ports.ts';

const patient = (patientId: number, dischargedAtMs: number | null = null): Patient => ({
  patientId,
  mrn: String(patientId),
  name: `Patient ${patientId}`,
  birthDate: '1960-05-01',
  sex: 'female',
  location: '',
  note: '',
  admittedAtMs: 0,
  dischargedAtMs,
});
const binding = (bindingId: number, toMs: number | null = null): Binding => ({
  bindingId,
  deviceId: 'HEALTH01',
  patientId: 1,
  fromMs: 0,
  toMs,
  boundAtMs: 0,
  boundBy: 'nurse',
});

function open() {
  const stored = { patients: [patient(1), patient(2)], bindings: [binding(1)] as Binding[], devices: [] as DeviceRecord[] };
  /** What the lists said when they were read; a test may hold them back. */
  const lists = { patients: () => stored.patients, bindings: () => stored.bindings };
  const ward = new Map(stored.patients.map((each) => [each.patientId, each]));
  const bindings = new Bindings();
  bindings.load(stored.bindings);
  const board = new Map<string, DeviceRecord>();
  const done: string[] = [];
  const parts = {
    reads: {
      patients: async () => lists.patients().filter(({ dischargedAtMs }) => dischargedAtMs === null),
      patient: async ({ patientId }: { patientId: number }) =>
        stored.patients.find((each) => each.patientId === patientId) ?? null,
      devices: async () => stored.devices,
      bindings: async ({ openOnly }: { openOnly: boolean }) =>
        openOnly ? lists.bindings().filter(({ toMs }) => toMs === null) : stored.bindings,
    },
    ward: { patientIds: () => [...ward.keys()], patient: (patientId: number) => ward.get(patientId) ?? null },
    takeIn: async (each: Patient) => {
      if (each.dischargedAtMs === null) ward.set(each.patientId, each);
      else ward.delete(each.patientId);
    },
    intake: {
      bindings,
      board: {
        record: (deviceId: string) => board.get(deviceId) ?? null,
        put: (record: DeviceRecord) => board.set(record.deviceId, record),
      },
      rebound: (each: Binding) => {
        bindings.apply(each);
        done.push(`rebound ${each.bindingId} ${each.toMs === null ? 'open' : 'ended'}`);
        return { deviceId: each.deviceId, name: '', transport: 'bluetooth' };
      },
    },
    alarms: { watch: () => done.push('watch'), unwatch: () => done.push('unwatch') },
    deviceTokens: { forget: () => undefined },
    emit: (event: ConsoleEvent) => done.push(event.name),
  } as unknown as OtherWritersParts;
  return { stored, lists, ward, bindings, board, done, others: new OtherWriters(parts) };
}

test('a binding ended by another process ends here: no reading and no silence is the former wearer’s any more', async () => {
  const { stored, bindings, done, others } = open();
  stored.bindings = [binding(1, 5)];
  await others.look();
  expect(done).toEqual(['rebound 1 ended', 'unwatch']);
  expect([bindings.patientAt('HEALTH01', 4), bindings.patientAt('HEALTH01', 5)]).toEqual([1, null]);
});

test('a binding ended here while the list was on its way is not opened again', async () => {
  const { stored, lists, bindings, done, others } = open();
  const old = stored.bindings;
  lists.bindings = () => old;
  stored.bindings = [binding(1, 5)];
  bindings.apply(binding(1, 5));
  await others.look();
  expect(done).toEqual([]);
  expect(bindings.openOf('HEALTH01')).toBeNull();
});

test('a binding made here while the list was on its way stays', async () => {
  const { stored, lists, bindings, done, others } = open();
  lists.bindings = () => [];
  stored.bindings = [binding(1, 5), binding(2)];
  bindings.apply(binding(1, 5));
  bindings.apply(binding(2));
  await others.look();
  expect(done).toEqual([]);
  expect(bindings.openOf('HEALTH01')?.bindingId).toBe(2);
});

test('a patient discharged by another process leaves the ward', async () => {
  const { stored, ward, done, others } = open();
  stored.patients = [patient(1), patient(2, 9)];
  await others.look();
  expect([...ward.keys()]).toEqual([1]);
  expect(done).toEqual(['patient.changed']);
});

test('a patient discharged here while the list was on its way does not come back', async () => {
  const { stored, lists, ward, done, others } = open();
  const old = stored.patients;
  lists.patients = () => old;
  stored.patients = [patient(1), patient(2, 9)];
  ward.delete(2);
  await others.look();
  expect([...ward.keys()]).toEqual([1]);
  expect(done).toEqual([]);
});

test('a device added by another process is known with its wearer before its first reading is judged, revoked before or not', async () => {
  const { stored, lists, bindings, board, others } = open();
  const device = (revokedAtMs: number | null) => ({ deviceId: 'HEALTH02', revokedAtMs }) as DeviceRecord;
  board.set('HEALTH02', device(5));
  const old = stored.bindings;
  lists.bindings = () => old;
  const early = others.look();
  stored.devices = [device(null)];
  lists.bindings = () => [...old, { ...binding(2), deviceId: 'HEALTH02' }];
  await others.meet('HEALTH02');
  expect(board.get('HEALTH02')?.revokedAtMs).toBeNull();
  expect(bindings.patientAt('HEALTH02', 1)).toBe(1);
  await early;
  lists.bindings = () => {
    throw new Error('a device that is known is not asked about');
  };
  await others.meet('HEALTH02');
});
