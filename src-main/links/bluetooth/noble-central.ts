// The central on @abandonware/noble: the computer's own radio, or any noble bindings such as the virtual radio.
import type { EventEmitter } from 'node:events';
import type { Peripheral } from '@abandonware/noble';
import type { Noble } from '@abandonware/noble/with-bindings.js';
import type { LinkLogger } from '../logger.ts';
import type { Advert, Central, Connection, RadioStatus } from './central.ts';
import { type LinkClock, withDeadline } from './clock.ts';
import { NobleConnection } from './noble-connection.ts';
import { hasSystemAdapter, systemBindings } from './system-radio.ts';
import { normalUuid } from './uuid.ts';

export type RadioChoice =
  | { readonly kind: 'system' }
  /** `bindings` is what noble takes in place of an adapter. */
  | { readonly kind: 'virtual'; readonly bindings: EventEmitter };

const UNAVAILABLE = 'No Bluetooth adapter was found. Plug one in, or go on with HTTP and MQTT devices.';
const STATUS_OF_STATE: { readonly [state: string]: RadioStatus } = {
  poweredOn: { state: 'ready', detail: '' },
  poweredOff: { state: 'off', detail: 'Bluetooth is switched off. Switch it on in the settings of this computer.' },
  unauthorized: {
    state: 'unauthorized',
    detail: 'This computer does not let HealthSense use Bluetooth. Allow it in its privacy settings.',
  },
  unsupported: { state: 'unavailable', detail: 'The Bluetooth adapter of this computer has no Bluetooth Low Energy.' },
};

const LOOK_AGAIN_MS = 10_000;
const REMEMBERED_PERIPHERALS = 1_000;

export class NobleCentral implements Central {
  readonly radio: string;
  readonly #choice: RadioChoice;
  readonly #clock: LinkClock;
  readonly #logger: LinkLogger;
  readonly #peripherals = new Map<string, Peripheral>();
  #status: RadioStatus = { state: 'unknown', detail: 'Bluetooth is starting.' };
  #noble: Noble | null = null;
  #scanWanted = false;
  #scanning = false;
  /** Adapters set up one connection at a time, and many cannot scan meanwhile. */
  #connecting = 0;
  #lastConnect: Promise<unknown> = Promise.resolve();
  #cancelLookAgain: () => void = () => {};
  #onStatus: (status: RadioStatus) => void = () => {};
  #onAdvert: (advert: Advert) => void = () => {};

  constructor(choice: RadioChoice, clock: LinkClock, logger: LinkLogger) {
    this.#choice = choice;
    this.#clock = clock;
    this.#logger = logger;
    this.radio = choice.kind === 'virtual' ? 'Simulated radio' : 'Bluetooth adapter of this computer';
  }

  status(): RadioStatus {
    return this.#status;
  }

  onStatus(listener: (status: RadioStatus) => void): void {
    this.#onStatus = listener;
  }

  onAdvert(listener: (advert: Advert) => void): void {
    this.#onAdvert = listener;
  }

