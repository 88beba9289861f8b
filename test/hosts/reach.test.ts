// What a server says about who can reach it, TLS, and senders that are too slow or speak no HTTP.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { whoCanReach } from '../../src-main/hosts/headless/reach.ts';
import { type RunningServer, startServer, type TlsFiles } from '../../src-main/hosts/headless/server.ts';
import { lockDirectory } from '../../src-main/store/directory-lock.ts';
import { FakeConsole } from './fake-console.ts';

const folder = mkdtempSync(join(tmpdir(), 'healthsense-reach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(tlsFiles?: TlsFiles): Promise<RunningServer> {
  const server = await startServer({
    console: new FakeConsole(),
    host: '127.0.0.1',
    port: 0,
    version: '1.0.0',
    rendererDir: null,
    onError: () => undefined,
    ...(tlsFiles && { tlsFiles }),
  });
  servers.push(server);
  return server;
}

/** Everything the server says before it ends the connection. */
function spoken(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk) => {
      said += chunk;
    });
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
  });
}

describe('who can reach it', () => {
  const lan = { address: '192.168.1.5', internal: false };
  const own = { address: 'fe80::1', internal: false };
  const interfaces = { lo: [{ address: '127.0.0.1', internal: true }], eth0: [lan, own] } as never;

  it('is only this computer on loopback', () => {
    expect(whoCanReach({ host: '127.0.0.1', port: 4300, isEncrypted: false }, interfaces)).toMatch(/^Only programs on this/);
  });

  it('is the network on any other address, with the addresses to use, and what is readable on the way', () => {
    const open = whoCanReach({ host: '0.0.0.0', port: 4300, isEncrypted: false }, interfaces);
    expect(open).toContain('http://192.168.1.5:4300/.');
    expect(open).toContain('can be read by others');
    expect(open).not.toContain('fe80');
    expect(whoCanReach({ host: '::', port: 4300, isEncrypted: true }, interfaces)).toMatch(/https:.*is encrypted\.$/);
  });
});

const NO_OPENSSL = (() => {
  try {
    execFileSync('openssl', ['version']);
    return null;
  } catch {
    return 'skipped: no openssl here';
  }
})();

describe.skipIf(NO_OPENSSL !== null)(`TLS${NO_OPENSSL === null ? '' : ` (${NO_OPENSSL})`}`, () => {
  function certificate(name: string): TlsFiles {
    const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'].concat([
        '-subj',
        '/CN=localhost',
        '-keyout',
        files.key,
        '-out',
        files.cert,
      ]),
      { stdio: 'ignore' },
    );
    return files;
  }

  it('is spoken when certificate and key are given, and nothing else on that port', async () => {
    const { port, url } = await serve(certificate('one'));
    expect(url).toBe(`https://127.0.0.1:${port}/`);
    const status = await new Promise((resolve, reject) => {
      request(`${url}healthz`, { rejectUnauthorized: false }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    expect(await spoken(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n').catch(() => '')).not.toContain('"ok"');
  });

  it('is refused in plain words where the two do not belong together', async () => {
    const mixed = { cert: certificate('two').cert, key: certificate('three').key };
    await expect(serve(mixed)).rejects.toThrow(/cannot be used for TLS/);
    writeFileSync(join(folder, 'text.pem'), 'no certificate');
    await expect(serve({ ...mixed, cert: join(folder, 'text.pem') })).rejects.toThrow(/cannot be used for TLS/);
  });
});

describe('a sender', () => {
  it('that speaks no HTTP gets a coded answer and is cut off', async () => {
    const { port } = await serve();
    expect(await spoken(port, 'HELLO THERE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*problem\+json.*"code":"not_http"/s);
    const long = `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`;
    expect(await spoken(port, long).catch(() => '431')).toMatch(/431/);
  });

  it('that never ends the head of its request is cut off within seconds', { timeout: 40_000 }, async () => {
    const { port } = await serve();
    expect(await spoken(port, 'POST /api/healthdata HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1\.1 408 .*"code":"too_slow"/s);
  });
});

describe('a data directory', () => {
  it('is one console’s at a time, and free again when that is closed', () => {
    const first = lockDirectory(folder);
    expect(() => lockDirectory(folder)).toThrow(`HealthSense is already running on ${folder} (process ${process.pid}).`);
    first.release();
    lockDirectory(folder).release();
  });
});
