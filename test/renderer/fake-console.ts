// A made-up console for looking at and testing the screens: serves out/renderer and speaks the contract, every answer checked against it.
// Run: node test/renderer/fake-console.ts [--port N] [--empty] [--set-up]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { type WebSocket, WebSocketServer } from 'ws';
import { COMMANDS, type CommandName } from '../../src-main/contract/commands.ts';
import { ConsoleError } from '../../src-main/contract/errors.ts';
import { type ConsoleEvent, EVENTS } from '../../src-main/contract/events.ts';
import type { Answer } from '../../src-main/contract/wire.ts';
import { contentSecurityPolicy } from '../../src-main/hosts/security-headers.ts';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import { createAnswers, FAKE_TOKEN } from './fake-answers.ts';
import { currentValueOf, EVERY_SECONDS, news2Of } from './fake-ward.ts';

const BUILT_RENDERER = join(import.meta.dirname, '../../out/renderer');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};
export interface FakeConsole {
  readonly url: string;
  /** With a signed-in session in the address. */
  readonly signedInUrl: string;
  emit(event: ConsoleEvent): void;
  /** Cuts every socket, as a lost network would. */
  cut(): void;
  /** While true, new sockets are refused. */
  setDown(down: boolean): void;
  close(): Promise<void>;
}

export async function startFakeConsole(
  options: {
    readonly port?: number;
    readonly empty?: boolean;
    readonly needsFirstUser?: boolean;
    readonly renderer?: string;
  } = {},
): Promise<FakeConsole> {
  const renderer = options.renderer ?? BUILT_RENDERER;
  const sockets = new Set<WebSocket>();
  let down = false;
  const emit = (event: ConsoleEvent): void => {
    EVENTS[event.name].parse(event.payload);
    const text = JSON.stringify({ type: 'event', event });
    for (const socket of sockets) socket.send(text);
  };
  const { answers, ward } = createAnswers(
    { empty: options.empty ?? false, needsFirstUser: options.needsFirstUser ?? false },
    emit,
  );

  async function answer(id: number, command: string, params: unknown): Promise<Answer> {
    try {
      if (!Object.hasOwn(COMMANDS, command)) throw new ConsoleError('unknown_command');
      const name = command as CommandName;
      const checked = COMMANDS[name].params.safeParse(params);
      if (!checked.success) {
        const issue = checked.error.issues[0];
        throw new ConsoleError('invalid_params', issue?.message ?? 'Not valid.', { field: issue?.path.join('.') ?? '' });
      }
      const result = await (answers[name] as (params: unknown) => unknown)(checked.data);
      return { type: 'answer', id, ok: true, result: COMMANDS[name].result.parse(result) };
    } catch (error) {
      if (!(error instanceof ConsoleError)) console.error(command, error);
      const detail = error instanceof ConsoleError ? error.detail : new ConsoleError('internal').detail;
      return { type: 'answer', id, ok: false, error: detail };
    }
  }

  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = join(renderer, path === '/' ? 'index.html' : path);
    if (!file.startsWith(renderer) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy(),
    });
    createReadStream(file).pipe(response);
  });
  const webSockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, stream, head) => {
    if (down || request.url !== '/console') {
      stream.destroy();
      return;
    }
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('message', async (data) => {
        const { id, command, params } = JSON.parse(String(data)) as { id: number; command: string; params: unknown };
        socket.send(JSON.stringify(await answer(id, command, params)));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));

  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    for (const who of ward()) {
      const moving = VITAL_KINDS.filter((kind) => who.stalled[kind] === undefined && turn % EVERY_SECONDS[kind] === 0);
      const values = moving.flatMap((kind) => currentValueOf(who, kind, Date.now()) ?? []);
      if (values.length > 0)
        emit({ name: 'values.changed', payload: { patientId: who.patient.patientId, values, news2: news2Of(who) } });
    }
  }, 1_000);

  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    signedInUrl: `${url}#session=${FAKE_TOKEN}`,
    emit,
    cut() {
      for (const socket of sockets) socket.terminate();
    },
    setDown(value) {
      down = value;
    },
    async close() {
      clearInterval(timer);
      for (const socket of sockets) socket.terminate();
      webSockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '0' }, empty: { type: 'boolean' }, 'set-up': { type: 'boolean' } },
  });
  const fake = await startFakeConsole({
    port: Number(values.port),
    empty: values.empty ?? false,
    needsFirstUser: values['set-up'] ?? false,
  });
  console.log(`ready ${values['set-up'] ? fake.url : fake.signedInUrl}`);
}
