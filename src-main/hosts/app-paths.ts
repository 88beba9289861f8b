// Where the built screens are.
import { join } from 'node:path';
import { appRoot } from '../installation.ts';

/** The built screens: index.html and its assets. */
export function rendererDir(): string {
  return join(appRoot(), 'out', 'renderer');
}
