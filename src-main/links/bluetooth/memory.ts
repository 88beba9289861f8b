// What the link must remember of a device across connections and restarts; the console keeps it in the store.
import type { ClockEpoch, DeviceMemory, RecordStream, StreamPosition } from '../link.ts';

export interface LinkMemory {
  /** Null: no such device. */
  of(deviceId: string): Promise<DeviceMemory | null>;
  /** Resolves after commit. */
  savePosition(deviceId: string, stream: RecordStream, position: StreamPosition): Promise<void>;
  saveClockEpoch(deviceId: string, epoch: ClockEpoch): Promise<void>;
}

export const NOTHING_REMEMBERED: DeviceMemory = {
  tokenHash: null,
  cgmOctetOrder: 'status-first',
  records: null,
  glucose: null,
  cgm: null,
  clock: [],
};

/** For a link without a store: all is forgotten with the process. */
export function forgetfulMemory(): LinkMemory {
  const devices = new Map<string, DeviceMemory>();
  const change = (deviceId: string, part: Partial<DeviceMemory>): Promise<void> => {
    devices.set(deviceId, { ...(devices.get(deviceId) ?? NOTHING_REMEMBERED), ...part });
    return Promise.resolve();
  };
  return {
    of: (deviceId) => Promise.resolve(devices.get(deviceId) ?? null),
    savePosition: (deviceId, stream, position) => change(deviceId, { [stream]: position }),
    saveClockEpoch: (deviceId, epoch) =>
      change(deviceId, {
        clock: [...(devices.get(deviceId)?.clock ?? []).filter(({ measuredAtMs }) => measuredAtMs !== epoch.measuredAtMs), epoch],
      }),
  };
}
