// The Bluetooth link: which devices there are, which of them this console serves, and one session for each of those.
import { ConsoleError } from '../../contract/errors.ts';
import type { BluetoothState, ScanResult } from '../../contract/models.ts';
import type { Link, LinkSink } from '../link.ts';
import { type LinkLogger, silentLogger } from '../logger.ts';
import type { Advert, RadioStatus } from './central.ts';
import { type LinkClock, systemClock } from './clock.ts';
import type { HeardEcg } from './ecg-stream.ts';
import { FoundDevices } from './found-devices.ts';
import { forgetfulMemory, type LinkMemory } from './memory.ts';
import { NobleCentral, type RadioChoice } from './noble-central.ts';
import { deviceIdOf, deviceIdOfAddress, isSensibleSerial } from './profiles/device-information.ts';
import { WearableSession } from './session.ts';
import { DEFAULT_TIMING, type SessionTiming } from './session-states.ts';
import { RefusedError } from './talk.ts';

export interface KnownDevice {
  readonly deviceId: string;
  readonly address: string;
  /** False: its name is kept for it, but nothing connects until it is paired. Default true. */
  readonly reconnect?: boolean;
}

export interface PairedDevice {
  readonly deviceId: string;
  readonly address: string;
  readonly name: string;
}

export interface BluetoothLinkOptions {
  readonly radio: RadioChoice;
  readonly sink: LinkSink;
  /** Without one, all that is known of a device is forgotten with the process. */
  readonly memory?: LinkMemory;
  readonly clock?: LinkClock;
  readonly logger?: LinkLogger;
  /** IANA zone of the clinic, in which staff set the clocks of cuffs and meters; the computer's zone by default. */
  readonly timeZone?: () => string;
  readonly timing?: Partial<SessionTiming>;
  readonly random?: () => number;
}

const LOOK_FOR_SLEEP_MS = 10_000;
const SLEPT_FROM_MS = 20_000;

export class BluetoothLink implements Link {
  #central: NobleCentral;
  readonly #clock: LinkClock;
  readonly #logger: LinkLogger;
  readonly #options: BluetoothLinkOptions;
  readonly #memory: LinkMemory;
  readonly #sessions = new Map<string, WearableSession>();
  /** Which address a device id belongs to, disconnected devices included. */
  readonly #addressOf = new Map<string, string>();
  readonly #found: FoundDevices;
  #scanAsked = false;
  #running = false;
  #cancelLook: () => void = () => {};
  #onChange: (state: BluetoothState) => void = () => {};
  #onFound: (found: ScanResult) => void = () => {};
  #onEcg: (deviceId: string, frame: HeardEcg) => void = () => {};

  constructor(options: BluetoothLinkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#memory = options.memory ?? forgetfulMemory();
    this.#found = new FoundDevices(this.#clock, (address) => this.#knownAt(address));
    this.#central = this.#centralOf(options.radio);
  }

  /** Never rejects: a computer without Bluetooth has a link whose state says so. */
  async start(): Promise<void> {
    this.#running = true;
    await this.#central.start();
    this.#applyScan();
    this.#watchForSleep();
  }

