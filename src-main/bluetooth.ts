// Bluetooth in this console: the link to the radio that was chosen, what it remembers in the store, and what it tells the screens.
import type { Logger } from 'pino';
import type { ConsoleEvent } from './contract/events.ts';
import type { AdapterChoice } from './contract/models.ts';
import type { EcgWatchers } from './handlers/ecg.ts';
import type { Intake } from './intake/intake.ts';
import { BluetoothLink } from './links/bluetooth/bluetooth-link.ts';
import type { RadioChoice } from './links/bluetooth/noble-central.ts';
import type { Remote, StoreReads, StoreWrites } from './store/ports.ts';

export interface BluetoothLinkParts {
  readonly radio: RadioChoice;
  readonly reads: Pick<Remote<StoreReads>, 'deviceMemory'>;
  readonly writes: Pick<Remote<StoreWrites>, 'savePosition' | 'saveClockEpoch'>;
  readonly intake: Intake;
  readonly watchers: EcgWatchers;
  readonly emit: (event: ConsoleEvent) => void;
  readonly log: Logger;
  readonly timeZone: () => string;
}

export function bluetoothLink({
  radio,
  reads,
  writes,
  intake,
  watchers,
  emit,
  log,
  timeZone,
}: BluetoothLinkParts): BluetoothLink {
  const link = new BluetoothLink({
    radio,
    memory: {
      of: (deviceId) => reads.deviceMemory({ deviceId }),
      savePosition: (deviceId, stream, position) => writes.savePosition({ deviceId, stream, ...position }),
      saveClockEpoch: (deviceId, epoch) => writes.saveClockEpoch({ deviceId, ...epoch }),
    },
    sink: intake,
    logger: log,
    timeZone,
  });
  link.onChange((state) => emit({ name: 'bluetooth.changed', payload: state }));
  link.onFound((found) => emit({ name: 'bluetooth.found', payload: found }));
  link.onEcg((deviceId, frame) => {
    const patientId = intake.bindings.openOf(deviceId)?.patientId;
    if (patientId === undefined || !watchers.isWatched(patientId)) return;
    emit({ name: 'ecg.frame', payload: { patientId, deviceId, ...frame } });
  });
  return link;
}

/** Looks for the devices it had before. */
export async function startBluetooth(link: BluetoothLink, { board }: Pick<Intake, 'board'>): Promise<void> {
  await link.start();
  const known = board.devices().filter((device) => device.transport === 'bluetooth' && device.revokedAtMs === null);
  link.restore(known.flatMap(({ deviceId, address }) => (address === null ? [] : [{ deviceId, address }])));
}

/** The simulated radio is handed over by the demo and the tests; where it was saved, the computer's own is meant. */
export function radioOf(adapter: AdapterChoice): RadioChoice {
  return adapter.kind === 'virtual' ? { kind: 'system', hci: null } : adapter;
}
