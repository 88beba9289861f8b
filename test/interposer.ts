// Libraries in C that are loaded before the C library (LD_PRELOAD), to stand between a process and its system.
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles `source` into `folder`. @returns where the library lies, or in words why there can be none here. */
export function interposer(source: URL, folder: string): { readonly library: string } | string {
  if (process.platform !== 'linux') return 'a library can be loaded before others on Linux only';
  const path = fileURLToPath(source);
  const library = join(folder, `${basename(path, '.c')}.so`);
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, path, '-ldl', '-lpthread'], {
    encoding: 'utf8',
  });
  if (status === 0) return { library };
  return `it needs a C compiler (cc)${stderr ? `: ${stderr}` : ''}`;
}
