// The desktop host's bridge, preload and window, on a stand-in for Electron.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebContents } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import type { Reply } from '../../src-main/hosts/bridge-core.ts';
import { fileOfAppUrl, isAppUrl } from '../../src-main/hosts/desktop/app-url.ts';
import { EVENT_CHANNEL, mountDesktopBridge, SEND_CHANNEL } from '../../src-main/hosts/desktop/bridge.ts';
import { lockDownSession, openWindow, registerAppScheme } from '../../src-main/hosts/desktop/window.ts';
import { type BridgeUnderTest, bridgeConformance, type Screen } from './conformance.ts';
import { BrowserWindow, type Frame, registeredSchemes, StandInContents, session } from './electron-stand-in.ts';
import { FakeConsole, NORA, PASSWORD, settingsChanged } from './fake-console.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

const preloadSource = readFileSync(new URL('../../src-main/hosts/desktop/preload.cts', import.meta.url), 'utf8');

interface PageApi {
  send(command: unknown, params: unknown): Promise<Reply>;
  listen(callback: (event: ConsoleEvent) => void): () => void;
}

/** Runs the real preload script as a sandboxed one runs: `require` knows nothing but Electron. */
function preload(
  contents: StandInContents,
  frame?: Frame,
): { readonly api: PageApi; readonly names: readonly string[]; readonly required: readonly string[] } {
  const exposed = new Map<string, unknown>();
  const required: string[] = [];
  const requireElectron = (name: string): unknown => {
    required.push(name);
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return contents.rendererElectron((key, api) => exposed.set(key, api), frame);
  };
  new Function('require', stripTypeScriptTypes(preloadSource))(requireElectron);
  return { api: exposed.get('healthsense') as PageApi, names: [...exposed.keys()], required };
}

bridgeConformance('desktop', async (): Promise<BridgeUnderTest> => {
  const console = new FakeConsole();
  const errors: unknown[] = [];
  const contents = new StandInContents();
  let mounted = true;
  const unmount = mountDesktopBridge({
    port: console,
    contents: contents as unknown as WebContents,
    onError: (error) => errors.push(error),
  });
  const connect = async (): Promise<Screen> => {
    contents.navigate('app://console/index.html');
    const { api } = preload(contents);
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    return { send: api.send, listen: api.listen, settle };
  };
  return {
    console,
    errors,
    connect,
    reload: () => connect(),
    speakAsStranger: () => preload(contents, { url: 'https://evil.example/' }).api.send('console.info', {}),
    close: async () => {
      if (mounted) unmount();
      mounted = false;
    },
  };
});

describe('desktop senders', () => {
  it.each([
    ['a sub-frame, even of our own page', { url: 'app://console/index.html' }, undefined],
    ['our frame after it was led elsewhere', undefined, 'https://evil.example/'],
    ['another host of our scheme', undefined, 'app://other/index.html'],
    ['a file', undefined, 'file:///tmp/index.html'],
  ])('%s is refused', async (_title, frame, navigatedTo) => {
    const console = new FakeConsole();
    const contents = new StandInContents();
    contents.navigate(navigatedTo ?? 'app://console/index.html');
    const unmount = mountDesktopBridge({ port: console, contents: contents as unknown as WebContents, onError: () => undefined });
    expect(await preload(contents, frame).api.send('console.info', {})).toMatchObject({
      ok: false,
      error: { code: 'not_allowed' },
    });
    expect(console.asked).toEqual([]);
    unmount();
  });

  it('another window is refused', async () => {
    const console = new FakeConsole();
    const [ours, other] = [new StandInContents(), new StandInContents()];
    for (const contents of [ours, other]) contents.navigate('app://console/index.html');
    const unmount = mountDesktopBridge({ port: console, contents: ours as unknown as WebContents, onError: () => undefined });
    expect(await preload(other).api.send('console.info', {})).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
    unmount();
  });
});