  /** The computer has slept: every link is looked at, and everything lost is looked for, at once. */
  woke(): void {
    if (!this.#running) return;
    this.#logger.info({}, 'awake again: Bluetooth links are looked at');
    for (const session of this.#sessions.values()) session.woke();
    this.#central.restartScanning();
    this.#applyScan();
  }

  /** A timer that comes far too late tells of a sleep on every host; a clock set forward only costs a look. */
  #watchForSleep(): void {
    const dueMs = this.#clock.nowMs() + LOOK_FOR_SLEEP_MS;
    this.#cancelLook = this.#clock.after(LOOK_FOR_SLEEP_MS, () => {
      if (this.#clock.nowMs() - dueMs > SLEPT_FROM_MS) this.woke();
      this.#watchForSleep();
    });
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelLook();
    this.#scanAsked = false;
    await Promise.all([...this.#sessions.values()].map((session) => session.stop('The console was closed.')));
    this.#sessions.clear();
    await this.#central.stop();
  }

  state(): BluetoothState {
    const { state, detail } = this.#central.status();
    const scanning = state === 'ready' && this.#scanAsked;
    return { state: scanning ? 'scanning' : state, radio: this.#central.radio, detail };
  }

  onChange(listener: (state: BluetoothState) => void): void {
    this.#onChange = listener;
  }

  /** Told at most once a second per device. */
  onFound(listener: (found: ScanResult) => void): void {
    this.#onFound = listener;
  }

  onEcg(listener: (deviceId: string, frame: HeardEcg) => void): void {
    this.#onEcg = listener;
  }

  /** Another radio takes over at once; devices connected on the old one are found again on the new one. */
  async changeRadio(radio: RadioChoice): Promise<void> {
    const old = this.#central;
    this.#central = this.#centralOf(radio);
    this.#onChange(this.state());
    await old.stop();
    if (!this.#running) return;
    await this.#central.start();
    this.#applyScan();
  }

  /** Ends the link of a device that is connected; it comes back by itself and is asked everything anew. */
  async reconnect(deviceId: string): Promise<void> {
    await this.#sessionOf(deviceId)?.restart();
  }

  /** A scan goes on until it is switched off; devices lost are looked for whether it is on or not. */
  scan(on: boolean): BluetoothState {
    if (on) this.#needsRadio();
    this.#scanAsked = on;
    this.#applyScan();
    this.#onChange(this.state());
    return this.state();
  }

  /** Devices heard within the last minute, those that measure something first, then the nearest. */
  found(): readonly ScanResult[] {
    return this.#found.list();
  }

  /**
   * Connects a device and keeps it: from now on it reconnects by itself.
   * @throws ConsoleError `bluetooth_unavailable` where the radio or the device cannot be reached.
   */
  async pair(address: string): Promise<PairedDevice> {
    this.#needsRadio();
    const existing = this.#sessions.get(address);
    const session = existing ?? this.#addSession(address, null);
    const heard = this.#found.get(address);
    if (existing === undefined && heard !== undefined) session.foundAs(heard.name, heard.rssiDbm);
    try {
      await session.connectAfresh();
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
      if (existing === undefined) await this.#drop(session, `${reason}.`);
      this.#refused(address, `${reason}.`);
      throw new ConsoleError('bluetooth_unavailable', `${session.name} could not be connected: ${reason}.`, {
        field: 'address',
        value: address,
      });
    }
    this.#refused(address, '');
    const { deviceId, name } = session;
    if (deviceId === null) throw new ConsoleError('bluetooth_unavailable', `${name} did not say which device it is.`);
    return { deviceId, address, name };
  }

  /** Ends the link to a device; it stays away until it is paired again. */
  async disconnect(deviceId: string): Promise<void> {
    const session = this.#sessionOf(deviceId);
    if (session === undefined)
      throw new ConsoleError('not_found', 'No Bluetooth device of this name is in use.', { field: 'deviceId', value: deviceId });
    await this.#drop(session, 'Disconnected by a person.');
  }

  /** Devices of earlier days: each is connected when it is seen. */
  restore(known: readonly KnownDevice[]): void {
    for (const { deviceId, address, reconnect = true } of known) {
      this.#addressOf.set(deviceId, address);
      if (reconnect && !this.#sessions.has(address)) this.#addSession(address, deviceId);
    }
    this.#applyScan();
  }

  #centralOf(radio: RadioChoice): NobleCentral {
    const central = new NobleCentral(radio, this.#clock, this.#logger);
    central.onStatus((status) => {
      if (this.#central === central) this.#radioChanged(status);
    });
    central.onAdvert((advert) => this.#heard(advert));
    return central;
  }

  #sessionOf(deviceId: string): WearableSession | undefined {
    return [...this.#sessions.values()].find((candidate) => candidate.deviceId === deviceId);
  }

  #addSession(address: string, deviceId: string | null): WearableSession {
    const { sink, timing, timeZone, random } = this.#options;
    const session = new WearableSession(address, deviceId, {
      central: () => this.#central,
      memory: this.#memory,
      onEcg: (heardFrom, frame) => this.#onEcg(heardFrom, frame),
      sink,
      clock: this.#clock,
      logger: this.#logger,
      timing: { ...DEFAULT_TIMING, ...timing },
      timeZone: timeZone ?? (() => Intl.DateTimeFormat().resolvedOptions().timeZone),
      random: random ?? Math.random,
      identify: (asking, serial, isHealthSense) => this.#identify(asking, serial, isHealthSense),
      settled: (settled) => this.#settled(settled),
      mayReport: ({ deviceId: claimed, address: at }) => (this.#ownerOf(claimed) ?? at) === at,
      onChange: (changed) => {
        if (changed.isOpen || changed.refusal !== '') this.#refused(changed.address, changed.refusal);
        this.#applyScan();
      },
    });
    this.#sessions.set(address, session);
    return session;
  }

  async #drop(session: WearableSession, detail: string): Promise<void> {
    this.#sessions.delete(session.address);
    await session.stop(detail);
    this.#applyScan();
  }

  /**
   * A device keeps the name it was first known by. Two addresses with one serial number are two devices: cheap ones
   * share a number, and the readings of one patient must never go to another. A HealthSense wearable is what it proves to be,
   * at whatever address.
   */
  #identify(asking: WearableSession, serial: string | null, isHealthSense: boolean): string {
    if (isHealthSense) {
      if (serial === null || !isSensibleSerial(serial))
        throw new RefusedError('It is a HealthSense wearable without a serial number. Give it one');
      return serial;
    }
    const wanted = asking.deviceId ?? this.#knownAt(asking.address) ?? deviceIdOf(serial, asking.address);
    const deviceId =
      this.#ownerOf(wanted) === asking.address || !this.#addressOf.has(wanted) ? wanted : deviceIdOfAddress(asking.address);
    this.#addressOf.set(deviceId, asking.address);
    return deviceId;
  }

  /** The address whose word on this device counts; null where nobody has been it yet and lives. */
  #ownerOf(deviceId: string | null): string | null {
    return deviceId === null ? null : (this.#addressOf.get(deviceId) ?? null);
  }

  /** Radio addresses change; what has proved itself takes the place of its former self. */
  #settled(session: WearableSession): void {
    const { deviceId, address } = session;
    if (deviceId === null) return;
    this.#addressOf.set(deviceId, address);
    for (const other of this.#sessions.values()) {
      if (other === session || other.deviceId !== deviceId) continue;
      this.#sessions.delete(other.address);
      void other.stop('It is connected at another address.');
    }
    for (const [known, at] of this.#addressOf) if (at === address && known !== deviceId) this.#addressOf.delete(known);
  }

  #knownAt(address: string): string | null {
    for (const [deviceId, known] of this.#addressOf) if (known === address) return deviceId;
    return null;
  }

  #heard(advert: Advert): void {
    if (!this.#running) return;
    const told = this.#found.heard(advert, this.#scanAsked);
    if (told !== null) this.#onFound(told);
    this.#sessions.get(advert.address)?.seen(advert);
  }

  #refused(address: string, reason: string): void {
    const told = this.#found.refused(address, reason);
    if (told !== null && this.#scanAsked) this.#onFound(told);
  }

  #applyScan(): void {
    const awaited = [...this.#sessions.values()].some((session) => session.isWaiting);
    if (this.#running && (this.#scanAsked || awaited)) this.#central.startScanning();
    else this.#central.stopScanning();
  }

  #radioChanged(status: RadioStatus): void {
    this.#logger.info({ ...status }, 'Bluetooth radio');
    this.#onChange(this.state());
  }

  #needsRadio(): void {
    const { state, detail } = this.#central.status();
    if (!this.#running || state !== 'ready') throw new ConsoleError('bluetooth_unavailable', detail || 'Bluetooth is starting.');
  }
}
