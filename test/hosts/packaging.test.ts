// What the installer holds of the models, by electron-builder's own reading of its configuration; with and without the skin model.
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appRoot, modelsDir } from '../../src-main/installation.ts';
import { Vision } from '../../src-main/threads/vision.ts';

interface Configuration {
  readonly files: readonly { readonly filter: readonly string[] }[];
}

const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { getConfig } = builder('app-builder-lib/out/util/config/config') as {
  readonly getConfig: (root: string, path: string | null, options: null) => Promise<Configuration>;
};
const { FileMatcher } = builder('app-builder-lib/out/fileMatcher') as {
  readonly FileMatcher: new (
    from: string,
    to: string,
    expand: (text: string) => string,
    patterns: readonly string[],
  ) => { createFilter(): (file: string, stat: unknown) => boolean };
};

/** Files below models/ that go into the installer made with this configuration. */
async function packaged(configPath: string | null): Promise<readonly string[]> {
  const { files } = await getConfig(appRoot(), configPath, null);
  const matcher = new FileMatcher(
    appRoot(),
    '/nowhere',
    (text) => text,
    files.flatMap(({ filter }) => filter),
  );
  const isIn = matcher.createFilter();
  return readdirSync(modelsDir(), { recursive: true, encoding: 'utf8' })
    .map((name) => join(modelsDir(), name))
    .filter((path) => statSync(path).isFile() && isIn(path, statSync(path)))
    .map((path) => relative(modelsDir(), path).replaceAll('\\', '/'));
}

describe('an installer', () => {
  it('holds every model the console runs, and neither training code nor what only training reads', async () => {
    const files = await packaged(null);
    expect(files).toEqual(expect.arrayContaining(['manifest.json', 'heart/model.onnx', 'skin/model.json', 'skin/weights.bin']));
    expect(files.filter((file) => /\.(py|csv|keras|h5)$/.test(file) || file.startsWith('train/'))).toEqual([]);
  });

  it('made without the skin model holds none of its files, and the console says that this build has none', async () => {
    const files = await packaged('src-main/hosts/desktop/without-skin-model.yml');
    expect(files).toEqual(
      expect.arrayContaining(['manifest.json', 'diabetes/model.onnx', 'heart/model.onnx', 'hypoxia/model.onnx']),
    );
    expect(files.filter((file) => file.startsWith('skin/'))).toEqual([]);
    const dir = mkdtempSync(join(tmpdir(), 'healthsense-packaged-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    for (const file of files) cpSync(join(modelsDir(), file), join(dir, file), { recursive: true });
    const problems: string[] = [];
    const vision = new Vision({ modelsDir: dir, onProblem: (problem) => problems.push(problem) });
    onTestFinished(() => vision.stop());
    expect(await vision.info()).toMatchObject({
      state: 'left-out',
      problem: expect.stringMatching(/^This build of HealthSense has no skin model/),
    });
    expect(problems.join('')).toBe('');
  });
});
