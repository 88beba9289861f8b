// One wearable: found, connected, subscribed, lost and found again. Its states are those of session-states.ts.
import type { LinkSink } from '../link.ts';
import type { LinkLogger } from '../logger.ts';
import type { Advert, Central, Connection, RemoteCharacteristic } from './central.ts';
import { cleanText } from './clean-text.ts';
import { type LinkClock, withDeadline } from './clock.ts';
import type { HeardEcg } from './ecg-stream.ts';
import { FrameReader } from './frame-reader.ts';
import { EMPTY_INFORMATION, readInformation, type WearableInformation } from './information.ts';
import type { LinkMemory } from './memory.ts';
import { decodeBatteryLevel } from './profiles/battery.ts';
import { MEASUREMENT_PROFILES } from './profiles/catalogue.ts';
import { MAY_BECOME, type SessionState, type SessionTiming, STATUS_STATE } from './session-states.ts';

export interface SessionParts {
  readonly central: () => Central;
  readonly memory: LinkMemory;
  /** A frame of its ECG, on its way to whoever watches. */
  readonly onEcg: (deviceId: string, frame: HeardEcg) => void;
  readonly sink: LinkSink;
  readonly clock: LinkClock;
  readonly logger: LinkLogger;
  readonly timing: SessionTiming;
  /** IANA zone in which staff set the clocks of devices. */
  readonly timeZone: () => string;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Settles which device this is; the link sees to it that no two sessions serve one. */
  readonly identify: (session: WearableSession, serial: string | null) => string;
  readonly onChange: (session: WearableSession) => void;
}

const LONGEST_NAME = 40;
const UNNAMED = 'Unnamed device';
const BATTERY_LEVEL = '2a19';
const DEVICE_INFORMATION = '180a';
/** A link that stood this long was a good one even if nothing was sent. */
const STEADY_MS = 30_000;
/** What a device that is ended may take to hand in what it has sent. */
const LAST_WORDS_MS = 3_000;

export class WearableSession {
  readonly address: string;
  readonly #parts: SessionParts;
  readonly #reader: FrameReader;
  #state: SessionState = 'discovered';
  #detail = '';
  #deviceId: string | null;
  #name = '';
  #rssiDbm: number | null = null;
  #batteryPercent: number | null = null;
  #information: WearableInformation = EMPTY_INFORMATION;
  #connection: Connection | null = null;
  /** Read now and then to see that the device still answers. */
  #probe: RemoteCharacteristic | null = null;
  #liveSinceMs = 0;
  #failures = 0;
  #retryAtMs = 0;
  #lastAdvertMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #cancelCheck: () => void = () => {};

  /** @param deviceId what it turned out to be on an earlier connection; null for one never connected. */
  constructor(address: string, deviceId: string | null, parts: SessionParts) {
    this.address = address;
    this.#deviceId = deviceId;
    this.#parts = parts;
    this.#reader = new FrameReader(parts.sink, parts.clock, () =>
      this.#giveUp('It sends far more than a wearable can. Disconnected.'),
    );
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Null until the device has been asked. */
  get deviceId(): string | null {
    return this.#deviceId;
  }

  get name(): string {
    return this.#name || UNNAMED;
  }

  /** Why nothing of it is taken; empty where that is not so. */
  get refusal(): string {
    return this.#state === 'given-up' ? this.#detail : '';
  }

  /** Wants to hear advertisements: it is not connected and will reconnect by itself. */
  get isWaiting(): boolean {
    return this.#state === 'discovered' || this.#state === 'lost' || this.#state === 'given-up';
  }

  /** What was heard of it before the session began. */
  foundAs(name: string, rssiDbm: number): void {
    this.#name ||= cleanText(name, LONGEST_NAME);
    this.#rssiDbm ??= rssiDbm;
  }

