// `healthsense serve` as it is started in a clinic: how long until it is ready, and the memory it takes idle and under load.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensureRenderer } from '../../src-main/hosts/renderer-build.ts';
import { NODE_OPTIONS } from './node-options.ts';
import { prepareData } from './prepared-data.ts';
import { atMost, median, type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

const START = fileURLToPath(new URL('../../src-main/hosts/start.js', import.meta.url));
const DEVICES = 32;
const MIB = 2 ** 20;
const SECTION = 'serve';

export async function serve(place: Workplace): Promise<readonly Row[]> {
  // Screens that are out of date would be built first, and that is no part of a start.
  await ensureRenderer();
  const { dataDir, live } = prepareData(place.newFolder(), { live: DEVICES });
  const starts: number[] = [];
  for (let turn = 0; turn < (place.quick ? 1 : 4); turn++) {
    const { child, startedMs } = await start(place, dataDir);
    starts.push(startedMs);
    await settled(100);
    await end(child);
  }
  const { child, port, startedMs } = await start(place, dataDir);
  starts.push(startedMs);
  await settled(place.quick ? 500 : 3000);
  const idle = memoryOf(child);
  const generator = place.loadGenerator();
  // Below what a device may send, 1,000 at once and then 200 a second, up to 17,000 requests a second by all of them.
  const durationMs = place.quick ? 2000 : 3000;
  const load = await generator.run({
    port,
    devices: live,
    readingsPerRequest: 1,
    fromMs: null,
    durationMs,
    requestsPerSecond: null,
  });
  const loaded = memoryOf(child);
  await generator.stop();
  await end(child);

  const ready = median(starts);
  return [
    row(SECTION, `start to ready, ${DEVICES} patients (median of ${starts.length})`, ready, 'ms', {
      goal: atMost(ready, 1500, 'ms'),
    }),
    ...(idle === null ? [] : [row(SECTION, 'memory idle (resident)', idle.nowMiB, 'MiB')]),
    ...(loaded === null
      ? []
      : [row(SECTION, `memory at most, after ${load.requests.toLocaleString('en')} single posts`, loaded.peakMiB, 'MiB')]),
  ];
}

async function start(place: Workplace, dataDir: string): Promise<{ child: ChildProcess; port: number; startedMs: number }> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [...NODE_OPTIONS, START, 'cli.ts', 'serve', '--data-dir', dataDir, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  place.keep(child);
  if (child.stdout === null) throw new Error('serve says nothing');
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^ready http:\/\/[^:]+:(\d+)\/$/.exec(line)?.[1];
    if (port !== undefined) return { child, port: Number(port), startedMs: performance.now() - startMs };
  }
  throw new Error('serve ended before it was ready');
}

/** What is started right after `ready` (such as listening for the signal to end) has been started. */
function settled(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGTERM');
  const [status] = await exited;
  if (status !== 0) throw new Error(`serve ended with status ${status}`);
}

/** Resident memory; null where the system does not tell it in /proc. */
function memoryOf({ pid }: ChildProcess): { readonly nowMiB: number; readonly peakMiB: number } | null {
  if (process.platform !== 'linux') return null;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  return { nowMiB: (kib('VmRSS') * 1024) / MIB, peakMiB: (kib('VmHWM') * 1024) / MIB };
}
