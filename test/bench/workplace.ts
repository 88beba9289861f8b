// Where a run works: one throw-away folder, and the processes it started; all of it is gone at the end, however it ends.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { NODE_OPTIONS } from './node-options.ts';
import type { Latencies, ScreenPlan, ToScreen } from './screen-plan.ts';
import type { ServerKind } from './server-kinds.ts';

export interface BenchServer {
  readonly port: number;
  /** Of its MQTT broker; null: it has none. */
  readonly mqttPort: number | null;
  readonly pid: number;
  /** What was acknowledged is committed; resolves when the process is gone. @throws where it ends in another way */
  stop(): Promise<void>;
}

export interface LoadGenerator {
  /** @throws where a connection breaks or any request is refused */
  run(plan: LoadPlan): Promise<LoadResult>;
  stop(): Promise<void>;
}

export interface BenchScreen {
  /** Asks by turns for as long as `work` takes. @throws where it is refused, or `work` fails */
  askDuring(work: Promise<unknown>): Promise<Latencies>;
  stop(): Promise<void>;
}

export class Workplace {
  readonly quick: boolean;
  readonly folder = mkdtempSync(join(tmpdir(), 'healthsense-bench-'));
  readonly #children = new Set<ChildProcess>();
  #folders = 0;

  constructor(quick: boolean) {
    this.quick = quick;
  }

  newFolder(): string {
    return join(this.folder, String(++this.#folders));
  }

  /** Remembers a process, so that it does not outlive the run. */
  keep(child: ChildProcess): void {
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
  }

  /** `interposed`: a library that takes the place of calls of the system. */
  async server(kind: ServerKind, dataDir: string, interposed?: string): Promise<BenchServer> {
    const env = interposed === undefined ? process.env : { ...process.env, LD_PRELOAD: interposed };
    const child = this.#fork('./server-process.ts', [kind, dataDir], env);
    const { port, mqttPort } = (await answerOf(child)) as { readonly port: number; readonly mqttPort: number | null };
    return { port, mqttPort, pid: child.pid ?? 0, stop: () => end(child, () => child.send('stop')) };
  }

  loadGenerator(): LoadGenerator {
    const child = this.#fork('./load-process.ts', []);
    return {
      run: async (plan) => {
        const answer = answerOf(child);
        child.send(plan);
        const result = (await answer) as LoadResult | { readonly error: string };
        if ('error' in result) throw new Error(`The load could not be kept up: ${result.error}`);
        if (Object.keys(result.refused).length > 0) {
          throw new Error(
            `Requests were refused: ${JSON.stringify(result.refused)}; the first answer was ${result.firstAnswer.slice(0, 300)}`,
          );
        }
        return result;
      },
      stop: () => end(child, () => child.kill(), 'SIGTERM'),
    };
  }

  /** Resolves when it shows the ward. @throws where it cannot */
  async screen(plan: ScreenPlan): Promise<BenchScreen> {
    const child = this.#fork('./screen-process.ts', []);
    const tell = (message: ToScreen): boolean => child.send(message);
    const answer = async (): Promise<unknown> => {
      const result = await answerOf(child);
      if (typeof result === 'object' && result !== null && 'error' in result) throw new Error(String(result.error));
      return result;
    };
    const open = answer();
    tell({ type: 'open', ...plan });
    await open;
    return {
      askDuring: async (work) => {
        const asked = answer();
        tell({ type: 'ask' });
        const [latencies] = await Promise.all([asked, work.finally(() => tell({ type: 'enough' }))]);
        return latencies as Latencies;
      },
      stop: () => end(child, () => child.kill(), 'SIGTERM'),
    };
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #fork(script: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), [...args], {
      // The load and the screen, too: they stand for machines elsewhere, and are to take as little as may be from the processors here.
      execArgv: [...NODE_OPTIONS],
      stdio: ['ignore', 2, 2, 'ipc'],
      env,
    });
    this.keep(child);
    return child;
  }
}

/** The next message. @throws where the process ends before it */
function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => reject(new Error(`A process of the benchmark ended early (status ${code}).`));
    child.once('exit', exited);
    child.once('message', (message) => {
      child.off('exit', exited);
      resolve(message);
    });
  });
}

async function end(child: ChildProcess, ask: () => void, expected: NodeJS.Signals | null = null): Promise<void> {
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  ask();
  const [code, signal] = await exited;
  if (code !== 0 && signal !== expected) throw new Error(`A process of the benchmark did not end well (${code ?? signal}).`);
}
