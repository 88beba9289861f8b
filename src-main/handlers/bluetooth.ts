// Bluetooth: the radio and its settings, what it hears, and devices paired and let go.
import { ConsoleError } from '../contract/errors.ts';
import type { BluetoothSettings, BluetoothState } from '../contract/models.ts';
import { adapterOffers } from '../links/bluetooth/adapters.ts';
import type { BluetoothLink } from '../links/bluetooth/bluetooth-link.ts';
import { type BindingDesk, type DeviceParts, watchedDevice } from './devices.ts';
import { by, type HandlersOf } from './handler.ts';

export const NO_LINKS: BluetoothState = { state: 'unavailable', radio: '', detail: 'This console runs without its links.' };

export interface BluetoothParts extends DeviceParts {
  readonly settings: () => BluetoothSettings;
  readonly settingsChanged: (settings: BluetoothSettings) => void;
  /** The radio of the demo and the tests stays what it is. */
  readonly isVirtual: boolean;
}

export function bluetoothHandlers(parts: BluetoothParts, desk: BindingDesk): HandlersOf<'bluetooth'> {
  const { writes, intake, alarms, bluetooth, now, settings, isVirtual } = parts;

  function radio(): BluetoothLink {
    if (bluetooth === null) throw new ConsoleError('bluetooth_unavailable', NO_LINKS.detail);
    return bluetooth;
  }

  function inUse(): BluetoothSettings {
    return isVirtual ? { ...settings(), adapter: { kind: 'virtual' } } : settings();
  }

  return {
    'bluetooth.state': async () => bluetooth?.state() ?? NO_LINKS,
    'bluetooth.scan': async ({ on }) => radio().scan(on),
    'bluetooth.found': async () => [...(bluetooth?.found() ?? [])],
    'bluetooth.pair': async ({ address }, caller) => {
      const paired = await radio().pair(address);
      const record = await writes.putDevice({ ...by(caller, now()), transport: 'bluetooth', ...paired });
      const device = intake.board.put(record);
      // A person's disconnection has ended the watch; who wears it is watched over again.
      const worn = intake.bindings.openOf(device.deviceId);
      if (worn !== null) alarms.watch(watchedDevice(device, worn.patientId));
      return device;
    },
    'bluetooth.disconnect': async ({ deviceId }, caller) => {
      await radio().disconnect(deviceId);
      alarms.unwatch(deviceId);
      desk.outOfUse(deviceId);
      await writes.addAudit({
        ...by(caller, now()),
        action: 'bluetooth.disconnected',
        subject: `device ${deviceId}`,
        detail: '',
      });
      return desk.device(deviceId);
    },
    'bluetooth.settings': async () => inUse(),
    'bluetooth.setSettings': async (asked, caller) => {
      if (asked.adapter.kind === 'virtual' && !isVirtual)
        throw new ConsoleError('out_of_range', 'The simulated radio belongs to the demo.', { field: 'adapter' });
      const adapter = isVirtual ? settings().adapter : asked.adapter;
      const saved = { ...asked, adapter };
      await writes.saveBluetoothSettings({ ...by(caller, now()), settings: saved });
      parts.settingsChanged(saved);
      return inUse();
    },
    'bluetooth.adapters': async () =>
      isVirtual ? [{ adapter: { kind: 'virtual' }, title: 'Simulated radio' }] : await adapterOffers(),
  };
}