describe('a session that has run out', () => {
  it('ends what the window hears, though it only listens, and loads its page anew', async () => {
    const console = new FakeConsole();
    const contents = new StandInContents();
    contents.navigate('app://console/index.html');
    const options = { port: console, contents: contents as unknown as WebContents, onError: () => undefined, sessionCheckMs: 20 };
    const unmount = mountDesktopBridge(options);
    const reloaded = vi.spyOn(contents, 'reload');
    const { api } = preload(contents);
    await api.send('session.signIn', { userName: NORA.userName, password: PASSWORD });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(reloaded).not.toHaveBeenCalled();
    const heard: ConsoleEvent[] = [];
    api.listen((event) => heard.push(event));
    console.sessionsOver = true;
    await vi.waitFor(() => expect(reloaded).toHaveBeenCalledOnce());
    console.tell(settingsChanged('too late'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard).toEqual([]);
    unmount();
  });
});

describe('the preload script', () => {
  it('requires nothing but Electron, and exposes exactly two functions', () => {
    const { api, names, required } = preload(new StandInContents());
    expect(required).toEqual(['electron']);
    expect(names).toEqual(['healthsense']);
    expect(Object.keys(api)).toEqual(['send', 'listen']);
  });

  it('names the same channels as the bridge', () => {
    expect([...preloadSource.matchAll(/'(healthsense:[a-z]+)'/g)].map((match) => match[1])).toEqual([
      SEND_CHANNEL,
      EVENT_CHANNEL,
      EVENT_CHANNEL,
    ]);
  });
});

describe('the desktop window', () => {
  const dir = mkdtempSync(join(tmpdir(), 'healthsense-screens-'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html>');
  writeFileSync(join(dir, 'app.js'), 'export {};');

  it('is sandboxed, isolated and without Node, and keeps sounding in the background', async () => {
    const onContents = vi.fn();
    await openWindow({ preload: '/preload.cjs', fragment: '#session=t', onContents });
    const window = BrowserWindow.opened.at(-1);
    expect(window?.options.webPreferences).toMatchObject({
      preload: '/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required',
    });
    expect(window?.webContents.mainFrame.url).toBe('app://console/index.html#session=t');
    expect(onContents).toHaveBeenCalledOnce();
    expect(window?.visible).toBe(true);
  });

  it('opens no further window and goes nowhere else', async () => {
    await openWindow({ preload: '', onContents: () => undefined });
    const contents = BrowserWindow.opened.at(-1)?.webContents;
    expect(contents?.windowOpenHandler?.({ url: 'https://example.org' })).toEqual({ action: 'deny' });
    const goes = (name: string, url: string): boolean => {
      let prevented = false;
      contents?.emit(name, {
        url,
        preventDefault: () => {
          prevented = true;
        },
      });
      return !prevented;
    };
    expect(goes('will-navigate', 'https://example.org/')).toBe(false);
    expect(goes('will-navigate', 'app://console/index.html#/alarms')).toBe(true);
    expect(goes('will-redirect', 'https://example.org/')).toBe(false);
    expect(goes('will-attach-webview', '')).toBe(false);
  });

  it('serves its files with a strict policy and nothing outside their folder', async () => {
    registerAppScheme();
    expect(registeredSchemes).toEqual([{ scheme: 'app', privileges: expect.objectContaining({ standard: true, secure: true }) }]);
    lockDownSession(dir);
    const serve = session.defaultSession.handled.get('app') as (request: Request) => Promise<Response>;
    const page = await serve(new Request('app://console/index.html'));
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html>',
    ]);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect((await serve(new Request('app://console/app.js'))).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await serve(new Request('app://console/missing.js'))).status).toBe(404);
    expect((await serve(new Request('app://other/index.html'))).status).toBe(404);
    expect((await serve(new Request('app://console/index.html', { method: 'POST' }))).status).toBe(404);
  });

  it('lets the console’s own page use the camera, and nothing else, and no other page', () => {
    const { permissionRequest, permissionCheck } = session.defaultSession;
    const granted = (permission: string, requestingUrl: string, mediaTypes?: readonly string[]): unknown => {
      let answer: unknown;
      permissionRequest?.(null, permission, (given) => (answer = given), { requestingUrl, ...(mediaTypes && { mediaTypes }) });
      return answer;
    };
    const [ours, other] = ['app://console/index.html', 'https://example.org/'];
    expect(granted('media', ours, ['video'])).toBe(true);
    const refused = [
      granted('media', ours, ['video', 'audio']),
      granted('media', ours, ['audio']),
      granted('media', ours, []),
      granted('media', ours),
      granted('media', other, ['video']),
      granted('display-capture', ours, ['video']),
    ];
    expect(refused).toEqual(refused.map(() => false));
    const checked = (permission: string, origin: string, mediaType: string) =>
      permissionCheck?.(null, permission, origin, { mediaType });
    expect(checked('media', 'app://console/', 'video')).toBe(true);
    expect([
      checked('media', 'app://console/', 'audio'),
      checked('media', 'https://example.org/', 'video'),
      checked('hid', 'app://console/', 'video'),
    ]).toEqual([false, false, false]);
  });

  it('grants no other permission and lets no request leave the machine', () => {
    const { permissionRequest, permissionCheck, devicePermission, beforeRequest } = session.defaultSession;
    const granted = vi.fn();
    const details = { requestingUrl: 'app://console/index.html' };
    for (const permission of ['geolocation', 'notifications', 'midi', 'hid'])
      permissionRequest?.(null, permission, granted, details);
    expect(granted.mock.calls).toEqual([[false], [false], [false], [false]]);
    expect([permissionCheck?.(null, 'notifications', 'app://console/', {}), devicePermission?.()]).toEqual([false, false]);
    const cancelled = (url: string): unknown => {
      let answer: unknown;
      beforeRequest?.({ url }, ({ cancel }) => {
        answer = cancel;
      });
      return answer;
    };
    expect(['https://example.org/', 'http://127.0.0.1/', 'ws://x/', 'file:///etc/passwd'].map(cancelled)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['app://console/app.js', 'blob:app://console/1', 'data:image/png;base64,'].map(cancelled)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('app addresses', () => {
  it('mean files inside the screens’ folder only', () => {
    const root = join('/', 'screens');
    expect(fileOfAppUrl('app://console/assets/app.js?v=1', root)).toBe(join(root, 'assets', 'app.js'));
    expect(fileOfAppUrl('app://console/', root)).toBe(join(root, 'index.html'));
    expect(fileOfAppUrl('app://console/patients/7', root)).toBe(join(root, 'index.html'));
    for (const path of ['..%2f..%2fetc%2fpasswd.txt', '%2e%2e/%2e%2e/secret.txt', 'a/..%2f..%2fsecret.txt', '%00.js', '%zz.js']) {
      const file = fileOfAppUrl(`app://console/${path}`, root);
      expect(file === null || file.startsWith(`${root}/`)).toBe(true);
    }
    expect(fileOfAppUrl('app://console/..%2fsecret.txt', root)).toBeNull();
    expect(isAppUrl('app://console.evil.example/')).toBe(false);
    expect(isAppUrl('https://console/')).toBe(false);
    expect(isAppUrl('not a url')).toBe(false);
  });
});
