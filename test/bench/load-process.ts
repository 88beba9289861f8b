// The load generators, a process of their own so that they share no event loop with what they measure. The bench's own speaks just
// enough HTTP/1.1 over a plain socket to stay far cheaper than any server; ordinary ones are beside it, in autocannon-load.ts and fetch-load.ts.
import { connect, type Socket } from 'node:net';
import { runAutocannon } from './autocannon-load.ts';
import { runFetch } from './fetch-load.ts';
import { nextBody } from './load-bodies.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { runMqtt } from './mqtt-load.ts';
import type { BenchDevice } from './prepared-data.ts';
import { timesOf } from './report.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One connection with one request under way at most. */
class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void } | null = null;

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the server has closed the connection')));
  }

  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#fail(new Error(`an answer without a length: ${head}`));
      return;
    }
    const end = headEnd + HEAD_END.length + Number(length);
    if (this.#received.length < end) return;
    const body = this.#received.toString('utf8', headEnd + HEAD_END.length, end);
    this.#received = this.#received.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function runLean(plan: LoadPlan): Promise<Omit<LoadResult, 'ownMicrosPerRequest'>> {
  const { port, devices, durationMs, requestsPerSecond } = plan;
  const latenciesMs: number[] = [];
  const refused: Record<string, number> = {};
  let firstAnswer = '';
  const startMs = performance.now();
  const endMs = startMs + durationMs;

  async function device(each: BenchDevice, index: number): Promise<void> {
    const connection = new Connection(port);
    const head = `POST /api/healthdata HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${each.token}\r\ncontent-type: application/json\r\n`;
    const everyMs = requestsPerSecond === null ? 0 : (devices.length * 1000) / requestsPerSecond;
    // Spread, so that they do not all send in the same millisecond.
    let dueMs = startMs + (everyMs * index) / devices.length;
    try {
      for (;;) {
        const waitMs = everyMs === 0 ? 0 : dueMs - performance.now();
        if (waitMs > 0) await pause(waitMs);
        const sentMs = performance.now();
        if (sentMs >= endMs) return;
        const body = nextBody(plan, each);
        const answer = await connection.send(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
        // A paced request counts from when it was due, so that a stalled server is charged for those that had to wait.
        latenciesMs.push(performance.now() - (everyMs === 0 ? sentMs : Math.min(sentMs, dueMs + 1)));
        dueMs += everyMs;
        if (firstAnswer === '') firstAnswer = answer.body;
        if (answer.status !== 201) refused[answer.status] = (refused[answer.status] ?? 0) + 1;
      }
    } finally {
      connection.end();
    }
  }

  await Promise.all(devices.map(device));
  const seconds = (performance.now() - startMs) / 1000;
  const requests = latenciesMs.length;
  return { requests, unanswered: 0, requestsPerSecond: requests / seconds, refused, firstAnswer, ...timesOf(latenciesMs) };
}

const LOADS = { lean: runLean, autocannon: runAutocannon, fetch: runFetch, mqtt: runMqtt } as const;

async function run(plan: LoadPlan): Promise<LoadResult> {
  const before = process.cpuUsage();
  const result = await LOADS[plan.by ?? 'lean'](plan);
  const { user, system } = process.cpuUsage(before);
  return { ...result, ownMicrosPerRequest: (user + system) / result.requests };
}

process.on('disconnect', () => process.exit(1));
process.on('message', async (plan: LoadPlan) => {
  process.send?.(await run(plan).catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) })));
});
