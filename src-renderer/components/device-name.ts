// What a device is called.
import type { Device } from '../../src-main/contract/models.ts';

/** A device on the network may have no name but its id. */
export const deviceName = ({ name, deviceId }: Pick<Device, 'name' | 'deviceId'>): string => name || deviceId;
