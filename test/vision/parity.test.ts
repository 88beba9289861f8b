// The console's own way from pixels to result gives what Keras and the training code gave on every picture of models/skin/parity.json.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { modelsDir } from '../../src-main/installation.ts';
import { type Network, openNetwork } from '../../src-main/risk/vision/network.ts';
import { scaled } from '../../src-main/risk/vision/pixels.ts';
import type { VisionModel } from '../../src-main/risk/vision/port.ts';
import { statistics } from '../../src-main/risk/vision/quality.ts';
import { loadSkinFiles, type SkinEntry } from '../../src-main/risk/vision/skin-manifest.ts';
import { startTensorFlow } from '../../src-main/risk/vision/tensorflow.ts';
import { loadVision } from '../../src-main/risk/vision/vision.ts';

interface Row {
  readonly picture: number;
  readonly sha256: string;
  readonly logits: readonly number[];
  readonly malignancy: number;
  readonly named: string;
  readonly distance: number;
  readonly statistics: Readonly<Record<string, number>>;
  readonly refused: string | null;
}

const parity = JSON.parse(readFileSync(join(modelsDir(), 'skin', 'parity.json'), 'utf8')) as {
  readonly version: string;
  readonly side: number;
  readonly tolerance: number;
  readonly pictures: readonly Row[];
};

describe('the skin model on generated pictures', () => {
  let entry: SkinEntry;
  let network: Network;
  let vision: VisionModel;
  beforeAll(async () => {
    const files = await loadSkinFiles(modelsDir());
    if (files.state !== 'ready') throw new Error(JSON.stringify(files));
    ({ entry } = files);
    network = await openNetwork(await startTensorFlow(), entry, files.topology, files.weights);
    vision = await loadVision(modelsDir());
  });

  it('is of the version the pictures were answered by, and there are fifty', () => {
    expect(parity.version).toBe(entry.version);
    expect(parity.pictures).toHaveLength(50);
    expect(parity.tolerance).toBeLessThanOrEqual(1e-3);
  });

  it('makes the same bytes as the training code', () => {
    const digests = parity.pictures.map(({ picture }) =>
      createHash('sha256').update(lesionLike(picture, parity.side).rgb).digest('hex'),
    );
    expect(digests).toEqual(parity.pictures.map(({ sha256 }) => sha256));
  });

  it('agrees with Keras in logits and distance', () => {
    for (const { picture, logits, distance } of parity.pictures) {
      const output = network.run(scaled(lesionLike(picture, parity.side), entry.inputSide));
      for (const [index, logit] of logits.entries())
        expect(
          Math.abs((output.logits[index] ?? Number.NaN) - logit),
          `picture ${picture}, ${entry.classes[index]}`,
        ).toBeLessThanOrEqual(parity.tolerance);
      expect(Math.abs(output.distance - distance), `picture ${picture}`).toBeLessThanOrEqual(parity.tolerance);
    }
  });

  it('the mean of the evidence over places plus the bias is the logit: the heat map is exact', () => {
    const outputs = [1, 2].map((picture) => network.run(scaled(lesionLike(picture, parity.side), entry.inputSide)));
    const biases = outputs.map(({ logits, evidence, mapSide }) =>
      logits.map((logit, index) => {
        const own = evidence.filter((_, at) => at % logits.length === index);
        return logit - own.reduce((sum, value) => sum + value, 0) / mapSide ** 2;
      }),
    );
    for (const [index, bias] of (biases[0] ?? []).entries()) expect(biases[1]?.[index]).toBeCloseTo(bias, 3);
  });

  it('measures the same statistics', () => {
    for (const row of parity.pictures) {
      const found: Readonly<Record<string, number>> = { ...statistics(lesionLike(row.picture, parity.side)) };
      for (const [name, value] of Object.entries(row.statistics))
        expect(Math.abs((found[name] ?? Number.NaN) - value), `picture ${row.picture}, ${name}`).toBeLessThanOrEqual(
          1e-3 * Math.max(1, value),
        );
    }
  });

  it('tells the same probability, name and refusal', async () => {
    for (const { picture, malignancy, named, refused } of parity.pictures) {
      const { outcome } = await vision.assess(lesionLike(picture, parity.side));
      if (refused !== null) expect(outcome, `picture ${picture}`).toMatchObject({ kind: 'refused', reason: refused });
      else {
        expect(outcome, `picture ${picture}`).toMatchObject({ kind: 'assessed', looksLike: named });
        expect(outcome.kind === 'assessed' ? Math.abs(outcome.malignancy - malignancy) : 1).toBeLessThanOrEqual(parity.tolerance);
      }
    }
  });
});
