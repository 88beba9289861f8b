// The checker sees every way to import, and tells what is allowed from what is not.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFiles, checkSource } from './check.ts';
import { importsOf } from './imports.ts';

const specifiers = (source: string) => importsOf(source).map((found) => found.specifier);

describe('imports', () => {
  it('are found in every form, with their line', () => {
    const source = `import a from './a.ts';
import { b,
  c } from "./b.ts";
import type { D } from './d.ts';
import './e.ts';
export * from './f.ts';
export { g } from './g.ts';
const h = await import('./h.ts');
const i = require('electron') as typeof import('./i.ts');
new Worker(new URL('./j.ts', import.meta.url));
type K = import('./k.ts').K;`;
    expect(importsOf(source).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
      '1 ./a.ts',
      '3 ./b.ts',
      '4 ./d.ts',
      '5 ./e.ts',
      '6 ./f.ts',
      '7 ./g.ts',
      '8 ./h.ts',
      '9 electron',
      '9 ./i.ts',
      '10 ./j.ts',
      '11 ./k.ts',
    ]);
  });

  it('are not seen in comments, strings, templates and regular expressions', () => {
    expect(
      specifiers(`
// import x from './comment.ts'
/* import x from './block.ts' */
const s = "import x from './string.ts'";
const t = \`import x from './template.ts' \${f("from './inner.ts'")} '\`;
const r = /from '.\\/[/']regexp.ts'/.test(s);
const q = 4 / 2; const u = "it's";
const jsx = <p>Don't import from here</p>;
import y from './real.ts';`),
    ).toEqual(['./real.ts']);
  });
});

describe('rules', () => {
  const breaks = (file: string, ...imports: string[]) =>
    checkSource(file, imports.map((name) => `import '${name}';`).join('\n')).map((violation) => violation.imports);

  it.each([
    ['src-main/contract/models.ts', 'node:fs'],
    ['src-main/contract/models.ts', '../store/ports.ts'],
    ['src-main/vitals/kinds.ts', 'zod'],
    ['src-main/vitals/kinds.ts', '../contract/models.ts'],
    ['src-main/links/http/http-link.ts', '../../store/database.ts'],
    ['src-main/links/http/http-link.ts', '../../store/ports.ts'],
    ['src-main/links/mqtt/mqtt-link.ts', '../../alarms/rules.ts'],
    ['src-main/links/bluetooth/session.ts', '@abandonware/noble'],
    ['src-main/links/bluetooth/session.ts', '../../intake/validate.ts'],
    ['src-main/store/readings.ts', '../intake/validate.ts'],
    ['src-main/alarms/evaluate.ts', '../risk/models.ts'],
    ['src-main/alarms/evaluate.ts', 'better-sqlite3'],
    ['src-main/console.ts', 'electron'],
    ['src-main/console.ts', './hosts/cli.ts'],
    ['src-main/handlers/session.ts', '../hosts/options.ts'],
    ['src-main/hosts/headless/server.ts', 'electron'],
    ['src-main/hosts/cli.ts', '@abandonware/noble'],
    ['src-renderer/screens/ward.tsx', '../../src-main/store/ports.ts'],
    ['src-renderer/screens/ward.tsx', 'node:fs'],
    ['src-renderer/screens/ward.tsx', 'fs'],
    ['src-renderer/client/index.ts', 'electron'],
    ['firmware/raspberry-pi/main.ts', '../../src-main/links/link.ts'],
  ])('%s may not import %s', (file, specifier) => {
    expect(breaks(file, specifier)).toEqual([specifier]);
  });

  it.each([
    ['src-main/contract/models.ts', ['zod', '../vitals/kinds.ts', './errors.ts']],
    ['src-main/links/http/http-link.ts', ['fastify', '../link.ts', '../../accounts/throttle.ts']],
    ['src-main/links/bluetooth/noble-central.ts', ['@abandonware/noble', './central.ts']],
    ['src-main/console.ts', ['./store/ports.ts', './links/link.ts', 'pino', 'node:path']],
    ['src-main/hosts/desktop/main.ts', ['electron', '../../console.ts', '../options.ts']],
    ['src-renderer/screens/ward.tsx', ['react', '@mantine/core', '../stores/live.ts', '../../src-main/contract/wire.ts']],
  ])('%s may import what it needs', (file, imports) => {
    expect(breaks(file, ...imports)).toEqual([]);
  });

  it('every file of the source has a rule, and keeps it', () => {
    const { files, violations } = checkFiles(fileURLToPath(new URL('../..', import.meta.url)));
    expect(files).toBeGreaterThan(50);
    expect(violations).toEqual([]);
  });
});
