// The real `healthsense serve` as a process of its own: started, waited for, killed without warning, or asked to end.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src-main/hosts/cli.ts', import.meta.url));

/** As a person's shell has it, without what the test runner adds. */
const { NODE_ENV: _, ...ENVIRONMENT } = process.env;

export interface Serving {
  readonly pid: number;
  /** Resolves with the address it printed; rejects where it ended before. */
  readonly ready: Promise<string>;
  /** SIGKILL: it can neither finish nor flush anything. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit status */
  end(): Promise<number | null>;
}

export interface ServeOptions {
  /** In place of `healthsense serve`: a script with its arguments. */
  readonly program?: readonly string[];
  readonly args?: readonly string[];
  /** Beside what it has anyway. */
  readonly env?: Readonly<Record<string, string>>;
  /** Is told of the process before it is ready; it can be spoken with over its IPC channel. */
  readonly onStarted?: (child: ChildProcess) => void;
}

export function serve(dataDir: string, { program = [CLI, 'serve'], args = [], env = {}, onStarted }: ServeOptions = {}): Serving {
  const [script = CLI, ...before] = program;
  const child = fork(script, [...before, '--data-dir', dataDir, '--port', '0', ...args], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { ...ENVIRONMENT, ...env },
  });
  onStarted?.(child);
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('its output cannot be read');
  const said: string[] = [];
  stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const url = /^ready (http:\/\/\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    exited.then(([code, signal]) =>
      reject(new Error(`serve ended with ${code ?? signal} before it was ready: ${said.join('')}`)),
    );
  });
  // A process that is killed while it starts never becomes ready, and nobody waits for it.
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready,
    kill: async () => {
      child.kill('SIGKILL');
      const [, signal] = await exited;
      if (signal !== 'SIGKILL') throw new Error(`serve had ended by itself: ${said.join('')}`);
    },
    end: async () => {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}

/** Runs one command of the command line. @throws Error with what it said where it fails */
export async function healthsense(args: readonly string[]): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args], { env: ENVIRONMENT });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const [status] = (await once(child, 'close')) as [number];
  if (status !== 0) throw new Error(`healthsense ${args.join(' ')} ended with ${status}: ${err}`);
  return out.trim();
}
