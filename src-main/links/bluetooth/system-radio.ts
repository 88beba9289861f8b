// The computer's own Bluetooth adapter under noble: whether there is one, and its bindings made safe to live with.
import type { EventEmitter } from 'node:events';
import { readdirSync } from 'node:fs';
import { platform } from 'node:os';
import type { LinkLogger } from '../logger.ts';

const LINUX_ADAPTERS = '/sys/class/bluetooth';
/** Adapters that the kernel does not list: a USB dongle or a serial controller driven by the HCI library itself. */
const DIRECT_ADAPTERS = ['BLUETOOTH_HCI_SOCKET_USB_VID', 'BLUETOOTH_HCI_SOCKET_UART_PORT'] as const;

interface HciBindings {
  readonly _hci?: { onSocketData(data: Buffer): void };
  readonly onSigIntBinded?: () => void;
  init(): void;
}

/** On Linux by what the kernel lists; elsewhere only noble can tell, by its state. */
export function hasSystemAdapter(): boolean {
  if (platform() !== 'linux' || DIRECT_ADAPTERS.some((name) => process.env[name])) return true;
  try {
    return readdirSync(LINUX_ADAPTERS).some((name) => name.startsWith('hci'));
  } catch {
    return false;
  }
}

/** @throws where noble's native part does not load. */
export async function systemBindings(logger: LinkLogger): Promise<EventEmitter> {
  const { default: resolveBindings } = await import('@abandonware/noble/lib/resolve-bindings.js');
  const bindings = resolveBindings();
  guard(bindings as EventEmitter & HciBindings, logger);
  return bindings;
}

/**
 * noble's HCI code reads what devices send without checking lengths, and ends the process on Ctrl-C by itself.
 * A malformed packet must cost that packet only, and the host alone decides how the process ends.
 */
function guard(bindings: EventEmitter & HciBindings, logger: LinkLogger): void {
  const hci = bindings._hci;
  if (hci === undefined) return;
  const onSocketData = hci.onSocketData;
  hci.onSocketData = (data) => {
    try {
      onSocketData.call(hci, data);
    } catch (error) {
      logger.warn({ error }, 'a malformed Bluetooth packet was dropped');
    }
  };
  const init = bindings.init;
  bindings.init = () => {
    init.call(bindings);
    if (bindings.onSigIntBinded !== undefined) process.removeListener('SIGINT', bindings.onSigIntBinded);
  };
}
