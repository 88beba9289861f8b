// Electron for the desktop host, with a real Chromium behind its window: the host's own main, bridge, preload and protocol run, and the
// page they show is a real one. It is a stand-in: Chromium shows app:// only to Electron, so the page is at SHOWN_AT instead, and preload
// and page share one JavaScript world, so context isolation, the sandbox and permissions are not proven here but by their settings.
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { Browser, BrowserContext, Frame, Page, Route } from 'playwright-core';
import { APP_ORIGIN } from '../../src-main/hosts/desktop/app-url.ts';
import { BrowserWindow as MemoryWindow, StandInContents, session } from '../hosts/electron-stand-in.ts';

export {
  app,
  dialog,
  errorBoxes,
  ipcMain,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  session,
} from '../hosts/electron-stand-in.ts';

/** Stands for app://console in Chromium. No such host exists: a request that is not answered here goes nowhere. */
const SHOWN_AT = 'https://console.healthsense.invalid';
const IPC_BINDING = '__standInIpc';
const DELIVER = 'healthsense.stand-in.deliver';

/** Requests of the page that the host refused. */
export const refusedRequests: string[] = [];

let browser: Browser | null = null;

/** Windows opened from now on are pages of this browser. */
export function openWindowsIn(chromium: Browser): void {
  browser = chromium;
}

/** As Electron would name it; what is not ours stays what it is, so that the host judges the real address. */
function electronUrl(chromiumUrl: string): string {
  return chromiumUrl.startsWith(`${SHOWN_AT}/`) ? APP_ORIGIN + chromiumUrl.slice(SHOWN_AT.length) : chromiumUrl;
}

function chromiumUrl(url: string): string {
  return url.startsWith(`${APP_ORIGIN}/`) ? SHOWN_AT + url.slice(APP_ORIGIN.length) : url;
}

/** Runs the real preload script before any script of the page, as Electron does in the top frame. */
function preloadScript(compiled: string): string {
  return `(() => {
    const call = window.${IPC_BINDING};
    delete window.${IPC_BINDING};
    if (window.top !== window) return;
    const listeners = new Map();
    Object.defineProperty(window, Symbol.for('${DELIVER}'), {
      value: (channel, args) => { for (const listener of listeners.get(channel) ?? []) listener({}, ...args); },
    });
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze({ ...api }), enumerable: true }),
      },
      ipcRenderer: {
        invoke: (channel, ...args) => call(channel, args),
        on: (channel, listener) => listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener)),
        removeListener: (channel, listener) => listeners.get(channel)?.delete(listener),
      },
    };
    const require = (name) => {
      if (name !== 'electron') throw new Error('module not found: ' + name);
      return electron;
    };
    ${compiled}
  })();`;
}

/** `preload.cjs` as built, or compiled from its source beside it. */
function compiledPreload(path: string): string {
  return existsSync(path)
    ? readFileSync(path, 'utf8')
    : stripTypeScriptTypes(readFileSync(path.replace(/\.cjs$/, '.cts'), 'utf8'));
}

class ChromiumContents extends StandInContents {
  page: Page | null = null;
  #sending: Promise<unknown> = Promise.resolve();

  /** One after the other, so that events arrive in the order they were sent. */
  override send(channel: string, ...args: unknown[]): void {
    const message = { channel, args: structuredClone(args), deliver: DELIVER };
    const deliver = (): Promise<void> | undefined =>
      this.page?.evaluate(({ channel: to, args: sent, deliver: name }) => {
        const receive = Reflect.get(window, Symbol.for(name)) as ((channel: string, args: unknown[]) => void) | undefined;
        receive?.(to, sent);
      }, message);
    // A page that is being loaded or has gone hears nothing, as in Electron.
    this.#sending = this.#sending.then(deliver).catch(() => undefined);
  }

