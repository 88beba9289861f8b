// The MQTT link to a broker that is there already: readings by subscription, PUBACK after commit, answers published back.
import { readFile } from 'node:fs/promises';
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { monotonicMs } from '../../accounts/throttle.ts';
import type { LatePredictions, Link, LinkSink } from '../link.ts';
import { type LinkLogger, silentLogger } from '../logger.ts';
import { Presence } from '../payload/presence.ts';
import type { FailureCode } from '../payload/problems.ts';
import { Answers } from './answers.ts';
import { type BackoffRange, backoffMs } from './backoff.ts';
import { brokerAddress } from './broker-address.ts';
import { Inbox, type InboxOptions } from './inbox.ts';
import { refusal } from './problems.ts';
import { MAX_PAYLOAD_BYTES, type Message, ReadingDesk } from './reading-desk.ts';
import { deviceOfTopic, readingsFilter } from './topics.ts';

export interface MqttLinkOptions {
  readonly sink: LinkSink;
  /** mqtt, mqtts, ws or wss; user and password may be in it. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** Files in PEM. `ca` in place of the system's authorities; `cert` and `key` where the broker asks for a client certificate. */
  readonly tlsFiles?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** The same at every start and no one else's: the broker keeps under it what has not been acknowledged. */
  readonly clientId: string;
  /** Consoles that give the same group share the messages among them. */
  readonly group?: string;
  /** The broker authenticates devices by its own means; a device this console does not know, or has revoked, is refused. */
  readonly isKnownDevice: (deviceId: string) => boolean;
  readonly onChange?: (state: MqttLinkState) => void;
  readonly logger?: LinkLogger;
  /** 4 is MQTT 3.1.1, for brokers that know no 5. */
  readonly protocolVersion?: 4 | 5;
  readonly reconnect?: BackoffRange;
  readonly inbox?: Pick<InboxOptions, 'maxMessages' | 'maxBytes' | 'retry'>;
  readonly nowMs?: () => number;
}

export interface MqttLinkState {
  readonly state: 'connecting' | 'connected' | 'lost' | 'stopped';
  /** Without user or password. */
  readonly broker: string;
  /** Plain words where something is wrong. */
  readonly detail: string;
  /** Why nothing is acknowledged at the moment; null where storing works. */
  readonly held: FailureCode | null;
}

const RECONNECT: BackoffRange = { firstMs: 1_000, longestMs: 30_000 };
/** Messages the broker may send ahead of their acknowledgement; below the inbox's bound, so that it is not reached. */
const RECEIVE_MAXIMUM = 1_000;
const NEVER_EXPIRES = 0xffff_ffff;
const SESSION_TAKEN_OVER = 142;

/** Started once and stopped once. */
export class MqttLink implements Link {
  readonly #options: MqttLinkOptions;
  readonly #log: LinkLogger;
  readonly #broker: ReturnType<typeof brokerAddress>;
  readonly #presence: Presence;
  readonly #inbox: Inbox;
  readonly #desk: ReadingDesk;
  #client: MqttClient | null = null;
  #answers: Answers | null = null;
  #state: MqttLinkState;
  /** Counts connections: an acknowledgement belongs to the one its message came by. */
  #connection = 0;
  #attempts = 0;

