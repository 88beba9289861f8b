// What the link must remember of a device across connections and restarts; the console keeps it in the store.
import type { CgmOctetOrder } from '../../contract/models.ts';

/** Records that a device numbers itself and keeps until they are acknowledged or asked for again. */
export type RecordStream = 'records' | 'glucose' | 'cgm';

/** How far a stream is committed. */
export interface StreamPosition {
  /** Sequence number; for `cgm` minutes since the session began. */
  readonly position: number;
  /** What the position counts within: the number of a wearable's store, when a sensor's session began (UTC ms), else 0. */
  readonly anchor: number;
  /** When the record of that position was taken, UTC ms. */
  readonly takenAtMs: number;
}

/** A device's clock as it was found; records numbered up to `untilSequence` were dated by it. */
export interface ClockEpoch {
  readonly measuredAtMs: number;
  /** Device minus console. */
  readonly offsetMs: number;
  /** Null: holds on. */
  readonly untilSequence: number | null;
}

export interface RememberedDevice {
  /** SHA-256 of its token as 64 hexadecimal digits: the key of its proof; null: it has no token, or is revoked. */
  readonly tokenHash: string | null;
  readonly cgmOctetOrder: CgmOctetOrder;
  readonly records: StreamPosition | null;
  readonly glucose: StreamPosition | null;
  readonly cgm: StreamPosition | null;
  /** Oldest first. */
  readonly clock: readonly ClockEpoch[];
}

export interface LinkMemory {
  /** Null: no such device. */
  of(deviceId: string): Promise<RememberedDevice | null>;
  /** Resolves after commit. */
  savePosition(deviceId: string, stream: RecordStream, position: StreamPosition): Promise<void>;
  saveClockEpoch(deviceId: string, epoch: ClockEpoch): Promise<void>;
}

export const NOTHING_REMEMBERED: RememberedDevice = {
  tokenHash: null,
  cgmOctetOrder: 'status-first',
  records: null,
  glucose: null,
  cgm: null,
  clock: [],
};

/** For a link without a store: all is forgotten with the process. */
export function forgetfulMemory(): LinkMemory {
  const devices = new Map<string, RememberedDevice>();
  const change = (deviceId: string, part: Partial<RememberedDevice>): Promise<void> => {
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
