// The broker inside the console (aedes): devices prove themselves with their token, may use their two topics, and nothing else.
import type { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { LatePredictions, Link, LinkSink } from '../link.ts';
import { type LinkLogger, silentLogger } from '../logger.ts';
import { type DeviceByToken, type DoorWatch, TokenGate } from '../payload/token-gate.ts';
import { FrameGuard } from './frame-guard.ts';
import { Inbox, type InboxOptions } from './inbox.ts';
import { refusal } from './problems.ts';
import { MAX_PAYLOAD_BYTES, type Message, ReadingDesk } from './reading-desk.ts';
import { predictionsTopic, readingsTopic } from './topics.ts';

export interface EmbeddedBrokerOptions {
  readonly sink: LinkSink;
  readonly deviceByToken: DeviceByToken;
  readonly watch?: DoorWatch | undefined;
  /** 127.0.0.1 where left out: only programs on this computer can reach it. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  /** Files in PEM; without them tokens and readings travel in clear. */
  readonly tlsFiles?: { readonly cert: string; readonly key: string };
  readonly maxConnections?: number;
  readonly logger?: LinkLogger;
  readonly inbox?: Pick<InboxOptions, 'maxMessages' | 'maxBytes' | 'retry'>;
  readonly nowMs?: () => number;
  readonly monotonicMs?: () => number;
}

/** One connection whose device has proved who it is. */
interface Session {
  readonly deviceId: string;
  readonly token: string;
  readonly address: string;
  /** Messages taken and not acknowledged yet. */
  waiting: number;
  isShown: boolean;
}

type Packet = Parameters<Aedes['authorizePublish']>[1];

const MAX_CONNECTIONS = 500;
/** CONNECT: protocol, client id, user name and token. */
const MAX_CONNECT_BYTES = 4 * 1024;
const MAX_TOPIC_BYTES = 1024;
const MAX_TOKEN_CHARACTERS = 512;
/** Unacknowledged messages of one connection beyond which nothing more is read from it. */
const MAX_WAITING = 200;
const HANDSHAKE_MS = 10_000;
const RETURN_CODE = { unavailable: 3, wrongPassword: 4 } as const;
const EMPTY = Buffer.alloc(0);

/** Started once and stopped once. */
export class EmbeddedBroker implements Link {
  readonly #options: EmbeddedBrokerOptions;
  readonly #log: LinkLogger;
  readonly #gate: TokenGate;
  readonly #inbox: Inbox;
  readonly #desk: ReadingDesk;
  readonly #sessions = new WeakMap<Client, Session>();
  /** Connections per device, so that it is lost with the last of them. */
  readonly #connections = new Map<string, number>();
  /** Where each device was last heard: one that is connected from two places is told of in turn. */
  readonly #places = new Map<string, string>();
  #aedes: Aedes | null = null;
  #server: Server | null = null;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#log = options.logger ?? silentLogger;
    const { deviceByToken, watch, monotonicMs: clock } = options;
    this.#gate = new TokenGate({ link: 'mqtt', deviceByToken, watch, clock });
    this.#inbox = new Inbox({
      ...options.inbox,
      sink: options.sink,
      onHeld: (failure, error) => {
        if (failure === null) this.#log.info({}, 'storing works again: messages are acknowledged');
        else this.#log.warn({ err: error }, 'messages are held back: they cannot be stored');
      },
      onError: (error) => this.#log.warn({ err: error }, 'a message could not be answered'),
    });
    this.#desk = new ReadingDesk({
      sink: options.sink,
      inbox: this.#inbox,
      answer: (deviceId, json) => this.#publish(deviceId, json),
      nowMs: options.nowMs ?? Date.now,
    });
  }

  /** Null while it is not listening. */
  get port(): number | null {
    const address = this.#server?.address();
    return typeof address === 'object' ? (address?.port ?? null) : null;
  }

  /** @throws where the port is taken or a TLS file cannot be read. */
  async start(): Promise<void> {
    const { host = '127.0.0.1', port, tlsFiles, maxConnections = MAX_CONNECTIONS } = this.#options;
    const server =
      tlsFiles === undefined
        ? createServer()
        : createTlsServer({
            cert: await readFile(tlsFiles.cert),
            key: await readFile(tlsFiles.key),
            handshakeTimeout: HANDSHAKE_MS,
            minVersion: 'TLSv1.2',
          });
    const aedes = await this.#createAedes();
    server.maxConnections = maxConnections;
    server.on(tlsFiles === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      socket.setNoDelay(true);
      // Finds connections whose other end is gone, whatever keep-alive the device has asked for.
      socket.setKeepAlive(true, 60_000);
      aedes.handle(new ConnectionGuard(socket));
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      // Its timers would keep a process alive that has nothing to serve.
      await new Promise<void>((resolve) => aedes.close(resolve));
      throw error;
    }
    server.on('error', (error) => this.#log.warn({ err: error }, 'MQTT server'));
    this.#aedes = aedes;
    this.#server = server;
  }

  /** Goes to the device's predictions topic, where its reading came this way. */
  late(late: LatePredictions): void {
    this.#desk.late(late);
  }

  async stop(): Promise<void> {
    const [server, aedes] = [this.#server, this.#aedes];
    if (server === null || aedes === null) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // What is under way is committed and acknowledged before the connections go; devices keep the rest.
    await this.#inbox.stop();
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#aedes = null;
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await closed;
    this.#server = null;
  }

  async #createAedes(): Promise<Aedes> {
    const aedes = await Aedes.createBroker({
      connectTimeout: HANDSHAKE_MS,
      // The client id is made longer below.
      maxClientsIdLength: MAX_CONNECT_BYTES,
      maxTopicLevels: 8,
      preConnect: (_client, packet, done) => {
        // Sessions end with their connection, and there are no wills: nothing of a device is kept that could grow.
        packet.clean = true;
        delete packet.will;
        // So that no device can push another out by taking its client id.
        if (packet.clientId !== '') packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
        done(null, true);
      },
      authenticate: (client, user, password, done) => {
        this.#authenticate(client, user, password).then(
          (returnCode) => done(returnCode === 0 ? null : authenticateError(returnCode), returnCode === 0),
          (error: unknown) => {
            this.#log.warn({ err: error }, 'a device token could not be looked up');
            done(authenticateError(RETURN_CODE.unavailable), null);
          },
        );
      },
      authorizeSubscribe: (client, subscription, done) => {
        const session = this.#sessions.get(client);
        const allowed = session !== undefined && subscription.topic === predictionsTopic(session.deviceId);
        done(null, allowed ? subscription : null);
      },
      authorizePublish: (client, packet, done) => {
        const session = client === null ? undefined : this.#sessions.get(client);
        if (client === null || session === undefined) done(new Error('not signed in'));
        // The PUBACK leaves when `done` is called.
        else this.#receive(client, session, packet).then(() => done(null), done);
      },
      // Only what the console itself publishes reaches a device.
      authorizeForward: (_client, packet) => ('clientId' in packet && packet.clientId !== undefined ? null : packet),
    });
    aedes.on('clientReady', (client) => this.#connected(client));
    aedes.on('clientDisconnect', (client) => this.#disconnected(client));
    aedes.on('clientError', (client, error) => this.#log.debug({ err: error, client: client.id }, 'MQTT client'));
    aedes.on('connectionError', (_client, error) => this.#log.debug({ err: error }, 'MQTT connection'));
    // Not in the library's types: its persistence failed.
    (aedes as EventEmitter).on('error', (error: Error) => this.#log.warn({ err: error }, 'MQTT broker'));
    return aedes;
  }

  /** The return code of CONNACK. */
  async #authenticate(client: Client, user: string | undefined, password: Buffer | undefined): Promise<number> {
    // While storage fails and memory is used up, a connection could only be kept waiting.
    if (this.#inbox.isFull) return RETURN_CODE.unavailable;
    const address = addressOf(client);
    const token = password?.toString('utf8');
    const isToken = token !== undefined && token !== '' && token.length <= MAX_TOKEN_CHARACTERS;
    const admission = await this.#gate.admit(isToken ? token : undefined, address, user ?? '');
    if (!admission.admitted) {
      this.#log.debug({ address, reason: admission.reason }, 'a device was refused');
      return admission.reason === 'throttled' ? RETURN_CODE.unavailable : RETURN_CODE.wrongPassword;
    }
    const { deviceId } = admission;
    this.#sessions.set(client, { deviceId, token: token ?? '', address, waiting: 0, isShown: false });
    return 0;
  }

  /** Resolves after commit; rejects where the connection must end, and the device keeps its message. */
  async #receive(client: Client, session: Session, packet: Packet): Promise<void> {
    const { deviceId } = session;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const isOwn = packet.topic === readingsTopic(deviceId);
    const { topic, qos } = packet;
    // Goes on through the broker when this is done: to no one, and empty.
    packet.topic = readingsTopic(deviceId);
    packet.payload = EMPTY;
    packet.retain = false;
    if (this.#places.get(deviceId) !== session.address) this.#tellConnected(session);
    session.waiting += 1;
    if (session.waiting > MAX_WAITING) guardOf(client)?.hold();
    try {
      // Asked each time, from memory: a device may be revoked while it is connected.
      const device = await this.#options.deviceByToken(session.token);
      if (device?.deviceId !== deviceId) throw new Error('the token is no longer valid');
      if (this.#inbox.isFull) throw new Error('too much is held back');
      await new Promise<void>((resolve) => {
        const message: Message = { deviceId, payload, isCurrent: () => qos === 0 || !client.closed, acknowledge: resolve };
        if (isOwn) this.#desk.take(message);
        else
          this.#desk.refuse(message, refusal('topic_forbidden', { detail: `${deviceId} may not publish to ${shown(topic)}.` }));
      });
    } finally {
      session.waiting -= 1;
      if (session.waiting <= MAX_WAITING / 2) guardOf(client)?.release();
    }
  }

  /** At most once: a broker in memory must not keep answers for devices that are away. */
  #publish(deviceId: string, json: string): void {
    const topic = predictionsTopic(deviceId);
    this.#aedes?.publish({ cmd: 'publish', topic, payload: json, qos: 0, retain: false, dup: false }, () => undefined);
  }

  #connected(client: Client): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    const { deviceId } = session;
    session.isShown = true;
    this.#connections.set(deviceId, (this.#connections.get(deviceId) ?? 0) + 1);
    this.#tellConnected(session);
  }

  #tellConnected({ deviceId, address }: Session): void {
    this.#places.set(deviceId, address);
    this.#options.sink.deviceStatus({ deviceId, state: 'connected', transport: 'mqtt', address });
  }

  #disconnected(client: Client): void {
    this.#inbox.senderGone();
    const session = this.#sessions.get(client);
    if (session === undefined || !session.isShown) return;
    session.isShown = false;
    const { deviceId, address } = session;
    const left = (this.#connections.get(deviceId) ?? 1) - 1;
    if (left > 0) {
      this.#connections.set(deviceId, left);
      return;
    }
    this.#connections.delete(deviceId);
    this.#places.delete(deviceId);
    this.#options.sink.deviceStatus({
      deviceId,
      state: 'lost',
      transport: 'mqtt',
      address,
      detail: 'The device has disconnected.',
    });
  }
}

class ConnectionGuard extends FrameGuard {
  readonly address: string;

  constructor(socket: Socket) {
    super(socket, { firstBytes: MAX_CONNECT_BYTES, bytes: MAX_PAYLOAD_BYTES + MAX_TOPIC_BYTES });
    this.address = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
  }
}

function guardOf(client: Client): ConnectionGuard | null {
  return client.conn instanceof ConnectionGuard ? client.conn : null;
}

function addressOf(client: Client): string {
  return guardOf(client)?.address ?? 'unknown';
}

function authenticateError(returnCode: number): AuthenticateError {
  return Object.assign(new Error('refused'), { returnCode });
}

function shown(topic: string): string {
  return topic.length <= 80 ? topic : `${topic.slice(0, 80)}…`;
}