  /** A call of the page reaches the handler with the frame it came from, at the address that frame shows at this moment. */
  invoke(frame: Frame, channel: string, args: readonly unknown[]): Promise<unknown> {
    const url = electronUrl(frame.url());
    const isMain = frame === this.page?.mainFrame();
    if (isMain) this.mainFrame.url = url;
    const { ipcRenderer } = this.rendererElectron(() => undefined, isMain ? this.mainFrame : { url }) as {
      readonly ipcRenderer: { invoke(channel: string, ...args: unknown[]): Promise<unknown> };
    };
    return ipcRenderer.invoke(channel, ...args);
  }

  override reload(): void {
    void this.page?.reload();
  }

  /** Whether the host lets the page go where it wants to. */
  mayNavigate(url: string): boolean {
    let prevented = false;
    const event = {
      url,
      preventDefault: () => {
        prevented = true;
      },
    };
    this.emit('will-navigate', event);
    return !prevented;
  }
}

type WindowOptions = MemoryWindow['options'] & { readonly width?: number; readonly height?: number };

/** The host's window: a page of its own, in a context of its own. */
export class BrowserWindow extends MemoryWindow {
  override readonly webContents = new ChromiumContents();
  readonly #options: WindowOptions;
  #context: BrowserContext | null = null;

  constructor(options: WindowOptions) {
    super(options);
    this.#options = options;
  }

  override async loadURL(url: string): Promise<void> {
    const page = await this.#open();
    await page.goto(chromiumUrl(url));
    this.emit('ready-to-show');
  }

  /** What Electron does after the last window of an application that quits. */
  async destroy(): Promise<void> {
    this.webContents.destroyed = true;
    await this.#context?.close();
  }

  async #open(): Promise<Page> {
    if (browser === null) throw new Error('openWindowsIn must name a browser first');
    const { width = 1440, height = 900, webPreferences } = this.#options;
    this.#context = await browser.newContext({ viewport: { width, height } });
    const contents = this.webContents;
    await this.#context.exposeBinding(IPC_BINDING, ({ frame }, channel: string, args: readonly unknown[]) =>
      contents.invoke(frame, channel, args),
    );
    await this.#context.addInitScript({ content: preloadScript(compiledPreload(String(webPreferences.preload))) });
    await this.#context.route('**/*', (route) => this.#answer(route));
    const page = await this.#context.newPage();
    contents.page = page;
    this.#context.on('page', (opened) => {
      if (contents.windowOpenHandler?.({ url: electronUrl(opened.url()) }).action === 'deny') void opened.close();
    });
    page.on('crash', () => contents.emit('render-process-gone', {}, { reason: 'crashed' }));
    return page;
  }

  /** Asks the host as Electron's network service would: may it leave, who answers, with which headers. */
  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = electronUrl(request.url());
    const { beforeRequest, headersReceived, handled } = session.defaultSession;
    const contents = this.webContents;
    const isNavigation = request.isNavigationRequest() && request.frame() === contents.page?.mainFrame();
    const isFirst = contents.mainFrame.url === 'about:blank';
    let cancelled = isNavigation && !isFirst && !contents.mayNavigate(url);
    if (!cancelled) {
      beforeRequest?.({ url }, ({ cancel }) => {
        cancelled = cancel === true;
      });
    }
    const serve = handled.get(new URL(url).protocol.replace(':', ''));
    if (cancelled || serve === undefined) {
      refusedRequests.push(url);
      // A navigation that is given up leaves the page as it is, where one that is blocked would show an error page.
      return route.abort(isNavigation ? 'aborted' : 'blockedbyclient');
    }
    if (isNavigation) contents.navigate(url);
    const response = await serve(new Request(url, { method: request.method() }));
    let headers: Record<string, string> = Object.fromEntries(response.headers);
    const asLists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    headersReceived?.({ url, responseHeaders: asLists }, ({ responseHeaders }) => {
      const answered = (responseHeaders ?? {}) as Record<string, string | string[]>;
      headers = Object.fromEntries(Object.entries(answered).map(([name, value]) => [name, [value].flat().join(', ')]));
    });
    await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) });
  }
}
