// `healthsense simulate` against a console that is running, over HTTP and over MQTT: what it says is delivered is stored.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsole } from '../../src-main/console.ts';
import type { Caller, ConsolePort } from '../../src-main/console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import { type RunningServer, startServer } from '../../src-main/hosts/headless/server.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { freePort } from '../links-mqtt/bench-parts.ts';

const cli = fileURLToPath(new URL('../../src-main/hosts/cli.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-simulate-'));
const caller: Caller = { user: null, sessionHash: null, origin: 'demo' };

describe('simulate', () => {
  let console: ConsolePort;
  let server: RunningServer;
  let mqttPort = 0;

  const send = async <N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>> =>
    (await console.handle(command, params, caller)) as CommandResult<N>;

  beforeAll(async () => {
    mqttPort = await freePort();
    const mqtt = { embedded: { host: '127.0.0.1', port: mqttPort } };
    const radio = { kind: 'virtual', bindings: new VirtualRadio() } as const;
    console = await openConsole({ dataDir, host: 'headless', links: true, radio, mqtt });
    server = await startServer({ console, host: '127.0.0.1', port: 0, version: '1', rendererDir: null, onError: () => {} });
    const user = { userName: 'nurse', displayName: 'Nina Nurse', password: 'tulips and rain' };
    await send('setup.firstUser', { ...user, clinicName: 'Clinic', timeZone: 'UTC' });
  });
  afterAll(async () => {
    await server.close();
    await console.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function simulate(args: readonly string[], token: string): Promise<{ status: number; out: string; err: string }> {
    const child = spawn(process.execPath, [cli, 'simulate', ...args], { env: { ...process.env, HEALTHSENSE_TOKEN: token } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => (out += String(text)));
    child.stderr.on('data', (text) => (err += String(text)));
    const [status] = (await once(child, 'close')) as [number];
    return { status, out, err };
  }

  it.each(['http', 'mqtt'])('over %s', async (way) => {
    const deviceId = `SIM-${way}`;
    const { token } = await send('device.add', { deviceId });
    const url = way === 'http' ? server.url : `mqtt://127.0.0.1:${mqttPort}`;
    const { status, out, err } = await simulate([deviceId, `--${way}`, url, '--every', '1', '--for', '6'], token);
    expect([status, err]).toEqual([0, '']);
    expect(Number(/(\d+) of \d+ records delivered\n$/.exec(out)?.[1])).toBeGreaterThanOrEqual(1);
    const device = (await send('device.list', {})).find((each) => each.deviceId === deviceId);
    expect(device?.lastHeardAtMs).toBeGreaterThan(Date.now() - 20_000);
  });

  it('a wrong token delivers nothing and says why', async () => {
    const { status, out } = await simulate(['SIM-none', '--http', server.url, '--every', '1', '--for', '3'], 'no such token');
    expect(status).toBe(1);
    expect(out).toContain('http: 401');
  });

  it('without a token or a place to go it says what is missing', async () => {
    expect((await simulate(['SIM-1'], 'x')).err).toContain('--http, --mqtt or both');
    expect(await simulate(['SIM-1', '--http', server.url], '')).toMatchObject({ status: 2 });
  });
});
