// The console over a WebSocket: numbered requests with a time limit, events, and a connection that comes back by itself.
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import type { EventName, EventPayload } from '../../src-main/contract/events.ts';
import type { ConsoleClient, FromConsole, Request } from '../../src-main/contract/wire.ts';
import { ClientError } from './client-error.ts';
import { createEventHub } from './event-hub.ts';

export interface WebSocketClientOptions {
  /** `ws://host/console` or `wss://…`. */
  readonly url: string;
  /** Session token to resume with after the connection came back; null while nobody is signed in. */
  readonly token: () => string | null;
  readonly requestTimeoutMs?: number;
  /** First wait before connecting again; doubles up to `maxRetryMs`. */
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
}

export interface ClosableClient extends ConsoleClient {
  close(): void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ClientError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

const UNREACHABLE = 'The console cannot be reached at the moment. It was not sent.';
const CUT_OFF = 'The connection was lost before the console answered. Check whether it was done.';

/**
 * Requests made before the first connection wait for it; later ones fail at once while the console cannot be reached,
 * so that a click never takes effect minutes after it was made.
 */
export function createWebSocketClient(options: WebSocketClientOptions): ClosableClient {
  const { url, token, requestTimeoutMs = 15_000, firstRetryMs = 250, maxRetryMs = 5_000 } = options;
  const hub = createEventHub();
  const pending = new Map<number, Pending>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  let waitingForFirst: (() => void)[] = [];
  let socket: WebSocket | null = null;
  let connected = false;
  let connectedBefore = false;
  let closed = false;
  let nextId = 1;
  let retryMs = firstRetryMs;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  function setConnected(value: boolean): void {
    if (connected === value) return;
    connected = value;
    for (const listener of connectionListeners) listener(value);
  }

  function rejectAll(message: string): void {
    for (const request of pending.values()) {
      clearTimeout(request.timer);
      request.reject(new ClientError('unreachable', message));
    }
    pending.clear();
  }

  function transmit(command: CommandName, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = nextId++;
      const timer = setTimeout(() => {
        pending.delete(id);
        const seconds = Math.round(requestTimeoutMs / 1000);
        const message = connectedBefore
          ? `The console did not answer within ${seconds} s. Check whether it was done.`
          : UNREACHABLE;
        reject(new ClientError('timeout', message));
      }, requestTimeoutMs);
      pending.set(id, { resolve, reject, timer });
      const post = (): void => {
        if (!pending.has(id)) return;
        socket?.send(JSON.stringify({ id, command, params } as Request));
      };
      if (socket?.readyState === WebSocket.OPEN) post();
      else waitingForFirst.push(post);
    });
  }

  function receive(text: string): void {
    let message: FromConsole;
    try {
      message = JSON.parse(text) as FromConsole;
    } catch {
      return; // Not ours: a proxy's page, a half frame. The request it may have answered runs into its time limit.
    }
    if (message.type === 'event') {
      hub.emit(message.event);
      return;
    }
    const request = pending.get(message.id);
    if (request === undefined) return;
    pending.delete(message.id);
    clearTimeout(request.timer);
    if (message.ok) request.resolve(message.result);
    else request.reject(ClientError.fromDetail(message.error));
  }

  async function opened(): Promise<void> {
    retryMs = firstRetryMs;
    const sessionToken = token();
    if (connectedBefore && sessionToken !== null) {
      // A token that is no longer valid shows itself as `not_signed_in` on the next command.
      await transmit('session.resume', { token: sessionToken }).catch(() => undefined);
    }
    if (socket?.readyState !== WebSocket.OPEN) return;
    connectedBefore = true;
    setConnected(true);
    const waiting = waitingForFirst;
    waitingForFirst = [];
    for (const post of waiting) post();
  }

  function connect(): void {
    if (closed) return;
    const attempt = new WebSocket(url);
    socket = attempt;
    attempt.addEventListener('open', () => void opened());
    attempt.addEventListener('message', (event) => receive(String(event.data)));
    attempt.addEventListener('close', () => {
      if (socket !== attempt) return;
      socket = null;
      setConnected(false);
      if (connectedBefore) rejectAll(CUT_OFF);
      if (closed) return;
      retryTimer = setTimeout(connect, retryMs * (0.75 + Math.random() / 2));
      retryMs = Math.min(retryMs * 2, maxRetryMs);
    });
  }

  connect();
  return {
    send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>> {
      if (closed || (connectedBefore && !connected)) return Promise.reject(new ClientError('unreachable', UNREACHABLE));
      return transmit(command, params) as Promise<CommandResult<N>>;
    },
    listen<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void {
      return hub.listen(event, listener);
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      listener(connected);
      return () => connectionListeners.delete(listener);
    },
    close() {
      closed = true;
      clearTimeout(retryTimer);
      socket?.close();
      setConnected(false);
      rejectAll(UNREACHABLE);
    },
  };
}
