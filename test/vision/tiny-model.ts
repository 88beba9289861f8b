// A models folder with a small untrained network of the skin model's shape, for tests of everything around the real one.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { LESION_CODES } from '../../src-main/vitals/lesions.ts';

// Otherwise it advises everybody who loads it to install something else.
tf.enableProdMode();

const SIDE = 32;
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Writes manifest.json, skin/model.json and skin/weights.bin. `change` may spoil the row before it is written. */
export async function writeTinyModel(
  modelsDir: string,
  change: (row: Record<string, unknown>) => object = (row) => row,
): Promise<void> {
  const init = (seed: number) => tf.initializers.glorotNormal({ seed });
  const photo = tf.input({ shape: [SIDE, SIDE, 3], name: 'photo' });
  const features = tf.layers
    .conv2d({ filters: 8, kernelSize: 3, strides: 8, activation: 'relu', kernelInitializer: init(1), name: 'features' })
    .apply(photo) as tf.SymbolicTensor;
  const pooled = tf.layers.globalAveragePooling2d({}).apply(features) as tf.SymbolicTensor;
  const dense = (units: number, seed: number, name: string) =>
    tf.layers.dense({ units, kernelInitializer: init(seed), name }).apply(pooled) as tf.SymbolicTensor;
  const outputs = [dense(LESION_CODES.length, 2, 'logits'), features, dense(8, 3, 'departure')];
  const model = tf.model({ inputs: photo, outputs });
  mkdirSync(join(modelsDir, 'skin'), { recursive: true });
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const topology = Buffer.from(
        JSON.stringify({ modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }),
      );
      const weights = Buffer.from(weightData as ArrayBuffer);
      writeFileSync(join(modelsDir, 'skin/model.json'), topology);
      writeFileSync(join(modelsDir, 'skin/weights.bin'), weights);
      const row = {
        name: 'skin',
        title: 'Skin lesion',
        version: '0.0.1',
        kind: 'convolutional-network',
        outcome: 'melanoma, basal cell carcinoma or actinic keratosis',
        file: 'skin/model.json',
        sha256: digest(topology),
        weights: [{ file: 'skin/weights.bin', sha256: digest(weights) }],
        graph: { input: 'photo', logits: 'logits', features: 'features', departure: 'departure' },
        views: ['identity', 'mirrored'],
        inputSide: SIDE,
        classes: LESION_CODES,
        malignant: ['akiec', 'bcc', 'mel'],
        logBias: [0, 0, 0, 0, 0, 0, 0],
        namingBias: [0, 0, 0, 0, 0, 0, 0],
        temperature: 100,
        refusal: {
          blackBelow: 16,
          tooDarkBelow: 45,
          tooBrightAbove: 235,
          flatAbove: 0.45,
          busyAbove: 4000,
          blurredBelow: 2,
          unfamiliarAbove: 1e6,
        },
        thresholds: { moderate: 0.2, high: 0.5 },
        performance: { auc: 0.5, aucLow: 0.4, aucHigh: 0.6, brier: 0.25, n: 0, positives: 0, evaluation: 'Untrained' },
        population: 'Nobody',
        licence: 'None',
      };
      writeFileSync(join(modelsDir, 'manifest.json'), JSON.stringify({ models: [change(row)] }));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
}
