// Devices by command: what is watched over after pairing and disconnecting.
import { expect, test } from 'vitest';
import type { BluetoothSettings } from '../../src-main/contract/models.ts';
import { bluetoothHandlers } from '../../src-main/handlers/bluetooth.ts';
import { BindingDesk, type DeviceParts } from '../../src-main/handlers/devices.ts';
import { Bindings } from '../../src-main/intake/bindings.ts';

const NURSE = {
  user: { userId: 1, userName: 'nora', displayName: 'Nora', role: 'nurse', disabled: false },
  sessionHash: null,
  origin: 'desktop',
} as const;

function open() {
  const bindings = new Bindings();
  const watched = new Set<string>();
  const device = { deviceId: 'BAND', name: '', transport: 'bluetooth' };
  const parts = {
    writes: { putDevice: async () => device, addAudit: async () => undefined },
    intake: { bindings, board: { put: () => device, device: () => device } },
    alarms: {
      watch: ({ deviceId, patientId }: { deviceId: string; patientId: number }) => watched.add(`${deviceId} ${patientId}`),
      unwatch: () => watched.clear(),
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
  return { handlers: bluetoothHandlers(radio, desk), bindings, watched };
}

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
