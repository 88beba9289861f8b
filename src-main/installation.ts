// Where the application's own files are, the same from sources, from compiled output and from an installed package.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** The folder with HealthSense's package.json. @throws where it is missing. */
export function appRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && readManifest(manifest).name === 'healthsense') return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The files of HealthSense are not complete: its package.json cannot be found.');
    folder = parent;
  }
}

export function appVersion(): string {
  return readManifest(join(appRoot(), 'package.json')).version;
}

/** The trained models with their manifest. */
export function modelsDir(): string {
  return join(appRoot(), 'models');
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
