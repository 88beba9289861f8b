// Decides between the desktop window and the headless host, builds what changed, and runs it until it ends.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appRoot } from '../installation.ts';
import { openBrowser } from './browser.ts';
import { dataDirFrom } from './data-dir.ts';
import { chooseElectron, type ElectronChoice } from './electron-binary.ts';
import type { RunningHost } from './headless/main.ts';
import { DEFAULT_PORT, type HostOptions, parseHostOptions, USAGE, UsageError } from './options.ts';
import { compileDesktop, ensureRenderer, runNode } from './renderer-build.ts';
import { plainWords, untilSignal } from './shutdown.ts';

/** A window that is gone this soon never was one: no sandbox, no GPU, a missing library. */
const TOO_SOON_MS = 5_000;

/** @returns the exit status: 0 fine, 1 failed, 2 wrong use */
export async function launch(args: readonly string[]): Promise<number> {
  const [mode, ...rest] = args;
  try {
    if (mode !== 'start' && mode !== 'demo') throw new UsageError(`"${mode ?? ''}" is neither start nor demo.`);
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    const options = { ...parseHostOptions(rest), demo: mode === 'demo' };
    if (!options.demo && options.replay !== null)
      throw new UsageError('--replay belongs to the demo: npm run demo -- --replay FILE.csv');
    if (options.replay !== null && !existsSync(options.replay)) throw new UsageError(`There is no recording ${options.replay}.`);
    await ensureRenderer();
    if (!options.headless) {
      const outcome = await tryDesktop(args, options);
      if (typeof outcome === 'number') return outcome;
      process.stdout.write(`No desktop window: ${outcome}. Serving the same console to a browser instead.\n`);
    }
    return await serve(options);
  } catch (error) {
    process.stderr.write(`${plainWords(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`${USAGE}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function serve(options: HostOptions): Promise<number> {
  const opening = open(options);
  if (options.browser) opening.then(({ url }) => openBrowser(url)).catch(() => undefined);
  return untilSignal(opening);
}

async function open(options: HostOptions): Promise<RunningHost> {
  if (options.demo) return (await import('./demo.ts')).runDemo(options);
  const { serveHeadless } = await import('./headless/main.ts');
  const { host, allowedHosts } = options;
  return serveHeadless({
    dataDir: dataDirFrom(options.dataDir ?? undefined),
    host,
    port: options.port ?? DEFAULT_PORT,
    allowedHosts,
  });
}

/** The exit status of the desktop application, or in words why there is none. */
async function tryDesktop(args: readonly string[], options: HostOptions): Promise<number | string> {
  let choice: ElectronChoice = chooseElectron();
  if (choice.kind === 'fetchable') {
    process.stdout.write('Fetching the Electron binary for the desktop window, once (about 120 MB) …\n');
    const status = await runNode([choice.installer]);
    choice = status === 0 ? chooseElectron() : { kind: 'impossible', reason: 'the Electron binary could not be fetched' };
  }
  if (choice.kind !== 'binary') return choice.kind === 'impossible' ? choice.reason : 'the Electron binary is not there';
  await compileDesktop();
  const startedAt = performance.now();
  const status = await runElectron(choice.path, [...args.slice(1), ...(options.demo ? ['--demo'] : [])]);
  if (status !== 0 && status !== 2 && performance.now() - startedAt < TOO_SOON_MS)
    return `Electron ended at once with status ${status}`;
  return status;
}

function runElectron(binary: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    // Set, this variable would make Electron a plain Node.
    const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
    const child = spawn(binary, [appRoot(), ...args], { stdio: 'inherit', env });
    const passOn = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, passOn);
    const end = (status: number): void => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, passOn);
      resolve(status);
    };
    child.once('error', () => end(127));
    child.once('exit', (code) => end(code ?? 1));
  });
}