  async start(): Promise<void> {
    if (this.#noble !== null) return;
    if (this.#choice.kind === 'system' && !hasSystemAdapter()) {
      this.#become({ state: 'unavailable', detail: UNAVAILABLE });
      this.#cancelLookAgain = this.#clock.after(LOOK_AGAIN_MS, () => void this.start());
      return;
    }
    try {
      const { default: withBindings } = await import('@abandonware/noble/with-bindings.js');
      const bindings = this.#choice.kind === 'virtual' ? this.#choice.bindings : await systemBindings(this.#logger);
      const noble = withBindings(bindings);
      this.#noble = noble;
      noble.on('warning', (text) => this.#warned(text));
      noble.on('discover', (peripheral) => this.#discovered(peripheral));
      noble.on('scanStop', () => this.#scanStopped());
      noble.on('stateChange', (state) => this.#stateChanged(state));
    } catch (error) {
      this.#logger.warn({ error }, 'noble could not be loaded');
      this.#become({ state: 'unavailable', detail: `Bluetooth cannot be used on this computer: ${wordsOf(error)}` });
    }
  }

  async stop(): Promise<void> {
    this.#cancelLookAgain();
    this.stopScanning();
    const open = [...this.#peripherals.values()].filter((peripheral) => peripheral.state === 'connected');
    await Promise.all(open.map((peripheral) => new NobleConnection(peripheral, '', this.#clock).disconnect()));
    this.#noble?.removeAllListeners('discover');
  }

  startScanning(): void {
    this.#scanWanted = true;
    this.#applyScan();
  }

  stopScanning(): void {
    this.#scanWanted = false;
    this.#applyScan();
  }

  connect(address: string, timeoutMs: number): Promise<Connection> {
    const turn = this.#lastConnect.then(() => this.#connectAlone(address, timeoutMs));
    this.#lastConnect = turn.catch(() => {});
    return turn;
  }

  async #connectAlone(address: string, timeoutMs: number): Promise<Connection> {
    const peripheral = this.#peripherals.get(address);
    if (peripheral === undefined || this.#status.state !== 'ready') throw new Error('The device is not in range');
    this.#connecting += 1;
    this.#applyScan();
    unabandon(peripheral);
    try {
      await withDeadline(this.#clock, timeoutMs, 'Connecting', peripheral.connectAsync());
      return new NobleConnection(peripheral, address, this.#clock);
    } catch (error) {
      abandon(peripheral);
      throw error;
    } finally {
      this.#connecting -= 1;
      this.#applyScan();
    }
  }

  #applyScan(): void {
    const noble = this.#noble;
    const wanted = this.#scanWanted && this.#connecting === 0 && this.#status.state === 'ready';
    if (noble === null || wanted === this.#scanning) return;
    this.#scanning = wanted;
    if (wanted) {
      noble.startScanning([], true, (error) => {
        if (error) this.#scanning = false;
      });
    } else {
      noble.stopScanning();
    }
  }

  /** Another program on this computer can end a scan. */
  #scanStopped(): void {
    if (!this.#scanning) return;
    this.#scanning = false;
    this.#clock.after(1_000, () => this.#applyScan());
  }

  #discovered(peripheral: Peripheral): void {
    const address = addressOf(peripheral);
    const { localName, serviceUuids } = peripheral.advertisement;
    this.#peripherals.delete(address);
    this.#peripherals.set(address, peripheral);
    if (this.#peripherals.size > REMEMBERED_PERIPHERALS) this.#forgetOldest();
    this.#onAdvert({
      address,
      name: typeof localName === 'string' ? localName : '',
      rssiDbm: peripheral.rssi,
      services: (serviceUuids ?? []).map(normalUuid),
      connectable: peripheral.connectable,
    });
  }

  /** Phones change their address every quarter of an hour, and noble itself never forgets one. */
  #forgetOldest(): void {
    const tables = this.#noble as unknown as { readonly [table: string]: { [id: string]: unknown } | undefined };
    for (const [address, peripheral] of this.#peripherals) {
      if (peripheral.state !== 'disconnected') continue;
      this.#peripherals.delete(address);
      for (const table of ['_peripherals', '_services', '_characteristics', '_descriptors', '_discoveredPeripheralUUids']) {
        delete tables[table]?.[peripheral.id];
      }
      return;
    }
  }

  #stateChanged(state: string): void {
    if (state !== 'poweredOn') this.#scanning = false;
    this.#become(STATUS_OF_STATE[state] ?? { state: 'unknown', detail: 'Bluetooth is starting.' });
    this.#applyScan();
  }

  #warned(text: string): void {
    this.#logger.warn({ text }, 'noble warns');
    if (!/^Initialization/.test(text)) return;
    const forbidden = /EPERM|EACCES|not permitted|permission/i.test(text);
    this.#become(
      forbidden
        ? {
            state: 'unauthorized',
            detail: 'HealthSense may not use the Bluetooth adapter. On Linux it needs the capability cap_net_raw.',
          }
        : { state: 'unavailable', detail: UNAVAILABLE },
    );
  }

  #become(status: RadioStatus): void {
    this.#status = status;
    this.#onStatus(status);
  }
}

/** What waits to close a link that an attempt given up here still opens. */
const LATE_CLOSERS = new WeakMap<Peripheral, (error?: unknown) => void>();

/** An attempt given up here can still succeed in the adapter: such a link is closed at once. */
function abandon(peripheral: Peripheral): void {
  if (peripheral.state === 'connected') {
    peripheral.disconnect();
    return;
  }
  peripheral.cancelConnect();
  peripheral.state = 'disconnected';
  const closeLate = (error?: unknown): void => {
    if (!error && peripheral.state === 'connected') peripheral.disconnect();
  };
  peripheral.removeAllListeners('connect');
  peripheral.once('connect', closeLate);
  LATE_CLOSERS.set(peripheral, closeLate);
}

/** The next attempt's own link must not be taken for the late one. */
function unabandon(peripheral: Peripheral): void {
  const closeLate = LATE_CLOSERS.get(peripheral);
  if (closeLate === undefined) return;
  peripheral.removeListener('connect', closeLate);
  LATE_CLOSERS.delete(peripheral);
}

function addressOf(peripheral: Peripheral): string {
  const { address, id } = peripheral;
  return /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(address) ? address.replace(/-/g, ':').toUpperCase() : id;
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
