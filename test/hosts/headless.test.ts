// The headless host over real sockets: the bridge's conformance, and what protects it.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect as tcpConnect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import type { FromConsole } from '../../src-main/contract/wire.ts';
import type { Reply } from '../../src-main/hosts/bridge-core.ts';
import { CLOSE, MAX_MESSAGE_BYTES } from '../../src-main/hosts/headless/bridge.ts';
import { hostAllowed, originAllowed } from '../../src-main/hosts/headless/host-guard.ts';
import { type RunningServer, startServer } from '../../src-main/hosts/headless/server.ts';
import { type BridgeUnderTest, bridgeConformance, type Screen } from './conformance.ts';
import { FakeConsole, NORA, PASSWORD, settingsChanged } from './fake-console.ts';

const screens = mkdtempSync(join(tmpdir(), 'healthsense-screens-'));
writeFileSync(join(screens, 'index.html'), '<!doctype html><title>HealthSense</title>');
mkdirSync(join(screens, 'assets'));
writeFileSync(join(screens, 'assets', 'app-1a2b.js'), 'export {};');

async function serve(console: FakeConsole, errors: unknown[] = []): Promise<RunningServer> {
  return startServer({
    console,
    host: '127.0.0.1',
    port: 0,
    version: '9.9.9',
    rendererDir: screens,
    onError: (error) => errors.push(error),
  });
}

/** A screen on a WebSocket, speaking contract/wire.ts by hand. */
class SocketScreen implements Screen {
  readonly socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #listeners = new Set<(event: ConsoleEvent) => void>();
  #nextId = 1;

  constructor(server: RunningServer, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${server.port}/console`, {
      headers: { origin: `http://127.0.0.1:${server.port}`, ...headers },
    });
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as FromConsole;
      if (message.type === 'event') for (const listener of this.#listeners) listener(message.event);
      else {
        const { type: _, id, ...reply } = message;
        this.#waiting.get(id)?.(reply);
        this.#waiting.delete(id);
      }
    });
  }

  send(command: unknown, params: unknown): Promise<Reply> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.socket.send(JSON.stringify({ id, command, params }));
    });
  }

  listen(callback: (event: ConsoleEvent) => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  async settle(): Promise<void> {
    await this.send('console.info', {});
  }
}

async function openScreen(server: RunningServer): Promise<SocketScreen> {
  const screen = new SocketScreen(server);
  await once(screen.socket, 'open');
  return screen;
}

/** The status a WebSocket handshake is refused with; 101 where it is not. */
async function handshakeStatus(server: RunningServer, headers: Record<string, string>): Promise<number> {
  const { socket } = new SocketScreen(server, headers);
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}

bridgeConformance('headless', async (): Promise<BridgeUnderTest> => {
  const console = new FakeConsole();
  const errors: unknown[] = [];
  const server = await serve(console, errors);
  const opened: SocketScreen[] = [];
  const connect = async (): Promise<Screen> => {
    const screen = await openScreen(server);
    opened.push(screen);
    return screen;
  };
  return {
    console,
    errors,
    connect,
    reload: async (screen) => {
      (screen as SocketScreen).socket.close();
      return connect();
    },
    speakAsStranger: async () => {
      expect(await handshakeStatus(server, { origin: 'https://evil.example' })).toBe(403);
      return 'refused';
    },
    close: () => server.close(),
  };
});

