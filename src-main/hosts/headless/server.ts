// The headless host's web server: the screens, the contract over WebSocket, and the HTTP device link on one port.
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import type { BucketRate } from '../../accounts/throttle.ts';
import type { ConsolePort } from '../../console-port.ts';
import { mountHttpLink } from '../../links/http/http-link.ts';
import { contentSecurityPolicy, securityHeaders } from '../security-headers.ts';
import { MAX_MESSAGE_BYTES, mountSocketBridge } from './bridge.ts';
import { hostAllowed } from './host-guard.ts';

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
  /** How often the sessions of open screens are checked. */
  readonly sessionCheckMs?: number;
  readonly onError: (error: unknown) => void;
}

export interface RunningServer {
  /** Ends in a slash; a wildcard address is given as the loopback one. */
  readonly url: string;
  readonly port: number;
  /** Lets requests under way finish, then stops. */
  close(): Promise<void>;
}

/** @throws where the port is taken or the address is not this machine's. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { console, host, onError } = options;
  const app = Fastify({ requestTimeout: 60_000, forceCloseConnections: 'idle' });
  if (options.rendererDir !== null) await mountScreens(app, options.rendererDir, options);
  await mountHttpLink(app, {
    sink: console.sink,
    deviceByToken: (token) => console.deviceByToken(token),
    version: options.version,
    onError,
    ...(options.deviceRate === undefined ? {} : { deviceRate: options.deviceRate }),
  });
  await app.listen({ host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://${urlHost(host)}:${port}/`, port, close: () => app.close() };
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
        return answer
          .code(421)
          .send({ code: 'wrong_host', title: `This console does not answer to ${host ?? 'a request without a host'}` });
      }
      // Named as well, because older browsers do not count ws: as 'self'.
      answer.headers(securityHeaders(contentSecurityPolicy([`ws://${host}`, `wss://${host}`])));
    });
    const { sessionCheckMs } = options;
    const check = sessionCheckMs === undefined ? {} : { sessionCheckMs };
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
      return answer.code(404).send({ code: 'not_found', title: 'There is nothing here' });
    });
  });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
