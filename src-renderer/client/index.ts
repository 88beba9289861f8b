// Chooses the transport and keeps the one client of this window.
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import type { ConsoleClient } from '../../src-main/contract/wire.ts';
import { ClientError } from './client-error.ts';
import { createDesktopClient, type DesktopBridge } from './desktop-client.ts';
import { readToken } from './session-token.ts';
import { createWebSocketClient } from './websocket-client.ts';

declare global {
  interface Window {
    readonly healthsense?: DesktopBridge;
  }
}

export { ClientError, errorWords } from './client-error.ts';

let chosen: ConsoleClient | undefined;
const endedListeners = new Set<() => void>();

/** The desktop bridge where there is one, else a WebSocket to the host this page came from. */
export function consoleClient(): ConsoleClient {
  chosen ??= watchSession(
    window.healthsense
      ? createDesktopClient(window.healthsense)
      : createWebSocketClient({ url: webSocketUrl(window.location), token: readToken }),
  );
  return chosen;
}

/** Called when the console refuses a command because this session is over (it expired, the user was disabled). */
export function onSessionEnded(listener: () => void): () => void {
  endedListeners.add(listener);
  return () => endedListeners.delete(listener);
}

function watchSession(client: ConsoleClient): ConsoleClient {
  return {
    ...client,
    async send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>> {
      try {
        return await client.send(command, params);
      } catch (error) {
        const ended = error instanceof ClientError && error.code === 'not_signed_in' && !command.startsWith('session.');
        if (ended) for (const listener of endedListeners) listener();
        throw error;
      }
    },
  };
}

function webSocketUrl(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/console`;
}
