// One wearable: found, connected, spoken with, lost and found again. Its states are those of session-states.ts.
import type { LinkSink } from '../link.ts';
import type { LinkLogger } from '../logger.ts';
import type { Advert, Central, Connection } from './central.ts';
import { cleanText } from './clean-text.ts';
import { type LinkClock, withDeadline } from './clock.ts';
import { Conversation } from './conversation.ts';
import type { HeardEcg } from './ecg-stream.ts';
import type { LinkMemory } from './memory.ts';
import { deviceIdOfAddress } from './profiles/device-information.ts';
import { MAY_BECOME, type SessionState, type SessionTiming, STATUS_STATE } from './session-states.ts';
import { RefusedError } from './talk.ts';

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
  /** Settles which device this says it is. @throws RefusedError where it cannot be any. */
  readonly identify: (session: WearableSession, serial: string | null, isHealthSense: boolean) => string;
  /** It is what it says: the link sees to it that no two sessions serve one device. */
  readonly settled: (session: WearableSession) => void;
  /** Whether the device's row is this session's to write; an impostor has its own. */
  readonly mayReport: (session: WearableSession) => boolean;
  readonly onChange: (session: WearableSession) => void;
}

const LONGEST_NAME = 40;
const UNNAMED = 'Unnamed device';
/** A link that stood this long was a good one even if nothing was sent. */
const STEADY_MS = 30_000;
/** What a device that is ended may take to hand in what it has sent. */
const LAST_WORDS_MS = 3_000;

export class WearableSession {
  readonly address: string;
  readonly #parts: SessionParts;
  readonly #conversation: Conversation;
  #state: SessionState = 'discovered';
  #detail = '';
  #deviceId: string | null;
  #name = '';
  #rssiDbm: number | null = null;
  #connection: Connection | null = null;
  #isBackfilling = false;
  #liveSinceMs = 0;
  #failures = 0;
  #retryAtMs = 0;
  #lastAdvertMs = Number.NEGATIVE_INFINITY;
  #byPerson = false;
  #running: Promise<void> | null = null;
  #cancelCheck: () => void = () => {};

