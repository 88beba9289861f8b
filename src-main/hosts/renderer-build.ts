// Builds the screens when their sources changed since they were last built.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { appRoot } from '../installation.ts';
import { rendererDir } from './app-paths.ts';

/** What the built screens depend on. */
const SOURCES = ['src-renderer', 'src-main/contract', 'src-main/vitals', 'package-lock.json'] as const;

export function stampFile(root: string = appRoot()): string {
  return join(root, 'out', 'renderer.stamp');
}

/** Hash over names and contents of every source of the screens. */
export function sourcesStamp(root: string = appRoot()): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) addTo(hash, root, join(root, source));
  return hash.digest('hex');
}

function addTo(hash: ReturnType<typeof createHash>, root: string, path: string): void {
  const entries = readEntries(path);
  if (entries === null) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
    return;
  }
  for (const name of entries) if (name !== 'node_modules' && !name.startsWith('.')) addTo(hash, root, join(path, name));
}

/** Names in a folder in a fixed order; null for a file. */
function readEntries(path: string): readonly string[] | null {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}

function rendererIsFresh(root: string = appRoot()): boolean {
  if (!existsSync(join(rendererDir(), 'index.html'))) return false;
  // An installed application has the screens and not their sources.
  if (!existsSync(join(root, 'src-renderer'))) return true;
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === sourcesStamp(root);
}

/**
 * Builds in a process of its own, so that the bundler's memory is given back to a console that runs for months.
 * @throws with a plain sentence when the build fails; what the bundler said is on standard error by then.
 */
export async function ensureRenderer(): Promise<void> {
  if (rendererIsFresh()) return;
  process.stderr.write('Building the screens …\n');
  const status = await runNode([join(appRoot(), 'src-main', 'hosts', 'build.ts')]);
  if (status !== 0) throw new Error('The screens could not be built; the reason is printed above.');
}

/** Compiles the desktop host, which Electron runs as JavaScript. */
export async function compileDesktop(): Promise<void> {
  const root = appRoot();
  const status = await runNode([join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', join(root, 'src-main', 'hosts')]);
  if (status !== 0) throw new Error('The desktop host could not be compiled; the reason is printed above.');
}

/** Runs a script with this Node; its standard output goes to standard error, which is where progress belongs. */
export function runNode(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd: appRoot(), stdio: ['ignore', process.stderr, process.stderr] });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