  /** @throws Error with plain words for a URL that is none of a broker. */
  constructor(options: MqttLinkOptions) {
    this.#options = options;
    this.#log = options.logger ?? silentLogger;
    this.#broker = brokerAddress(options.url);
    this.#state = { state: 'stopped', broker: this.#broker.shown, detail: '', held: null };
    this.#presence = new Presence(options.sink, 'mqtt', monotonicMs);
    this.#inbox = new Inbox({
      ...options.inbox,
      sink: options.sink,
      onHeld: (failure, error) => this.#held(failure, error),
      onError: (error) => this.#log.warn({ err: error }, 'a message could not be answered'),
    });
    this.#desk = new ReadingDesk({
      sink: options.sink,
      inbox: this.#inbox,
      answer: (deviceId, json) => this.#answers?.send(deviceId, json),
      nowMs: options.nowMs ?? Date.now,
    });
  }

  state(): MqttLinkState {
    return this.#state;
  }

  /** Resolves before the broker has answered: a broker that is away is waited for. @throws where a TLS file cannot be read. */
  async start(): Promise<void> {
    if (this.#client !== null) return;
    const client = connect(this.#broker.url, { ...this.#clientOptions(), ...(await this.#tls()) });
    this.#client = client;
    this.#answers = new Answers(client);
    this.#change({ state: 'connecting', detail: '' });
    // The PUBACK that would follow the callback is left out by calling back with an error; it is written after commit.
    client.handleMessage = (packet, callback) => {
      this.#receive(client, packet);
      const passOn = (): void => callback(HELD_BACK);
      if (this.#inbox.isFull) void this.#inbox.room().then(passOn);
      else passOn();
    };
    client.on('connect', () => this.#connected(client));
    client.on('reconnect', () => this.#setNextWait(client));
    client.on('close', () => this.#closed());
    client.on('disconnect', ({ reasonCode }) => {
      if (reasonCode !== SESSION_TAKEN_OVER) return;
      this.#change({ detail: 'Another console uses the same MQTT client id. Each console needs its own.' });
    });
    client.on('error', (error) => {
      this.#log.debug({ err: error }, 'MQTT connection');
      if (!client.connected) this.#change({ detail: words(error) });
    });
  }

  /** Goes to the device's predictions topic, where its reading came this way. */
  late(late: LatePredictions): void {
    this.#desk.late(late);
  }

  async stop(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    // What is under way is committed and acknowledged before the connection goes; the rest stays with the broker.
    await this.#inbox.stop();
    this.#client = null;
    this.#answers = null;
    if (client.connected) await new Promise<void>((resolve) => client.stream.write('', () => resolve()));
    client.removeAllListeners('connect');
    await client.endAsync(true);
    this.#presence.stop();
    this.#change({ state: 'stopped', detail: '', held: null });
  }

  #clientOptions(): IClientOptions {
    const { user = this.#broker.user, password = this.#broker.password, clientId, protocolVersion = 5 } = this.#options;
    return {
      clientId,
      protocolVersion,
      clean: false,
      ...(user === undefined ? {} : { username: user }),
      ...(password === undefined ? {} : { password }),
      keepalive: 30,
      connectTimeout: 10_000,
      reconnectPeriod: backoffMs(0, this.#options.reconnect ?? RECONNECT),
      reconnectOnConnackError: true,
      // Subscribed anew at every connection below, whatever the broker remembers.
      resubscribe: false,
      queueQoSZero: false,
      ...(protocolVersion === 5
        ? {
            properties: {
              sessionExpiryInterval: NEVER_EXPIRES,
              receiveMaximum: RECEIVE_MAXIMUM,
              maximumPacketSize: 4 * MAX_PAYLOAD_BYTES,
            },
          }
        : {}),
    };
  }

  async #tls(): Promise<IClientOptions> {
    const { ca, cert, key } = this.#options.tlsFiles ?? {};
    return {
      ...(ca === undefined ? {} : { ca: await readFile(ca) }),
      ...(cert === undefined ? {} : { cert: await readFile(cert) }),
      ...(key === undefined ? {} : { key: await readFile(key) }),
    };
  }

  #receive(client: MqttClient, packet: IPublishPacket): void {
    const deviceId = deviceOfTopic(packet.topic);
    const connection = this.#connection;
    const isSame = (): boolean => connection === this.#connection && client.connected;
    const { qos, messageId } = packet;
    const acknowledge = (): void => {
      if (qos === 1 && messageId !== undefined && isSame()) writePubAck(client, messageId);
    };
    if (deviceId === null) {
      acknowledge();
      return;
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const message: Message = { deviceId, payload, isCurrent: () => qos === 0 || isSame(), acknowledge };
    if (!this.#options.isKnownDevice(deviceId)) {
      this.#log.debug({ deviceId }, 'readings of a device that is not known');
      this.#desk.refuse(message, refusal('device_unknown'));
      return;
    }
    this.#presence.heard(deviceId, null);
    this.#desk.take(message);
  }

  #connected(client: MqttClient): void {
    const filter = readingsFilter(this.#options.group ?? null);
    // Retained readings were stored when they came: they are not wanted again at every subscription.
    const options = this.#options.protocolVersion === 4 ? { qos: 1 as const } : { qos: 1 as const, rh: 2 };
    client.subscribe(filter, options, (error, granted) => {
      const refused = granted?.some(({ qos }) => qos >= 128) === true;
      if (error === null && !refused) {
        this.#attempts = 0;
        client.options.reconnectPeriod = backoffMs(0, this.#options.reconnect ?? RECONNECT);
        this.#change({ state: 'connected', detail: '' });
        return;
      }
      if (!client.connected) return;
      this.#log.warn({ err: error, filter }, 'the broker refuses the subscription');
      this.#change({ state: 'lost', detail: `The broker does not let this console subscribe to ${filter}.` });
      client.stream.destroy();
    });
  }

  /** The library waits a fixed time; it is given another before every wait. */
  #setNextWait(client: MqttClient): void {
    this.#attempts += 1;
    client.options.reconnectPeriod = backoffMs(this.#attempts, this.#options.reconnect ?? RECONNECT);
  }

  #closed(): void {
    this.#connection += 1;
    this.#inbox.senderGone();
    if (this.#client === null) return;
    this.#presence.allLost('The connection to the MQTT broker is lost.');
    this.#change({ state: 'lost', detail: this.#state.detail || 'The MQTT broker cannot be reached.' });
  }

  #held(failure: FailureCode | null, error: unknown): void {
    if (failure === null) this.#log.info({}, 'storing works again: messages are acknowledged');
    else this.#log.warn({ err: error }, 'messages are held back: they cannot be stored');
    this.#change({ held: failure });
  }

  #change(change: Partial<MqttLinkState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange?.(this.#state);
  }
}

const HELD_BACK = new Error('acknowledged after commit');

/** PUBACK with success, the same four bytes in MQTT 3.1.1 and 5; those of one turn of the loop leave together. */
function writePubAck(client: MqttClient, messageId: number): void {
  const { stream } = client;
  stream.cork();
  stream.write(Buffer.of(0x40, 2, messageId >> 8, messageId & 0xff));
  process.nextTick(() => stream.uncork());
}

function words(error: Error & { readonly code?: string | number }): string {
  if (error.code === 'ECONNREFUSED') return 'The MQTT broker refuses connections: is it running?';
  if (error.code === 'ENOTFOUND') return 'The name of the MQTT broker cannot be found.';
  if (error.code === 4 || error.code === 5 || error.code === 134 || error.code === 135) {
    return 'The MQTT broker refuses the user name or password of this console.';
  }
  return `MQTT: ${error.message}`;
}
