// The contract over Electron's ipc: checked senders, one caller per window, events once signed in.
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import { z } from 'zod';
import type { Caller, ConsolePort } from '../../console-port.ts';
import { type Reply, refusal, reply } from '../bridge-core.ts';
import { isAppUrl } from './app-url.ts';

export const SEND_CHANNEL = 'healthsense:send';
export const EVENT_CHANNEL = 'healthsense:event';

const commandName = z.string().min(1).max(80);

export interface DesktopBridgeOptions {
  readonly port: ConsolePort;
  readonly contents: WebContents;
  readonly onError: (error: unknown) => void;
  /** How often it is asked whether the window's session still holds. */
  readonly sessionCheckMs?: number;
}

const SESSION_CHECK_MS = 60_000;

/** Connects one window to the console; the answer takes the connection away again. */
export function mountDesktopBridge({ port, contents, onError, sessionCheckMs }: DesktopBridgeOptions): () => void {
  const caller: Caller = { user: null, sessionHash: null, origin: 'desktop' };

  ipcMain.handle(SEND_CHANNEL, async (event: IpcMainInvokeEvent, command: unknown, params: unknown): Promise<Reply> => {
    if (!sentByOurPage(event, contents)) return refusal('not_allowed', 'This page may not speak to the console.');
    const name = commandName.safeParse(command);
    if (!name.success) return refusal('invalid_params', 'The name of a command is text.');
    return reply(port, name.data, params, caller, onError);
  });

  const unsubscribe = port.subscribe((event) => {
    if (caller.user !== null && port.mayHear(caller, event) && !contents.isDestroyed()) contents.send(EVENT_CHANNEL, event);
  });

  /** A window that only listens sends no command that would find out. */
  async function reloadIfOver(): Promise<void> {
    try {
      if (!(await port.isSignedIn(caller)) && !contents.isDestroyed()) contents.reload();
    } catch {
      // It cannot be told now, as while the query worker restarts: alarms go on being heard, and it is asked again.
    }
  }
  const sessionCheck = setInterval(() => {
    if (caller.user !== null) void reloadIfOver();
  }, sessionCheckMs ?? SESSION_CHECK_MS);
  sessionCheck.unref();

  // A page that was loaded anew signs in or resumes by itself, as it would over a new socket.
  const forgetCaller = (): void => {
    caller.user = null;
    caller.sessionHash = null;
  };
  contents.on('did-navigate', forgetCaller);

  return () => {
    clearInterval(sessionCheck);
    unsubscribe();
    ipcMain.removeHandler(SEND_CHANNEL);
    if (!contents.isDestroyed()) contents.removeListener('did-navigate', forgetCaller);
  };
}

/** Only the top frame of this window, and only while it shows the application's own page. */
function sentByOurPage(event: IpcMainInvokeEvent, contents: WebContents): boolean {
  const frame = event.senderFrame;
  return event.sender === contents && frame !== null && frame === contents.mainFrame && isAppUrl(frame.url);
}
