// A simulated wearable that delivers over the network: what `healthsense simulate` runs against a console.
import { createSimulatedWearable, type PatientProfileName } from './index.ts';
import { RecordStore } from './record-store.ts';
import { type NetworkOptions, networkWays, startDeliveries } from './ways.ts';

export interface NetworkSimulationOptions extends Omit<NetworkOptions, 'store'> {
  readonly profile: PatientProfileName;
  readonly seed: number;
  /** Body time per real time. */
  readonly speed: number;
  /** CSV as in recording.ts; null: the simulated body. */
  readonly replayFile: string | null;
}

/** Days of a recording's worth. */
const KEPT_RECORDS = 1_000_000;

/** @throws Error in plain words where the recording cannot be read. */
export function simulateOverNetwork({ profile, seed, speed, replayFile, ...network }: NetworkSimulationOptions) {
  const { deviceId: serial, token } = network;
  const store = new RecordStore({ path: ':memory:', capacity: KEPT_RECORDS, ways: networkWays(network) });
  const wearable = createSimulatedWearable({
    serial,
    name: serial,
    address: '',
    token,
    store,
    seed,
    speed,
    beginsAtOnce: true,
    ...(replayFile === null ? { profile } : { replayFile }),
  });
  wearable.start();
  const deliveries = startDeliveries({ ...network, store });
  return {
    /** Records made, and records that every way has handed over. */
    progress: () => ({ made: store.newest, delivered: store.oldest - 1 }),
    close: async (): Promise<void> => {
      wearable.stop();
      for (const delivery of deliveries) await delivery.stop();
      store.close();
    },
  };
}
