// Parity: the graphs give scikit-learn's probability on every row of models/parity.json, batched and one by one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { loadManifest } from '../../src-main/risk/manifest.ts';
import { MODELS_DIR } from './facts.ts';

const TOLERANCE = 1e-4;

interface ParityRows {
  readonly inputs: readonly string[];
  readonly features: readonly (readonly (number | null)[])[];
  readonly probabilities: readonly number[];
}

const parity = JSON.parse(readFileSync(join(MODELS_DIR, 'parity.json'), 'utf8')) as Record<string, ParityRows>;

describe.each(['diabetes', 'heart', 'hypoxia'])('%s', async (name) => {
  const loaded = (await loadManifest(MODELS_DIR)).find((each) => each.name === name);
  const rows = parity[name];
  if (loaded === undefined || loaded.problem !== null || rows === undefined)
    throw new Error(`${name}: ${loaded?.problem ?? 'not there'}`);
  const session = await InferenceSession.create(loaded.graph, { intraOpNumThreads: 1 });
  const run = async (features: ParityRows['features']) => {
    const data = Float32Array.from(features.flat(), (value) => value ?? Number.NaN);
    const feeds = { [loaded.entry.graph.input]: new Tensor('float32', data, [features.length, rows.inputs.length]) };
    return (await session.run(feeds))[loaded.entry.graph.output]?.data as Float32Array;
  };

  it('has its inputs in the manifest’s order, and enough rows that differ', () => {
    expect(rows.inputs).toEqual(loaded.entry.inputs.map((input) => input.name));
    expect(rows.features.length).toBeGreaterThanOrEqual(500);
    expect(Math.max(...rows.probabilities) - Math.min(...rows.probabilities)).toBeGreaterThan(0.2);
  });

  it('agrees with scikit-learn on all rows in one batch', async () => {
    const answers = await run(rows.features);
    expect(answers).toHaveLength(rows.probabilities.length);
    for (const [index, expected] of rows.probabilities.entries()) {
      expect(Math.abs((answers[index] ?? Number.NaN) - expected), `row ${index}`).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it('agrees on rows run one by one', async () => {
    for (const index of [0, 1, 57, 119, rows.features.length - 1]) {
      const [answer = Number.NaN] = await run(rows.features.slice(index, index + 1));
      expect(Math.abs(answer - (rows.probabilities[index] ?? Number.NaN)), `row ${index}`).toBeLessThanOrEqual(TOLERANCE);
    }
  });
});
