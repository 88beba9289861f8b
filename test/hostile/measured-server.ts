// `healthsense serve` that tells, when its parent asks, what it holds once all garbage is gone: a leak stays, room that V8 keeps does not.
// Arguments: --data-dir DIR --port N
import { Session } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serveHeadless } from '../../src-main/hosts/headless/main.ts';
import { untilSignal } from '../../src-main/hosts/shutdown.ts';

/** What one thread holds, bytes: objects, and what they keep outside of V8's heap. */
export interface Held {
  readonly heap: number;
  readonly outside: number;
}

export interface Measured {
  readonly main: Held;
  /** The workers in the order they were started. */
  readonly workers: readonly Held[];
  /** Open handles of the main thread by kind: sockets, timers, ports. */
  readonly handles: Readonly<Record<string, number>>;
}

type Post = (method: string) => Promise<unknown>;

async function held(post: Post): Promise<Held> {
  // Twice: what a first round finalises may let go of more.
  for (let round = 0; round < 2; round++) await post('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = (await post('Runtime.getHeapUsage')) as {
    readonly usedSize: number;
    readonly backingStorageSize?: number;
  };
  return { heap: usedSize, outside: backingStorageSize };
}

const session = new Session();
const ofMain: Post = (method) =>
  new Promise((resolve, reject) => {
    session.post(method, (error, result) => (error === null ? resolve(result) : reject(error)));
  });

/** Each worker is spoken to through the session of the main thread. */
const workers: Post[] = [];
session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
  let nextId = 1;
  const waiting = new Map<number, (result: unknown) => void>();
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    if (params.sessionId !== sessionId) return;
    const { id, result } = JSON.parse(params.message) as { readonly id?: number; readonly result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  workers.push(
    (method) =>
      new Promise((resolve) => {
        const id = nextId++;
        waiting.set(id, (result) => {
          waiting.delete(id);
          resolve(result);
        });
        session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) });
      }),
  );
});

let attached: Promise<void> | null = null;

/** Not before it is asked for: what is timed until then runs without an inspector. */
async function attach(): Promise<void> {
  session.connect();
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  // Those that run already are told of in turn.
  await sleep(500);
}

process.on('message', async (message) => {
  if (message !== 'measure') return;
  attached ??= attach();
  await attached;
  const handles: Record<string, number> = {};
  const main = await held(ofMain);
  const inWorkers: Held[] = [];
  for (const post of workers) inWorkers.push(await held(post));
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  process.send?.({ main, workers: inWorkers, handles } satisfies Measured);
});

const { values } = parseArgs({
  options: { 'data-dir': { type: 'string', default: '' }, port: { type: 'string', default: '0' } },
});
const opening = serveHeadless({ dataDir: values['data-dir'], host: '127.0.0.1', port: Number(values.port) });
process.exitCode = await untilSignal(opening);
session.disconnect();
process.disconnect?.();
