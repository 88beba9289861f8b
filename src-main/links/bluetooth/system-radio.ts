// The adapter under noble, as chosen: the computer's own, or a controller on a serial port or USB that noble's HCI code drives itself.
import type { EventEmitter } from 'node:events';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { platform } from 'node:os';
import type { LinkLogger } from '../logger.ts';
import { LINUX_ADAPTERS } from './adapters.ts';
import type { RadioProblem } from './central.ts';

export type SystemRadioChoice =
  /** `hci` null: the first adapter. */
  | { readonly kind: 'system'; readonly hci?: number | null }
  | { readonly kind: 'uart'; readonly port: string; readonly baud: number }
  | { readonly kind: 'usb'; readonly vendorId: number; readonly productId: number };

export interface SystemRadio {
  readonly bindings: EventEmitter;
  /** Lets the adapter go, for good: another radio takes its place. */
  release(): void;
}

/** Elsewhere the system's own Bluetooth stands between, and tells of every change by itself. */
export const CAN_REOPEN = platform() === 'linux';

/** Adapters that the kernel does not list, where the environment names one. */
const DIRECT_ADAPTERS = ['BLUETOOTH_HCI_SOCKET_USB_VID', 'BLUETOOTH_HCI_SOCKET_UART_PORT'] as const;

type HciSocket = EventEmitter & {
  bindRaw(deviceId: number | undefined, params?: object): void;
  bindUser(deviceId: number | undefined, params?: object, mode?: string): void;
  stop(): void;
};

interface HciBindings extends EventEmitter {
  readonly _hci?: { readonly _socket: HciSocket; onSocketData(data: Buffer): void; pollIsDevUp(): void };
  readonly onSigIntBinded?: () => void;
  init(): void;
}

interface SocketLibrary {
  readonly loadDriver: (kind: 'uart' | 'usb' | 'native' | 'default') => new () => HciSocket;
}

export function titleOfRadio(choice: SystemRadioChoice): string {
  switch (choice.kind) {
    case 'system':
      return choice.hci == null ? 'Bluetooth adapter of this computer' : `Bluetooth adapter hci${choice.hci} of this computer`;
    case 'uart':
      return `Bluetooth controller on ${choice.port}`;
    case 'usb':
      return `USB Bluetooth dongle ${hex4(choice.vendorId)}:${hex4(choice.productId)}`;
  }
}

/** On Linux by what the kernel lists; elsewhere, and on a serial port or USB, only opening it can tell. */
export function hasSystemAdapter(choice: SystemRadioChoice = { kind: 'system' }): boolean {
  if (choice.kind !== 'system' || platform() !== 'linux' || DIRECT_ADAPTERS.some((name) => process.env[name])) return true;
  try {
    const adapters = readdirSync(LINUX_ADAPTERS);
    return choice.hci == null ? adapters.some((name) => name.startsWith('hci')) : adapters.includes(`hci${choice.hci}`);
  } catch {
    return false;
  }
}

/**
 * @param onProblem told what keeps the adapter from working, as soon as it is known.
 * @throws where noble's native part does not load.
 */
export async function openSystemRadio(
  choice: SystemRadioChoice,
  logger: LinkLogger,
  onProblem: (problem: RadioProblem) => void,
): Promise<SystemRadio> {
  const bindings = choice.kind === 'system' ? await ownBindings(choice.hci ?? null) : directBindings(choice);
  return { bindings, release: guard(bindings, logger, onProblem) };
}

async function ownBindings(hci: number | null): Promise<HciBindings> {
  const { default: resolveBindings } = await import('@abandonware/noble/lib/resolve-bindings.js');
  return resolveBindings(hci === null ? {} : { deviceId: hci }) as HciBindings;
}

/** noble takes whichever HCI socket its library names when it is loaded; here each opening chooses. */
let nextSocket: (() => HciSocket) | null = null;

