// Builds the screens with Vite into out/renderer and notes what they were built from. Run as a script.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { appRoot } from '../installation.ts';
import { sourcesStamp, stampFile } from './renderer-build.ts';

// Before the build: what is saved while it runs has to be built again.
const stamp = sourcesStamp();
await build({ configFile: join(appRoot(), 'src-renderer', 'vite.config.ts'), logLevel: 'warn' });
mkdirSync(dirname(stampFile()), { recursive: true });
writeFileSync(stampFile(), stamp);
