// What travels over either bridge (Electron's ipc, the headless host's WebSocket): requests, answers and events.
import type { CommandInput, CommandName, CommandResult } from './commands.ts';
import type { ErrorDetail } from './errors.ts';
import type { ConsoleEvent, EventName, EventPayload } from './events.ts';

export interface Request<N extends CommandName = CommandName> {
  readonly id: number;
  readonly command: N;
  readonly params: CommandInput<N>;
}

export type Answer =
  | { readonly type: 'answer'; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly ok: false; readonly error: ErrorDetail };

export type FromConsole = Answer | { readonly type: 'event'; readonly event: ConsoleEvent };

/** The two verbs of a screen. `listen` returns its own unsubscribe. */
export interface ConsoleClient {
  send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>>;
  listen<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Tells whether the console can be heard at present; a screen shows its data as old while it cannot. */
  onConnection(listener: (connected: boolean) => void): () => void;
}
