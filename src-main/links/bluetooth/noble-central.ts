// The central on @abandonware/noble: the computer's own radio, or any noble bindings such as the virtual radio.
import type { EventEmitter } from 'node:events';
import type { Peripheral } from '@abandonware/noble';
import type { Noble } from '@abandonware/noble/with-bindings.js';
import type { LinkLogger } from '../logger.ts';
import type { Advert, Central, Connection, RadioStatus } from './central.ts';
import { type LinkClock, withDeadline } from './clock.ts';
import { NobleConnection } from './noble-connection.ts';
import { STARTING, STATUS_OF_PROBLEM, STATUS_OF_STATE } from './radio-words.ts';
import {
  CAN_REOPEN,
  hasSystemAdapter,
  openSystemRadio,
  problemOf,
  type SystemRadioChoice,
  titleOfRadio,
} from './system-radio.ts';
import { normalUuid } from './uuid.ts';

export type RadioChoice =
  | SystemRadioChoice
  /** `bindings` is what noble takes in place of an adapter. */
  | { readonly kind: 'virtual'; readonly bindings: EventEmitter };

const LOOK_AGAIN_MS = 10_000;
const REMEMBERED_PERIPHERALS = 1_000;

export class NobleCentral implements Central {
  readonly radio: string;
  readonly #choice: RadioChoice;
  readonly #clock: LinkClock;
  readonly #logger: LinkLogger;
  readonly #peripherals = new Map<string, Peripheral>();
  #status: RadioStatus = STARTING;
  #release: () => void = () => {};
  #noble: Noble | null = null;
  #stopped = false;
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
    this.radio = choice.kind === 'virtual' ? 'Simulated radio' : titleOfRadio(choice);
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
    if (this.#noble !== null || this.#stopped) return;
    if (this.#choice.kind !== 'virtual' && !hasSystemAdapter(this.#choice)) {
      this.#become(STATUS_OF_PROBLEM.unavailable);
      return;
    }
    try {
      const { default: withBindings } = await import('@abandonware/noble/with-bindings.js');
      const noble = withBindings(await this.#bindings(this.#choice));
      this.#noble = noble;
      noble.on('warning', (text) => this.#warned(text));
      noble.on('discover', (peripheral) => this.#discovered(peripheral));
      noble.on('scanStop', () => this.#scanStopped());
      noble.on('stateChange', (state) => this.#stateChanged(state));
    } catch (error) {
      this.#logger.warn({ error }, 'noble could not be loaded');
      const words = wordsOf(error);
      const problem = problemOf(words);
      this.#become(
        problem === null
          ? { state: 'unavailable', detail: `Bluetooth cannot be used on this computer: ${words}` }
          : STATUS_OF_PROBLEM[problem],
      );
    }
  }

  async #bindings(choice: RadioChoice): Promise<EventEmitter> {
    if (choice.kind === 'virtual') return choice.bindings;
    const radio = await openSystemRadio(choice, this.#logger, (problem) => this.#become(STATUS_OF_PROBLEM[problem]));
    this.#release = radio.release;
    return radio.bindings;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLookAgain();
    this.stopScanning();
    const open = [...this.#peripherals.values()].filter((peripheral) => peripheral.state === 'connected');
    await Promise.all(open.map((peripheral) => new NobleConnection(peripheral, '', this.#clock).disconnect()));
    this.#letGo();
  }

  /** An adapter that is gone, held or forbidden is opened anew: noble itself never looks for it again. */
  #lookAgain(): void {
    this.#cancelLookAgain();
    // Switched off it stays in noble's sight.
    const isOff = this.#status.state === 'off' && this.#choice.kind === 'system';
    if (this.#choice.kind === 'virtual' || this.#stopped || isOff || !CAN_REOPEN) return;
    this.#cancelLookAgain = this.#clock.after(LOOK_AGAIN_MS, () => {
      if (this.#status.state === 'ready') return;
      if (this.#status.state === 'starting') this.#become(STATUS_OF_PROBLEM.unavailable);
      this.#letGo();
      void this.start();
    });
  }

  #letGo(): void {
    const noble = this.#noble;
    this.#noble = null;
    this.#scanning = false;
    for (const name of ['discover', 'stateChange', 'scanStop', 'warning'] as const) noble?.removeAllListeners(name);
    for (const peripheral of this.#peripherals.values()) if (peripheral.state === 'connected') endOf(peripheral);
    this.#peripherals.clear();
    this.#release();
    this.#release = () => {};
  }

  startScanning(): void {
    this.#scanWanted = true;
    this.#applyScan();
  }

  stopScanning(): void {
    this.#scanWanted = false;
    this.#applyScan();
  }

  /** Adapters forget a scan while the computer sleeps, and noble believes that it goes on. */
  restartScanning(): void {
    if (this.#scanning) this.#noble?.stopScanning();
    this.#scanning = false;
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
    if (state !== 'poweredOn') {
      this.#scanning = false;
      // An adapter that is pulled out says nothing of the links it had.
      for (const peripheral of this.#peripherals.values()) if (peripheral.state === 'connected') endOf(peripheral);
    }
    this.#become(this.#statusOf(state));
    this.#applyScan();
  }

  /** A controller on a serial port is no switch of this computer's: it is not up yet, or it is gone. */
  #statusOf(state: string): RadioStatus {
    const isDirect = this.#choice.kind === 'uart' || this.#choice.kind === 'usb';
    if (!isDirect || state !== 'poweredOff') return STATUS_OF_STATE[state] ?? STARTING;
    return this.#status.state === 'starting' ? STARTING : STATUS_OF_PROBLEM.unavailable;
  }

  #warned(text: string): void {
    this.#logger.warn({ text }, 'noble warns');
    if (/^Initialization/.test(text)) this.#become(STATUS_OF_PROBLEM[problemOf(text) ?? 'unavailable']);
  }

  #become(status: RadioStatus): void {
    const changed = status.state !== this.#status.state || status.detail !== this.#status.detail;
    this.#status = status;
    if (status.state === 'ready') this.#cancelLookAgain();
    else this.#lookAgain();
    if (changed) this.#onStatus(status);
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

/** Tells whoever holds the link that it is gone. */
function endOf(peripheral: Peripheral): void {
  peripheral.state = 'disconnected';
  peripheral.emit('disconnect', 'adapter gone');
}

function addressOf(peripheral: Peripheral): string {
  const { address, id } = peripheral;
  return /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(address) ? address.replace(/-/g, ':').toUpperCase() : id;
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
