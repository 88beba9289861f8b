// The desktop window, locked down as Electron's security checklist asks: sandbox, isolation, own protocol, nothing else reachable.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { BrowserWindow, dialog, protocol, type Session, session, type WebContents } from 'electron';
import { contentSecurityPolicy, securityHeaders } from '../security-headers.ts';
import { APP_ORIGIN, APP_SCHEME, fileOfAppUrl, isAppUrl } from './app-url.ts';

/** What a page may ask for at all: the app itself, what it made, and the developer tools. */
const REACHABLE = /^(app|blob|data|devtools):/;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.wasm': 'application/wasm',
};

/** Must run before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]);
}

/** The session of all windows: serves the screens, refuses every permission and every request that leaves the machine. */
export function lockDownSession(rendererDir: string, target: Session = session.defaultSession): void {
  const headers = securityHeaders(contentSecurityPolicy());
  target.protocol.handle(APP_SCHEME, async (request) => {
    const file = request.method === 'GET' ? fileOfAppUrl(request.url, rendererDir) : null;
    if (file === null) return new Response('Not found', { status: 404, headers });
    try {
      const type = MEDIA_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
      return new Response(await readFile(file), { headers: { ...headers, 'content-type': type } });
    } catch {
      return new Response('Not found', { status: 404, headers });
    }
  });
  target.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    // Pictures of the skin: the camera, never together with sound.
    answer(
      permission === 'media' && isAppUrl(details.requestingUrl) && media.length > 0 && media.every((type) => type === 'video'),
    );
  });
  // The request above decides; this only lets the page ask, and list the cameras by name.
  target.setPermissionCheckHandler(
    (_contents, permission, origin, { mediaType }) => permission === 'media' && mediaType === 'video' && isAppUrl(origin),
  );
  target.setDevicePermissionHandler(() => false);
  target.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !REACHABLE.test(details.url) }));
  target.webRequest.onHeadersReceived((details, answer) => {
    answer({ responseHeaders: { ...details.responseHeaders, ...headers } });
  });
}

export interface WindowOptions {
  readonly preload: string;
  /** Put after the page's address; the demo hands its session over there. */
  readonly fragment?: string;
  /** Called before the page is loaded, so that its first request finds somebody to answer. */
  readonly onContents: (contents: WebContents) => void;
}

export async function openWindow({ preload, fragment = '', onContents }: WindowOptions): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'HealthSense',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // Alarms must sound and ages must count on while the window is behind another one.
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required',
    },
  });
  const { webContents: contents } = window;
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  // A page that holds something not kept yet asks to stay; Electron asks nobody by itself and would leave a window that cannot be closed.
  contents.on('will-prevent-unload', (event) => {
    const answer = dialog.showMessageBoxSync(window, {
      type: 'warning',
      buttons: ['Stay', 'Discard and close'],
      defaultId: 0,
      cancelId: 0,
      message: 'A skin photo is not kept yet.',
      detail: 'Closed now, the photo and its result are gone.',
    });
    if (answer === 1) event.preventDefault();
  });
  onContents(contents);
  window.once('ready-to-show', () => window.show());
  await window.loadURL(`${APP_ORIGIN}/index.html${fragment}`);
  return window;
}
