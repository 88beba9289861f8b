// The console over Electron's preload bridge, which offers exactly two functions.
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import type { ErrorDetail } from '../../src-main/contract/errors.ts';
import type { ConsoleEvent, EventName, EventPayload } from '../../src-main/contract/events.ts';
import type { ConsoleClient } from '../../src-main/contract/wire.ts';
import { ClientError } from './client-error.ts';
import { createEventHub } from './event-hub.ts';

export type BridgeAnswer = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: ErrorDetail };

/** What the preload script puts on `window.healthsense`. */
export interface DesktopBridge {
  send(command: string, params: unknown): Promise<BridgeAnswer>;
  listen(callback: (event: ConsoleEvent) => void): () => void;
}

/** Console and screen live and die together here, so the connection is always up. */
export function createDesktopClient(bridge: DesktopBridge): ConsoleClient {
  const hub = createEventHub();
  bridge.listen((event) => hub.emit(event));
  return {
    async send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>> {
      let answer: BridgeAnswer;
      try {
        answer = await bridge.send(command, params);
      } catch (error) {
        throw new ClientError(
          'unreachable',
          `The console did not answer: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      if (answer.ok) return answer.result as CommandResult<N>;
      throw ClientError.fromDetail(answer.error);
    },
    listen<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void {
      return hub.listen(event, listener);
    },
    onConnection(listener) {
      listener(true);
      return () => undefined;
    },
  };
}