  /** @param deviceId what it turned out to be on an earlier connection; null for one never connected. */
  constructor(address: string, deviceId: string | null, parts: SessionParts) {
    this.address = address;
    this.#deviceId = deviceId;
    this.#parts = parts;
    this.#conversation = new Conversation({
      ...parts,
      onChange: () => this.#report(),
      onBackfilling: (isOn) => this.#backfilling(isOn),
      onFlood: () => this.#giveUp('It sends far more than a wearable can. Disconnected.'),
      onUnderstood: () => {
        this.#failures = 0;
      },
    });
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
    return this.#state === 'given-up' || this.#state === 'refused' ? this.#detail : '';
  }

  get isOpen(): boolean {
    return this.#state === 'live' || this.#state === 'backfilling';
  }

  /** Wants to hear advertisements: it is not connected and will reconnect by itself. */
  get isWaiting(): boolean {
    return ['discovered', 'lost', 'refused', 'given-up'].includes(this.#state);
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
    const { longestRetryMs, refusedRetryMs } = this.#parts.timing;
    const waited = nowMs >= this.#retryAtMs || this.#retryAtMs - nowMs > Math.max(longestRetryMs, refusedRetryMs);
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
  async connectAfresh(): Promise<void> {
    this.#failures = 0;
    if (this.isOpen) return;
    this.#byPerson = true;
    try {
      await this.connect();
    } finally {
      this.#byPerson = false;
    }
  }

  /** Ends the link as if it had been lost: it is connected and asked anew. */
  async restart(): Promise<void> {
    this.#retryAtMs = 0;
    await this.#connection?.disconnect();
  }

  /** The computer has slept: links may be dead without a word, and waits are over. */
  woke(): void {
    this.#retryAtMs = 0;
    if (this.#state === 'given-up') this.#lastAdvertMs = Number.NEGATIVE_INFINITY;
    const connection = this.#connection;
    if (connection === null || !this.isOpen) return;
    this.#cancelCheck();
    void this.#check(connection);
  }

  /** Ends the link; nothing reconnects until `connectAfresh`. */
  async stop(detail: string): Promise<void> {
    if (this.#state !== 'stopped') this.#enter('stopped', detail);
    const stored = this.#conversation.close();
    await this.#dropLink();
    await withDeadline(this.#parts.clock, LAST_WORDS_MS, 'Storing its last readings', stored).catch(() => {});
  }

  async #connect(): Promise<void> {
    const { central, clock, timing } = this.#parts;
    if (this.isOpen) return;
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
      if (this.#state !== 'discovering' || this.#connection !== connection) throw new Error('The link was lost');
      this.#parts.settled(this);
      this.#enter(this.#isBackfilling ? 'backfilling' : 'live', '');
      this.#liveSinceMs = clock.nowMs();
      this.#cancelCheck = clock.after(timing.checkEveryMs, () => void this.#check(connection));
    } catch (error) {
      await this.#dropLink();
      const reason = this.#ended() ? this.#detail : wordsOf(error);
      if (error instanceof RefusedError) this.#refuse(reason);
      else this.#failed(reason);
      throw new Error(reason);
    }
  }

  #setUp(connection: Connection): Promise<void> {
    const isOpen = (): boolean => this.#connection === connection && (this.isOpen || this.#state === 'discovering');
    const identify = (serial: string | null, isHealthSense: boolean): string => {
      this.#deviceId = this.#parts.identify(this, serial, isHealthSense);
      return this.#deviceId;
    };
    return this.#conversation.open(connection, identify, isOpen, this.#byPerson);
  }

  #backfilling(isOn: boolean): void {
    this.#isBackfilling = isOn;
    if (isOn && this.#state === 'live') this.#enter('backfilling', '');
    if (!isOn && this.#state === 'backfilling' && this.#connection !== null) this.#enter('live', '');
  }

  async #check(connection: Connection): Promise<void> {
    if (this.#connection !== connection || !this.isOpen) return;
    try {
      await this.#conversation.check(connection);
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
    const wasOpen = this.isOpen;
    this.#conversation.closed();
    if (!wasOpen) return;
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

  /** Nothing of it is taken; it is asked again now and then, as somebody may have given it its token. */
  #refuse(reason: string): void {
    if (this.#ended()) return;
    this.#retryAtMs = this.#parts.clock.nowMs() + this.#parts.timing.refusedRetryMs;
    if (this.#deviceId !== null) this.#parts.sink.frameRejected(this.#deviceId, `${this.address}: ${reason}.`);
    this.#enter('refused', `${reason}.`);
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
    this.#conversation.closed();
    await connection?.disconnect();
  }

  #enter(next: SessionState, detail: string): void {
    if (!MAY_BECOME[this.#state].includes(next)) throw new Error(`A wearable cannot go from ${this.#state} to ${next}`);
    // It was there a moment ago: only after it has been away is it tried again.
    if (next === 'given-up') this.#lastAdvertMs = this.#parts.clock.nowMs();
    this.#state = next;
    this.#detail = detail;
    this.#parts.logger.debug({ address: this.address, deviceId: this.#deviceId, state: next, detail }, 'wearable');
    this.#report();
    this.#parts.onChange(this);
  }

  /** A device is on the board once it is known which it is; one that only claims to be another never writes on that one's row. */
  #report(): void {
    if (this.#deviceId === null) return;
    const { note, ...known } = this.#conversation.status();
    this.#parts.sink.deviceStatus({
      ...known,
      deviceId: this.#parts.mayReport(this) ? this.#deviceId : deviceIdOfAddress(this.address),
      state: STATUS_STATE[this.#state],
      transport: 'bluetooth',
      address: this.address,
      name: this.name,
      detail: this.#detail || (this.isOpen ? note : ''),
      ...(this.#rssiDbm === null ? {} : { rssiDbm: this.#rssiDbm }),
    });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
