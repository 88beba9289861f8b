// As much of Electron as the desktop host uses, in memory: ipc that clones as the real one does, windows, a session, a protocol.
import { EventEmitter } from 'node:events';

type Handler = (event: unknown, ...args: unknown[]) => unknown;
type Listener = (event: unknown, ...args: unknown[]) => void;

const handlers = new Map<string, Handler>();

export const ipcMain = {
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
  removeHandler(channel: string): void {
    handlers.delete(channel);
  },
};

export interface Frame {
  url: string;
}

/** One window's contents, and the renderer's end of its ipc. */
export class StandInContents extends EventEmitter {
  readonly mainFrame: Frame = { url: 'about:blank' };
  readonly #listeners = new Map<string, Set<Listener>>();
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null;
  destroyed = false;

  isDestroyed(): boolean {
    return this.destroyed;
  }

  reload(): void {
    this.navigate(this.mainFrame.url);
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }

  /** Main to renderer; arrives on a later turn, as a copy. */
  send(channel: string, ...args: unknown[]): void {
    const copy = structuredClone(args);
    setImmediate(() => {
      for (const listener of this.#listeners.get(channel) ?? []) listener({}, ...copy);
    });
  }

  /** What `require('electron')` gives a preload script in `frame` of this window. */
  rendererElectron(expose: (name: string, api: unknown) => void, frame: Frame = this.mainFrame): unknown {
    return {
      contextBridge: { exposeInMainWorld: expose },
      ipcRenderer: {
        invoke: async (channel: string, ...args: unknown[]): Promise<unknown> => {
          const copy = structuredClone(args);
          await new Promise((resolve) => setImmediate(resolve));
          const handler = handlers.get(channel);
          if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
          const result = structuredClone(await handler({ sender: this, senderFrame: frame }, ...copy));
          await new Promise((resolve) => setImmediate(resolve));
          return result;
        },
        on: (channel: string, listener: Listener): void => {
          const set = this.#listeners.get(channel) ?? new Set();
          this.#listeners.set(channel, set.add(listener));
        },
        removeListener: (channel: string, listener: Listener): void => {
          this.#listeners.get(channel)?.delete(listener);
        },
      },
    };
  }

  /** A page is loaded: the old one's listeners are gone with it. */
  navigate(url: string): void {
    this.#listeners.clear();
    this.mainFrame.url = url;
    this.emit('did-navigate', {}, url);
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly opened: BrowserWindow[] = [];
  readonly webContents = new StandInContents();
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> };
  visible = false;

  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    BrowserWindow.opened.push(this);
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.navigate(url);
    this.emit('ready-to-show');
  }

  show(): void {
    this.visible = true;
  }

  minimized = false;
  focused = 0;

  isMinimized(): boolean {
    return this.minimized;
  }

  restore(): void {
    this.minimized = false;
  }

  focus(): void {
    this.focused += 1;
  }
}

type RequestListener = (
  details: { url: string; responseHeaders?: Record<string, string[]> },
  answer: (answer: Record<string, unknown>) => void,
) => void;

class StandInSession {
  readonly handled = new Map<string, (request: Request) => Promise<Response>>();
  permissionRequest:
    | ((contents: unknown, permission: string, answer: (granted: boolean) => void, details: Record<string, unknown>) => void)
    | null = null;
  permissionCheck:
    | ((contents: unknown, permission: string, origin: string, details: { readonly mediaType?: string }) => boolean)
    | null = null;
  devicePermission: (() => boolean) | null = null;
  beforeRequest: RequestListener | null = null;
  headersReceived: RequestListener | null = null;
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response>): void => {
      this.handled.set(scheme, handler);
    },
  };
  readonly webRequest = {
    onBeforeRequest: (listener: RequestListener): void => {
      this.beforeRequest = listener;
    },
    onHeadersReceived: (listener: RequestListener): void => {
      this.headersReceived = listener;
    },
  };

  setPermissionRequestHandler(handler: NonNullable<StandInSession['permissionRequest']>): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: NonNullable<StandInSession['permissionCheck']>): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.devicePermission = handler;
  }
}

export const session = { defaultSession: new StandInSession() };
export const registeredSchemes: { readonly scheme: string; readonly privileges: Readonly<Record<string, boolean>> }[] = [];
export const protocol = {
  registerSchemesAsPrivileged(schemes: typeof registeredSchemes): void {
    registeredSchemes.push(...schemes);
  },
};

class StandInApp extends EventEmitter {
  isPackaged = false;
  /** What `requestSingleInstanceLock` answers. */
  first = true;
  readonly paths = new Map<string, string>();
  readonly exits: number[] = [];
  sandboxed = false;
  ready = false;

  enableSandbox(): void {
    this.sandboxed = true;
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }

  requestSingleInstanceLock(): boolean {
    return this.first;
  }

  async whenReady(): Promise<void> {
    this.ready = true;
  }

  isReady(): boolean {
    return this.ready;
  }

  /** Asks whether it may quit, as Electron does. */
  quit(): void {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) this.exit(0);
  }

  exit(status: number): void {
    this.exits.push(status);
    this.emit('exited', status);
  }
}

export const app = new StandInApp();
export const errorBoxes: string[] = [];
export const dialog = {
  showErrorBox(title: string, content: string): void {
    errorBoxes.push(`${title}: ${content}`);
  },
};
export const Menu = {
  buildFromTemplate: (template: unknown): unknown => template,
  setApplicationMenu: (): void => undefined,
};
export const powerMonitor = new EventEmitter();
export const powerSaveBlocker = { start: (): number => 1 };
