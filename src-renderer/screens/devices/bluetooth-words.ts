// The Bluetooth radio's state in plain words, with what to do about it.
import type { BluetoothState } from '../../../src-main/contract/models.ts';

export interface BluetoothWords {
  readonly title: string;
  /** What to do; empty when nothing needs doing. */
  readonly advice: string;
  readonly canScan: boolean;
}

export function bluetoothWords({ state }: Pick<BluetoothState, 'state'>): BluetoothWords {
  switch (state) {
    case 'ready':
      return { title: 'Bluetooth is ready', advice: '', canScan: true };
    case 'scanning':
      return {
        title: 'Looking for wearables nearby',
        advice: 'Switch the wearable on and keep it within two metres.',
        canScan: true,
      };
    case 'off':
      return {
        title: 'Bluetooth is switched off',
        advice: 'Switch Bluetooth on in the settings of this computer. Wearables connect again by themselves.',
        canScan: false,
      };
    case 'unauthorized':
      return {
        title: 'HealthSense may not use Bluetooth',
        advice: 'Allow Bluetooth for HealthSense in the privacy settings of this computer, then start HealthSense again.',
        canScan: false,
      };
    case 'busy':
      return {
        title: 'Another program holds the Bluetooth adapter',
        advice: 'Close the other program, or choose another adapter in the settings. It is tried again by itself.',
        canScan: false,
      };
    case 'starting':
      return { title: 'Bluetooth is starting', advice: '', canScan: false };
    case 'unavailable':
      return {
        title: 'This computer has no usable Bluetooth',
        advice: 'Plug in a Bluetooth adapter, or let wearables send over the network. Everything else keeps working.',
        canScan: false,
      };
  }
}

/** What stands below the title: what is wrong or to be done, and the adapter where there is one to work with. */
export function bluetoothText(bluetooth: BluetoothState): string {
  const { advice, canScan } = bluetoothWords(bluetooth);
  return [bluetooth.detail || advice, canScan ? bluetooth.radio : ''].filter((part) => part !== '').join(' · ');
}
