// The desktop host: one instance, the console, one window, and a clean end. Electron runs this file.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, type MenuItemConstructorOptions, powerMonitor, powerSaveBlocker } from 'electron';
import type { Logger } from 'pino';
import { openConsole } from '../../console.ts';
import type { ConsolePort } from '../../console-port.ts';
import { appVersion } from '../../installation.ts';
import { rendererDir } from '../app-paths.ts';
import { dataDirFrom } from '../data-dir.ts';
import { startDeviceServer } from '../device-server.ts';
import { whoCanReach } from '../headless/reach.ts';
import { guardProcess } from '../last-resort.ts';
import { hostLogger } from '../log.ts';
import { type HostOptions, parseHostOptions, UsageError } from '../options.ts';
import { plainWords } from '../shutdown.ts';
import { mountDesktopBridge } from './bridge.ts';
import { lockDownSession, openWindow, registerAppScheme } from './window.ts';

interface OpenedConsole {
  readonly console: ConsolePort;
  readonly fragment: string;
}

registerAppScheme();
app.enableSandbox();
try {
  // Unpackaged, Electron's own first argument is the application's folder.
  const options = parseHostOptions(process.argv.slice(app.isPackaged ? 1 : 2), { ignoreUnknown: true });
  keepProfileWithData(options);
  if (app.requestSingleInstanceLock()) run(options).catch(fail);
  // The instance that has this data open already brings its window to the front.
  else app.exit(0);
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  process.stderr.write(`${plainWords(error)}\n`);
  if (app.isReady()) dialog.showErrorBox('HealthSense cannot start', plainWords(error));
  app.exit(error instanceof UsageError ? 2 : 1);
}

/** One instance per data directory, not per machine: Electron's lock and browser profile go where the data is. */
function keepProfileWithData({ demo, dataDir }: HostOptions): void {
  if (demo && dataDir === null) {
    app.setPath('userData', mkdtempSync(join(tmpdir(), 'healthsense-demo-window-')));
    return;
  }
  const profile = join(dataDirFrom(dataDir ?? undefined), 'window');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  app.setPath('userData', profile);
}

async function run(options: HostOptions): Promise<void> {
  const log = hostLogger();
  const screens = rendererDir();
  await app.whenReady();
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu()));
  lockDownSession(screens);

  const { console, fragment } = await open(options, log);
  const onError = (error: unknown): void => log.error({ err: error }, 'request failed');
  const closers: (() => Promise<void> | void)[] = [() => console.close()];
  if (options.port !== null) {
    const server = await startDeviceServer({ console, host: options.host, port: options.port, version: appVersion(), onError });
    closers.unshift(() => server.close());
    log.info({ url: server.url }, 'devices may post here');
    console.reachedBy(
      `This window. Devices over HTTP: ${whoCanReach({ host: options.host, port: server.port, isEncrypted: false })}`,
    );
  } else console.reachedBy('This window alone; nothing listens on the network.');

  // A sleeping machine hears no wearable.
  powerSaveBlocker.start('prevent-app-suspension');
  // The lid was closed all the same.
  powerMonitor.on('resume', () => console.awake());
  let window: BrowserWindow | null = null;
  let quitting = false;
  app.on('second-instance', () => {
    if (window === null) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (quitting) return;
    quitting = true;
    event.preventDefault();
    closeInOrder(closers).then(
      () => app.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not close cleanly');
        app.exit(1);
      },
    );
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  guardProcess({ log, close: () => closeInOrder(closers), exit: (code) => app.exit(code) });

  window = await openWindow({
    preload: join(import.meta.dirname, 'preload.cjs'),
    fragment,
    onContents: (contents) => closers.unshift(mountDesktopBridge({ port: console, contents, onError })),
  });
  // A page that crashed shows nothing and sounds no alarm: it is loaded again at once.
  const { webContents } = window;
  webContents.on('render-process-gone', (_event, details) => {
    log.error({ reason: details.reason }, 'the window crashed');
    if (!quitting && details.reason !== 'clean-exit') webContents.reload();
  });
}

async function open(options: HostOptions, log: Logger): Promise<OpenedConsole> {
  if (!options.demo) {
    const console = await openConsole({ dataDir: dataDirFrom(options.dataDir ?? undefined), host: 'desktop', links: true, log });
    return { console, fragment: '' };
  }
  const { openDemo } = await import('../demo.ts');
  return openDemo({ ...options, host: 'desktop' }, log);
}

async function closeInOrder(closers: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const close of closers) await close();
}

/** Roles only: they bring the platform's own shortcuts, among them copy and paste on macOS. */
function menu(): MenuItemConstructorOptions[] {
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  const shared: MenuItemConstructorOptions[] = [{ role: 'editMenu' }, view, { role: 'windowMenu' }];
  return process.platform === 'darwin' ? [{ role: 'appMenu' }, ...shared] : [{ role: 'fileMenu' }, ...shared];
}
