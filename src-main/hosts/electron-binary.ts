// Whether the desktop window can be opened here, and with which Electron binary.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appRoot } from '../installation.ts';

export type ElectronChoice =
  | { readonly kind: 'binary'; readonly path: string }
  /** Not here yet; its package can fetch it. */
  | { readonly kind: 'fetchable'; readonly installer: string }
  | { readonly kind: 'impossible'; readonly reason: string };

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that holds node_modules. */
  readonly root: string;
}

/** Importing the `electron` package would download the binary without a word, so its files are looked at instead. */
export function chooseElectron(
  machine: Machine = { platform: process.platform, env: process.env, root: appRoot() },
): ElectronChoice {
  const { platform, env, root } = machine;
  if (!hasDisplay(machine))
    return { kind: 'impossible', reason: 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set)' };
  const folder = join(root, 'node_modules', 'electron');
  if (!existsSync(join(folder, 'package.json'))) return { kind: 'impossible', reason: 'Electron is not installed' };
  const dist = env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : usualName(platform);
  const path = join(dist, name);
  return existsSync(path) ? { kind: 'binary', path } : { kind: 'fetchable', installer: join(folder, 'install.js') };
}

/** Windows and macOS always have one as far as a program can tell. */
export function hasDisplay({ platform, env }: Pick<Machine, 'platform' | 'env'>): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

function usualName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return platform === 'win32' ? 'electron.exe' : 'electron';
}
