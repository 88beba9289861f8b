// Devices the console knows, what a scan finds, and the state of the Bluetooth radio.
import { create } from 'zustand';
import type { BluetoothState, Device, ScanResult } from '../../src-main/contract/models.ts';

interface DevicesState {
  readonly devices: ReadonlyMap<string, Device>;
  readonly found: ReadonlyMap<string, ScanResult>;
  readonly bluetooth: BluetoothState | null;
  readonly loaded: boolean;
}

export const useDevices = create<DevicesState>(() => ({ devices: new Map(), found: new Map(), bluetooth: null, loaded: false }));

export function setDevices(devices: readonly Device[]): void {
  useDevices.setState({ devices: new Map(devices.map((device) => [device.deviceId, device])), loaded: true });
}

/** Also tells the scan list, so that a wearable just paired is no longer offered for pairing. */
export function applyKnownDevice(device: Device): void {
  useDevices.setState((state) => {
    const seen = device.address === null ? undefined : state.found.get(device.address);
    return {
      devices: new Map(state.devices).set(device.deviceId, device),
      found: seen === undefined ? state.found : new Map(state.found).set(seen.address, { ...seen, deviceId: device.deviceId }),
    };
  });
}

export function setFound(results: readonly ScanResult[]): void {
  useDevices.setState({ found: new Map(results.map((result) => [result.address, result])) });
}

export function applyFound(result: ScanResult): void {
  useDevices.setState((state) => ({ found: new Map(state.found).set(result.address, result) }));
}

export function setBluetooth(bluetooth: BluetoothState): void {
  useDevices.setState({ bluetooth });
}
