// The desktop host from start to end, on a stand-in for Electron: one instance, one window, the device link, a clean close.
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeConsole } from './fake-console.ts';

const openConsole = vi.hoisted(() => vi.fn());
vi.mock('../../src-main/console.ts', () => ({ openConsole }));

const argv = process.argv;
let dataDir: string;
let console: FakeConsole;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'healthsense-desktop-'));
  console = new FakeConsole();
  openConsole.mockReset().mockResolvedValue(console);
});
afterEach(() => {
  process.argv = argv;
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
});

/** Runs main.ts in an Electron of its own. */
async function start(args: readonly string[] = [], firstInstance = true) {
  vi.resetModules();
  const electron = await import('./electron-stand-in.ts');
  vi.doMock('electron', () => electron);
  electron.app.first = firstInstance;
  process.argv = ['electron', '/app', '--data-dir', dataDir, ...args];
  await import('../../src-main/hosts/desktop/main.ts');
  return {
    app: electron.app,
    errorBoxes: electron.errorBoxes,
    powerMonitor: electron.powerMonitor,
    windows: electron.BrowserWindow.opened,
    /** The window, once it shows. */
    window: () =>
      vi.waitFor(() => {
        const window = electron.BrowserWindow.opened[0];
        if (window === undefined || !window.visible) throw new Error('no window yet');
        return window;
      }),
    quit: async () => {
      electron.app.quit();
      await vi.waitFor(() => expect(electron.app.exits).toEqual([0]));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe('the desktop application', () => {
  it('opens the console of its data directory, then its page, sandboxed', async () => {
    const desktop = await start();
    const window = await desktop.window();
    expect(openConsole).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ dataDir, host: 'desktop', links: true }));
    expect(desktop.app.sandboxed).toBe(true);
    expect(desktop.app.paths.get('userData')).toBe(join(dataDir, 'window'));
    expect(window.webContents.mainFrame.url).toBe('app://console/index.html');
    expect(window.options.webPreferences.preload).toMatch(/preload\.cjs$/);
    await desktop.quit();
  });

  it('takes readings of devices on a port where it is given one, and closes everything when it quits', async () => {
    const port = await freePort();
    const desktop = await start(['--port', String(port)]);
    await desktop.window();
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect(console.reach).toMatch(/^This window\. Devices over HTTP: Only programs on this computer/);
    await desktop.quit();
    expect(console.closed).toBe(true);
    expect(console.listeners).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it('listens on no port unless it is given one', async () => {
    const desktop = await start();
    await desktop.window();
    expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap');
    expect(console.reach).toBe('This window alone; nothing listens on the network.');
    await desktop.quit();
  });

  it('looks at its links when the computer wakes up', async () => {
    const desktop = await start();
    await desktop.window();
    desktop.powerMonitor.emit('resume');
    expect(console.awakened).toBe(1);
    await desktop.quit();
  });

  it('started a second time opens nothing', async () => {
    const desktop = await start([], false);
    expect(desktop.app.exits).toEqual([0]);
    expect(openConsole).not.toHaveBeenCalled();
    expect(desktop.windows).toEqual([]);
  });

  it('comes to the front when it is started a second time', async () => {
    const desktop = await start();
    const window = await desktop.window();
    window.minimized = true;
    await vi.waitFor(() => {
      desktop.app.emit('second-instance');
      expect([window.minimized, window.focused > 0]).toEqual([false, true]);
    });
    await desktop.quit();
  });

  it('that cannot open its data says why and ends with 1', async () => {
    openConsole.mockRejectedValue(new Error('The database was written by a newer HealthSense.'));
    const desktop = await start();
    await vi.waitFor(() => expect(desktop.app.exits).toEqual([1]));
    expect(desktop.errorBoxes).toEqual(['HealthSense cannot start: The database was written by a newer HealthSense.']);
    expect(desktop.windows).toEqual([]);
  });

  it('used wrongly ends with 2 and opens nothing', async () => {
    const desktop = await start(['--port', 'x']);
    expect(desktop.app.exits).toEqual([2]);
    expect(openConsole).not.toHaveBeenCalled();
  });
});
