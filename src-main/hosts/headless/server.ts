// The headless host's web server: the screens, the contract over WebSocket, and the HTTP device link on one port.
import { existsSync, readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import type { BucketRate } from '../../accounts/throttle.ts';
import type { ConsolePort } from '../../console-port.ts';
import { mountHttpLink } from '../../links/http/http-link.ts';
import { refuseOtherMethods } from '../../links/http/methods.ts';
import { HttpProblem, PROBLEM_TYPE, PROBLEMS, sendProblem } from '../../links/http/problem.ts';
import { problemJson } from '../../links/payload/problems.ts';
import { contentSecurityPolicy, securityHeaders } from '../security-headers.ts';
import { MAX_MESSAGE_BYTES, mountSocketBridge } from './bridge.ts';
import { hostAllowed } from './host-guard.ts';

/**
 * Garbage is looked for when the heap has grown by this much, not by V8's third or so. Bodies of requests count as heap: a stranger who
 * posts 64 KB a hundred times a second would have the whole heap gone through three times a second, and every honest post would wait.
 */
const HEAP_GROWS_PERCENT = 300;

export interface ServerOptions {
  readonly console: ConsolePort;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly version: string;
  /** The built screens; null: only the device link is served. */
  readonly rendererDir: string | null;
  /** Names beside its own that the console's pages answer to. */
  readonly allowedHosts?: readonly string[];
  readonly deviceRate?: BucketRate;
  /** Files in PEM: with them everything is served over TLS. */
  readonly tlsFiles?: TlsFiles;
  /** How often the sessions of open screens are checked. */
  readonly sessionCheckMs?: number;
  readonly onError: (error: unknown) => void;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface RunningServer {
  /** Ends in a slash; a wildcard address is given as the loopback one. */
  readonly url: string;
  readonly port: number;
  /** Lets requests under way finish, then stops. */
  close(): Promise<void>;
}

/** Who has not sent the head of a request by then, or all of it, is cut off: a thousand slow senders must not wait here for ever. */
const HEAD_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const LOOK_FOR_SLOW_EVERY_MS = 2_000;
/** Each open connection takes memory: beyond this many new ones are refused by the system's own means. */
const MAX_CONNECTIONS = 4_000;

/** @throws where the port is taken, the address is not this machine's, or a TLS file cannot be used. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWS_PERCENT}`);
  const { console, host, onError, tlsFiles } = options;
  const timeouts = { headersTimeout: HEAD_WITHIN_MS, connectionsCheckingInterval: LOOK_FOR_SLOW_EVERY_MS };
  const app: FastifyInstance = Fastify({
    requestTimeout: REQUEST_WITHIN_MS,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseBrokenRequest,
    ...(tlsFiles === undefined ? { http: timeouts } : { https: { ...timeouts, ...readTls(tlsFiles), minVersion: 'TLSv1.2' } }),
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  if (options.rendererDir !== null) await mountScreens(app, options.rendererDir, options);
  await mountHttpLink(app, {
    sink: console.sink,
    deviceByToken: (token) => console.deviceByToken(token),
    watch: console.door,
    version: options.version,
    onError,
    ...(options.deviceRate === undefined ? {} : { deviceRate: options.deviceRate }),
  });
  await app.listen({ host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http${tlsFiles === undefined ? '' : 's'}://${urlHost(host)}:${port}/`, port, close: () => app.close() };
}

async function mountScreens(app: FastifyInstance, rendererDir: string, options: ServerOptions): Promise<void> {
  const index = join(rendererDir, 'index.html');
  if (!existsSync(index)) throw new Error(`The screens are not built: ${index} is missing. Run: npm run build`);
  await app.register(fastifyWebsocket, { options: { maxPayload: MAX_MESSAGE_BYTES } });
  await app.register(async (screens) => {
    screens.addHook('onRequest', async (request, answer) => {
      const { host } = request.headers;
      if (!hostAllowed(host, { boundHost: options.host, allowedHosts: options.allowedHosts ?? [] })) {
        // 421 Misdirected Request: this server is not the one that name means.
        const title = `This console does not answer to ${host ?? 'a request without a host'}`;
        return answer
          .code(421)
          .type(PROBLEM_TYPE)
          .send(problemJson(421, title, 'wrong_host', {}));
      }
      // Named as well, because older browsers do not count ws: as 'self'.
      answer.headers(securityHeaders(contentSecurityPolicy([`ws://${host}`, `wss://${host}`])));
    });
    const { sessionCheckMs } = options;
    const check = sessionCheckMs === undefined ? {} : { sessionCheckMs };
    for (const path of ['/', '/console']) refuseOtherMethods(screens, path, 'GET');
    mountSocketBridge(screens, { port: options.console, onError: options.onError, ...check });
    await screens.register(fastifyStatic, {
      root: rendererDir,
      cacheControl: false,
      setHeaders: (answer, path) => {
        // Vite puts a hash of the content into the names below assets/.
        const hashed = /[\\/]assets[\\/]/.test(path);
        answer.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    screens.setNotFoundHandler((request, answer) => {
      // A page inside the app was opened or reloaded by its address.
      const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
      if (isPage) return answer.sendFile('index.html');
      return sendProblem(answer, new HttpProblem('not_found'));
    });
  });
}

/** @throws Error in plain words where the two do not belong together or are not in PEM. */
function readTls({ cert, key }: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } {
  const files = { cert: readFileSync(cert), key: readFileSync(key) };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new Error(`The certificate ${cert} and the key ${key} cannot be used for TLS: ${(error as Error).message}`);
  }
  return files;
}

/** What is no HTTP, too long in its head or too slow is answered in a few bytes and cut off; nothing of it is worth a log line. */
function refuseBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code =
    error.code === 'HPE_HEADER_OVERFLOW' ? 'head_too_large' : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'too_slow' : 'not_http';
  const [status, title] = PROBLEMS[code];
  const body = problemJson(status, title, code, {});
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
