// Builds the screens with Vite and notes what they were built from. Run as a script.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { appRoot } from '../installation.ts';
import { rendererDir } from './app-paths.ts';
import { sourcesStamp, stampFile } from './renderer-build.ts';

// Whatever started this: a development build of React is many times slower.
process.env.NODE_ENV = 'production';
// Before the build: what is saved while it runs has to be built again.
const stamp = sourcesStamp();
const target = rendererDir();
mkdirSync(dirname(target), { recursive: true });
// Built aside and put in place whole: a console that is serving, or a second build, never meets half of one.
const aside = mkdtempSync(join(dirname(target), '.screens-'));
try {
  const outDir = join(aside, 'new');
  await build({ configFile: join(appRoot(), 'src-renderer', 'vite.config.ts'), logLevel: 'warn', build: { outDir } });
  rmSync(stampFile(), { force: true });
  try {
    renameSync(target, join(aside, 'old'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  renameSync(outDir, target);
  writeFileSync(stampFile(), stamp);
} finally {
  rmSync(aside, { recursive: true, force: true });
}
