// Devices by command: what is watched over after pairing and disconnecting, and when a binding has run out.
import { expect, test } from 'vitest';
import type { Binding, BluetoothSettings } from '../../src-main/contract/models.ts';
import { bluetoothHandlers } from '../../src-main/handlers/bluetooth.ts';
import { BindingDesk, type BindingTime, type DeviceParts } from '../../src-main/handlers/devices.ts';
import { Bindings } from '../../src-main/intake/bindings.ts';

const NURSE = {
  user: { userId: 1, userName: 'nora', displayName: 'Nora', role: 'nurse', disabled: false },
  sessionHash: null,
  origin: 'desktop',
} as const;

function open() {
  const bindings = new Bindings();
  const watched = new Set<string>();
  const technical = new Set<string>();
  /** What the store knows to hold, where that is not yet known here. */
  const store: { open: Binding | null } = { open: null };
  const unbound: { readonly deviceId: string; readonly atMs: number; readonly actor: string }[] = [];
  const device = { deviceId: 'BAND', name: '', transport: 'bluetooth', lastHeardAtMs: null as number | null };
  const parts = {
    reads: { patient: async () => ({ name: 'Ada' }) },
    writes: {
      putDevice: async () => device,
      addAudit: async () => undefined,
      unbind: async ({ deviceId, atMs, actor, bindingId }: (typeof unbound)[number] & { readonly bindingId: number }) => {
        const stored = store.open ?? bindings.openOf(deviceId);
        if (stored === null || stored.bindingId !== bindingId) return null;
        unbound.push({ deviceId, atMs, actor });
        return { ...stored, toMs: atMs };
      },
    },
    intake: {
      bindings,
      rebound: (binding: Binding) => bindings.apply(binding),
      board: { put: () => device, device: () => device },
    },
    alarms: {
      watch: ({ deviceId, patientId }: { deviceId: string; patientId: number }) => watched.add(`${deviceId} ${patientId}`),
      unwatch: () => watched.clear(),
      technical: (rule: string, { active, deviceId }: { active: boolean; deviceId: string }) => {
        if (active) technical.add(`${rule} ${deviceId}`);
        else technical.delete(`${rule} ${deviceId}`);
      },
    },
    bluetooth: {
      pair: async () => ({ deviceId: 'BAND', address: 'AA', name: 'Band' }),
      disconnect: async () => undefined,
    },
    now: () => 0,
  } as unknown as DeviceParts;
  const settings: BluetoothSettings = { adapter: { kind: 'system', hci: null }, bindingHours: null };
  const desk = new BindingDesk(parts);
  const radio = { ...parts, settings: () => settings, settingsChanged: () => undefined, isVirtual: false };
  return { handlers: bluetoothHandlers(radio, desk), desk, bindings, watched, technical, unbound, device, store };
}

const after = (bindingUntilMs: BindingTime['bindingUntilMs'], bindingHoursSetAtMs = 0): BindingTime => ({
  bindingUntilMs,
  bindingHoursSetAtMs,
});

test('a worn device disconnected by a person is no lost signal; paired again, its silence is an alarm again', async () => {
  const { handlers, bindings, watched } = open();
  bindings.load([{ bindingId: 1, deviceId: 'BAND', patientId: 7, fromMs: 0, toMs: null, boundAtMs: 0, boundBy: 'nurse' }]);
  watched.add('BAND 7');
  await handlers['bluetooth.disconnect']({ deviceId: 'BAND' }, NURSE);
  expect([...watched]).toEqual([]);
  await handlers['bluetooth.pair']({ address: 'AA' }, NURSE);
  expect([...watched]).toEqual(['BAND 7']);
});

test('a device that nobody wears is paired without being watched', async () => {
  const { handlers, watched } = open();
  await handlers['bluetooth.pair']({ address: 'AA' }, NURSE);
  expect([...watched]).toEqual([]);
});

test('a binding that has run out ends at its time, and somebody is told until the device is given or put away', async () => {
  const { handlers, desk, bindings, watched, technical, unbound } = open();
  const binding = { bindingId: 1, deviceId: 'BAND', patientId: 7, fromMs: 0, toMs: null, boundAtMs: 1_000, boundBy: 'nurse' };
  bindings.load([binding]);
  watched.add('BAND 7');
  const untilMs = ({ boundAtMs }: Binding) => boundAtMs + 5_000;
  await desk.endExpired(5_999, after(untilMs));
  expect([unbound, [...watched]]).toEqual([[], ['BAND 7']]);
  await desk.endExpired(9_000, after(untilMs));
  expect(unbound).toEqual([{ deviceId: 'BAND', actor: 'console (binding ran out)', atMs: 6_000 }]);
  expect([bindings.openOf('BAND'), [...watched], [...technical]]).toEqual([null, [], ['binding-ran-out BAND']]);
  await desk.endExpired(
    9_000,
    after(() => null),
  );
  await handlers['bluetooth.disconnect']({ deviceId: 'BAND' }, NURSE);
  expect([...technical]).toEqual([]);
});

test('a binding that has run out takes nothing from who wore it: neither what was heard since, nor what a shorter time set later leaves out', async () => {
  const binding = { bindingId: 1, deviceId: 'BAND', patientId: 7, fromMs: 0, toMs: null, boundAtMs: 1_000, boundBy: 'nurse' };
  const untilMs = ({ boundAtMs }: Binding) => boundAtMs + 5_000;
  for (const [heardAtMs, setAtMs, endsAtMs] of [
    [null, 0, 6_000],
    [5_000, 0, 6_000],
    [8_000, 0, 8_001],
    [null, 8_500, 8_500],
    [9_500, 0, 9_000],
  ] as const) {
    const { desk, bindings, unbound, device } = open();
    bindings.load([binding]);
    device.lastHeardAtMs = heardAtMs;
    await desk.endExpired(9_000, after(untilMs, setAtMs));
    expect(unbound.map(({ atMs }) => atMs)).toEqual([endsAtMs]);
  }
});

test('a device given to the next patient while its time runs out, or while its wearer is discharged, is not taken from them', async () => {
  const binding = { bindingId: 1, deviceId: 'BAND', patientId: 7, fromMs: 0, toMs: null, boundAtMs: 1_000, boundBy: 'nurse' };
  const next = { ...binding, bindingId: 2, patientId: 8, fromMs: 8_000 };
  for (const end of [
    (desk: BindingDesk) =>
      desk.endExpired(
        9_000,
        after(() => 6_000),
      ),
    (desk: BindingDesk) => desk.unbindAll(7, { actor: 'nurse', atMs: 9_000 }),
  ]) {
    const { desk, bindings, watched, technical, unbound, store } = open();
    bindings.load([binding]);
    store.open = next;
    const ending = end(desk);
    bindings.apply(next);
    watched.add('BAND 8');
    await ending;
    expect([unbound, bindings.openOf('BAND')?.patientId, [...watched], [...technical]]).toEqual([[], 8, ['BAND 8'], []]);
  }
});
