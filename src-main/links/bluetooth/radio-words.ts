// The state of the radio in plain words, and what to do about it.
import type { RadioProblem, RadioStatus } from './central.ts';

const UNAVAILABLE = 'No Bluetooth adapter was found. Plug one in, or go on with HTTP and MQTT devices.';
/** By the state noble names. */
export const STATUS_OF_STATE: { readonly [state: string]: RadioStatus } = {
  poweredOn: { state: 'ready', detail: '' },
  poweredOff: { state: 'off', detail: 'Bluetooth is switched off. Switch it on in the settings of this computer.' },
  unauthorized: {
    state: 'unauthorized',
    detail: 'This computer does not let HealthSense use Bluetooth. Allow it in its privacy settings.',
  },
  unsupported: { state: 'unavailable', detail: 'The Bluetooth adapter of this computer has no Bluetooth Low Energy.' },
};

export const STATUS_OF_PROBLEM: { readonly [P in RadioProblem]: RadioStatus } = {
  unauthorized: {
    state: 'unauthorized',
    detail:
      'HealthSense may not use the Bluetooth adapter. On Linux it needs the capability cap_net_raw, and for a serial port the group dialout.',
  },
  busy: {
    state: 'busy',
    detail:
      'Another program holds the Bluetooth adapter. Close it, or choose another adapter in the settings. It is tried again by itself.',
  },
  unavailable: { state: 'unavailable', detail: UNAVAILABLE },
  'no-usb-driver': {
    state: 'unavailable',
    detail: 'This installation cannot drive USB dongles by itself. Plug the dongle in and choose the adapter of this computer.',
  },
};

export const STARTING: RadioStatus = { state: 'starting', detail: 'Bluetooth is starting.' };