describe('headless server', () => {
  let console: FakeConsole;
  let server: RunningServer;
  beforeEach(async () => {
    console = new FakeConsole();
    server = await serve(console);
  });
  afterEach(() => server.close());

  function get(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      request.on('error', reject);
      request.end();
    });
  }

  it('serves the screens with a strict policy, and their hashed assets for a year', async () => {
    const page = await get('/');
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(page.body).toContain('HealthSense');
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${server.port}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect((await get('/assets/app-1a2b.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('answers a page inside the app with the app, and anything else that is not there with 404', async () => {
    expect((await get('/patients/7', { accept: 'text/html' })).body).toContain('HealthSense');
    const gone = await get('/assets/gone.js', { accept: '*/*' });
    expect([gone.status, gone.headers['content-type']]).toEqual([404, expect.stringMatching(/^application\/problem\+json/)]);
    expect(JSON.parse(gone.body)).toMatchObject({ status: 404, code: 'not_found' });
    expect((await get('/..%2f..%2fetc%2fpasswd')).status).toBeGreaterThanOrEqual(400);
    expect((await get('/console')).status).toBe(426);
    for (const [path, method] of [
      ['/', 'POST'],
      ['/console', 'TRACE'],
      ['/healthz', 'TRACE'],
    ] as const) {
      const answer = await get(path, {}, method);
      expect([path, answer.status, answer.headers.allow]).toEqual([path, 405, 'GET, HEAD']);
    }
  });

  it('takes readings of devices on the same port, whatever name it is reached by', async () => {
    const answer = await fetch(`${server.url}api/healthdata`, {
      method: 'POST',
      headers: { authorization: 'Bearer good-token', 'content-type': 'application/json' },
      body: JSON.stringify({ device_id: 'HEALTH01', heart_rate: 60, timestamp: '2025-04-14T10:45:00Z' }),
    });
    expect(answer.status).toBe(201);
    expect((await get('/healthz', { host: 'clinic.example' })).status).toBe(200);
  });

  it('answers a name it does not know with 421, on pages and on the WebSocket', async () => {
    const rebound = await get('/', { host: 'rebound.example' });
    expect([rebound.status, rebound.headers['content-type']]).toEqual([
      421,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect((await get('/', { host: `localhost:${server.port}` })).status).toBe(200);
    expect(await handshakeStatus(server, { host: 'rebound.example', origin: 'http://rebound.example' })).toBe(421);
  });

  it('refuses a WebSocket of another site or of a page without origin, and takes one of its own', async () => {
    expect(await handshakeStatus(server, { origin: 'null' })).toBe(403);
    expect(await handshakeStatus(server, { origin: `http://127.0.0.1:${server.port + 1}` })).toBe(403);
    expect(await handshakeStatus(server, {})).toBe(101);
  });

  it('closes a socket that sends no request, no text or too much, and says why', async () => {
    const closing = async (send: (socket: WebSocket) => void): Promise<number> => {
      const { socket } = await openScreen(server);
      send(socket);
      const [code] = (await once(socket, 'close')) as [number];
      return code;
    };
    expect(await closing((socket) => socket.send('not json'))).toBe(CLOSE.notARequest);
    expect(await closing((socket) => socket.send('null'))).toBe(CLOSE.notARequest);
    expect(await closing((socket) => socket.send(Buffer.from([1, 2, 3])))).toBe(CLOSE.notText);
    expect(await closing((socket) => socket.send('x'.repeat(MAX_MESSAGE_BYTES + 1)))).toBe(1009);
  });

  it('answers an envelope with something extra in it by code, under its id', async () => {
    const { socket } = await openScreen(server);
    socket.send(JSON.stringify({ id: 5, command: 'console.info', params: {}, user: 'admin' }));
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({ type: 'answer', id: 5, ok: false, error: { code: 'invalid_params' } });
  });

  it('keeps callers apart: one screen’s sign-in is not another’s', async () => {
    const [first, second] = [await openScreen(server), await openScreen(server)];
    await first.send('session.signIn', { userName: NORA.userName, password: PASSWORD });
    expect(await second.send('ward.live', {})).toMatchObject({ ok: false, error: { code: 'not_signed_in' } });
    expect(console.callers.size).toBe(2);
  });

  it('does not take a proxy on this machine for the person at it', async () => {
    const behindProxy = new SocketScreen(server, { 'x-forwarded-for': '203.0.113.9' });
    await once(behindProxy.socket, 'open');
    await behindProxy.settle();
    expect(console.asked.at(-1)?.origin).toBe('127.0.0.1 (proxy)');
    await (await openScreen(server)).settle();
    expect(console.asked.at(-1)?.origin).toBe('127.0.0.1');
  });

  it('closes a screen whose session has run out, though it only listens, and leaves those who have not signed in', async () => {
    const console = new FakeConsole();
    const strict = await startServer({
      console,
      host: '127.0.0.1',
      port: 0,
      version: '9.9.9',
      rendererDir: screens,
      onError: () => undefined,
      sessionCheckMs: 20,
    });
    const [listening, stranger] = [await openScreen(strict), await openScreen(strict)];
    await listening.send('session.signIn', { userName: NORA.userName, password: PASSWORD });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(listening.socket.readyState).toBe(WebSocket.OPEN);
    const heard: ConsoleEvent[] = [];
    listening.listen((event) => heard.push(event));
    const closed = once(listening.socket, 'close');
    console.sessionsOver = true;
    expect((await closed)[0]).toBe(CLOSE.signedOut);
    console.tell(settingsChanged('too late'));
    expect(heard).toEqual([]);
    expect(stranger.socket.readyState).toBe(WebSocket.OPEN);
    await strict.close();
  });

  it('drops a screen that cannot keep up, and goes on serving the others', async () => {
    const slow = tcpConnect(server.port, '127.0.0.1');
    const key = Buffer.alloc(16).toString('base64');
    slow.write(
      `GET /console HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await once(slow, 'data');
    const signIn = Buffer.from(
      JSON.stringify({ id: 1, command: 'session.signIn', params: { userName: NORA.userName, password: PASSWORD } }),
    );
    // One masked text frame with a mask of zeros.
    slow.write(Buffer.concat([Buffer.from([0x81, 0x80 | 126, signIn.length >> 8, signIn.length & 0xff, 0, 0, 0, 0]), signIn]));
    await once(slow, 'data');
    slow.pause();

    const quick = await openScreen(server);
    await quick.send('session.signIn', { userName: NORA.userName, password: PASSWORD });
    let heard = 0;
    quick.listen(() => {
      heard += 1;
    });
    const large = settingsChanged('x'.repeat(64 * 1024));
    const sent = 400;
    for (let index = 0; index < sent; index++) {
      console.tell(large);
      if (index % 10 === 9) await quick.settle();
    }
    await quick.settle();
    expect(heard).toBe(sent);
    let received = 0;
    slow.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    slow.resume();
    await once(slow, 'close');
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(sent * 64 * 1024);
  });

  it('closes open screens when it stops, and refuses to start where a port is taken or screens are not built', async () => {
    const { socket } = await openScreen(server);
    await expect(
      startServer({ console, host: '127.0.0.1', port: server.port, version: '', rendererDir: null, onError: () => undefined }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(
      startServer({ console, host: '127.0.0.1', port: 0, version: '', rendererDir: '/nowhere', onError: () => undefined }),
    ).rejects.toThrow(/not built/);
    await Promise.all([once(socket, 'close'), server.close()]);
    expect(console.listeners).toBe(0);
  });
});

describe('host guard', () => {
  const loopback = { boundHost: '127.0.0.1' };
  const everywhere = { boundHost: '0.0.0.0', allowedHosts: ['clinic.example'] };

  it('on loopback answers to loopback names only', () => {
    for (const host of ['127.0.0.1:4300', 'localhost', 'LOCALHOST:1', '[::1]:4300', '127.9.9.9'])
      expect(hostAllowed(host, loopback)).toBe(true);
    for (const host of [
      undefined,
      '',
      'evil.example',
      '10.0.0.5',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'a/b',
      'user@localhost',
    ]) {
      expect(hostAllowed(host, loopback)).toBe(false);
    }
  });

  it('on every address answers to addresses, the machine’s name and names it was told', () => {
    for (const host of ['192.168.1.20:4300', '[fe80::1]:4300', 'clinic.example', `${hostname()}.local`])
      expect(hostAllowed(host, everywhere)).toBe(true);
    for (const host of ['evil.example', 'sub.clinic.example']) expect(hostAllowed(host, everywhere)).toBe(false);
  });

  it('on one address answers to that address', () => {
    expect(hostAllowed('192.168.1.20:80', { boundHost: '192.168.1.20' })).toBe(true);
    expect(hostAllowed('192.168.1.21:80', { boundHost: '192.168.1.20' })).toBe(false);
  });

  it('takes an origin only with the same host and port', () => {
    expect(originAllowed('http://localhost:4300', 'localhost:4300')).toBe(true);
    expect(originAllowed('https://Clinic.example', 'clinic.example')).toBe(true);
    expect(originAllowed(undefined, 'localhost:4300')).toBe(true);
    for (const origin of ['null', '', 'http://localhost', 'http://localhost:43000', 'file://', 'app://localhost:4300']) {
      expect(originAllowed(origin, 'localhost:4300')).toBe(false);
    }
  });
});
