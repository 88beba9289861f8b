// With which options of Node a clinic's console runs: what is measured is started with the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appRoot } from '../../src-main/installation.ts';

const { scripts } = JSON.parse(readFileSync(join(appRoot(), 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<'start' | 'demo' | 'healthsense', string>>;
};

/** What a script of package.json says between `node` and the file it runs. */
export function nodeOptionsOf(script: keyof typeof scripts): readonly string[] {
  const [, ...words] = scripts[script].split(' ');
  return words.slice(
    0,
    words.findIndex((word) => !word.startsWith('--')),
  );
}

export const NODE_OPTIONS = nodeOptionsOf('healthsense');
