// A serial adapter that is pulled out and plugged in again, between an emulated controller and the real HCI code: it recovers by itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BluetoothLink } from '../../src-main/links/bluetooth/bluetooth-link.ts';
import { MemorySink } from '../links/bluetooth/test-bench.ts';
import { EmulatedAir, missingTools, until } from './emulated-air.ts';

/** Each connection to it is a controller of its own. */
const CONTROLLERS = '/tmp/bt-server-bredrle';

const missing = missingTools();

describe.skipIf(missing.length > 0)(`an adapter on a serial port (missing: ${missing.join(', ') || 'nothing'})`, () => {
  const air = new EmulatedAir();
  let line: ChildProcess | null = null;
  let link: BluetoothLink | null = null;

  // It may have to wait for its turn.
  beforeAll(() => air.open(), 300_000);

  afterAll(async () => {
    await link?.stop();
    await unplug();
    await air.close();
  });

  async function plugIn(port: string, socket: string): Promise<void> {
    line = spawn('socat', [`PTY,link=${port},rawer`, `UNIX-CONNECT:${socket}`], { stdio: 'ignore' });
    await until(port, async () => existsSync(port));
  }

  async function unplug(): Promise<void> {
    const pulled = line;
    line = null;
    if (pulled === null || pulled.exitCode !== null || pulled.signalCode !== null) return;
    pulled.kill();
    await once(pulled, 'exit');
  }

  it('is ready, gone when it is pulled, and ready again soon after it is back', { timeout: 90_000 }, async () => {
    const port = join(air.folder, 'stick.tty');
    const opened = new BluetoothLink({ radio: { kind: 'uart', port, baud: 1_000_000 }, sink: new MemorySink() });
    link = opened;
    const told: string[] = [];
    opened.onChange(({ state }) => told.push(state));
    await opened.start();
    await until('it says that there is none', async () => opened.state().state === 'unavailable');
    await plugIn(port, CONTROLLERS);
    await until('it is ready', async () => opened.state().state === 'ready', 30_000);
    expect(opened.scan(true).state).toBe('scanning');
    await unplug();
    await until('it is gone', async () => opened.state().state !== 'scanning' && opened.state().state !== 'ready');
    expect(opened.state().detail).not.toBe('');
    await plugIn(port, CONTROLLERS);
    await until('it scans again', async () => opened.state().state === 'scanning', 40_000);
    console.log(`states told: ${told.join(', ')}`);
  });
});
