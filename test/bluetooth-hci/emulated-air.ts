// Two Bluetooth controllers that hear each other, without hardware: btvirt, each with a serial line in front of it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interposer } from '../interposer.ts';
import { HciRelay } from './hci-relay.ts';

const TOOLS = ['btvirt', 'socat', 'flock', 'cc'] as const;
/** btvirt's own choice, the same for every user of the machine: one test at a time. */
const CONTROLLERS = '/tmp/bt-server-bredrle';
const LOCK = join(tmpdir(), 'btvirt.lock');
const READY_WITHIN_MS = 15_000;

/** What is not installed here. */
export function missingTools(): readonly string[] {
  return TOOLS.filter((tool) => spawnSync('which', [tool]).status !== 0);
}

export class EmulatedAir {
  readonly folder = mkdtempSync(join(tmpdir(), 'healthsense-hci-'));
  readonly #processes: ChildProcess[] = [];
  readonly #relays: HciRelay[] = [];

  /** Waits for its turn where another test has btvirt. */
  async open(): Promise<void> {
    const compiled = interposer(new URL('./af-alg.c', import.meta.url), this.folder);
    if (typeof compiled === 'string') throw new Error(compiled);
    const emulator = this.#run('flock', [
      '--no-fork',
      LOCK,
      'sh',
      '-c',
      'echo turn; LD_PRELOAD="$0" exec btvirt -s',
      compiled.library,
    ]);
    if (emulator.stdout !== null) await once(emulator.stdout, 'data');
    await until('btvirt', () => answers(CONTROLLERS));
  }

  /** @returns the serial line of a controller of its own, and what stands between. */
  async controller(name: string): Promise<{ readonly port: string; readonly relay: HciRelay }> {
    const [port, path] = [join(this.folder, `${name}.tty`), join(this.folder, `${name}.sock`)];
    const relay = new HciRelay(path, CONTROLLERS);
    this.#relays.push(relay);
    this.#run('socat', [`PTY,link=${port},rawer`, `UNIX-CONNECT:${path}`]);
    await until(port, async () => existsSync(port));
    return { port, relay };
  }

  async close(): Promise<void> {
    for (const relay of this.#relays) relay.close();
    for (const process of this.#processes) {
      process.kill();
      if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(program: string, parameters: readonly string[]): ChildProcess {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#processes.push(child);
    return child;
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** @throws Error naming `what` where it does not come about in time. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = READY_WITHIN_MS): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`${what} did not come about within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
