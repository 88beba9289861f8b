// Sends hostile requests over many connections at once.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { AttackAsk, ToAttacker, Wave } from './attack-process.ts';
import type { Fuzzer, HostileRequest } from './fuzzer.ts';

export interface Answer {
  readonly kind: string;
  /** 0: the connection ended without an answer, which only a broken request may earn. */
  readonly status: number;
  readonly code: string;
  readonly contentType: string;
}

const WITHIN_MS = 30_000;
/** A raw request may be one that never ends: its sender goes after this. */
const RAW_WITHIN_MS = 150;

export class Attack {
  readonly #port: number;
  readonly #fuzzer: Fuzzer;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #connections: number;

  constructor(port: number, fuzzer: Fuzzer, connections: number) {
    this.#port = port;
    this.#fuzzer = fuzzer;
    this.#connections = connections;
  }

  async wave({ requests, ms }: Wave): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    const startMs = performance.now();
    let sent = 0;
    const work = async (): Promise<void> => {
      while (sent < requests || performance.now() - startMs < ms) {
        sent++;
        answers.push(await this.#send(this.#fuzzer.next()));
      }
    };
    await Promise.all(Array.from({ length: this.#connections }, work));
    return answers;
  }

  #send(hostile: HostileRequest): Promise<Answer> {
    return hostile.raw === undefined ? this.#asHttp(hostile) : this.#asBytes(hostile.kind, hostile.raw);
  }

  #asHttp({ kind, method, path, headers, body }: HostileRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, host: '127.0.0.1', agent: this.#agent, method, path, timeout: WITHIN_MS };
      const ask = request({ ...options, headers: { ...headers, 'content-length': body.length } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          // HEAD has the head of an answer and nothing else.
          const contentType = method === 'HEAD' ? '' : (answer.headers['content-type'] ?? '');
          resolve({ kind, status: answer.statusCode ?? 0, code: contentType.includes('json') ? codeOf(text) : '', contentType });
        });
      });
      ask.on('timeout', () => ask.destroy(new Error(`${kind}: no answer within ${WITHIN_MS} ms`)));
      ask.on('error', (error: Error & { readonly code?: string }) => {
        // A body that is refused unread may cost its connection: that is an answer too.
        if (error.code === 'EPIPE' || error.code === 'ECONNRESET') resolve({ kind, status: 0, code: '', contentType: '' });
        else reject(error);
      });
      ask.end(body);
    });
  }

  #asBytes(kind: string, bytes: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      let said = '';
      const socket = connect(this.#port, '127.0.0.1', () => socket.write(bytes));
      socket.setEncoding('latin1').on('data', (chunk) => {
        said += chunk;
        socket.destroy();
      });
      socket.setTimeout(RAW_WITHIN_MS, () => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('close', () => {
        const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1] ?? 0);
        resolve({ kind, status, code: '', contentType: '' });
      });
    });
  }
}

export interface Attacker {
  wave(wave: Wave): Promise<readonly Answer[]>;
  end(): void;
}

export function attacker(ask: AttackAsk): Attacker {
  const program = fileURLToPath(new URL('./attack-process.ts', import.meta.url));
  const child = fork(program, { execArgv: [], serialization: 'advanced' });
  const send = (message: ToAttacker): boolean => child.send(message);
  send(ask);
  return {
    wave: async (wave) => {
      send(wave);
      const [answers] = (await once(child, 'message')) as [readonly Answer[]];
      return answers;
    },
    end: () => child.disconnect(),
  };
}

function codeOf(text: string): string {
  try {
    const { code } = JSON.parse(text) as { readonly code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return 'no JSON';
  }
}

export interface SlowLoris {
  /** Resolves when the console has cut so many of the connections. */
  allCut(count: number): Promise<void>;
  end(): void;
}

/** Heads of requests that never end. */
export function slowLoris(port: number, connections: number): SlowLoris {
  let cut = 0;
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect(port, '127.0.0.1', () => socket.write('POST /api/healthdata HTTP/1.1\r\nHost: x\r\n'));
    const drip = setInterval(() => socket.write('X-Slow: 1\r\n'), 1_000);
    socket.on('error', () => undefined);
    socket.resume().on('close', () => {
      clearInterval(drip);
      cut += 1;
    });
    return socket;
  });
  return {
    allCut: async (count) => {
      while (cut < count) await new Promise((resolve) => setTimeout(resolve, 100));
    },
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
