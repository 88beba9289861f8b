// A clinic's own model, as `python -m train.convert` writes it (here one of made-up rows: models/train/convert_fixture.py), is loaded by
// the console as its own are, and answers as the scikit-learn original did.
import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it, onTestFinished } from 'vitest';
import { loadManifest } from '../../src-main/risk/manifest.ts';
import { loadRiskModels } from '../../src-main/risk/models.ts';

const CONVERTED = join(import.meta.dirname, 'converted');

it('is accepted in the place of the console’s own, with its own title, levels and figures', async () => {
  const { info } = await loadRiskModels(CONVERTED);
  expect(info).toHaveLength(1);
  expect(info[0]).toMatchObject({
    name: 'heart',
    title: 'Heart, our clinic',
    version: '1.0.0-own',
    problem: null,
    requiredInputs: ['ageYears', 'sex', 'chestPainType'],
    thresholds: { moderate: 0.3, high: 0.7 },
  });
  expect(info[0]?.performance).toContain('made-up rows');
});

it('answers as the original, missing values included', async () => {
  const [loaded] = await loadManifest(CONVERTED);
  if (loaded === undefined || loaded.problem !== null) throw new Error(loaded?.problem ?? 'not there');
  const { features, probabilities } = JSON.parse(await readFile(join(CONVERTED, 'parity.json'), 'utf8')) as {
    readonly features: readonly (readonly (number | null)[])[];
    readonly probabilities: readonly number[];
  };
  expect(features.flat().filter((value) => value === null).length).toBeGreaterThan(20);
  const session = await InferenceSession.create(loaded.graph, { intraOpNumThreads: 1 });
  const data = Float32Array.from(features.flat(), (value) => value ?? Number.NaN);
  const { input, output } = loaded.entry.graph;
  const found = (await session.run({ [input]: new Tensor('float32', data, [features.length, loaded.entry.inputs.length]) }))[
    output
  ];
  const answers = found?.data as Float32Array;
  for (const [index, expected] of probabilities.entries()) {
    expect(Math.abs((answers[index] ?? Number.NaN) - expected), `row ${index}`).toBeLessThanOrEqual(1e-4);
  }
});

it('is refused once a byte of it has changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'healthsense-own-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(CONVERTED, folder, { recursive: true });
  await appendFile(join(folder, 'heart', 'model.onnx'), 'x');
  const { info } = await loadRiskModels(folder);
  expect(info[0]?.problem).toContain('SHA-256');
});
