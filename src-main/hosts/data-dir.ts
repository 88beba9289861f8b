// Where a clinic's data lives unless `--data-dir` says otherwise: the place each system keeps applications' data.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Windows: `%LOCALAPPDATA%\HealthSense` (never roaming: a database must not be copied between machines at sign-out);
 * macOS: `~/Library/Application Support/HealthSense`; elsewhere: XDG base directory specification.
 */
export function defaultDataDir(
  { platform, env, home }: Surroundings = { platform: process.platform, env: process.env, home: homedir() },
): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'HealthSense');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'HealthSense');
  // The specification says that a relative path there is to be ignored.
  const xdg = env.XDG_DATA_HOME;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'healthsense');
}

export function dataDirFrom(option: string | undefined): string {
  return option === undefined ? defaultDataDir() : resolve(option);
}

/** The one database file of a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'healthsense.db');
}