  /** Every advertisement of this device comes here: the only thing that starts a reconnection, so absence costs nothing. */
  seen(advert: Advert): void {
    const nowMs = this.#parts.clock.nowMs();
    const wasGone = nowMs - this.#lastAdvertMs > this.#parts.timing.freshAfterMs;
    this.#lastAdvertMs = nowMs;
    this.#rssiDbm = advert.rssiDbm;
    this.#name = cleanText(advert.name, LONGEST_NAME) || this.#name;
    if (!advert.connectable) return;
    if (this.#state === 'given-up' && wasGone) this.#failures = 0;
    else if (this.#state === 'given-up') return;
    // Further off than any wait is long: the clock was set back, and waiting for it would keep the device away for as long.
    const waited = nowMs >= this.#retryAtMs || this.#retryAtMs - nowMs > this.#parts.timing.longestRetryMs;
    if (this.isWaiting && waited) void this.connect().catch(() => {});
  }

  /**
   * Connects now, whatever was waited for.
   * @returns when readings can arrive. @throws Error in plain words; the session then waits to try again.
   */
  connect(): Promise<void> {
    this.#running ??= this.#connect().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** A person asks: earlier failures are forgotten. */
  connectAfresh(): Promise<void> {
    this.#failures = 0;
    return this.#state === 'live' ? Promise.resolve() : this.connect();
  }

  /** Ends the link as if it had been lost: it is connected and asked anew. */
  async restart(): Promise<void> {
    await this.#connection?.disconnect();
  }

  /** Ends the link; nothing reconnects until `connectAfresh`. */
  async stop(detail: string): Promise<void> {
    if (this.#state !== 'stopped') this.#enter('stopped', detail);
    const stored = this.#reader.close();
    await this.#dropLink();
    await withDeadline(this.#parts.clock, LAST_WORDS_MS, 'Storing its last readings', stored).catch(() => {});
  }

  async #connect(): Promise<void> {
    const { central, clock, timing } = this.#parts;
    if (this.#state === 'live') return;
    this.#enter('connecting', '');
    try {
      const connection = await central().connect(this.address, timing.connectWithinMs);
      if (this.#ended()) {
        await connection.disconnect();
        throw new Error('It is no longer wanted');
      }
      this.#connection = connection;
      connection.onClosed(() => this.#closed(connection));
      this.#enter('discovering', '');
      await withDeadline(clock, timing.setUpWithinMs, 'Setting up', this.#setUp(connection));
      if (this.#state !== 'discovering') throw new Error('The link was lost');
      this.#enter('live', '');
      this.#liveSinceMs = clock.nowMs();
      this.#cancelCheck = clock.after(timing.checkEveryMs, () => void this.#check(connection));
    } catch (error) {
      await this.#dropLink();
      const reason = this.#ended() ? this.#detail : wordsOf(error);
      this.#failed(reason);
      throw new Error(reason);
    }
  }

  async #setUp(connection: Connection): Promise<void> {
    const { clock, timeZone, identify } = this.#parts;
    const characteristics = await connection.discover();
    const measuring = characteristics.filter(({ uuid, canSubscribe }) => canSubscribe && MEASUREMENT_PROFILES.has(uuid));
    if (measuring.length === 0) throw new Error('It offers no measurements that HealthSense knows');
    this.#information = await readInformation(connection, characteristics, clock, timeZone());
    this.#batteryPercent = this.#information.batteryPercent ?? this.#batteryPercent;
    this.#deviceId = identify(this, this.#information.serial);
    this.#reader.opened(this.#deviceId, this.#information);
    for (const characteristic of measuring) {
      const profile = MEASUREMENT_PROFILES.get(characteristic.uuid);
      if (profile !== undefined)
        await connection.subscribe(characteristic, (bytes) => this.#frame(() => this.#reader.heard(profile, bytes)));
    }
    const readable = characteristics.filter(({ canRead }) => canRead);
    this.#probe =
      readable.find(({ uuid }) => uuid === BATTERY_LEVEL) ??
      readable.find(({ service }) => service === DEVICE_INFORMATION) ??
      null;
    const notifies = characteristics.find(({ uuid, canSubscribe }) => uuid === BATTERY_LEVEL && canSubscribe);
    if (notifies !== undefined) await connection.subscribe(notifies, (bytes) => this.#frame(() => this.#batteryHeard(bytes)));
  }

  /** Frames that arrive after the link was ended here are nobody's. */
  #frame(handle: () => boolean): void {
    if (this.#state !== 'live' && this.#state !== 'discovering') return;
    if (handle()) this.#failures = 0;
  }

  #batteryHeard(bytes: Uint8Array): boolean {
    const level = decodeBatteryLevel(bytes);
    if (!level.ok) {
      if (this.#deviceId !== null) this.#parts.sink.frameRejected(this.#deviceId, `Battery: ${level.reason}`);
      return false;
    }
    if (level.value !== this.#batteryPercent) {
      this.#batteryPercent = level.value;
      this.#report();
    }
    return true;
  }

  async #check(connection: Connection): Promise<void> {
    if (this.#connection !== connection || this.#state !== 'live') return;
    try {
      if (this.#probe !== null) {
        const bytes = await connection.read(this.#probe);
        if (this.#probe.uuid === BATTERY_LEVEL) this.#batteryHeard(bytes);
      }
      // Not every system can measure the signal of an open link.
      this.#rssiDbm = await connection.readRssiDbm().catch(() => this.#rssiDbm);
      this.#report();
      if (this.#connection === connection) {
        this.#cancelCheck = this.#parts.clock.after(this.#parts.timing.checkEveryMs, () => void this.#check(connection));
      }
    } catch {
      // It does not answer: a link that only looks open is closed, so that it can be opened again.
      await connection.disconnect();
    }
  }

  #closed(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#cancelCheck();
    if (this.#state !== 'live') return;
    if (this.#parts.clock.nowMs() - this.#liveSinceMs > STEADY_MS) this.#failures = 0;
    this.#failed('The link was lost');
  }

  #failed(reason: string): void {
    if (this.#ended()) return;
    this.#failures += 1;
    this.#retryAtMs = this.#parts.clock.nowMs() + this.#backOffMs();
    if (this.#failures >= this.#parts.timing.attempts) {
      this.#enter('given-up', `${this.#failures} attempts failed: ${reason}. Switch the device off and on, or pair it again.`);
    } else {
      this.#enter('lost', `${reason}. It is tried again by itself.`);
    }
  }

  #giveUp(detail: string): void {
    if (this.#ended()) return;
    this.#enter('given-up', detail);
    void this.#dropLink();
  }

  /** Doubles with each failure, half of it random, so that a ward of devices does not come back in step. */
  #backOffMs(): number {
    const { firstRetryMs, longestRetryMs } = this.#parts.timing;
    const whole = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.#failures, 16));
    return whole / 2 + (whole / 2) * this.#parts.random();
  }

  #ended(): boolean {
    return this.#state === 'stopped' || this.#state === 'given-up';
  }

  async #dropLink(): Promise<void> {
    this.#cancelCheck();
    const connection = this.#connection;
    this.#connection = null;
    await connection?.disconnect();
  }

  #enter(next: SessionState, detail: string): void {
    if (!MAY_BECOME[this.#state].includes(next)) throw new Error(`A wearable cannot go from ${this.#state} to ${next}`);
    this.#state = next;
    this.#detail = detail;
    this.#parts.logger.debug({ address: this.address, deviceId: this.#deviceId, state: next, detail }, 'wearable');
    this.#report();
    this.#parts.onChange(this);
  }

  /** A device is on the board once it is known which it is. */
  #report(): void {
    if (this.#deviceId === null) return;
    const { manufacturer, modelNumber, firmware, clock } = this.#information;
    this.#parts.sink.deviceStatus({
      deviceId: this.#deviceId,
      state: STATUS_STATE[this.#state],
      transport: 'bluetooth',
      address: this.address,
      name: this.name,
      detail: this.#detail,
      ...(this.#batteryPercent === null ? {} : { batteryPercent: this.#batteryPercent }),
      ...(this.#rssiDbm === null ? {} : { rssiDbm: this.#rssiDbm }),
      ...(manufacturer === null ? {} : { manufacturer }),
      ...(modelNumber === null ? {} : { modelNumber }),
      ...(firmware === null ? {} : { firmware }),
      ...(clock === null || clock.offsetMs === null ? {} : { clockOffsetMs: clock.offsetMs }),
    });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
