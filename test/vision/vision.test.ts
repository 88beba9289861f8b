// The vision worker: results, refusals, files that are not the ones meant, a build without the model, and recovery from a crash.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { photoOutcome } from '../../src-main/contract/photos.ts';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { Vision, type VisionOptions } from '../../src-main/threads/vision.ts';
import { black, blurred, chart, dark, white } from './pictures.ts';
import { writeTinyModel } from './tiny-model.ts';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'healthsense-vision-'));
  folders.push(made);
  return made;
}
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

function started(options: Partial<VisionOptions> & { readonly modelsDir: string }): Vision {
  const vision = new Vision(options);
  onTestFinished(() => vision.stop());
  return vision;
}

describe('the vision worker', () => {
  const modelsDir = folder();
  beforeAll(() => writeTinyModel(modelsDir));

  it('gives seven probabilities that sum to one, the malignant ones together, a level, and a heat map', async () => {
    const vision = started({ modelsDir });
    const info = await vision.info();
    expect(info).toMatchObject({
      state: 'ready',
      problem: '',
      version: '0.0.1',
      backend: expect.stringMatching(/TensorFlow\.js.*WebAssembly/),
    });
    const answer = await vision.assess(lesionLike(1));
    const outcome = photoOutcome.parse(answer.outcome);
    if (outcome.kind !== 'assessed') throw new Error(JSON.stringify(outcome));
    const of = (...codes: readonly string[]) =>
      outcome.diagnoses.filter(({ code }) => codes.includes(code)).reduce((sum, { probability }) => sum + probability, 0);
    expect(outcome.diagnoses).toHaveLength(7);
    expect(outcome.diagnoses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    expect(outcome.malignancy).toBeCloseTo(of('mel', 'bcc', 'akiec'), 6);
    expect(answer.run).toMatchObject({ version: '0.0.1', sha256: info.sha256, backend: info.backend });
    for (const png of [answer.cropPng, answer.thumbnailPng, answer.heatMapPng ?? []])
      expect(Buffer.from(png).subarray(1, 4).toString()).toBe('PNG');
  });

  it('answers the same picture the same way twice', async () => {
    const vision = started({ modelsDir });
    const [first, second] = [await vision.assess(lesionLike(1)), await vision.assess(lesionLike(1))];
    expect(second.outcome).toEqual(first.outcome);
    expect(Buffer.from(second.heatMapPng ?? []).equals(Buffer.from(first.heatMapPng ?? []))).toBe(true);
  });

  it('refuses what is no usable photo of skin, and says what to do', async () => {
    const vision = started({ modelsDir });
    const pictures = [
      ['too-small', lesionLike(1, 60), /60 × 60 pixels/],
      ['black', black(), /black/],
      ['too-dark', dark(), /too dark/],
      ['too-bright', white(), /overexposed/],
      ['drawing', chart(), /chart/],
      ['blurred', blurred(), /blurred/],
    ] as const;
    for (const [reason, picture, words] of pictures) {
      const { outcome, heatMapPng } = await vision.assess(picture);
      expect(outcome).toMatchObject({ kind: 'refused', reason, message: expect.stringMatching(words) });
      expect(heatMapPng).toBeNull();
    }
  });

  it('gives no result for what lies far from the photos it was trained on', async () => {
    const strict = folder();
    await writeTinyModel(strict, (row) => ({ ...row, refusal: { ...(row.refusal as object), unfamiliarAbove: 0 } }));
    const { outcome, heatMapPng } = await started({ modelsDir: strict }).assess(lesionLike(1));
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'unfamiliar', message: expect.stringMatching(/unlike any/) });
    expect(heatMapPng).toBeNull();
  });

  it('does not use a file whose hash differs, and says so', async () => {
    const spoilt = folder();
    await writeTinyModel(spoilt);
    const weights = readFileSync(join(spoilt, 'skin/weights.bin'));
    weights[10] = (weights[10] ?? 0) ^ 1;
    writeFileSync(join(spoilt, 'skin/weights.bin'), weights);
    const problems: string[] = [];
    const vision = started({ modelsDir: spoilt, onProblem: (problem) => problems.push(problem) });
    expect(await vision.info()).toMatchObject({
      state: 'unusable',
      problem: expect.stringMatching(/skin\/weights\.bin is not the file the manifest names/),
    });
    expect(await vision.assess(lesionLike(1))).toMatchObject({
      outcome: { kind: 'not-assessed', message: expect.stringMatching(/SHA-256 differs/) },
      run: null,
    });
    expect(problems.at(-1)).toMatch(/SHA-256 differs/);
  });

  it.each([
    ['without a row in the manifest', (dir: string) => writeFileSync(join(dir, 'manifest.json'), '{"models":[]}')],
    ['without the files of its row', (dir: string) => rmSync(join(dir, 'skin'), { recursive: true })],
  ])('a build %s says that it has no skin model, and is no problem', async (_, leaveOut) => {
    const dir = folder();
    await writeTinyModel(dir);
    leaveOut(dir);
    const problems: string[] = [];
    const vision = started({ modelsDir: dir, onProblem: (problem) => problems.push(problem) });
    expect(await vision.info()).toMatchObject({
      state: 'left-out',
      problem: expect.stringMatching(/This build of HealthSense has no skin model/),
    });
    expect(await vision.assess(lesionLike(1))).toMatchObject({ outcome: { kind: 'not-assessed' }, run: null });
    expect(problems.filter((problem) => problem !== '')).toEqual([]);
  });

  it('killed in mid-run it is started again, the photo is run once more, and the alarm is raised and cleared', async () => {
    const problems: string[] = [];
    const vision = started({ modelsDir, onProblem: (problem) => problems.push(problem) });
    await vision.info();
    const answer = vision.assess(lesionLike(1, 448));
    await Promise.resolve();
    await vision.kill();
    expect((await answer).outcome.kind).toBe('assessed');
    expect(problems).toEqual(['', expect.stringMatching(/has stopped and is starting again/), '']);
  });

  it('a photo that kills it twice is given up; one that hangs counts as such', async () => {
    const vision = started({ modelsDir, visionModule: new URL('./hanging-vision.ts', import.meta.url).href, hungAfterMs: 300 });
    await expect(vision.assess(lesionLike(1, 100))).rejects.toThrow(/stopped the vision worker twice/);
  });

  it('idle for a while it gives its memory back, and comes when it is needed again', async () => {
    const vision = started({ modelsDir, idleAfterMs: 10 });
    expect((await vision.assess(lesionLike(1))).outcome.kind).toBe('assessed');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await vision.assess(lesionLike(1))).outcome.kind).toBe('assessed');
  });
});