function directBindings(choice: Exclude<SystemRadioChoice, { kind: 'system' }>): HciBindings {
  const nobleRequire = createRequire(createRequire(import.meta.url).resolve('@abandonware/noble/package.json'));
  const path = nobleRequire.resolve('@abandonware/bluetooth-hci-socket');
  const library = nobleRequire(path) as SocketLibrary;
  const Driver = library.loadDriver(choice.kind);
  const params =
    choice.kind === 'uart'
      ? { uart: { port: choice.port, baudRate: choice.baud } }
      : { usb: { vid: choice.vendorId, pid: choice.productId } };
  nextSocket = () => {
    const socket = new Driver();
    const { bindRaw, bindUser } = socket;
    socket.bindRaw = (deviceId) => bindRaw.call(socket, deviceId, params);
    // The serial socket's bindRaw is bindUser in another mode, in which alone it waits for the controller's reset.
    socket.bindUser = (deviceId, _params, mode) => bindUser.call(socket, deviceId, params, mode);
    return socket;
  };
  const hciPath = nobleRequire.resolve('./lib/hci-socket/hci.js');
  const bindingsPath = nobleRequire.resolve('./lib/hci-socket/bindings.js');
  const entry = nobleRequire.cache[path];
  const before = entry?.exports as unknown;
  // Loaded anew with a socket that is ours; the copy that drives the computer's own adapter stays as it is.
  const kept = [hciPath, bindingsPath].map((file) => [file, nobleRequire.cache[file]] as const);
  for (const [file] of kept) delete nobleRequire.cache[file];
  try {
    if (entry !== undefined)
      entry.exports = function ChosenSocket() {
        return nextSocket?.();
      };
    const Bindings = nobleRequire(bindingsPath) as new (options: object) => HciBindings;
    return new Bindings({});
  } finally {
    if (entry !== undefined) entry.exports = before;
    for (const [file, module] of kept) {
      if (module === undefined) delete nobleRequire.cache[file];
      else nobleRequire.cache[file] = module;
    }
    nextSocket = null;
  }
}

/**
 * noble's HCI code reads what devices send without checking lengths, and ends the process on Ctrl-C by itself.
 * A malformed packet must cost that packet only, and the host alone decides how the process ends.
 * @returns what lets the adapter go.
 */
function guard(bindings: HciBindings, logger: LinkLogger, onProblem: (problem: RadioProblem) => void): () => void {
  const hci = bindings._hci;
  if (hci === undefined) return () => bindings.removeAllListeners();
  const onSocketData = hci.onSocketData;
  hci.onSocketData = (data) => {
    try {
      onSocketData.call(hci, data);
    } catch (error) {
      logger.warn({ error }, 'a malformed Bluetooth packet was dropped');
    }
  };
  hci._socket.on('error', (error: Error) => {
    logger.warn({ error }, 'the Bluetooth adapter reports an error');
    const problem = problemOf(error.message);
    if (problem !== null) onProblem(problem);
  });
  const init = bindings.init;
  let exitListeners: readonly NodeJS.ExitListener[] = [];
  bindings.init = () => {
    const before = new Set(process.listeners('exit'));
    init.call(bindings);
    if (bindings.onSigIntBinded !== undefined) process.removeListener('SIGINT', bindings.onSigIntBinded);
    exitListeners = process.listeners('exit').filter((listener) => !before.has(listener));
  };
  return () => {
    // The poll schedules itself for ever.
    hci.pollIsDevUp = () => {};
    for (const listener of exitListeners) process.removeListener('exit', listener);
    bindings.removeAllListeners();
    try {
      hci._socket.stop();
    } catch (error) {
      logger.debug({ error }, 'the Bluetooth adapter was gone already');
    }
    hci._socket.removeAllListeners();
    hci._socket.on('error', () => {});
  };
}

const PROBLEMS: readonly (readonly [RegExp, RadioProblem])[] = [
  [/EPERM|EACCES|LIBUSB_ERROR_ACCESS|not permitted|permission/i, 'unauthorized'],
  [/EBUSY|EAGAIN|LIBUSB_ERROR_BUSY|resource busy|cannot lock|temporarily unavailable|already in use/i, 'busy'],
  [/Cannot find module 'usb'|find package 'usb'/i, 'no-usb-driver'],
  [/ENODEV|ENOENT|ENXIO|No such|No compatible|not found|EAFNOSUPPORT|Address family/i, 'unavailable'],
];

/** What an error of an adapter means; null: nothing that is known to keep it from working. */
export function problemOf(message: string): RadioProblem | null {
  return PROBLEMS.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}
