// The contract over WebSocket: one caller per socket, answers in the envelope of contract/wire.ts, events once signed in.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Caller, ConsolePort } from '../../console-port.ts';
import type { FromConsole } from '../../contract/wire.ts';
import { type Reply, refusal, reply, requestEnvelope } from '../bridge-core.ts';
import { isLoopbackName, nameOf, originAllowed } from './host-guard.ts';

export interface SocketBridgeOptions {
  readonly port: ConsolePort;
  readonly onError: (error: unknown) => void;
  /** Events waiting on one socket before it is dropped. */
  readonly maxWaitingEventBytes?: number;
  readonly heartbeatMs?: number;
  /** How often it is asked whether the sessions of open screens still hold. */
  readonly sessionCheckMs?: number;
}

/** Largest request; a screen sends forms, not files. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_WAITING_EVENT_BYTES = 2 * 1024 * 1024;
const MAX_REQUESTS_AT_ONCE = 64;
const HEARTBEAT_MS = 30_000;
const SESSION_CHECK_MS = 60_000;
/** What a closing socket is given before it is cut. */
const LINGER_MS = 1_000;

/** Why the console closed a socket; 4000–4999 are the application's own in RFC 6455. */
export const CLOSE = { tooSlow: 4001, notText: 1003, notARequest: 4002, signedOut: 4003 } as const;

interface Connection {
  readonly socket: WebSocket;
  readonly caller: Caller;
  waitingEventBytes: number;
  requests: number;
  alive: boolean;
}

/** Mounts `/console`; @fastify/websocket must be registered on `app` before. */
export function mountSocketBridge(app: FastifyInstance, options: SocketBridgeOptions): void {
  const { port, onError, maxWaitingEventBytes = MAX_WAITING_EVENT_BYTES } = options;
  const connections = new Set<Connection>();

  const unsubscribe = port.subscribe((event) => {
    let text: string | undefined;
    for (const connection of connections) {
      if (connection.caller.user === null || !port.mayHear(connection.caller, event)) continue;
      // Written once, however many screens hear it.
      text ??= JSON.stringify({ type: 'event', event } satisfies FromConsole);
      pushEvent(connection, text);
    }
  });
  const heartbeat = setInterval(() => {
    for (const connection of connections) {
      if (!connection.alive) connection.socket.terminate();
      connection.alive = false;
      connection.socket.ping();
    }
  }, options.heartbeatMs ?? HEARTBEAT_MS);
  heartbeat.unref();
  const sessionCheck = setInterval(() => {
    for (const connection of connections) if (connection.caller.user !== null) void endIfOver(connection);
  }, options.sessionCheckMs ?? SESSION_CHECK_MS);
  sessionCheck.unref();
  app.addHook('onClose', async () => {
    unsubscribe();
    clearInterval(heartbeat);
    clearInterval(sessionCheck);
  });

  app.route({
    method: 'GET',
    url: '/console',
    onRequest: async (request, answer) => {
      if (originAllowed(request.headers.origin, request.headers.host)) return;
      await answer.code(403).send({ code: 'wrong_origin', title: 'This console does not take connections from other sites' });
    },
    handler: (_request, answer) =>
      answer.code(426).header('upgrade', 'websocket').send({ code: 'upgrade_required', title: 'A WebSocket is spoken here' }),
    wsHandler: (socket, request) => open(socket, whereFrom(request)),
  });

  function open(socket: WebSocket, origin: string): void {
    const connection: Connection = {
      socket,
      caller: { user: null, sessionHash: null, origin },
      waitingEventBytes: 0,
      requests: 0,
      alive: true,
    };
    connections.add(connection);
    socket.on('pong', () => {
      connection.alive = true;
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) return drop(connection, CLOSE.notText, 'Requests are text.');
      void receive(connection, data.toString());
    });
    // A broken connection ends in `close`; there is nobody left to tell.
    socket.on('error', () => undefined);
    socket.on('close', () => connections.delete(connection));
  }

  async function receive(connection: Connection, text: string): Promise<void> {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return drop(connection, CLOSE.notARequest, 'The message is not JSON.');
    }
    const request = requestEnvelope.safeParse(message);
    if (!request.success) {
      const id = (message as { readonly id?: unknown } | null)?.id;
      if (typeof id !== 'number') return drop(connection, CLOSE.notARequest, 'The message has no id.');
      return answer(connection, id, refusal('invalid_params', request.error.issues[0]?.message));
    }
    const { id, command, params } = request.data;
    if (connection.requests >= MAX_REQUESTS_AT_ONCE)
      return answer(connection, id, refusal('unavailable', 'Too many requests at once.'));
    connection.requests += 1;
    const outcome = await reply(port, command, params, connection.caller, onError);
    connection.requests -= 1;
    answer(connection, id, outcome);
  }

  function answer({ socket }: Connection, id: number, outcome: Reply): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type: 'answer', id, ...outcome } satisfies FromConsole));
  }

  function pushEvent(connection: Connection, text: string): void {
    const { socket } = connection;
    if (socket.readyState !== socket.OPEN) return;
    if (connection.waitingEventBytes > maxWaitingEventBytes) {
      // Better no screen than one that shows the past as the present: it will come back and ask for what is current.
      drop(connection, CLOSE.tooSlow, 'This screen cannot keep up with the console.');
      return;
    }
    connection.waitingEventBytes += text.length;
    socket.send(text, () => {
      connection.waitingEventBytes -= text.length;
    });
  }

  /** Closed, not only silenced: a screen that hears nothing would take it for calm. It comes back and asks to sign in. */
  async function endIfOver(connection: Connection): Promise<void> {
    try {
      if (!(await port.isSignedIn(connection.caller)) && connections.has(connection))
        drop(connection, CLOSE.signedOut, 'The session has ended.');
    } catch {
      // It cannot be told now, as while the query worker restarts: alarms go on being heard, and it is asked again.
    }
  }

  function drop(connection: Connection, code: number, reason: string): void {
    connections.delete(connection);
    connection.socket.close(code, reason);
    setTimeout(() => connection.socket.terminate(), LINGER_MS).unref();
  }
}

/** The address of the other end, marked where a proxy on this machine stands between: then it is not the person's. */
function whereFrom({ ip, headers }: FastifyRequest): string {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  const isHere = isLoopbackName(ip.replace(/^::ffff:/, ''));
  const askedHere = isLoopbackName(nameOf(headers.host ?? '') ?? '');
  return isForwarded || (isHere && !askedHere) ? `${ip} (proxy)` : ip;
}
