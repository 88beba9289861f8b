// Which adapters this computer offers for the choice in the settings: those its system drives, and controllers on serial ports.
import { readdir } from 'node:fs/promises';
import { platform } from 'node:os';
import type { AdapterOffer } from '../../contract/models.ts';

export const LINUX_ADAPTERS = '/sys/class/bluetooth';
/** Stable names: ttyUSB0 may be another stick tomorrow. */
const SERIAL_BY_ID = '/dev/serial/by-id';
/** What most controllers that speak HCI over a serial line are set to. */
const USUAL_BAUD = 1_000_000;

/** The computer's own first; empty parts where a folder is not there. */
export async function adapterOffers(): Promise<AdapterOffer[]> {
  if (platform() !== 'linux') return [{ adapter: { kind: 'system', hci: null }, title: 'Bluetooth of this computer' }];
  const numbers = (await names(LINUX_ADAPTERS)).flatMap((name) => /^hci(\d{1,2})$/.exec(name)?.[1] ?? []).map(Number);
  const ports = (await names(SERIAL_BY_ID)).map((name) => `${SERIAL_BY_ID}/${name}`);
  return [
    { adapter: { kind: 'system', hci: null }, title: 'First Bluetooth adapter of this computer' },
    ...numbers
      .sort((a, b) => a - b)
      .map((hci): AdapterOffer => ({ adapter: { kind: 'system', hci }, title: `Bluetooth adapter hci${hci} of this computer` })),
    ...ports.map(
      (port): AdapterOffer => ({
        adapter: { kind: 'uart', port, baud: USUAL_BAUD },
        title: `Controller on the serial port ${port.slice(SERIAL_BY_ID.length + 1)}`,
      }),
    ),
  ];
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
